"""What one value in a file may be: slugs, days, counts, texts; with a sentence for people who write something else."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from django.core.exceptions import ValidationError as DjangoError
from django.db.models import Choices
from django.utils.translation import gettext
from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, PlainValidator, StringConstraints
from pydantic_core.core_schema import CoreSchema, literal_schema

from talks.models.counts import Count
from talks.models.findings import is_page
from talks.models.pages import page_address
from talks.models.rules import (
    MOST,
    MOST_PARAGRAPHS,
    MOST_SMALL,
    country_code,
    language_code,
    time_of_day,
    web_address,
    within_years,
)
from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.record import dates


def ruled(rule: Callable[[Any], None]) -> AfterValidator:
    """A rule of the columns (`talks.models.rules`) as a validator of a part of a file."""
    return AfterValidator(partial(passed, rule))


def passed(rule: Callable[[Any], None], value: Any) -> Any:
    """`value`, if it passes a rule of the columns; the rule's sentence otherwise, as files tell it."""
    try:
        rule(value)
    except DjangoError as error:
        told = error.messages[0].rstrip(".")
        raise ValueError(told[:1].lower() + told[1:]) from None
    return value


def page_of_site(text: str) -> str:
    """The address of a page as it is kept; a sentence for people otherwise."""
    passed(is_page, text)
    return page_address(text)


def exact_date(value: Any) -> datetime.date:
    """A day, from a date or ISO text; a sentence for people otherwise."""
    if isinstance(value, datetime.date):
        day, precision = value, "day"
    else:
        day, precision = dates.parse(str(value))
    if precision != "day":
        told = gettext("“%(text)s” is no exact date; write year, month and day, such as 2025-06-02")
        raise ValueError(told % {"text": value})
    return passed(within_years, day)


def partial_date(value: Any) -> str:
    """A date of which the month or the day may be unknown, as ISO text."""
    written = value.isoformat() if isinstance(value, datetime.date) else str(value)
    passed(within_years, dates.parse(written)[0])
    return written


def reported_count(most: int, value: Any) -> Count:
    """A count from a whole number, or from the words in which the article gives it."""
    if isinstance(value, bool | float) or not isinstance(value, int | str | Count):
        told = gettext("this is no count; write a number such as 1000, or its words, such as at least 1000")
        raise ValueError(told)
    try:
        count = Count.of(value)
    except DjangoError as error:
        raise ValueError(error.messages[0].rstrip(".")) from None
    if not count.largest > 0 or count.low < 0:
        raise ValueError(gettext("a count is at least 1; leave it out if no number is reported"))
    if count.largest > most:
        raise ValueError(gettext("it can be at most %(limit_value)s") % {"limit_value": most})
    return count


def each_once(slugs: list[str]) -> list[str]:
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise ValueError(f"“{slug}” stands here twice; keep one of them")
    return slugs


class OneOf:
    """That a text is one of these choices, as an annotation."""

    def __init__(self, choices: type[Choices]) -> None:
        self.choices = choices

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return literal_schema(list(self.choices.values))


AS_REPORTED = "as a number or in words: at least 1000, more than 1000, up to 300, about 250, 200 to 250"
Slug = Annotated[str, Field(pattern=f"^{SLUG}$", max_length=SLUG_LENGTH)]
Slugs = Annotated[list[Slug], Field(min_length=1, max_length=100), AfterValidator(each_once)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Day = Annotated[datetime.date, BeforeValidator(exact_date)]
PartialDay = Annotated[
    str,
    BeforeValidator(partial_date, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
TimeOfDay = Annotated[str, ruled(time_of_day), Field(json_schema_extra={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})]
Number = Annotated[int, Field(gt=0, le=MOST)]
Small = Annotated[int, Field(gt=0, le=MOST_SMALL)]
ReportedCount = Annotated[Count, PlainValidator(partial(reported_count, MOST), json_schema_input_type=Number | str)]
ReportedSize = Annotated[Count, PlainValidator(partial(reported_count, MOST_SMALL), json_schema_input_type=Small | str)]
Order = Annotated[int, Field(ge=0, le=MOST_SMALL)]
Url = Annotated[str, Field(max_length=500, json_schema_extra={"pattern": r"^https?://[^\s<>\"]+$"}), ruled(web_address)]
Country = Annotated[
    str,
    ruled(country_code),
    Field(description="Two capital letters of ISO 3166, such as TR.", json_schema_extra={"pattern": "^[A-Z]{2}$"}),
]
Language = Annotated[str, ruled(language_code), Field(json_schema_extra={"pattern": "^[a-z]{2}$"})]
Paragraph = Annotated[int, Field(gt=0, lt=10_000)]
Paragraphs = Annotated[
    list[Paragraph],
    Field(max_length=MOST_PARAGRAPHS, description="Numbers of the paragraphs that say it; [] if unknown."),
]


Released = Annotated[bool, Field(description="true: readers see it even while nothing published rests on it.")]
Reason = Annotated[
    Text, Field(max_length=300, description="Only of what looks improbable: why it is right all the same.")
]
