"""What stands near an entry, by date and in its series."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from talks.models import Entry, Kind, Seen
from talks.queries.known import KnowThem, know_briefly, reporting
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


def surroundings(seen: Seen, known: KnownEntry, know_them: KnowThem = know_briefly) -> Surroundings:
    """The `Surroundings` of an entry, at most `AROUND` of what stands at most so many `DAYS` from it.

    They know what `know_them` gives.
    """
    near = list(_near(seen, known, datetime.timedelta(days=DAYS)))
    nearest = _neighbours(seen, known) if known.entry.kind == Kind.ROUND else (None, None)
    by_pk = {entry.pk: entry for entry in [*near, *filter(None, nearest)]}
    shown = {one.entry.pk: one for one in know_them(seen, by_pk.values())}
    return Surroundings(
        [shown[one.pk] for one in near if shown[one.pk].precision == Entry.Precision.DAY],
        *(shown[entry.pk] if entry else None for entry in nearest),
    )


def _near(seen: Seen, known: KnownEntry, margin: datetime.timedelta) -> Iterable[Entry]:
    if known.precision != Entry.Precision.DAY:
        return ()
    near = timeline(seen, since=known.start - margin, until=(known.end or known.start) + margin)
    return near.in_order()[:AROUND]


def _neighbours(seen: Seen, known: KnownEntry) -> tuple[Entry | None, Entry | None]:
    """The rounds before and after this one in its series, or None."""
    if "process" not in known.facts:
        return None, None
    of_process = reporting(seen, "process", [known.facts["process"].value])
    rounds = Entry.objects.visible(seen).filter(kind=Kind.ROUND, pk__in=of_process).exclude(pk=known.entry.pk)
    return rounds.ahead_of(known.place).newest_first().first(), rounds.beyond(known.place).in_order().first()
