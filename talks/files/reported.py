"""Writes what articles report, and the entries that come and go with it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import ProtectedError, QuerySet

from talks.derived.reports import by_kind, reports_of
from talks.derived.settle import settle
from talks.files.compare import Change, Changes
from talks.files.created import BATCH, Added, create
from talks.files.discrepancies import discrepancies_of, sentences_of_new
from talks.files.held import Keys
from talks.files.history import UNREPORTED, Reasons, save_columns
from talks.files.outcome import Outcome, Progress, untold
from talks.models import KINDS, REPORTS, Article, Citation, Entry, Publication, Sourced
from talks.models.history import delete


def write_reported(
    changes: Changes, keys: Keys, reasons: Reasons, outcome: Outcome, progress: Progress = untold
) -> list[Added]:
    """Write the reported rows and what follows from them; gives the entries that are new."""
    why = {keys.pks[Entry][slug]: reason for slug, reason in changes.reasons().items() if slug in keys.pks[Entry]}
    old = list(why)
    disputed_before = discrepancies_of(old)
    _remove_and_update(changes, keys)  # first, so that a delegation that gets a new head has lost the old one
    new = create(changes, keys, reasons, outcome, progress)
    if changes.overrule:
        why |= _overrule_editors(changes, keys, outcome)
    else:
        _tell_choices(changes, keys, outcome)
    unreported = set(Entry.objects.filter(pk__in=old, citations=None).values_list("pk", flat=True))
    settle({pk: reason for pk, reason in why.items() if pk not in unreported}, keys.find, keys.names)
    _remove_unreported(unreported - set(keys.find(Entry, changes.spared).values()), keys, outcome)
    outcome.discrepancies = sentences_of_new(
        disputed_before, discrepancies_of([*old, *(one.pk for one in new if one.disputed)])
    )
    return new


# Rows that are there


def _remove_and_update(changes: Changes, keys: Keys) -> None:
    by_model = defaultdict(list)
    for change in changes.there:
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
