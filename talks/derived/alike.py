"""Rows that look like one that is there already: told when one is made or changed, at the desk, in forms and files.

Nothing here decides that two are one. An editor who says that they are two is believed for good (`Distinct`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Model, Q
from django.utils.translation import gettext

from talks.derived.reports import batches
from talks.models import (
    Article,
    Distinct,
    Entry,
    EntryParty,
    Issue,
    Location,
    Party,
    Person,
    Process,
    Publisher,
    sort_of,
)
from talks.models.entries import EntryQuerySet
from talks.record.facts import folded
from talks.record.names import Name, keys_of, name_of, near

# The columns that can make a row look like another one.
LOOKS: dict[Any, set[str]] = {
    Article: {"title", "publisher", "published", "url"},
    Person: {"name", "aliases"},
    Party: {"name", "aliases", "colour"},
    Publisher: {"name"},
    Process: {"title"},
    Issue: {"title"},
    Location: {"name", "aliases"},
}

Told = tuple[set, set, set]  # (city, what sort of event, parties) of an entry, each empty where it is not known


class Likeness(NamedTuple):
    """That a row looks like another one that is there, and `why`, in words such as “the same address”."""

    row: Any
    other: Any
    why: str


def likenesses(rows: Iterable[Any], parties: Collection[int] | None = None) -> list[Likeness]:
    """How these rows of one model, saved or not, are like others that are there; each pair once.

    `parties` (pks): of an entry that is not saved yet. Takes a few queries for any number of rows.
    """
    rows = list(rows)
    if not rows:
        return []
    model = sort_of(type(rows[0]))
    found = _entries(rows, parties) if model is Entry else FINDERS[model](rows)
    distinct = set(Distinct.objects.filter(model=model.__name__).values_list("first", "second"))
    pairs: dict[tuple, Likeness] = {}
    for one in found:
        pair = _pair(one.row, one.other)
        if one.row.pk != one.other.pk and pair not in distinct:
            pairs.setdefault(pair if one.row.pk else (id(one.row), one.other.pk), one)
    return list(pairs.values())


def _pair(row: Model, other: Model) -> tuple[int, int]:
    first, second = sorted((row.pk or 0, other.pk))
    return first, second


def call_distinct(row: Model, others: Iterable[int]) -> None:
    """Keep that a row is none of these others (pks), whatever it looks like."""
    model = sort_of(type(row)).__name__
    pairs = (sorted((row.pk, other)) for other in others)
    Distinct.objects.bulk_create(
        [Distinct(model=model, first=first, second=second) for first, second in pairs], ignore_conflicts=True
    )


# By sort of row


def _articles(rows: list[Article]) -> Iterator[Likeness]:
    for batch in batches(rows):
        for row in batch:
            row.fill_keys()
        likely = (
            Q(address_key__in={row.address_key for row in batch} - {""})
            | Q(text_key__in={row.text_key for row in batch} - {""})
            | Q(publisher__in={row.publisher_id for row in batch}, published__in={row.published for row in batch})
        )
        others = list(Article.objects.filter(likely).with_publishers().defer("text", "filed", "summary"))
        yield from _same(batch, others, lambda row: row.address_key, gettext("the same address"))
        yield from _same(batch, others, lambda row: row.text_key, gettext("the same text"))
        titled = gettext("the same publisher, day and title")
        yield from _same(batch, others, lambda row: (row.publisher_id, row.published, folded(row.title)), titled)


def _same(rows: Iterable[Any], others: Iterable[Any], key: Callable[[Any], Hashable], why: str) -> Iterator[Likeness]:
    """The rows with others of the same key, unless it is empty."""
    by_key = defaultdict(list)
    for other in others:
        by_key[key(other)].append(other)
    for row in rows:
        if key(row):
            yield from (Likeness(row, other, why) for other in by_key[key(row)])


def _people(rows: list[Person]) -> Iterator[Likeness]:
    by_key: dict[Hashable, dict[int, tuple[Person, list[Name]]]] = defaultdict(dict)
    for other in Person.objects.all():
        names = _names(other)
        for key in {key for name in names for key in keys_of(name)}:
            by_key[key][other.pk] = other, names
    for row in rows:
        names = _names(row)
        likely = {pk: one for name in names for key in keys_of(name) for pk, one in by_key[key].items()}
        for other, spellings in likely.values():
            if near(names, spellings):
                yield Likeness(row, other, gettext("a name or spelling that is near"))


def _names(row: Any) -> list[Name]:
    return [name_of(spelling) for spelling in (getattr(row, row.TRANSLATED[0]), *getattr(row, "aliases", ()))]


def _parties(rows: list[Party]) -> Iterator[Likeness]:
    yield from _of_name(rows)
    yield from _same(rows, Party.objects.all(), lambda row: row.colour, gettext("the same colour"))


def _of_name(rows: list[Any]) -> Iterator[Likeness]:
    """The rows with others that share a name or spelling with them, in whatever alphabet."""
    by_name: dict[Name, dict[int, Any]] = defaultdict(dict)
    for other in type(rows[0])._default_manager.all():
        for name in _names(other):
            by_name[name][other.pk] = other
    for row in rows:
        others = {pk: other for name in _names(row) for pk, other in by_name[name].items()}
        yield from (Likeness(row, other, gettext("the same name")) for other in others.values())


FINDERS: dict[Any, Callable[[list[Any]], Iterator[Likeness]]] = {
    Article: _articles,
    Person: _people,
    Party: _parties,
    Process: _of_name,
    Issue: _of_name,
    Location: _of_name,
    Publisher: _of_name,
}


def _entries(rows: Sequence[Any], parties: Collection[int] | None) -> Iterator[Likeness]:
    """Those of one kind that stand at one day, unless something that is known of both tells them apart."""
    for batch in batches(rows):
        dated = [row for row in batch if row.start and row.precision == Entry.Precision.DAY]
        kinds, days = {row.kind for row in dated}, {row.start for row in dated}
        likely = Entry.objects.filter(kind__in=kinds, start__in=days, precision=Entry.Precision.DAY)
        by_day = defaultdict(list)
        for other in likely:
            by_day[other.kind, other.start].append(other)
        told = _told_of(likely)
        told |= _told_of(Entry.objects.filter(pk__in=[row.pk for row in dated if row.pk and row.pk not in told]))
        for row in dated:
            its = told[row.pk] if row.pk in told and parties is None else _told_of_new(row, parties or ())
            for other in by_day[row.kind, row.start]:
                if not any(one and two and one.isdisjoint(two) for one, two in zip(its, told[other.pk], strict=True)):
                    yield Likeness(row, other, gettext("the same kind and day"))


def _told_of(entries: EntryQuerySet) -> dict[int, Told]:
    """{pk: what is told of it} of these entries, which may be many: so they are read as columns, not as objects."""
    parties: dict[int, set[int]] = defaultdict(set)
    for entry, party in EntryParty.objects.filter(entry__in=entries).values_list("entry", "party"):
        parties[entry].add(party)
    columns = entries.order_by().values_list("pk", "round__city", "event__event_kind")
    return {pk: _told(city or "", sort or "", parties[pk]) for pk, city, sort in columns}


def _told_of_new(row: Any, parties: Iterable[int]) -> Told:
    return _told(getattr(row, "city", ""), getattr(row, "event_kind", ""), parties)


def _told(city: str, sort: str, parties: Iterable[int]) -> Told:
    return {folded(city)} - {""}, {sort} - {""}, set(parties)
