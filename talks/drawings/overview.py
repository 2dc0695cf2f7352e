"""The overview band: where the entries of a period stand in time, to scale, in a lane for each kind.

Pure geometry on what `talks.queries.overview` gives. Positions along time are per cent of the band's width, so that it
fits any screen; heights are pixels, so that marks and words keep their size. Where marks would lie on each other they
are stacked; where they would fill the screen, a bar for each month stands in their place. What does not pass the
filters stays in its place, and says so: `matches`, and the counts that do.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt

from talks.models import KINDS, Entry, Kind
from talks.record.dates import last_of_month, months_between
from talks.record.overview import Marked, Matching, Overview

Box = tuple[float, float, float, float]  # from and to, per cent of the width; from and to, pixels from the top
Counts = dict[tuple[datetime.date, str], int]  # {(first day of a month, kind): number of entries}

MARK = 8  # width and height of a mark, pixels
SPACE = 1.5  # between marks beside each other, pixels
LARGEST = 46  # of a mark, pixels; larger ones are drawn so
AREA = 0.34  # square pixels for each person: an exchange of 1,000 for 1,000 is 26 pixels wide
PIXEL = 0.1  # per cent of the width: the drawing is 1,000 pixels wide, or wider
NARROW_PIXEL = 0.3  # the same on a phone, which has room for no more than `FEW` marks
FEW = 40
TALLEST = 130  # height of a lane of marks, pixels; beyond it, marks become bars
LETTER = 0.62  # width of a letter (per cent) at 1,000 pixels; on narrower screens no words stand in the lanes
CLOSE_UP = 3  # so many marks of a lane have their name beside them, where months are told apart
BAR = 44  # height of the highest bar, pixels
LINE = 16  # height of a line of words, pixels
LETTERS = 5  # from its middle to the edge of its letters, pixels
FAR = 24  # pixels between a mark and a name above it, at which nobody sees that they belong together
GAP = 3  # so many months without any entry are hatched
LABELLED = 9  # width of a gap (per cent) that has room for words
BY_MONTH = 18  # a drawing of at most so many months names them on its axis; a longer one names the years
LEAST = 14  # days that a drawing shows at least, if the record has as many
STEP = 0.4  # of the period: how far earlier and later lead
SIZED = frozenset({Kind.SWAP})  # kinds whose marks tell by their size how many people they were about
UNKNOWN = "unknown"  # the shape of an exchange of which no article gives a number


@dataclass
class Mark:
    """One entry: the x of its first day, y of its middle, its width and height, and the entry itself.

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


def draw(
    overview: Overview,
    extent: tuple[datetime.date, datetime.date] | None,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    matching: Matching | None = None,
    names: Callable[[Marked], list[str]] = lambda entry: [],
) -> Band | None:
    """The `Band` of what `talks.queries.overview` gives for a period, or None if the record has nothing in it.

    `extent`: the first and the last day at which entries of the record stand. `matching`: what passes the filters, if
    there are any. `names(entry)` is what may stand beside a mark, the best first.
    """
    if not extent:
        return None
    first, last = extent[0].replace(day=1), last_of_month(extent[1])
    start, end = max(since or first, first), min(until or last, last)
    if start > end:
        return None
    scale = Scale(start, end)
    counts = _within(overview.counts, start)
    passing = _within(matching.counts, start) if matching else counts
    months = [
        scale.span(month, last_of_month(month), *(_sum(those, month) for those in (counts, passing)))
        for month in months_between(start, end)
    ]
    by_month = len(months) <= BY_MONTH
    near = by_month and sum(map(len, overview.marks.values())) <= FEW and len(overview.marks) == len(KINDS)
    lanes = []
    for kind in KINDS:
        lane = _lane(kind, overview, matching, counts, passing, scale, NARROW_PIXEL if near else PIXEL)
        _name_some(lane, overview.named, names, close_up=by_month)
        lanes.append(lane)
    return Band(
        start=start,
        end=end,
        lanes=lanes,
        series=list(_series(overview.series, scale)),
        axis=months if by_month else _years(scale, months),
        months=months,
        gaps=list(_gaps(months, scale)),
        crumbs=_crumbs(start, end, first, last),
        steps=_steps(start, end, first, last),
        by_month=by_month,
        near=near,
    )


def _within(counts: Counts, start: datetime.date) -> Counts:
    """The same from the month of `start`: what began before and still lasted then counts there."""
    kept: Counts = Counter()
    for (month, kind), count in counts.items():
        kept[max(month, start.replace(day=1)), kind] += count
    return kept


def _sum(counts: Counts, month: datetime.date) -> int:
    return sum(counts.get((month, kind), 0) for kind in KINDS)


