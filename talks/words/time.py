"""Days, months, periods and lengths."""

import datetime
from functools import lru_cache

from babel.dates import format_date
from django.utils.translation import gettext, pgettext

from talks.record import dates
from talks.words.language import locale

MOMENT = "%Y-%m-%dT%H:%M:%S.%f"  # in addresses

formatted = lru_cache(maxsize=4096)(format_date)


def length(minutes: int) -> str:
    """Minutes in words: 65 gives “1 h 5 min”."""
    hours, rest = divmod(minutes, 60)
    parts = [gettext("%(hours)s h") % {"hours": hours}] if hours else []
    parts += [gettext("%(minutes)s min") % {"minutes": rest}] if rest else []
    return " ".join(parts)


def day(date: datetime.date) -> str:
    """A day in words: “2 June 2025”."""
    return formatted(date, "d MMMM y", locale=locale())


def month(date: datetime.date) -> str:
    """A month in words, as a heading: “June 2025”."""
    return formatted(date, "LLLL y", locale=locale())


def month_alone(date: datetime.date) -> str:
    """The name of a month: “June”."""
    return formatted(date, "LLLL", locale=locale())


def month_short(date: datetime.date) -> str:
    """The name of a month where there is little room: “Jun”."""
    return formatted(date, "LLL", locale=locale())


def year(date: datetime.date) -> str:
    """A year: “2025”."""
    return str(date.year)


def day_and_month(date: datetime.date) -> str:
    """A day under words that give the year: “2 June”."""
    return formatted(date, "d MMMM", locale=locale())


def weekday(date: datetime.date) -> str:
    """“Monday”."""
    return formatted(date, "cccc", locale=locale())


def partial_date(text: str) -> str:
    """A partial date (ISO text) in words: “2 June 2025”, “June 2025”, “2025”."""
    start, precision = dates.parse(text)
    return {"day": day, "month": month, "year": year}[precision](start)


def period(start: datetime.date, end: datetime.date | None) -> str:
    """Two days in words, without saying anything twice: “23–25 May 2025”, “30 May – 2 June 2025”."""
    if not end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    if start.year == end.year:
        return f"{day_and_month(start)} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def partial_period(start: str, end: str | None) -> str:
    """Two partial dates (ISO text) in words, or one: “23–25 May 2025”, “May 2025 – June 2025”."""
    if not end:
        return partial_date(start)
    (first, known), (last, also_known) = dates.parse(start), dates.parse(end)
    if known == also_known == "day":
        return period(first, last)
    return f"{partial_date(start)} – {partial_date(end)}"


def since_day(date: datetime.date) -> str:
    return gettext("from %(day)s") % {"day": day(date)}


def until_day(date: datetime.date) -> str:
    return gettext("to %(day)s") % {"day": day(date)}


def months(since: datetime.date | None, until: datetime.date | None) -> str:
    """A period in words, by months where it is made of whole ones: “May to July 2025”, “from 3 May 2025”."""
    if since is None or until is None:
        return since_day(since) if since else until_day(until) if until else ""
    whole = since.day == 1 and (until + datetime.timedelta(days=1)).day == 1
    if not whole:
        return period(since, until if until != since else None)
    if (since.month, until.month) == (1, 12):
        return year(since) if since.year == until.year else _single(year(since), year(until))
    if (since.year, since.month) == (until.year, until.month):
        return month(until)
    if since.year == until.year:
        return _single(month_alone(since), month(until))
    return gettext("%(first)s to %(last)s") % {"first": month(since), "last": month(until)}


def _single(first: str, last: str) -> str:
    return pgettext("single words, such as months of one year", "%(first)s to %(last)s") % {
        "first": first,
        "last": last,
    }
