"""The production server, as `manage.py serve` starts it."""

import http.client
import os
import shutil
import signal
import socket
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.serving import serving, status, until, workers

HEADS = {
    "idle": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-",
    # With the cookie that Django looks for before it reads what is sent.
    "half a body": b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken="
    + b"a" * 32
    + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na=",
}


@pytest.mark.parametrize("address", ["8000", "localhost", "localhost:0", "localhost:65536", "local host:80", "a:b:80"])
def test_what_is_no_address_is_refused_with_one_that_is(address):
    with pytest.raises(CommandError, match=r"write an address and a port, such as 127\.0\.0\.1:8000"):
        call_command("serve", address)


def test_a_name_is_served_at_its_address_which_is_all_that_the_server_takes(monkeypatch):
    started, names = [], {"gazette.example": "127.0.0.3"}
    monkeypatch.setattr("os.environ", dict(os.environ))
    monkeypatch.setattr("os.execv", lambda program, command: started.append(command))
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda name, port, **options: [
            (socket.AF_INET6, 1, 6, "", ("::5", 80)),
            (socket.AF_INET, 1, 6, "", (names[name], 80)),
        ],
    )

    call_command("serve", "gazette.example:8000", stdout=StringIO())

    (command,) = started
    assert command[command.index("--host") + 1] == "127.0.0.3"


def test_what_the_allocator_may_keep_is_bounded_unless_the_environment_says_otherwise(monkeypatch):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MALLOC_")}
    started = []
    monkeypatch.setattr("os.execv", lambda *command: started.append(dict(os.environ)))

    for own in {}, {"MALLOC_ARENA_MAX": "4"}:
        monkeypatch.setattr("os.environ", environment | own)
        call_command("serve", stdout=StringIO())

    bounds = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "4194304", "MALLOC_TRIM_THRESHOLD_": "4194304"}
    heard = [{key: told[key] for key in told if key.startswith("MALLOC_")} for told in started]
    assert heard == [bounds, bounds | {"MALLOC_ARENA_MAX": "4"}]


def test_a_name_without_an_address_is_refused(monkeypatch):
    def unknown(*args, **options):
        raise socket.gaierror

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(CommandError, match=r"'nowhere\.example' has no address"):
        call_command("serve", "nowhere.example:8000")


def test_a_number_of_processes_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "two")
    with pytest.raises(CommandError, match="WEB_CONCURRENCY is 'two'; write how many processes"):
        call_command("serve")


def sent_by_another(port):
    """The status of what another visitor sends, from an address of their own."""
    own = {"timeout": 10, "source_address": ("127.0.0.2", 0)}
    with closing(http.client.HTTPConnection("127.0.0.1", port, **own)) as connection:
        connection.request("POST", "/csp-report", b"{}", {"Host": "localhost"})
        return connection.getresponse().status


@pytest.mark.long
def test_slow_visitors_hold_up_nobody_and_a_process_that_dies_is_replaced(tmp_path, migrated):
    if migrated.exists():
        shutil.copy(migrated, tmp_path / "db")
    with serving(tmp_path) as (server, port):
        assert until(lambda: status(port) == 200)
        for head in HEADS.values():
            slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
            for one in slow:
                one.sendall(head)
            assert [status(port) for _ in range(4)] == [200] * 4
            assert sent_by_another(port) == 400  # what it sent was read
            for one in slow:
                with closing(one):
                    pass

        before = workers(server)
        assert len(before) == 2
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: status(port) == 200)
