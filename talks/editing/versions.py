"""What was edited together, what each edit changed, and what a row and all that belongs to it said after it.

History has a row (“record”) for each change of each row, with the id of the edit that it is part of. `records_of` reads
those of one row and of what belongs to it; all else here is computed from them, without the database.
"""

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from talks.models import REPORTS, Delegate, Delegation, Entry, FormerSlug
from talks.models.history import Record, history_of

Model = type[models.Model]
Row = tuple[Model, int]  # a row by its model and key
Column = models.Field
State = dict[Row, Record]  # the rows that stood at some time, with what each said

# Columns that say nothing of their own: keys, times of saving, ranks, texts for search, and what a row belongs to.
SILENT = ("id", "entry_ptr", "kind", "rank", "created", "updated", "lost", "address_key", "text_key")
# {model: column of the row that its rows belong to}; marks on pages that are open name models in this order.
OWNERS: dict[Model, str] = {**{model: model.owner() for model in REPORTS}, FormerSlug: "entry"}


class Step(NamedTuple):
    """What became of one row: `before` and `after` are records or rows, None where there was none."""

    model: Model
    pk: int
    before: Any
    after: Any


@dataclass
class Edit:
    """What was changed at once, for one reason: its records, oldest first, and what became of each row."""

    records: list[Record] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def user(self) -> AbstractBaseUser | None:
        return self.records[0].history_user

    @property
    def reason(self) -> str | None:
        """What a deletion takes along is noted without a reason; that of the deletion counts."""
        return next((record.history_change_reason for record in self.records if record.history_change_reason), None)

    @property
    def when(self) -> datetime.datetime:
        return self.records[-1].history_date

    @property
    def key(self) -> str:
        """Names the edit in addresses: its latest record."""
        return f"{self.records[-1].instance_type._meta.model_name}-{self.records[-1].history_id}"


# Reading


def tracked(model: Model, pk: int) -> dict[Model, dict[str, Any]]:
    """{model: lookups} that find the records of a row and of what belongs to it."""
    lookups: dict[Model, dict[str, Any]] = {model: {model._meta.pk.attname: pk}}
    if issubclass(model, Entry):
        for report, owner in OWNERS.items():
            if report is Delegate:
                if model is Delegation._meta.get_field("round").related_model:
                    of_round = history_of(Delegation).filter(round_id=pk)
                    lookups[Delegate] = {"delegation_id__in": of_round.values("id")}
            elif (owning := report._meta.get_field(owner).related_model) and issubclass(model, owning):
                lookups[report] = {f"{owner}_id": pk}
    elif model is Delegation:
        lookups[Delegate] = {"delegation_id": pk}
    return lookups


def records_of(model: Model, pk: int) -> list[Record]:
    """All records of a row and of what belongs to it, oldest first.

    Those of one model by their number, whatever the clock said when they were made: one that was wrong for a while must
    not let an earlier record count as the later. Those of several models by their time.
    """
    records: list[tuple[datetime.datetime, int, Record]] = []
    for order, (its_model, lookups) in enumerate(tracked(model, pk).items()):
        rows = list(history_of(its_model).filter(**lookups).select_related("history_user").order_by("history_id"))
        reached = accumulate((record.history_date for record in rows), max)
        records += [(when, order, record) for when, record in zip(reached, rows, strict=True)]
    return [record for *_, record in sorted(records, key=lambda placed: placed[:2])]


def mark_of(model: Model, pk: int) -> str:
    """A text that is another one as soon as the row or what belongs to it has changed: the latest records, by model.

    Without the row, an empty one.
    """
    latest = [
        Coalesce(Subquery(history_of(its_model).filter(**lookups).order_by("-history_id").values("history_id")[:1]), 0)
        for its_model, lookups in tracked(model, pk).items()
    ]
    return "-".join(map(str, model._default_manager.filter(pk=pk).values_list(*latest).first() or ()))


def cut(model: Model, mark: str) -> dict[Model, int] | None:
    """{model: latest record} as `mark_of` noted them; None if the text is no mark of such a row."""
    models_of_mark = list(tracked(model, 0))
    numbers = mark.split("-")
    if len(numbers) != len(models_of_mark) or not all(re.fullmatch(r"[0-9]{1,18}", number) for number in numbers):
        return None
    return dict(zip(models_of_mark, map(int, numbers), strict=True))


# Computing


