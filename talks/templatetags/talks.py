"""What templates need beyond Django's own: links that keep the as-of day, source notes, facts in words, languages."""

import datetime
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from talks import words
from talks.record import ledger, merged
from talks.words.time import MOMENT

register = template.Library()

register.filter("country", words.country)
register.filter("language", words.language)
register.filter("day", words.day)
register.filter("month", words.month)
register.filter("month_short", words.month_short)
register.filter("kind_label", words.kind_label)
register.filter("kinds_label", words.kinds_label)
register.filter("this", words.this)
register.filter("counted", words.counted)
register.filter("moved", words.moved)
register.filter("paragraphs", words.paragraphs)
register.filter("stands", words.stands)
register.filter("stands_short", words.stands_short)
register.filter("date_note", words.date_note)
register.filter("day_and_month", words.day_and_month)
register.filter("heading", words.heading)
register.filter("year", words.year)
register.filter("interval", words.interval)
register.filter("count", words.number)
register.filter("brief", words.brief)
register.filter("place", words.place)
register.filter("stands_brief", words.stands_brief)
register.filter("heading_reports", words.heading_reports)
register.filter("sorting", words.sorting)
register.filter("seat", words.seat)
register.filter("seat_mark", words.seat_mark)
register.filter("share", words.share)
register.filter("side", words.side)
register.filter("ownership", words.ownership)
register.filter("disputed_labels", words.disputed_labels)
register.filter("statuses", words.statuses)
register.filter("states_in_words", words.states_in_words)
register.filter("transfer_kind", words.transfer_kind)
register.filter("transfer_days", words.transfer_days)


RECORD_LANGUAGE = "en"  # of names, titles, summaries and whatever else the record holds


@register.simple_tag
def in_english():
    """The attribute of an element that holds words of the record; none where the page speaks their language anyway."""
    return "" if get_language() == RECORD_LANGUAGE else format_html(' lang="{}"', RECORD_LANGUAGE)


@register.filter
def english(text):
    """Words of the record, marked as such where the page is in another language."""
    if not text or get_language() == RECORD_LANGUAGE:
        return text
    return format_html("<span{}>{}</span>", in_english(), text)


@register.filter
def told(text, query=None):
    """What `talks.words` tells of a fact or a reported row; with `query`, its words are marked."""
    shown = marked(text, query) if query else text
    return english(shown) if isinstance(text, words.OfRecord) else shown


@register.filter
def chipped(party):
    """A party's chip and name, for use in a sentence."""
    chip = SafeString(render_to_string("parts/_party.html", {"party": party}).strip())
    return format_html("{} {}", chip, english(party.name))


@register.filter
def at(rows, place):
    """The row at a place, counted from 0."""
    return rows[place]


@register.filter
def picked(known, tray):
    """True if the entry is in the tray."""
    return any(known.entry.pk == one.entry.pk for group in tray for one in group.entries)


@register.filter
def as_moment(time):
    """A time as addresses have it: see `talks.public.forms.fields.MomentField`."""
    return time.astimezone(datetime.UTC).strftime(MOMENT)


@register.filter
def by_direction(transfers):
    """The transfers of a swap as a line of counts: see `talks.record.merged.by_direction`."""
    return merged.by_direction(transfers or [])


@register.filter
def tallies(transfers):
    """The totals of a swap by direction and kind: see `talks.record.ledger`."""
    return ledger.tallies(transfers or [])


@register.filter
def rows_of(transfers):
    """The reported rows of merged transfers, for `sources`."""
    return [row for transfer in transfers for row in transfer.rows]


@register.filter
def marked(text, query):
    """A text with the words that were asked for in <mark>."""
    parts, rest = query.parts_of(text)
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), rest)


@register.filter
def in_list(row):
    """One row as a list, for `sources`."""
    return [row]


@register.filter
def counted_all(kind, rows):
    """How many there are, in words: see `talks.words.kinds.counted`."""
    return words.counted(kind, len(rows))


@register.filter
def percent_of(part, whole):
    """A part of a whole as the length of a bar, in per cent."""
    return round(100 * part / whole, 2) if whole else 0


@register.simple_tag(takes_context=True)
def compare_href(context, target, name, *chosen):
    """The address of a comparison of these entries; lists among them are opened."""
    entries = [one for group in chosen for one in (group if isinstance(group, list) else [group])]
    return href(context, target, **{name: [one.entry.slug for one in entries]})


