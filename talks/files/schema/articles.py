"""What an article file may hold."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from talks.files.schema.values import (
    AS_REPORTED,
    Country,
    Day,
    Language,
    Line,
    Number,
    OneOf,
    Paragraphs,
    PartialDay,
    Reason,
    Released,
    ReportedCount,
    ReportedSize,
    Slug,
    Slugs,
    Small,
    Text,
    TimeOfDay,
    Url,
    ruled,
)
from talks.models import Event, Proposal, Round, Swap, Transfer
from talks.models.reports import Delegation
from talks.models.rules import not_in_the_future
from talks.record import possible


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
    presented_at: Slug | None = Field(None, description="The round at which it was presented.")
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
