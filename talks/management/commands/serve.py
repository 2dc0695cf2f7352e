"""Serves the site, as in production."""

import os
import re

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from talks.ready.room import THREADS

ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})")
HEAD = 10_000  # milliseconds for the head of a request
ENDING = 60  # seconds for what a restart finds under way


class Command(BaseCommand):
    help = "Serve the site, as in production; WEB_CONCURRENCY says with how many processes (2, or one for each core)."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="Where to listen: 127.0.0.1:8000.")

    def handle(self, *args, address, **options):
        host, port = _host_and_port(address)
        self.stdout.write(f"Serving on http://{address} with {_processes()} processes; stop with Ctrl-C.")
        _server(host, port).serve()


def _host_and_port(address):
    found = ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) < 2**16:
        raise CommandError(f"{address!r} is nothing to listen on; write an address and a port, such as 127.0.0.1:8000")
    return found["host"].strip("[]"), int(found["port"])


def _processes():
    text = os.environ.get("WEB_CONCURRENCY") or "2"
    if not (text.isascii() and text.isdigit() and int(text)):
        raise CommandError(f"WEB_CONCURRENCY is {text!r}; write how many processes, one for each core, such as 4")
    return int(text)


def _server(host, port):
    """Granian reads and answers requests outside of Python, so slow readers hold no thread of ours."""
    return Granian(
        settings.WSGI_APPLICATION.replace(".application", ":application"),
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=_processes(),
        blocking_threads=THREADS,
        url_path_prefix=settings.FORCE_SCRIPT_NAME,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD),
        respawn_failed_workers=True,
        workers_kill_timeout=ENDING,
        log_level="warning",
    )
