"""Which page can be taken along in which formats: declared here once.

From it follow the addresses (`talks.urls`), the links in the head and the foot of each page, and the `Link` header. A
format that is new stands here, in a module of `talks.data.formats`, and in `PIECES` of `talks.public.views.data`.
"""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from talks.models import KINDS


@dataclass(frozen=True)
class Format:
    """`ending`: of addresses and files, without its dot; `label`: what links call it; `type`: its media type.

    `told`: what it is good for, in a sentence.
    """

    ending: str
    label: Any = field(compare=False)  # words are not the same in each language
    type: str
    told: Any = field(compare=False)

    def of(self, page: str) -> str:
        """The name of the address of a page in this format: “timeline.json”."""
        return f"{page}.{self.ending}"


CSV = Format("csv", "CSV", "text/csv", _("A table that every spreadsheet opens, a line for each fact and source."))
JSON = Format(
    "json", "JSON", "application/json", _("For programs: each thing with its facts, and each fact with its reports.")
)
XLSX = Format(
    "xlsx",
    "XLSX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    _("Comparisons, exchanges and people as a workbook to print and to paste from, its sources on the last sheet."),
)
ZIP = Format(
    "zip",
    "ZIP",
    "application/zip",
    _("To keep: the data as CSV and JSON, its sources, and a note in plain words on what it is."),
)
TIMELINEJS = Format(
    "timelinejs.json",
    "TimelineJS",
    "application/json",
    _("For TimelineJS 3, which shows slides: a hundred entries at a time, each with its sources."),
)
PLAIN, TABLES = (CSV, JSON, ZIP), (CSV, JSON, XLSX, ZIP)

# {name of a page's address: its formats}
FORMATS: dict[str, tuple[Format, ...]] = {
    "timeline": (*PLAIN, TIMELINEJS),
    **{model.SECTION: PLAIN for model in KINDS.values()},
    "swaps": TABLES,
    **{kind.value: PLAIN for kind in KINDS},
    "compare-rounds": TABLES,
    "compare-proposals": TABLES,
    "compare-positions": TABLES,
    "differences": PLAIN,
    "people": TABLES,
    "person": PLAIN,
    "parties": PLAIN,
    "party": PLAIN,
    "issues": PLAIN,
    "issue": PLAIN,
    "articles": PLAIN,
    "article": PLAIN,
    "coverage": PLAIN,
    "changes": PLAIN,
    "search": PLAIN,
    "as-of": PLAIN,
}
CITED = (*FORMATS, "about", "data")  # the pages whose citation is a file, too; on others it is text to copy


@dataclass(frozen=True)
class Link:
    """A page in a format, at this address."""

    label: Any
    address: str
    type: str


def examples(request: Any) -> list[dict[str, Any]]:
    """Each format with the first list that has it, for the page about data."""
    formats = dict.fromkeys(one for formats in FORMATS.values() for one in formats)
    pages = {one: next(page for page, formats in FORMATS.items() if one in formats) for one in formats}
    paths = {one: reverse(one.of(page)) for one, page in pages.items()}
    return [
        {"label": one.label, "told": one.told, "path": path, "address": request.build_absolute_uri(path)}
        for one, path in paths.items()
    ]


def links(request: Any, form: Any) -> list[Link]:
    """What of a page can be taken along: with its filters and its day, but all of it, whatever part is shown."""
    match = request.resolver_match
    formats = FORMATS.get(match.url_name, ()) if match and not form.errors else ()
    if not formats:
        return []
    slugs = [match.kwargs["slug"]] if "slug" in match.kwargs else []
    asked = form.address(without=dict.fromkeys(form.NO_DATA))
    found = ((one, reverse(one.of(match.url_name), args=slugs)) for one in formats)
    return [Link(one.label, f"{path}?{asked}" if asked else path, one.type) for one, path in found]


def citation_of(page: str, ending: str) -> str:
    """The name of the address of the citation of a page: “round.bib”."""
    return f"{page}.{ending}"


def header(alternates: list[Link]) -> str:
    """These as the value of the header `Link`."""
    return ", ".join(f'<{one.address}>; rel="alternate"; type="{one.type}"' for one in alternates)
