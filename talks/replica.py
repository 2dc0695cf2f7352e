"""Which database is read: where there is a replica, readers are answered by it; all else is read and written in the
primary, so that editors see what they just wrote.

The router follows what was said for this request; `talks.ready.source` says it.
"""

from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

PRIMARY, REPLICA = DEFAULT_DB_ALIAS, "replica"

_read: ContextVar[str] = ContextVar("read", default=PRIMARY)


def read_from(alias: str) -> None:
    """Let this thread read from that database until it is told another, at the latest with the next request."""
    _read.set(alias)


class Router:
    """Django's way to ask which database a query goes to. A transaction is the primary's, and so is all within it."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return REPLICA if _read.get() == REPLICA and not connections[PRIMARY].in_atomic_block else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """The primary, also for a row that was read from the replica."""
        instance = hints.get("instance")
        return PRIMARY if instance is not None and instance._state.db == REPLICA else None

    def allow_relation(self, *rows: Any, **hints: Any) -> bool | None:
        """Rows of both go together: they are the same record."""
        return True if {row._state.db for row in rows} <= {PRIMARY, REPLICA} else None

    def allow_migrate(self, db: str, *args: Any, **hints: Any) -> bool | None:
        return False if db == REPLICA else None
