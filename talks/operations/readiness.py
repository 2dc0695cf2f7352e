"""Whether all that the site is set up with answers: its database, migrated, and replica and cache where they are set.

They are asked at the same time, each in a thread of its own, since one that is frozen keeps whoever asks it.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from threading import Lock, Thread

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from talks.middleware import current_outage
from talks.outage import Outage
from talks.replica import REPLICA

PATIENCE = 3  # seconds for all of them
RETRY = 10  # seconds after which it is worth asking again
KEY = "readiness"


class ReadyMiddleware:
    """Answers /readyz: 200 when all parts answer, else 503 and which do not. Machines inside ask, as for /healthz."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != "/readyz":
            return self.get_response(request)
        wrong = [f"{name}: {fault}" for name, fault in faults(parts()).items() if fault]
        response = HttpResponse("\n".join(wrong or ["ready"]) + "\n", content_type="text/plain; charset=utf-8")
        if wrong:
            response.status_code, response["Retry-After"] = 503, RETRY
        add_never_cache_headers(response)
        return response


class Part:
    """Something that the site needs, with a function that says in a sentence what is the matter with it, or nothing."""

    def __init__(self, name: str, ask: Callable[[], str]) -> None:
        self.name, self._ask = name, ask
        self._lock = Lock()
        self._answer: Future[str] | None = None
        self._asked = 0.0

    def ask(self) -> None:
        """Ask it, unless it still owes an answer."""
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer, self._asked = Future(), time.monotonic()
                Thread(target=self._answer_with, args=[self._answer], daemon=True).start()

    def fault(self) -> str:
        """What is the matter with it. One that was asked is waited for, but only once."""
        answer = self._answer
        if answer is None:
            return ""
        try:
            return answer.result(max(0, self._asked + PATIENCE - time.monotonic()))
        except TimeoutError:
            return f"It does not answer within {PATIENCE} seconds."

    def _answer_with(self, answer: Future[str]) -> None:
        try:
            fault = self._ask()
        except Exception:  # noqa: BLE001 – of whatever the part is asked with; what it says may hold names and addresses
            fault = "It cannot be reached."
        finally:
            connections.close_all()  # of this thread
        answer.set_result(fault)


def faults(parts: list[Part]) -> dict[str, str]:
    """{name of each part: what is the matter with it, or an empty text}."""
    for part in parts:
        part.ask()
    return {part.name: part.fault() for part in parts}


@cache
def parts() -> list[Part]:
    """Those of this site, as its settings have them."""
    found = [Part("database", database)]
    if REPLICA in connections.settings:
        found.append(Part("replica", replica))
    if settings.CACHE_URL:
        found.append(Part("cache", shared_cache))
    return found


def database() -> str:
    outage = current_outage()
    return f"{outage.value}." if outage else ""


def replica() -> str:
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return f"{Outage.AWAY.value}; readers are answered by the primary."
    return ""


def shared_cache() -> str:
    """It is empty while it is away (`talks.caching`), so it must give back what it was given."""
    given = str(time.monotonic())
    caches["default"].set(KEY, given, 60)
    return "" if caches["default"].get(KEY) else "It does not keep what it is given; each process makes its own pages."
