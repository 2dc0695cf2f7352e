"""What a load or its undo did, or would do, in sentences."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from talks.files.compare import Change, Changes
from talks.files.folded import Folded

Progress = Callable[[int, int], None]  # done, of how many
DONE = {"create": "created", "update": "updated", "remove": "removed"}


def untold(done: int, total: int) -> None:
    """A progress that nobody is told of."""


class Alike(NamedTuple):
    """That a row looks like another one that is there: a sentence, and the model and the slug of the other."""

    sentence: str
    model: str
    other: str


@dataclass
class Outcome:
    """What a load did, or would do: a line for each change, what was kept of editors' work, new discrepancies, what
    looks like something that is there, which former slugs the files use, and what in them is improbable.
    """

    files: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[Sequence[str]] = field(default_factory=list)  # of `changes`, those of new rows by article, folded
    kept: list[str] = field(default_factory=list)
    discrepancies: list[str] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    values: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)
    # line of an update → (column, value before, value now)

    @classmethod
    def of(cls, changes: Changes) -> "Outcome":
        """What is certain before anything is written; the rest is noted where it is done."""
        outcome = cls(files=changes.files, kept=list(changes.kept))
        for change in changes.others:
            outcome.note(change)
        for created in changes.new:
            outcome.lines.append(Folded(_line(change) for change in created))
            outcome.counts[DONE["create"]] += len(created)
        for change, language in changes.translated:
            outcome.note(change, f" in {language}")
        return outcome

    @property
    def changes(self) -> list[str]:
        """A line for each change."""
        return [*chain.from_iterable(self.lines)]

    def note(self, change: Change, remark: str = "") -> None:
        """Note that this change is made; of an update also the values before and now."""
        line = f"{_line(change)}{remark}"
        self.counts[DONE[change.action]] += 1
        self.lines.append((line,))
        if change.action == "update" and change.held:
            self.values[line] = [
                (column.removesuffix("__slug"), change.held[column], value)
                for column, value in sorted(change.values.items())
            ]


def _line(change: Change) -> str:
    return f"{DONE[change.action]} {change.name}"
