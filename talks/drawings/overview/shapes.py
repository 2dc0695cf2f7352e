"""What the overview band consists of, and how days become places on it."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property

from talks.models import Entry, Kind
from talks.record.dates import last_of_month, months_between
from talks.record.overview import Marked

MARK = 8  # width and height of a mark, pixels
SPACE = 1.5  # between marks beside each other, pixels
PIXEL = 0.1  # per cent of the width: the drawing is 1,000 pixels wide, or wider
LETTER = 0.62  # width of a letter (per cent) at 1,000 pixels; on narrower screens no words stand in the lanes
BAR = 44  # height of the highest bar, pixels
LINE = 16  # height of a line of words, pixels
LABELLED = 9  # width of a gap (per cent) that has room for words
SIZED = frozenset({Kind.SWAP})  # kinds whose marks tell by their size how many people they were about
UNKNOWN = "unknown"  # the shape of an exchange of which no article gives a number


@dataclass
class Mark:
    """One entry: x in the middle of its first day, y of its middle, its width and height, and the entry itself.

    `name` stands before, after or above it (`place`), its middle at `name_y`; it is empty for all but the few that are
    named. `folded` is the number of entries that it stands for: undated ones of one kind and day are one mark.
    """

    x: float
    y: float
    entry: Marked
    size: float = MARK
    folded: int = 1
    name: str = ""
    place: str = ""
    name_y: float = 0
    matches: bool = True

    @property
    def shape(self) -> str:
        """Its kind, or that its size is not known."""
        return UNKNOWN if self.entry.kind in SIZED and not self.entry.people else self.entry.kind

    @property
    def look(self) -> str:
        """What else its looks tell: that it is still to come, has no date in any article, was about the dead alone."""
        if self.entry.expected:
            return "coming"
        dead = self.entry.people and not self.entry.people.living.largest
        return "open" if not self.dated else "of-dead" if dead else ""

    @property
    def dated(self) -> bool:
        return self.entry.precision != Entry.Precision.REPORTED

    @property
    def half(self) -> float:
        """From its middle to its edge, pixels."""
        return round(self.size / 2, 2)

    @property
    def beside(self) -> float:
        """From its middle to its name, pixels."""
        return round(self.size / 2 + SPACE * 2, 1)


@dataclass(frozen=True)
class Bar:
    """A month of a lane; `count` is what its height tells: entries, or people."""

    x: float
    y: float
    width: float
    height: float
    month: datetime.date
    count: int


@dataclass
class Lane:
    """The entries of one kind: marks, or bars where these would be too many; then `marks` are the few that are named.

    `outline` draws all bars as one path, in per cent of the width and pixels of height; `within` the part of them that
    passes the filters, `dead` the part that were bodies. `of_people`: bars tell people, not entries.
    """

    kind: str
    count: int
    matching: int
    bars: list[Bar]
    outline: str
    within: str = ""
    dead: str = ""
    of_people: bool = False
    marks: list[Mark] = field(default_factory=list)
    height: float = BAR
    as_bars: bool = True


@dataclass(frozen=True)
class Span:
    """A stretch of time, both days included: a month or year to choose, a gap, a series of talks."""

    x: float
    width: float
    start: datetime.date
    end: datetime.date
    count: int = 0
    matching: int = 0

    @property
    def labelled(self) -> bool:
        """True if there is room for words in it."""
        return self.width >= LABELLED

    @property
    def slim(self) -> bool:
        """True if it has no room for words on a phone."""
        return self.width < LABELLED

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass
class SeriesBar:
    """A series of talks, from its first to its last round; its name stands `after` the bar, `before` it or `above`."""

    span: Span
    title: str
    y: int
    place: str


@dataclass(frozen=True)
class Band:
    """The whole drawing.

    `steps`: {closer, wider, earlier, later: the `Span` that it leads to}, without those that lead nowhere. `crumbs` are
    the periods around the one shown, from the whole of the record to this one.
    """

    start: datetime.date
    end: datetime.date
    lanes: list[Lane]
    series: list[SeriesBar]
    axis: list[Span]
    months: list[Span]
    gaps: list[Span]
    crumbs: list[Span]
    steps: dict[str, Span]
    by_month: bool
    near: bool

    @property
    def count(self) -> int:
        return sum(lane.count for lane in self.lanes)

    @property
    def matching(self) -> int:
        """How many of these pass the filters."""
        return sum(lane.matching for lane in self.lanes)

    @property
    def whole(self) -> bool:
        """True if it spans all of the record."""
        return len(self.crumbs) == 1

    @property
    def sized(self) -> bool:
        """True if it has marks that tell by their size how many people they were about."""
        return any(mark.shape in SIZED for lane in self.lanes if not lane.as_bars for mark in lane.marks)

    @property
    def unknown(self) -> bool:
        """True if it has marks of exchanges without a number."""
        return any(mark.shape == UNKNOWN for lane in self.lanes for mark in lane.marks)

    @property
    def of_people(self) -> bool:
        """True if it has bars that tell people, at some width."""
        return any(lane.of_people and lane.bars for lane in self.lanes)

    @property
    def people_barred(self) -> bool:
        """True if it has them at any width."""
        return any(lane.of_people and lane.bars and lane.as_bars for lane in self.lanes)

    @property
    def barred(self) -> bool:
        """True if it has bars that tell entries, at any width."""
        return any(lane.as_bars and lane.bars and not lane.of_people for lane in self.lanes)

    @property
    def undated(self) -> bool:
        return any(not mark.dated for lane in self.lanes for mark in lane.marks)

    @property
    def series_height(self) -> int:
        return max((bar.y for bar in self.series), default=0) + LINE


@dataclass(frozen=True)
class Scale:
    """Days to per cent of the width."""

    start: datetime.date
    end: datetime.date

    @cached_property
    def months(self) -> dict[datetime.date, Span]:
        """{its first day: `Span`} of each month, which all lanes have in common."""
        return {month: self.span(month, last_of_month(month)) for month in months_between(self.start, self.end)}

    def x(self, day: datetime.date) -> float:
        day = min(max(day, self.start), self.end + datetime.timedelta(days=1))
        return round(100 * (day - self.start).days / ((self.end - self.start).days + 1), 2)

    def of_day(self, day: datetime.date) -> float:
        """The x of a mark: the middle of its day, which shows in a short period; the edge if that was before it."""
        if day < self.start:
            return 0.0
        return round((self.x(day) + self.x(day + datetime.timedelta(days=1))) / 2, 2)

    def span(self, first: datetime.date, last: datetime.date, count: int = 0, matching: int = 0) -> Span:
        """A `Span`; what of it lies outside the drawing is left out of its x and width."""
        x = self.x(first)
        after = min(last, self.end) + datetime.timedelta(days=1)
        return Span(x, round(self.x(after) - x, 2), first, last, count, matching)
