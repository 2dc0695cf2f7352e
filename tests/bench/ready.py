"""How many ready pages a second the site gives, in bare Django views of the same server, measured before and after.

The record is fixtures/; wrk (Debian's package) asks over sixteen connections. The bare view goes through all of the
project's middleware. granian is what `manage.py serve` starts; gunicorn, with as many processes and threads, is what it
is measured against.
"""

import json
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from talks.ready.room import THREADS
from tests.bench.child import SQLITE, measure
from tests.bench.first_view import REAL, ROOT, wait_for
from tests.with_postgres import free_port

ROUNDS, SECONDS, CONNECTIONS, PROCESSES = 5, 3, 16, 2
PAGES = {"timeline": "/", "round": "/rounds/istanbul-2025-06-02/", "ledger": "/swaps/", "bare view": "/bare"}
BARE, NOT_MODIFIED = "bare view", "timeline, not modified (304)"
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def run():
    """{server: {requests per second, p99, ratios, memory}}, or a sentence where it cannot be measured."""
    if not shutil.which("wrk"):
        return {"missing": "wrk is not on this machine; Debian and Ubuntu have it: apt install wrk."}
    with tempfile.TemporaryDirectory() as folder:
        database = f"{SQLITE}{folder}/ready.sqlite3"
        measure("first_view", REAL, database=database)
        return {name: _measured(command, database, folder) for name, command in SERVERS.items()}


GUNICORN = (
    f"-k gthread --workers {PROCESSES} --threads {THREADS} --keep-alive 75 --log-level warning --no-control-socket"
)
SERVERS = {
    "granian": ["manage.py", "serve", "127.0.0.1:{port}"],
    "gunicorn": ["-m", "gunicorn", "talks.wsgi", "--bind", "127.0.0.1:{port}", *GUNICORN.split()],
}


def _measured(command, database, folder):
    with _serving(command, database, folder) as (server, port):
        tag = _ask(port, "/")[1]
        headers = dict.fromkeys(PAGES, BROWSER) | {NOT_MODIFIED: BROWSER | {"If-None-Match": tag}}
        for name, page in PAGES.items():
            _wrk(port, page, headers[name], seconds=1)  # warm in each process
        rounds = [_round(port, headers) for _ in range(ROUNDS)]
        memory = _memory(server.pid)
    names = [name for name in headers if name != BARE]
    return {
        "bare": statistics.median(one["before"][0] for one in rounds),
        "pages": {
            name: {
                "per second": statistics.median(one[name][0] for one in rounds),
                "ratio": statistics.median(one[name][0] / one["around"] for one in rounds),
                "p99 ratio": statistics.median(one[name][1] / one["before"][1] for one in rounds),
            }
            for name in names
        },
        "memory": memory,
    }


def _round(port, headers):
    """{page: (requests per second, p99 in ms)}, with the bare view before, and its mean of before and after."""
    told = {"before": _wrk(port, PAGES[BARE], BROWSER)}
    for name in headers:
        if name != BARE:
            told[name] = _wrk(port, PAGES.get(name, "/"), headers[name])
    after = _wrk(port, PAGES[BARE], BROWSER)
    return told | {"around": (told["before"][0] + after[0]) / 2}


def _wrk(port, path, headers, seconds=SECONDS):
    told = [argument for name, value in headers.items() for argument in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *told, f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said and "If-None-Match" not in headers:
        raise RuntimeError(f"{path} is not answered as it should be: {said}")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), float(number) * {"us": 0.001, "ms": 1, "s": 1000}[
        unit
    ]


@contextmanager
def _serving(command, database, folder):
    """(process, port) of a production server with this record."""
    port = free_port()
    own = {"DEBUG": "0", "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": secrets.token_urlsafe(60)}
    own |= {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.bench.production", "TMPDIR": folder}
    environment = os.environ | own | {"WEB_CONCURRENCY": str(PROCESSES)}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    started = [sys.executable, *(part.format(port=port) for part in command)]
    print(f"… {' '.join(command[:3])}", file=sys.stderr, flush=True)
    with subprocess.Popen(started, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield server, port
        finally:
            server.terminate()


def _ask(port, path):
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=BROWSER)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("ETag")


def _memory(pid):
    """Megabytes of a process and of those that it started, what they share counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in [pid, *children])
    return sum(int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1]) for text in found) / 1000


if __name__ == "__main__":
    print(json.dumps(run()))
