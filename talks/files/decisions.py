"""Brings back entries that a load removed, and what editors had decided about entries before it."""

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import models

from talks.derived.settle import settle
from talks.files.compare import Change, Changes, Decision
from talks.files.held import Keys
from talks.files.history import save_columns
from talks.files.outcome import Outcome
from talks.files.reader import Problem
from talks.files.rows import Values
from talks.files.translations import translations_of_new
from talks.models import KINDS, Citation, Entry, FormerSlug


def make_anew(changes: Changes, keys: Keys, reason: str, outcome: Outcome) -> None:
    """Make the entries anew that the rows to write are about. First they are drafts."""
    if not changes.anew:
        return
    titles = {change.entry: change.values["title"] for change in changes.created if change.values.get("title")}
    for slug, before, _ in changes.anew:
        kind = before["kind"]
        entry = KINDS[kind](slug=slug, kind=kind, translations=translations_of_new(changes, Entry, slug))
        values = {"title": titles.get(slug, slug), "notable": before.get("notable", False)}  # not in older differences
        save_columns(entry, values, reason)
        keys.add_entry(slug, entry.pk, kind)
        give_former_slugs(entry, before["former"])
        outcome.note(Change("create", KINDS[kind], (slug,)))


def give_former_slugs(row: models.Model, slugs: Iterable[str]) -> None:
    """Give a row that is made anew its former slugs, except those that lead elsewhere by now."""
    owner = FormerSlug.owner_of(type(row))
    for slug in slugs:
        if not FormerSlug.objects.filter(slug=slug).exclude(**{owner: None}).exists():
            FormerSlug.objects.create(slug=slug, **{f"{owner}_id": row.pk})


def put_back(changes: Changes, keys: Keys, reason: str, outcome: Outcome) -> list[Problem]:
    """Bring back what editors chose, then, because it may need that, what was public; gives the problems met."""
    anew = {decision.slug for decision in changes.anew}
    uncited = {change.entry for change in changes.removed if change.model is Citation} | anew
    there = [(entry, decision) for decision in changes.decisions if (entry := _entry(decision))]
    problems = []
    for entry, decision in there:
        columns = decision.before["columns"] if entry.slug in uncited and not entry.citations.exists() else None
        problems += _choose_as_before(entry, decision, columns or {}, keys, reason)
    settle(dict.fromkeys([entry.pk for entry, _ in there], reason), keys.find, keys.names)
    for entry, decision in there:
        entry.refresh_from_db()
        change = _publish_as_before(entry, decision, reason, outcome)
        if change and entry.slug not in anew:
            outcome.note(change)
    return problems


def _entry(decision: Decision) -> Any:
    return KINDS[decision.before["kind"]].objects.filter(slug=decision.slug).first()


def _choose_as_before(entry: Any, decision: Decision, columns: Values, keys: Keys, reason: str) -> list[Problem]:
    """Bring back what editors chose, and the columns of an entry that no article reports by now."""
    before, after = decision.before["chosen"], decision.after["chosen"] or {}
    chosen = dict(entry.chosen)
    for fact in {**before, **after}:
        if chosen.get(fact) == after.get(fact):
            chosen[fact] = before.get(fact)
    chosen = {fact: value for fact, value in chosen.items() if value is not None}
    problems = []
    if chosen != entry.chosen or columns:
        problems = lost_names(entry.slug, type(entry), columns, keys.pks)
        if not problems:
            save_columns(entry, {"chosen": chosen, **keys.columns(type(entry), columns)}, reason)
    return problems


def _publish_as_before(entry: Entry, decision: Decision, reason: str, outcome: Outcome) -> Change | None:
    """Give an entry the publication that it had, and the change; None if it has it, or another by now."""
    state, last = decision.before["publication"], decision.after["publication"] or "draft"
    if state in (last, entry.publication):
        return None
    change = Change("update", type(entry), (entry.slug,), {"publication": state}, {"publication": last})
    if entry.publication == last and (state != "published" or (entry.first_reported and entry.start)):
        save_columns(entry, {"publication": state}, reason)
        return change
    outcome.kept.append(f"{change.name}: publication is “{entry.publication}” since then, “{state}” before")
    return None


def lost_names(name: str, model: Any, values: Values, known: Mapping[Any, Container[str]]) -> list[Problem]:
    """A problem for each row that these values name by slug and that is not among the `known` any more."""
    problems = []
    for lookup, slug in values.items():
        *steps, last = lookup.split("__")
        named = model
        for step in steps if last == "slug" else ():
            named = named._meta.get_field(step).related_model
        if last == "slug" and slug is not None and slug not in known[named]:
            noun = named._meta.verbose_name
            message = f"the {noun} “{slug}” was removed since; make it again first, then undo the import"
            problems.append(Problem(Path(name), 0, "", message))
    return problems
