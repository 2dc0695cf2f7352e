"""Work on a record in processes that are killed at a random moment, and what the record then holds.

Run as a program (python -m tests.killed), it forks a process for each line that it is told: what to do (a function of
`WORK`), and on what. So none of them has to start Django first, and all that is killed is the work itself.
"""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from select import select

import psycopg
from django.conf import settings
from django.db.backends.sqlite3._functions import register

OWN = {
    "SECRET_KEY": "abcdefghij" * 6,
    "HTTPS": "0",
    "ALLOWED_HOSTS": "localhost",
    "DEBUG": "0",
    "SECOND_FACTOR": "off",
    "DJANGO_SETTINGS_MODULE": "tests.served",
}
BEGUN, SAVED = "begun", "saved"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*|\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b")
# What the database derives itself, or plans by; how far a job is, and the note that it has ended, which follows it.
LEFT_OUT = re.compile(
    r"sqlite_(stat\w+|sequence)|\w+_(data|idx|content|docsize|config)|talks_job|django_(session|admin_log)"
)


# What a database holds


class SQLite:
    """Databases in files of a folder."""

    def __init__(self, folder):
        self.folder = folder

    def address(self, name):
        return f"sqlite:///{self.folder / name}"

    def copy(self, name, copy):
        self.drop(copy)
        shutil.copy(self.folder / name, self.folder / copy)

    def drop(self, name):
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.folder / name}{end}").unlink(missing_ok=True)

    def settle(self, name):
        """Make one file of it, which can be copied."""
        with closing(sqlite3.connect(self.folder / name)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")

    def ask(self, name, statement):
        with closing(sqlite3.connect(self.folder / name)) as connection:
            register(connection)  # what rules about our rows call
            return connection.execute(statement).fetchall()

    def tables(self, name):
        return [table for (table,) in self.ask(name, "SELECT name FROM sqlite_master WHERE type = 'table'")]

    def schema(self, name):
        assert self.ask(name, "PRAGMA integrity_check") == [("ok",)]
        assert self.ask(name, "PRAGMA foreign_key_check") == []
        return sorted(sql for (sql,) in self.ask(name, "SELECT sql FROM sqlite_master WHERE sql <> ''"))


class PostgreSQL:
    """Databases of a cluster."""

    def __init__(self, cluster):
        self.cluster = cluster

    def address(self, name):
        return f"{self.cluster.address.rpartition('/')[0]}/{name}"

    def copy(self, name, copy):
        self.drop(copy)
        self.do(f"CREATE DATABASE {copy} TEMPLATE {name}")

    def drop(self, name):
        self.do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def do(self, statement):
        with psycopg.connect(self.cluster.address, dbname="template1", autocommit=True) as connection:
            connection.execute(statement)

    def settle(self, name):
        """It can be copied when nobody is in it."""

    def ask(self, name, statement):
        with psycopg.connect(self.address(name)) as connection:
            return connection.execute(statement).fetchall()

    def tables(self, name):
        return [one for (one,) in self.ask(name, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def schema(self, name):
        columns = "table_name, column_name, data_type, is_nullable"
        found = self.ask(name, f"SELECT {columns} FROM information_schema.columns WHERE table_schema = 'public'")
        found += self.ask(name, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found += self.ask(name, "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n'")
        return sorted(map(str, found))


def held(databases, name):
    """{table: its rows as text} of a database, moments and random ids aside, and its schema."""
    tables = [table for table in databases.tables(name) if not LEFT_OUT.fullmatch(table)]
    rows = {table: databases.ask(name, f'SELECT * FROM "{table}"') for table in tables}
    as_text = {table: sorted(MOMENT.sub("…", " ".join(map(str, row))) for row in rows[table]) for table in tables}
    return as_text | {"schema": databases.schema(name)}


def differing(one, other):
    """What one holds and the other does not, for people who look for the reason."""
    return {table: sorted(set(one.get(table, ())) ^ set(other.get(table, ())))[:6] for table in {*one, *other}
            if one.get(table) != other.get(table)}  # fmt: skip


# Work


def load(folder):
    from django.core.management import call_command

    call_command("load_articles", folder, verbosity=0)


def do_jobs():
    from django.core.management import call_command

    call_command("do_jobs")


def merge(keep, old):
    from talks import models
    from talks.editing import merging
    from talks.models.writing import writing

    rows = (models.Round.objects.get(slug=slug) for slug in (keep, old))
    with writing():
        plan = merging.plan(*rows)
        merging.merge(plan, {pair.name: next(iter(pair.rows)) for pair in plan.undecided}, "They are one.")


def migrate(*target):
    from django.core.management import call_command

    call_command("migrate", *target, verbosity=0)


def migrate_to_the_note(number):
    """Migrate, and die just when so many migrations are to be noted as done."""
    from django.db.migrations.recorder import MigrationRecorder

    note, noted = MigrationRecorder.record_applied, []

    def die(recorder, app, name):
        noted.append(name)
        if len(noted) == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        note(recorder, app, name)

    MigrationRecorder.record_applied = die
    migrate()


def settle():
    from django.core.management import call_command

    call_command("settle", verbosity=0)


def ask_for(action, folder=""):
    """Let a job wait: to load the files of a folder, or to undo what was loaded."""
    from django.contrib.auth.models import User

    from talks import models
    from talks.editing import imports

    user, _ = User.objects.get_or_create(username="groucho", is_staff=True, is_superuser=True)
    if action == "load":
        files = {path.name: path.read_text() for path in sorted(Path(folder).glob("articles/*.yaml"))}
        imported = models.Import(user=user, files=files)
        imports.check(imported)
        assert "problems" not in imported.summary, imported.summary
        imported.save()
        seen = imports.mark(imported.summary)
    else:
        imported = models.Import.objects.get()
        seen = imports.mark(imports.what_undoing_does(imported))
    models.Job.objects.create(imported=imported, user=user, action=action, seen=seen)


def sign_in(file):
    """Write the key of an editor's session into a file."""
    from django.contrib.auth.models import User
    from django.test import Client

    client, (user, _) = Client(), User.objects.get_or_create(username="groucho", is_staff=True, is_superuser=True)
    client.force_login(user, "talks.admin.factor.known.DeviceBackend")
    Path(file).write_text(client.cookies["sessionid"].value)


def examine():
    """Fail unless what is derived is as reports say, the search finds all, and an export could be loaded."""
    from talks.operations import doctor

    assert [*doctor.search(), *doctor.derived(), *doctor.record()] == []


WORK = {
    one.__name__: one for one in (load, do_jobs, merge, migrate, migrate_to_the_note, settle, ask_for, sign_in, examine)
}


# Processes


class Workers:
    """A process that forks others, each of which works on a database of `databases`."""

    def __init__(self, databases):
        self.databases = databases
        environment = os.environ | OWN | {"DATABASE_URL": databases.address("none")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.killed"],
            cwd=settings.BASE_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def begin(self, name, *work):
        """The pid of a process that has begun with its work."""
        self.process.stdin.write("\t".join([self.databases.address(name), *work]).encode() + b"\n")
        self.process.stdin.flush()
        pid = int(self.line())
        assert self.line() == BEGUN
        return pid

    def line(self):
        # Byte by byte, so that none waits in a buffer of ours while we wait for it.
        text = b""
        while not text.endswith(b"\n"):
            one = os.read(self.process.stdout.fileno(), 1)
            assert one, "the process that forks others has ended"
            text += one
        return text.decode().strip()

    def do(self, name, *work):
        """Do it to the end; the seconds that it took."""
        begun = time.monotonic()
        self.begin(name, *work)
        assert self.ending() == [SAVED, "0"], work
        return time.monotonic() - begun

    def kill(self, name, after, *work):
        """Begin with it, and kill it after so many seconds; whether it had told that all is saved."""
        pid = self.begin(name, *work)
        was_saved = bool(select([self.process.stdout], [], [], after)[0])
        with suppress(ProcessLookupError):  # it was quicker
            os.kill(pid, signal.SIGKILL)
        *told, status = self.ending()
        assert status in ("9", "0"), work  # killed, or done before
        return was_saved or SAVED in told

    def ending(self):
        """What a process still tells, and with which status it ends."""
        told = self.line()
        return [told, self.line()] if told == SAVED else [told]


@contextmanager
def on_copy(databases, template):
    databases.copy(template, "tried")
    yield "tried"
    databases.drop("tried")


def kill_often(workers, template, work, times, seed=None):
    """Kill this work at random moments, each time on a copy of the template; (state before, after, what was found).

    What was found: for each time whether it was saved, and what the database held.
    """
    databases, chance = workers.databases, random.Random(seed)
    before = held(databases, template)
    with on_copy(databases, template) as name:
        usual = workers.do(name, *work)
        databases.settle(name)
        after = held(databases, name)
        workers.do(name, "examine")

    def tried():
        for _ in range(times):
            with on_copy(databases, template) as name:
                moment = chance.uniform(0, usual * 1.1)
                was_saved = workers.kill(name, moment, *work)
                yield name, was_saved, held(databases, name)

    return before, after, tried()


def fork_on_demand():
    """For each line a process: its pid, that it has begun, that it has saved, and its status, a line each."""
    import django

    django.setup()
    from django.db import connections

    from talks.environment import database_of

    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what commands print

    def tell(text):
        os.write(told, f"{text}\n".encode())

    for line in iter(sys.stdin.buffer.readline, b""):
        address, name, *arguments = line.decode().rstrip("\n").split("\t")
        pid = os.fork()
        if pid:
            _, status = os.waitpid(pid, 0)
            tell(status)
            continue
        tell(os.getpid())
        status = 1
        try:
            connections["default"].settings_dict.update(database_of(address))
            tell(BEGUN)
            WORK[name](*arguments)
            tell(SAVED)
            status = 0
        except BaseException:  # noqa: BLE001 -- whatever it is, it is told
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)


if __name__ == "__main__":
    fork_on_demand()
