"""A production server of this machine, without TLS, with a record of the benchmarks."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.records import folder
from tests.with_postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2
SERVE = ["manage.py", "serve", "127.0.0.1:{port}"]
SETTINGS = {
    "DEBUG": "0",
    "HTTPS": "0",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "DJANGO_SETTINGS_MODULE": "tests.bench.production",
    "WEB_CONCURRENCY": str(PROCESSES),
}


@contextmanager
def serving(database, command=SERVE):
    """(process, port) of a server with this record, which has kept no page yet; stopped afterwards."""
    port, own = free_port(), tempfile.mkdtemp(dir=folder())
    environment = os.environ | SETTINGS | {"DATABASE_URL": database, "TMPDIR": own}
    collect_static()
    started = [sys.executable, *(part.format(port=port) for part in command)]
    print(f"… {' '.join(command[:3])}", file=sys.stderr, flush=True)
    with subprocess.Popen(started, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield server, port
        finally:
            server.terminate()


@cache
def collect_static():
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=os.environ | SETTINGS, check=True)


def wait_for(address, seconds=30):
    for _ in range(seconds * 10):
        try:
            return urlopen(address).close()
        except URLError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
