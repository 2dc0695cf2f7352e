"""What there is to choose from: a list of hundreds, made anew for each choice before it."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from talks import words
from talks.templatetags.languages import in_english

register = template.Library()

OPTION = '<option value="{}"{}{}>{} ({})</option>'
SELECTED = SafeString(" selected")


@register.simple_tag
def options(rows):
    """The options of a list: [(row, number of entries that it leads to, chosen)]."""
    return format_html_join("\n", OPTION, (_option(*one) for one in rows))


def _option(row, count, chosen):
    name = str(row)
    return row.slug, in_english(name), SELECTED if chosen else "", name, words.count(count)
