"""Parts of pages that are kept: what is the same on each page is made once, and only the rest for each of them."""

import re
from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import NodeList
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

PLACE = re.compile("\0([0-9]+)\0")  # of what each page has anew; no text of the record holds such a sign
WEIGHT = 300  # bytes of such a place, roughly


class Part:
    """HTML with places for what each page has anew: its notes, and links that keep what is asked of it."""

    def __init__(self, html: str, anew: list[Callable]) -> None:
        pieces = PLACE.split(html)
        self.texts = pieces[::2]
        self.anew = [anew[int(place)] for place in pieces[1::2]]
        self.size = 2 * len(html) + WEIGHT * len(self.anew)

    def shown(self, context: Any) -> SafeString:
        """The HTML on the page of this context."""
        pieces = [self.texts[0]]
        for show, text in zip(self.anew, self.texts[1:], strict=True):
            pieces += conditional_escape(show(context)), text
        return SafeString("".join(pieces))


def anew(context: Any, show: Callable, *args: Any) -> str:
    """What `show(context, *args)` gives; within a part that is kept, a place for that, which each page asks anew.

    `args` follow from the part alone.
    """
    if (places := context.get("places")) is None:
        return show(context, *args)
    places.append(lambda context: show(context, *args))
    return SafeString(f"\0{len(places) - 1}\0")


class PartNode(template.Node):
    def __init__(self, name: list, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Any) -> str:
        parts, values = context.get("parts"), [one.resolve(context) for one in self.name]
        if not parts:
            return self.nodelist.render(context)
        name = *values, get_language(), hasattr(context["request"], "embed")
        return parts.once(name, lambda: self._made(context), lambda part: part.size).shown(context)

    def _made(self, context: Any) -> Part:
        places: list[Callable] = []
        with context.push(places=places):
            return Part(self.nodelist.render(context), places)


@register.tag
def part(parser, token):
    """`{% part "card" known.entry.pk %}…{% endpart %}`: this follows from these values, the language of the page and
    its day alone, but for what tags in it ask `anew`. It is not kept where a value is None."""
    name = [parser.compile_filter(one) for one in token.split_contents()[1:]]
    nodelist = parser.parse(["endpart"])
    parser.delete_first_token()
    return PartNode(name, nodelist)
