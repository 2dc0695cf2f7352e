"""Who moved when, as a drawing: a lane for each party, with its papers and statements on an issue along the time.

Pure geometry on the marks of an issue (`talks.record.track`). All marks of a lane are one path, so that a long record
makes no heavier page. Across it is in per cent of the drawing, downwards in pixels.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from talks.models import Party
from talks.record.track import Mark

LANE = 26  # height of a lane, pixels
YEARS = 6  # at most so many are named along the time
FINE = 400  # places along the time; marks that share one are one


@dataclass(frozen=True)
class Lane:
    """A party's line, at a height. `papers` and `statements` are paths, empty without any."""

    party: Party
    y: int
    papers: str
    statements: str


@dataclass(frozen=True)
class Strip:
    """All lanes. `ties` joins the lanes of joint papers; `ticks`: (place in per cent, year)."""

    lanes: list[Lane]
    ties: str
    ticks: list[tuple[str, int]]
    height: int


def draw(marks: Sequence[Mark], parties: Sequence[Party]) -> Strip | None:
    """The `Strip` of marks by date, with a lane for each of these parties; None without a mark."""
    if not marks:
        return None
    start = datetime.date(marks[0].day.year, 1, 1)
    days = max((marks[-1].day - start).days, 365)
    heights = {party.pk: LANE * number + LANE // 2 for number, party in enumerate(parties)}

    def at(day: datetime.date) -> str:
        return f"{round((day - start).days / days * FINE) * 100 / FINE:g}"

    def path(party: Party, is_paper: bool) -> str:
        places = dict.fromkeys(at(m.day) for m in marks if m.is_paper == is_paper and party.pk in m.parties)
        return "".join(f"M{place} {heights[party.pk]}h0" for place in places)

    joint = [(at(m.day), sorted(heights[pk] for pk in m.parties if pk in heights)) for m in marks if m.is_paper]
    ties = dict.fromkeys(f"M{place} {ys[0]}V{ys[-1]}" for place, ys in joint if len(ys) > 1)
    numbers = range(start.year, marks[-1].day.year + 1)
    return Strip(
        [Lane(party, heights[party.pk], path(party, True), path(party, False)) for party in parties],
        "".join(ties),
        [(at(datetime.date(year, 1, 1)), year) for year in numbers[:: -(-len(numbers) // YEARS)]],
        LANE * len(parties),
    )
