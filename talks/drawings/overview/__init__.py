"""The overview band: where the entries of a period stand in time, to scale, in a lane for each kind.

Pure geometry on what `talks.queries.overview` gives. Positions along time are per cent of the band's width, so that it
fits any screen; heights are pixels, so that marks and words keep their size. Where marks would lie on each other they
are stacked; where they would fill the screen, a bar for each month stands in their place. What does not pass the
filters stays in its place, and says so: `matches`, and the counts that do.

shapes   what the band consists of, and how days become places on it
lanes    the marks of a kind, stacked, or a bar for each month
names    names beside marks, where they lie neither on marks nor on each other
times    series, years, stretches without entries, and where to go from the period
"""

import datetime
from collections.abc import Callable
from dataclasses import replace

from talks.drawings.overview.lanes import Counts, lane_of, within
from talks.drawings.overview.names import name_some
from talks.drawings.overview.shapes import PIXEL, Band, Scale
from talks.drawings.overview.times import crumbs, gaps, series_bars, steps, years
from talks.models import KINDS
from talks.record.dates import last_of_month
from talks.record.overview import Marked, Matching, Overview

NARROW_PIXEL = 0.3  # the same on a phone, which has room for no more than `FEW` marks
FEW = 40
BY_MONTH = 18  # a drawing of at most so many months names them on its axis; a longer one names the years


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
    counts = within(overview.counts, start)
    passing = within(matching.counts, start) if matching else counts
    if matching and passing == counts:
        passing = counts  # the same object says to each lane that nothing is left out
    months = [
        replace(span, count=_sum(counts, month), matching=_sum(passing, month)) for month, span in scale.months.items()
    ]
    by_month = len(months) <= BY_MONTH
    near = by_month and sum(map(len, overview.marks.values())) <= FEW and len(overview.marks) == len(KINDS)
    lanes = []
    for kind in KINDS:
        lane = lane_of(kind, overview, matching, counts, passing, scale, NARROW_PIXEL if near else PIXEL)
        name_some(lane, overview.named, names, close_up=by_month)
        lanes.append(lane)
    return Band(
        start=start,
        end=end,
        lanes=lanes,
        series=list(series_bars(overview.series, scale)),
        axis=months if by_month else years(scale, months),
        months=months,
        gaps=list(gaps(months, scale)),
        crumbs=crumbs(start, end, first, last),
        steps=steps(start, end, first, last),
        by_month=by_month,
        near=near,
    )


def _sum(counts: Counts, month: datetime.date) -> int:
    return sum(counts.get((month, kind), 0) for kind in KINDS)
