"""The id of each request: what is logged of it has the id, and so has the answer, so that one leads to the other."""

import logging
import re
import secrets
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from django.conf import settings

from talks.logs import request_id

HEADER = "X-Request-ID"
VALID = re.compile(r"[A-Za-z0-9._:-]{8,64}")
FAILED = "Something went wrong. If you report it, name this number: {}\n"

log = logging.getLogger(__name__)


class Identified:
    """The application, whose requests have ids: those that the proxy in front gave, else new ones.

    A new id is what tells this process from others, and a number: a page that is ready costs little more than that.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self._process, self._numbers = secrets.token_hex(8), count(1)
        self._trusts = settings.BEHIND_PROXY

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        own = environ.get("HTTP_X_REQUEST_ID") if self._trusts else None
        if own is None or not VALID.fullmatch(own):
            own = f"{self._process}-{next(self._numbers)}"
        request_id.set(own)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [*headers, (HEADER, own)], *exc_info)

        try:
            return self.application(environ, start)
        except Exception:
            log.exception("What stands in front of Django failed")
            start(
                "500 Internal Server Error",
                [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
            )
            return [FAILED.format(own).encode()]
