"""Which state the record is in, asked for each time: what an editor publishes shows at the next request."""

import os
import time
from contextlib import suppress
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from talks.models import Revision
from talks.models.rules import today

ASKING = f'SELECT token FROM "{Revision._meta.db_table}"'  # noqa: S608 – a name of our own
REST = 1  # second in which a database that was away is not asked again
PATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 2000}  # of PostgreSQL
LIMIT = {} if settings.PGBOUNCER else {"options": "-c statement_timeout=2s"}  # PgBouncer has its own


class AwayError(Exception):
    """The database does not answer. `silent`: true if it said nothing at all, so that nobody else need ask it now."""

    def __init__(self, silent: bool = False) -> None:
        super().__init__()
        self.silent = silent


class State:
    """Asks on a connection of its own, since Django's are opened and closed with its requests.

    SQLite tells within microseconds whether anything was written since (`PRAGMA data_version`), and only then is the
    record asked; on PostgreSQL it is one row.
    """

    def __init__(self, database: BaseDatabaseWrapper, rest: float = REST) -> None:
        self._database, self._rest = database, rest
        self._connection: Any = None
        self._file: tuple[int, ...] | None = None  # of SQLite, as the file system knows it
        self._version: int | None = None
        self._token = ""
        self._away_until = 0.0
        self._was_away = self._was_silent = False
        self._lock = Lock()

    def current(self) -> str:
        """The state of the record, and the day: “expected” is what lies ahead of it. Raises `AwayError`.

        While it is away, one finds out whether it still is, and nobody waits for that.
        """
        if not self._lock.acquire(blocking=not self._was_away):
            raise AwayError(self._was_silent)
        try:
            if self.is_resting:
                raise AwayError(self._was_silent)
            return f"{self._token_unless_away()}:{today()}"
        finally:
            self._lock.release()

    def _token_unless_away(self) -> str:
        try:
            token = self._ask_twice()
        except (*self._errors, OSError) as error:
            self._was_away, self._was_silent = True, self._is_silence(error)
            self.rest()
            raise AwayError(self._was_silent) from error
        self._was_away = False
        return token

    def _ask_twice(self) -> str:
        """A connection can have been closed since it was last used; not that of a database that was away."""
        if not self._was_away:
            try:
                return self._ask()
            except (*self._errors, OSError):
                self.close()
        try:
            return self._ask()
        except (*self._errors, OSError):
            self.close()
            raise

    def _is_silence(self, error: Exception) -> bool:
        """True if PostgreSQL, or the network to it, said nothing; what it says has a code."""
        is_silence = isinstance(error, self._database.Database.OperationalError) and not getattr(error, "sqlstate", "")
        return self._database.vendor == "postgresql" and is_silence

    @property
    def is_resting(self) -> bool:
        """True while the database counts as away, without being asked."""
        return time.monotonic() < self._away_until

    def rest(self) -> None:
        """Take the database to be away for a while."""
        self._away_until = time.monotonic() + self._rest

    def wake(self) -> None:
        """Let it be asked again, however long it was to rest."""
        self._away_until = 0.0

    def close(self) -> None:
        if self._connection is not None:
            with suppress(*self._errors):
                self._connection.close()
        self._connection, self._version = None, None

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        return (self._database.Database.Error,)

    def _ask(self) -> str:
        if self._database.vendor != "sqlite":
            return self._token_in_record()
        file = _file(self._database.settings_dict["NAME"])
        if self._file != file:
            self.close()
            self._file = file
        version = self._row("PRAGMA data_version")[0]
        if version != self._version:
            self._token, self._version = self._token_in_record(), version
        return self._token

    def _token_in_record(self) -> str:
        row = self._row(ASKING)
        return str(row[0]) if row else ""

    def _row(self, statement: str) -> Any:
        if self._connection is None:
            self._connection = self._connected()
        cursor = self._connection.cursor()
        try:
            return cursor.execute(statement).fetchone()
        finally:
            cursor.close()

    def _connected(self) -> Any:
        parameters = self._database.get_connection_params()
        if self._database.vendor == "sqlite":
            return self._database.get_new_connection(parameters | {"timeout": 2, "isolation_level": None})
        # Not by Django, which would take one out of its pool for good.
        connection = self._database.Database.connect(**parameters | PATIENCE | LIMIT, autocommit=True)
        connection.patience = PATIENCE["connect_timeout"]  # of `talks.waiting`
        return connection


def _file(name: str) -> tuple[int, ...]:
    """Which file of SQLite it is, as another can take its place; and what of it can be written.

    As long as a connection is open that only could read, SQLite lets none of its process write.
    """
    found = os.stat(name)  # noqa: PTH116 – asked with each page that is ready, and a `Path` costs as much as the rest
    return found.st_dev, found.st_ino, os.access(name, os.W_OK), os.access(f"{name}-shm", os.W_OK)
