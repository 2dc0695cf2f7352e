"""How often one visitor may ask for data, and search: counted in front of what is ready, and told with each answer.

Searches count whether they are ready or not: what is left would else tell whether others looked for the same words.
Other pages are for people, and are never refused.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.handlers.wsgi import get_path_info, get_script_name
from django.template.loader import render_to_string
from django.utils import translation

from talks.ready.asked import DATA
from talks.ready.visitor import address_of

WINDOW = 60  # seconds
TOO_MANY = "You asked more than {limit} times in a minute; go on in {seconds} seconds. Whole files are at /data/."
WORDS = re.compile(r"(?:^|&)q=[^&]")

Environ = Mapping[str, Any]
Headers = list[tuple[str, str]]


def counted(cache: BaseCache, name: str, seconds: int) -> int:
    """How often this was counted under a name, for so long; 0 while the cache is away."""
    try:
        cache.add(name, 0, seconds)
        return cache.incr(name)
    except Exception:  # noqa: BLE001 – of whichever cache
        return 0


@dataclass(frozen=True)
class Counted:
    """What is counted under one name: which requests, and what is answered to one too many."""

    name: str
    is_one: Callable[[Environ], bool]
    refusal: Callable[[Environ, int, int], tuple[Headers, str]]  # of the limit, and the seconds until the next minute


def is_data(environ: Environ) -> bool:
    return bool(DATA.match(get_path_info(environ))) and environ["REQUEST_METHOD"] != "OPTIONS"


def is_search(environ: Environ) -> bool:
    """True of a page with words to look for: of the search, of the timeline, of a list of the admin."""
    query = environ.get("QUERY_STRING", "")
    return "q=" in query and bool(WORDS.search(query)) and not is_data(environ)


def _problem(environ: Environ, limit: int, seconds: int) -> tuple[Headers, str]:
    detail = TOO_MANY.format(limit=limit, seconds=seconds)
    problem = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": detail}
    headers = [("Content-Type", "application/problem+json"), ("Access-Control-Allow-Origin", "*")]
    return headers, json.dumps(problem, ensure_ascii=False) + "\n"


def _page(environ: Environ, limit: int, seconds: int) -> tuple[Headers, str]:
    """A page that says so. htmx, which would show nothing of it, opens it in place of the page that it is on."""
    path = quote(get_path_info(environ).lstrip("/"))  # two slashes would begin the name of another site
    address = f"{get_script_name(environ)}/{path}?{environ['QUERY_STRING']}"
    with translation.override(translation.get_language_from_path(get_path_info(environ)) or settings.LANGUAGE_CODE):
        page = render_to_string("429.html", {"limit": limit, "seconds": seconds, "address": address})
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", "default-src 'none'")]
    return [*headers, *([("HX-Redirect", address)] if "HTTP_HX_REQUEST" in environ else [])], page


OF_DATA = Counted("asked", is_data, _problem)
OF_SEARCHES = Counted("searched", is_search, _page)


class Limit:
    """The application, which each visitor may ask so many times a minute for what is counted; 0: as often as they like.

    Counted in Django's cache: without CACHE_URL each process counts for itself, so that the limit is one of each.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        limit: int,
        cache: BaseCache | None = None,
        of: Counted = OF_DATA,
    ) -> None:
        self.application, self.limit, self.of = application, limit, of
        self.cache = cache or caches["default"]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.limit or not self.of.is_one(environ):
            return self.application(environ, start_response)
        now = time.time()
        seconds = WINDOW - int(now) % WINDOW
        # 0 while the cache is away, so that nobody is refused.
        name = f"{self.of.name}-{address_of(environ)}-{int(now) // WINDOW}"
        asked = counted(self.cache, name, 2 * WINDOW)
        told = [
            ("RateLimit-Limit", str(self.limit)),
            ("RateLimit-Remaining", str(max(0, self.limit - asked))),
            ("RateLimit-Reset", str(seconds)),
        ]
        if asked > self.limit:
            headers, text = self.of.refusal(environ, self.limit, seconds)
            headers += [("Cache-Control", "no-store"), ("Retry-After", str(seconds)), *told]
            start_response("429 Too Many Requests", headers)
            return [text.encode()]

        def start(status: str, headers: Headers, *exc_info: Any) -> Any:
            return start_response(status, [*headers, *told], *exc_info)

        return self.application(environ, start)
