"""Creates the entries and the reported rows that are new."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import connection

from talks.derived.index import put_into_index
from talks.derived.reports import Reports, batches
from talks.derived.settle import STANDING, derive, placements_of
from talks.files import rows
from talks.files.compare import Change, Changes
from talks.files.held import Keys
from talks.files.history import Reasons, note_creation
from talks.files.outcome import Outcome, Progress
from talks.files.translations import translations_of_new
from talks.models import (
    KINDS,
    REPORTS,
    Article,
    Delegate,
    Delegation,
    Entry,
    Evidence,
    Party,
    Placement,
    Seen,
    Transfer,
    Wording,
)
from talks.record.facts import KnownEntry

BATCH = 1000
Named = dict[str, tuple[Any, str]]  # {column: (model, slug)} of the entries that another one names


@dataclass(slots=True)
class Introduced:
    """An entry that nothing mentioned before: a draft, and notable, if any file says so.

    `articles`: places in `Changes.new` of those that report something of it; `followed`: entries that it comes after.
    """

    kind: str
    articles: list[int]
    draft: bool = False
    notable: bool = False
    followed: tuple[str, ...] = ()


class Added(NamedTuple):
    """An entry that is new, and whether articles differ on it."""

    pk: int
    kind: str
    publication: str
    disputed: bool


def _introduced(changes: Changes, keys: Keys) -> dict[str, Introduced]:
    """{slug: `Introduced`} of all new entries."""
    reporting: dict[str, list[int]] = defaultdict(list)
    new: dict[str, Introduced] = {}
    for number, created in enumerate(changes.new):
        for change in created:
            if change.entry in keys.pks[Entry]:
                continue
            articles = reporting[change.entry]
            if articles[-1:] != [number]:
                articles.append(number)
            if change.kind:
                entry = new.setdefault(change.entry, Introduced(change.kind, articles))
                entry.draft |= change.draft
                entry.notable |= change.notable
                if change.key[1:] == ("after",):
                    entry.followed += (change.values["value"],)
    return new


def create(changes: Changes, keys: Keys, reasons: Reasons, outcome: Outcome, progress: Progress) -> list[Added]:
    """Create new entries and all new reported rows; gives the new entries.

    Rows are inserted in bulk, each with its history. Entries come first, so many at a time, held with all that is
    reported of them, and then the reports in the order of their files, which an export follows.
    """
    new = _introduced(changes, keys)
    parties = Party.objects.in_bulk()
    added: list[Added] = []
    waiting: list[tuple[Any, Named]] = []
    done, total = 0, len(new) + sum(map(len, changes.new))
    for slugs in batches(_followed_first(new)):
        entries = {slug: _unsaved(slug, new[slug], changes) for slug in slugs}
        articles = sorted({number for slug in slugs for number in new[slug].articles})
        reported = [change for number in articles for change in changes.new[number] if change.entry in entries]
        added += _insert_entries(entries, _instances(reported, entries, keys, parties), waiting, keys)
        gc.collect(0)  # what is derived leaves cycles, and a load has them uncollected (`cycles_uncollected`)
        done += len(slugs)
        progress(done, total)
    _insert_waiting(waiting, keys)
    for some in _by_thousands(changes.new):
        _insert_reports(some, keys, reasons)
        done += len(some)
        progress(done, total)
    for kind, model in KINDS.items():
        note_creation(model, [one.pk for one in added if one.kind == kind], "introduced_by", reasons.ending)
    for slug, entry in new.items():
        outcome.note(Change("create", KINDS[entry.kind], (slug,)))
    return added


def _unsaved(slug: str, introduced: Introduced, changes: Changes) -> Any:
    """A new entry, of which nothing is derived yet."""
    return KINDS[introduced.kind](
        slug=slug,
        kind=introduced.kind,
        publication="draft" if introduced.draft else "published",
        translations=translations_of_new(changes, Entry, slug),
        notable=introduced.notable,
    )


def _followed_first(new: dict[str, Introduced]) -> list[str]:
    """New entries (slugs), those first that others are told to follow on their day."""
    ordered: dict[str, None] = {}
    begun: set[str] = set()

    def add(slug: str) -> None:
        if slug in new and slug not in begun:
            begun.add(slug)
            for other in new[slug].followed:
                add(other)
            ordered[slug] = None

    for slug in new:
        add(slug)
    return list(ordered)


def _insert_entries(
    new: dict[str, Any], reported: list[tuple[str, Any]], waiting: list[tuple[Any, Named]], keys: Keys
) -> list[Added]:
    """Insert new entries, and what stands for them in other tables.

    The shared table comes first, then each kind's own. What names entries that are not there yet is added to `waiting`.
    """
    reports: dict[str, Reports] = defaultdict(Reports)
    for slug, instance in reported:
        reports[slug].add(instance)
    standing = _derived(new, reports, keys)
    complete = defaultdict(list)
    shared = [column for column in Entry._meta.concrete_fields if not column.primary_key]
    for entry, pk in zip(new.values(), _insert(Entry, list(new.values()), shared), strict=True):
        entry.id = entry.entry_ptr_id = pk
        keys.add_entry(entry.slug, pk, entry.kind)
        if named := _named_by(entry, reports[entry.slug]):
            waiting.append((entry, named))
        else:
            complete[type(entry)].append(entry)
    for model, entries in complete.items():
        _insert_own(model, entries)
    for model in STANDING:
        model.objects.bulk_create(standing[model], batch_size=BATCH)
    put_into_index(standing[Wording])
    disputed = {row.entry_id for row in standing[Evidence] if row.disputed}
    return [Added(one.pk, one.kind, one.publication, one.pk in disputed) for one in new.values()]


def _derived(new: dict[str, Any], reports: dict[str, Reports], keys: Keys) -> dict[Any, list[Any]]:
    """{model: what stands in it for new entries}, which come after those that they are told to follow."""
    standing: dict[Any, list[Any]] = defaultdict(list)
    placements: dict[str, list[Placement]] = {}

    def placed(slug: str) -> list[Placement]:
        return placements[slug] if slug in placements else placements_of(slug)

    for slug, entry in new.items():
        derived: list[Any] = derive(entry, reports[slug], keys.find, keys.names, placed)
        placements[slug] = [row for row in derived if type(row) is Placement]
        for row in derived:
            standing[type(row)].append(row)
    return standing


def _insert_waiting(waiting: list[tuple[Any, Named]], keys: Keys) -> None:
    """Insert into each kind's own table what names other entries, now that all are there."""
    for entry, named in waiting:
        for column, (model, slug) in named.items():
            setattr(entry, column, keys.find(model, [slug]).get(slug))
    for model in KINDS.values():
        _insert_own(model, [entry for entry, _ in waiting if type(entry) is model])
    if following := [entry for entry, _ in waiting if entry.after_id]:
        Entry.objects.bulk_update(following, ["after"], batch_size=BATCH)