@dataclass(frozen=True)
class Scale:
    """Days to per cent of the width."""

    start: datetime.date
    end: datetime.date

    def x(self, day: datetime.date) -> float:
        day = min(max(day, self.start), self.end + datetime.timedelta(days=1))
        return round(100 * (day - self.start).days / ((self.end - self.start).days + 1), 2)

    def span(self, first: datetime.date, last: datetime.date, count: int = 0, matching: int = 0) -> Span:
        """A `Span`; what of it lies outside the drawing is left out of its x and width."""
        x = self.x(first)
        after = min(last, self.end) + datetime.timedelta(days=1)
        return Span(x, round(self.x(after) - x, 2), first, last, count, matching)


# Lanes


def _lane(
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
    number, matches = (sum(those[key] for key in those if key[1] == kind) for those in (counts, passing))
    lane = _bars(kind, overview, counts, passing, scale)
    lane.count, lane.matching = number, matches
    entries = overview.marks.get(kind)
    first, named = (
        [one for one in _folded(entries or [], matching) if (one[0] in overview.named) is last]
        for last in (False, True)
    )
    placed = sorted(_stacked([*first, *named], scale, pixel), key=lambda mark: (mark.x, mark.y))
    top = max((mark.y + mark.size / 2 for mark in placed), default=0) + MARK
    if entries is not None and top <= TALLEST:
        lane.height, lane.as_bars = max(top, 3 * MARK), False
        for mark in placed:
            mark.y = lane.height - mark.y
        lane.marks = placed
    else:
        of_kind = [entry for entry in overview.named if entry.kind == kind]
        lane.marks = [
            Mark(scale.x(one.stands), LINE / 2, one, matches=not matching or one.pk in matching.pks) for one in of_kind
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
        mark = Mark(scale.x(entry.stands), 0, entry, _size(entry), number, matches=matches)
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
    """A lane of bars; of exchanges they tell people, as far as articles give numbers, unless filters leave some out."""
    people = overview.people if kind in SIZED and counts == passing else None
    if people is None:
        most = max((count for those in (counts, passing) for count in those.values()), default=0)
        bars, within = (
            _bars_of({month: count for (month, its), count in those.items() if its == kind}, most, scale)
            for those in (counts, passing)
        )
        return Lane(kind, 0, 0, bars, _outline(bars), _outline(within) if counts != passing else "")
    numbers = _within({(month, kind): sum(one.number for one in those) for month, those in people.items()}, scale.start)
    of_dead = _within(
        {(month, kind): sum(one.dead.largest for one in those) for month, those in people.items()}, scale.start
    )
    most = max(numbers.values(), default=0)
    bars, dead = (
        _bars_of({month: number for (month, _), number in those.items()}, most, scale) for those in (numbers, of_dead)
    )
    return Lane(kind, 0, 0, bars, _outline(bars), dead=_outline(dead), of_people=True)


def _bars_of(numbers: dict[datetime.date, int], most: int, scale: Scale) -> list[Bar]:
    bars = []
    for month, number in sorted(numbers.items()):
        if number:
            height = max(round((BAR - 4) * number / most, 1), 2)
            span = scale.span(month, last_of_month(month))
            bars.append(Bar(span.x, BAR - height, span.width, height, month, number))
    return bars


def _outline(bars: Iterable[Bar]) -> str:
    return "".join(f"M{bar.x} {BAR}v-{bar.height}h{bar.width}v{bar.height}z" for bar in bars)


# Names


def _name_some(lane: Lane, named: Collection[Marked], names: Callable[[Marked], list[str]], *, close_up: bool) -> None:
    """Name marks of a lane where their names lie neither on marks nor on each other: those that are to be `named`.

    Close up, those that most articles report are, too, until a few are.
    """
    order = {entry.pk: number for number, entry in enumerate(named)}
    taken = [_box(mark) for mark in lane.marks]
    alone = [mark for mark in lane.marks if mark.folded == 1 and mark.matches]
    for mark in sorted(alone, key=lambda mark: (order.get(mark.entry.pk, len(order)), -mark.entry.reports, mark.x)):
        another = close_up and mark.entry.reports > 1 and sum(bool(one.name) for one in lane.marks) < CLOSE_UP
        if mark.entry.pk in order or another:
            any(_name(mark, name, lane, taken) for name in names(mark.entry))
    lowest = min([LINE / 2, *(mark.name_y for mark in lane.marks if mark.name)])
    if lowest < LINE / 2:  # a name stands above the lane, which grows by so much
        grown = LINE / 2 - lowest
        lane.height += grown
        for mark in lane.marks:
            mark.y, mark.name_y = mark.y + grown, mark.name_y + grown


def _name(mark: Mark, words: str, lane: Lane, taken: list[Box]) -> bool:
    """Give a mark this name if there is room, beside it or else above all that stands there; True if there is."""
    width, gap = len(words) * LETTER, mark.beside * PIXEL
    for place, start in (("after", mark.x + gap), ("before", mark.x - gap - width), ("above", mark.x - width / 2)):
        if start < 0 or start + width > 100:
            continue
        y, above = mark.y, place == "above"
        if above:
            y = min(box[2] for box in taken if box[0] < start + width and start < box[1]) - LINE / 2
        box = (start, start + width, y - LETTERS, y + LETTERS)
        apart = above and (lane.as_bars or _box(mark)[2] - box[3] > FAR or _is_under_another(mark, taken))
        if not apart and not any(_overlap(box, other) for other in taken):
            mark.name, mark.place, mark.name_y = words, place, y
            taken.append(box)
            return True
    return False


def _is_under_another(mark: Mark, taken: Iterable[Box]) -> bool:
    """True if a name above the mark would seem to be of something else, which is between them."""
    left, right, top, _ = _box(mark)
    return any(box[0] < right + PIXEL and left - PIXEL < box[1] and box[3] <= top for box in taken)


def _box(mark: Mark) -> Box:
    half = mark.size / 2
    return mark.x - half * PIXEL, mark.x + half * PIXEL, mark.y - half, mark.y + half


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


# Time


def _series(series: Iterable[tuple[str, datetime.date, datetime.date]], scale: Scale) -> Iterator[SeriesBar]:
    """A bar for each series in time, in the first row where neither bar nor name meets another's."""
    ends: list[float] = []  # of each row, the x up to which it is taken
    for title, first, last in sorted(series, key=lambda one: one[1]):
        if last < scale.start or first > scale.end:
            continue
        span, width, apart = scale.span(first, last), len(title) * LETTER, MARK * PIXEL
        start, end = span.x, span.x + span.width + apart
        place = "after" if end + width <= 100 else "before" if start - apart - width >= 0 else "above"
        start -= apart + width if place == "before" else 0
        end = max(end, start + width) if place == "above" else end + (apart + width if place == "after" else 0)
        row = next((number for number, taken in enumerate(ends) if start >= taken), len(ends))
        ends[row : row + 1] = [end]
        yield SeriesBar(span, title, row * LINE, place)


def _years(scale: Scale, months: Sequence[Span]) -> list[Span]:
    years = []
    for year in range(scale.start.year, scale.end.year + 1):
        of_year = [month for month in months if month.start.year == year]
        counts = (sum(getattr(month, name) for month in of_year) for name in ("count", "matching"))
        years.append(scale.span(datetime.date(year, 1, 1), datetime.date(year, 12, 31), *counts))
    return years


def _gaps(months: Sequence[Span], scale: Scale) -> Iterator[Span]:
    """The stretches of `GAP` months and more without any entry."""
    empty: list[Span] = []
    for month in [*months, None]:
        if month and not month.count:
            empty.append(month)
            continue
        if len(empty) >= GAP:
            yield scale.span(empty[0].start, empty[-1].end)
        empty = []


def _crumbs(start: datetime.date, end: datetime.date, first: datetime.date, last: datetime.date) -> list[Span]:
    """The whole of the record, the year that the period lies in, and the period; each once."""
    year = datetime.date(start.year, 1, 1), datetime.date(start.year, 12, 31)
    around = [(first, last), *([year] if start.year == end.year else []), (start, end)]
    shown = [(max(one, first), min(other, last)) for one, other in around]
    return [Span(0, 100, *around[number]) for number, days in enumerate(shown) if days not in shown[:number]]


def _steps(start: datetime.date, end: datetime.date, first: datetime.date, last: datetime.date) -> dict[str, Span]:
    """{closer, wider, earlier, later: where it leads}: half, twice as much, and so much before and after."""
    days, whole = (end - start).days + 1, (last - first).days + 1
    ways = {
        "earlier": (-STEP * days, days),
        "later": (STEP * days, days),
        "closer": (days / 4, max(days // 2, LEAST)),
        "wider": (-days / 2, days * 2),
    }
    steps = {}
    for name, (by, wanted) in ways.items():
        length = min(wanted, whole)
        offset = min(max((start - first).days + round(by), 0), whole - length)
        since = first + datetime.timedelta(days=offset)
        until = since + datetime.timedelta(days=length - 1)
        if (since, until) != (start, end) and (name != "closer" or length < days):
            steps[name] = Span(0, 100, since, until)
    return steps
