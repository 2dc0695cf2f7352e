"""The track of an issue: what parties proposed and said on it, day by day, each paper against the party's last.

Pure functions on what `talks.record.facts` and `talks.record.merged` give; nothing here asks the database or judges.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from talks.models import Account, Entry, Party
from talks.record.comparison import Piece, differences, likest
from talks.record.facts import KnownEntry, folded
from talks.record.merged import MergedProvision, Reading

NEW, CHANGED, SAME = "new", "changed", "same"


# What changed


@dataclass(frozen=True)
class Point:
    """One demand or offer of a paper, against the paper before it.

    `reading` stands for it: of its renderings the one nearest to the paper before, so that `pieces`, its words against
    that one's, tell of papers rather than of reporters; the first one if nothing was before. `change` is empty then.
    """

    provision: MergedProvision
    reading: Reading
    change: str = ""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def others(self) -> int:
        """How many other renderings there are."""
        return len(self.provision.texts) - 1


@dataclass(frozen=True)
class Last:
    """A party's paper before a paper, and whether the later one says something else."""

    party: Party
    known: KnownEntry
    moved: bool


@dataclass(frozen=True, eq=False)  # one that several parties hold is one
class Paper:
    """What a proposal says on an issue, `lasts`: and what each of its parties that had one before it did.

    `before`: the paper that its points are set against; None where there is none, or where its parties had different
    ones. `gone`: how many points of that one have nothing like them here.
    """

    known: KnownEntry
    points: list[Point]
    lasts: list[Last] = field(default_factory=list)
    before: KnownEntry | None = None
    gone: int = 0

    @property
    def told(self) -> list[Point]:
        """The points in other words than before."""
        return [point for point in self.points if point.change != SAME]

    @property
    def kept(self) -> list[Point]:
        """The points in the same words as before."""
        return [point for point in self.points if point.change == SAME]

    @property
    def kept_rows(self) -> list:
        """The reports of these."""
        return [row for point in self.kept for row in point.provision.rows]


Provisions = Sequence[MergedProvision]


def paper(
    known: KnownEntry, provisions: Provisions, lasts: Sequence[tuple[Party, KnownEntry, Provisions]] = ()
) -> Paper:
    """The `Paper` of a proposal's provisions on an issue; `lasts`: of its parties, those that had one before it."""
    against = {last.entry.pk: _against(provisions, earlier) for _, last, earlier in lasts}
    compared = [
        Last(party, last, bool(gone or any(point.change != SAME for point in points)))
        for party, last, _ in lasts
        for points, gone in [against[last.entry.pk]]
    ]
    if len(against) == 1 and len(lasts) == len(known.parties):
        ((points, gone),) = against.values()
        return Paper(known, points, compared, lasts[0][1], gone)
    return Paper(known, [Point(provision, provision.texts[0]) for provision in provisions], compared)


def _against(provisions: Provisions, before: Provisions) -> tuple[list[Point], int]:
    """([`Point`] against a paper's provisions before, how many of those have nothing like them)."""
    earlier = [[reading.value for reading in provision.texts] for provision in before]
    points, met = [], set()
    for provision in provisions:
        point, like = _point(provision, earlier)
        points.append(point)
        met |= like
    return points, len(earlier) - len(met)


def _point(provision: MergedProvision, earlier: Sequence[Sequence[str]]) -> tuple[Point, set[int]]:
    """(the `Point` of a provision, the numbers of the earlier points that it is like)."""
    words = {folded(reading.value): reading for reading in provision.texts}
    texts = [(number, text) for number, group in enumerate(earlier) for text in group]
    same = [(number, words[folded(text)]) for number, text in texts if folded(text) in words]
    if same:
        return Point(provision, same[0][1], SAME), {number for number, _ in same}
    found = likest([reading.value for reading in provision.texts], [text for _, text in texts])
    if found is None:
        return Point(provision, provision.texts[0], NEW), set()
    reading, (number, text) = provision.texts[found[0]], texts[found[1]]
    return Point(provision, reading, CHANGED, differences(text, reading.value)), {number}


# In columns


