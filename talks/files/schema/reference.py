"""What the reference files may hold: processes, parties, people and the like, findings, and translations."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator

from talks.files.schema.articles import Part
from talks.files.schema.values import Country, Day, Line, OneOf, Order, Released, Slug, Slugs, Text, page_of_site, ruled
from talks.models import Entry, Issue, Location, Party, Person, Process, Publication, Publisher
from talks.models.rules import not_in_the_future


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
