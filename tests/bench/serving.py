"""A production server of this machine, without TLS, with a record of the benchmarks."""

import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cache

from tests.bench.records import folder
from tests.serving import ROOT, running, status, until
from tests.with_postgres import free_port

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
    collect_static()
    print(f"… {' '.join(command[:3])}", file=sys.stderr, flush=True)
    started = [sys.executable, *(part.format(port=port) for part in command)]
    with running(started, os.environ | SETTINGS | {"DATABASE_URL": database, "TMPDIR": own}) as server:
        if not until(lambda: status(port, "/healthz")):
            raise TimeoutError(f"{' '.join(started)} does not answer")
        yield server, port


@cache
def collect_static():
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=os.environ | SETTINGS, check=True)
