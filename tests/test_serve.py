"""The production server, as `manage.py serve` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

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


@contextmanager
def serving(folder):
    """(process, port) of a server with a record of its own: the file `db` of the folder, else an empty one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "SECRET_KEY": "abcdefghij" * 6,
        "HTTPS": "0",
        "ALLOWED_HOSTS": "localhost",
        "DEBUG": "0",
        "TMPDIR": str(folder),
    }
    environment = (
        os.environ | own | {"DATABASE_URL": f"sqlite:///{folder}/db", "DJANGO_SETTINGS_MODULE": "tests.served"}
    )

    def manage(*arguments):
        return [sys.executable, "manage.py", *arguments]

    if not (folder / "db").exists():
        subprocess.run(manage("migrate", "-v0"), cwd=settings.BASE_DIR, env=environment, check=True)
    server = subprocess.Popen(
        manage("serve", f"127.0.0.1:{port}"), cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield server, port
    finally:
        server.terminate()
        server.wait(30)


def status(port, path="/about/", within=10):
    """The status of a page, and None where nobody answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"})
    with suppress(URLError, ConnectionError), urllib.request.urlopen(request, timeout=within) as answer:
        return answer.status
    return None


def until(answers, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not answers():
        time.sleep(0.2)
    return answers()


def workers(server):
    """The pids of the processes that answer; the server has another one, which helps it to start them."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


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

        for pid in workers(server):
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: status(port) == 200)
