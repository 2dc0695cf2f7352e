"""What becomes of an editor's import: it is checked, loaded and, if it was a mistake, undone.

It goes through the same code as `load_articles`, all or nothing.
"""

import datetime
import hashlib
import json
from pathlib import PurePosixPath

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from talks.files import undo
from talks.files.difference import difference, look, reach
from talks.files.loader import BadFilesError, cycles_uncollected, read_files, write
from talks.files.reader import Source
from talks.models import Import

KEPT_FOR = datetime.timedelta(days=1)  # an import that nobody confirms


class OtherDifferenceError(Exception):
    """The record has changed since: the difference is another one than the editor saw. `told` is what it is now."""

    def __init__(self, told):
        self.told = told
        super().__init__("the difference is another one now")


def drop_waiting(user):
    """Drop the imports that this user has not confirmed, and those that nobody has for a day."""
    old = Q(user=user) | Q(made__lt=timezone.now() - KEPT_FOR)
    Import.objects.filter(old, state=Import.State.CHECKED).delete()


@cycles_uncollected()
def check(imported):
    """Set what loading these files would do, or what is wrong with them, as the import's summary."""
    try:
        imported.summary = told(write(read_files(_sources(imported)), overwrite=imported.overwrite, dry_run=True))
    except BadFilesError as error:
        imported.summary = {"problems": told_problems(error), "files": len(imported.files)}


@cycles_uncollected()
def load(imported, seen, user):
    """Load it, if that makes the difference that was `seen` (its `mark`). Raises `OtherDifferenceError`, BadFilesError.

    What is needed to undo it is kept.
    """
    with transaction.atomic():
        files = read_files(_sources(imported))
        reached = reach(files)
        before = look(*reached)
        imported.summary = told(write(files, overwrite=imported.overwrite))
        if mark(imported.summary) != seen:
            raise OtherDifferenceError(imported.summary)
        imported.before = difference(before, look(*reached))
        imported.state, imported.made, imported.user = Import.State.DONE, timezone.now(), user
        imported.save()


@cycles_uncollected()
def what_undoing_does(imported):
    """What undoing it would do, told. Raises `BadFilesError` if it cannot be undone as the record is now."""
    return told(undo.take_back(imported.before, dry_run=True))


@cycles_uncollected()
def take_back(imported, seen):
    """Undo it, if that makes the difference that was `seen`. Raises `OtherDifferenceError`, BadFilesError."""
    with transaction.atomic():
        done = told(undo.take_back(imported.before))
        if mark(done) != seen:
            raise OtherDifferenceError(done)
        imported.summary["undo"] = done
        imported.state, imported.before = Import.State.UNDONE, None
        imported.save()


def _sources(imported):
    return [Source(PurePosixPath(name), text) for name, text in sorted(imported.files.items())]


def told(outcome):
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
        "former": outcome.former,
    }


def told_problems(error):
    return [[str(problem.path), problem.line, problem.field, problem.message] for problem in error.problems]


def mark(told):
    """What tells one difference from another, whatever the order of its lines."""
    lines = [sorted(told[name], key=str) for name in ("changes", "kept", "discrepancies")]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()