def edits_of(records: Sequence[Record]) -> list[Edit]:
    """The edits that these records, oldest first, were made by, with what each did to every row; oldest first.

    What was written at once for several reasons, as by a load of several files, is one edit for each reason.
    """
    edits: list[Edit] = []
    reasons = {
        record.edit: record.history_change_reason for record in reversed(records) if record.history_change_reason
    }
    places: dict[tuple, int] = {}  # in `edits`, of the latest for each id and reason
    changed: dict[Row, int] = {}  # place of the latest edit of each row
    for record in records:
        which = record.edit, record.history_change_reason or reasons.get(record.edit)
        place = places.get(which, -1)
        # Not in one that was there before another one changed the same row, so that edits can be told in their order.
        if place < changed.get(row_of(record), 0):
            place = places[which] = len(edits)
            edits.append(Edit())
        edits[place].records.append(record)
        changed[row_of(record)] = place
    rows: dict[Row, Any] = {**beginnings(records)}
    for edit in edits:
        edit.steps = steps_of(edit.records, rows)
        rows |= {(step.model, step.pk): step.after for step in edit.steps}
    return edits


def steps_of(records: Iterable[Record], rows: Mapping[Row, Record | None]) -> list[Step]:
    """What these records did to each row; `rows`: {(model, pk): record before}."""
    last = {row_of(record): record for record in records}
    steps = [Step(*row, rows.get(row), standing(record)) for row, record in last.items()]
    return [step for step in steps if step.before or step.after]


def row_of(record: Record) -> Row:
    return record.instance_type, getattr(record, record.instance_type._meta.pk.attname)


def standing(record: Record) -> Record | None:
    """The record, unless it is of a deletion."""
    return None if record.history_type == "-" else record


def beginnings(records: Iterable[Record]) -> State:
    """{(model, pk): first record} of the rows whose history does not begin with their creation.

    They were there before, and said what their first record says, as far as anyone can tell.
    """
    first: State = {}
    for record in records:
        first.setdefault(row_of(record), record)
    return {row: record for row, record in first.items() if record.history_type != "+"}


def state_after(edits: Collection[Edit], key: str) -> State | None:
    """{(model, pk): record} of all rows that stood after the edit with this key; None if there is no such edit."""
    rows: dict[Row, Any] = {**beginnings(record for edit in edits for record in edit.records)}
    for edit in edits:
        rows |= {(step.model, step.pk): step.after for step in edit.steps}
        if edit.key == key:
            return {row: record for row, record in rows.items() if record}
    return None


def state_at(records: Collection[Record], latest: Mapping[Model, int]) -> State:
    """{(model, pk): record} of all rows that stood when `latest` ({model: record}) were the latest records."""
    rows: dict[Row, Record | None] = {**beginnings(records)}
    rows |= {row_of(record): standing(record) for record in records if record.history_id <= latest[row_of(record)[0]]}
    return {row: record for row, record in rows.items() if record}


def told_since(edits: Iterable[Edit], latest: Mapping[Model, int]) -> list[Edit]:
    """Those of the edits that have a later record than `latest` ({model: record})."""
    return [edit for edit in edits if any(record.history_id > latest[row_of(record)[0]] for record in edit.records)]


def columns(model: Model) -> list[Column]:
    """The columns of which history tells, without the silent ones."""
    silent = {*SILENT, OWNERS.get(model)}
    return [column for column in history_of(model).model.tracked_fields if column.name not in silent]


def differences(step: Step, without: Collection[str] = ()) -> list[tuple[Column, Any, Any]]:
    """[(column, value before, value after)] of a step; of a new or deleted row, what it says."""
    differing = []
    for column in columns(step.model):
        before, after = (getattr(row, column.attname) if row else None for row in (step.before, step.after))
        either = step.before and step.after
        if column.name not in without and (before != after if either else not is_empty(before, after)):
            differing.append((column, before, after))
    return differing


def is_empty(*values: Any) -> bool:
    return all(value in (None, "", {}, []) for value in values)


def named_rows(steps: Iterable[Step]) -> dict[Model, set[int]]:
    """{model: pks} of the rows that the columns of these steps refer to."""
    pks: dict[Model, set[int]] = {}
    for step in steps:
        for column in columns(step.model):
            if isinstance(column, models.ForeignKey):
                values = {getattr(row, column.attname) for row in (step.before, step.after) if row} - {None}
                pks.setdefault(column.related_model, set()).update(values)
    return pks
