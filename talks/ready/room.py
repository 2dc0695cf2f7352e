"""Room for readers: who sends something slowly holds a thread of a process, so of these some are kept free.

Nor can who sends slowly be stopped: granian ends no request while its body is read. So of the threads for those who
send something, some are kept free of any one address.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from talks.ready.visitor import address_of

THREADS = 8  # of each process
SENDERS = 6  # of these, at most, for who sends something
SHARE = 4  # of these, at most, for one address
BUSY = (
    "The site is busy with what others send. Nothing was saved: go back, what you typed is still in the form, and send "
    "it again in a few seconds.\n"
)


class Room:
    """The application, with at most so many requests that send something at a time; more are told to try again."""

    def __init__(self, application: Callable[..., Iterable[bytes]], senders: int = SENDERS, share: int = SHARE) -> None:
        self.application, self.senders, self.share = application, senders, share
        self._sending: Counter[str | None] = Counter()  # address: how many requests it is sending
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self.application(environ, start_response)
        address = address_of(environ)
        if not self._has_room(address):
            start_response(
                "503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5")]
            )
            return [BUSY.encode()]
        try:
            return self.application(environ, start_response)
        finally:
            with self._lock:
                self._sending -= Counter([address])  # which forgets who sends nothing

    def _has_room(self, address: str | None) -> bool:
        with self._lock:
            if self._sending.total() >= self.senders or self._sending[address] >= self.share:
                return False
            self._sending[address] += 1
            return True