@register.simple_tag(takes_context=True)
def href(context, target, *args, **query):
    """The address of an object, or of a named page, that keeps the day whose knowledge is shown and the tray."""
    address = reverse(target, args=args) if isinstance(target, str) else target.get_absolute_url()
    form = context.get("form")
    pairs = [*query.items(), *(form.carried if form else ())]
    return f"{address}?{urlencode(pairs, doseq=True)}" if pairs else address


@register.simple_tag(takes_context=True)
def carried(context):
    """Hidden fields that let a form keep the day whose knowledge is shown, and the tray."""
    pairs = context["form"].carried if context.get("form") else ()
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def pick_href(context, *, put="", take=""):
    """The address of this page with one entry (slug) more in the tray, or one less."""
    query = context["request"].GET.copy()
    picked = [slug for slug in query.getlist("pick") if slug not in (put, take)]
    query.setlist("pick", [*picked, put] if put else picked)
    return f"?{query.urlencode()}"


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


# What is shown, address, publisher with date and paragraph, the same with the number of the source.
SOURCE_NOTE = '<a class="source" href="{1}" aria-label="{3}">{0}<span class="tip" aria-hidden="true">{2}</span></a>'


class Sources:
    """The articles that a page has named so far, numbered in the order in which the reader meets them.

    `by_name`: the notes give the publisher's name and no number, for a part of a page that has numbers of its own.
    """

    def __init__(self):
        self.rows = {}
        self.by_name = False

    def number(self, row):
        """The number of the row's article on this page."""
        self.rows.setdefault(row.article, []).append(row)
        return list(self.rows).index(row.article) + 1

    @property
    def listed(self):
        """[(article, paragraphs in words)] in order of number."""
        return [(article, self._paragraphs(rows)) for article, rows in self.rows.items()]

    @staticmethod
    def _paragraphs(rows):
        numbers = sorted({number for row in rows for number in row.paragraph_numbers})
        return ", ".join(map(str, numbers))


@register.simple_tag(takes_context=True)
def name_sources(context):
    """From here on source notes give names."""
    context["sources"].by_name = True
    return ""


@register.simple_tag(takes_context=True)
def period_href(context, tick=None):
    """The timeline's address with the period of a tick of the band in place of the one chosen; without one if None."""
    query = context["request"].GET.copy()
    for name in ("from", "to", "at", "after", "before"):
        query.pop(name, None)
    if tick:
        query["from"], query["to"] = tick.start.isoformat(), tick.end.isoformat()
    else:
        query.pop("scale", None)
    return f"{reverse('timeline')}?{query.urlencode()}" if query else reverse("timeline")


@register.simple_tag(takes_context=True)
def sources(context, rows):
    """Small numbers that lead to the article and paragraph of each reported row; one for each article."""
    return _notes(context, rows)


@register.simple_tag(takes_context=True)
def seat_sources(context, seat):
    """Such numbers for a person at a round, whose notes tell what each article says: head or not, and the title."""
    said = merged.grouped(seat.rows, lambda row: row.article)
    return _notes(context, seat.rows, {article: _said(rows) for article, rows in said.items()})


def _said(rows):
    """What rows of one article say of a person at a round: as text, and with what is of the record marked as such."""
    said = [[part for part in (words.seat_row(row), words.OfRecord(row.title)) if part] for row in rows]
    shown = [format_html_join(", ", "{}", ((told(part),) for part in parts)) for parts in said]
    return "; ".join(", ".join(parts) for parts in said), format_html_join("; ", "{}", ((one,) for one in shown))


def _notes(context, rows, said=None):
    """The notes of these rows; `said`: {article: what it says}, which then stands behind the source."""
    listed = context["sources"]
    notes = []
    for row in {row.article: row for row in reversed(list(rows))}.values():
        article = row.article
        told = f"{article.publisher.name}, {words.day(article.published)}, {words.paragraphs(row)}"
        tip = told
        if said:
            plain, shown = said[article]
            told, tip = f"{told}: {plain}", format_html("{}: {}", told, shown)
        anchor = f"#p{row.paragraph_numbers[0]}" if row.paragraph_numbers else ""
        number = listed.number(row)
        shown = article.publisher.name if listed.by_name else number
        label = gettext("Source %(number)s: %(source)s") % {"number": number, "source": told}
        notes.append((number, (shown, f"{href(context, article)}{anchor}", tip, label)))
    notes.sort()
    links = format_html_join(" ", SOURCE_NOTE, [note for _, note in notes])
    return format_html('<span class="sources">{}</span>', links) if notes else SafeString("")