def _by_thousands(new: Iterable[Sequence[Change]]) -> Iterator[list[Change]]:
    """New rows, those of some articles at a time."""
    some: list[Change] = []
    for created in new:
        some += created
        if len(some) >= BATCH:
            yield some
            some = []
    if some:
        yield some


def _insert_reports(created: list[Change], keys: Keys, reasons: Reasons) -> None:
    """Insert the new rows of some articles, as columns: objects would take most of the time."""
    delegations: dict[tuple, int] = {}
    by_model: dict[Any, list[Change]] = defaultdict(list)
    for change in created:
        by_model[change.model].append(change)
    for model in REPORTS:
        if changes := by_model[model]:
            made = [SimpleNamespace(**_all_columns(change, keys, delegations)) for change in changes]
            pks = _insert(model, made, [column for column in model._meta.concrete_fields if not column.primary_key])
            note_creation(model, pks, "article", reasons.ending)
            if model is Delegation:
                delegations = {(change.article, *change.key): pk for change, pk in zip(changes, pks, strict=True)}


def _all_columns(change: Change, keys: Keys, delegations: dict[tuple, int]) -> dict[str, Any]:
    """All columns of a new row but its pk. `delegations`: {(article, round, party): pk} of new ones."""
    columns = _defaults(change.model) | _columns(change, keys)
    columns["article_id"] = keys.pks[Article][change.article]
    if change.model is Delegate:
        pk = delegations.get((change.article, *change.key[:2]))
        columns["delegation_id"] = pk or _delegation(change).pk
    else:
        columns[f"{change.model.ENTRY}_id"] = keys.pks[Entry][change.entry]
    return columns


