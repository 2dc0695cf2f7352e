"""The languages of a page, and words of the record on a page in another language."""

from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from talks.models.translated import RECORD_LANGUAGE, OfRecord, is_language_of_record

register = template.Library()

IN_ENGLISH = format_html(' lang="{}"', RECORD_LANGUAGE)
CHIP = '<abbr{} class="chip slot-{}" title="{}">{}</abbr>'


@register.simple_tag
def in_english(row=None):
    """The attribute of an element that holds words of the record; none where the page speaks their language anyway.

    With a `row`, whose name the element holds, none either if that is translated.
    """
    if is_language_of_record():
        return ""
    name = row if row is None or isinstance(row, str) else str(row)
    return IN_ENGLISH if name is None or isinstance(name, OfRecord) else ""


@register.simple_tag
def original_language():
    """The code of the language of the record; nothing on a page in that language."""
    return "" if is_language_of_record() else RECORD_LANGUAGE


@register.filter
def english(text):
    """Words of the record, marked as such where the page is in another language."""
    if not text or is_language_of_record():
        return text
    return format_html("<span{}>{}</span>", in_english(), text)


def in_pieces(pieces):
    """A wording of the record against another one, word by word; no space behind it, so that a note can follow."""
    return english(format_html_join(" ", "{}", ((_piece(piece),) for piece in pieces)))


def _piece(piece):
    if not piece.change:
        return piece.text
    element, said = ("ins", gettext("[added]")) if piece.change == "added" else ("del", gettext("[not here]"))
    return format_html('<{0}><span class="unseen">{1} </span>{2}</{0}>', element, said, piece.text)


@register.filter
def told(text, query=None):
    """What `talks.words` tells of a fact or a reported row; with `query`, its words are marked."""
    shown = marked(text, query) if query else text
    return english(shown) if isinstance(text, OfRecord) else shown


@register.filter
def named(row, query=None):
    """What a row or an entry is called, with a sign where it is not translated; words of a `query` are marked."""
    return signed(str(row), query)


def with_title(sentence, row):
    """A sentence of the interface in which `%(title)s` is what a row or an entry is called."""
    return format_html(sentence.replace("%(title)s", "{}"), named(row))


def joined(pieces):
    """Pieces of HTML, one after the other."""
    return SafeString("".join(pieces))


@register.filter
def spellings(row):
    """The other names of a person or a party, beside the one that this page gives."""
    return [name for name in dict.fromkeys([row.name, *row.aliases]) if name != str(row)]


@register.filter
def said(row, column):
    """What a column of a row says, with a sign where that is not translated."""
    return signed(row.in_words(column))


@register.filter
def signed(text, query=None):
    """A name, a title or a summary; where it is not translated, the style sheet draws a sign with its language."""
    shown = marked(text, query) if query else text
    if not text or is_language_of_record() or not isinstance(text, OfRecord):
        return shown
    return format_html('<span{} class="untranslated">{}</span>', in_english(), shown)


@register.filter
def marked(text, query):
    """A text with the words that were asked for in <mark>."""
    parts, rest = query.parts_of(text)
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), rest)


@register.simple_tag
def chip(party):
    """The sign of a party: its short name in its colour. Its name is told to those who point at it."""
    return _chip(in_english(), party.colour, str(party), party.short)


@lru_cache(maxsize=1024)
def _chip(language, colour, name, short):
    return format_html(CHIP, language, colour, name, short)


@register.filter
def chipped(party):
    """A party's chip and name, for use in a sentence."""
    return format_html("{} {}", chip(party), named(party))


@register.simple_tag
def translated_address(request, language, without=()):
    """The address of the same page, with all that is asked of it but the parameters `without`, in another language."""
    asked = [(name, value) for name, values in request.GET.lists() for value in values if value and name not in without]
    return translate_url(f"{request.path}?{urlencode(asked)}" if asked else request.path, language)


@dataclass(frozen=True)
class Spoken:
    """A language of a page: its own name, and its address; `canonical` is in full, without the tray and no preview."""

    code: str
    name: str
    address: str
    canonical: str
    current: bool


@register.simple_tag(takes_context=True)
def languages(context):
    """The `Spoken` languages of this page; none at an address that leads nowhere, or for a request that is broken."""
    request = context["request"]
    try:
        return [_spoken(request, code, name) for code, name in settings.LANGUAGES] if request.resolver_match else []
    except SuspiciousOperation:
        return []


def _spoken(request, code, name):
    canonical = request.build_absolute_uri(translated_address(request, code, without=["pick", "preview"]))
    return Spoken(code, name, translated_address(request, code), canonical, code == get_language())
