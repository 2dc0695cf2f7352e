"""Which page can be taken along in which formats: declared here once.

From it follow the addresses (`talks.urls`), the links in the head and the foot of each page, and the `Link` header. A
format that is new stands here, in a module of `talks.data.formats`, and in `PIECES` of `talks.public.views.data`.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from talks.models import KINDS


@dataclass(frozen=True)
class Format:
    """`ending`: of addresses and files, without its dot; `label`: what links call it; `type`: its media type."""

    ending: str
    label: Any
    type: str

    def of(self, page: str) -> str:
        """The name of the address of a page in this format: “timeline.json”."""
        return f"{page}.{self.ending}"


JSON = Format("json", "JSON", "application/json")
CSV = Format("csv", "CSV", "text/csv")
TIMELINEJS = Format("timelinejs.json", "TimelineJS", "application/json")
PLAIN = (CSV, JSON)

# {name of a page's address: its formats}
FORMATS: dict[str, tuple[Format, ...]] = {
    "timeline": (*PLAIN, TIMELINEJS),
    **{model.SECTION: PLAIN for model in KINDS.values()},
    **{kind.value: PLAIN for kind in KINDS},
    "compare-rounds": PLAIN,
    "compare-proposals": PLAIN,
    "compare-positions": PLAIN,
    "differences": PLAIN,
    "people": PLAIN,
    "person": PLAIN,
    "parties": PLAIN,
    "party": PLAIN,
    "issues": PLAIN,
    "issue": PLAIN,
    "articles": PLAIN,
    "article": PLAIN,
    "coverage": PLAIN,
    "changes": PLAIN,
}
LEFT_OUT = ("pick", "then", "preview", "pair")  # parameters that change no data


@dataclass(frozen=True)
class Link:
    """A page in a format, at this address."""

    label: Any
    address: str
    type: str


def links(request: Any, form: Any) -> list[Link]:
    """What of a page can be taken along: with its filters and its day, but all of it, whatever part is shown."""
    match = request.resolver_match
    formats = FORMATS.get(match.url_name, ()) if match and not form.errors else ()
    if not formats:
        return []
    slugs = [match.kwargs["slug"]] if "slug" in match.kwargs else []
    asked = form.address(without=dict.fromkeys(LEFT_OUT))
    found = ((one, reverse(one.of(match.url_name), args=slugs)) for one in formats)
    return [Link(one.label, f"{path}?{asked}" if asked else path, one.type) for one, path in found]


def header(alternates: list[Link]) -> str:
    """These as the value of the header `Link`."""
    return ", ".join(f'<{one.address}>; rel="alternate"; type="{one.type}"' for one in alternates)
