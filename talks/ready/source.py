"""Which database answers readers: the replica while it does, else the primary; and in which state its record is.

The state and the rows of a page come from the same database, so that one which lags behind gives older pages under the
older state, and never under the new one.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import connections

from talks.ready.asked import Environ, is_of_reader
from talks.ready.page import Application, Headers, StartResponse
from talks.ready.state import AwayError, State
from talks.replica import PRIMARY, REPLICA, read_from

REST = 30  # seconds in which a replica that was away is not asked again
READ = "talks.read"  # in a request that the gate makes: the database whose state it knows
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """The state of the record, and the database that is in it."""

    state: str
    alias: str = PRIMARY


class Source:
    """The databases that readers may be answered from."""

    def __init__(self, primary: State, replica: State | None = None) -> None:
        self.primary, self.replica = primary, replica
        self._told = False

    def current(self) -> Known:
        """The state of the replica, or of the primary where there is none that answers. Raises `AwayError`."""
        if self.replica is not None:
            try:
                state = self.replica.current()
            except AwayError:
                self._tell()
            else:
                self._told = False
                return Known(state, REPLICA)
        was_resting = self.primary.is_resting
        try:
            return Known(self.primary.current())
        except AwayError:
            if self.replica is None or was_resting:
                raise
            # The primary was just asked in vain: a replica that came back meanwhile is better than nobody.
            self.replica.wake()
            with suppress(AwayError):
                return Known(self.replica.current(), REPLICA)
            raise

    def alias(self) -> str:
        """The database that a reader is answered from whose page is not kept."""
        return REPLICA if self.replica is not None and not self.replica.is_resting else PRIMARY

    def failed(self) -> None:
        """Leave the replica alone for a while."""
        if self.replica is not None:
            self.replica.rest()
            self._tell()

    def _tell(self) -> None:
        if not self._told:
            logger.warning("The replica does not answer; readers are answered by the primary until it does")
        self._told = True


class Readers:
    """Django, whose queries go to the database that the visitor is answered from.

    What the replica could not answer, because it is just going away or stopped a query, the primary is asked.
    """

    def __init__(self, application: Application, source: Source) -> None:
        self.application, self.source = application, source

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        alias = environ.get(READ) or (self.source.alias() if is_of_reader(environ) else PRIMARY)
        # Not taken back after the answer, which may read on while it is sent; the next request says its own.
        read_from(alias)
        if alias == PRIMARY:
            return self.application(environ, start_response)
        told: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> None:
            told[:] = [status, headers]

        answer = self.application(dict(environ), remember)
        if not told[0].startswith("503"):
            start_response(*told)
            return answer
        if close := getattr(answer, "close", None):
            close()
        self.source.failed()
        read_from(PRIMARY)
        return self.application(environ, start_response)


def source() -> Source:
    """The one of this process, as the settings have it."""
    replica = State(connections[REPLICA], REST) if REPLICA in connections.settings else None
    return Source(State(connections[PRIMARY]), replica)
