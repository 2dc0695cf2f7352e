"""How a line of the log is made: in fields, as JSON where the site runs and readable where it is worked on.

Each line of a request has its id. What visitors search for or send is in none: addresses are written without their
query, tracebacks without the variables of their functions.
"""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog
from django.core.exceptions import DisallowedHost
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import (
    BoundLogger,
    LoggerFactory,
    ProcessorFormatter,
    add_log_level,
    add_logger_name,
    filter_by_level,
)

from talks.outage import Outage, outage_of

Fields = MutableMapping[str, Any]

# Of the request that this thread answers, until it is told another.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def with_request(logger: Any, name: str, fields: Fields) -> Fields:
    """The id of the request that the line belongs to."""
    return {**fields, "request_id": request_id.get()} if request_id.get() else fields


def without_tracebacks(logger: Any, name: str, fields: Fields) -> Fields:
    """What is no fault of the code is a line that says why, however often it happens.

    A table or column that is missing may be a fault of the code, so its traceback stays.
    """
    told = fields.get("exc_info")
    _, error, _ = sys.exc_info() if told is True else told or (None, None, None)
    if isinstance(error, DisallowedHost):
        del fields["exc_info"]  # the line is the error's own
    elif outage_of(error) not in (None, Outage.OUTDATED):
        del fields["exc_info"]
        fields["error"] = " ".join(str(error).split())
    return fields


def formatter(*, readable: bool) -> logging.Formatter:
    """What makes lines of all that is logged, by whichever library."""
    # Plain ones: the usual tracebacks of structlog show variables, passwords among them.
    last = [ConsoleRenderer(exception_formatter=plain_traceback)] if readable else [format_exc_info, JSONRenderer()]
    before = [TimeStamper(fmt="iso"), add_log_level, add_logger_name, with_request, without_tracebacks]
    return ProcessorFormatter(processors=[*before, ProcessorFormatter.remove_processors_meta, *last])


# What is logged through structlog goes the way of Python's own logging, and so do its lines.
structlog.configure(
    processors=[filter_by_level, ProcessorFormatter.wrap_for_formatter],
    logger_factory=LoggerFactory(),
    wrapper_class=BoundLogger,
    cache_logger_on_first_use=True,
)
