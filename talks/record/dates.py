"""Dates of which only the year or the month may be known.

In files, citations and code such a date is ISO text: "2022", "2022-04" or "2022-04-15". In an entry's columns it is a
day and a precision, the unknown part being 1, so that it can be sorted and compared.
"""

import datetime
import re

PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
PRECISIONS = {4: "year", 7: "month", 10: "day"}
LENGTHS = {precision: length for length, precision in PRECISIONS.items()}


def parse(text: str) -> tuple[datetime.date, str]:
    """(date, precision) of a partial date: "2022-04" gives (1 April 2022, "month").

    Raises ValueError with a sentence for people if the text is none, or no day of the calendar.
    """
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known")
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return datetime.date(year, month, day), PRECISIONS[len(text)]
    except ValueError:
        raise ValueError(f"“{text}” is not in the calendar; write a day that exists, such as 2025-06-02") from None


def text(day: datetime.date, precision: str) -> str:
    """The partial date as ISO text; the opposite of `parse`."""
    return day.isoformat()[: LENGTHS[precision]]


def agree(one: str, other: str) -> bool:
    """True if two partial dates (ISO text) can both be true: "2022" and "2022-04-15" can."""
    return one.startswith(other) or other.startswith(one)
