"""A copy of the whole database in one file, and the way back.

SQLite: a database file, made while the site runs. PostgreSQL: an archive of pg_dump, whose programs must be there.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from talks.models import Revision

OURS = "django_migrations"  # the table that every database of this site has
EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE 'DROP TABLE ' || name || ' CASCADE';
    END LOOP;
END $$
"""


class NoBackupError(Exception):
    """It could not be made or put back; the text says why."""


@dataclass(frozen=True)
class Contents:
    """What a backup was read back to hold."""

    tables: int
    rows: int


def back_up(path: Path) -> Contents:
    """Copy the database, as it is at one moment, into a new file that only its owner can read; it is read back."""
    if path.exists():
        raise NoBackupError(f"{path} is there already; a backup takes no other file's place")
    # Under another name until it is whole: what was interrupted is not taken for a backup.
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        contents = _ways()[0](unfinished)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def restore(path: Path) -> None:
    """Put a backup in the place of what the database holds, all or nothing; the site may run meanwhile."""
    if not path.is_file():
        raise NoBackupError(f"there is no file {path}")
    number = _number()
    _ways()[1](path)
    connection.close()
    with transaction.atomic():
        # What is kept for a state of the record must not be taken for one that was there before.
        Revision.objects.update(number=max(number, _number()))
        Revision.advance()


def _number() -> int:
    """How often the record had changed; 0 where there is none yet."""
    there = OURS in connection.introspection.table_names()
    return (there and Revision.objects.values_list("number", flat=True).first()) or 0


def _ways() -> tuple[Callable[[Path], Contents], Callable[[Path], None]]:
    return (_copy_file, _take_file) if connection.vendor == "sqlite" else (_dump, _take_dump)


# SQLite


def _copy_file(path: Path) -> Contents:
    connection.ensure_connection()
    with _opened(str(path)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, which can be read where nothing can be written
        _must_be_whole(copy, path)
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = [copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names]  # noqa: S608 – its own
    return Contents(len(names), sum(counts))


def _take_file(path: Path) -> None:
    connection.ensure_connection()
    with _opened(f"{path.resolve().as_uri()}?mode=ro") as copy:
        _must_be_whole(copy, path)
        copy.backup(connection.connection)


@contextmanager
def _opened(database: str) -> Iterator[sqlite3.Connection]:
    """A database file, with the functions of Django's that rules about our rows call."""
    other = connection.copy()
    other.settings_dict.update(NAME=database, OPTIONS={})
    try:
        other.connect()
        yield other.connection
    finally:
        other.close()


def _must_be_whole(copy: sqlite3.Connection, path: Path) -> None:
    try:
        (said,) = copy.execute("PRAGMA integrity_check").fetchone()
        ours = copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [OURS]).fetchone()
    except sqlite3.DatabaseError as error:
        raise NoBackupError(f"{path} is no SQLite database: {error}") from error
    if said != "ok":
        raise NoBackupError(f"{path} is damaged: {said}")
    if not ours:
        raise NoBackupError(f"{path} is no backup of this site")


# PostgreSQL


def _dump(path: Path) -> Contents:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    return _read_back(path)


def _read_back(path: Path) -> Contents:
    """Unpack all of an archive, as restoring does, and count what is copied into tables on the way."""
    tables = rows = 0
    within = False
    reading = [_program("pg_restore"), "--data-only", "--file=-", str(path)]
    with subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:  # noqa: S603 – our own
        for line in reader.stdout or ():
            if within:
                within = line != b"\\.\n"
                rows += within
            elif line.startswith(b"COPY "):
                within, tables = True, tables + 1
        said = reader.stderr.read() if reader.stderr else b""
    if reader.returncode:
        raise NoBackupError(f"it could not be read back: {' '.join(said.decode(errors='replace').split())}")
    return Contents(tables, rows)


def _take_dump(path: Path) -> None:
    if OURS not in _run("pg_restore", "--list", str(path), connected=False):
        raise NoBackupError(f"{path} is no backup of this site")
    connection.close()  # it would wait for what this process has open
    # What the archive does not know goes, too: tables of a later version, which refer to those that it brings.
    with tempfile.NamedTemporaryFile(prefix="talks-restore-") as script:
        _run("pg_restore", "--no-owner", f"--file={script.name}", str(path), connected=False)
        whole = ["--single-transaction", "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--quiet"]
        _run("psql", *whole, f"--command={EMPTY}", f"--file={script.name}")


def _program(name: str) -> str:
    if not (found := shutil.which(name)):
        raise NoBackupError(f"the program {name} is not here; it comes with PostgreSQL's client")
    return found


def _run(program: str, *arguments: str, connected: bool = True) -> str:
    """What one of PostgreSQL's programs says, told of our database as libpq takes it (passwords not in arguments)."""
    (_psql, *where), env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    target = [*where[:-1], f"--dbname={where[-1]}"] if connected else []
    if attributes := connection.settings_dict["OPTIONS"].get("target_session_attrs"):
        env = {**(env or {}), "PGTARGETSESSIONATTRS": attributes}
    done = subprocess.run(  # noqa: S603 – all of it is our own
        [_program(program), *target, *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoBackupError(f"{program}: {' '.join(done.stderr.split())}")
    return done.stdout
