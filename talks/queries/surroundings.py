"""What stands near an entry, by date and in its series."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from talks.models import Entry, Kind, Seen
from talks.queries.known import KnownByPk, known_briefly
from talks.queries.rounds import PlacesIn, neighbours, places_in_series
from talks.queries.timeline import timeline
from talks.record.facts import KnownEntry

AROUND = 25  # entries of the days around one
DAYS = 10  # before and after it


@dataclass(frozen=True)
class Surroundings:
    """What stands near an entry: `days`, by date, and the rounds before and after it in its series.

    `days` has itself among them, and nothing where it has no day.
    """

    days: list[KnownEntry]
    previous: KnownEntry | None
    following: KnownEntry | None


def surroundings(
    seen: Seen,
    known: KnownEntry,
    places_in: PlacesIn = places_in_series,
    know_them: KnownByPk = known_briefly,
) -> Surroundings:
    """The `Surroundings` of an entry, known briefly: at most `AROUND` of what stands at most so many `DAYS` from it."""
    near = list(_near(seen, known))
    nearest = _neighbours(seen, known, places_in) if known.entry.kind == Kind.ROUND else (None, None)
    shown = know_them(seen, {*near, *filter(None, nearest)})
    days = [shown[pk] for pk in near if shown[pk].precision == Entry.Precision.DAY]
    return Surroundings(days, *(shown[pk] if pk else None for pk in nearest))


def _near(seen: Seen, known: KnownEntry) -> Iterable[int]:
    if known.precision != Entry.Precision.DAY:
        return ()
    margin = datetime.timedelta(days=DAYS)
    near = timeline(seen, since=known.start - margin, until=(known.end or known.start) + margin)
    return near.in_order().values_list("pk", flat=True)[:AROUND]


def _neighbours(seen: Seen, known: KnownEntry, places_in: PlacesIn) -> tuple[int | None, int | None]:
    """The rounds (pks) before and after this one in its series, or None."""
    if "process" not in known.facts:
        return None, None
    series = known.facts["process"].value
    return neighbours(known, places_in(seen, [series]).get(series, ()))
