"""A day that somebody looks for in words, and where it leads."""

import datetime
import re
from functools import cache

from django.db.models import F, Q

from talks.derived.stems import words_in
from talks.models import Entry, Seen
from talks.record import typed

DAY = re.compile(r"(\d\d?)(?:st|nd|rd|th)?", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)


def days_asked(seen: Seen, text: str) -> list[datetime.date]:
    """The day that a text means if it is a date and nothing else: “2025-06-02”, “02.06.2025”, “2 червня 2025”.

    Without a year, as in “2 June”, these are all days so called on which entries stand, newest first.
    """
    year, month, day = typed.numbers_of_day(text.strip().casefold()) or _words_in_order(words_in(text)) or (None, 0, 0)
    if not month:
        return []
    years = [year] if year is not None else _years_with(seen, month, day)
    return [one for one in (_in_calendar(year, month, day) for year in years) if one]


def _words_in_order(words: list[str]) -> tuple[int | None, int, int] | None:
    """(year or None, month, day) of “2 June 2025”, “June 2” and the like."""
    if not 2 <= len(words) <= 3 or (words[2:] and not YEAR.fullmatch(words[2])):
        return None
    named, numbered = sorted(words[:2], key=lambda word: word[0].isdigit())
    day, month = DAY.fullmatch(numbered), _months().get(named)
    return (int(words[2]) if words[2:] else None, month, int(day[1])) if day and month else None


@cache
def _months() -> dict[str, int]:
    """{name as search reads it: number} of the months."""
    return {words_in(name)[0]: number for name, number in typed.months().items()}


def _years_with(seen: Seen, month: int, day: int) -> list[int]:
    """The years in which entries stand on this day, newest first."""
    entries = Entry.objects.visible(seen).filter(Q(stands__month=month, stands__day=day) | Q(ends__gt=F("stands")))
    periods = set(entries.order_by().values_list("stands", "ends"))
    last = max((ends or stands for stands, ends in periods), default=None)
    first = min((stands for stands, _ends in periods), default=None)
    days = [_in_calendar(year, month, day) for year in range(last.year, first.year - 1, -1)] if last and first else []
    return [one.year for one in days if one and any(start <= one <= (end or start) for start, end in periods)]


def _in_calendar(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
