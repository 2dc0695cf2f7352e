"""What a value must be, whichever way it comes in: columns, forms and article files check it by these.

Each is a validator of Django: raises `ValidationError` with a sentence that says what is wrong and what would be right.
"""

import datetime
import re
from functools import cache
from textwrap import shorten
from urllib.parse import urlsplit

from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, URLValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

YEARS = range(1900, 2101)
MOST = 9_999_999  # people, minutes
MOST_SMALL = 32_767  # what a small column holds in every database
MOST_PARAGRAPHS = 40  # that one report names
NO_COUNTRIES = {"EZ", "QO", "XA", "XB", "ZZ"}  # of Babel's territories: groups, tests, “unknown”
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # no database and no page takes them

is_web_address = URLValidator(["http", "https"])


def brief(text: str) -> str:
    """As much of a text as a sentence about it quotes."""
    return shorten(text, 60, placeholder="…")


def at_most(most: int) -> MaxValueValidator:
    """That a number is no more than this."""
    return MaxValueValidator(most, _("It can be at most %(limit_value)s."))


# Days


def within_years(day: datetime.date) -> None:
    """That a day is of a year that can be meant."""
    if day.year not in YEARS:
        told = gettext("The year %(year)s cannot be meant; it must be from %(first)s to %(last)s.")
        raise ValidationError(told % {"year": day.year, "first": YEARS[0], "last": YEARS[-1]})


def partial_date(text: str) -> None:
    """That a text is a day, a month or a year as files write them: “2025-06-02”, “2025-06”, “2025”."""
    match = re.fullmatch("([0-9]{4})(-[0-9]{2})?(-[0-9]{2})?", text)
    try:
        within_years(datetime.date.fromisoformat("".join(part or "-01" for part in match.groups()) if match else text))
    except ValueError:
        told = gettext("“%(text)s” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known")
        raise ValidationError(told % {"text": brief(text)} + ".") from None


def today() -> datetime.date:
    return timezone.localdate()


def not_in_the_future(day: datetime.date) -> None:
    """That a day can be the day of an article that is there."""
    if day > today() + datetime.timedelta(days=1):  # a day ahead: it may be tomorrow where they publish
        told = gettext("%(day)s is in the future; write the day on which the article was published.")
        raise ValidationError(told % {"day": day})


def time_of_day(text: str) -> None:
    """That a text is hours and minutes as reported rows hold them: “09:05”."""
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text):
        told = gettext("“%(text)s” is no time of day; write hours and minutes, such as 09:30 or 14:05.")
        raise ValidationError(told % {"text": brief(text)})


# Codes


@cache
def countries(language: str) -> dict[str, str]:
    """{code of ISO 3166: name} of all countries, and of areas that have a code."""
    names = Locale.parse(language).territories
    return {code: name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES}


@cache
def languages(language: str) -> dict[str, str]:
    """{code of ISO 639-1: name} of all languages that have one."""
    return {code: name for code, name in Locale.parse(language).languages.items() if re.fullmatch("[a-z]{2}", code)}


def country_code(text: str) -> None:
    """That a text is the code of a country."""
    if text not in countries("en"):
        alias = get_global("territory_aliases").get(text.upper(), [text.upper()])
        near = alias[0] if alias[0] in countries("en") else _code_of(text, countries)
        raise ValidationError(_no_code(gettext("“%(text)s” is no country code"), text, near or "TR", bool(near)))


def language_code(text: str) -> None:
    """That a text is the code of a language."""
    if text not in languages("en"):
        spoken = get_official_languages(text.upper())
        near = next((code for code in (text.lower(), *spoken) if code in languages("en")), None)
        near = near or _code_of(text, languages)
        raise ValidationError(_no_code(gettext("“%(text)s” is no language code"), text, near or "en", bool(near)))


def _code_of(name, names):
    """The code of a country or language that is called so in English; None if there is none."""
    return next((code for code, known in names("en").items() if known.casefold() == name.casefold()), None)


def _no_code(told, text, code, near):
    """A sentence that ends with the code that is meant, or with one for an example."""
    text = brief(text)
    if near:
        return gettext("%(told)s; write %(code)s.") % {"told": told % {"text": text}, "code": code}
    if code.isupper():
        right = gettext("write two capital letters of ISO 3166, such as %(code)s")
    else:
        right = gettext("write two small letters of ISO 639-1, such as %(code)s")
    return f"{told % {'text': text}}; {right % {'code': code}}."


# Addresses and texts


def web_address(text: str) -> None:
    """That a text is a whole address of the web, without a name or password in it."""
    try:
        is_web_address(text)
        named = urlsplit(text).username is not None
    except (ValidationError, ValueError):
        told = gettext("“%(text)s” is no address; write it in full, from https:// on.")
        raise ValidationError(told % {"text": brief(text)}) from None
    if named:
        raise ValidationError(gettext("This address holds a name or a password before the “@”; take them out."))


def fit_text(text: str) -> None:
    """That a text has no letters that a file or a page could not hold."""
    if UNFIT.search(text):
        raise ValidationError(gettext("This text holds a control character; take it out."))


def paragraph_numbers(text: str) -> None:
    """That a text is numbers of paragraphs as reported rows hold them: “3, 7”."""
    if not re.fullmatch(r"[1-9][0-9]{0,3}(, [1-9][0-9]{0,3})*", text):
        raise ValidationError(gettext("Write paragraph numbers with commas between, such as 3, 7."))
    if text.count(",") >= MOST_PARAGRAPHS:
        raise ValidationError(gettext("One report names at most 40 paragraphs; name those that say it."))
