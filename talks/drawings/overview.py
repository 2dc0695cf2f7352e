"""The overview band: where all entries stand in time, to scale, in a lane for each kind.

Pure geometry on what `talks.queries.overview` gives. Positions along time are per cent of the band's width, so that it
fits any screen; heights are pixels, so that marks and words keep their size. Where marks would lie on each other they
are stacked; where they would fill the screen, a bar for each month stands in their place.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from talks.models import KINDS
from talks.record.dates import last_of_month, months_between

MARK = 9  # height of a mark with its space, pixels
STEP = 0.95  # marks nearer than this (per cent) would overlap at 1,000 pixels
LETTER = 0.62  # width of a letter (per cent) at 1,000 pixels; on narrower screens no words stand in the lanes
NAMED = 3  # so many marks of a lane have their name beside them
BAR = 44  # height of the highest bar, pixels
ROW = 15  # height of a row of series, pixels
GAP = 3  # so many months without any entry are hatched
BY_MONTH = 18  # a drawing of at most so many months names them on its axis; a longer one names the years


@dataclass
class Mark:
    """One entry: the x of its first day, y of its middle, and the entry as `talks.queries.overview` gives it.

    `name` stands beside it, before or after; it is empty for all but the few that are named. `folded` is the number of
    entries that it stands for: undated ones of one kind and day are one mark.
    """

    x: float
    y: float
    entry: dict
    folded: int = 1
    name: str = ""
    before: bool = False


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
    """The entries of one kind: bars, and marks where there are few enough of them.

    `outline` draws all bars as one path, in per cent of the width and pixels of height.
    """

    kind: str
    count: int
    bars: list[Bar]
    outline: str
    marks: list[Mark] = field(default_factory=list)
    height: int = BAR


@dataclass(frozen=True)
class Span:
    """A stretch of time, both days included: a month or year to choose, a gap, a series of talks."""

    x: float
    width: float
    start: datetime.date
    end: datetime.date
    count: int = 0


@dataclass
class SeriesBar:
    """A series of talks, from its first to its last round; its name stands `after` the bar, `before` it or nowhere."""

    span: Span
    title: str
    y: int
    place: str


@dataclass(frozen=True)
class Band:
    """The whole drawing. `chosen` is the period that the reader chose, or None."""

    start: datetime.date
    end: datetime.date
    lanes: list[Lane]
    series: list[SeriesBar]
    axis: list[Span]
    months: list[Span]
    gaps: list[Span]
    chosen: Span | None
    by_month: bool

    @property
    def count(self):
        return sum(lane.count for lane in self.lanes)

    @property
    def dense(self):
        """True if bars stand for the marks at any width."""
        return not any(lane.marks for lane in self.lanes)

    @property
    def series_height(self):
        return max((bar.y for bar in self.series), default=0) + ROW


def draw(overview, *, since=None, until=None, zoomed=None, name=lambda entry: ""):
    """The `Band` of what `talks.queries.overview` gives, or None for an empty record.

    `since` and `until` are the period that the reader chose; with `zoomed`, the overview of that period, the drawing
    spans just this. `name(entry)` is what may stand beside a mark.
    """
    if not overview.counts:
        return None
    start, end = min(month for month, _ in overview.counts), last_of_month(max(month for month, _ in overview.counts))
    if zoomed:
        start, end = max(since or start, start), min(until or end, end)
        overview = zoomed
        if start > end:
            return None
    counts, scale = overview.counts, Scale(start, end)
    months = [
        scale.span(month, last_of_month(month), sum(counts.get((month, kind), 0) for kind in KINDS))
        for month in months_between(start, end)
    ]
    by_month = len(months) <= BY_MONTH
    return Band(
        start=start,
        end=end,
        lanes=[_lane(kind, overview, scale, name) for kind in KINDS],
        series=list(_series(overview.series, scale)),
        axis=months if by_month else _years(scale, counts),
        months=months,
        gaps=[] if zoomed else list(_gaps(months, scale)),
        chosen=None if zoomed else _chosen(since, until, scale),
        by_month=by_month,
    )


@dataclass(frozen=True)
class Scale:
    """Days to per cent of the width."""

    start: datetime.date
    end: datetime.date

    def x(self, day):
        day = min(max(day, self.start), self.end + datetime.timedelta(days=1))
        return round(100 * (day - self.start).days / ((self.end - self.start).days + 1), 2)

    def span(self, first, last, count=0):
        """A `Span`; what of it lies outside the drawing is left out of its x and width."""
        x = self.x(first)
        after = min(last, self.end) + datetime.timedelta(days=1)
        return Span(x, round(self.x(after) - x, 2), first, last, count)


def _lane(kind, overview, scale, name):
    count = sum(number for (_, its_kind), number in overview.counts.items() if its_kind == kind)
    bars = list(_bars(kind, overview.counts, scale))
    outline = "".join(f"M{bar.x} {BAR}v-{bar.height}h{bar.width}v{bar.height}z" for bar in bars)
    if overview.marks is None:
        return Lane(kind, count, bars, outline)
    folded = _folded([entry for entry in overview.marks if entry["kind"] == kind])
    placed = list(_stacked(folded, scale))
    height = max(MARK * (max((level for *_, level in placed), default=0) + 2), MARK * 3)
    marks = [Mark(x, height - MARK * (level + 1), entry, number) for entry, number, x, level in placed]
    _name_some(marks, name)
    return Lane(kind, count, bars, outline, marks, height)


def _folded(entries):
    """[(entry, number of entries)]: undated ones of one day as one, the others alone."""
    undated = Counter(entry["stands"] for entry in entries if entry["precision"] == "reported")
    folded = []
    for entry in entries:
        number = undated.pop(entry["stands"], 0) if entry["precision"] == "reported" else 1
        if number:
            folded.append((entry, number))
    return folded


def _stacked(entries, scale):
    """(entry, number, x, level): each on the lowest level where it overlaps none before it."""
    ends = []  # of each level, the x up to which it is taken
    for entry, number in entries:
        x = scale.x(entry["stands"])
        level = next((number for number, end in enumerate(ends) if x >= end), len(ends))
        ends[level : level + 1] = [x + STEP]
        yield entry, number, x, level


def _name_some(marks, name):
    """Name the marks that most articles report, where their names lie neither on marks nor on each other."""
    taken = [(mark.x - STEP / 2, mark.x + STEP / 2, mark.y) for mark in marks]
    reported = [mark for mark in marks if mark.folded == 1 and mark.entry["reports"] > 1]
    for mark in sorted(reported, key=lambda mark: (-mark.entry["reports"], mark.x)):
        words = name(mark.entry)
        width = len(words) * LETTER
        for before, start in ((False, mark.x + STEP), (True, mark.x - STEP - width)):
            inside = start >= 0 and start + width <= 100
            if words and inside and not _overlaps(taken, start, start + width, mark.y):
                mark.name, mark.before = words, before
                taken.append((start, start + width, mark.y))
                break
        if sum(bool(mark.name) for mark in marks) == NAMED:
            break


def _overlaps(taken, start, end, y):
    """True if something taken lies between `start` and `end` at the height `y` of a line of words."""
    return any(low < end and high > start and abs(its_y - y) < MARK * 1.5 for low, high, its_y in taken)


def _bars(kind, counts, scale):
    most = max(counts.values(), default=0)
    for (month, its_kind), count in sorted(counts.items()):
        if its_kind == kind:
            height = max(round((BAR - 4) * count / most, 1), 2)
            span = scale.span(month, last_of_month(month))
            yield Bar(span.x, BAR - height, span.width, height, month, count)


def _series(series, scale):
    """A bar for each series in time, in the first row where neither bar nor name meets another's."""
    ends = []  # of each row, the x up to which it is taken
    for title, first, last in sorted(series, key=lambda one: one[1]):
        if last < scale.start or first > scale.end:
            continue
        span, width = scale.span(first, last), len(title) * LETTER
        start, end = span.x, span.x + span.width + STEP
        place = "after" if end + width <= 100 else "before" if start - STEP - width >= 0 else ""
        start -= STEP + width if place == "before" else 0
        end += STEP + width if place == "after" else 0
        row = next((number for number, taken in enumerate(ends) if start >= taken), len(ends))
        ends[row : row + 1] = [end]
        yield SeriesBar(span, title, row * ROW, place)


def _years(scale, counts):
    years = []
    for year in range(scale.start.year, scale.end.year + 1):
        count = sum(number for (month, _), number in counts.items() if month.year == year)
        years.append(scale.span(datetime.date(year, 1, 1), datetime.date(year, 12, 31), count))
    return years


def _gaps(months, scale):
    """The stretches of `GAP` months and more without any entry."""
    empty = []
    for month in [*months, None]:
        if month and not month.count:
            empty.append(month)
            continue
        if len(empty) >= GAP:
            yield scale.span(empty[0].start, empty[-1].end)
        empty = []


def _chosen(since, until, scale):
    if not (since or until):
        return None
    first, last = since or scale.start, until or scale.end
    return None if last < scale.start or first > scale.end else scale.span(first, last)
