"""Which page can be taken along in which formats: declared here once.

From it follow the addresses (`talks.urls`), the links in the foot and the head of each page, and the `Link` header.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Format:
    """`ending`: of addresses and files, without its dot; `label`: what links call it; `type`: its media type."""

    ending: str
    label: Any
    type: str


@dataclass(frozen=True)
class Output:
    """A page (by the name of its address) in a format.

    `view`: what answers, called as the view of the page is. `links`: False of what no page links.
    """

    page: str
    format: Format
    view: Callable[..., HttpResponse]
    links: bool = True

    @property
    def name(self) -> str:
        """Of its address: “timeline.json”."""
        return f"{self.page}.{self.format.ending}"


JSON = Format("json", "JSON", "application/json")
CSV = Format("csv", "CSV", "text/csv")
XLSX = Format("xlsx", _("spreadsheet"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ZIP = Format("zip", "ZIP", "application/zip")
