"""Room for readers: who sends something slowly holds a thread of a process, so of these some are kept free."""

from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

THREADS = 8  # of each process
SENDERS = 6  # of these, at most, for who sends something
BUSY = (
    "The site is busy with what others send. Nothing was saved: go back, what you typed is still in the form, and send "
    "it again in a few seconds.\n"
)


class Room:
    """The application, with at most so many requests that send something at a time; more are told to try again."""

    def __init__(self, application: Callable[..., Iterable[bytes]], senders: int = SENDERS) -> None:
        self.application = application
        self._senders = BoundedSemaphore(senders)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self.application(environ, start_response)
        if not self._senders.acquire(blocking=False):
            start_response(
                "503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5")]
            )
            return [BUSY.encode()]
        try:
            return self.application(environ, start_response)
        finally:
            self._senders.release()
