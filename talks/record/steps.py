"""The steps of running totals as lines of tables, so that a page can hold a part of them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from talks.models import Sourced
from talks.models.counts import NONE, Count
from talks.record import dates
from talks.record.ledger import Running, Step
from talks.record.merged import MergedTransfer
from talks.record.totals import KINDS, Counted

COLUMNS = 4  # totals that a table of months or years has room for
MONTHS = 24  # of more, it tells by years


@dataclass(frozen=True)
class Line:
    """One transfer of a swap (`owner`): a step of a running total; without one if it has no date or is not `counted`.

    `place` is its number among the lines of that total, from 0. `beside`: the list of the tally in which it stands, if
    it is not counted.
    """

    run: Running
    place: int
    owner: Any
    transfer: MergedTransfer
    counted: Counted | None = None
    step: Step | None = None
    beside: str = ""

    @property
    def rows(self) -> Sequence[Sourced]:
        """The reports that its notes name."""
        return self.counted.told if self.counted else self.transfer.told


@dataclass(frozen=True)
class Part:
    """Consecutive lines of one running total."""

    lines: list[Line]

    @property
    def run(self) -> Running:
        return self.lines[0].run

    @property
    def before(self) -> Step | None:
        """The step before the first of these lines, or None."""
        steps, place = self.run.steps, min(self.lines[0].place, len(self.run.steps))
        return steps[place - 1] if place else None

    @property
    def is_last(self) -> bool:
        """True if no line of its total follows."""
        return self.lines[-1].place + 1 == len(self.run.whole.counted) + len(self.run.beside)


def lines(runs: Iterable[Running]) -> list[Line]:
    """All lines of these totals: of each its steps, then what has no date, then what is not counted."""
    listed = []
    for run in runs:
        told: list[dict[str, Any]] = [
            *({"owner": step.owner, "counted": step.counted, "step": step} for step in run.steps),
            *({"owner": owner, "counted": counted} for owner, counted in run.undated),
            *({"owner": owner, "beside": name, "transfer": transfer} for owner, name, transfer in run.beside),
        ]
        for place, line in enumerate(told):
            transfer = line.pop("transfer", None) or line["counted"].transfer
            listed.append(Line(run, place, transfer=transfer, **line))
    return listed


@dataclass
class Cell:
    """What was handed over in a month or a year: from its lower to its higher figure, and what has no number."""

    low: Count = NONE
    high: Count = NONE
    unnumbered: int = 0

    @property
    def whole(self) -> Count | None:
        """What the figures say together; None if there is none."""
        if not self.high.largest:
            return None
        return self.low if self.low == self.high else Count(self.low.low, self.high.high)


@dataclass
class Stretch:
    """A month or a year: in how many exchanges something was handed over, and a `Cell` for each of some totals."""

    first: datetime.date
    last: datetime.date
    cells: list[Cell]
    owners: set[Any]

    @property
    def exchanges(self) -> int:
        return len(self.owners)


def columns(runs: Sequence[Running]) -> list[Running]:
    """Those of these totals that have the most transfers, as many as a table has room for, by kind."""
    most = sorted(runs, key=lambda run: -len(run.steps))[:COLUMNS]
    return sorted(most, key=lambda run: (KINDS.index(run.whole.kind), run.whole.order))


def is_by_month(runs: Iterable[Running]) -> bool:
    """True if the days of these totals lie in few months."""
    return len({str(step.day)[:7] for run in runs for step in run.steps}) <= MONTHS


def stretches(runs: Sequence[Running], shown: Sequence[Running], *, by_month: bool) -> list[Stretch]:
    """[Stretch] of the months or years in which something was handed over, by date; with cells of the totals `shown`.

    What was handed over on several days counts where the last of them lies.
    """
    found: dict[datetime.date, Stretch] = {}

    def at(day: datetime.date) -> Stretch:
        first = day.replace(day=1) if by_month else day.replace(month=1, day=1)
        last = dates.last_of(dates.text(first, "month" if by_month else "year"))
        return found.setdefault(first, Stretch(first, last, [Cell() for _ in shown], set()))

    for run in runs:
        cells = [place for place, one in enumerate(shown) if one is run]
        for step in run.steps:
            stretch = at(step.day)
            stretch.owners.add(step.owner)
            for cell in (stretch.cells[place] for place in cells):
                cell.low, cell.high = cell.low + step.counted.low, cell.high + step.counted.high
        for owner, name, transfer in run.beside:
            if name == "unnumbered" and transfer.date:
                stretch = at(dates.last_of(transfer.until or transfer.date))
                stretch.owners.add(owner)
                for cell in (stretch.cells[place] for place in cells):
                    cell.unnumbered += 1
    return [found[first] for first in sorted(found)]


def parts(some: Iterable[Line]) -> list[Part]:
    """Consecutive lines as a `Part` for each total."""
    return [Part(list(group)) for _, group in groupby(some, key=lambda line: id(line.run))]
