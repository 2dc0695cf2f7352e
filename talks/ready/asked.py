"""What a visitor asks for, in the one form that pages are kept under."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.http import Http404
from django.urls import resolve
from django.utils import translation

Environ = Mapping[str, Any]

# Visitors who have one of these are answered by Django: they may edit, or are told something.
PRIVATE = re.compile(rf"(^|;)\s*({settings.SESSION_COOKIE_NAME}|messages)=")
DATA = re.compile(r"/(?:[a-z]{2}/)?(?:api/|mcp$|oembed$|(?!static/).*\.[a-z]+$)")  # addresses of data, whichever
LONGEST = 2000  # characters of a query: no filter that makes sense is longer
REMEMBERED = 2_000  # addresses as visitors write them, of which the one form is known


@dataclass(frozen=True)
class Asked:
    """A page, or a part of one: all that its bytes depend on but for the state of the record."""

    origin: str  # host and scheme, as the server and the proxy in front of it tell
    path: str
    query: str  # what the page reads of it, in the order of its form
    part: str  # of the page, where htmx asks for one: the id of its target; “back” for its Back button

    @property
    def is_plain(self) -> bool:
        """True of a page without filters: of these there are only so many. Data are no page."""
        return not (self.query or self.part or DATA.match(self.path))

    def environ(self, environ: Environ) -> dict[str, Any]:
        """The request that asks for this and tells nothing else, so that the page is the same whoever asks."""
        own = {key: value for key, value in environ.items() if not key.startswith("HTTP_") or key in _KEPT}
        own |= {"REQUEST_METHOD": "GET", "QUERY_STRING": self.query}
        if self.part:  # by these `render_page` goes
            own |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": self.part}
        if self.part == BACK:
            own["HTTP_HX_HISTORY_RESTORE_REQUEST"] = "true"
        return own


BACK = "back"
ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,299}")
PROXY = (settings.SECURE_PROXY_SSL_HEADER or ("",))[0]
_KEPT = {"HTTP_HOST", PROXY}


def asked_by(environ: Environ) -> Asked | None:
    """What is asked for, or None where only Django can answer: what is no page, or is for this visitor alone."""
    if not is_of_reader(environ):
        return None
    query = environ.get("QUERY_STRING", "")
    if len(query) > LONGEST or "&amp;" in query:  # the second is mended by `QueryMiddleware`
        return None
    return page_asked(_origin(environ), get_path_info(environ), query, _part(environ))


def is_of_reader(environ: Environ) -> bool:
    """True if it only asks for something, and for nothing that is this visitor's own."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and "HTTP_AUTHORIZATION" not in environ
        and not PRIVATE.search(environ.get("HTTP_COOKIE", ""))
    )


def _origin(environ: Environ) -> str:
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return f"{environ['wsgi.url_scheme']} {environ.get(PROXY, '')} {host.lower()}"


def _part(environ: Environ) -> str:
    if environ.get("HTTP_HX_REQUEST") != "true":
        return ""
    if environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") == "true":
        return BACK
    target = environ.get("HTTP_HX_TARGET", "")
    return target if ID.fullmatch(target) and target != BACK else "whole"  # no page has a part of that name


@lru_cache(maxsize=REMEMBERED)  # most visitors ask for the same
def page_asked(origin: str, path: str, query: str, part: str) -> Asked | None:
    """The one form of an address as a visitor wrote it; None if it is no page."""
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            form = getattr(resolve(path).func, "form", None)
        except Http404:
            return None
    return Asked(origin, path, canonical(query, list(form.base_fields)), part) if form else None


def canonical(query: str, names: list[str]) -> str:
    """The query with these names alone, in their order; what is empty or unknown is as good as not there."""
    given = parse_qsl(query, encoding="utf-8", errors="replace")
    known = sorted((names.index(name), value) for name, value in given if name in names)
    return "&".join(f"{quote_plus(names[place])}={quote_plus(value)}" for place, value in known)
