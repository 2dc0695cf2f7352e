"""What is done with imports: small ones at once, others by a worker, outside of the request (`talks.editing.worker`).

A job is kept in the database, with how far it is and what came of it. It may be cancelled until it is done.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from talks.editing import imports, worker
from talks.editing.imports import OtherDifferenceError
from talks.files.loader import PATIENCE, BadFilesError
from talks.models import Import, Job
from talks.models.writing import writing
from talks.outage import outage_of

AT_ONCE = 30  # files that an import may have to be worked on within the request, a second or two
AT_ONCE_LETTERS = 300_000  # and letters in them
EVERY = 1  # seconds, after which the progress is told
Action, State = Job.Action, Job.State
LEADS_TO: dict[str, str] = {Action.LOAD: Import.State.DONE, Action.UNDO: Import.State.UNDONE}

log = logging.getLogger(__name__)


class CancelledError(Exception):
    """Somebody cancelled the job; nothing is written."""


# Asking for it


def ask(imported: Import, action: Job.Action, user: User, seen: str = "") -> Job:
    """Do this with an import, at once if it is small, otherwise soon; gives the job, with what came of it so far.

    The import is saved. `seen`: the mark of the difference that the user has seen and wants.
    """
    job = Job(imported=imported, action=action, user=user, seen=seen)
    if is_small(imported):
        job.begun = timezone.now()
        job.state = _outcome(job, imports.untold)
        job.ended = timezone.now()
        with writing():
            imported.save()
            job.save()
            _note(job)
        return job
    with transaction.atomic():
        imported.save()
        for earlier in imported.jobs.filter(state__in=Job.UNDER_WAY):
            as_read = Job.objects.filter(pk=earlier.pk, state=earlier.state)  # `is_under_way` may read it anew
            if is_under_way(earlier) or not as_read.update(state=State.LOST, ended=timezone.now()):
                return earlier  # also if a worker took it, or ended it, just now
            worker.forget(earlier)
        job.save()
        transaction.on_commit(worker.start)
    return job


def is_small(imported: Import) -> bool:
    """True if working on it takes a second or two."""
    return len(imported.files) <= AT_ONCE and sum(map(len, imported.files.values())) <= AT_ONCE_LETTERS


def standing(job: Job) -> Job.State:
    """The state of a job as it is, also if its worker died before it could note it."""
    if job.state != State.RUNNING or worker.is_there():
        return State(job.state)
    job.refresh_from_db(fields=["state"])  # it may have ended before the worker went
    return _left_by_the_dead(job) if job.state == State.RUNNING else State(job.state)


def _left_by_the_dead(job: Job) -> Job.State:
    """What became of a job whose worker died: all that it should write stands there, or nothing."""
    done = Import.objects.filter(pk=job.imported_id, state=LEADS_TO.get(job.action, ""))
    return State.DONE if done.exists() else State.LOST


def is_under_way(job: Job) -> bool:
    """True if somebody works on it, or will."""
    return standing(job) in Job.UNDER_WAY and not is_left(job)


def is_left(job: Job) -> bool:
    """True if nobody has taken it for so long that nobody will; the clock may have been set back since it was asked."""
    since = abs(timezone.now() - job.asked)
    return job.state == State.WAITING and since > worker.STARTS_IN and not worker.is_there()


def cancel(job: Job) -> None:
    """Stop it, unless it is done by then: at once if it waits, else soon; nothing is written."""
    worker.stop(job)
    waits = Job.objects.filter(pk=job.pk, state=State.WAITING)
    if waits.exists() and waits.update(state=State.CANCELLED, ended=timezone.now()):
        worker.forget(job)


def under_way(user: User) -> Job | None:
    """What somebody works on, or will, for this user."""
    own = Job.objects.filter(user=user, state__in=Job.UNDER_WAY)
    return next(filter(is_under_way, own), None)


# Doing it


def do_all() -> None:
    """Do what waits, one after the other, until nothing does. For the one worker that there is."""
    for dead in Job.objects.filter(state=State.RUNNING):
        dead.state = _left_by_the_dead(dead)
        _end(dead)
    while job := Job.objects.filter(state=State.WAITING).order_by("pk").first():
        begun = Job.objects.filter(pk=job.pk, state=State.WAITING)
        if begun.update(state=State.RUNNING, begun=timezone.now()):
            do(job)


def do(job: Job) -> None:
    """Do what the job asks for, and note what came of it."""
    tell = Teller(job)
    try:
        with worker.on_behalf_of(job.user), connection.execute_wrapper(tell.between):
            job.state = _outcome(job, tell)
    except CancelledError:
        job.state = State.CANCELLED
    except Exception as error:
        log.exception("%s of import %s failed", job.action, job.imported_id)
        outage = outage_of(error)
        job.state, job.note = State.FAILED, outage.value if outage else type(error).__name__
    _end(job)


def _end(job: Job) -> None:
    """Keep what came of a job; of one whose import was dropped meanwhile, nothing."""
    worker.forget(job)
    with writing(PATIENCE):
        ended = {"state": job.state, "note": job.note, "ended": timezone.now()}
        if not Job.objects.filter(pk=job.pk).update(**ended):
            return
        if job.state in (State.DONE, State.CHANGED):
            Import.objects.filter(pk=job.imported_id).update(summary=job.imported.summary)
        _note(job)


def _note(job: Job) -> None:
    """Note in the admin's history what came of it."""
    if job.user_id:
        LogEntry.objects.log_actions(job.user_id, [job.imported], CHANGE, str(job), single_object=True)


