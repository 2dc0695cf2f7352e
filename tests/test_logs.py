"""The log: lines in fields, the ids of requests, and what is in no line."""

import io
import json
import logging
import sqlite3

import pytest
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import RequestFactory
from psycopg import errors

from talks.logs import formatter, request_id
from talks.ready.ids import Identified

pytestmark = pytest.mark.usefixtures("connection_stays")

REQUESTS = RequestFactory()


@pytest.fixture
def lines():
    """A function that gives the lines of the log so far, each as its fields."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter(readable=False))
    loggers = [logging.getLogger(name) for name in ("", "django_structlog")]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    request_id.set("")


def ask(application, path="/about/", **headers):
    """(status, headers, text) of an answer."""
    told = []
    environ = REQUESTS.get(path, headers=headers).environ
    body = b"".join(application(environ, lambda status, headers, exc_info=None: told.extend([status, dict(headers)])))
    return *told, body.decode()


def of_driver(cause):
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def hello(environ, start_response):
    logging.getLogger("talks.test").warning("Hello")
    start_response("200 OK", [])
    return [b"hello"]


# Lines


def test_a_line_is_json_with_what_where_and_when(lines):
    logging.getLogger("talks.test").warning("The %s of\nFreedonia", "hats")

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "The hats of\nFreedonia", "level": "warning", "logger": "talks.test"}


def fail(password):
    raise ValueError("a fault")


@pytest.mark.parametrize("readable", [True, False])
def test_a_traceback_is_told_without_the_variables_of_its_functions(readable):
    record = logging.LogRecord("talks.test", logging.ERROR, "", 0, "Failed", (), None)
    try:
        fail("sword" + "fish")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)

    line = formatter(readable=readable).format(record)

    assert "in fail" in line
    assert "ValueError: a fault" in line
    assert "swordfish" not in line


def logged(error, message="Failed"):
    """What a line says of an error besides that it failed, and whether with its traceback."""
    record = logging.LogRecord("talks.test", logging.ERROR, "", 0, message, (), (type(error), error, None))
    line = json.loads(formatter(readable=False).format(record))
    return line.get("error"), "exception" in line


def test_the_log_has_a_line_for_what_is_no_fault_of_the_code():
    assert logged(of_driver(errors.AdminShutdown("terminating\nconnection"))) == (
        "terminating connection",
        False,
    )
    assert logged(DisallowedHost("Invalid HTTP_HOST header: 'x'")) == (None, False)


def test_the_log_keeps_the_traceback_of_what_may_be_one():
    missing = sqlite3.OperationalError("no such column: x")
    missing.sqlite_errorcode = sqlite3.SQLITE_ERROR

    assert logged(ValueError("a fault")) == (None, True)
    assert logged(of_driver(missing)) == (None, True)


# Requests


@pytest.mark.django_db
def test_a_request_is_a_line_without_what_was_searched_for_and_by_whom(lines):
    ask(Identified(WSGIHandler()), "/search/?q=swordfish", **{"User-Agent": "Otis", "X-Forwarded-For": "192.0.2.1"})

    (line,) = lines()
    told = {name: line[name] for name in ("event", "request", "code", "level")}
    assert told == {"event": "request_finished", "request": "GET /search/", "code": 200, "level": "info"}
    assert line.keys() - told == {"ms", "timestamp", "logger", "request_id"}


@pytest.mark.urls("tests.test_password_reset")
def test_the_secret_of_an_address_that_was_sent_by_mail_is_in_no_line(client, lines, db):
    client.get("/admin/reset/MQ/c0ffee-5ec2e7/")

    assert [line["request"] for line in lines()] == ["GET /admin/reset/MQ/…/"]


@pytest.mark.django_db
def test_what_fails_is_one_line_with_the_id_that_its_page_tells(lines, monkeypatch):
    def fail(*arguments):
        raise ValueError("a fault")

    monkeypatch.setattr("talks.public.views.about.render_page", fail)

    status, headers, page = ask(Identified(WSGIHandler()))

    (line,) = lines()
    assert (status, line["event"], line["code"]) == ("500 Internal Server Error", "request_failed", 500)
    assert "ValueError: a fault" in line["exception"]
    assert line["request_id"] == headers["X-Request-ID"]
    assert f"name the number of the request: <code>{line['request_id']}</code>" in page


@pytest.mark.django_db
def test_while_the_database_is_away_a_line_says_why(lines, monkeypatch):
    def refuse(*arguments):
        raise OperationalError("connection refused")

    monkeypatch.setattr("talks.public.views.about.render_page", refuse)

    ask(Identified(WSGIHandler()))

    (line,) = lines()
    assert (line["code"], line["error"], "exception" in line) == (503, "connection refused", False)


# Their ids


def test_each_request_has_an_id_of_its_own_in_its_answer_and_its_lines(lines):
    application = Identified(hello)

    ids = [ask(application)[1]["X-Request-ID"] for _ in range(3)]

    assert len(set(ids)) == 3
    assert [line["request_id"] for line in lines()] == ids


@pytest.mark.parametrize(
    ("behind_proxy", "given", "is_taken"),
    [
        (True, "0af7651916cd43dd8448eb211c80319c", True),
        (True, "short", False),
        (True, "<script>alert(1)</script>", False),
        (True, "a" * 65, False),
        (False, "0af7651916cd43dd8448eb211c80319c", False),
    ],
)
def test_only_a_trusted_proxy_gives_ids_and_only_such_as_are_one(settings, behind_proxy, given, is_taken):
    settings.BEHIND_PROXY = behind_proxy

    answered = ask(Identified(hello), **{"X-Request-ID": given})[1]["X-Request-ID"]

    assert (answered == given) == is_taken


def test_what_fails_in_front_of_django_is_answered_with_the_id_of_its_line(lines):
    def fail(environ, start_response):
        raise ValueError("a fault")

    status, headers, text = ask(Identified(fail))

    (line,) = lines()
    assert (status, line["level"], "ValueError: a fault" in line["exception"]) == (
        "500 Internal Server Error",
        "error",
        True,
    )
    assert line["request_id"] == headers["X-Request-ID"]
    assert f"name this number: {line['request_id']}" in text
