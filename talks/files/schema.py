"""What an article file and the reference files may hold: the one declaration of the format.

The JSON Schema that people's editors use comes from here (`python manage.py article_schema`). Field descriptions are
written for the people who write the files. Texts are in own words throughout.
"""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Self

from django.core.exceptions import ValidationError as DjangoError
from django.db.models import Choices
from django.utils.translation import gettext
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    StringConstraints,
    create_model,
    model_validator,
)
from pydantic_core.core_schema import CoreSchema, literal_schema

from talks.models import (
    Entry,
    Event,
    Issue,
    Location,
    Party,
    Person,
    Process,
    Proposal,
    Publication,
    Publisher,
    Round,
    Swap,
    Transfer,
)
from talks.models.counts import Count
from talks.models.findings import is_page
from talks.models.pages import page_address
from talks.models.reports import Delegation
from talks.models.rules import (
    MOST,
    MOST_PARAGRAPHS,
    MOST_SMALL,
    country_code,
    language_code,
    not_in_the_future,
    time_of_day,
    web_address,
    within_years,
)
from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.record import dates, possible


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


class Part(BaseModel):
    """Any part of a file: no unknown names, no text where a number belongs."""

    # Built when a file is first read: a process that only serves pages has the memory for something else.
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class ArticlePart(Part):
    slug: Slug = Field(description="Publisher, date, a few words; also the name of the file.")
    publisher: Slug = Field(description="Slug of the site that published the page.")
    agency: Slug | None = Field(None, description="Slug of the agency whose report the page republishes.")
    title: Annotated[Text, Field(max_length=300)] = Field(description="Exact title; [in brackets] if it has none.")
    byline: Line | None = None
    url: Url | None = None
    archived_url: Url | None = None
    published: Annotated[Day, ruled(not_in_the_future)]
    language: Language = Field(description="ISO 639-1, such as en.")
    summary: Text | None = Field(None, description="Own words.")
    retracted: Annotated[Day, ruled(not_in_the_future)] | None = Field(
        None, description="Day on which its publisher withdrew it."
    )
    updated: Annotated[Day, ruled(not_in_the_future)] | None = Field(
        None, description="Day on which its publisher last changed what it says, if after it was published."
    )
    notice: Text | None = Field(
        None, description="Own words: why it was retracted, or what was changed; with `retracted` or `updated` only."
    )
    released: Released = False

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
    right_because: Reason | None = None
    paragraphs: Paragraphs


class DelegationPart(Part):
    party: Slug
    role: Annotated[str, OneOf(Delegation.Role)] = "party"
    size: ReportedSize | None = Field(
        None, description=f"Number of people as reported, {AS_REPORTED}; the members listed may be fewer."
    )
    expected: bool = Field(False, description="True if the article only announces them.")
    note: Text | None = None
    right_because: Reason | None = None
    paragraphs: Paragraphs
    members: list[MemberPart] = []

    @model_validator(mode="after")
    def has_room_for_its_members(self) -> Self:
        if problem := possible.delegation(self.size, len({member.person for member in self.members})):
            raise ValueError(problem)
        return self


class TransferPart(Part):
    date: PartialDay | None = Field(None, description='"2025-05" if no more is known; left out if not reported.')
    start: PartialDay | None = Field(None, description="With `end`, instead of `date`: a total of several days.")
    end: PartialDay | None = None
    from_: Slug = Field(alias="from", description="Party that handed over.")
    to: Slug = Field(description="Party that received.")
    kind: Annotated[str, OneOf(Transfer.TransferKind)]
    count: ReportedCount | None = Field(None, description=f"{AS_REPORTED.capitalize()}; left out if not reported.")
    right_because: Reason | None = None
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
    point: Annotated[Line, Field(max_length=80)] | None = Field(
        None, description="An editor's: the same in every proposal on the same point of the issue: Size of the army."
    )
    text: Text = Field(description="One demand or offer, in own words.")
    paragraphs: Paragraphs


class EntryPart(Part):
    """What a file may say of an entry of any kind."""

    slug: Slug = Field(description="Its identity, the same in every file. A round: city and date of the first day.")
    title: Line = Field(description="The same in every file.")
    draft: bool = Field(False, description="true: a new entry is not public until an editor publishes it.")
    notable: bool = Field(
        False, description="true: a new entry is named on the overview; later, an editor decides that in the admin."
    )
    summary: Text | None = Field(None, description="In the file that introduces the entry: what readers see first.")
    note: Text | None = Field(None, description="What this article adds.")
    start: PartialDay | None = Field(None, description='First day; "2022-04" or "2022" if no more is known.')
    end: PartialDay | None = Field(
        None, description='Last day, only if it lasted more than one; "2022-04" or "2022" if no more is known.'
    )
    time: TimeOfDay | None = Field(
        None, description='Local time at which it began, such as "14:30", only if the article says it.'
    )
    after: Slug | None = Field(
        None, description="Another entry of the same day that came before it, if the article says so."
    )
    process: Slug | None = Field(None, description="The series of talks that it belongs to.")
    parties: Slugs | None = None
    issues: Slugs | None = None
    paragraphs: Paragraphs
    paragraphs_of: dict[str, Paragraphs] | None = Field(
        None, description="Of single facts, where they differ: {city: [3]}. Without it, `paragraphs` hold for all."
    )
    right_because: dict[str, Reason] | None = Field(
        None, description="Of facts that look improbable, why they are right all the same: {start: …}."
    )

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if problem := possible.last_day(self.start, self.end):
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def names_reported_facts(self) -> Self:
        for field in ("paragraphs_of", "right_because"):
            for name in getattr(self, field) or {}:
                if name not in FACTS_OF[type(self)] or getattr(self, FACTS_OF[type(self)][name]) is None:
                    raise ValueError(f"{field} names “{name}”, which is no fact that this entry gives here")
        return self


