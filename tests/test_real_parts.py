"""Several machines with PostgreSQL, a standby, PgBouncer and Redis, and what is seen when one of them dies."""

import os
import subprocess
import sys
import threading

import psycopg
import pytest
from django.conf import settings

from tests.database import made_of
from tests.failover import table, watched
from tests.machines import AWAY, SIGNED_IN, Machines, OnWire, load_record, manage, save_on
from tests.networks import machine as machine_apart
from tests.networks import needs_namespaces
from tests.real_parts import pgbouncer, program, redis
from tests.serving import until
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


@needs()
def test_while_the_primary_is_away_readers_read_on_and_nothing_that_was_saved_is_lost(machines):
    with (
        machines.serving("c", REPLICA_URL=machines.standby.address) as one,
        machines.serving("d") as other,
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
        assert (kept.status_code, kept.headers["Cache-Status"]) == (200, AWAY)
        assert [one.form()[0], one.save("The Gazette 99", opened)] == [503, 503]
        assert [machine.get("/healthz").status_code for machine in (one, other)] == [200, 503]

        machines.standby.promote()
        machines.say("ALTER SYSTEM SET synchronous_standby_names = ''", machines.standby)
        machines.say("SELECT pg_reload_conf()", machines.standby)
        with machines.serving("e", DATABASE_URL=machines.standby.address) as promoted:
            assert promoted.seen() == last
            assert (promoted.save("The Gazette 100"), promoted.seen()) == (302, "The Gazette 100")


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
        assert (other.save("The Gazette 500"), other.seen()) == (302, "The Gazette 500")
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
    assert [name for name in with_primary if steps[name].reads.failed()] == []
    # From here on, what is not kept waits for the standby to be asked again, up to 30 s after it failed.
    assert [name for name, step in steps.items() if step.reads.failed() == len(step.reads.answers)] == []
    without_saves = [name for name, step in steps.items() if step.saves.failed() == len(step.saves.answers)]
    assert without_saves == ["the primary dies"]
    assert found.saved[-1] <= found.last <= found.saved[-1] + 1  # the one more was saved, but could not be told
