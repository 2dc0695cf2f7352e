"""Lanes of the overview band: the marks of a kind, stacked, or a bar for each month."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt

from talks.drawings.overview.shapes import BAR, LINE, MARK, SIZED, SPACE, Bar, Lane, Mark, Scale
from talks.models import Entry
from talks.record.overview import Marked, Matching, Overview

Counts = dict[tuple[datetime.date, str], int]  # {(first day of a month, kind): number of entries}
LARGEST = 46  # of a mark, pixels; larger ones are drawn so
AREA = 0.34  # square pixels for each person: an exchange of 1,000 for 1,000 is 26 pixels wide
TALLEST = 130  # height of a lane of marks, pixels; beyond it, marks become bars


def lane_of(
    kind: str,
    overview: Overview,
    matching: Matching | None,
    counts: Counts,
    passing: Counts,
    scale: Scale,
    pixel: float,
) -> Lane:
    """The lane of a kind: its marks if there are few enough to tell them apart, else its bars.

    What is to be named comes last, on top of what stands there, so that its name is beside or above it.
    """
    lane = _bars(kind, overview, counts, passing, scale)
    entries = overview.marks.get(kind)
    in_order = sorted(_folded(entries or [], matching), key=lambda one: one[0] in overview.named)
    placed = sorted(_stacked(in_order, scale, pixel), key=lambda mark: (mark.x, mark.y))
    top = max((mark.y + mark.size / 2 for mark in placed), default=0) + MARK
    if entries is not None and top <= TALLEST:
        lane.height, lane.as_bars = max(top, 3 * MARK), False
        for mark in placed:
            mark.y = lane.height - mark.y
        lane.marks = placed
    else:
        of_kind = [entry for entry in overview.named if entry.kind == kind]
        lane.marks = [
            Mark(scale.of_day(one.stands), LINE / 2, one, matches=not matching or one.pk in matching.pks)
            for one in of_kind
        ]
    return lane


def _folded(entries: Sequence[Marked], matching: Matching | None) -> Iterator[tuple[Marked, int, bool]]:
    """(entry, number of entries, whether they pass the filters): undated ones of one day as one, the others alone."""
    passes = {entry.pk: not matching or entry.pk in matching.pks for entry in entries}
    undated = Counter((entry.stands, passes[entry.pk]) for entry in entries if _undated(entry))
    for entry in entries:
        number = undated.pop((entry.stands, passes[entry.pk]), 0) if _undated(entry) else 1
        if number:
            yield entry, number, passes[entry.pk]


def _undated(entry: Marked) -> bool:
    return entry.precision == Entry.Precision.REPORTED


def _size(entry: Marked) -> float:
    """The width of its mark: the area of an exchange is as large as the number of its people."""
    people = entry.people.number if entry.people else 0
    return round(min(max(sqrt(AREA * people), MARK), LARGEST), 1)


def _stacked(folded: Iterable[tuple[Marked, int, bool]], scale: Scale, pixel: float) -> Iterator[Mark]:
    """A `Mark` for each, as low as it overlaps none before it; here y is how high its middle is above the line."""
    placed: list[Mark] = []
    for entry, number, matches in folded:
        mark = Mark(scale.of_day(entry.stands), 0, entry, _size(entry), number, matches=matches)
        near = [other for other in placed if _beside(mark, other, pixel)]
        bottom = 0.0
        for other in sorted(near, key=lambda other: other.y):
            if other.y - other.size / 2 - 1 < bottom + mark.size and other.y + other.size / 2 + 1 > bottom:
                bottom = other.y + other.size / 2 + 1
        mark.y = bottom + mark.size / 2
        placed.append(mark)
        yield mark


def _beside(one: Mark, other: Mark, pixel: float) -> bool:
    """True if two marks would overlap on one line."""
    return abs(one.x - other.x) < ((one.size + other.size) / 2 + SPACE) * pixel - 0.001


def _bars(kind: str, overview: Overview, counts: Counts, passing: Counts, scale: Scale) -> Lane:
    """A lane of bars; of exchanges they tell people, as far as articles give numbers, unless filters leave some out.

    Where they leave out nothing, `passing` is `counts` itself.
    """
    in_all, matching = (sum(those[key] for key in those if key[1] == kind) for those in (counts, passing))
    people = overview.people if kind in SIZED and passing is counts else None
    if people is None:
        most = max((count for those in (counts, passing) for count in those.values()), default=0)
        bars, passed = (
            _bars_of({month: count for (month, its), count in those.items() if its == kind}, most, scale)
            for those in (counts, passing if passing is not counts else {})
        )
        return Lane(kind, in_all, matching, bars, _outline(bars), _outline(passed))
    numbers = within({(month, kind): sum(one.number for one in those) for month, those in people.items()}, scale.start)
    of_dead = within(
        {(month, kind): sum(one.dead.largest for one in those) for month, those in people.items()}, scale.start
    )
    most = max(numbers.values(), default=0)
    bars, dead = (
        _bars_of({month: number for (month, _), number in those.items()}, most, scale) for those in (numbers, of_dead)
    )
    return Lane(kind, in_all, matching, bars, _outline(bars), dead=_outline(dead), of_people=True)


def _bars_of(numbers: dict[datetime.date, int], most: int, scale: Scale) -> list[Bar]:
    bars = []
    for month, span in scale.months.items():
        if number := numbers.get(month):
            height = max(round((BAR - 4) * number / most, 1), 2)
            bars.append(Bar(span.x, BAR - height, span.width, height, month, number))
    return bars


def _outline(bars: Iterable[Bar]) -> str:
    return "".join(f"M{bar.x} {BAR}v-{bar.height}h{bar.width}v{bar.height}z" for bar in bars)


def within(counts: Counts, start: datetime.date) -> Counts:
    """The same from the month of `start`: what began before and still lasted then counts there."""
    kept: Counts = Counter()
    for (month, kind), count in counts.items():
        kept[max(month, start.replace(day=1)), kind] += count
    return kept