def _outcome(job: Job, tell: imports.Tell) -> Job.State:
    """Do it, and set the import's summary. Raises `CancelledError`."""
    imported = job.imported
    try:
        WORK[job.action](job, imported, tell)
    except (OtherDifferenceError, BadFilesError):
        imported.refresh_from_db()
        (_preview if job.action == Action.UNDO else _check)(job, imported, tell)
        return State.CHANGED
    return State.DONE


def _check(job: Job, imported: Import, tell: imports.Tell) -> None:
    imports.check(imported, tell)


def _load(job: Job, imported: Import, tell: imports.Tell) -> None:
    imports.load(imported, job.seen, job.user, tell)


def _preview(job: Job, imported: Import, tell: imports.Tell) -> None:
    tell(Job.Stage.TRYING, 0, 0)
    imported.summary["undoing"] = imports.what_undoing_does(imported)


def _undo(job: Job, imported: Import, tell: imports.Tell) -> None:
    imports.take_back(imported, job.seen, tell)


WORK: dict[str, Callable[[Job, Import, imports.Tell], None]] = {
    Action.CHECK: _check,
    Action.LOAD: _load,
    Action.PREVIEW: _preview,
    Action.UNDO: _undo,
}


class Teller:
    """Notes how far a job is, now and then; raises `CancelledError` if it is to stop, also between two statements."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.told, self.asked, self.stage = 0.0, 0.0, ""

    def __call__(self, stage: Job.Stage, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self.stage and total and now - self.told < EVERY:
            return
        self.told, self.stage = now, stage
        self.stop_if_asked()
        try:
            Job.objects.filter(pk=self.job.pk).update(stage=stage, done=done, total=total)
        except DatabaseError as error:  # somebody else writes: it is told later
            log.debug("progress not told: %s", error)

    def between(self, execute: Callable[..., Any], *args: object) -> Any:
        """Run a statement of the database, as Django's `execute_wrapper` wants it."""
        now = time.monotonic()
        if now - self.asked > EVERY:
            self.asked = now
            self.stop_if_asked()
        return execute(*args)

    def stop_if_asked(self) -> None:
        if worker.is_to_stop(self.job) or not Job.objects.filter(pk=self.job.pk).exists():
            raise CancelledError
