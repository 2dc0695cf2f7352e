"""Dates of which only the year or the month may be known.

In files, citations and code such a date is ISO text: "2022", "2022-04" or "2022-04-15". In an entry's columns it is a
day and a precision, the unknown part being 1, so that it can be sorted and compared.
"""

import calendar
import datetime
import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext

PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
PRECISIONS = {4: "year", 7: "month", 10: "day"}
LENGTHS = {precision: length for length, precision in PRECISIONS.items()}


@lru_cache(maxsize=16_384)  # totals ask for the same days over and over
def parse(text: str) -> tuple[datetime.date, str]:
    """(date, precision) of a partial date: "2022-04" gives (1 April 2022, "month").

    Raises ValueError with a sentence for people if the text is none, or no day of the calendar.
    """
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        told = gettext("“%(text)s” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known")
        raise ValueError(told % {"text": text})
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return datetime.date(year, month, day), PRECISIONS[len(text)]
    except ValueError:
        told = gettext("“%(text)s” is not in the calendar; write a day that exists, such as 2025-06-02")
        raise ValueError(told % {"text": text}) from None


def text(day: datetime.date, precision: str) -> str:
    """The partial date as ISO text; the opposite of `parse`."""
    return day.isoformat()[: LENGTHS[precision]]


def last_of(text: str) -> datetime.date:
    """The last day that a partial date can mean: “2022-04” gives 30 April 2022."""
    first, precision = parse(text)
    if precision == "year":
        return first.replace(month=12, day=31)
    return last_of_month(first) if precision == "month" else first


def last_of_month(day: datetime.date) -> datetime.date:
    """The last day of the month that `day` is in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_between(start: datetime.date, end: datetime.date) -> Iterator[datetime.date]:
    """The first days of the months from `start` to `end`."""
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = last_of_month(month) + datetime.timedelta(days=1)


def agree(one: str, other: str) -> bool:
    """True if two partial dates (ISO text) can both be true: "2022" and "2022-04-15" can."""
    return one.startswith(other) or other.startswith(one)
