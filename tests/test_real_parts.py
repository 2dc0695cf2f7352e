"""Several machines with PostgreSQL, a standby, PgBouncer and Redis, and what is seen when one of them dies."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import lxml.html
import psycopg
import pytest
import requests
from django.conf import settings

from tests.article_files import Folder
from tests.database import made_of
from tests.real_parts import pgbouncer, program, redis
from tests.serving import serving, until
from tests.with_postgres import CannotStartError, Cluster, Standby, programs

pytestmark = pytest.mark.long

OWN = {
    "SECRET_KEY": "abcdefghij" * 6,
    "HTTPS": "0",
    "ALLOWED_HOSTS": "localhost",
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "tests.served",
    "WEB_CONCURRENCY": "1",
    "SECOND_FACTOR": "off",
}
SIGNED_IN = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("groucho"), "talks.admin.factor.known.DeviceBackend")
print(client.cookies["sessionid"].value)
"""
PUBLISHER = "/admin/talks/publisher/1/change/"
BUTTONS = ("_save", "_addanother", "_continue")
ROUND = {"slug": "opera", "title": "At the opera", "start": "2021-05-02", "paragraphs": [1], "venue": "The opera"}


def needs(*names):
    """A part that is not on this machine is a reason to skip; in CI, where all must be there, a failure."""
    missing = [name for name in names if not program(name)]
    try:
        programs()
    except CannotStartError as error:
        missing.append(str(error))
    if missing and os.environ.get("CI"):
        pytest.fail(f"not on this machine: {missing}")
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {missing}")


