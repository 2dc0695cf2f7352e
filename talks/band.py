"""The overview band: where all entries stand in time, to scale, in a lane for each kind.

Pure geometry on what `talks.queries.overview` gives. Positions along time are per cent of the band's width, so that it
fits any screen; heights are pixels, so that marks and words keep their size. Where marks would lie on each other they
are stacked; where they would fill the screen, a bar for each month stands in their place.
"""

import calendar
import datetime
from dataclasses import dataclass, field

from talks.models import KINDS

MOST_MARKS = 300  # more than these become bars
MARK = 9  # height of a mark with its space, pixels
STEP = 0.95  # marks nearer than this (per cent) would overlap at 1,000 pixels
BAR = 44  # height of the highest bar, pixels
MONTH_WIDTH = 1.2  # months narrower than this (per cent) get no tick of their own


@dataclass(frozen=True)
class Mark:
    """One entry: the x of its first day, y of its middle, and the entry as a dict of slug, kind, title, start."""

    x: float
    y: float
    entry: dict


@dataclass(frozen=True)
class Bar:
    """All entries of a kind in one month."""

    x: float
    y: float
    width: float
    height: float
    month: datetime.date
    count: int


@dataclass
class Lane:
    """The entries of one kind: marks, or bars where there are too many."""

    kind: str
    count: int
    marks: list[Mark] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    height: int = MARK * 2


@dataclass(frozen=True)
class Tick:
    """A month or a year on the axis: a choice of its period."""

    x: float
    width: float
    start: datetime.date
    end: datetime.date
    count: int


@dataclass(frozen=True)
class Band:
    """The whole drawing. `chosen` is (x, width) of the period that the reader chose, or None."""

    start: datetime.date
    end: datetime.date
    lanes: list[Lane]
    years: list[Tick]
    months: list[Tick]
    chosen: tuple[float, float] | None

    @property
    def count(self):
        return sum(lane.count for lane in self.lanes)

    @property
    def dense(self):
        """True if bars stand for the marks."""
        return any(lane.bars for lane in self.lanes)


def draw(counts, marks, *, since=None, until=None):
    """The `Band` of a record, or None for an empty one.

    `counts`: {(first day of a month, kind): number of entries}; `marks`: the entries as dicts, or None where there are
    more than `MOST_MARKS`. `since` and `until` are the period that the reader chose.
    """
    if not counts:
        return None
    start, end = min(month for month, _ in counts), last_day(max(month for month, _ in counts))
    scale = Scale(start, end)
    lanes = [_lane(kind, counts, marks, scale) for kind in KINDS]
    months = [
        Tick(scale.x(month), scale.width(month, last_day(month)), month, last_day(month), _count(counts, month))
        for month in months_between(start, end)
    ]
    return Band(start, end, lanes, _years(start, end, counts, scale), months, _chosen(since, until, scale))


@dataclass(frozen=True)
class Scale:
    """Days to per cent of the width."""

    start: datetime.date
    end: datetime.date

    def x(self, day):
        day = min(max(day, self.start), self.end + datetime.timedelta(days=1))
        return round(100 * (day - self.start).days / ((self.end - self.start).days + 1), 2)

    def width(self, first, last):
        return round(self.x(last + datetime.timedelta(days=1)) - self.x(first), 2)


def last_day(month):
    """The last day of the month that `month` is in."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_between(start, end):
    """The first days of the months from `start` to `end`."""
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = last_day(month) + datetime.timedelta(days=1)


def _count(counts, month):
    return sum(counts.get((month, kind), 0) for kind in KINDS)


def _lane(kind, counts, marks, scale):
    count = sum(number for (_, its_kind), number in counts.items() if its_kind == kind)
    if marks is None:
        most = max(counts.values())
        return Lane(kind, count, bars=list(_bars(kind, counts, scale, most)), height=BAR + MARK)
    placed = list(_stacked([entry for entry in marks if entry["kind"] == kind], scale))
    levels = max((level for _, level, _ in placed), default=0) + 1
    height = max(MARK * (levels + 1), MARK * 3)
    drawn = [Mark(x, height - MARK * (level + 1), entry) for x, level, entry in placed]
    return Lane(kind, count, marks=drawn, height=height)


def _stacked(entries, scale):
    """(x, level, entry): each entry on the lowest level where it overlaps none before it."""
    ends = []  # of each level, the x up to which it is taken
    for entry in entries:
        x = scale.x(entry["stands"])
        level = next((number for number, end in enumerate(ends) if x >= end), len(ends))
        ends[level : level + 1] = [x + STEP]
        yield x, level, entry


def _bars(kind, counts, scale, most):
    for (month, its_kind), count in sorted(counts.items()):
        if its_kind == kind:
            height = max(round(BAR * count / most, 1), 1)
            width = scale.width(month, last_day(month))
            yield Bar(scale.x(month), BAR + MARK - height, width, height, month, count)


def _years(start, end, counts, scale):
    ticks = []
    for year in range(start.year, end.year + 1):
        first, last = max(start, datetime.date(year, 1, 1)), min(end, datetime.date(year, 12, 31))
        count = sum(number for (month, _), number in counts.items() if month.year == year)
        whole = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        ticks.append(Tick(scale.x(first), scale.width(first, last), *whole, count))
    return ticks


def _chosen(since, until, scale):
    if not (since or until):
        return None
    first, last = since or scale.start, until or scale.end
    if last < scale.start or first > scale.end:
        return None
    return scale.x(first), scale.width(first, last)
