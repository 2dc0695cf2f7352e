"""Why the database does not do what it is asked for: told to readers (503), to the log and to who runs a command."""

import sqlite3
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError


class Outage(Enum):
    """What is the matter; the value is a sentence for who runs the site."""

    BUSY = "The database is busy"
    AWAY = "The database cannot be reached"
    FULL = "The disk is full, so the database could not write"
    OUTDATED = "The database lacks tables or columns that this version needs; run: python manage.py migrate"


SILENT = "talks.silent"  # in a request: a function that says whether the database says nothing, so that nobody waits

# Seconds after which it is worth trying again.
RETRY = {Outage.BUSY: 5, Outage.AWAY: 30, Outage.FULL: 300, Outage.OUTDATED: 60}

# Primary result codes of SQLite, and SQLSTATE of PostgreSQL, whole or by its first two letters, which are a class.
SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
    sqlite3.SQLITE_CORRUPT: Outage.AWAY,
    sqlite3.SQLITE_IOERR: Outage.AWAY,
    sqlite3.SQLITE_NOTADB: Outage.AWAY,
    sqlite3.SQLITE_READONLY: Outage.AWAY,
}
POSTGRESQL = {
    "08": Outage.AWAY,  # connection exceptions
    "25006": Outage.AWAY,  # read-only, as a standby is
    "25P03": Outage.BUSY,  # who had its turn was silent for too long, and others have it
    "40": Outage.BUSY,  # deadlocks, and transactions that do not go together
    "42703": Outage.OUTDATED,  # no such column
    "42P01": Outage.OUTDATED,  # no such table
    "53": Outage.BUSY,  # too many connections, too little memory
    "53100": Outage.FULL,
    "55P03": Outage.BUSY,  # a lock was not to be had in time
    "57": Outage.AWAY,  # it is starting, stopping or has crashed
    "57014": Outage.BUSY,  # a statement took too long
}


def outage_of(error: BaseException | None) -> Outage | None:
    """What is the matter with the database if that is why this error was raised; None for any other error."""
    if not isinstance(error, (DatabaseError, InterfaceError)):
        return None
    cause = error.__cause__  # of the driver
    if code := getattr(cause, "sqlstate", None):
        return POSTGRESQL.get(code) or POSTGRESQL.get(code[:2])
    if code := getattr(cause, "sqlite_errorcode", None):
        lacks = str(cause).startswith(("no such table", "no such column")) or "has no column" in str(cause)
        return Outage.OUTDATED if lacks else SQLITE.get(code & 0xFF)
    return Outage.AWAY if isinstance(error, (OperationalError, InterfaceError)) else None
