"""Several machines with PostgreSQL, a standby, PgBouncer and Redis, and what is seen when one of them dies."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import nullcontext

import psycopg
import pytest
from django.conf import settings

from tests.database import made_of
from tests.failover import table, watched
from tests.machines import AWAY, OWN, SIGNED_IN, Machine, Machines, OnWire, load_record, manage, save_on
from tests.networks import machine as machine_apart
from tests.networks import needs_namespaces
from tests.real_parts import pgbouncer, program, redis
from tests.serving import serving, until
from tests.with_postgres import CannotStartError, Cluster, Standby, programs

pytestmark = pytest.mark.long


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


@pytest.fixture(scope="module")
def primary(tmp_path_factory):
    cluster = Cluster(synchronous_commit="remote_apply")
    with cluster:
        manage(cluster.address, "migrate", "-v0")
        with psycopg.connect(cluster.address, dbname="template1", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE test_postgres_{made_of()} TEMPLATE postgres")
        load_record(cluster.address, tmp_path_factory.mktemp("record"))
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
        of_site = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "talks.settings"}
        environment = os.environ | OWN | of_site | more
        command = [sys.executable, "manage.py", "doctor"]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )
        assert "EMAIL_URL is empty" in done.stdout, done.stderr
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
        machines.serving("f", DATABASE_URL=either(machines.standby, machines.primary)) as third,
    ):
        machines.wait_for_standby(True)
        saved, opened = [], one.form()[1]
        assert (third.save("The Gazette 9"), third.seen()) == (302, "The Gazette 9")  # by the primary
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
        assert (kept.status_code, kept.headers["Cache-Status"]) == (200, AWAY)
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


# Updates


@needs()
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_update_is_taken_back_by_the_backup_from_before_it(engine, tmp_path):
    """The steps of docs/deploying.md, with the last migration as the update."""
    names = sorted(path.stem for path in (settings.BASE_DIR / "talks/migrations").glob("0*.py"))
    users = "from django.contrib.auth.models import User; print(*User.objects.values_list('username', flat=True))"
    with Cluster() if engine == "postgresql" else nullcontext(f"sqlite:///{tmp_path}/db") as address:

        def there():
            migrated = manage(address, "showmigrations", "talks", "--plan")
            return manage(address, "shell", "-v0", "-c", users).split(), f"[X]  talks.{names[-1]}" in migrated

        def join(name):
            own = {"DJANGO_SUPERUSER_PASSWORD": "a-night-at-the-opera"}
            manage(
                address, "createsuperuser", "--noinput", "--username", name, "--email", f"{name}@talks.example", **own
            )

        manage(address, "migrate", "-v0", "talks", names[-2])
        manage(address, "migrate", "-v0", "auth")
        manage(address, "migrate", "-v0", "axes")
        join("otis")
        manage(address, "back_up", str(tmp_path / "before"))
        manage(address, "migrate", "-v0")
        join("rufus")
        assert there() == (["otis", "rufus"], True)

        assert "run: python manage.py migrate" in manage(address, "restore", "--yes", str(tmp_path / "before"))
        assert there() == (["otis"], False)

        manage(address, "migrate", "-v0")
        assert there() == (["otis"], True)


# Frozen: they take connections, and say nothing


@needs("redis-server")
def test_readyz_says_which_part_is_frozen_and_is_well_when_it_goes_on(tmp_path):
    cluster = Cluster()
    with cluster, redis(tmp_path) as (cache, process):
        manage(cluster.address, "migrate", "-v0")
        see_who_is_frozen(cluster, cache, process, tmp_path)


def see_who_is_frozen(cluster, cache, process, folder):
    with serving(folder, **OWN | {"DATABASE_URL": cluster.address, "CACHE_URL": cache}) as (_, port):
        machine = Machine(port, "")
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])

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


# Networks, and what is seen behind nginx


@needs("redis-server")
@needs_namespaces()
def test_a_machine_that_loses_its_network_says_so_and_goes_on_when_it_is_back(tmp_path):
    """Packets get lost, and nobody tells: the machine itself must find out that the database and Redis are away."""
    with machine_apart() as apart, redis(tmp_path, apart.back) as (cache, _):
        cluster = OnWire(apart.back)
        with cluster:
            manage(cluster.address, "migrate", "-v0")
            load_record(cluster.address, tmp_path / "record")
            session = manage(cluster.address, "shell", "-v0", "-c", SIGNED_IN).strip()
            see_what_is_seen(Machines(tmp_path, cluster, None, session), apart, cache)


def see_what_is_seen(machines, apart, cache):
    """By the readers and an editor of a machine whose wire is cut and mended, and by those of another one."""
    on_wire = {"DATABASE_URL": machines.primary.address, "CACHE_URL": cache}
    on_wire = {name: address.replace("127.0.0.1", apart.back) for name, address in on_wire.items()}
    with (
        machines.serving("apart", inside=apart.inside, host=apart.front, **on_wire) as cut_off,
        machines.serving("here", CACHE_URL=cache) as other,
    ):
        saved, opened = [], cut_off.form()[1]
        assert cut_off.seen() == "The Gazette"  # which it keeps
        editor = threading.Thread(target=save_on, args=(cut_off, saved))
        editor.start()
        assert until(lambda: len(saved) > 2)
        apart.cut()
        editor.join(timeout=120)
        last = other.form()[1]["name"]
        assert int(last.split()[-1]) in (saved[-1], saved[-1] + 1)  # the one more was saved, but could not be told

        assert until(lambda: cut_off.get("/rounds/opera/").headers.get("Cache-Status") == AWAY)
        asked = ("/rounds/opera/", "/events/", "/healthz")
        assert [cut_off.get(path).status_code for path in asked] == [200, 503, 503]
        assert cut_off.save("The Gazette 99", opened) == 503
        # If it was in the midst of its turn, PostgreSQL ends that after some seconds of silence.
        assert until(lambda: other.save("The Gazette 500") == 302)
        assert other.seen() == "The Gazette 500"
        assert cut_off.seen() != "The Gazette 500"

        apart.mend()
        assert until(lambda: cut_off.seen() == "The Gazette 500")
        assert until(lambda: cut_off.get("/events/").status_code == 200)
        assert (cut_off.save("The Gazette 501"), other.seen()) == (302, "The Gazette 501")


@needs("nginx", "redis-server")
def test_behind_nginx_pages_go_on_while_parts_die_and_nothing_that_was_saved_is_lost(tmp_path):
    primary = Cluster(synchronous_commit="remote_apply")
    with primary:
        manage(primary.address, "migrate", "-v0")
        load_record(primary.address, tmp_path / "record")
        session = manage(primary.address, "shell", "-v0", "-c", SIGNED_IN).strip()
        standby = Standby(primary)
        with standby:
            found = watched(Machines(tmp_path, primary, standby, session), 5)

    print(table(found))
    steps = {step.name: step for step in found.steps}
    with_primary = list(steps)[:5]
    assert (len(steps), with_primary[-1][:16]) == (8, "the standby dies")
    # Each of the two readers can lose the page that a machine dies with; no other.
    assert [name for name in with_primary if steps[name].reads.failed() > 2] == []
    # From here on, what is not kept waits for the standby to be asked again, up to 30 s after it failed.
    assert [name for name, step in steps.items() if step.reads.failed() == len(step.reads.answers)] == []
    without_saves = [name for name, step in steps.items() if step.saves.failed() == len(step.saves.answers)]
    assert without_saves == ["the primary dies"]
    assert found.saved[-1] <= found.last <= found.saved[-1] + 1  # the one more was saved, but could not be told
