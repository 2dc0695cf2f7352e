"""How often one visitor may ask for data: counted in front of what is ready, and told with each answer.

A page is for people, and is never refused.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.handlers.wsgi import get_path_info

from talks.ready.asked import DATA

WINDOW = 60  # seconds
TOO_MANY = "You asked more than {limit} times in a minute; go on in {seconds} seconds. Whole files are at /data/."

Environ = Mapping[str, Any]


def address_of(environ: Environ) -> str | None:
    """The address that a visitor is counted under, or None: of IPv6, where one has many, its network."""
    given = environ.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # the last is the proxy's word, the others a visitor may have written
        given = environ.get("HTTP_X_FORWARDED_FOR", given).rpartition(",")[2].strip()
    try:
        address = ip_address(given)
    except ValueError:
        return None
    return str(ip_network((address, 64), strict=False).network_address if address.version == 6 else address)


def counted(cache: BaseCache, name: str, seconds: int) -> int:
    """How often this was counted under a name, for so long; 0 while the cache is away."""
    try:
        cache.add(name, 0, seconds)
        return cache.incr(name)
    except Exception:  # noqa: BLE001 – of whichever cache
        return 0


class Limit:
    """The application, which each visitor may ask for data so many times a minute.

    Counted in Django's cache: without CACHE_URL each process counts for itself, so that the limit is one of each.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], limit: int, cache: BaseCache | None = None) -> None:
        self.application, self.limit = application, limit
        self.cache = cache or caches["default"]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.limit or not DATA.match(get_path_info(environ)) or environ["REQUEST_METHOD"] == "OPTIONS":
            return self.application(environ, start_response)
        now = time.time()
        seconds = WINDOW - int(now) % WINDOW
        # 0 while the cache is away, so that nobody is refused.
        asked = counted(self.cache, f"asked-{address_of(environ)}-{int(now) // WINDOW}", 2 * WINDOW)
        told = [
            ("RateLimit-Limit", str(self.limit)),
            ("RateLimit-Remaining", str(max(0, self.limit - asked))),
            ("RateLimit-Reset", str(seconds)),
        ]
        if asked > self.limit:
            return self._refused(seconds, told, start_response)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [*headers, *told], *exc_info)

        return self.application(environ, start)

    def _refused(self, seconds: int, told: list[tuple[str, str]], start_response: Callable[..., Any]) -> list[bytes]:
        detail = TOO_MANY.format(limit=self.limit, seconds=seconds)
        problem = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": detail}
        headers = [
            ("Content-Type", "application/problem+json"),
            ("Access-Control-Allow-Origin", "*"),
            ("Cache-Control", "no-store"),
            ("Retry-After", str(seconds)),
        ]
        start_response("429 Too Many Requests", [*headers, *told])
        return [json.dumps(problem, ensure_ascii=False).encode() + b"\n"]