class RoundPart(EntryPart):
    number: Small | None = Field(None, description="In its process, only if the article says it.")
    status: Annotated[str, OneOf(Round.RoundStatus)] | None = Field(None, description="As of the day of the article.")
    city: Annotated[Line, Field(max_length=100)] | None = None
    country: Country | None = None
    venue: Line | None = None
    duration_minutes: Number | None = None
    format: Annotated[str, OneOf(Round.Format)] | None = Field(
        None,
        description="How the sides met, only if the article says it: direct, at one table; proximity, in rooms apart, "
        "mediators going between them; shuttle, each met mediators on its own; mixed, both.",
    )
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
    issue: Slug | None = Field(None, description="The one issue that it is about, if any; one account for each issue.")
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
    released: Released = False

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"the series ends on {self.end}, before it starts; correct `start` or `end`")
        return self


class PartyPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=100)]
    aliases: list[Line] = Field([], description="Other names, in any language; search takes each for this party.")
    short: Annotated[Line, Field(max_length=6)]
    kind: Annotated[str, OneOf(Party.PartyKind)]
    country: Country | None = None
    order: Order = 0
    colour: Annotated[int, Field(ge=0, le=5)] = Field(0, description="Slot in the palette; 0 is the shared grey.")
    released: Released = False


class PersonPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=150)] = Field(description="Most used English spelling.")
    aliases: list[Line] = []
    party: Slug | None = None
    released: Released = False


class LocationPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=100)] = Field(description="As entries here spell it.")
    aliases: list[Line] = Field([], description="Other names, in any language; search takes each for this place.")


class IssuePart(Part):
    slug: Slug
    title: Annotated[Line, Field(max_length=100)]
    group: Annotated[Line, Field(max_length=100)]
    order: Order = 0
    description: Text | None = None
    released: Released = False


class FindingPart(Part):
    """What editors conclude about a page of the site."""

    slug: Slug
    page: Annotated[Text, Field(max_length=500), AfterValidator(page_of_site)] = Field(
        description="Address of the page that it is about, such as /issues/ceasefire/ or /compare/proposals/?p=…&p=…."
    )
    text: Text = Field(description="One sentence in own words, which stands under the title of the page.")
    day: Annotated[Day, ruled(not_in_the_future)] = Field(description="From which it is known.")
    sources: Slugs = Field(description="Slugs of the articles that it rests on.")
    publication: Annotated[str, OneOf(Publication)] = Field("draft", description="Readers see it only if published.")


class PublisherPart(Part):
    slug: Slug
    name: Annotated[Line, Field(max_length=150)]
    country: Country | None = None
    kind: Annotated[str, OneOf(Publisher.PublisherKind)]
    ownership: Annotated[str, OneOf(Publisher.Ownership)] | None = None


# The parts of a file of translations, each {slug: text, or several texts by their columns}.
TRANSLATED: dict[str, Any] = {
    "parties": Party,
    "people": Person,
    "issues": Issue,
    "processes": Process,
    "places": Location,
    "publishers": Publisher,
    "entries": Entry,
}


class WordsPart(Part):
    """What is said of one row in another language: what it is called, and the texts that its model declares."""

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError(f"this is empty; give {' or '.join(type(self).model_fields)}, or leave it out")
        return self


def _words_part(model: Any) -> Any:
    """What a part of the file says, {slug: words} of rows of a model; a text alone is what the row is called."""
    first = model.TRANSLATED[0]
    fields: Any = {
        column: (Annotated[Text, Field(max_length=model._meta.get_field(column).max_length)] | None, None)
        for column in model.TRANSLATED
    }
    part = create_model(f"{model.__name__}Words", __base__=WordsPart, **fields)
    alone = BeforeValidator(lambda said: {first: said} if isinstance(said, str) else said, str | part)
    return dict[Slug, Annotated[part, alone]]


# What is called what in one language; the file has the name of the language, such as uk.yaml.
TranslationsFile = create_model(
    "TranslationsFile",
    __base__=Part,
    __doc__="Names, titles and texts of the record in another language, by the record itself.",
    **{name: (_words_part(model), {}) for name, model in TRANSLATED.items()},  # type: ignore[call-overload]
)
