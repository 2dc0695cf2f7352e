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
- What a swap is to hand over that is only proposed or agreed, by its latest reports, is told beside the total.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from talks.models import Party, Transfer
from talks.models.counts import NONE, Count
from talks.record import dates, merged
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
    `parted` (of people whom other reports count under their own kinds), `partly` (only in part within the period that
    was asked for) and `announced` (of a swap that is only proposed or agreed).
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
    announced: list[MergedTransfer] = field(default_factory=list)

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
            return Count(low.low, None, low.slack, beyond=low.beyond and low.high is None)
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
        """The number of transfers that have a number and are not counted, though they may come on top."""
        return len(self.overlapping) + len(self.undecided) + len(self.partly)

    @property
    def is_reported(self) -> bool:
        """True if anything of it was handed over within the period, numbered or not."""
        return bool(self.counted or self.unnumbered)

    @property
    def order(self) -> tuple[int, str, int, str, int]:
        giver, receiver = self.from_party, self.to_party
        return receiver.order, receiver.name, giver.order, giver.name, KINDS.index(self.kind)


LISTS = "counted", "unnumbered", "repeated", "overlapping", "undecided", "parted", "partly", "announced"


def tallies(
    transfers: Iterable[MergedTransfer], partly: Iterable[MergedTransfer] = (), *, only_agreed: bool = False
) -> list[Tally]:
    """[Tally] of one swap's merged transfers: for each direction and kind, in the order of parties and kinds.

    `partly`: those that lie only in part within the period that the tallies are of. `only_agreed`: nothing of this swap
    is reported to have been handed over yet.
    """
    groups: dict[tuple, Tally] = {}
    for key, group in merged.grouped(transfers, _key).items():
        groups[key] = Tally(*key, announced=group) if only_agreed else _tally(Tally(*key), group)
    for key, group in merged.grouped(partly, _key).items():
        tally = groups.setdefault(key, Tally(*key))
        (tally.announced if only_agreed else tally.partly).extend(group)
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
        if one not in tally.undecided:
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
