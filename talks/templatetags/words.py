"""Facts in words, by the names of `talks.words`; and lists of values that differ."""

from django import template
from django.utils.html import format_html
from django.utils.translation import pgettext

from talks import words

register = template.Library()

FILTERS = """
    borne_out brief brief_rows count_brief counted country date_note day description disputed_labels entries_with gap
    heading in_all interval kind_label kinds_label language lead leads month month_short named_of_all of_title ownership
    partial_date place report_of seat seat_mark share side sorting stands stands_brief stands_short states_in_words
    statuses this transfer_days transfer_kind year
"""
for name in FILTERS.split():
    register.filter(name, getattr(words, name))
register.filter("count", words.count)


@register.filter
def iso(day):
    """A day as machines read it: “2025-06-02”; nothing where there is none."""
    return day.isoformat() if day else ""


@register.filter
def period(span):
    """The days of a span of the overview in words: see `talks.words.months`."""
    return words.months(span.start, span.end)


@register.filter
def counted_all(kind, rows):
    """How many there are, in words: see `talks.words.kinds.counted`."""
    return words.counted(kind, len(rows))


@register.simple_tag(takes_context=True)
def or_between(context, differ=True):
    """In a loop over values that differ: the “or” before each but the first.

    Where they do not `differ`, because all can be true, it is an “and”.
    """
    return "" if context["forloop"]["first"] else between(differ)


def between(differ):
    """What stands between two values."""
    word = pgettext("between values that differ", "or") if differ else pgettext("between values that agree", "and")
    return format_html(' <span class="or">{}</span> ', word)
