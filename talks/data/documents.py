"""What a page gives as data: items one by one, so that no number of them is too large, and what they are of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from talks.data.shapes import Finding


@dataclass(frozen=True)
class Document:
    """The data of a page: `items` of one `shape`, read once and in order.

    `name`: what a file with it is called, without its ending. `sort`: what the items are called in JSON: “entries”.
    `address`: the page that shows the same; `more`: what else the page tells of them all, as plain values. `findings`:
    what editors found about it; None of a page that no finding can be about.
    """

    name: str
    title: str
    address: str
    language: str
    as_of: date | None
    sort: str
    shape: type
    items: Iterable[Any]
    more: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Finding] | None = None

    @property
    def head(self) -> dict[str, Any]:
        """What stands before the items."""
        return {
            "title": self.title,
            "address": self.address,
            "language": self.language,
            "as_of": self.as_of,
            **self.more,
            "findings": self.findings or (),
        }
