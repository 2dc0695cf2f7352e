"""What was edited together, what each edit changed, and what a row and all that belongs to it said after it.

History has a row (“record”) for each change of each row. `records_of` reads those of one row and of what belongs to it;
all else here is computed from them, without the database.
"""

import datetime
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from talks.models import REPORTS, Delegate, Delegation, Entry, FormerSlug

TOGETHER = datetime.timedelta(seconds=2)
# Columns that say nothing of their own: keys, times of saving, texts for search, and what a row belongs to.
SILENT = ("id", "entry_ptr", "kind", "created", "updated", "folded")
OWNERS: dict[type[models.Model], str] = {FormerSlug: "entry", **{model: model.owner() for model in REPORTS}}


class Step(NamedTuple):
    """What became of one row: `before` and `after` are records or rows, None where there was none."""

    model: type
    pk: int
    before: object
    after: object


@dataclass
class Edit:
    """What one user changed at once, for one reason: its records, oldest first."""

    records: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    reason: str | None = None

    @property
    def user(self):
        return self.records[0].history_user

    @property
    def when(self):
        return self.records[-1].history_date

    @property
    def key(self):
        """Names the edit in addresses: its latest record."""
        return f"{self.records[-1].instance_type._meta.model_name}-{self.records[-1].history_id}"

    def takes(self, record):
        """True if this record belongs to the edit. What a deletion takes along is noted without a reason."""
        reasons = {self.reason, record.history_change_reason or None} - {None}
        return self.records[-1].history_user_id == record.history_user_id and len(reasons) <= 1

    def add(self, record):
        self.records.append(record)
        self.reason = self.reason or record.history_change_reason or None


# Reading


def tracked(model, pk):
    """{model: lookups} that find the records of a row and of what belongs to it."""
    found = {model: {model._meta.pk.attname: pk}}
    if issubclass(model, Entry):
        for report, owner in OWNERS.items():
            if report is Delegate:
                if model is Delegation._meta.get_field("round").related_model:
                    found[Delegate] = {"delegation_id__in": Delegation.history.filter(round_id=pk).values("id")}
            elif issubclass(model, report._meta.get_field(owner).related_model):
                found[report] = {f"{owner}_id": pk}
    elif model is Delegation:
        found[Delegate] = {"delegation_id": pk}
    return found


def records_of(model, pk):
    """All records of a row and of what belongs to it, oldest first."""
    records = []
    for order, (one, lookups) in enumerate(tracked(model, pk).items()):
        rows = one.history.filter(**lookups).select_related("history_user").order_by()
        records += [(record.history_date, order, record.history_id, record) for record in rows]
    return [record for *_, record in sorted(records, key=lambda told: told[:3])]


def mark_of(model, pk):
    """A text that is another one as soon as the row or what belongs to it has changed: the latest records, by model.

    Without the row, an empty one.
    """
    latest = [
        Coalesce(Subquery(one.history.filter(**lookups).order_by("-history_id").values("history_id")[:1]), 0)
        for one, lookups in tracked(model, pk).items()
    ]
    return "-".join(map(str, model.objects.filter(pk=pk).values_list(*latest).first() or ()))


def hold(model, pk):
    """Let others who want to change this row wait until the transaction is over; SQLite's writers do so anyway."""
    list(model.objects.select_for_update().filter(pk=pk).values_list("pk"))


def cut(model, mark):
    """{model: latest record} as `mark_of` noted them; None if the text is no mark of such a row."""
    names = list(tracked(model, 0))
    told = mark.split("-")
    if len(told) != len(names) or not all(re.fullmatch(r"[0-9]{1,18}", number) for number in told):
        return None
    return dict(zip(names, map(int, told), strict=True))


# Computing


def edits_of(records):
    """The edits that these records, oldest first, were made by, with what each did to every row; oldest first."""
    edits, running, latest = [], [], {}
    for record in records:
        running = [(place, edit) for place, edit in running if record.history_date - edit.when <= TOGETHER]
        # Not one that was there before another one changed the same row, so that edits can be told in their order.
        since = latest.get(row_of(record), 0)
        place, edit = next((one for one in running if one[0] >= since and one[1].takes(record)), (len(edits), None))
        if edit is None:
            edit = Edit()
            edits.append(edit)
            running.append((place, edit))
        edit.add(record)
        latest[row_of(record)] = place
    rows = beginnings(records)
    for edit in edits:
        edit.steps = steps_of(edit.records, rows)
        rows |= {(step.model, step.pk): step.after for step in edit.steps}
    return edits


def steps_of(records, rows):
    """What these records did to each row; `rows`: {(model, pk): record before}."""
    last = {row_of(record): record for record in records}
    steps = [Step(*row, rows.get(row), standing(record)) for row, record in last.items()]
    return [step for step in steps if step.before or step.after]


def row_of(record):
    return record.instance_type, getattr(record, record.instance_type._meta.pk.attname)


def standing(record):
    """The record, unless it is of a deletion."""
    return None if record.history_type == "-" else record


def beginnings(records):
    """{(model, pk): first record} of the rows whose history does not begin with their creation.

    They were there before, and said what their first record says, as far as anyone can tell.
    """
    first = {}
    for record in records:
        first.setdefault(row_of(record), record)
    return {row: record for row, record in first.items() if record.history_type != "+"}


def state_after(edits, key):
    """{(model, pk): record} of all rows that stood after the edit with this key; None if there is no such edit."""
    rows = beginnings([record for edit in edits for record in edit.records])
    for edit in edits:
        rows |= {(step.model, step.pk): step.after for step in edit.steps}
        if edit.key == key:
            return {row: record for row, record in rows.items() if record}
    return None


def state_at(records, latest):
    """{(model, pk): record} of all rows that stood when `latest` ({model: record}) were the latest records."""
    rows = beginnings(records)
    rows |= {row_of(record): standing(record) for record in records if record.history_id <= latest[row_of(record)[0]]}
    return {row: record for row, record in rows.items() if record}


def told_since(edits, latest):
    """Those of the edits that have a later record than `latest` ({model: record})."""
    return [edit for edit in edits if any(record.history_id > latest[row_of(record)[0]] for record in edit.records)]


def columns(model):
    """The columns of which history tells, without the silent ones."""
    silent = {*SILENT, OWNERS.get(model)}
    return [column for column in model.history.model.tracked_fields if column.name not in silent]


def differences(step, without=()):
    """[(column, value before, value after)] of a step; of a new or deleted row, what it says."""
    found = []
    for column in columns(step.model):
        before, after = (getattr(one, column.attname) if one else None for one in (step.before, step.after))
        either = step.before and step.after
        if column.name not in without and (before != after if either else not is_empty(before, after)):
            found.append((column, before, after))
    return found


def is_empty(*values):
    return all(value in (None, "", {}, []) for value in values)


def named_rows(steps):
    """{model: pks} of the rows that the columns of these steps refer to."""
    found = {}
    for step in steps:
        for column in columns(step.model):
            if isinstance(column, models.ForeignKey):
                pks = {getattr(one, column.attname) for one in (step.before, step.after) if one} - {None}
                found.setdefault(column.related_model, set()).update(pks)
    return found
