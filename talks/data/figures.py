"""What the record counts, as plain values: how many were handed over, in all and by transfer; how much is of which
source; how much the record draws from when.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from talks import queries, words
from talks.data.shapes import Name, Report, Value
from talks.data.told import Teller, in_chunks
from talks.models import Kind, Seen
from talks.record import dates, ledger
from talks.record.coverage import Year
from talks.record.steps import Line


@dataclass(frozen=True)
class Total:
    """How many were handed over from one party to another of one kind, by the lower and the higher figure.

    `exchanges`: in how many exchanges anybody of this kind was handed over, in any direction. `unnumbered`: transfers
    without a number. `beside`: those that may be among the others, or lie only in part within the period. `announced`:
    those of exchanges that are only proposed or agreed, by their latest reports.
    """

    kind: str
    kind_label: str
    from_party: Name
    to_party: Name
    low: Value
    high: Value
    words: str
    differs: bool
    exchanges: int
    unnumbered: int
    beside: int
    announced: int


@dataclass(frozen=True)
class Step:
    """A transfer that a total counts, or that stands `beside` it, uncounted, and why (see `talks.record.totals`).

    `total_low`, `total_high`: the running total behind it; None for what has no day.
    """

    kind: str
    from_party: Name
    to_party: Name
    swap: Name
    date: str | None
    until: str | None
    low: Value
    high: Value
    total_low: Value
    total_high: Value
    beside: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Share:
    """How many articles and facts (reported rows) are of a source or a country."""

    key: str
    name: str
    articles: int
    facts: int


@dataclass(frozen=True)
class Cover:
    """From how many articles and independent sources of a month the record draws; `kind` is "" for all entries."""

    month: str
    kind: str
    kind_label: str
    articles: int
    sources: int


def totals(seen: Seen, handovers: Iterable[ledger.Handover], origin: str = "") -> list[Total]:
    """What these swaps handed over, by kind and direction."""
    teller = Teller(seen, origin)
    return [
        Total(
            kind=tally.kind,
            kind_label=tally.kind_display,
            from_party=teller.name(tally.from_party),
            to_party=teller.name(tally.to_party),
            low=tally.low.plain,
            high=tally.high.plain,
            words=words.count_in_words(tally.whole) if tally.counted else "",
            differs=tally.differ,
            exchanges=one.exchanges,
            unnumbered=len(tally.unnumbered),
            beside=tally.beside,
            announced=len(tally.announced),
        )
        for one in ledger.sums(list(handovers))
        for tally in one.tallies
    ]


def steps(seen: Seen, lines: Iterable[Line], origin: str = "") -> Iterator[Step]:
    """Of `talks.record.steps.lines`."""
    teller = Teller(seen, origin)

    def told(chunk: list[Line]) -> list[Step]:
        queries.with_sources(row for line in chunk for row in line.transfer.told)
        owners = queries.know_by_pk(seen, {line.owner.pk: line.owner for line in chunk}.values())
        return [_step(teller, line, owners[line.owner.pk]) for line in chunk]

    return in_chunks(lines, told)


def _step(teller: Teller, line: Line, owner: Any) -> Step:
    transfer, counted, step = line.transfer, line.counted, line.step
    return Step(
        kind=transfer.kind,
        from_party=teller.name(transfer.from_party),
        to_party=teller.name(transfer.to_party),
        swap=teller.name(owner),
        date=transfer.date,
        until=transfer.until,
        low=counted.low.plain if counted else None,
        high=counted.high.plain if counted else None,
        total_low=step.low.plain if step else None,
        total_high=step.high.plain if step else None,
        beside=line.beside,
        reports=tuple(_counting(teller, row) for row in transfer.told),
    )


def _counting(teller: Teller, row: Any) -> Report:
    count = row.count
    return teller.report(row, count and count.plain, words.count_in_words(count) if count else "", None)


def covers(years: Iterable[Year]) -> Iterator[Cover]:
    """Of `talks.record.coverage.years`."""
    labels = [("", ""), *((kind.value, words.kinds_label(kind)) for kind in Kind)]
    for year in years:
        for month in year.months:
            for (kind, label), cover in zip(labels, month.covers, strict=True):
                yield Cover(dates.text(month.start, "month"), kind, label, cover.articles, cover.sources)
