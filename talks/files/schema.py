"""What an article file and the reference files may hold: the one declaration of the format.

The JSON Schema that people's editors use comes from here (`python manage.py article_schema`). Field descriptions are
written for the people who write the files. Texts are in own words throughout.
"""

import datetime
from textwrap import shorten
from typing import Annotated, Any, Self

from django.db.models import Choices
from django.utils import timezone
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core.core_schema import CoreSchema, literal_schema

from talks.files.reader import Document, Place, Problem, did_you_mean
from talks.models import Event, Party, Proposal, Publisher, Round, Swap, Transfer
from talks.models.reports import Delegation
from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.record import dates

YEARS = range(1900, 2101)


def exact_date(value: Any) -> datetime.date:
    """A day, from a date or ISO text; a sentence for people otherwise."""
    if isinstance(value, datetime.date):
        day, precision = value, "day"
    else:
        day, precision = dates.parse(str(value))
    if precision != "day":
        raise ValueError(f"“{value}” is no exact date; write year, month and day, such as 2025-06-02")
    return within_years(day)


def partial_date(value: Any) -> str:
    """A date of which the month or the day may be unknown, as ISO text."""
    written = value.isoformat() if isinstance(value, datetime.date) else str(value)
    within_years(dates.parse(written)[0])
    return written


def within_years(day: datetime.date) -> datetime.date:
    if day.year not in YEARS:
        raise ValueError(f"the year {day.year} cannot be meant; it must be from {YEARS[0]} to {YEARS[-1]}")
    return day


