"""The production server, as `manage.py serve` starts it."""

import os
import signal
import socket
from contextlib import closing

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


def test_a_number_of_processes_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "two")
    with pytest.raises(CommandError, match="WEB_CONCURRENCY is 'two'; write how many processes"):
        call_command("serve")


@pytest.mark.long
def test_slow_visitors_hold_up_nobody_and_a_process_that_dies_is_replaced(tmp_path):
    with serving(tmp_path) as (server, port):
        assert until(lambda: status(port) == 200)
        for head in HEADS.values():
            slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
            for one in slow:
                one.sendall(head)
            assert [status(port) for _ in range(4)] == [200] * 4
            for one in slow:
                with closing(one):
                    pass

        before = workers(server)
        assert len(before) == 2
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: status(port) == 200)
