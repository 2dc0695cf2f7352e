"""From how many articles and sources the record draws, month by month and kind by kind.

Pure functions on rows that the database has grouped already. A source is counted as in `talks.record.balance`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from talks.record.dates import months_between

ALL = ""  # stands for entries of any kind


@dataclass(frozen=True)
class Cover:
    """So many articles of so many independent sources."""

    articles: int = 0
    sources: int = 0


@dataclass(frozen=True)
class Month:
    """`covers`: of all articles that were published in a month, then of those that report each kind of entry."""

    start: datetime.date
    covers: list[Cover]

    @property
    def is_empty(self) -> bool:
        return not self.covers[0].articles


@dataclass(frozen=True)
class Year:
    """The months of a year, from the first to the last in which the record has an article."""

    year: int
    months: list[Month]

    @property
    def articles(self) -> int:
        return sum(month.covers[0].articles for month in self.months)

    @property
    def empty(self) -> int:
        """The number of months without an article."""
        return sum(month.is_empty for month in self.months)


def years(counts: Mapping[tuple[datetime.date, str], Cover], kinds: Sequence[str]) -> list[Year]:
    """[Year] of {(first day of a month, kind or `ALL`): Cover}, newest first, with a column for each of the kinds."""
    if not counts:
        return []
    held = [month for month, _ in counts]
    columns: Iterable[str] = [ALL, *kinds]
    months = [
        Month(month, [counts.get((month, kind), Cover()) for kind in columns])
        for month in reversed(list(months_between(min(held), max(held))))
    ]
    return [Year(year, list(group)) for year, group in groupby(months, key=lambda month: month.start.year)]
