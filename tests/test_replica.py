"""Readers are answered from a replica, where there is one that answers; all else goes to the primary."""

import pytest
from django.core.cache.backends.redis import RedisCacheClient
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.test import RequestFactory

from talks import caching
from talks.caching import RestingClient
from talks.environment import database_of, env_databases
from talks.models import Round
from talks.ready.asked import asked_by
from talks.ready.gate import Gate
from talks.ready.source import Known, Readers, Source
from talks.ready.state import AwayError
from talks.replica import PRIMARY, REPLICA, Router, read_from
from tests.with_postgres import free_port

REQUESTS = RequestFactory()
POSTGRES = "postgres://talks@127.0.0.1/talks"


class Told:
    """In place of `State`: a database in the state that the test says, or away."""

    def __init__(self, state):
        self.state, self.is_resting = state, False

    def current(self):
        if self.state is None or self.is_resting:
            self.is_resting = True
            raise AwayError
        return self.state

    def rest(self):
        self.is_resting = True

    def wake(self):
        self.is_resting = False


class Django:
    """Tells from which database it would read; says 503 where that is away."""

    def __init__(self):
        self.away, self.read = set(), []

    def __call__(self, environ, start_response):
        alias = Router().db_for_read(Round) or PRIMARY
        self.read.append(alias)
        start_response("503 Service Unavailable" if alias in self.away else "200 OK", [])
        return [alias.encode()]


@pytest.fixture(autouse=True)
def _next_request():
    yield
    read_from(PRIMARY)


@pytest.fixture
def source():
    return Source(Told("second"), Told("first"))


@pytest.fixture
def django():
    return Django()


@pytest.fixture
def ask(source, django):
    readers = Readers(django, source)

    def asked(method="GET", **headers):
        told = []
        body = readers(REQUESTS.generic(method, "/", **headers).environ, lambda *status: told.append(status[0]))
        return told, b"".join(body).decode()

    return asked


# Which database


@pytest.mark.parametrize(
    ("method", "headers", "alias"),
    [
        ("GET", {}, REPLICA),
        ("HEAD", {}, REPLICA),
        ("POST", {}, PRIMARY),
        ("GET", {"HTTP_COOKIE": "csrftoken=a"}, REPLICA),
        ("GET", {"HTTP_COOKIE": "csrftoken=a; sessionid=b"}, PRIMARY),
        ("GET", {"HTTP_COOKIE": "messages=b"}, PRIMARY),
        ("GET", {"HTTP_AUTHORIZATION": "Basic a"}, PRIMARY),
    ],
)
def test_who_only_reads_and_is_nobody_is_answered_from_the_replica(ask, method, headers, alias):
    assert ask(method, **headers) == (["200 OK"], alias)


def test_what_follows_a_reader_in_the_same_thread_is_not_answered_from_the_replica_too(ask):
    assert [ask()[1], ask("POST")[1], ask()[1]] == [REPLICA, PRIMARY, REPLICA]


def test_what_the_replica_cannot_answer_the_primary_does_and_what_comes_next(ask, django):
    django.away = {REPLICA}

    assert ask() == (["200 OK"], PRIMARY)
    assert ask() == (["200 OK"], PRIMARY)
    assert django.read == [REPLICA, PRIMARY, PRIMARY]


def test_within_a_transaction_all_is_read_from_the_primary(transactional_db):
    read_from(REPLICA)
    outside = Router().db_for_read(Round)
    with transaction.atomic():
        within = Router().db_for_read(Round)

    assert (outside, within) == (REPLICA, None)


def test_what_was_read_from_the_replica_is_written_to_the_primary():
    row = Round()
    row._state.db = REPLICA

    assert Router().db_for_write(Round, instance=row) == PRIMARY
    assert Router().allow_relation(row, row) is True
    assert Router().allow_migrate(REPLICA, "talks") is False


# Which state


def test_the_state_is_that_of_the_database_which_the_page_is_read_from(source):
    assert source.current() == Known("first", REPLICA)


def test_while_the_replica_is_away_the_primary_is_asked_which_is_told_once(source, caplog):
    source.replica.state = None
    found = [source.current(), source.current(), source.alias()]
    source.replica.state, source.replica.is_resting = "second", False
    found += [source.current(), source.alias()]

    assert found == [Known("second"), Known("second"), PRIMARY, Known("second", REPLICA), REPLICA]
    assert caplog.messages == ["The replica does not answer; readers are answered by the primary until it does"]


def test_while_both_are_away_nobody_knows_the_state(source):
    source.replica.state = source.primary.state = None

    with pytest.raises(AwayError):
        source.current()


