"""How many were handed over: totals of merged transfers, in which nobody is counted twice and no side is picked.

Pure functions on `talks.record.merged.MergedTransfer`s; nothing here asks the database. A total is always of one
direction and one kind: articles may count the same people under different kinds, so kinds are never added together. The
rules:

- A transfer that articles count differently gives a lower and a higher total. Each total is a count as articles give
  them: of “at least 1,000” and 200 it is “at least 1,200”. Where all that is said of a transfer can be true, the most
  exact of it counts.
- What is said of prisoners of war and civilians together counts only where they are not counted each by themselves.
- A total of several days and the stages within it are two readings of the same people. The stages are a lower reading
  only if all have a number and they reach from the first to the last day; otherwise one may be missing from the record.
- Totals whose days overlap only in part cannot be added; the larger counts, the other stands beside it.
- What has no number is not counted. What has no date is counted, unless it may be what other articles date; so does
  that of which only the month or the year is known.
- Of a period counts what was handed over within it. What is reported of days that reach beyond is not counted, since
  nobody says how much of it was within; what has no date, goes by the days of its swap.
- One swap's transfers are never held against another's: two swaps are two things.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from talks.models import Party, Swap, Transfer
from talks.models.counts import NONE, Count
from talks.record import dates, merged
from talks.record.facts import KnownEntry
from talks.record.merged import MergedTransfer, Whole, figures

KINDS = Transfer.TransferKind.values


@dataclass(frozen=True)
class Counted:
    """A transfer that is counted, by its lowest and highest reading.

    For a total of several days, `covered` are the transfers within it, and `stages` is their `Tally` if that is another
    reading.
    """

    transfer: MergedTransfer
    low: Count
    high: Count
    covered: list[MergedTransfer] = field(default_factory=list)
    stages: "Tally | None" = None

    @property
    def day(self) -> datetime.date | None:
        """The day on which all of it had been handed over, or None."""
        return last_day(self.transfer)

    @property
    def differ(self) -> bool:
        return self.low != self.high

    @property
    def rows(self) -> list[Transfer]:
        """The reported rows that it is counted from."""
        counts = [row for reading in self.transfer.counts for row in reading.rows]
        return counts + (self.stages.rows if self.stages else [])

    @property
    def told(self) -> list[Transfer]:
        """All reported rows that a page may name beside it."""
        stages = self.stages.rows if self.stages else []
        return [*self.transfer.told, *stages, *(row for one in self.covered for row in one.rows)]


@dataclass
class Tally:
    """What was handed over from one party to another, of one kind.

    `counted` is what the totals are made of. Beside it stand transfers that are not counted: `unnumbered` (no article
    gives a number), `repeated` (totals of several days that say the same as their stages), `overlapping` (totals that
    share days with a larger one), `undecided` (without a day, and perhaps among those that other articles date),
    `parted` (of people whom other reports count under their own kinds) and `partly` (only in part within the period
    that was asked for).
    """

    from_party: Party
    to_party: Party
    kind: str
    counted: list[Counted] = field(default_factory=list)
    unnumbered: list[MergedTransfer] = field(default_factory=list)
    repeated: list[MergedTransfer] = field(default_factory=list)
    overlapping: list[MergedTransfer] = field(default_factory=list)
    undecided: list[MergedTransfer] = field(default_factory=list)
    parted: list[MergedTransfer] = field(default_factory=list)
    partly: list[MergedTransfer] = field(default_factory=list)

    @property
    def kind_display(self) -> str:
        return str(Transfer.TransferKind(self.kind).label)

    @property
    def low(self) -> Count:
        """The total, taking the lower figure where sources differ."""
        return sum((one.low for one in self.counted), NONE)

    @property
    def high(self) -> Count:
        """The total, taking the higher figure where sources differ."""
        return sum((one.high for one in self.counted), NONE)

    @property
    def differ(self) -> bool:
        return self.low != self.high

    @property
    def whole(self) -> Count:
        """The total from its lower to its higher figure; without an upper bound where more was handed over."""
        low, high = self.low, self.high
        if self.unnumbered or self.overlapping or self.undecided or self.partly:
            return Count(low.least, None)
        return Count(low.low, high.high, max(low.slack, high.slack)) if self.differ else low

    @property
    def dated(self) -> list[Counted]:
        return [one for one in self.counted if one.day]

    @property
    def undated(self) -> list[Counted]:
        return [one for one in self.counted if not one.day]

    @property
    def wholes(self) -> list[Whole]:
        """Numbers that take in what is counted, and people of other kinds."""
        return [whole for one in self.counted for whole in one.transfer.wholes]

    @property
    def differing(self) -> list[Counted]:
        """What the sources count differently."""
        return [one for one in self.counted if one.differ]

    @property
    def rows(self) -> list[Transfer]:
        """The reported rows that the totals are counted from."""
        return [row for one in self.counted for row in one.rows]

    @property
    def told(self) -> list[Transfer]:
        """All reported rows that a page may name beside it."""
        return [row for name in LISTS for one in getattr(self, name) for row in one.told]

    @property
    def beside(self) -> int:
        """The number of transfers that are not counted, though each gives a number."""
        return len(self.overlapping) + len(self.undecided) + len(self.partly)

    @property
    def order(self) -> tuple[int, str, int, str, int]:
        giver, receiver = self.from_party, self.to_party
        return receiver.order, receiver.name, giver.order, giver.name, KINDS.index(self.kind)


LISTS = "counted", "unnumbered", "repeated", "overlapping", "undecided", "parted", "partly"


def tallies(transfers: Iterable[MergedTransfer], partly: Iterable[MergedTransfer] = ()) -> list[Tally]:
    """[Tally] of one swap's merged transfers: for each direction and kind, in the order of parties and kinds.

    `partly`: those that lie only in part within the period that the tallies are of.
    """
    groups: dict[tuple, Tally] = {}
    for key, group in merged.grouped(transfers, _key).items():
        groups[key] = _tally(Tally(*key), group)
    for key, group in merged.grouped(partly, _key).items():
        groups.setdefault(key, Tally(*key)).partly.extend(group)
    return sorted(groups.values(), key=lambda tally: tally.order)


def _key(one: MergedTransfer) -> tuple[Party, Party, str]:
    return one.from_party, one.to_party, one.kind


def of_period(
    transfers: Iterable[MergedTransfer], period: "Span", own: "Span"
) -> tuple[list[MergedTransfer], list[MergedTransfer]]:
    """(transfers of a swap that lie within a period, those that do so only in part).

    `own`: the days of the swap, by which transfers go that have no date.
    """
    within, partly = [], []
    for one in transfers:
        span = _span(one) if one.date else own
        if span == period or period.covers(span):
            within.append(one)
        elif span.overlaps(period):
            partly.append(one)
    return within, partly


def together(tallies_of_all: Iterable[Tally]) -> list[Tally]:
    """[Tally] of several swaps: those of one direction and kind put together."""
    groups = merged.grouped(tallies_of_all, lambda tally: (tally.from_party, tally.to_party, tally.kind))
    whole = []
    for key, group in groups.items():
        lists: dict[str, Any] = {name: [one for tally in group for one in getattr(tally, name)] for name in LISTS}
        whole.append(Tally(*key, **lists))
    return sorted(whole, key=lambda tally: tally.order)


def _tally(tally: Tally, transfers: Iterable[MergedTransfer]) -> Tally:
    own = [one for one in transfers if not one.is_counted_in_parts]
    tally.parted += [one for one in transfers if one.is_counted_in_parts]
    dated = [one for one in own if one.date and not _is_vague(one)]
    vague = [one for one in own if one.date and _is_vague(one)]
    undated = [one for one in own if not one.date]
    _count(tally, sorted(dated, key=_span))
    for one in sorted(vague, key=_span):
        among = [other for other in dated if other.counts and _span(one).overlaps(_span(other))]
        _add_or_leave(tally, one, among, perhaps=bool(among))
        dated.append(one)
    for one in undated:
        _add_or_leave(tally, one, dated, perhaps=bool(tally.counted))
    return tally


def _add_or_leave(tally: Tally, one: MergedTransfer, others: list[MergedTransfer], *, perhaps: bool) -> None:
    """Count a transfer whose day is not known, unless it is `perhaps` one of those counted already.

    It is none of them if an article that reports it reports one of the `others`, too.
    """
    if perhaps and not _articles(others) & _articles([one]):
        tally.undecided.append(one)
    else:
        _add(tally, one)


def _is_vague(transfer: MergedTransfer) -> bool:
    """True if of a transfer only the month or the year is known; a total of months has a first and a last one."""
    return not transfer.until and dates.parse(str(transfer.date))[1] != "day"


def _articles(transfers: Iterable[MergedTransfer]) -> set[int]:
    return {row.article_id for one in transfers for row in one.rows}


def _count(tally: Tally, transfers: Sequence[MergedTransfer]) -> None:
    """Put dated transfers of one direction and kind, in order, where they belong in the tally."""
    pool = [one for one in transfers if one.until and one.counts]
    within: set[Span] = set()  # the spans of all that a total covers, and of the totals themselves
    while pool:
        outermost = [one for one in pool if not any(_span(other).covers(_span(one)) for other in pool)]
        total = min(outermost, key=lambda one: (*_from_the_largest(one.figures), _span(one)))
        covered = [one for one in transfers if _span(total).covers(_span(one)) and _span(one) not in within]
        within |= {_span(total), *map(_span, covered)}
        clashing = [one for one in pool if _span(total).overlaps(_span(one)) and _span(one) not in within]
        within |= set(map(_span, clashing))
        tally.overlapping += clashing
        _add_total(tally, total, covered)
        pool = [one for one in pool if _span(one) not in within]
    for one in transfers:
        if _span(one) not in within and not _is_told_by_stages(one, transfers):
            _add(tally, one)


def _is_told_by_stages(one: MergedTransfer, transfers: Iterable[MergedTransfer]) -> bool:
    """True of what has no number, if others of these transfers are the stages of it."""
    if one.counts:
        return False
    return _span(one).is_filled_by([_span(other) for other in transfers if _span(one).covers(_span(other))])


def _add(tally: Tally, one: MergedTransfer) -> None:
    if one.counts:
        tally.counted.append(Counted(one, *one.figures))
    else:
        tally.unnumbered.append(one)


def _add_total(tally: Tally, total: MergedTransfer, covered: list[MergedTransfer]) -> None:
    """Count a total of several days once: by itself, by its stages, or as two readings of the same people."""
    stages = Tally(tally.from_party, tally.to_party, tally.kind)
    _count(stages, covered)
    low, high = total.figures
    numbered = not stages.unnumbered and not stages.overlapping
    whole = numbered and _span(total).is_filled_by([_span(one.transfer) for one in stages.counted])
    said_twice = whole and stages.low == stages.high and low == high and low.agrees(stages.low)
    if said_twice and stages.low.within(low):
        tally.counted += stages.counted
        tally.repeated += [total, *stages.repeated]
        return
    another = (whole and not said_twice) or stages.high.least > high.most
    if another:
        low, high = figures([low, high, stages.high, *([stages.low] if whole else [])])
    tally.counted.append(Counted(total, low, high, covered, stages if another else None))


def _from_the_largest(counts: Iterable[Count]) -> tuple[float, ...]:
    """A key that orders by the higher of two figures first, from the largest on."""
    low, high = counts
    return -high.most, -high.least, -low.most, -low.least


def last_day(transfer: MergedTransfer) -> datetime.date | None:
    """The last day that a transfer can have been on, or None."""
    last = transfer.until or transfer.date
    return dates.last_of(last) if last else None


class Span(NamedTuple):
    """The days of a transfer; a single day is the first and the last. They stand in order of time, shorter ones first.

    No two merged transfers of one swap, direction and kind have the same.
    """

    first: datetime.date
    last: datetime.date

    def covers(self, other: "Span") -> bool:
        """True if a total of these days takes in another transfer."""
        return self != other and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Span") -> bool:
        return self.first <= other.last and other.first <= self.last

    def is_filled_by(self, others: Sequence["Span"]) -> bool:
        """True if transfers of these days reach from the first to the last day of a total."""
        return bool(others) and (min(others).first, max(one.last for one in others)) == self


def _span(transfer: MergedTransfer) -> Span:
    """The days of a transfer that has a date."""
    assert transfer.date  # whoever asks has sorted out those without
    return _days(transfer.date, transfer.until or transfer.date)


@lru_cache(maxsize=16_384)  # totals ask for the same days over and over
def _days(first: str, last: str) -> Span:
    """From the first day of one partial date to the last day of another."""
    return Span(dates.parse(first)[0], dates.last_of(last))


@dataclass(frozen=True)
class Step:
    """What a running total is after one transfer of a swap (`owner`)."""

    owner: object
    counted: Counted
    low: Count
    high: Count

    @property
    def day(self) -> datetime.date | None:
        return self.counted.day

    @property
    def differ(self) -> bool:
        return self.low != self.high

    @property
    def whole(self) -> Count:
        """All that the total can be, by whatever source."""
        return replace(self.low, high=self.high.high, beyond=False) if self.differ else self.low


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

    What is told of days that reach beyond the period is no exchange within it.
    """
    found = []
    every = together(tally for handover in handovers for tally in handover.tallies)
    for kind, whole in merged.grouped(every, lambda tally: tally.kind).items():
        exchanges = sum(
            any(tally.kind == kind and (tally.counted or tally.unnumbered) for tally in handover.tallies)
            for handover in handovers
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
