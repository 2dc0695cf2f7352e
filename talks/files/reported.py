"""Writes what articles report, and the entries that come and go with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import ProtectedError, QuerySet

from talks.derived.index import put_into_index
from talks.derived.reports import Reports, batches, by_kind, reports_of
from talks.derived.settle import STANDING, derive, placements_of, settle
from talks.files import rows
from talks.files.compare import Change, Changes
from talks.files.discrepancies import discrepancies_of, sentences_of_new
from talks.files.held import Keys
from talks.files.history import UNREPORTED, Reasons, note_creation, save_columns
from talks.files.outcome import Outcome, Progress, untold
from talks.files.translations import translations_of_new
from talks.models import (
    KINDS,
    REPORTS,
    Article,
    Citation,
    Delegate,
    Delegation,
    Entry,
    Evidence,
    Party,
    Person,
    Placement,
    Publication,
    Seen,
    Sourced,
    Transfer,
    Wording,
)
from talks.models.history import delete
from talks.record.facts import KnownEntry

BATCH = 1000
Named = dict[str, tuple[Any, str]]  # {column: (model, slug)} of the entries that another one names


def write_reported(
    changes: Changes, keys: Keys, reasons: Reasons, outcome: Outcome, progress: Progress = untold
) -> Collection[Entry]:
    """Write the reported rows and what follows from them; gives the entries that are new."""
    why = {keys.pks[Entry][slug]: reason for slug, reason in changes.reasons().items() if slug in keys.pks[Entry]}
    old = list(why)
    disputed_before = discrepancies_of(old)
    new = _new_entries(changes, keys)
    _remove_and_update(changes, keys)  # first, so that a delegation that gets a new head has lost the old one
    disputed = _create(changes, new, keys, reasons, outcome, progress)
    if changes.overrule:
        why |= _overrule_editors(changes, keys, outcome)
    else:
        _tell_choices(changes, keys, outcome)
    unreported = set(Entry.objects.filter(pk__in=old, citations=None).values_list("pk", flat=True))
    settle({pk: reason for pk, reason in why.items() if pk not in unreported}, keys.find, keys.names)
    _remove_unreported(unreported - set(keys.find(Entry, changes.spared).values()), keys, outcome)
    outcome.discrepancies = sentences_of_new(disputed_before, discrepancies_of({*old, *disputed}))
    return new.values()


# Rows that are there


def _remove_and_update(changes: Changes, keys: Keys) -> None:
    by_model = defaultdict(list)
    for change in changes.reported:
        by_model[change.action, change.model].append(change)
    for model in reversed(REPORTS):  # what belongs to a row goes before it
        for change, row in _with_rows(model, by_model["remove", model]):
            delete(row, change.reason)
    for model in REPORTS:
        updates = sorted(by_model["update", model], key=lambda change: change.values.get("head") is True)
        for change, row in _with_rows(model, updates):  # new heads come last, when the old ones are none any more
            save_columns(row, keys.columns(model, change.values), change.reason)


def _with_rows(model: type[Sourced], changes: list[Change]) -> Iterable[tuple[Change, Any]]:
    """Each change with the row that it is about."""
    for start in range(0, len(changes), BATCH):
        batch = changes[start : start + BATCH]
        found = model.objects.in_bulk([change.pk for change in batch])
        yield from ((change, found[change.pk]) for change in batch)


# New rows


def _new_entries(changes: Changes, keys: Keys) -> dict[str, Any]:
    """{slug: unsaved entry} of the entries that nothing mentioned before; drafts and notable if any file says so."""
    mentions = [change for change in changes.created if change.kind and change.entry not in keys.pks[Entry]]
    drafts = {change.entry for change in mentions if change.draft}
    notable = {change.entry for change in mentions if change.notable}
    return {
        change.entry: KINDS[change.kind](
            slug=change.entry,
            kind=change.kind,
            publication="draft" if change.entry in drafts else "published",
            translations=translations_of_new(changes, Entry, change.entry),
            notable=change.entry in notable,
        )
        for change in mentions
    }


def _create(
    changes: Changes, new: dict[str, Any], keys: Keys, reasons: Reasons, outcome: Outcome, progress: Progress
) -> set[int]:
    """Create new entries and all new reported rows; gives the new entries (pks) on which articles differ.

    Rows are inserted in bulk, each with its history. Entries come first, so many at a time, held with all that is
    reported of them, and then the reports in the order of their files, which an export follows.
    """
    by_entry: dict[str, list[Change]] = {slug: [] for slug in new}
    for change in changes.created:
        if change.entry in new:
            by_entry[change.entry].append(change)
    parties = Party.objects.in_bulk()
    disputed: set[int] = set()
    waiting: list[tuple[Any, Named]] = []
    done, total = 0, len(new) + len(changes.created)
    for slugs in batches(_followed_first(by_entry)):
        entries = {slug: new[slug] for slug in slugs}
        reported = _instances([change for slug in slugs for change in by_entry[slug]], entries, keys, parties)
        disputed |= _insert_entries(entries, reported, waiting, keys)
        done += len(slugs)
        progress(done, total)
    _insert_waiting(waiting, keys)
    for some in batches(changes.created):
        _insert_reports(_instances(some, {}, keys, parties), reasons)
        done += len(some)
        progress(done, total)
    for model in KINDS.values():
        note_creation([entry for entry in new.values() if type(entry) is model], "introduced_by", reasons.ending)
    for entry in new.values():
        outcome.note(Change("create", type(entry), (entry.slug,)))
    return disputed


def _followed_first(by_entry: dict[str, list[Change]]) -> list[str]:
    """New entries (slugs, with what is reported of each), those first that others are told to follow on their day."""
    followed = {
        slug: [change.values["value"] for change in created if change.key[1:] == ("after",)]
        for slug, created in by_entry.items()
    }
    ordered: dict[str, None] = {}
    begun: set[str] = set()

    def add(slug: str) -> None:
        if slug in followed and slug not in begun:
            begun.add(slug)
            for other in followed[slug]:
                add(other)
            ordered[slug] = None

    for slug in by_entry:
        add(slug)
    return list(ordered)


def _insert_entries(
    new: dict[str, Any], reported: list[tuple[str, Any]], waiting: list[tuple[Any, Named]], keys: Keys
) -> set[int]:
    """Insert new entries, and what stands for them in other tables; gives those on which articles differ (pks).

    The shared table comes first, then each kind's own. What names entries that are not there yet is added to `waiting`.
    """
    reports: dict[str, Reports] = defaultdict(Reports)
    for slug, instance in reported:
        reports[slug].add(instance)
    standing = _derived(new, reports, keys)
    shared = [field.attname for field in Entry._meta.concrete_fields]
    parents = [Entry(**{name: getattr(entry, name) for name in shared}) for entry in new.values()]
    Entry.objects.bulk_create(parents, batch_size=BATCH)
    complete = defaultdict(list)
    for entry, parent in zip(new.values(), parents, strict=True):
        for name in shared:
            setattr(entry, name, getattr(parent, name))
        entry.entry_ptr_id = parent.pk
        keys.add_entry(entry.slug, parent.pk, entry.kind)
        if named := _named_by(entry, reports[entry.slug]):
            waiting.append((entry, named))
        else:
            complete[type(entry)].append(entry)
    for model, entries in complete.items():
        _insert_own(model, entries)
    for model in STANDING:
        model.objects.bulk_create(standing[model], batch_size=BATCH)
    put_into_index(standing[Wording])
    return {row.entry_id for row in standing[Evidence] if row.disputed}


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


def _insert_reports(reported: list[tuple[str, Any]], reasons: Reasons) -> None:
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for _, instance in reported:
        by_model[type(instance)].append(instance)
    for model in REPORTS:
        model.objects.bulk_create(by_model[model], batch_size=BATCH)
        note_creation(by_model[model], "article", reasons.ending)


def _instances(
    created: list[Change], new: dict[str, Any], keys: Keys, parties: dict[int, Party]
) -> list[tuple[str, Any]]:
    """[(slug of the entry, unsaved reported row)] of these rows to create, with all that is read of them loaded."""
    slugs = {change.article for change in created}
    articles = Article.objects.defer("text", "filed").in_bulk([keys.pks[Article][slug] for slug in slugs])
    made = []
    delegations: dict[tuple, Delegation] = {}
    for change in created:
        article = articles[keys.pks[Article][change.article]]
        if change.model is Delegate:
            delegation = delegations.get((change.article, *change.key[:2])) or _delegation(change)
            instance = Delegate(delegation=delegation, **keys.columns(Delegate, change.values))
            instance.person_id = keys.pks[Person][change.key[2]]
        else:
            instance = _instance(change, new, keys)
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


def _instance(change: Change, new: dict[str, Any], keys: Keys) -> Any:
    """An unsaved row of any other model, about a new entry or one that is there."""
    key = dict(zip(rows.KEYS[change.model], change.key, strict=True))
    owner = change.model.ENTRY
    slug = key.pop(f"{owner}__slug")
    instance = change.model(**keys.columns(change.model, key | change.values))
    if slug in new:
        setattr(instance, owner, new[slug])
    else:
        setattr(instance, f"{owner}_id", keys.pks[Entry][slug])
    return instance


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
    """Insert what the table of a kind holds beside the shared one, which Django does one by one only."""
    columns = model._meta.local_concrete_fields
    size = max(1, min(BATCH, connection.ops.bulk_batch_size(columns, entries)))
    for start in range(0, len(entries), size):
        model._base_manager._insert(entries[start : start + size], fields=columns, using=connection.alias)
    for entry in entries:
        entry._state.adding, entry._state.db = False, connection.alias


# Entries that no article reports any more


def _remove_unreported(pks: set[int], keys: Keys, outcome: Outcome) -> None:
    """Remove the entries (pks) that no article reports any more; one that something else needs becomes a draft.

    What was withdrawn stays, so that its address goes on saying so.
    """
    kinds = by_kind(pks)
    reports = reports_of(pks, kinds)
    entries = [entry for kind, its_pks in kinds.items() for entry in KINDS[kind].objects.filter(pk__in=its_pks)]
    others = [entry for entry in entries if entry.publication != Publication.WITHDRAWN]
    waiting = [entry for entry in others if not entry.chosen and not reports[entry.pk].all()]
    while [entry for entry in waiting if _remove_entry(entry, outcome)]:  # one of them may name another
        waiting = [entry for entry in waiting if entry.pk]
    for entry in others:
        if entry.pk:
            save_columns(entry, {"publication": "draft"}, UNREPORTED)
            outcome.kept.append(f"{entry.kind} {entry.slug}: no file reports it any more, so it is a draft now")
    settle({entry.pk: UNREPORTED for entry in entries if entry.pk}, keys.find, keys.names)


def _remove_entry(entry: Any, outcome: Outcome) -> bool:
    """True if the entry could be removed; False if another entry names it."""
    try:
        delete(entry, UNREPORTED)
    except ProtectedError:
        return False
    outcome.note(Change("remove", type(entry), (entry.slug,)))
    return True


# What editors chose


def chosen_by_editors(changes: Changes, keys: Keys) -> QuerySet[Entry]:
    """The entries that the loaded files mention and that editors decided about."""
    loaded = keys.find(Article, changes.articles).values()
    cited = Citation.objects.filter(article__in=loaded).values("entry")
    return Entry.objects.filter(pk__in=cited).exclude(chosen={})


def _tell_choices(changes: Changes, keys: Keys, outcome: Outcome) -> None:
    for entry in chosen_by_editors(changes, keys):
        for name, value in entry.chosen.items():
            outcome.kept.append(f"{entry.kind} {entry.slug}: an editor chose “{value}” for {name}")


def _overrule_editors(changes: Changes, keys: Keys, outcome: Outcome) -> dict[int, str]:
    """Drop what editors chose; {entry pk: reason} of the entries to settle anew."""
    reasons = {}
    for entry in chosen_by_editors(changes, keys):
        Entry.objects.filter(pk=entry.pk).update(chosen={})
        reasons[entry.pk] = "load_articles --overwrite"
        change = Change("update", KINDS[entry.kind], (entry.slug,))
        outcome.note(change, ": the choices of editors are dropped")
    return reasons
