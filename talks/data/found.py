"""What leads to other pages, as plain values: what a search finds, and the days on which a page can be seen."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.http import urlencode

from talks.data.shapes import Name, Report
from talks.data.told import Teller, start_of
from talks.models import Sourced
from talks.words.leads import lead

MOST = 500  # of what a search finds of one sort


@dataclass(frozen=True)
class Passage:
    """A sentence that a search shows of an entry: its lead, or one in which words of the search stand."""

    text: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Found:
    """What a search found. `sort`: entries, people or articles; `kind`: of an entry.

    `date`: when an entry was, or the day on which an article was published. `parties`: of an entry, or that of a
    person. `summary`: of an article; `passages`: of an entry, each with the articles that report it.
    """

    sort: str
    kind: str
    slug: str
    title: str
    address: str
    date: str
    parties: tuple[Name, ...]
    publisher: Name | None
    agency: Name | None
    summary: str
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Eve:
    """The eve of a round. `address`: of the page as it was known on that day."""

    day: date
    round: Name
    address: str


def entries(teller: Teller, rows: Iterable[tuple[Any, list[tuple[str, list[Sourced]]], list[Any]]]) -> Iterator[Found]:
    """Of [(`KnownEntry`, [(text, its rows)] in which the words stand, the transfers of a swap)]."""
    for known, told, transfers in rows:
        first = lead(known, transfers)
        passages = [(str(first), first.rows)] if first else []
        yield Found(
            sort="entries",
            kind=known.entry.kind,
            slug=known.entry.slug,
            title=str(known),
            address=teller.name(known).address,
            date=start_of(known),
            parties=tuple(map(teller.name, known.parties)),
            publisher=None,
            agency=None,
            summary="",
            passages=tuple(_passage(teller, *one) for one in [*passages, *told]),
        )


def _passage(teller: Teller, text: str, rows: Iterable[Sourced]) -> Passage:
    reports = {row.article_id: teller.report(row, None, "", None) for row in rows}
    return Passage(text, tuple(reports.values()))


def people(teller: Teller, rows: Iterable[Any]) -> Iterator[Found]:
    for row in rows:
        parties = (teller.name(row.party),) if row.party else ()
        name = teller.name(row)
        yield Found("people", "", row.slug, name.name, name.address, "", parties, None, None, "")


def articles(teller: Teller, rows: Iterable[Any]) -> Iterator[Found]:
    for row in rows:
        yield Found(
            sort="articles",
            kind="",
            slug=row.slug,
            title=row.title,
            address=teller.name(row).address,
            date=row.published.isoformat(),
            parties=(),
            publisher=teller.name(row.publisher),
            agency=teller.name(row.agency) if row.agency else None,
            summary=row.summary,
        )


# {sort: what tells it}
TOLD: dict[str, Callable[[Teller, Iterable[Any]], Iterator[Found]]] = {
    "people": people,
    "entries": entries,
    "articles": articles,
}


def eves(teller: Teller, days: Iterable[tuple[date, Any]], path: str, asked: list[tuple[str, str]]) -> Iterator[Eve]:
    """Of [(day, the round on the next)]: the page at a path, with what else is asked of it."""
    for day, known in days:
        query = urlencode([*asked, ("as_of", day.isoformat())])
        yield Eve(day, teller.name(known), f"{teller.origin}{path}?{query}")
