"""The process that does what waits (`manage.py do_jobs`): started by the request that asks, and gone when all is done.

One works at a time; another waits, and goes on if the first one dies. That one is there is told by a lock that goes
with its process: on PostgreSQL one of the database, else one on a file beside SQLite's. So nothing has to be started
beside the server, and whoever looks sees at once that a worker was killed.
"""

import datetime
import fcntl
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from simple_history.models import HistoricalRecords

from talks.models import Job

STARTS_IN = datetime.timedelta(seconds=20)  # on a busy machine
WORKER = 0x7461_6C6C  # the number of the lock among those of the database

log = logging.getLogger(__name__)


def start() -> None:
    """Start a worker, which outlives the request and the server. If it cannot be started, the log says why."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "do_jobs"]
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 -- our own
    except OSError:
        log.exception("No worker could be started")
    else:
        threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay as a zombie


@contextmanager
def only_one() -> Iterator[None]:
    """Wait until no other worker is there, and be the one."""
    if connection.vendor == "postgresql":
        # A transaction on a connection of its own, as PgBouncer gives others one that is between two transactions.
        database: Any = connection  # of which the driver is not in its type
        with database.Database.connect(**database.get_connection_params()) as held:
            held.execute("SET LOCAL statement_timeout = 0")
            held.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            held.execute("SELECT pg_advisory_xact_lock(%s)", [WORKER])
            yield
        return
    with lock_file().open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_there() -> bool:
    """True if a worker is at work."""
    if connection.vendor == "postgresql":
        held = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s"
        here = " AND classid = 0 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        with connection.cursor() as cursor:
            cursor.execute(held + here, [WORKER])
            return cursor.fetchone()[0]
    if not lock_file().exists():
        return False
    with lock_file().open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def lock_file() -> Path:
    return Path(f"{connection.settings_dict['NAME']}-worker")


def stop(job: Job) -> None:
    """Ask the worker to stop with this job. On SQLite it cannot be written down, as the worker may be writing."""
    if connection.vendor == "postgresql":
        Job.objects.filter(pk=job.pk).update(cancelled=True)
    else:
        _stop_file(job).touch()


def is_to_stop(job: Job) -> bool:
    """True if the worker was asked to stop with this job."""
    if connection.vendor == "postgresql":
        return Job.objects.filter(pk=job.pk, cancelled=True).exists()
    return _stop_file(job).exists()


def forget(job: Job) -> None:
    """Drop what was left to ask for a stop of a job that has ended."""
    if connection.vendor != "postgresql":
        _stop_file(job).unlink(missing_ok=True)


def _stop_file(job: Job) -> Path:
    return Path(f"{lock_file()}-stop-{job.pk}")


@contextmanager
def on_behalf_of(user: User | None) -> Iterator[None]:
    """Let the history name this user, as it does in a request of theirs."""
    HistoricalRecords.context.request = SimpleNamespace(user=user)
    try:
        yield
    finally:
        del HistoricalRecords.context.request
