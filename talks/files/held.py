"""What the record holds of the rows that files are about, as plain values. Nothing here writes."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from talks.files import rows
from talks.files.rows import Reported, Values
from talks.models import KINDS, Article, Entry

FEW = 500  # articles; of more than these, all are read


class NamedRow(NamedTuple):
    """A row that has a slug: what it holds, and what its file said when it was last loaded."""

    pk: int
    values: Values
    filed: Any


class Keys:
    """The primary keys of the rows that other rows name by slug; whoever writes a new one adds it."""

    def __init__(self, vocabulary: dict[Any, dict[str, NamedRow]]) -> None:
        self.pks: dict[Any, dict[str, int]] = {
            model: {slug: row.pk for slug, row in named.items()} for model, named in vocabulary.items()
        }
        self.pks |= {model: {} for model in (Article, Entry, *KINDS.values())}
        self._names: dict[Any, dict[int, str]] = {}
        for slug, pk, kind in Entry.objects.order_by().values_list("slug", "pk", "kind"):
            self.add_entry(slug, pk, kind)

    def add_entry(self, slug: str, pk: int, kind: str) -> None:
        self.pks[Entry][slug] = self.pks[KINDS[kind]][slug] = pk

    def find(self, model: Any, slugs: Iterable[str]) -> dict[str, int]:
        """{slug: pk}, as `talks.derived.settle` asks for it."""
        return {slug: self.pks[model][slug] for slug in slugs if slug in self.pks[model]}

    def names(self, model: Any, pks: Iterable[int]) -> dict[int, str]:
        """{pk: name} of parties or people, as `talks.derived.settle` asks for it, once vocabulary is written."""
        if model not in self._names:
            self._names[model] = dict(model.objects.values_list("pk", "name"))
        return {pk: self._names[model][pk] for pk in pks}

    def columns(self, model: Any, values: Values) -> dict[str, Any]:
        """Column values for `model` from plain values: dates are dates, slugs are keys of other rows."""
        columns = {}
        for name, value in values.items():
            column, related = _column(model, name)
            if related:
                columns[column.attname] = None if value is None else self.pks[related][value]
            else:
                columns[column.name] = column.to_python(value)
        return columns


@cache
def _column(model: Any, name: str) -> tuple[Any, Any]:
    """(the column of a model that flat rows call so, the model that it leads to, if any)."""
    column = model._meta.get_field(name.removesuffix("__slug"))
    return column, column.related_model if column.is_relation else None


@dataclass
class Held:
    """All vocabulary, some articles, what these report, and the keys of everything that has a slug."""

    named: dict[Any, dict[str, NamedRow]]
    reported: dict[str, Reported]  # by the slug of the article
    keys: Keys = field(repr=False)


def held_by(articles: Collection[str]) -> Held:
    """What the record holds, with these articles (slugs)."""
    named = {model: dict(named_rows(model.objects.all(), names)) for model, (_, names) in rows.VOCABULARY.items()}
    keys = Keys(named)
    named[Article] = dict(_articles(set(articles)))
    pks = keys.pks[Article] = {slug: row.pk for slug, row in named[Article].items()}
    reported = rows.from_database(pks.values())
    return Held(named, {slug: reported[pk] for slug, pk in pks.items()}, keys)


def _articles(slugs: set[str]) -> Iterator[tuple[str, NamedRow]]:
    found = Article.objects.order_by()
    if len(slugs) < FEW:
        found = found.filter(slug__in=slugs)
    return ((slug, row) for slug, row in named_rows(found, rows.ARTICLE) if slug in slugs)


def named_rows(found: QuerySet, names: Iterable[str]) -> Iterator[tuple[str, NamedRow]]:
    """(slug, what the row holds) of these articles or this vocabulary, which have the columns `names`."""
    names = tuple(names)
    for slug, pk, filed, *values in found.values_list("slug", "pk", "filed", *names):
        yield slug, NamedRow(pk, dict(zip(names, map(rows.plain, values), strict=True)), filed)
