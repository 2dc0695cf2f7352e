"""The site as `manage.py serve` starts it, for the tests that need it so."""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

from tests.with_postgres import free_port

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def running(command, environment):
    """The process of a server, which is asked to end afterwards."""
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(90)  # what it has under way is given a minute


@contextmanager
def serving(folder, inside=(), host="127.0.0.1", **more):
    """(process, port) of a server; `more` of its settings than usual.

    Its record is the file `db` of the folder, else an empty one. `inside`: what its command starts with, if it runs
    elsewhere (`tests.networks`) or at another time.
    """
    port = free_port()
    usual = {
        "SECRET_KEY": "abcdefghij" * 6,
        "HTTPS": "0",
        "ALLOWED_HOSTS": "localhost",
        "DEBUG": "0",
        "TMPDIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/db",
        "DJANGO_SETTINGS_MODULE": "tests.served",
    }
    environment = os.environ | usual | more
    manage = [sys.executable, "manage.py"]
    if "DATABASE_URL" not in more and not (folder / "db").exists():
        subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    with running([*inside, *manage, "serve", f"{host}:{port}"], environment) as server:
        yield server, port


def status(port, path="/about/", within=10):
    """The status of a page, and None where nobody answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"})
    with suppress(URLError, ConnectionError), urllib.request.urlopen(request, timeout=within) as answer:
        return answer.status
    return None


def until(answers, seconds=60):
    """What the function gives as soon as that is true, or at the end of the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not answers():
        time.sleep(0.2)
    return answers()


def workers(server):
    """The pids of the processes that answer."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.pid and b"talks.wsgi" in (process / "cmdline").read_bytes():
                pids.append(int(process.name))
    return sorted(pids)
