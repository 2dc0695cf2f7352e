"""The WSGI application in front of Django's: gives pages that are ready, and keeps those that Django makes."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from talks.outage import SILENT
from talks.ready.asked import Asked, Environ, asked_by, is_of_reader
from talks.ready.flow import Flow, read
from talks.ready.page import Application, Headers, Page, StartResponse
from talks.ready.shared import shared
from talks.ready.source import READ, Known, Readers, Source, source
from talks.ready.state import AwayError
from talks.ready.store import Store

STALE = 24 * 3600  # seconds for which shared caches may answer while the site is away
TAG = 32  # letters by which an answer is told from others
AWAY: Headers = [("Cache-Control", "no-store"), ("Cache-Status", "talks; hit; detail=database-away")]


Count = Callable[[str], None]


def uncounted(how: str) -> None:
    """Count nothing, where nobody wants figures."""


class Gate:
    """Answers what every visitor without a session sees alike; all else it leaves to Django, as it came.

    `count` is told how each page came about: “kept”, “made” or “away”.
    """

    def __init__(self, application: Application, store: Store, source: Source, count: Count = uncounted) -> None:
        self.application, self.store, self.source, self.count = application, store, source, count
        self.caching: Headers = [("Cache-Control", caching())]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = asked_by(environ)
        if asked is None:
            return self.application(dict(environ) | {SILENT: partial(self._is_silent, environ)}, start_response)
        try:
            known = self.source.current()
        except AwayError as away:
            is_silent = away.silent
            return self._while_away(asked, dict(environ) | {SILENT: lambda: is_silent}, start_response)
        state = known.state
        tag = self.store.name(state, asked)[:TAG]  # of what is too large to be kept, and so need not be made again
        if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            self.count("kept")
            start_response("304 Not Modified", [*self.caching, ("Vary", "Accept-Encoding")])
            return []
        page = self.store.get(state, asked)
        if page is None:
            with self.store.shared.turn(self.store.name(state, asked)):
                page = self.store.get(state, asked) or self.store.fetch(state, asked)
                if page is None:
                    self.count("made")
                    page, is_kept = self._make(known, asked, environ)
                    if isinstance(page, Flow):
                        return replace(page, tag=tag).answer(environ, start_response, self.caching)
                    return page.answer(environ, start_response, self.caching if is_kept else [])
        self.count("kept")
        return self.store.packed(state, asked, page).answer(environ, start_response, self.caching)

    def _is_silent(self, environ: Environ) -> bool:
        """Whether the database says nothing that answers such a request; asked when this is called."""
        try:
            if is_of_reader(environ):
                self.source.current()
            else:
                self.source.primary.current()
        except AwayError as away:
            return away.silent
        return False

    def _make(self, known: Known, asked: Asked, environ: Environ) -> tuple[Page | Flow, bool]:
        """The page, and whether it was kept: not if the record changed meanwhile, since it may show some of both."""
        page = _page_of(self.application, asked.environ(environ) | {READ: known.alias})
        if isinstance(page, Flow) or not page.may_be_kept:
            return page, False
        try:
            if self.source.current() != known:
                return page, False
        except AwayError:
            return page, False
        self.store.put(known.state, asked, page)
        return page, True

    def _while_away(self, asked: Asked, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        page = self.store.latest(asked)
        if page is None:
            return self.application(environ, start_response)
        self.count("away")
        with translation.override(translation.get_language_from_path(asked.path) or settings.LANGUAGE_CODE):
            return page.marked(render_to_string("parts/_away.html")).answer(environ, start_response, AWAY)


def caching() -> str:
    """How long browsers and shared caches may keep what all see alike."""
    lasting = f"s-maxage={settings.SHARED_CACHE_SECONDS}, " if settings.SHARED_CACHE_SECONDS else ""
    return f"public, max-age=0, {lasting}stale-if-error={STALE}"


def _page_of(application: Application, environ: dict[str, Any]) -> Page | Flow:
    """What Django answers."""
    told: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
        told[:] = [status, headers]

    answer = application(environ, start_response)
    close = getattr(answer, "close", lambda: None)
    try:
        pieces, flowing = read(answer)
    except BaseException:
        close()
        raise
    if flowing:
        return Flow(*told, flowing, close)
    close()
    return Page.made(*told, b"".join(pieces))


def gate(application: Application, count: Count = uncounted) -> Application:
    """The application with ready pages in front of it, if the settings want them; `count` as for `Gate`."""
    of_readers = source()
    application = Readers(application, of_readers)
    if not settings.READY_PAGES:
        return application
    store = Store(settings.READY_BYTES, shared(), code())
    return Gate(application, store, of_readers, count)


# The settings that pages show, and those that are in their headers: one that is not here leaves pages as they were
# before it changed. A test finds what the rooms of pages read and is not here.
SHOWN = [
    "LANGUAGES",
    "SITE_NAME",
    "SITE_DESCRIPTION",
    "SITE_MAKER",
    "SITE_CONTACT",
    "DATA_LIMIT",
    "STATIC_URL",
    "ALLOWED_HOSTS",
    "CONTENT_SECURITY_POLICY",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
]


def code() -> str:
    """A digest of what makes pages besides the record: this version of the site, and what its settings call it."""
    digest = hashlib.sha256(repr([getattr(settings, name) for name in SHOWN]).encode())
    for folder in ("talks", "templates", "static", "locale"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".po"):
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
