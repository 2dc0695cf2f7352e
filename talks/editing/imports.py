"""What becomes of an editor's import: it is checked, loaded and, if it was a mistake, undone.

It goes through the same code as `load_articles`, all or nothing.
"""

import datetime
import hashlib
import json
from pathlib import Path

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from talks.files import undo
from talks.files.difference import difference, look, reach
from talks.files.loader import BadFilesError, Prepared, cycles_uncollected, prepare, read_files, undisturbed, write
from talks.files.outcome import Outcome
from talks.files.reader import Source
from talks.models import Import
from talks.models.writing import writing

KEPT_FOR = datetime.timedelta(days=1)  # an import that nobody confirms


class OtherDifferenceError(Exception):
    """The record has changed since: the difference is another one than the editor saw. `summary` is what it is now."""

    def __init__(self, summary: dict) -> None:
        self.summary = summary
        super().__init__("the difference is another one now")


def drop_waiting(user: User) -> None:
    """Drop the imports that this user has not confirmed, and those that nobody has for a day."""
    old = Q(user=user) | Q(made__lt=timezone.now() - KEPT_FOR)
    Import.objects.filter(old, state=Import.State.CHECKED).delete()


@cycles_uncollected()
def check(imported: Import) -> None:
    """Set what loading these files would do, or what is wrong with them, as the import's summary."""
    try:
        imported.summary = undisturbed(lambda: summary_of(write(_prepared(imported), dry_run=True)))
    except BadFilesError as error:
        imported.summary = {"problems": problems_of(error), "files": len(imported.files)}


@cycles_uncollected()
def load(imported: Import, seen: str | None, user: User) -> None:
    """Load it, if that makes the difference that was `seen` (its `mark`). Raises `OtherDifferenceError`, BadFilesError.

    What is needed to undo it is kept.
    """
    undisturbed(lambda: _load(imported, _prepared(imported), seen, user))


def _load(imported: Import, prepared: Prepared, seen: str | None, user: User) -> None:
    reached = reach(prepared.files)
    with writing():
        before = look(*reached)
        imported.summary = summary_of(write(prepared))
        if mark(imported.summary) != seen:
            raise OtherDifferenceError(imported.summary)
        imported.before = difference(before, look(*reached))
        imported.state, imported.made, imported.user = Import.State.DONE, timezone.now(), user
        imported.save()


def _prepared(imported: Import) -> Prepared:
    return prepare(read_files(_sources(imported)), imported.overwrite)


@cycles_uncollected()
def what_undoing_does(imported: Import) -> dict:
    """What undoing it would do, as a summary. Raises `BadFilesError` if it cannot be undone as the record is now."""
    return summary_of(undo.take_back(_difference_of(imported), dry_run=True))


@cycles_uncollected()
def take_back(imported: Import, seen: str | None) -> None:
    """Undo it, if that makes the difference that was `seen`. Raises `OtherDifferenceError`, BadFilesError."""
    with writing():
        done = summary_of(undo.take_back(_difference_of(imported)))
        if mark(done) != seen:
            raise OtherDifferenceError(done)
        imported.summary["undo"] = done
        imported.state, imported.before = Import.State.UNDONE, None
        imported.save()


def _difference_of(imported: Import) -> undo.Difference:
    """What an import that was loaded has changed."""
    assert imported.before is not None  # kept with each load
    return imported.before


def _sources(imported: Import) -> list[Source]:
    return [Source(Path(name), text) for name, text in sorted(imported.files.items())]


def summary_of(outcome: Outcome) -> dict:
    """An `Outcome` as plain values, each change with the values that it changes."""
    return {
        "files": outcome.files,
        "counts": {
            **{what: outcome.counts[what] for what in ("created", "updated", "removed")},
            "kept": len(outcome.kept),
            "discrepancies": len(outcome.discrepancies),
        },
        "changes": [[line, [list(change) for change in outcome.values.get(line, ())]] for line in outcome.changes],
        "kept": outcome.kept,
        "discrepancies": outcome.discrepancies,
        "alike": outcome.alike,
        "former": outcome.former,
        "warnings": outcome.warnings,
    }


def problems_of(error: BadFilesError) -> list[list]:
    return [[str(problem.path), problem.line, problem.field, problem.message] for problem in error.problems]


def mark(summary: dict) -> str:
    """What tells one difference from another, whatever the order of its lines."""
    lines = [sorted(summary[name], key=str) for name in ("changes", "kept", "discrepancies")]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()
