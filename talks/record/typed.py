"""What people type, read as they mean it: days, numbers, counts, paragraphs. None where it is nothing of the sort.

What could be meant in two ways is not guessed: it is refused, with the forms that there are.
"""

import datetime
import re
from functools import cache

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from talks.models.counts import read_count, whole_number

__all__ = ["day", "months", "numbers_of_day", "paragraphs", "partial_date", "read_count", "whole_number"]
DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
DAY_FIRST = re.compile(r"([0-9]{1,2})\.? ([^\W\d_]+)\.?,? ([0-9]{4})(?: ?(?:р|р\.|року))?")
MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2}),? ([0-9]{4})")
MONTH = re.compile(r"([^\W\d_]+)\.? ([0-9]{4})")
PARAGRAPHS = re.compile(r"([1-9][0-9]{0,3})(?:-([1-9][0-9]{0,3}))?")


def day(text: str) -> datetime.date:
    """The day that was typed: “2025-06-02”, “2 June 2025” in any language of the site, or “02.06.2025”.

    Raises `ValidationError` that names these forms.
    """
    plain = " ".join(text.split()).casefold()
    numbers = numbers_of_day(plain)
    if numbers is None:
        told = gettext("“%(text)s” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025.")
        raise ValidationError(told % {"text": text})
    try:
        return datetime.date(*numbers)
    except ValueError:
        told = gettext("“%(text)s” is not in the calendar; write a day that exists, such as 2025-06-02.")
        raise ValidationError(told % {"text": text}) from None


def partial_date(text: str) -> str:
    """A day or a month that was typed, as ISO text; the text itself where it is neither."""
    plain = " ".join(text.split()).casefold()
    if (match := MONTH.fullmatch(plain)) and match[1] in months():
        return f"{match[2]}-{months()[match[1]]:02}"
    return day(text).isoformat() if numbers_of_day(plain) else text


def numbers_of_day(text: str) -> tuple[int, int, int] | None:
    """(year, month, day) as they are typed; None if it is in none of the forms."""
    if match := ISO.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := DOTTED.fullmatch(text):
        return int(match[3]), int(match[2]), int(match[1])
    if (match := DAY_FIRST.fullmatch(text)) and match[2] in months():
        return int(match[3]), months()[match[2]], int(match[1])
    if (match := MONTH_FIRST.fullmatch(text)) and match[1] in months():
        return int(match[3]), months()[match[1]], int(match[2])
    return None


@cache
def months() -> dict[str, int]:
    """{name: number} of the months in all languages of the site, in small letters, without full stops."""
    found: dict[str, int] = {}
    for code, _name in settings.LANGUAGES:
        for forms in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                found |= {name.casefold().rstrip("."): number for number, name in forms[width].items()}
    return found


def paragraphs(text: str) -> list[int]:
    """The paragraphs that were typed, in order: “7, 3-4” gives [3, 4, 7].

    Raises ValueError with what is no paragraph.
    """
    found: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text))):
        match = PARAGRAPHS.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if last < first:
            raise ValueError(part)
        found.update(range(first, last + 1))
    return sorted(found)