def not_in_the_future(day: datetime.date) -> datetime.date:
    if day > timezone.localdate() + datetime.timedelta(days=1):  # a day ahead: it may be tomorrow where they publish
        raise ValueError(f"{day} is in the future; write the day on which the article was published")
    return day


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
Count = Annotated[int, Field(gt=0, lt=10_000_000)]
Small = Annotated[int, Field(gt=0, le=32_767)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Two capital letters of ISO 3166, such as TR.")]
Paragraph = Annotated[int, Field(gt=0, lt=10_000)]
Paragraphs = Annotated[
    list[Paragraph], Field(max_length=40, description="Numbers of the paragraphs that say it; [] if unknown.")
]


class Part(BaseModel):
    """Any part of a file: no unknown names, no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ArticlePart(Part):
    slug: Slug = Field(description="Publisher, date, a few words; also the name of the file.")
    publisher: Slug = Field(description="Slug of the site that published the page.")
    agency: Slug | None = Field(None, description="Slug of the agency whose report the page republishes.")
    title: Annotated[Text, Field(max_length=300)] = Field(description="Exact title; [in brackets] if it has none.")
    byline: Line | None = None
    url: Url | None = None
    archived_url: Url | None = None
    published: Annotated[Day, AfterValidator(not_in_the_future)]
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = Field(description="ISO 639-1, such as en.")
    summary: Text | None = Field(None, description="Own words.")
    retracted: Annotated[Day, AfterValidator(not_in_the_future)] | None = Field(
        None, description="Day on which its publisher withdrew it."
    )
    updated: Annotated[Day, AfterValidator(not_in_the_future)] | None = Field(
        None, description="Day on which its publisher last changed what it says, if after it was published."
    )
    notice: Text | None = Field(
        None, description="Own words: why it was retracted, or what was changed; with `retracted` or `updated` only."
    )

    @model_validator(mode="after")
    def is_published_first(self) -> Self:
        for name, day in (("retracted", self.retracted), ("updated", self.updated)):
            if day and day < self.published:
                raise ValueError(f"`{name}` is {day}, before it was published on {self.published}; correct one of them")
        if self.notice and not (self.retracted or self.updated):
            raise ValueError("`notice` needs the day of what it tells of: write `retracted` or `updated` too")
        return self


class MemberPart(Part):
    person: Slug
    title: Annotated[Text, Field(max_length=250)] | None = Field(None, description="Office, as reported at the time.")
    head: bool | None = Field(None, description="true: the head; false: called a plain member; left out: neither said.")
    paragraphs: Paragraphs


class DelegationPart(Part):
    party: Slug
    role: Annotated[str, OneOf(Delegation.Role)] = "party"
    size: Small | None = Field(None, description="Number of people as reported; the members listed may be fewer.")
    expected: bool = Field(False, description="True if the article only announces them.")
    note: Text | None = None
    paragraphs: Paragraphs
    members: list[MemberPart] = []


class TransferPart(Part):
    date: Day | None = Field(None, description="Left out if the article gives none.")
    start: Day | None = Field(None, description="With `end`, instead of `date`: a total of several days.")
    end: Day | None = None
    from_: Slug = Field(alias="from", description="Party that handed over.")
    to: Slug = Field(description="Party that received.")
    kind: Annotated[str, OneOf(Transfer.TransferKind)]
    count: Count | None = Field(None, description="Left out if not reported.")
    paragraphs: Paragraphs

    @model_validator(mode="after")
    def is_a_day_or_a_total(self) -> Self:
        if (self.start is None) != (self.end is None) or (self.date and self.start):
            raise ValueError("write `date` for one day, or `start` and `end` for a total of several days")
        if self.start and self.end and self.end <= self.start:
            raise ValueError(f"the total ends on {self.end}, which is not after its start {self.start}")
        if self.from_ == self.to:
            raise ValueError(f"it goes from “{self.to}” to “{self.to}”; name the other party in one of them")
        return self


class ProvisionPart(Part):
    key: Annotated[Slug, Field(max_length=80)] = Field(description="The same in every article on this demand.")
    number: Small | None = Field(None, description="Its point in the text, where the article gives it.")
    issue: Slug
    text: Text = Field(description="One demand or offer, in own words.")
    paragraphs: Paragraphs


class EntryPart(Part):
    """What a file may say of an entry of any kind."""

    slug: Slug = Field(description="Its identity, the same in every file. A round: city and date of the first day.")
    title: Line = Field(description="The same in every file.")
    draft: bool = Field(False, description="true: a new entry is not public until an editor publishes it.")
    summary: Text | None = Field(None, description="In the file that introduces the entry: what readers see first.")
    note: Text | None = Field(None, description="What this article adds.")
    start: PartialDay | None = Field(None, description='First day; "2022-04" or "2022" if no more is known.')
    end: Day | None = Field(None, description="Last day, only if it lasted more than one.")
    process: Slug | None = Field(None, description="The series of talks that it belongs to.")
    parties: Slugs | None = None
    issues: Slugs | None = None
    paragraphs: Paragraphs
    paragraphs_of: dict[str, Paragraphs] | None = Field(
        None, description="Of single facts, where they differ: {city: [3]}. Without it, `paragraphs` hold for all."
    )

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.start and self.end and self.end < dates.parse(self.start)[0]:
            raise ValueError(f"it ends on {self.end}, before it starts on {self.start}; correct one of them")
        return self

    @model_validator(mode="after")
    def paragraphs_are_of_reported_facts(self) -> Self:
        for name in self.paragraphs_of or {}:
            if name not in FACTS_OF[type(self)] or getattr(self, FACTS_OF[type(self)][name]) is None:
                raise ValueError(f"paragraphs_of names “{name}”, which is no fact that this entry gives here")
        return self


class RoundPart(EntryPart):
    number: Small | None = Field(None, description="In its process, only if the article says it.")
    status: Annotated[str, OneOf(Round.RoundStatus)] | None = Field(None, description="As of the day of the article.")
    city: Annotated[Line, Field(max_length=100)] | None = None
    country: Country | None = None
    venue: Line | None = None
    duration_minutes: Count | None = None
    outcome: Text | None = Field(None, description="What came of it, in the first file that knows it.")
    delegations: list[DelegationPart] = []


class SwapPart(EntryPart):
    status: Annotated[str, OneOf(Swap.SwapStatus)] | None = Field(None, description="As of the day of the article.")
    agreed_at: Slug | None = Field(None, description="The round that agreed it.")
    mediators: Slugs | None = Field(None, description="Parties that helped.")
    transfers: list[TransferPart] = []


class ProposalPart(EntryPart):
    start: PartialDay | None = Field(None, alias="date", description="Day on which it was handed over or became known.")
    form: Annotated[str, OneOf(Proposal.Form)] | None = None
    status: Annotated[str, OneOf(Proposal.ProposalStatus)] | None = Field(
        None, description="As of the day of the article."
    )
    coverage: Annotated[str, OneOf(Proposal.Coverage)] | None = Field(
        None, description="whole: the whole text was read for this."
    )
    presented_at: Slug | None = Field(None, description="The round at which it was tabled.")
    supersedes: Slug | None = Field(None, description="The proposal that it replaces.")
    answers: Slug | None = Field(None, description="The other side's proposal that it answers, if the article says so.")
    provisions: list[ProvisionPart] = []

    @model_validator(mode="after")
    def names_others(self) -> Self:
        if self.supersedes == self.slug:
            raise ValueError("it supersedes itself; name the earlier proposal, or leave it out")
        if self.answers == self.slug:
            raise ValueError("it answers itself; name the other side's proposal, or leave it out")
        return self


class EventPart(EntryPart):
    event_kind: Annotated[str, OneOf(Event.EventKind)] | None = Field(
        None, alias="kind", description="What sort of event it is."
    )


class AccountPart(Part):
    entry: Slug = Field(description="The entry that is described; any file may introduce it.")
    party: Slug
    speaker: Slug | None = Field(None, description="The person, if named.")
    text: Text
    paragraphs: Paragraphs


class ArticleFile(Part):
    """One news article and all that it reports."""

    article: ArticlePart
    rounds: list[RoundPart] = []
    swaps: list[SwapPart] = []
    proposals: list[ProposalPart] = []
    events: list[EventPart] = []
    accounts: list[AccountPart] = []


# The facts each part can give: name in the file → column of the entry, which is also the attribute here.
PARTS: dict[Any, type[EntryPart]] = {Round: RoundPart, Swap: SwapPart, Proposal: ProposalPart, Event: EventPart}
FACTS_OF: dict[type[Part], dict[str, str]] = {
    part: {field.alias or name: name for name in model.FACTS if (field := part.model_fields.get(name))}
    for model, part in PARTS.items()
}


class ProcessPart(Part):
    slug: Slug
    title: Line
    summary: Text | None = None
    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.end and (not self.start or self.end < self.start):
            raise ValueError(f"the series ends on {self.end}, before it starts; correct `start` or `end`")
        return self


class PartyPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=100)]
    aliases: list[Line] = Field([], description="Other names, in any language; search takes each for this party.")
    short: Annotated[Line, Field(max_length=6)]
    kind: Annotated[str, OneOf(Party.PartyKind)]
    country: Country | None = None
    order: Annotated[int, Field(ge=0, le=32_767)] = 0
    colour: Annotated[int, Field(ge=0, le=5)] = Field(0, description="Slot in the palette; 0 is the shared grey.")


class PersonPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=150)] = Field(description="Most used English spelling.")
    aliases: list[Line] = []
    party: Slug | None = None


class LocationPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=100)] = Field(description="As entries here spell it.")
    aliases: list[Line] = Field([], description="Other names, in any language; search takes each for this place.")


class IssuePart(Part):
    slug: Slug
    title: Annotated[Line, Field(max_length=100)]
    group: Annotated[Line, Field(max_length=100)]
    order: Annotated[int, Field(ge=0, le=32_767)] = 0
    description: Text | None = None


class PublisherPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=150)]
    country: Country | None = None
    kind: Annotated[str, OneOf(Publisher.PublisherKind)]
    ownership: Annotated[str, OneOf(Publisher.Ownership)] | None = None


def validated(part: type[Part], document: Document, place: Place = ()) -> tuple[Any, list[Problem]]:
    """(the `part` that the document holds at `place`, []), or (None, problems), each with its line and a remedy."""
    try:
        return part.model_validate(document.at(place)), []
    except ValidationError as error:
        told_all = [told(part, detail) for detail in error.errors()]
        return None, [document.problem((*place, *inner), message) for inner, message in told_all]


def told(part: type[Part], detail: Any) -> tuple[Place, str]:
    """(place, sentence) of one of pydantic's errors, in words that say what would be right."""
    place, context = tuple(detail["loc"]), detail.get("ctx", {})
    given, value = detail["input"], shorten(str(detail["input"]), 60, placeholder="…")
    match detail["type"]:
        case "missing":
            return place, "this is missing; add it"
        case "extra_forbidden":
            known = names_at(part, place[:-1])
            guess = did_you_mean(place[-1], known)
            return place, f"there is no such field here.{guess} There are: {', '.join(known)}"
        case _ if given is None:
            return place, "nothing stands here; fill it in or leave it out"
        case "literal_error":
            known = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            return place, f"“{value}” is not one of {', '.join(known)}.{did_you_mean(value, known)}"
        case "string_pattern_mismatch" if place[-1] in ("url", "archived_url"):
            return place, f"“{value}” is no address; write it in full, from https:// on"
        case "string_pattern_mismatch" if place[-1] == "country":
            return place, f"“{value}” is no country code; write two capital letters, such as TR"
        case "string_pattern_mismatch" if place[-1] == "language":
            return place, f"“{value}” is no language code; write two small letters, such as en"
        case "string_pattern_mismatch":
            return place, f"“{value}” is no slug; use small letters, digits and single hyphens"
        case "string_type":
            return place, f"“{value}” is {kind_of(given)}, text is needed; put it in quotes if it is meant as text"
        case "int_type" | "int_from_float" | "int_parsing":
            return place, f"“{value}” is {kind_of(given)}, a whole number is needed; write it in digits, without quotes"
        case "bool_type":
            return place, f"“{value}” is {kind_of(given)}; write true or false, without quotes"
        case "list_type":
            return place, f"this is {kind_of(given)}, a list is needed; write [{value}] or one line with “- ” for each"
        case "model_type" | "model_attributes_type" | "dict_type":
            return place, f"this is {kind_of(given)}, fields with names are needed, such as “slug: …”"
        case "greater_than":
            return place, f"{value} is too small; it must be at least {context['gt'] + 1}. Leave it out if unknown"
        case "less_than" | "less_than_equal" | "greater_than_equal":
            return place, f"{value} is out of range; {detail['msg'].lower()}"
        case "string_too_short" | "too_short":
            return place, "this is empty; fill it in or leave it out"
        case "string_too_long" | "too_long":
            what = "entries" if isinstance(given, list) else "characters"
            return place, f"this is too long, {len(given)} {what}; shorten it to {context['max_length']} or fewer"
        case "value_error":
            return place, str(context["error"])
        case _:
            return place, detail["msg"]


def kind_of(value: object) -> str:
    names = {bool: "true or false", int: "a number", str: "text", list: "a list", dict: "fields with names"}
    return names.get(type(value), "a date")


def names_at(part: Any, place: Place) -> list[str]:
    """The field names that `part` allows at `place`."""
    for step in place:
        if isinstance(step, str):
            field = next(f for name, f in part.model_fields.items() if step in (name, f.alias))
            part = next(
                t for t in (field.annotation, *getattr(field.annotation, "__args__", ())) if hasattr(t, "model_fields")
            )
    return [field.alias or name for name, field in part.model_fields.items()]
