"""The language of the page: its locale, numbers, countries, languages and lists."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache, wraps
from itertools import groupby
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, ngettext, pgettext

from talks.models import OfRecord, Publisher
from talks.models.counts import Count
from talks.record.balance import UNKNOWN


def locale() -> Locale:
    """Babel's locale of the active language."""
    return _locale(get_language() or settings.LANGUAGE_CODE)


# Babel takes its time, and the same days and numbers recur on every page.
_locale = cache(Locale.parse)
_decimal = lru_cache(maxsize=4096)(format_decimal)

MANY = 5  # takes the plural of an unknown number, in every language of the site


def kept_by_language(tell: Callable[..., str]) -> Callable[..., str]:
    """The same function, whose words for the latest few thousand values are kept for each language.

    For one that follows from its arguments and the language alone; these must be plain values.
    """

    @lru_cache(maxsize=4096)
    def told_in(language: str | None, *values: Any) -> str:
        return tell(*values)

    @wraps(tell)
    def told(*values: Any) -> str:
        return told_in(get_language(), *values)

    return told


def country(code: str) -> str:
    """The name of a country by its ISO 3166 code; the code itself if there is none."""
    return locale().territories.get(code, code)


def language(code: str) -> str:
    """The name of a language by its ISO 639-1 code; the code itself if there is none."""
    return locale().languages.get(code, code)


def number(value: int) -> str:
    """A count with its thousands apart: 1,000."""
    return _decimal(value, locale=locale())


def count_in_words(count: Count) -> str:
    """A count as the article says it: “1,000”, “at least 1,000”, “about 250”, “200 to 250”."""
    return count.in_words(_words_of_counts(), number)


def noun_number(count: Count) -> int:
    """The number whose form a noun takes behind a count in words.

    Behind “about” and “up to” it is that of many, as their case asks for it: «близько 22 осіб», but «22 особи».
    """
    up_to = not count.low and bool(count.high) and not count.beyond
    return MANY if (count.slack or up_to) and count.named > 1 else count.named


def count_brief(count: Count) -> str:
    """A count where there is little room: “200–250”."""
    return count.in_words(_words_of_counts() | {"to": "%(low)s–%(high)s"}, number)


def _words_of_counts() -> dict[str, str]:
    return _counts_in(get_language())


@cache
def _counts_in(language: str | None) -> dict[str, str]:
    return {
        "at least": gettext("at least %(count)s"),
        "more than": gettext("more than %(count)s"),
        "up to": gettext("up to %(count)s"),
        "fewer than": gettext("fewer than %(count)s"),
        "about": pgettext("of a number", "about %(count)s"),
        "to": pgettext("from a number to a number", "%(low)s to %(high)s"),
    }


def count(value: int | Count) -> str:
    """So many, in words: a whole number, or a count as an article says it."""
    return count_in_words(value) if isinstance(value, Count) else number(value)


def share(part: int, whole: int) -> str:
    """How much of a whole a part is: “18.1%”; an empty text where there is no whole."""
    return format_percent(part / whole, format="#,##0.0%", locale=locale()) if whole else ""


def side(code: str) -> str:
    """A country of `talks.record.balance` in words."""
    return gettext("country not recorded") if code == UNKNOWN else country(code)


def ownership(value: str) -> str:
    """The ownership of a publisher in words."""
    return str(Publisher.Ownership(value).label) if value else gettext("Not recorded")


def all_of(names: Iterable[object]) -> str:
    """Names as a list in words: “Freedonia, Sylvania and Firefly”."""
    told = list(map(str, names))
    return get_text_list(told, pgettext("before the last of a list", "and")) if len(told) > 1 else "".join(told)


def some_of(names: Iterable[object], most: int) -> str:
    """The first of these names as a list in words, and how many more there are."""
    shown = list(names)
    left_out = len(shown) - most
    if left_out > 0:
        shown = [*shown[:most], ngettext("%(count)s more", "%(count)s more", left_out) % {"count": number(left_out)}]
    return all_of(shown)


def runs(numbers: Iterable[int]) -> list[str]:
    """Ascending numbers in short: three or more that follow each other as “1–3”."""
    by_run = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    found = [[number for _, number in pairs] for _, pairs in by_run]
    return [text for run in found for text in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run))]


def any_of(names: Iterable[object]) -> str:
    """Names as a choice in words: “round or swap”."""
    return get_text_list(list(map(str, names)), pgettext("before the last of a list", "or"))


def either(values: Iterable[str]) -> str:
    """Versions as one text, which is an `OfRecord` if they all are."""
    values, word = list(values), pgettext("between values that differ", "or")
    told = f" {word} ".join(values)
    return OfRecord(told) if values and all(isinstance(one, OfRecord) for one in values) else told