@cache
def _defaults(model: Any) -> dict[str, Any]:
    """{column: what stands there if nothing is said}."""
    return {column.attname: column.get_default() for column in model._meta.concrete_fields}


def _columns(change: Change, keys: Keys) -> dict[str, Any]:
    """The columns of a new row, without the article, and the entry or the delegation to which it belongs."""
    key = zip(rows.KEYS[change.model], change.key, strict=True)
    belongs = change.model.ENTRY.partition("__")[0]
    own = {lookup: value for lookup, value in key if not lookup.startswith(f"{belongs}__")}
    return keys.columns(change.model, own | change.values)


def _instances(
    created: list[Change], new: dict[str, Any], keys: Keys, parties: dict[int, Party]
) -> list[tuple[str, Any]]:
    """[(slug of the entry, unsaved reported row)] of what is reported of new entries, with all that is read of it."""
    slugs = {change.article for change in created}
    articles = Article.objects.defer("text", "filed").in_bulk([keys.pks[Article][slug] for slug in slugs])
    made = []
    delegations: dict[tuple, Delegation] = {}
    for change in created:
        article = articles[keys.pks[Article][change.article]]
        instance = change.model(**_columns(change, keys))
        if change.model is Delegate:
            instance.delegation = delegations.get((change.article, *change.key[:2])) or _delegation(change)
        else:
            setattr(instance, change.model.ENTRY, new[change.entry])
        instance.article = article
        if isinstance(instance, Delegation):
            delegations[change.article, *change.key] = instance
        if isinstance(instance, Transfer):
            instance.from_party, instance.to_party = parties[instance.from_party_id], parties[instance.to_party_id]
        made.append((change.entry, instance))
    return made


def _delegation(change: Change) -> Delegation:
    """The delegation, already there, to which a new delegate belongs."""
    of_round, party, _ = change.key
    return Delegation.objects.get(article__slug=change.article, round__slug=of_round, party__slug=party)


def _named_by(entry: Any, reports: Reports) -> Named:
    """The other entries that the columns of a new one name."""
    columns = _columns_naming_entries(entry.kind)
    if not any(row.field in columns for row in reports.rows["Citation"]):
        return {}
    facts = KnownEntry(entry, reports.citations, Seen.now()).facts
    return {
        column.attname: (column.related_model, facts[name].value) for name, column in columns.items() if name in facts
    }


@cache
def _columns_naming_entries(kind: str) -> dict[str, Any]:
    """{fact: column} of what is reported of entries of a kind and names other entries."""
    model: Any = KINDS[kind]
    named = {name: model.named_by(name) for name, fact in model.FACTS.items() if not fact.lists}
    return {name: model._meta.get_field(name) for name, its in named.items() if its and issubclass(its, Entry)}


def _insert_own(model: Any, entries: list[Any]) -> None:
    """Insert what the table of a kind holds beside the shared one."""
    _insert(model, entries, model._meta.local_concrete_fields)
    for entry in entries:
        entry._state.adding, entry._state.db = False, connection.alias


def _insert(model: Any, made: list[Any], columns: Sequence[Any]) -> list[Any]:
    """Insert these columns of rows into the table of a model; gives their pks.

    Django itself would insert only objects, and a row of two tables only one by one.
    """
    size = max(1, min(BATCH, connection.ops.bulk_batch_size(columns, made)))
    pks: list[Any] = []
    for start in range(0, len(made), size):
        some = made[start : start + size]
        returned = [model._meta.pk]
        pks += model._base_manager._insert(some, fields=columns, returning_fields=returned, using=connection.alias)
    return [pk for (pk,) in pks]
