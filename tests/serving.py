"""The site as `manage.py serve` starts it, for the tests that need it so."""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

from django.conf import settings

from tests.with_postgres import free_port


@contextmanager
def serving(folder, inside=(), host="127.0.0.1", **more):
    """(process, port) of a server; `more` of its settings than usual.

    Its record is the file `db` of the folder, else an empty one. `inside`: what its command starts with, if it runs
    elsewhere (`tests.networks`) or at another time.
    """
    port = free_port()
    own = {
        "SECRET_KEY": "abcdefghij" * 6,
        "HTTPS": "0",
        "ALLOWED_HOSTS": "localhost",
        "DEBUG": "0",
        "TMPDIR": str(folder),
    }
    environment = (
        os.environ | own | {"DATABASE_URL": f"sqlite:///{folder}/db", "DJANGO_SETTINGS_MODULE": "tests.served"} | more
    )

    def manage(*arguments):
        return [sys.executable, "manage.py", *arguments]

    if "DATABASE_URL" not in more and not (folder / "db").exists():
        subprocess.run(manage("migrate", "-v0"), cwd=settings.BASE_DIR, env=environment, check=True)
    server = subprocess.Popen(
        [*inside, *manage("serve", f"{host}:{port}")],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield server, port
    finally:
        server.terminate()
        server.wait(90)  # what it has under way is given a minute


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
    """The pids of the processes that answer."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.pid and b"talks.wsgi" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return sorted(found)
