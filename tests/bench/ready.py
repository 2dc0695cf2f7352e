"""How many ready pages a second the site gives, in bare Django views of the same server, measured before and after.

The record is fixtures/; wrk (Debian's package) asks over sixteen connections. The bare view goes through all of the
project's middleware. granian is what `manage.py serve` starts; gunicorn, with as many threads, is what it is measured
against. It has one process: several share a socket, and whichever wakes first takes all connections of a run or some of
them, so that one page had one process and the next had two.
"""

import json
import re
import shutil
import statistics
import subprocess
from http.client import HTTPConnection
from pathlib import Path

from talks.ready.room import THREADS
from tests.bench.records import REAL, record
from tests.bench.serving import SERVE, serving

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16
PAGES = {"timeline": "/", "round": "/rounds/istanbul-2025-06-02/", "ledger": "/swaps/", "bare view": "/bare"}
BARE, NOT_MODIFIED = "bare view", "timeline, not modified (304)"
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def run():
    """{server: {requests per second, p99, ratios, memory}}, or a sentence where it cannot be measured."""
    if not shutil.which("wrk"):
        return {"missing": "wrk is not on this machine; Debian and Ubuntu have it: apt install wrk."}
    return {name: _measured(command) for name, command in SERVERS.items()}


GUNICORN = f"-k gthread --workers 1 --threads {THREADS} --keep-alive 75 --log-level warning --no-control-socket"
SERVERS = {
    "granian": SERVE,
    "gunicorn": ["-m", "gunicorn", "talks.wsgi", "--bind", "127.0.0.1:{port}", *GUNICORN.split()],
}


def _measured(command):
    with serving(record(REAL), command) as (server, port):
        tag = _ask(port, "/")[1]
        headers = dict.fromkeys(PAGES, BROWSER) | {NOT_MODIFIED: BROWSER | {"If-None-Match": tag}}
        for name, page in PAGES.items():
            _wrk(port, page, headers[name], seconds=1)  # warm in each process
        rounds = [_round(port, headers) for _ in range(ROUNDS)]
        processes, memory = _memory(server.pid)
    names = [name for name in headers if name != BARE]
    return {
        "bare": {when: statistics.median(one[when][0] for one in rounds) for when in ("before", "after")},
        "pages": {
            name: {
                "per second": statistics.median(one[name][0] for one in rounds),
                "ratio": statistics.median(one[name][0] / one["around"] for one in rounds),
                "p99 ratio": statistics.median(one[name][1] / one["before"][1] for one in rounds),
            }
            for name in names
        },
        "processes": processes,
        "memory": memory,
    }


def _round(port, headers):
    """{page: (requests per second, p99 in ms)}, with the bare view before, and its mean of before and after."""
    told = {"before": _wrk(port, PAGES[BARE], BROWSER)}
    for name in headers:
        if name != BARE:
            told[name] = _wrk(port, PAGES.get(name, "/"), headers[name])
    after = _wrk(port, PAGES[BARE], BROWSER)
    return told | {"after": after, "around": (told["before"][0] + after[0]) / 2}


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


def _ask(port, path):
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=BROWSER)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("ETag")


def _memory(pid):
    """(how many processes a server has started, the megabytes of it and of them, what they share counted once)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in [pid, *children])
    return len(children), sum(int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1]) for text in found) / 1000


if __name__ == "__main__":
    print(json.dumps(run()))
