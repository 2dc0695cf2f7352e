"""The order of entries within a day, by what articles tell: a local time, or that one came after another.

What is told is kept in order; entries of which nothing is told stand before the others, as they were entered. Pure
functions; `talks.derived.settle` keeps the rank of each entry, by which timelines, comparisons and paging go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext

from talks.models import Entry
from talks.record import dates
from talks.record.facts import KnownEntry

STEP = 100  # ranks from one minute to the next: so many entries can be told to follow one another
FACTS = ("start", "time", "after")  # what decides the order


def rank_of(known: KnownEntry, after: tuple[date, int] | None) -> int:
    """The rank of an entry among what stands at its day; `after`: where the entry stands that it is told to follow."""
    if known.precision != Entry.Precision.DAY:
        return 0
    rank = (minutes(known.facts["time"].value) + 1) * STEP if "time" in known.facts else 0
    if after and after[0] == known.start:
        # Within one step however long they follow one another, so that a circle of old reports comes to an end.
        rank = max(rank, after[1] + (after[1] % STEP < STEP - 1))
    return rank


def minutes(time: str) -> int:
    """A time of day as minutes since midnight."""
    hours, past = time.split(":")
    return int(hours) * 60 + int(past)


@dataclass
class Told:
    """What articles report of one entry that bears on its order: values of `FACTS`, as citations hold them."""

    values: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in FACTS})

    @property
    def days(self) -> set[str]:
        """The days, exact ones only, on which articles let it begin."""
        return {start for start in self.values["start"] if dates.parse(start)[1] == Entry.Precision.DAY}


Order = Mapping[str, Told]  # by slug


def impossible(slug: str, order: Order) -> str:
    """Why what is told of the order of an entry cannot be, in a sentence; "" where all is well."""
    told = order[slug]
    if told.values["time"] and not told.days:
        return gettext("it has a time, but no article gives its day; write the day as well, or leave the time out")
    return next(filter(None, (_impossible_after(slug, other, order) for other in sorted(told.values["after"]))), "")


def _impossible_after(slug: str, other: str, order: Order) -> str:
    earlier = order.get(other, Told())
    named = {"slug": slug, "other": other}
    if slug in _before(other, order):
        return gettext("it comes after “%(other)s”, which comes after it in turn; take one of them out") % named
    if not order[slug].days & earlier.days:
        told = gettext(
            "it comes after “%(other)s”, but no article gives both the same day, and only the order within a day can "
            "be told; correct the days, or leave it out"
        )
        return told % named
    time = max(order[slug].values["time"], default="")
    latest = max((min(order[one].values["time"], default="") for one in _before(other, order) & set(order)), default="")
    if time and time < latest:
        told = gettext(
            "it is told at %(time)s, but comes after “%(other)s”, which is not before %(latest)s; correct the times or "
            "the order"
        )
        return told % {**named, "time": time, "latest": latest}
    return ""


def _before(slug: str, order: Order) -> set[str]:
    """An entry and all that are told to come before it."""
    passed: set[str] = set()
    waiting = [slug]
    while waiting:
        one = waiting.pop()
        if one not in passed:
            passed.add(one)
            waiting += order[one].values["after"] if one in order else ()
    return passed


def followers(slug: str, order: Order) -> Iterator[str]:
    """The entries that are told to come right after this one."""
    return (one for one, told in order.items() if slug in told.values["after"])
