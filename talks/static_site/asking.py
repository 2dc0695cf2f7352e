"""What the site answers to a visitor without a session, by its own views and middleware."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.utils.translation import override

from talks.models import Revision
from talks.public.asking import inside


class FileRequest(WSGIRequest):
    """A request whose answer is kept as a file, which templates are told.

    `live`: the address of a site that answers what files cannot, or "": then the files are alone.
    """

    def __init__(self, environ: dict[str, Any], live: str) -> None:
        super().__init__(environ)
        self.as_files, self.live, self.is_alone = True, live, not live


@dataclass(frozen=True)
class Answer:
    address: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "")


class Visitor:
    """Asks the site as it is called by readers: `origin`, scheme and name alone."""

    def __init__(self, origin: str, live: str) -> None:
        self.origin, self.live = urlsplit(origin), live
        self._site = BaseHandler()
        self._site.load_middleware()

    def ask(self, address: str) -> Answer:
        """The answer to a GET."""
        with override(settings.LANGUAGE_CODE):  # which the site changes for itself
            response = self._site.get_response(FileRequest(self._environ(address), self.live))
            body = b"".join(response)
            response.close()
        return Answer(address, response.status_code, dict(response.items()), body)

    def _environ(self, address: str) -> dict[str, Any]:
        path, _, query = address.partition("?")
        secure = self.origin.scheme == "https"
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": inside(path),
            "QUERY_STRING": query,
            "SERVER_NAME": self.origin.hostname,
            "SERVER_PORT": str(self.origin.port or (443 if secure else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.origin.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": self.origin.scheme,
            "wsgi.input": BytesIO(),
        }
        if settings.SECURE_PROXY_SSL_HEADER:
            environ[settings.SECURE_PROXY_SSL_HEADER[0]] = self.origin.scheme
        return environ


@contextmanager
def without_lines_of_requests() -> Iterator[None]:
    """Nobody asked for a page, so that the log has no line for each; faults it still tells."""
    logger = logging.getLogger("django_structlog")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Whatever is read within is of one moment, however long that takes; nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    before = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # which takes no turn to write
    request_finished.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            Revision.current()  # from the first read on, the moment is the same
            yield
    finally:
        request_finished.connect(close_old_connections)
        if connection.vendor == "sqlite":
            connection.transaction_mode = before
