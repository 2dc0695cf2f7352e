"""What articles say of a transfer, in one line: parts that the ledger and pages of swaps show hundreds of times."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, pgettext

from talks import words
from talks.templatetags.languages import chip
from talks.templatetags.sources import sources
from talks.templatetags.words import between

register = template.Library()

WAY = '{} <span aria-hidden="true">→</span><span class="unseen">{}</span> {}'
LINE = "<li>{}: {}\n{}\n{}</li>\n"
WHOLE = '<span class="beside-total">{}{}</span>'


@register.simple_tag
def way(giver, receiver):
    """From which party to which."""
    return format_html(WAY, chip(giver), pgettext("from one party to another", "to"), chip(receiver))


@register.simple_tag(takes_context=True)
def counts(context, transfer, missing=None):
    """The numbers that articles give for one transfer, each with its sources. `missing`: what stands for none."""
    word = between(transfer.contradicted)
    numbers = [
        (word if place else "", words.count(reading.value), sources(context, reading.rows))
        for place, reading in enumerate(transfer.counts)
    ]
    told = format_html_join("", "{}<strong>{}</strong>{}", numbers)
    if not numbers:
        absent = missing or gettext("number not reported")
        told = format_html('<span class="meta">{}</span>{}', absent, sources(context, transfer.rows))
    return format_html("{} {}", told, wholes(context, transfer.wholes))


@register.simple_tag(takes_context=True)
def transfer_line(context, transfer):
    """One transfer in a line: date, what, direction, counts."""
    if transfer.until:
        days = {"start": words.partial_date(transfer.date), "end": words.partial_date(transfer.until)}
        when = gettext("%(start)s to %(end)s, total") % days
    else:
        when = words.transfer_days(transfer)
    way_between = way(transfer.from_party, transfer.to_party)
    return format_html(LINE, when, transfer.kind_display.lower(), way_between, counts(context, transfer))


@register.simple_tag(takes_context=True)
def wholes(context, found):
    """Numbers that take in people of other kinds, each with its sources: “84 in all, of them 51 civilians”."""
    told = ((words.in_all(whole), sources(context, whole.rows)) for whole in found)
    return format_html_join("", WHOLE, told)
