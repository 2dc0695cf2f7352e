"""The reported rows of an entry, read together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar

from talks.models import (
    KINDS,
    REPORTS,
    Article,
    Citation,
    Entry,
    EntryIssue,
    EntryParty,
    EntryPerson,
    Issue,
    Party,
    Person,
    Sourced,
)

T = TypeVar("T")
Find = Callable[[Any, list[str]], dict[str, int]]  # {slug: pk} of rows of a model
NamesOf = Callable[[Any, Iterable[int]], dict[int, str]]  # {pk: name} of parties or people

BATCH = 1000
TIES = {Party: (EntryParty, "party_id"), Issue: (EntryIssue, "issue_id"), Person: (EntryPerson, "person_id")}


@dataclass
class Reports:
    """All reported rows about one entry, by model name, with their articles loaded."""

    rows: dict[str, list] = field(default_factory=lambda: {model.__name__: [] for model in REPORTS})

    def add(self, row: Sourced) -> None:
        self.rows[type(row).__name__].append(row)

    def all(self) -> list:
        return [row for rows in self.rows.values() for row in rows]

    def in_order(self, model: str) -> list:
        """The rows of one model (by name) in order of report, as `talks.record.facts` and `talks.record.merged` want
        them.
        """
        return sorted(self.rows[model], key=attrgetter("order_of_report"))

    @property
    def citations(self) -> list[Citation]:
        return self.in_order("Citation")


def reports_of(entries: Iterable[int], kinds: Iterable[str] = KINDS) -> dict[int, Reports]:
    """{entry pk: Reports} for these entries (pks), of these kinds: nothing is asked that nobody reports of such."""
    found = {pk: Reports() for pk in entries}
    kinds = set(kinds)
    for model in REPORTS:
        if not any(issubclass(KINDS[kind], model.entry_model()) for kind in kinds):
            continue
        rows = model.objects.filter(**{f"{model.ENTRY}__in": list(entries)})
        for row in rows.with_sources().loaded():
            found[entry_pk(row)].add(row)
    return found


def entry_pk(row: Sourced) -> int:
    """The pk of the entry that a reported row is about."""
    return row.value_of(row.ENTRY)


def entries_reported_by(article: Article) -> set[int]:
    """The pks of all entries that an article reports something about."""
    return {pk for model in REPORTS for pk in model.objects.filter(article=article).values_list(model.ENTRY, flat=True)}


def by_kind(entries: Iterable[int]) -> dict[str, list[int]]:
    """{kind: [pk, …]} of these entries (pks)."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for pk, kind in Entry.objects.filter(pk__in=list(entries)).values_list("pk", "kind"):
        kinds[kind].append(pk)
    return kinds


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = list(rows)
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def slugs_to_pks(model: Any, slugs: Iterable[str]) -> dict[str, int]:
    """{slug: pk} of these rows."""
    return dict(model.objects.filter(slug__in=slugs).values_list("slug", "pk"))


def names_of(model: Any, pks: Iterable[int]) -> dict[int, str]:
    """{pk: name} of these parties or people."""
    return dict(model.objects.filter(pk__in=pks).values_list("pk", "name"))
