"""How long a page waits for PostgreSQL: of one that is frozen, the limits on time do not end either.

Its kernel still takes what is sent to it, so that the connection looks alive. Imported by the server alone
(`talks.wsgi`): commands wait as long as it takes.
"""

from functools import wraps
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.errors import _WaitTimeout

LIMIT = 30  # seconds that PostgreSQL gives a statement
PATIENCE = LIMIT + 5  # seconds for the same, after which it counts as away

wait = Connection.wait


@wraps(wait)
def bounded(connection: Connection, *args: Any, timeout: float | None = None, **options: Any) -> Any:
    """The same, for so many seconds, or as many as the connection is given; then the connection is closed."""
    most = getattr(connection, "patience", PATIENCE)
    try:
        return wait(connection, *args, timeout=most if timeout is None else timeout, **options)
    except _WaitTimeout as error:
        if timeout is not None:
            raise
        connection.close()  # nobody knows what it is in the midst of
        raise OperationalError(f"the server did not answer within {most} seconds") from error


Connection.wait = bounded  # type: ignore[method-assign]
