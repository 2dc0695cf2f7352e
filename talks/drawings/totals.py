"""Running totals of what was handed over, as a drawing: one chart for each kind, all directions on one axis.

Pure geometry on what `talks.record.ledger.running` gives. All charts share one axis of time. Lines are in per cent of
the plot, so that it fits any screen; the names beside them and the ticks are in pixels, so that words keep their size.
"""

import datetime
from dataclasses import dataclass
from itertools import pairwise

from talks.record.ledger import Running
from talks.record.merged import grouped

HEIGHT = 168  # of a plot, pixels
TOP = 12  # free above the highest line, pixels
LABEL = 34  # height of the two lines of words beside a line, pixels
GRID = 4  # at most so many lines across
ABOVE = 0.15  # of a total without an upper bound, drawn above it as what may be there
YEARS, MONTHS = 6, 3  # at most so many of them are named along the time


@dataclass(frozen=True)
class Line:
    """A direction's running total. `low` and `high` are paths in per cent; `between` is what lies between them.

    `high` and `between` are empty if it is one number; `high` also where the total has no upper bound.
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
    """The running totals of one kind. `named`: whether `along` are days, months or years."""

    kind: str
    lines: list[Line]
    across: list[Tick]
    along: list[Tick]
    named: str
    start: datetime.date
    end: datetime.date
    height: int = HEIGHT


def draw(runs):
    """{kind: Chart} of [Running]; kinds without a dated step have none."""
    dated = [run for run in runs if run.steps]
    if not dated:
        return {}
    start = min(run.steps[0].day for run in dated)
    end = max(run.steps[-1].day for run in dated)
    return {kind: _chart(kind, group, start, end) for kind, group in grouped(dated, lambda run: run.whole.kind).items()}


def _chart(kind, runs, start, end):
    highest = max(top(run.steps[-1].high) for run in runs)
    step = nice(highest / GRID)
    most = step * -(-highest // step)
    days = max((end - start).days, 1)

    def x(day):
        return round(100 * (day - start).days / days, 2)

    def y(value):
        return round(100 * (1 - value / most), 2)

    ends = [TOP + HEIGHT * y(top(run.steps[-1].high)) / 100 for run in runs]
    lines = [
        Line(run, *_paths(run.steps, x, y), y=round(at, 1))
        for run, at in zip(runs, apart(ends, LABEL, HEIGHT + TOP), strict=True)
    ]
    across = [Tick(round(TOP + HEIGHT * y(value) / 100, 1), value) for value in range(0, most + 1, step)]
    named_days, named = _named(start, end)
    return Chart(kind, lines, across, [Tick(x(day), day) for day in named_days], named, start, end)


def top(count):
    """The height to which a count is drawn: its largest number, or of “at least 1,000” a part above the lowest."""
    return count.most if count.high is not None else round(count.least * (1 + ABOVE))


def _paths(steps, x, y):
    low = _stairs([(x(step.day), y(step.low.least)) for step in steps])
    if all(step.low.least == top(step.high) for step in steps):
        return f"M{low}H100", "", ""
    high = _stairs([(x(step.day), y(top(step.high))) for step in steps])
    back = []
    below = 100
    for step in steps:
        back.append(f"L{x(step.day):g} {y(step.low.least):g}L{x(step.day):g} {below:g}")
        below = y(step.low.least)
    bounded = steps[-1].high.high is not None  # without an upper bound there is no line above, only what may be there
    return f"M{low}H100", f"M{high}H100" if bounded else "", f"M{high}H100V{below:g}{''.join(reversed(back))}Z"


def _stairs(points):
    """A path along (x, y): level from each to the next, then up."""
    first = f"{points[0][0]:g} 100"
    return first + "".join(f"H{x:g}V{y:g}" for x, y in points)


def nice(value):
    """The least whole number of 1, 2 or 5 with noughts that is not below `value`."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if factor * unit >= value:
                return factor * unit
        unit *= 10


def apart(places, least, most):
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


def _named(start, end):
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
