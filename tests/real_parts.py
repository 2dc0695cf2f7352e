"""PgBouncer and Redis of a test's own, from Debian's packages, for as long as a `with` lasts."""

import re
import shutil
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.conf import settings
from redis import Redis
from redis.exceptions import ConnectionError as AwayError

from tests.serving import until
from tests.with_postgres import free_port

PROGRAMS = {"pgbouncer": "/usr/sbin/pgbouncer", "redis-server": "/usr/bin/redis-server", "nginx": "/usr/sbin/nginx"}


def program(name):
    """Where it is; None if it is not on this machine."""
    return shutil.which(name) or next((path for path in [PROGRAMS[name]] if Path(path).exists()), None)


@contextmanager
def pgbouncer(cluster):
    """The address of a PgBouncer in front of the cluster, with the settings of docs/deploy/pgbouncer.ini."""
    port, file = free_port(), cluster.folder / "pgbouncer.ini"
    own = {
        r"^talks = host=.*?dbname=talks": f"* = host=127.0.0.1 port={cluster.port} user=postgres",
        r"^listen_port = .*": f"listen_port = {port}",
        r"^auth_type = .*": "auth_type = any",
        r"^auth_file = .*\n": "",
    }
    text = Path(settings.BASE_DIR, "docs/deploy/pgbouncer.ini").read_text()
    for there, here in own.items():
        text, found = re.subn(there, here, text, flags=re.MULTILINE)
        assert found == 1, there
    file.write_text(text)
    with (cluster.folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen([program("pgbouncer"), file], stdout=log, stderr=log, **cluster.account)
    address = f"postgres://postgres@127.0.0.1:{port}/postgres"
    try:
        assert until(lambda: answers(address)), (cluster.folder / "pgbouncer.log").read_text()
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address):
    with suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=2):
        return True
    return False


@contextmanager
def redis(folder, *also):
    """(address, process) of a Redis that writes nothing down; `also`: addresses of this machine that it answers at."""
    port = free_port()
    told = ["--port", str(port), "--bind", "127.0.0.1", *also, "--protected-mode", "no", "--save", "", "--dir", folder]
    process = subprocess.Popen([program("redis-server"), *told], stdout=subprocess.DEVNULL)

    def is_up():
        with suppress(AwayError), Redis(port=port) as client:
            return client.ping()

    try:
        assert until(is_up)
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.kill()
        process.wait()