def test_a_replica_that_came_back_is_asked_at_once_when_the_primary_goes_away(source):
    source.replica.state = None
    assert source.current() == Known("second")
    source.replica.state, source.primary.state = "first", None

    assert [source.current(), source.current()] == [Known("first", REPLICA)] * 2
    assert source.alias() == REPLICA


def test_a_replica_is_asked_no_oftener_than_the_primary_while_both_are_away(source):
    source.replica.state = source.primary.state = None
    with pytest.raises(AwayError):
        source.current()
    source.replica.state = "first"

    with pytest.raises(AwayError):  # the primary rests
        source.current()


def test_a_page_that_the_primary_gave_is_not_kept_under_the_state_of_the_replica(source, django):
    class Nothing:
        """Keeps no page, and tells if it is given one."""

    gate = Gate(Readers(django, source), Nothing(), source)
    django.away = {REPLICA}
    asked = asked_by(REQUESTS.get("/about/").environ)

    page, kept = gate._make(source.current(), asked, REQUESTS.get("/about/").environ)

    assert (page.status, django.read, kept) == ("200 OK", [REPLICA, PRIMARY], False)


# Settings


def test_a_pool_takes_the_place_of_connections_that_stay_with_their_thread():
    assert database_of(POSTGRES)["CONN_MAX_AGE"] == 600
    pooled = database_of(POSTGRES, pool=4)
    assert (pooled["CONN_MAX_AGE"], pooled["OPTIONS"]["pool"]["max_size"]) == (0, 4)


def test_behind_pgbouncer_no_cursor_outlives_its_transaction():
    assert database_of(POSTGRES, pgbouncer=True)["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgres://otis:duck%40soup@one.example:5433,two.example/talks", "one.example,two.example", "5433,5432"),
        ("postgres://otis:duck%40soup@[::1]:5433,10.1.2.3:5434/talks?sslmode=require", "::1,10.1.2.3", "5433,5434"),
    ],
)
def test_of_several_hosts_the_one_that_can_be_written_to_is_the_database(url, hosts, ports):
    database = database_of(url)

    assert [database[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")] == [
        *(hosts, ports),
        *("otis", "duck@soup", "talks"),
    ]
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"
    assert database["OPTIONS"].get("sslmode") == ("require" if "?" in url else None)


def test_several_hosts_that_make_no_sense_are_refused(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL cannot be read"):
        database_of("postgres://otis@one.example,,two.example/talks")

    monkeypatch.setenv("DATABASE_URL", "postgres://otis@one.example/talks")
    monkeypatch.setenv("REPLICA_URL", "postgres://otis@two.example,three.example/talks")
    with pytest.raises(ImproperlyConfigured, match=r"^REPLICA_URL names several hosts"):
        env_databases()


@pytest.mark.parametrize("name", ["DATABASE_POOL", "PGBOUNCER", "REPLICA_URL"])
def test_what_only_postgresql_has_is_refused_with_sqlite(monkeypatch, name):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/db.sqlite3")
    monkeypatch.setenv(name, POSTGRES if name == "REPLICA_URL" else "1")

    with pytest.raises(ImproperlyConfigured, match="are for PostgreSQL; leave them out"):
        env_databases()


def test_a_replica_is_a_second_database_with_the_same_settings(monkeypatch):
    for name, value in {"DATABASE_URL": POSTGRES, "REPLICA_URL": f"{POSTGRES}2", "DATABASE_POOL": "3"}.items():
        monkeypatch.setenv(name, value)

    found = env_databases()

    assert [(alias, one["NAME"], one["OPTIONS"]["pool"]["max_size"]) for alias, one in found.items()] == [
        ("default", "talks", 3),
        ("replica", "talks2", 3),
    ]
    assert REPLICA not in connections.settings


# A cache that is away


def test_a_cache_that_is_away_is_empty_and_not_asked_again_at_once(caplog):
    cache = RestingClient([f"redis://127.0.0.1:{free_port()}/0"], socket_connect_timeout=1)

    assert (cache.get("a", "nothing"), cache.add("a", 1, 9), cache.set("a", 1, 9), cache.delete("a")) == (
        "nothing",
        True,
        None,
        False,
    )
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a", 1)
    assert len(caplog.messages) == 1


def test_a_cache_that_is_slow_is_not_asked_again_at_once(caplog, monkeypatch):
    cache, asked = RestingClient(["redis://127.0.0.1/0"]), []

    def slow(self, key, default):
        asked.append(key)
        return "there"

    monkeypatch.setattr(RedisCacheClient, "get", slow)
    monkeypatch.setattr(caching, "SLOW", -1)

    assert [cache.get("a", "nothing"), cache.get("a", "nothing")] == ["there", "nothing"]
    assert asked == ["a"]
    assert caplog.messages[0].startswith("The cache of CACHE_URL takes 0.00 seconds")
