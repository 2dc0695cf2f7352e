"""What the overview of a period draws: entries by month, those with marks, and how many each exchange was about."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from talks.models import Transfer
from talks.models.counts import NONE, Count
from talks.record.merged import grouped
from talks.record.totals import Tally

TOGETHER, PRISONERS, CIVILIANS, CHILDREN, REMAINS = (
    Transfer.TransferKind.TOGETHER,
    Transfer.TransferKind.PRISONERS_OF_WAR,
    Transfer.TransferKind.CIVILIANS,
    Transfer.TransferKind.CHILDREN,
    Transfer.TransferKind.REMAINS,
)


@dataclass(frozen=True)
class People:
    """How many an exchange was about, in both directions: the living, and the dead. `NONE` where nobody counted any."""

    living: Count
    dead: Count

    @property
    def number(self) -> int:
        """How many in all; of counts that differ, the highest."""
        return self.living.largest + self.dead.largest


def people_of(tallies: Iterable[Tally]) -> People | None:
    """How many an exchange was about, by its totals; None if they have no number.

    Nobody is counted twice: children may be among the civilians, and what is said of prisoners and civilians together
    stands against what is said of each. So the larger of the two counts.
    """
    living = dead = NONE
    for group in grouped(tallies, lambda tally: (tally.from_party, tally.to_party)).values():
        of_kind = {tally.kind: tally.low.reaching(tally.high) for tally in group}
        without = max(of_kind.get(CIVILIANS, NONE), of_kind.get(CHILDREN, NONE), key=_largest)
        each = of_kind.get(PRISONERS, NONE) + without
        living += max(each, of_kind.get(TOGETHER, NONE), key=_largest)
        dead += of_kind.get(REMAINS, NONE)
    return People(living, dead) if living.largest + dead.largest else None


def _largest(count: Count) -> int:
    return count.largest


@dataclass(frozen=True)
class Marked:
    """An entry that has a mark of its own on the overview, as it was known: `stands` is its first day.

    `reports`: by how many articles. `people`: how many an exchange was about; None if no article gives a number, and
    for other kinds.
    """

    pk: int
    slug: str
    kind: str
    title: str
    stands: datetime.date
    precision: str
    city: str
    reports: int
    people: People | None = None
    expected: bool = False  # a round that is still to come


@dataclass(frozen=True)
class Overview:
    """What `talks.drawings.overview` draws of the entries of a period.

    `counts`: {(first day of a month, kind): number of entries}; `marks`: {kind: [Marked]} of the kinds that have few
    enough; `named`: [Marked] of those of any kind that are to be named, the most reported first; `people`: {first day
    of a month: [People]} of its exchanges, or None if they are too many to be added up; `series`: [(title, first
    round, last round)].
    """

    counts: dict[tuple[datetime.date, str], int]
    marks: dict[str, list[Marked]]
    named: list[Marked]
    people: dict[datetime.date, list[People]] | None
    series: list[tuple[str, datetime.date, datetime.date]]

    @property
    def pks(self) -> list[int]:
        """The entries that have a mark of their own."""
        return sorted({one.pk for marks in [*self.marks.values(), self.named] for one in marks})


@dataclass(frozen=True)
class Matching:
    """What of an overview passes the filters: `counts` as there, and the entries (pks) among those with a mark."""

    counts: dict[tuple[datetime.date, str], int]
    pks: set[int]
