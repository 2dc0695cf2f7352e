"""Swaps with what they handed over: which of them pass filters, their sums, and running totals from swap to swap.

Pure functions on the `Tally`s of `talks.record.totals`, which has the rules of counting; nothing asks the database.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from talks.models import Party, Swap
from talks.models.counts import NONE, Count
from talks.record import merged
from talks.record.facts import KnownEntry
from talks.record.merged import MergedTransfer
from talks.record.totals import KINDS, LISTS, Counted, Tally, together


@dataclass(frozen=True)
class Step:
    """What a running total is after one transfer of a swap (`owner`)."""

    owner: object
    counted: Counted
    low: Count
    high: Count

    @property
    def day(self) -> datetime.date:
        day = self.counted.day
        assert day  # what has none is no step
        return day

    @property
    def differ(self) -> bool:
        return self.low != self.high

    @property
    def whole(self) -> Count:
        """All that the total can be, by whatever source."""
        return self.low.reaching(self.high)


@dataclass(frozen=True)
class Running:
    """The running total of one direction and kind over several swaps.

    `steps` are by date. `undated` ([(owner, Counted)]) are counted in the whole, and stand at no date. `beside` are not
    counted: (owner, the list of its tally that it stands in, transfer), by date.
    """

    whole: Tally
    steps: list[Step]
    undated: list
    beside: list[tuple[Any, str, MergedTransfer]]


def running(ledger: Iterable[tuple[Any, list[Tally]]], key: Callable[[Any], Any]) -> list[Running]:
    """[Running] of [(owner, its tallies)], in the order of parties and kinds. `key(owner)` orders those of one day."""
    groups: dict[tuple, list[tuple[Any, Tally]]] = {}
    for owner, tallies_of_one in sorted(ledger, key=lambda pair: key(pair[0])):
        for tally in tallies_of_one:
            groups.setdefault(tally.order, []).append((owner, tally))
    runs = []
    for _, group in sorted(groups.items(), key=lambda item: item[0]):
        (whole,) = together([tally for _, tally in group])
        counted = [(owner, one) for owner, tally in group for one in tally.counted]
        dated = sorted((pair for pair in counted if pair[1].day), key=lambda pair: (pair[1].day, pair[1].transfer.date))
        steps: list[Step] = []
        low = high = NONE
        for owner, one in dated:
            low, high = low + one.low, high + one.high
            steps.append(Step(owner, one, low, high))
        beside = [(owner, name, one) for owner, tally in group for name in LISTS[1:] for one in getattr(tally, name)]
        beside.sort(key=lambda found: (found[2].date is None, str(found[2].date)))
        runs.append(Running(whole, steps, [pair for pair in counted if not pair[1].day], beside))
    return runs


@dataclass(frozen=True)
class Handover:
    """A swap, with the `Tally`s of what it handed over.

    `states`: as the function of this name gives them. `agreed_at`: the slugs of the rounds that articles name.
    """

    entry: Swap
    tallies: list[Tally]
    states: tuple[str, ...]
    agreed_at: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sum:
    """What swaps handed over of one kind: a `Tally` for each direction, and in how many exchanges."""

    kind: str
    tallies: list[Tally]
    exchanges: int

    @property
    def unnumbered(self) -> int:
        """The number of transfers of which no article gives a number."""
        return sum(len(tally.unnumbered) for tally in self.tallies)


def sums(handovers: Sequence[Handover]) -> list[Sum]:
    """[Sum] of these swaps, in the order of kinds; without those of which nothing is reported to have been handed over.

    What is told of days that reach beyond the period is no exchange within it, nor is what is only agreed.
    """
    found = []
    every = together(tally for handover in handovers for tally in handover.tallies)
    for kind, whole in merged.grouped(every, lambda tally: tally.kind).items():
        exchanges = sum(
            any(tally.kind == kind and tally.is_reported for tally in handover.tallies) for handover in handovers
        )
        found.append(Sum(kind, whole, exchanges))
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def running_by_day(handovers: Iterable[Handover]) -> list[Running]:
    """What `running` gives of these swaps, in the order in which they stand."""
    owned = [(handover.entry, handover.tallies) for handover in handovers]
    return running(owned, key=lambda entry: (entry.stands, entry.slug))


def chosen(
    handovers: Iterable[Handover],
    *,
    status: Collection[str] = (),
    direction: Collection[tuple[Party, Party]] = (),
    kind: Collection[str] = (),
) -> list[Handover]:
    """Those of these swaps that pass the filters, each with its tallies that pass.

    Several values of one filter widen it; a direction and a kind narrow each other, within one tally.
    """
    passed = [one for one in handovers if not status or set(status) & set(one.states)]
    if not direction and not kind:
        return passed
    narrowed = []
    for handover in passed:
        tallies = [one for one in handover.tallies if not direction or (one.from_party, one.to_party) in direction]
        if tallies := [one for one in tallies if not kind or one.kind in kind]:
            narrowed.append(replace(handover, tallies=tallies))
    return narrowed


def directions(handovers: Iterable[Handover]) -> list[tuple[Party, Party]]:
    """[(from party, to party)] of all transfers, in the order of parties."""
    ways = {one.order[:4]: (one.from_party, one.to_party) for handover in handovers for one in handover.tallies}
    return [ways[order] for order in sorted(ways)]


def states(known: KnownEntry) -> tuple[str, ...]:
    """The statuses that the latest reports give of a swap, in their order: none, one, or several that differ."""
    reported = {version.value for version in known.facts["status"].versions} if "status" in known.facts else set()
    return tuple(value for value in Swap.SwapStatus.values if value in reported)


def is_only_agreed(reported: Collection[str]) -> bool:
    """True of the `states` of a swap whose latest reports speak only of what is proposed or agreed."""
    return bool(reported) and set(reported) <= {Swap.SwapStatus.PROPOSED, Swap.SwapStatus.AGREED}


def by_round(
    handovers: Iterable[Handover], rounds: dict[str, KnownEntry]
) -> tuple[list[tuple[KnownEntry, list[Handover]]], list[Handover]]:
    """([(round, swaps agreed there)] by date, swaps that no article ties to any of them).

    `rounds`: {slug: KnownEntry}. Where articles name different rounds, the swap stands at each.
    """
    agreed: dict[str, list[Handover]] = {}
    apart = []
    for handover in handovers:
        held = [slug for slug in handover.agreed_at if slug in rounds]
        for slug in held:
            agreed.setdefault(slug, []).append(handover)
        if not held:
            apart.append(handover)
    ordered = sorted(agreed, key=lambda slug: (rounds[slug].start, slug))
    return [(rounds[slug], agreed[slug]) for slug in ordered], apart
