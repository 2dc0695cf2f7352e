"""The steps of running totals as lines of tables, so that a page can hold a part of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from talks.record.ledger import Counted, Running, Step


@dataclass(frozen=True)
class Line:
    """One counted transfer of a swap (`owner`): a step of a running total, or without one if it has no date.

    `place` is its number among the lines of that total, from 0.
    """

    run: Running
    place: int
    owner: object
    counted: Counted
    step: Step | None = None


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
        return self.lines[-1].place + 1 == len(self.run.whole.counted)


def lines(runs: Iterable[Running]) -> list[Line]:
    """All lines of these totals: of each its steps, then what has no date."""
    listed = []
    for run in runs:
        steps = [Line(run, place, step.owner, step.counted, step) for place, step in enumerate(run.steps)]
        undated = [Line(run, place, *pair) for place, pair in enumerate(run.undated, len(steps))]
        listed += steps + undated
    return listed


def parts(some: Iterable[Line]) -> list[Part]:
    """Consecutive lines as a `Part` for each total."""
    return [Part(list(group)) for _, group in groupby(some, key=lambda line: id(line.run))]
