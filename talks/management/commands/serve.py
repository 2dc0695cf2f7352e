"""Serves the site, as in production."""

import os
import re
import socket
import sys
import tempfile

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from talks.ready.room import THREADS

ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})")
HEAD = 10_000  # milliseconds for the head of a request
ENDING = 60  # seconds for what a restart finds under way
BEGINNING = 15  # seconds that a new process has to be ready before an old one ends; a busy machine needs ten
MEMORY = "/dev/shm"  # noqa: S108 – a folder of its own is made in it
KEPT = str(4 * 2**20)  # bytes
# What glibc keeps of what a process gave back: one arena for all threads, which take turns in Python anyway, and so
# much of it; what is larger goes back at once. Left to itself it keeps the more, the more it was ever asked for.
ALLOCATOR = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": KEPT, "MALLOC_TRIM_THRESHOLD_": KEPT}


class Command(BaseCommand):
    help = "Serve the site, as in production; WEB_CONCURRENCY says with how many processes (2, or one for each core)."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="Where to listen: 127.0.0.1:8000.")

    def handle(self, *args, address, **options):
        host, port = _host_and_port(address)
        processes = _processes()
        command = _granian(_ip(host, port), port, processes)
        self.stdout.write(f"Serving on http://{address} with {processes} processes; stop with Ctrl-C.")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        os.environ.update(ALLOCATOR | os.environ)
        if settings.METRICS_TOKEN:  # where all processes count; the server removes it when it ends
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="talks-metrics-", dir=_folder_of_figures())
        # In the place of this process, which has read much that the server itself does not need.
        os.execv(sys.executable, [sys.executable, "-m", "talks.server", *command])  # noqa: S606 – all of it is our own


def _folder_of_figures():
    """Memory, if files can be there, unless TMPDIR names one: who counts in a file for which there is no room dies."""
    return None if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) else MEMORY


def _host_and_port(address):
    found = ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) < 2**16:
        raise CommandError(f"{address!r} is nothing to listen on; write an address and a port, such as 127.0.0.1:8000")
    return found["host"].strip("[]"), found["port"]


def _ip(host, port):
    """The first address that a name stands for, of the older kind if it has both: granian takes no names."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CommandError(f"{host!r} has no address; write one and a port, such as 127.0.0.1:8000") from error
    return min(found)[4][0]


def _processes():
    text = os.environ.get("WEB_CONCURRENCY") or "2"
    if not (text.isascii() and text.isdigit() and int(text)):
        raise CommandError(f"WEB_CONCURRENCY is {text!r}; write how many processes, one for each core, such as 4")
    return text


def _granian(host, port, processes):
    """What granian is told. It reads heads and answers outside of Python, so slow readers hold no thread of ours."""
    told = {
        "--host": host,
        "--port": port,
        "--interface": "wsgi",
        "--workers": processes,
        "--blocking-threads": str(THREADS),
        "--http1-header-read-timeout": str(HEAD),
        "--workers-kill-timeout": str(ENDING),
        "--respawn-interval": str(BEGINNING),
        "--log-level": "error",
    }
    if settings.FORCE_SCRIPT_NAME:
        told["--url-path-prefix"] = settings.FORCE_SCRIPT_NAME
    flags = ["--no-ws", "--respawn-failed-workers", settings.WSGI_APPLICATION.replace(".application", ":application")]
    return [*(part for pair in told.items() for part in pair), *flags]