@dataclass(frozen=True)
class Mark:
    """That a paper (the pk of a proposal) or a statement (of an account) stands at a day, and of which parties.

    `is_reported`: of a paper no article gives a day, so it stands where it was first reported.
    """

    day: datetime.date
    is_paper: bool
    pk: int
    parties: tuple[int, ...]
    is_reported: bool = False
    rank: int = 0  # within its day, where an order is told


def lasts(marks: Iterable[Mark]) -> dict[int, dict[int, int]]:
    """{paper: {each of its parties that had one before it: that paper}}, from marks by date."""
    last: dict[int, int] = {}
    found: dict[int, dict[int, int]] = {}
    for mark in marks:
        if mark.is_paper:
            found[mark.pk] = {party: last[party] for party in mark.parties if party in last}
            last |= dict.fromkeys(mark.parties, mark.pk)
    return found


@dataclass(frozen=True)
class Statement:
    """What a party said on an issue, and of which entry."""

    account: Account
    known: KnownEntry

    @property
    def day(self) -> datetime.date:
        """The day on which it was reported."""
        return self.account.article.published


@dataclass
class Cell:
    """What stands under `span` columns from `column` on. `elsewhere`: papers that another column of the row tells.

    `others`: it is of none of the columns, and lies across all.
    """

    column: int
    span: int = 1
    items: list = field(default_factory=list)
    elsewhere: list = field(default_factory=list)
    others: bool = False

    @property
    def columns(self) -> range:
        return range(self.column, self.column + self.span)


def cells(placed: Sequence[tuple[Any, Sequence[int]]], columns: int) -> list[list[Cell]]:
    """The rows of one day, each a `Cell` for every column, from (item, the columns that it is of) in their order.

    An item of neighbours lies across them; of columns that are none it is told in the first ones that are neighbours,
    and referred to in the others. An item of no column lies across all.
    """
    rows: list[dict[int, Cell]] = []
    for item, of in placed:
        span = _widest(of) if of else range(columns)
        cell = Cell(span.start, len(span), others=not of)
        if not rows or not _fits(rows[-1], cell):
            rows.append({})
        row = rows[-1]
        row.setdefault(span.start, cell).items.append(item)
        row |= dict.fromkeys(span, row[span.start])
        for column in set(of) - set(span):
            row.setdefault(column, Cell(column)).elsewhere.append(item)
    return [_in_full(row, columns) for row in rows]


def _widest(columns: Sequence[int]) -> range:
    """The first of the widest runs of neighbours."""
    runs = [[column for _, column in run] for _, run in groupby(enumerate(columns), key=lambda pair: pair[1] - pair[0])]
    widest = max(runs, key=len)
    return range(widest[0], widest[-1] + 1)


def _fits(row: Mapping[int, Cell], cell: Cell) -> bool:
    """True if the columns of a cell are free in a row, or one like it is there already."""
    there = (row[column] for column in cell.columns if column in row)
    return all(one.columns == cell.columns and one.others == cell.others for one in there)


def _in_full(row: Mapping[int, Cell], columns: int) -> list[Cell]:
    found, column = [], 0
    while column < columns:
        found.append(row.get(column) or Cell(column))
        column += found[-1].span
    return found


@dataclass(frozen=True)
class Day:
    """What stands at one date: `first`, which says it, and rows of `Cell`s."""

    first: Paper | Statement
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Year:
    """The days of a year."""

    number: int
    days: list[Day]


def years(found: Sequence[tuple[Mark, Paper | Statement]], columns: Sequence[int], newest_first: bool) -> list[Year]:
    """What stands at marks by date, under these parties (pks), by day and year."""
    days = []
    for (date, _), group in groupby(found, key=lambda pair: (pair[0].day, _precision(pair[1]))):
        placed = [(item, [at for at, party in enumerate(columns) if party in mark.parties]) for mark, item in group]
        days.append((date.year, Day(placed[0][0], cells(placed, len(columns)))))
    if newest_first:
        days.reverse()
    return [Year(number, [day for _, day in group]) for number, group in groupby(days, key=lambda pair: pair[0])]


def _precision(item: Paper | Statement) -> str:
    return item.known.precision if isinstance(item, Paper) else Entry.Precision.DAY
