"""The server that `manage.py serve` starts: granian, which here hears signals that come close to each other.

Its handlers set an event. A second signal in the midst of that would wait for the first for ever, and with it whoever
waits for the server to end: as when make passes on what all of its group was told anyway.
"""

import gc
import json
import logging
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from threading import Thread
from typing import Any

from granian import _signals, log
from granian.cli import entrypoint
from granian.server.common import AbstractServer

Handler = Callable[..., None]


def in_a_thread(handler: Handler) -> Handler:
    """The same handler, done beside what the signal interrupted."""

    @wraps(handler)
    def hear(*told: Any) -> None:
        Thread(target=handler, args=told, daemon=True).start()

    return hear


def once(handler: Handler) -> Handler:
    """The same handler, for the first signal alone: a process that ends need not be told again."""
    heard: list[bool] = []

    @wraps(handler)
    def hear(*told: Any) -> None:
        if not heard:
            heard.append(True)
            handler(*told)

    return hear


class Line(logging.Formatter):
    """A line of the server itself, in fields as those of the site, which this process goes without (talks.logs)."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        fault = {"exception": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps(told | {"timestamp": f"{datetime.now(UTC):%FT%T.%fZ}"} | fault)


log.LOGGING_CONFIG["formatters"]["generic"] = {"()": Line}
log.LOGGING_CONFIG["handlers"]["console"]["stream"] = "ext://sys.stderr"  # where all others go
AbstractServer.signal_handler_interrupt = in_a_thread(AbstractServer.signal_handler_interrupt)
AbstractServer.signal_handler_reload = in_a_thread(AbstractServer.signal_handler_reload)
of_workers = _signals.set_main_signals  # the main process has its own by now
_signals.set_main_signals = lambda interrupt, reload=None: of_workers(once(interrupt), reload)

if __name__ == "__main__":
    gc.freeze()  # or the collector of each process that is forked from this one would make copies of it
    try:
        entrypoint()
    finally:
        if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            shutil.rmtree(folder, ignore_errors=True)
