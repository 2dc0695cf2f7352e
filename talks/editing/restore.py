"""Brings an entry and its reported rows back to what they were after an earlier edit.

`plan` says what that would change and what stands against it, and writes nothing; `restore` does it. Publication, slug
and former addresses stay as they are: they are for readers. Restoring is an edit like any other, so it can be undone.
"""

from dataclasses import dataclass, field

from django.db import IntegrityError, models, transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from talks.derived.changes import noting
from talks.derived.reports import Reports, slugs_to_pks
from talks.derived.settle import derive, settle
from talks.editing.versions import Step, columns, differences, tracked
from talks.files.former import NAMED, in_fact, in_facts, present_slugs
from talks.models import REPORTS, Citation, Delegate, Delegation, Entry

STAYS = ("slug", "publication", "introduced_by", "first_reported", "last_reported")


@dataclass
class Plan:
    """What it means to restore: `entry` as it will be, the rows that will stand, {(model, pk): row}, and each `Step`.

    `refusals`: sentences on why it cannot be done.
    """

    entry: Entry
    rows: dict
    steps: list = field(default_factory=list)
    refusals: list = field(default_factory=list)

    def of(self, model):
        """The rows of one model that are new or changed."""
        return [step.after for step in self.steps if step.model is model and step.after]


class RefusedError(Exception):
    """Nothing was restored; the text says why."""


# What restoring would do


def plan(now, state):
    """The `Plan` of bringing the entry `now` back to `state`, which `talks.editing.versions.state_after` gave."""
    record = state[type(now), now.pk]
    found = Plan(type(now).objects.get(pk=now.pk), rows_of(state))
    for column in columns(type(now)):
        if column.name not in STAYS:
            setattr(found.entry, column.attname, getattr(record, column.attname))
    put_todays_slugs(found)
    found.refusals += [*deleted_since(found), *unknown_since(found), *unpublished_by(found)]
    if not found.refusals:
        derive(found.entry, reports_in(found.rows))
    found.steps = list(steps_to(found, now))
    return found


def rows_of(state):
    """{(model, pk): row} of the reported rows of a state; owners before what belongs to them."""
    return {row: record.instance for model in REPORTS for row, record in sorted_by_pk(state).items() if row[0] is model}


def sorted_by_pk(state):
    return dict(sorted(state.items(), key=lambda item: item[0][1]))


def reports_in(rows):
    """These rows as `derive` wants them: with their articles, and delegates with their delegation as it will be."""
    reports = Reports()
    prefetch_related_objects(list(rows.values()), "article")
    for (model, _pk), row in rows.items():
        if model is Delegate:
            row.delegation = rows[Delegation, row.delegation_id]
        reports.add(row)
    return reports


def steps_to(found, now):
    """A `Step` for the entry and each row that will be another one, come back or go."""
    entry = Step(type(now), now.pk, now, found.entry)
    if differences(entry):
        yield entry
    for model in tracked(type(now), now.pk):
        if model not in REPORTS:
            continue
        standing = model.objects.filter(**{model.ENTRY: now.pk}).in_bulk()
        wanted = {pk: row for (one, pk), row in found.rows.items() if one is model}
        for pk in sorted({*standing, *wanted}):
            step = Step(model, pk, standing.get(pk), wanted.get(pk))
            if not (step.before and step.after) or differences(step) or is_moved(step):
                yield step


def is_moved(step):
    """True if a delegate will be in another delegation; of what belongs to an entry, history has no other owner."""
    return step.model is Delegate and step.before.delegation_id != step.after.delegation_id


def put_todays_slugs(found):
    """Put slugs that were changed since into the values that name them."""
    now = present_slugs()
    for row in citations_in(found.rows):
        row.value = in_fact(row.field, row.value, now)
        row.fold()
    found.entry.chosen = in_facts(found.entry.chosen, now)


def citations_in(rows):
    return [row for (model, _pk), row in rows.items() if model is Citation]


def deleted_since(found):
    """A sentence for each article, party, person or issue that is named and no longer there.

    What an entry's own columns name counts only if no citation does, for they follow from citations.
    """
    wanted = {}
    for row in [*found.rows.values(), *([] if citations_in(found.rows) else [found.entry])]:
        for column in columns(type(row)):
            if isinstance(column, models.ForeignKey) and (pk := getattr(row, column.attname)):
                wanted.setdefault(column.related_model, set()).add(pk)
    for model, pks in wanted.items():
        for pk in sorted(pks - set(model.objects.filter(pk__in=pks).values_list("pk", flat=True))):
            yield deleted_in_words(model, last_name(model, pk))


def last_name(model, pk):
    """What a deleted row was called."""
    record = model.history.filter(**{model._meta.pk.attname: pk}).order_by("-history_id").first()
    return getattr(record, "name", None) or getattr(record, "title", None) or "?"


def deleted_in_words(model, name):
    told = gettext("The %(noun)s “%(name)s”, which was named then, is no longer here. Add it again first.")
    return told % {"noun": model._meta.verbose_name, "name": name}


def unknown_since(found):
    """A sentence for each slug in a citation that names nothing any more."""
    for model in dict.fromkeys(NAMED.values()):
        values = [row.value for row in citations_in(found.rows) if NAMED.get(row.field) is model]
        slugs = dict.fromkeys(slug for value in values for slug in value.split(", "))
        known = slugs_to_pks(model, slugs) if slugs else {}
        yield from (deleted_in_words(model, slug) for slug in slugs if slug not in known)


def unpublished_by(found):
    if found.entry.publication == "published" and not citations_in(found.rows):
        yield gettext(
            "It is published, and then no article reported it yet. Take it back to draft first; a published entry "
            "needs at least one citation."
        )


# Restoring


def restore(found, reason):
    """Do what a `Plan` says, as one edit. Raises `RefusedError` where it cannot be; then nothing is changed."""
    try:
        with transaction.atomic(), noting([found.entry.pk]):
            write_rows(found, reason)
            write_entry(found, reason)
    except IntegrityError as error:
        raise RefusedError(
            gettext(
                "Rows that stood then cannot stand side by side today, as after a merge of two entries. "
                "Nothing is changed."
            )
        ) from error


def write_rows(found, reason):
    """Changed rows are taken out and put in again as they were, so that no two of them clash half-way."""
    changed = [step for step in found.steps if step.before and step.after and step.model in REPORTS]
    for model in REPORTS:
        rows = model.objects.filter(pk__in=[step.pk for step in changed if step.model is model])
        rows._raw_delete(rows.db)  # neither with what belongs to them, nor as a deletion in history
    for step in reversed(found.steps):
        if not step.after:
            step.before._change_reason = reason
            step.before.delete()
    for model in REPORTS:
        put_in(model, found.of(model), {step.pk for step in changed if step.model is model}, reason)


def put_in(model, rows, changed, reason):
    model.objects.bulk_create(rows)
    for update in (False, True):
        some = [row for row in rows if (row.pk in changed) == update]
        model.history.bulk_history_create(some, update=update, default_change_reason=reason)


def write_entry(found, reason):
    if any(step.model is type(found.entry) for step in found.steps):
        found.entry._change_reason = reason
        found.entry.save()
    settle({found.entry.pk: reason})
