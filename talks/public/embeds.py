"""What of a page can be shown within pages of other sites: declared here once.

From it follow the addresses below /embed/ (`talks.urls`), what `render_page` makes there, the text to copy in the foot
of each such page, and what oEmbed tells of it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from talks import words
from talks.models import KINDS, Kind
from talks.words import site

PREFIX = "embed/"
WIDTH = 720  # pixels, for whoever wants a number: at home it takes all the width that there is


@dataclass(frozen=True)
class Embed:
    """A way in which a page is shown within others: by its own view, form and queries.

    `page`: the name of its address; `label`: what is shown of it; `height`: of its frame in pixels. `part`: in the
    address, where a page has several; `title`: of the page; `template`: where it is not the page's; `needs`: what the
    page must have to show, as its context calls it.
    """

    page: str
    label: Any
    height: int
    title: Any = ""
    part: str = ""
    template: str = ""
    needs: str = ""

    base: ClassVar = "embed/base.html"  # what templates of the page extend

    @property
    def name(self) -> str:
        """The name of its address: “embed-timeline”."""
        return f"embed-{self.part or self.page}"

    def route(self, page: str) -> str:
        """Its address from that of the page, both as patterns."""
        return f"{PREFIX}{page}{f'{self.part}/' if self.part else ''}"


_exchanges = lazy(lambda: words.kinds_label(Kind.SWAP), str)
EMBEDS = (
    Embed("timeline", _("List"), 640, _("Timeline"), template="embed/timeline.html"),
    Embed("timeline", _("Overview"), 480, _("Timeline"), "overview", "embed/overview.html", needs="band"),
    Embed("swaps", _("Running totals"), 640, _exchanges(), template="embed/totals.html", needs="kinds"),
    *(Embed(kind.value, _("Entry"), 640) for kind in KINDS),
    Embed("compare-rounds", _("Comparison"), 640, needs="columns"),
    Embed("compare-proposals", _("Comparison"), 640, needs="columns"),
    Embed("compare-positions", _("Comparison"), 640, _("Positions"), needs="rows"),
)
LEFT_OUT = ("pick", "preview", "page", "after", "before", "at")  # what an embed is not asked


@dataclass(frozen=True)
class Offer:
    """One `Embed` of the page that was asked for, as that can be framed. Addresses are in full.

    `source`: of the embed; `address`: of the page; `title`: what is shown; `card`: the picture that stands for it.
    """

    embed: Embed
    title: str
    source: str
    address: str
    oembed: str
    card: str

    @cached_property
    def snippet(self) -> str:
        """What goes into another page: a frame, and below it a plain link for where frames are taken out."""
        return f"{self.frame('100%')}\n" + format_html(
            '<p><a href="{}">{}</a> · {}</p>', self.address, self.title, site.name()
        )

    def frame(self, width: Any, height: int = 0) -> str:
        """The frame alone."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" style="border: 0"></iframe>',
            self.source,
            f"{self.title} · {site.name()}",
            width,
            height or self.embed.height,
        )


def offers(request: Any, form: Any, context: Any) -> list[Offer]:
    """The ways in which the page that was asked for can be shown within others; none if nothing of it can."""
    match = request.resolver_match
    if not match or form.errors:
        return []
    found = [one for one in EMBEDS if one.page == match.url_name and (not one.needs or context.get(one.needs))]
    return [_offer(request, form, context, one) for one in found]


def _offer(request: Any, form: Any, context: Any, embed: Embed) -> Offer:
    asked = form.address(without=dict.fromkeys(LEFT_OUT))
    slug = {name: value for name, value in request.resolver_match.kwargs.items() if name == "slug"}
    paths = (reverse(name, kwargs=slug) for name in (embed.name, embed.page))
    source, address = (request.build_absolute_uri(f"{path}?{asked}" if asked else path) for path in paths)
    oembed = request.build_absolute_uri(f"{reverse('oembed')}?{urlencode({'url': source})}")
    return Offer(embed, subject(embed, form, context), source, address, oembed, context["taking"].card)


def subject(embed: Embed, form: Any, context: Any) -> str:
    """What is shown, in words that stay true: the entry, what is compared, the filter without a number."""
    if known := context.get("known"):
        return str(known)
    if embed.title:
        chips = ", ".join(str(told) for told, *rest in getattr(form, "chips", ()))
        return f"{embed.title}: {chips}" if chips else str(embed.title)
    return " · ".join(map(str, context["columns"]))