def manage(address, *arguments, **more):
    """What a command printed."""
    environment = os.environ | OWN | {"DATABASE_URL": address} | more
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Machines:
    """PostgreSQL with a standby and a small record, an editor's session, and machines that serve it."""

    def __init__(self, folder, primary, standby, session):
        self.folder, self.primary, self.standby, self.session = folder, primary, standby, session

    @contextmanager
    def serving(self, name, **more):
        """A `Machine` that shares with others what `more` says, and nothing else."""
        (self.folder / name).mkdir()
        with serving(self.folder / name, **OWN | {"DATABASE_URL": self.primary.address} | more) as (_, port):
            machine = Machine(port, self.session)
            assert until(machine.is_up)
            yield machine

    def say(self, statement, cluster=None):
        """What PostgreSQL answers to a statement, told past the site."""
        with psycopg.connect((cluster or self.primary).address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None

    def wait_for_standby(self, wait):
        """Let the primary call nothing saved before readers of the standby see it; or not."""
        self.say(f"ALTER SYSTEM SET synchronous_standby_names = '{'*' if wait else ''}'")
        self.say("SELECT pg_reload_conf()")
        wanted = "sync" if wait else "async"
        assert until(lambda: self.say("SELECT min(sync_state) FROM pg_stat_replication") == wanted)

    @contextmanager
    def without_standby(self):
        """The standby died, and comes back afterwards."""
        self.standby.die()
        try:
            yield
        finally:
            self.standby.start()

    @contextmanager
    def lagging(self):
        """The standby stays in the state that it is in."""
        self.say("SELECT pg_wal_replay_pause()", self.standby)
        try:
            yield
        finally:
            self.say("SELECT pg_wal_replay_resume()", self.standby)


class Machine:
    """A server, as its readers and an editor use it."""

    def __init__(self, port, session):
        self.base, self.cookies = f"http://127.0.0.1:{port}", {"sessionid": session}

    def get(self, path, **options):
        return requests.get(self.base + path, headers={"Host": "localhost"}, timeout=30, **options)

    def is_up(self):
        with suppress(requests.ConnectionError):
            return self.get("/about/").status_code == 200

    def seen(self):
        """What the publisher is called on the page of a round, as a reader sees it now."""
        answer = self.get("/rounds/opera/")
        assert answer.status_code == 200, answer.text
        return re.search(r"The Gazette( \d+)?", answer.text)[0]

    def form(self):
        """The status of the publisher's page, and what its form would send."""
        answer = self.get(PUBLISHER, cookies=self.cookies)
        if answer.status_code != 200:
            return answer.status_code, {}
        form = lxml.html.fromstring(answer.text).get_element_by_id("publisher_form")
        return 200, {name: value or "" for name, value in form.fields.items() if name not in BUTTONS}

    def save(self, name, sent=None):
        """Rename the publisher; the status, 302 if that is saved."""
        data = (sent or self.form()[1]) | {"name": name, "reason": "A test.", "_save": "Save"}
        own = {"cookies": self.cookies | {"csrftoken": data["csrfmiddlewaretoken"]}, "timeout": 30}
        where, headers = self.base + PUBLISHER, {"Host": "localhost"}
        return requests.post(where, data, headers=headers, allow_redirects=False, **own).status_code


@pytest.fixture(scope="module")
def primary(tmp_path_factory):
    cluster = Cluster(synchronous_commit="remote_apply")
    with cluster:
        manage(cluster.address, "migrate", "-v0")
        with psycopg.connect(cluster.address, dbname="template1", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE test_postgres_{made_of()} TEMPLATE postgres")
        folder = Folder(tmp_path_factory.mktemp("record"))
        folder.article("gazette-a", rounds=[ROUND])
        manage(cluster.address, "load_articles", str(folder.path))
        yield cluster


@pytest.fixture(scope="module")
def machines(primary, tmp_path_factory):
    session = manage(primary.address, "shell", "-v0", "-c", SIGNED_IN).strip()
    standby = Standby(primary)
    with standby:
        yield Machines(tmp_path_factory.mktemp("machines"), primary, standby, session)


@needs("pgbouncer")
def test_what_asks_postgresql_in_its_own_way_works_behind_pgbouncer(primary, tmp_path):
    """Imports in a process of their own, which holds a lock; undoing, states of the record, long loads."""
    with pgbouncer(primary) as address:
        own = {"DATABASE_URL": address, "PGBOUNCER": "1"}
        files = ["tests/test_jobs.py", "tests/test_undo.py"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={tmp_path}", "-m", "sql", *files],
            cwd=settings.BASE_DIR,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | own,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-3000:]


@needs("pgbouncer", "redis-server")
def test_an_edit_is_seen_at_once_everywhere_while_redis_or_the_standby_dies(machines):
    with redis(machines.folder) as (cache, process), pgbouncer(machines.primary) as bouncer:
        own = {"CACHE_URL": cache, "REPLICA_URL": machines.standby.address}
        more = {"DATABASE_URL": bouncer, "PGBOUNCER": "1", "DATABASE_POOL": "4"}
        with machines.serving("a", **own) as one, machines.serving("b", **own | more) as other:
            machines.wait_for_standby(True)
            assert one.save("The Gazette 1") == 302
            assert [one.seen(), other.seen()] == ["The Gazette 1"] * 2

            machines.wait_for_standby(False)
            with machines.lagging():
                assert other.save("The Gazette 2") == 302
                assert other.form()[1]["name"] == "The Gazette 2"
                assert [one.seen(), other.seen()] == ["The Gazette 1"] * 2  # whole, and of its own state
            assert until(lambda: (one.seen(), other.seen()) == ("The Gazette 2",) * 2)

            with machines.without_standby():
                assert one.save("The Gazette 3") == 302
                assert [one.seen(), other.seen()] == ["The Gazette 3"] * 2

                process.kill()
                assert other.save("The Gazette 4") == 302
                assert [one.seen(), other.seen(), one.get("/").status_code] == ["The Gazette 4"] * 2 + [200]


@needs("pgbouncer")
def test_the_doctor_sees_what_is_wrong_with_pgbouncer_and_the_replica(machines):
    def said(address, **more):
        """What of this the doctor says, by its first words."""
        environment = os.environ | OWN | {"DATABASE_URL": address} | more
        command = [sys.executable, "manage.py", "doctor"]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stderr  # of a site without mail
        return [line[2:31] for line in done.stdout.splitlines() if re.search("PGBOUNCER|REPLICA|replica", line)]

    primary, standby = machines.primary.address, machines.standby.address
    assert said(primary, REPLICA_URL=standby) == []
    assert said(primary, REPLICA_URL=primary) == ["REPLICA_URL names a database "]
    with machines.lagging():
        assert said(primary, REPLICA_URL=standby) == ["The replica shows readers no "]
    with pgbouncer(machines.primary) as bouncer:
        assert said(bouncer, PGBOUNCER="1") == []
        assert said(bouncer) == ["DATABASE_URL leads to a PgBou"]
    assert said(primary, PGBOUNCER="1") == ["PGBOUNCER=1, and two connecti"]


@needs()
def test_while_the_primary_is_away_readers_read_on_and_nothing_that_was_saved_is_lost(machines):
    with (
        machines.serving("c", REPLICA_URL=machines.standby.address) as one,
        machines.serving("d") as other,
        machines.serving("f", DATABASE_URL=either(machines.primary, machines.standby)) as third,
    ):
        machines.wait_for_standby(True)
        saved, opened = [], one.form()[1]
        assert (other.save("The Gazette 10"), other.seen()) == (302, "The Gazette 10")
        editor = threading.Thread(target=save_on, args=(one, saved))
        editor.start()
        assert until(lambda: len(saved) > 3)
        machines.primary.die()
        editor.join(timeout=60)

        last = machines.say("SELECT name FROM talks_publisher WHERE slug = 'gazette'", machines.standby)
        assert int(last.split()[-1]) in (saved[-1], saved[-1] + 1)  # the one more was saved, but could not be told
        assert one.seen() == last
        assert one.get("/coverage/").status_code == 200  # which nobody had asked for
        kept = other.get("/rounds/opera/")
        assert (kept.status_code, kept.headers["Cache-Status"]) == (200, "talks; hit; detail=database-away")
        assert [one.form()[0], one.save("The Gazette 99", opened)] == [503, 503]
        assert [machine.get("/healthz").status_code for machine in (one, other)] == [200, 503]

        machines.standby.promote()
        machines.say("ALTER SYSTEM SET synchronous_standby_names = ''", machines.standby)
        machines.say("SELECT pg_reload_conf()", machines.standby)
        with machines.serving("e", DATABASE_URL=machines.standby.address) as promoted:
            assert promoted.seen() == last
            assert (promoted.save("The Gazette 100"), promoted.seen()) == (302, "The Gazette 100")
            # Who knows both by name goes on by itself.
            assert until(lambda: third.seen() == "The Gazette 100")
            assert (third.save("The Gazette 101"), third.seen()) == (302, "The Gazette 101")
            backup = machines.folder / "backup"
            manage(either(machines.primary, machines.standby), "back_up", str(backup))
            assert backup.stat().st_size > 0


def either(*clusters):
    """The DATABASE_URL that names several."""
    return f"postgres://postgres@{','.join(f'127.0.0.1:{cluster.port}' for cluster in clusters)}/postgres"


def save_on(machine, saved):
    """Save under one number after the other until that fails; `saved` gets those that were answered with “saved”."""
    for number in range(11, 1000):
        with suppress(requests.RequestException, KeyError):
            if machine.save(f"The Gazette {number}") == 302:
                saved.append(number)
                continue
        return


# Frozen: they take connections, and say nothing


@needs("redis-server")
def test_readyz_says_which_part_is_frozen_and_is_well_when_it_goes_on(primary, tmp_path):
    with (
        redis(tmp_path) as (cache, process),
        serving(tmp_path, **OWN | {"DATABASE_URL": primary.address, "CACHE_URL": cache}) as (_, port),
    ):
        machine = Machine(port, "")
        postmaster = int((primary.data / "postmaster.pid").read_text().split()[0])

        def readiness():
            answer = machine.get("/readyz")
            return answer.status_code, answer.text

        assert until(lambda: machine.is_up() and readiness() == (200, "ready\n"))
        for pid, name in ((process.pid, "cache: "), (postmaster, "database: It does not answer within 3 seconds.")):
            os.kill(pid, signal.SIGSTOP)
            try:
                code, said = readiness()
            finally:
                os.kill(pid, signal.SIGCONT)
            assert (code, len(said.splitlines())) == (503, 1)
            assert said.startswith(name)
            assert until(lambda: readiness() == (200, "ready\n"))
