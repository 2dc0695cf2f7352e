"""The marks of the overview, as many as fit: the timeline draws them anew for each choice."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, pgettext

from talks import words
from talks.templatetags.links import href
from talks.templatetags.words import iso

register = template.Library()

MARK = '<a href="{}"{}>\n  <title>{}: {}</title>\n  {}{}\n</a>'
SHAPE = '<use href="#mark-{0}"{1} x="{2}%" y="{3}" width="{4}" height="{4}" transform="translate(-{5} -{5})"/>'
FOLDED = '<text x="{}%" dx="8" y="{}" dy="4">{}</text>'
NAME = '<text x="{}%" y="{}" dy="4" {}>{}</text>'
FADED = SafeString(' class="faded"')


@register.simple_tag(takes_context=True)
def mark(context, drawn, kind):
    """A mark in the lane of a kind: a link to its entry, or to the undated entries of its day."""
    when = words.day(drawn.entry.stands)
    if drawn.entry.expected:
        when = f"{when} ({pgettext('a round', 'expected')})"
    if drawn.folded > 1:
        address, told = _folded(context, drawn, kind)
    else:
        address, told = href(context, kind, drawn.entry.slug), drawn.entry.title
    return format_html(MARK, address, "" if drawn.matches else FADED, when, told, _shape(drawn), _beside(drawn))


def _folded(context, drawn, kind):
    day = iso(drawn.entry.stands)
    address = href(context, "timeline", **{"kind": kind, "from": day, "to": day})
    told = ngettext(
        "%(count)s first reported, without a date", "%(count)s first reported, without a date", drawn.folded
    )
    return address, told % {"count": words.count(drawn.folded)}


def _shape(drawn):
    """Made of numbers and of words of the program alone, so nothing is to be escaped."""
    look = f' class="{drawn.look}"' if drawn.look else ""
    return SafeString(SHAPE.format(drawn.shape, look, drawn.x, drawn.y, drawn.size, drawn.half))


def _beside(drawn):
    """What stands at a mark: of how many entries it is, or its name; nothing at most of them."""
    if drawn.folded > 1 and drawn.matches:
        return format_html(FOLDED, drawn.x, drawn.y, words.count(drawn.folded))
    if not drawn.name:
        return ""
    place = {"before": f'dx="-{drawn.beside}" text-anchor="end"', "after": f'dx="{drawn.beside}"'}
    return format_html(
        NAME, drawn.x, drawn.name_y, SafeString(place.get(drawn.place, 'text-anchor="middle"')), drawn.name
    )
