"""Brings an entry and its reported rows back to what they were after an earlier edit.

`plan` says what that would change and what stands against it, and writes nothing; `restore` does it. Publication, slug
and former addresses stay as they are: they are for readers. Restoring is an edit like any other, so it can be undone.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from talks.derived.changes import noting
from talks.derived.reports import Reports, slugs_to_pks
from talks.derived.settle import derive, settle
from talks.editing.paragraphs import Lost, ask_for, bring_to_today
from talks.editing.versions import Model, Row, State, Step, columns, differences, tracked
from talks.files.former import NAMED, in_fact, in_facts, present_slugs
from talks.models import REPORTS, Citation, Delegate, Delegation, Entry
from talks.models.history import delete, history_of, save
from talks.models.writing import writing

Rows = dict[Row, Any]  # reported rows by model and pk

STAYS = ("slug", "publication", "introduced_by", "first_reported", "last_reported")


@dataclass
class Plan:
    """What it means to restore: `entry` as it will be, the rows that will stand, {(model, pk): row}, and each `Step`.

    `refusals`: sentences on why it cannot be done. `lost`: paragraphs that the articles' texts have no longer.
    """

    entry: Entry
    rows: Rows
    steps: list[Step] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def of(self, model: Model) -> list[Any]:
        """The rows of one model that are new or changed."""
        return [step.after for step in self.steps if step.model is model and step.after]


class RefusedError(Exception):
    """Nothing was restored; the text says why."""


# What restoring would do


def plan(now: Entry, state: State) -> Plan:
    """The `Plan` of bringing the entry `now` back to `state`, which `talks.editing.versions.state_after` gave."""
    record = state[type(now), now.pk]
    planned = Plan(type(now).objects.get(pk=now.pk), rows_of(state))
    for column in columns(type(now)):
        if column.name not in STAYS:
            setattr(planned.entry, column.attname, getattr(record, column.attname))
    put_todays_slugs(planned)
    planned.lost = bring_to_today((row, state[key].history_date) for key, row in planned.rows.items())
    planned.refusals += [*deleted_since(planned), *unknown_since(planned), *unpublished_by(planned)]
    if not planned.refusals:
        derive(planned.entry, reports_in(planned.rows))
    planned.steps = list(steps_to(planned, now))
    return planned


def rows_of(state: State) -> Rows:
    """{(model, pk): row} of the reported rows of a state; owners before what belongs to them."""
    return {row: record.instance for model in REPORTS for row, record in sorted_by_pk(state).items() if row[0] is model}


def sorted_by_pk(state: State) -> State:
    return dict(sorted(state.items(), key=lambda item: item[0][1]))


def reports_in(rows: Rows) -> Reports:
    """These rows as `derive` wants them: with their articles, and delegates with their delegation as it will be."""
    reports = Reports()
    prefetch_related_objects(list(rows.values()), "article")
    for (model, _pk), row in rows.items():
        if model is Delegate:
            row.delegation = rows[Delegation, row.delegation_id]
        reports.add(row)
    return reports


def steps_to(plan: Plan, now: Entry) -> Iterator[Step]:
    """A `Step` for the entry and each row that will be another one, come back or go."""
    entry = Step(type(now), now.pk, now, plan.entry)
    if differences(entry):
        yield entry
    for model in tracked(type(now), now.pk):
        if model not in REPORTS:
            continue
        standing = model.objects.filter(**{model.ENTRY: now.pk}).in_bulk()
        wanted = {pk: row for (its_model, pk), row in plan.rows.items() if its_model is model}
        for pk in sorted({*standing, *wanted}):
            step = Step(model, pk, standing.get(pk), wanted.get(pk))
            if not (step.before and step.after) or differences(step) or is_moved(step):
                yield step


def is_moved(step: Step) -> bool:
    """True if a delegate will be in another delegation; of what belongs to an entry, history has no other owner."""
    return step.model is Delegate and step.before.delegation_id != step.after.delegation_id


def put_todays_slugs(plan: Plan) -> None:
    """Put slugs that were changed since into the values that name them."""
    now = present_slugs()
    for row in citations_in(plan.rows):
        row.value = in_fact(row.field, row.value, now)
    plan.entry.chosen = in_facts(plan.entry.chosen, now)


def citations_in(rows: Rows) -> list[Citation]:
    return [row for (model, _pk), row in rows.items() if model is Citation]


def deleted_since(plan: Plan) -> Iterator[str]:
    """A sentence for each article, party, person or issue that is named and no longer there.

    What an entry's own columns name counts only if no citation does, for they follow from citations.
    """
    wanted: dict[Model, set[int]] = {}
    for row in [*plan.rows.values(), *([] if citations_in(plan.rows) else [plan.entry])]:
        for column in columns(type(row)):
            if isinstance(column, models.ForeignKey) and (pk := getattr(row, column.attname)):
                wanted.setdefault(column.related_model, set()).add(pk)
    for model, pks in wanted.items():
        for pk in sorted(pks - set(model._default_manager.filter(pk__in=pks).values_list("pk", flat=True))):
            yield deleted_in_words(model, last_name(model, pk))


def last_name(model: Model, pk: int) -> str:
    """What a deleted row was called."""
    record = history_of(model).filter(**{model._meta.pk.attname: pk}).order_by("-history_id").first()
    return getattr(record, "name", None) or getattr(record, "title", None) or "?"


def deleted_in_words(model: Model, name: str) -> str:
    sentence = gettext("The %(noun)s “%(name)s”, which was named then, is no longer here. Add it again first.")
    return sentence % {"noun": model._meta.verbose_name, "name": name}


def unknown_since(plan: Plan) -> Iterator[str]:
    """A sentence for each slug in a citation that names nothing any more."""
    for model in dict.fromkeys(NAMED.values()):
        values = [row.value for row in citations_in(plan.rows) if NAMED.get(row.field) is model]
        slugs = dict.fromkeys(slug for value in values for slug in value.split(", "))
        known = slugs_to_pks(model, slugs) if slugs else {}
        yield from (deleted_in_words(model, slug) for slug in slugs if slug not in known)


def unpublished_by(plan: Plan) -> Iterator[str]:
    if plan.entry.publication == "published" and not citations_in(plan.rows):
        yield gettext(
            "It is published, and then no article reported it yet. Take it back to draft first; a published entry "
            "needs at least one citation."
        )


# Restoring


@writing()
def restore(plan: Plan, reason: str) -> None:
    """Do what a `Plan` says. Raises `RefusedError` where it cannot be; then nothing is changed."""
    try:
        with transaction.atomic(), noting([plan.entry.pk]):
            write_rows(plan, reason)
            write_entry(plan, reason)
            ask_for(plan.lost)
    except IntegrityError as error:
        raise RefusedError(
            gettext(
                "Rows that stood then cannot stand side by side today, as after a merge of two entries. "
                "Nothing is changed."
            )
        ) from error


def write_rows(plan: Plan, reason: str) -> None:
    """Changed rows are taken out and put in again as they were, so that no two of them clash half-way."""
    changed = [step for step in plan.steps if step.before and step.after and step.model in REPORTS]
    for model in REPORTS:
        rows = model.objects.filter(pk__in=[step.pk for step in changed if step.model is model])
        rows._raw_delete(rows.db)  # neither with what belongs to them, nor as a deletion in history
    for step in reversed(plan.steps):
        if step.before and not step.after:
            delete(step.before, reason)
    for model in REPORTS:
        put_in(model, plan.of(model), {step.pk for step in changed if step.model is model}, reason)


def put_in(model: Model, rows: list[Any], changed: Collection[int], reason: str) -> None:
    model._default_manager.bulk_create(rows)
    for update in (False, True):
        some = [row for row in rows if (row.pk in changed) == update]
        history_of(model).bulk_history_create(some, update=update, default_change_reason=reason)


def write_entry(plan: Plan, reason: str) -> None:
    if any(step.model is type(plan.entry) for step in plan.steps):
        save(plan.entry, reason)
    settle({plan.entry.pk: reason})
