"""What several reports of one thing say: its different values, with who gives each, and whether they can all be true.

Pure functions on rows in order of report, as `talks.record.merged` puts them together.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeVar

from talks.models import Sourced
from talks.models.counts import Count, narrowed
from talks.record.facts import folded

Thing = TypeVar("Thing")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Reading:
    """One value of a column, and the rows (each of an article) that give it."""

    value: Any
    rows: list


def readings(rows: Iterable[Sourced], column: str, key: Callable[[str], Hashable] = folded) -> list[Reading]:
    """The different values that `rows` give for `column`, in order of report; rows that give none are left out.

    Texts of one `key` are the same value.
    """
    found: dict[object, list[Sourced]] = {}
    for row in rows:
        value = getattr(row, column)
        if value not in (None, ""):
            found.setdefault(key(value) if isinstance(value, str) else value, []).append(row)
    return [Reading(getattr(group[0], column), group) for group in found.values()]


def grouped(rows: Iterable[Thing], key: Callable[[Thing], Key]) -> dict[Key, list[Thing]]:
    """{key: rows} in order of first report."""
    groups: dict[Key, list[Thing]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def agree(one: Any, other: Any) -> bool:
    """True if two reported values can both be true."""
    return one.agrees(other) if isinstance(one, Count) else one == other


def differ(rows: list[Sourced]) -> bool:
    """True if rows that report the same thing contradict each other in a number of it, or in whether one was head."""
    return len(rows) > 1 and any(
        not agree(one.value, other.value)
        for column in rows[0].COMPARED
        for one, other in combinations(readings(rows, column), 2)
    )


def figures(counts: Iterable[Count]) -> tuple[Count, Count]:
    """The counts (at least one) of one thing that make its lower and its higher total.

    Where all can be true they are one, what they say together: “1,200” for “at least 1,000” and “1,200”. Where some
    cannot, these are the smallest and the largest of those that no other makes more exact.
    """
    counts = list(counts)
    if all(one.agrees(other) for one, other in combinations(counts, 2)):
        return (narrowed(counts),) * 2
    kept = [one for one in counts if not any(other != one and other.within(one) for other in counts)]
    lower = min(kept, key=lambda count: (count.least, count.most))
    return lower, max(kept, key=lambda count: (count.most, count.least))
