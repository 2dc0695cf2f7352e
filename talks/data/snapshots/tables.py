"""The tables of a snapshot, from what the models declare: a fact or a column of a reported row that is new stands in
them by itself. Of vocabulary and articles the columns are named here, so that nothing gets out that was not meant to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import BooleanField, DateField, Field, ForeignKey, IntegerField, Model
from django.utils.text import capfirst
from django.utils.translation import override

from talks.data import shapes
from talks.models import (
    KINDS,
    LISTS,
    REPORTS,
    Article,
    Change,
    Citation,
    Entry,
    Finding,
    Issue,
    Kind,
    Location,
    Party,
    Person,
    Process,
    Publisher,
    Sourced,
)
from talks.models.columns import CountField
from talks.models.translated import RECORD_LANGUAGE, Translated, other_languages

SORTS = tuple(model for model in REPORTS if model is not Citation)
NAMED: dict[type[Model], str] = {
    Article: "articles",
    Publisher: "publishers",
    Party: "parties",
    Person: "people",
    Issue: "issues",
    Process: "processes",
    Location: "places",
}
VOCABULARY: dict[type[Any], tuple[str, ...]] = {
    Publisher: ("slug", "name", "country", "kind", "ownership"),
    Party: ("slug", "name", "aliases", "short", "kind", "country", "address"),
    Person: ("slug", "name", "aliases", "party", "address"),
    Location: ("slug", "name", "aliases"),
    Issue: ("slug", "title", "group", "description", "address"),
    Process: ("slug", "title", "summary", "start", "end"),
}
# {column: the column of the model that says what it is}, as `talks.data.listed.Source` has them
OF_ARTICLE = {
    **{name: name for name in ("slug", "title", "publisher", "agency", "byline", "published", "language", "summary")},
    **{name: name for name in ("retracted", "updated", "notice")},
    "original": "url",
    "archived": "archived_url",
}
TIES = {"entry_parties": ("party", Party), "entry_issues": ("issue", Issue), "entry_people": ("person", Person)}
IN_DATES = ("start", "end")  # facts that stand among the dates of an entry
ADDRESS = "Its page on the site."
OWN_WORDS = {"address": ADDRESS, "aliases": "Other names and spellings, in any language, with “; ” between them."}


@dataclass(frozen=True)
class Column:
    """`type`: as Table Schema calls it. `refers`: the (table, column) that it names a row of. `choices`: {value: what
    readers see}, if it can hold only these. `unique`: no two rows have the same.
    """

    name: str
    told: str
    type: str = "string"
    refers: tuple[str, str] | None = None
    choices: tuple[tuple[str, str], ...] = ()
    unique: bool = False


@dataclass(frozen=True)
class Table:
    """`key`: the columns that tell its rows apart, and stay when a row changes."""

    name: str
    told: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def references(self) -> list[Column]:
        """The columns that name rows."""
        return [column for column in self.columns if column.refers]


@cache
def tables() -> dict[str, Table]:
    """{name: table}, in words of the language of the record."""
    with override(RECORD_LANGUAGE):
        return {table.name: table for table in _all()}


def facts_in_columns() -> list[str]:
    """The facts whose accepted value stands in a column of the entry, for all kinds together."""
    names = dict.fromkeys(name for model in KINDS.values() for name in model.FACTS)
    return [name for name in names if name not in IN_DATES and not (name in LISTS and hasattr(Entry, name))]


def _all() -> Iterator[Table]:
    for model, names in VOCABULARY.items():
        told = f"{capfirst(model._meta.verbose_name_plural)} that something public names."
        yield Table(NAMED[model], told, ("slug",), tuple(_of_vocabulary(model, names)))
    yield Table("articles", "The sources. Nothing of their text.", ("slug",), tuple(_of_article()))
    yield Table("entries", "What stands on the timeline, with its accepted values.", ("id",), tuple(_of_entry()))
    for name, (column, model) in TIES.items():
        told = f"Which {NAMED[model]} entries involve or are about, by what articles report of them."
        refers = Column(column, capfirst(str(model._meta.verbose_name)), refers=(NAMED[model], "slug"))
        yield Table(name, told, ("entry", column), (_entry(), refers))
    yield Table("mentions", "That an article reports an entry as such.", ("entry", "article"), tuple(_of_mention()))
    told = (
        "What articles report of single facts of entries: a row for each fact and source. "
        "Of a status, what the latest day says."
    )
    yield Table("facts", told, ("entry", "field", "article"), tuple(_of_fact()))
    for sort in SORTS:
        yield Table(table_of(sort), _doc(sort), ("id",), tuple(_of_report(sort)))
    yield Table("findings", _doc(Finding), ("id",), tuple(_of_finding()))
    told = "The articles that findings of the editors rest on."
    refers = Column("finding", "The finding.", refers=("findings", "id"))
    yield Table("finding_sources", told, ("finding", "article"), (refers, _article("The article.")))
    told = "What changed on published entries: a row for each change and each thing that it changed."
    yield Table("changes", told, ("change", "number"), tuple(_of_change()))


def table_of(sort: type[Sourced]) -> str:
    return f"{sort._meta.model_name}s"


def _doc(model: type[Model]) -> str:
    return " ".join((model.__doc__ or "").partition("\n\n")[0].split()).replace("`", "")


# Columns


def of_field(model: type[Model], name: str, column: str = "") -> Column:
    """The column that a column of a model makes."""
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    told = f"{capfirst(str(field.verbose_name))}. {field.help_text}".strip()
    related = field.related_model if isinstance(field, ForeignKey) else None
    return Column(
        column or name,
        told,
        _type(field),
        refers=_referred(related) if isinstance(related, type) else None,
        choices=tuple((str(value), str(label)) for value, label in field.flatchoices),
    )


def _type(field: Any) -> str:
    if isinstance(field, BooleanField):
        return "boolean"
    if isinstance(field, IntegerField):
        return "integer"
    return "date" if isinstance(field, DateField) else "string"


def _referred(model: type[Model]) -> tuple[str, str]:
    return ("entries", "id") if issubclass(model, Entry) else (NAMED[model], "slug")


def _of_vocabulary(model: type[Any], names: Iterable[str]) -> Iterator[Column]:
    for name in names:
        if name in OWN_WORDS:
            yield Column(name, OWN_WORDS[name])
            continue
        yield of_field(model, name)
        if issubclass(model, Translated) and name in model.TRANSLATED:
            yield from _translations(name)


def _translations(name: str) -> Iterator[Column]:
    for code, language in other_languages().items():
        yield Column(f"{name}_{code}", f"The same in another language ({language}), if it is translated.")


def _of_article() -> Iterator[Column]:
    yield from (of_field(Article, field, name) for name, field in OF_ARTICLE.items())
    yield Column("address", ADDRESS)


def _of_entry() -> Iterator[Column]:
    yield Column("id", "Stays when the title or the slug changes.")
    yield Column("kind", "Kind.", choices=tuple((kind.value, str(kind.label)) for kind in Kind))
    yield Column("slug", "Its name in addresses.", unique=True)
    yield Column("title", "What it is called.")
    yield from _translations("title")
    yield Column("address", ADDRESS)
    yield Column("start", "First day, as exactly as it is known: 2031-05-09, 2031-05 or 2031.")
    yield Column("end", "Last day, if it lasted more than one; likewise.")
    yield of_field(Entry, "precision")
    yield of_field(Entry, "end_precision")
    yield Column("dates", "The dates as pages say them.")
    yield Column("expected", "Announced, and not yet held.", "boolean")
    yield from map(_fact, facts_in_columns())
    yield Column("lead", "The sentence that lists show of it.")
    yield Column("first_reported", "Day of the first report.", "date")
    yield Column("last_reported", "Day of the latest report.", "date")
    yield Column("sources", "How many independent sources report it as such; copies of one wire are one.", "integer")
    yield Column("differs", "Its articles contradict each other in something.", "boolean")


def _fact(name: str) -> Column:
    """The column with the accepted value of a fact, whichever kinds have it."""
    kinds = [model for model in KINDS.values() if name in model.FACTS]
    fact, model = kinds[0].FACTS[name], kinds[0].named_by(name)
    choices: dict[str, str] = {}
    columns = [] if name in LISTS else [of_field(kind, name) for kind in kinds]
    for column in columns:
        choices |= dict(column.choices)
    of = (
        ""
        if len(kinds) == len(KINDS)
        else f" Of {', '.join(str(kind.WORDS.all).lower() for kind in kinds if kind.WORDS)}."
    )
    told = f"{fact.label}: the accepted value, {fact.rule.value}.{of}"
    refers = _referred(model) if model and name not in LISTS else None
    return Column(name, told, columns[0].type if columns else "string", refers, tuple(choices.items()))


def _entry() -> Column:
    return Column("entry", "The entry that it is about.", refers=("entries", "id"))


def _article(told: str = "The article that reports it.") -> Column:
    return Column("article", told, refers=("articles", "slug"))


def _paragraphs() -> Column:
    return Column("paragraphs", "Numbers of the paragraphs that say it, counted from the start of the article.")


def _of_mention() -> Iterator[Column]:
    yield from (_entry(), _article(), _paragraphs())
    yield Column("note", "What the article adds, in own words.")


def _of_fact() -> Iterator[Column]:
    yield _entry()
    names = dict.fromkeys(name for model in KINDS.values() for name in model.FACTS)
    labels = tuple(
        (name, str(next(model.FACTS[name].label for model in KINDS.values() if name in model.FACTS))) for name in names
    )
    yield Column("field", "Which fact.", choices=labels)
    yield Column("value", "The accepted value of this fact.")
    yield Column("words", "The accepted value as pages say it.")
    yield Column("differs", "Articles contradict each other on this fact.", "boolean")
    yield _article()
    yield _paragraphs()
    yield Column("reported", "The value that this article reports.")
    yield Column("reported_words", "The same as pages say it.")
    yield Column("agrees", "No: it contradicts the accepted value.", "boolean")
    yield Column("address", "The paragraph on the article’s page on the site.")


def _of_report(sort: type[Sourced]) -> Iterator[Column]:
    yield Column("id", "Stays when the row changes.")
    yield from (_entry(), _article(), _paragraphs())
    owner = sort._meta.get_field(sort.owner()).related_model
    if isinstance(owner, type) and issubclass(owner, Sourced):
        yield Column(sort.owner(), "What it belongs to.", refers=(table_of(owner), "id"))
    for lookup in (*sort.KEY, *(name for name in sort.VALUES if name not in sort.UNTOLD)):
        yield from _of_lookup(sort, lookup)
    yield Column("differs", "Articles contradict each other in what they report of this.", "boolean")


def _of_lookup(sort: type[Model], lookup: str) -> Iterator[Column]:
    """The columns of a lookup of KEY or VALUES; a count makes three."""
    *steps, last = lookup.split("__")
    model: Any = sort
    for step in steps:
        model = model._meta.get_field(step).related_model
    column = of_field(model, last)
    yield column
    if isinstance(model._meta.get_field(last), CountField):
        yield Column(f"{last}_low", "The least number that this says.", "integer")
        yield Column(f"{last}_high", "The largest; empty if it gives no upper bound.", "integer")


def _of_finding() -> Iterator[Column]:
    yield Column("id", "Stays when the finding changes.")
    yield Column("page", "The page that it is about, as its address stands on the site.")
    yield Column("address", "The same in full.")
    yield Column("text", "What the editors conclude, in their own words.")
    yield Column("day", "Day from which it is known.", "date")


def _of_change() -> Iterator[Column]:
    yield Column("change", "Which change.")
    yield Column("number", "Which of the things that it changed, from 1; 0 if it names none.", "integer")
    yield Column("made", "When it was made, in UTC.", "datetime")
    yield of_field(Change, "sort")
    yield Column("kind", "The kind of the entry.", choices=tuple((kind.value, str(kind.label)) for kind in Kind))
    yield Column("entry", "The entry; empty if it is withdrawn.", refers=("entries", "id"))
    yield Column("note", "Note for readers.")
    yield Column("label", "What changed.")
    yield Column("before", "What stood there.")
    yield Column("after", "What stands there now.")


def plain(value: Any) -> Any:
    """A value as it stands in a table; None for nothing."""
    if isinstance(value, shapes.Name):
        return value.slug
    if isinstance(value, Model):
        return value.slug  # type: ignore[attr-defined]
    if isinstance(value, list | tuple):
        between = "; " if value and isinstance(value[0], str) else ", "
        value = between.join(str(plain(one)) for one in value)
    return None if value == "" else value
