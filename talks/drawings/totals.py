"""Running totals of what was handed over, as a drawing: one chart for each kind, all directions on one axis.

Pure geometry on what `talks.record.ledger.running` gives. All charts share one axis of time. Lines are in per cent of
the plot, so that it fits any screen; the names beside them and the ticks are in pixels, so that words keep their size.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from talks.models.counts import Count
from talks.record.ledger import Running, Step
from talks.record.merged import grouped

HEIGHT = 168  # of a plot, pixels
TOP = 12  # free above the highest line, pixels
LABEL = 34  # height of the two lines of words beside a line, pixels
GRID = 4  # at most so many lines across
ABOVE = 0.15  # of a total without an upper bound, drawn above it as what may be there
YEARS, MONTHS = 6, 3  # at most so many of them are named along the time
GAP = datetime.timedelta(days=21)  # longer without any report, and nobody can say that the line went on
KNOWN = datetime.timedelta(days=3)  # for which a line goes on after a report
FINE, COARSE = 100, 4  # places in a per cent of the time; of very many steps, few enough for a light page
MANY = 300  # steps are drawn coarsely

Part = tuple[float, float]  # of the time, from and to in per cent
Point = tuple[float, float]  # x and y in per cent
Silence = tuple[datetime.date, datetime.date]  # the first and the last day of a stretch without reports


@dataclass(frozen=True)
class Line:
    """A direction's running total. `low` and `high` are paths in per cent; `between` is what lies between them.

    `high` and `between` are empty if it is one number; `high` also where the total has no upper bound. All are broken
    where nothing is reported.
    """

    run: Running
    low: str
    high: str
    between: str
    y: float


@dataclass(frozen=True)
class Tick:
    """A day along the time, or a number across."""

    at: float
    value: object


@dataclass(frozen=True)
class Chart:
    """The running totals of one kind. `named`: whether `along` are days, months or years.

    `gaps` are [(where it begins, its width)] of each stretch of the time in which nothing is reported.
    """

    kind: str
    lines: list[Line]
    across: list[Tick]
    along: list[Tick]
    named: str
    start: datetime.date
    end: datetime.date
    gaps: list[tuple[float, float]]
    height: int = HEIGHT


def draw(
    runs: Iterable[Running],
    reported: Iterable[datetime.date] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> dict[str, Chart]:
    """{kind: Chart} of [Running]; kinds without a dated step have none.

    `reported` are the days of articles on such transfers: where there is none for long, the lines are broken. With
    `since` and `until` the time is that period, as far as something is reported of it.
    """
    dated = [run for run in runs if run.steps]
    if not dated:
        return {}
    handed_over = {step.day for run in dated for step in run.steps}
    known = sorted({*reported, *handed_over})
    start = max(since, min(known[0], *handed_over)) if since else min(handed_over)
    end = min(until, known[-1]) if until else max(handed_over)
    silent = list(_silences(known, start, end))
    groups = grouped(dated, lambda run: run.whole.kind)
    return {kind: _chart(kind, group, start, end, silent) for kind, group in groups.items()}


def _silences(known: Sequence[datetime.date], start: datetime.date, end: datetime.date) -> Iterator[Silence]:
    """(first, last) day of each stretch of time between two days on which something is reported, if it is long."""
    for before, after in pairwise(known):
        first, last = max(before + KNOWN, start), min(after, end)
        if after - before > GAP and first < last:
            yield first, last


def _chart(
    kind: str, runs: Sequence[Running], start: datetime.date, end: datetime.date, silent: Sequence[Silence]
) -> Chart:
    highest = max(top(run.steps[-1].high) for run in runs)
    step = nice(highest / GRID)
    most = step * -(-highest // step)
    days = max((end - start).days, 1)

    grain = FINE if max(len(run.steps) for run in runs) <= MANY else COARSE

    def x(day: datetime.date) -> float:
        return round(100 * grain * (day - start).days / days) / grain

    def y(value: float) -> float:
        return round(100 * (1 - value / most), 2)

    ends = [TOP + HEIGHT * y(top(run.steps[-1].high)) / 100 for run in runs]
    edges = [x(day) for gap in silent for day in gap]
    parts = list(pairwise([0, *edges, 100]))[::2]
    gaps = [(first, round(last - first, 2)) for first, last in list(pairwise(edges))[::2]]
    lines = [
        Line(run, *_paths(run.steps, x, y, parts), y=round(at, 1))
        for run, at in zip(runs, apart(ends, LABEL, HEIGHT + TOP - LABEL / 2), strict=True)
    ]
    across = [Tick(round(TOP + HEIGHT * y(value) / 100, 1), value) for value in range(0, most + 1, step)]
    named_days, named = _named(start, end)
    return Chart(kind, lines, across, [Tick(x(day), day) for day in named_days], named, start, end, gaps)


def top(count: Count) -> int:
    """The height to which a count is drawn: its largest number, or of “at least 1,000” a part above the lowest."""
    return count.high + count.slack if count.high is not None else round(count.least * (1 + ABOVE))


def _paths(
    steps: Sequence[Step], x: Callable[[datetime.date], float], y: Callable[[float], float], parts: Sequence[Part]
) -> tuple[str, str, str]:
    """(`low`, `high`, `between`) of a `Line`."""
    low = _corners([(x(step.day), y(step.low.least)) for step in steps], parts)
    if all(step.low.least == top(step.high) for step in steps):
        return _path(low), "", ""
    high = _corners([(x(step.day), y(top(step.high))) for step in steps], parts)
    bounded = steps[-1].high.high is not None  # without an upper bound there is no line above, only what may be there
    between = (
        _path([above]) + "L" + "L".join(f"{x:g} {y:g}" for x, y in reversed(below)) + "Z"
        for above, below in zip(high, low, strict=True)
    )
    return _path(low), _path(high) if bounded else "", "".join(between)


def _corners(points: Iterable[Point], parts: Iterable[Part]) -> list[list[Point]]:
    """For each part of the time, [(x, y)] along these points: level from each to the next, then up.

    A line begins at its first point, from the ground.
    """
    heights = dict(points)  # of one day, the last
    places = list(heights)
    lines = []
    for start, end in parts:
        first, after = bisect_left(places, start), bisect_right(places, end)
        inside = places[first:after]
        if not after:
            continue
        at = heights[places[first - 1]] if first else 100
        line = [(start if first else inside[0], at)]
        for place in inside:
            line += [(place, at), (place, heights[place])]
            at = heights[place]
        lines.append([*line, (end, at)])
    return lines


def _path(lines: Iterable[list[Point]]) -> str:
    """Lines of level and upright strokes as a path."""
    told = ""
    for line in lines:
        told += "M{:g} {:g}".format(*line[0])
        for (before, level), (x, y) in pairwise(line):
            told += (f"H{x:g}" if x != before else "") + (f"V{y:g}" if y != level else "")
    return told


def nice(value: float) -> int:
    """The least whole number of 1, 2 or 5 with noughts that is not below `value`."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if factor * unit >= value:
                return factor * unit
        unit *= 10


def apart(places: Sequence[float], least: float, most: float) -> list[float]:
    """These places moved so that each is at least so far from the next, in their order, and the last within `most`."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = dict(enumerate(places))
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    limit = most
    for index in reversed(order):
        moved[index] = min(moved[index], limit)
        limit = moved[index] - least
    return [moved[index] for index in range(len(places))]


def _named(start: datetime.date, end: datetime.date) -> tuple[list[datetime.date], str]:
    """(days to name along the time, "day", "month" or "year"): both ends, or the first days of months or of years."""
    years = [datetime.date(year, 1, 1) for year in range(start.year + 1, end.year + 1)]
    if len(years) > 1:
        return years[:: -(-len(years) // YEARS)], "year"
    months, day = [], start.replace(day=1)
    while (day := (day + datetime.timedelta(days=32)).replace(day=1)) <= end:
        months.append(day)
    if len(months) > 2:
        return months[:: -(-len(months) // MONTHS)], "month"
    return sorted({start, end}), "day"
