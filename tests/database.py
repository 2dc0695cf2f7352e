"""The test database: migrated once, and copied for each process of tests.

Migrations take five seconds, a copy a few milliseconds. On SQLite the migrated database stays in pytest's cache, for
the next run too (`pytest --cache-clear` forgets it); on PostgreSQL it stays on the server as a template, which goes
with the private server of tests/with_postgres.py. Both are named by a hash of all that made them.
"""

import fcntl
import hashlib
import os
import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

IN_MEMORY = "file:tests?mode=memory&cache=shared"  # shared by the threads of one process: tests and live server
PATIENCE = 10  # seconds for a request that a browser left behind


def made_of():
    """A hash of what a migrated database follows from: migrations and models of all apps, and Django."""
    sources = [
        path
        for app in apps.get_app_configs()
        for folder in ("migrations", "models")
        for path in sorted(Path(app.path, folder).rglob("*.py"))
    ]
    versions = f"{django.__version__} {sqlite3.sqlite_version}".encode()
    return hashlib.sha256(versions + b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


@contextmanager
def one_process_at_a_time(folder):
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def connect_to(name):
    connection.close()
    connection.settings_dict["NAME"] = name


class SQLite:
    """A database in memory, copied from a file in `folder`."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / f"{made_of()}.sqlite3"

    def migrate(self):
        """Make the file, unless it is there."""
        connect_to(IN_MEMORY)
        if self.file.exists():
            return
        for outdated in self.folder.glob("*.sqlite3"):
            outdated.unlink()
        part = self.file.with_suffix(".part")
        part.unlink(missing_ok=True)
        call_command("migrate", verbosity=0)
        with closing(sqlite3.connect(part)) as copy:
            connection.connection.backup(copy)
        part.replace(self.file)

    def renew(self):
        """Make the database as migrations leave it, once no request that a browser left behind reads it any more."""
        connection.ensure_connection()
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with closing(sqlite3.connect(self.file)) as migrated:
                    return migrated.backup(connection.connection)
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def drop(self):
        connection.close()  # a database in memory needs no more


class PostgreSQL:
    """A database of this process, copied from a template on the same server."""

    def __init__(self, process):
        self.main = connection.settings_dict["NAME"]
        self.template, self.name = f"test_{self.main}_{made_of()}", f"test_{self.main}_{process}"

    def execute(self, statement, *names):
        """Run a statement on the main database, which is not the one that it makes or drops."""
        connect_to(self.main)
        with connection.cursor() as cursor:
            cursor.execute(statement.format(*(connection.ops.quote_name(name) for name in names)))

    def exists(self, name):
        connect_to(self.main)
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            return cursor.rowcount > 0

    def migrate(self):
        """Make the template, unless it is there."""
        if self.exists(self.template):
            return
        part = f"{self.template}_part"
        self.execute("DROP DATABASE IF EXISTS {}", part)
        self.execute("CREATE DATABASE {}", part)
        connect_to(part)
        call_command("migrate", verbosity=0)
        self.execute("ALTER DATABASE {} RENAME TO {}", part, self.template)

    def renew(self):
        """Make the database as migrations leave it."""
        self.drop()
        self.execute("CREATE DATABASE {} TEMPLATE {}", self.name, self.template)
        connect_to(self.name)

    def drop(self):
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)  # a thread of the live server may be in it
        connection.close()


def database(folder):
    """The database of this process; what processes share is in the folder."""
    if connection.vendor == "sqlite":
        return SQLite(folder)
    return PostgreSQL(os.environ.get("PYTEST_XDIST_WORKER", "main"))


@contextmanager
def renewed_after_commits(database):
    """After a test that commits, the database is as migrations leave it.

    Django would leave empty tables, without the groups that migrations make.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.renew())
        yield
