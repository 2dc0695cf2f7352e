"""What the overview band tells of time: series, years, stretches without entries, and where to go from its period."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from talks.drawings.overview.shapes import LETTER, LINE, MARK, PIXEL, Scale, SeriesBar, Span

GAP = 3  # so many months without any entry are hatched
LEAST = 14  # days that a drawing shows at least, if the record has as many
STEP = 0.4  # of the period: how far earlier and later lead


def series_bars(series: Iterable[tuple[str, datetime.date, datetime.date]], scale: Scale) -> Iterator[SeriesBar]:
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


def years(scale: Scale, months: Sequence[Span]) -> list[Span]:
    years = []
    for year in range(scale.start.year, scale.end.year + 1):
        of_year = [month for month in months if month.start.year == year]
        counts = (sum(getattr(month, name) for month in of_year) for name in ("count", "matching"))
        years.append(scale.span(datetime.date(year, 1, 1), datetime.date(year, 12, 31), *counts))
    return years


def gaps(months: Sequence[Span], scale: Scale) -> Iterator[Span]:
    """The stretches of `GAP` months and more without any entry."""
    empty: list[Span] = []
    for month in [*months, None]:
        if month and not month.count:
            empty.append(month)
            continue
        if len(empty) >= GAP:
            yield scale.span(empty[0].start, empty[-1].end)
        empty = []


def crumbs(start: datetime.date, end: datetime.date, first: datetime.date, last: datetime.date) -> list[Span]:
    """The whole of the record, the year that the period lies in, and the period; each once."""
    year = datetime.date(start.year, 1, 1), datetime.date(start.year, 12, 31)
    around = [(first, last), *([year] if start.year == end.year else []), (start, end)]
    shown = [(max(one, first), min(other, last)) for one, other in around]
    return [Span(0, 100, *around[number]) for number, days in enumerate(shown) if days not in shown[:number]]


def steps(start: datetime.date, end: datetime.date, first: datetime.date, last: datetime.date) -> dict[str, Span]:
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
