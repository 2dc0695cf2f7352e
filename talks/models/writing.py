"""Writers of the record take turns, so that whoever derives something reads all that it is derived from.

On SQLite a transaction that writes is the turn. On PostgreSQL writers of different rows would not wait for each other,
and what two of them report of one entry at the same time would be counted by neither: so each holds one lock of the
whole record, before it reads. It is the only lock that a writer takes first, so no two wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, connection, transaction

from talks.models.history import one_edit

PATIENCE = 10  # seconds that a request waits for its turn; `talks.settings` has the same for SQLite
SILENCE = 20  # seconds after which it loses its turn if it asks the database for nothing; loads have their patience
RECORD = 0x7461_6C6B  # the number of the lock among those of the database
CLASHES = "40P01", "40001"  # deadlock, no serial order

_turn: ContextVar[bool] = ContextVar("turn", default=False)


@contextmanager
def writing(patience: int = PATIENCE) -> Iterator[None]:
    """One edit in one transaction, made while nobody else writes the record; within another one, a part of that.

    `patience`: seconds to wait for one's turn; raises `OperationalError` after them.
    """
    if _turn.get():
        yield
        return
    with one_edit(), _patient(patience), transaction.atomic():
        if connection.vendor == "postgresql":
            _take_turn(patience)
        token = _turn.set(True)
        try:
            yield
        finally:
            _turn.reset(token)


@contextmanager
def _patient(patience: int) -> Iterator[None]:
    """Let SQLite wait so long, where it is not as long as usual; PostgreSQL is told with the lock."""
    unusual = connection.vendor == "sqlite" and patience != PATIENCE and not connection.in_atomic_block
    if unusual:
        connection.cursor().execute(f"PRAGMA busy_timeout = {patience * 1000:d}")
    try:
        yield
    finally:
        if unusual:
            connection.cursor().execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:d}")


def _take_turn(patience: int) -> None:
    with connection.cursor() as cursor:
        if patience > PATIENCE:  # nobody looks at a page meanwhile, so the limit of those does not count
            cursor.execute("SET LOCAL statement_timeout = 0")
        # A machine that loses its network is silent in its turn: without a limit all would wait until TCP finds out.
        limits = "set_config('lock_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true)"
        seconds = f"{patience}s", f"{max(patience, SILENCE)}s"
        cursor.execute(f"SELECT {limits}, pg_advisory_xact_lock(%s)", [*seconds, RECORD])


def has_clashed(error: DatabaseError) -> bool:
    """True if the same may work at once: of two who waited for each other, one was stopped."""
    return getattr(error.__cause__, "sqlstate", None) in CLASHES
