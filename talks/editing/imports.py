"""What becomes of an editor's import: it is checked, loaded and, if it was a mistake, undone.

It goes through the same code as `load_articles`, all or nothing. `talks.editing.jobs` decides when that is done.
"""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from talks.files import undo
from talks.files.difference import difference, look, reach
from talks.files.grouping import MOST, grouped
from talks.files.loader import BadFilesError, Prepared, cycles_uncollected, prepare, read_files, undisturbed, write
from talks.files.outcome import Outcome
from talks.files.reader import Problem, Source
from talks.models import Import, Job, Publisher
from talks.models.writing import writing

KEPT_FOR = datetime.timedelta(days=1)  # an import that nobody confirms
CHANGES = ("created", "updated", "removed")
Tell = Callable[[Job.Stage, int, int], None]  # how far the work is: stage, done, of how many; raises to stop it


class OtherDifferenceError(Exception):
    """The record has changed since: the difference is another one than the editor saw. `summary` is what it is now."""

    def __init__(self, summary: dict) -> None:
        self.summary = summary
        super().__init__("the difference is another one now")


def untold(stage: Job.Stage, done: int, total: int) -> None:
    """A progress that nobody is told of."""


def drop_waiting(user: User) -> None:
    """Drop what this user has not confirmed, and what nobody has for a day, unless it is worked on."""
    old = Q(user=user) | Q(made__lt=timezone.now() - KEPT_FOR)
    busy = Job.objects.filter(imported=OuterRef("pk"), state=Job.State.RUNNING)
    Import.objects.filter(old, ~Exists(busy), state=Import.State.CHECKED).delete()


@cycles_uncollected()
def check(imported: Import, tell: Tell = untold) -> None:
    """Set what loading these files would do, or what is wrong with them, as the import's summary."""

    def tried() -> dict[str, Any]:
        prepared = _prepared(imported, tell)
        tell(Job.Stage.TRYING, 0, 0)
        return summary_of(write(prepared, dry_run=True))

    try:
        imported.summary = undisturbed(tried)
    except BadFilesError as error:
        imported.summary = {**problems_of(error), "files": len(imported.files)}


@cycles_uncollected()
def load(imported: Import, seen: str | None, user: User | None, tell: Tell = untold) -> None:
    """Load it, if that makes the difference that was `seen` (its `mark`). Raises `OtherDifferenceError`, BadFilesError.

    What is needed to undo it is kept; the texts of the files are not, as the record holds what they say.
    """
    undisturbed(lambda: _load(imported, _prepared(imported, tell), seen, user, tell))


def _load(imported: Import, prepared: Prepared, seen: str | None, user: User | None, tell: Tell) -> None:
    reached = reach(prepared.files)
    tell(Job.Stage.WRITING, 0, 0)
    with writing():
        before = look(*reached)
        summary = summary_of(write(prepared))
        if mark(summary) != seen:
            raise OtherDifferenceError(summary)
        imported.before = difference(before, look(*reached))
        imported.summary, imported.files = summary, dict.fromkeys(imported.files, "")
        imported.state, imported.made, imported.user = Import.State.DONE, timezone.now(), user
        imported.save()


def _prepared(imported: Import, tell: Tell) -> Prepared:
    files = read_files(_sources(imported), partial(tell, Job.Stage.READING))
    return prepare(files, imported.overwrite, partial(tell, Job.Stage.COMPARING))


@cycles_uncollected()
def what_undoing_does(imported: Import) -> dict[str, Any]:
    """What undoing it would do, as a summary; as `problems_of`, if it cannot be undone as the record is now."""
    try:
        return summary_of(undo.take_back(_difference_of(imported), dry_run=True))
    except BadFilesError as error:
        return problems_of(error)


@cycles_uncollected()
def take_back(imported: Import, seen: str | None, tell: Tell = untold) -> None:
    """Undo it, if that makes the difference that was `seen`. Raises `OtherDifferenceError`, BadFilesError."""
    tell(Job.Stage.WRITING, 0, 0)
    with writing():
        done = summary_of(undo.take_back(_difference_of(imported)))
        if mark(done) != seen:
            raise OtherDifferenceError(done)
        imported.summary["undo"] = done
        imported.summary.pop("undoing", None)
        imported.state, imported.before = Import.State.UNDONE, None
        imported.save()


def _difference_of(imported: Import) -> undo.Difference:
    """What an import that was loaded has changed."""
    assert imported.before is not None  # kept with each load
    return imported.before


def _sources(imported: Import) -> list[Source]:
    return [Source(Path(name), text) for name, text in sorted(imported.files.items())]


def summary_of(outcome: Outcome) -> dict[str, Any]:
    """An `Outcome` as plain values, each change with the values that it changes: as much as a page shows.

    `counts` and `numbers` say how much there is of each; `mark` tells this difference from any other.
    """
    changes = [[line, [list(change) for change in outcome.values.get(line, ())]] for line in outcome.changes]
    rest = {name: getattr(outcome, name) for name in ("kept", "discrepancies", "alike", "former", "warnings")}
    return {
        "files": outcome.files,
        "counts": {
            **{what: outcome.counts[what] for what in CHANGES},
            "kept": len(outcome.kept),
            "discrepancies": len(outcome.discrepancies),
        },
        "changes": _first_of_each(changes),
        **{name: found[:MOST] for name, found in rest.items()},
        "numbers": {name: len(found) for name, found in rest.items()},
        "mark": _mark(changes, outcome.kept, outcome.discrepancies),
    }


def _first_of_each(changes: list[list]) -> list[list]:
    """As many changes of each sort as a page shows."""
    seen: Counter[str] = Counter()
    first = []
    for change in changes:
        action = change[0].partition(" ")[0]
        seen[action] += 1
        if seen[action] <= MOST:
            first.append(change)
    return first


def problems_of(error: BadFilesError) -> dict[str, Any]:
    """What is wrong, as plain values: how many `problems`, those alike as `groups`, and the publishers that `lack`."""
    groups = [
        [one.message, one.count, one.files, [[str(at.path), at.line, at.field] for at in one.shown]]
        for one in grouped(error.problems)
    ]
    return {"problems": len(error.problems), "groups": groups, "lack": _publishers_lacking(error.problems)}


def _publishers_lacking(problems: Iterable[Problem]) -> list[str]:
    unknown = (problem.unknown for problem in problems)
    return sorted({name[1] for name in unknown if name and name[0] == Publisher.__name__})[:MOST]


def mark(summary: dict[str, Any]) -> str:
    """What tells one difference from another, whatever the order of its lines."""
    return summary.get("mark", "")


def _mark(*lines: list) -> str:
    return hashlib.sha256(json.dumps([sorted(some, key=str) for some in lines]).encode()).hexdigest()
