"""The database is away, busy, full or not migrated: pages, /healthz and the log say so, and nobody is told a fault."""

import re
import sqlite3
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from psycopg import errors

from talks.outage import Outage, outage_of

pytestmark = pytest.mark.django_db


def of_sqlite(code, text, raised=OperationalError):
    cause = sqlite3.OperationalError(text)
    cause.sqlite_errorcode = code
    return from_driver(cause, raised)


def from_driver(cause, raised=OperationalError):
    error = raised(str(cause))
    error.__cause__ = cause
    return error


LOCKED = of_sqlite(sqlite3.SQLITE_BUSY, "database is locked")
AWAY = OperationalError("connection refused")


@contextmanager
def every_query_raises(error):
    def refuse(*arguments):
        raise error

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (LOCKED, Outage.BUSY),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked"), Outage.BUSY),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN, "unable to open database file"), Outage.AWAY),
        (of_sqlite(sqlite3.SQLITE_NOTADB, "file is not a database", DatabaseError), Outage.AWAY),
        (of_sqlite(sqlite3.SQLITE_FULL, "database or disk is full"), Outage.FULL),
        (of_sqlite(sqlite3.SQLITE_ERROR, "no such table: talks_entry"), Outage.OUTDATED),
        (of_sqlite(sqlite3.SQLITE_ERROR, 'near "SELEC": syntax error'), None),
        (AWAY, Outage.AWAY),
        (InterfaceError("connection already closed"), Outage.AWAY),
        (from_driver(errors.AdminShutdown("terminating connection")), Outage.AWAY),
        (from_driver(errors.DeadlockDetected("deadlock detected")), Outage.BUSY),
        (from_driver(errors.QueryCanceled("statement timeout")), Outage.BUSY),
        (from_driver(errors.LockNotAvailable("lock timeout")), Outage.BUSY),
        (from_driver(errors.TooManyConnections("too many clients")), Outage.BUSY),
        (from_driver(errors.DiskFull("no space left")), Outage.FULL),
        (from_driver(errors.UndefinedTable("no relation"), ProgrammingError), Outage.OUTDATED),
        (from_driver(errors.SyntaxError("syntax error"), ProgrammingError), None),
        (ValueError("away"), None),
    ],
)
def test_an_error_tells_what_is_the_matter_with_the_database(error, outage):
    assert outage_of(error) == outage


# Pages


@pytest.mark.parametrize(
    ("error", "heading", "seconds"),
    [
        (AWAY, "The database cannot be reached", "30"),
        (LOCKED, "The database is busy", "5"),
        (of_sqlite(sqlite3.SQLITE_FULL, "full"), "The server has run out of space", "300"),
        (of_sqlite(sqlite3.SQLITE_ERROR, "no such table: x"), "The site is being updated", "60"),
    ],
)
def test_a_page_says_that_the_database_is_away_and_when_to_come_back(visitor, error, heading, seconds):
    with every_query_raises(error):
        response = visitor.get("/rounds/?order=oldest")

    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, seconds)
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert heading in page
    assert 'href="/rounds/?order=oldest"' in page
    assert ("our fault" in page, "Nothing you sent was saved" in page) == (False, False)


def test_who_sent_a_form_is_told_that_nothing_was_saved_and_how_to_send_it_again(visitor):
    with every_query_raises(AWAY):
        response = visitor.post("/admin/login/", {"username": "groucho", "password": "swordfish"})

    assert response.status_code == 503
    assert "Nothing you sent was saved. Go back in your browser" in response.content.decode()


def test_what_was_sent_while_the_database_is_away_is_kept_and_can_be_sent_again():
    """But for passwords, and for what came from a page of another site."""
    sender = Client(enforce_csrf_checks=True, raise_request_exception=False)
    sender.cookies["csrftoken"], sender.cookies["sessionid"] = "a" * 32, "b" * 32
    own = {"title": ["Borders", "“2”"], "csrfmiddlewaretoken": "a" * 32}

    with every_query_raises(AWAY):
        kept, elsewhere, login = (
            sender.post(address, data).content.decode()
            for address, data in [
                ("/admin/talks/issue/1/change/", own),
                ("/admin/talks/issue/1/change/", {"title": "Borders"}),
                ("/admin/login/", own | {"password": "swordfish"}),
            ]
        )

    assert re.findall(r'name="title" value="(.*?)"', kept) == ["Borders", "“2”"]
    assert "It is kept on this page" in kept
    assert ['name="title"' in page or "swordfish" in page for page in (elsewhere, login)] == [False, False]


def test_the_page_is_in_the_language_of_its_address(visitor):
    with every_query_raises(LOCKED):
        assert "База даних зайнята" in visitor.get("/uk/rounds/").content.decode()


def test_a_fault_of_the_code_is_still_our_fault(visitor):
    with every_query_raises(ValueError("a fault")):
        response = visitor.get("/rounds/")

    assert response.status_code == 500
    assert "It is our fault, not yours" in response.content.decode()


# Health


def test_healthz_is_asked_by_address_and_without_tls(visitor, settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["timeline.example"], True

    response = visitor.get("/healthz", headers={"Host": "10.1.2.3:8000"})

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize(("error", "seconds"), [(AWAY, "30"), (LOCKED, "5"), (DatabaseError("malformed"), "30")])
def test_healthz_says_no_when_pages_would(visitor, error, seconds):
    with every_query_raises(error):
        response = visitor.get("/healthz")

    assert (response.status_code, response["Retry-After"]) == (503, seconds)


def test_healthz_says_no_where_a_migration_has_not_run(visitor):
    MigrationRecorder(connection).record_unapplied("talks", "0001_initial")

    response = visitor.get("/healthz")

    assert (response.status_code, response.content.decode()) == (503, Outage.OUTDATED.value)


@pytest.mark.sql
def test_healthz_says_no_where_tables_are_missing(visitor):
    connection.cursor().execute("ALTER TABLE talks_revision RENAME TO elsewhere")

    response = visitor.get("/healthz")

    assert (response.status_code, response.content.decode()) == (503, Outage.OUTDATED.value)
