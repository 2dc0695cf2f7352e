"""Every record of the history gets the id of the edit that it is part of.

Until now that was told from the records: one edit is what one user did to a row and what belongs to it, for one reason,
at most two seconds apart. Records of before get their ids by that rule, once.
"""

import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db import migrations, models

import talks.models.history

TOGETHER = datetime.timedelta(seconds=2)
BATCH = 1000  # rows whose histories are read at once
KINDS = ("round", "swap", "proposal", "event")
# {model: column of the entry}, in the order in which records of one moment are told; delegates follow delegations.
OF_ENTRIES = dict.fromkeys(KINDS, "entry_ptr_id") | {
    "citation": "entry_id",
    "delegation": "round_id",
    "transfer": "swap_id",
    "provision": "proposal_id",
    "account": "entry_id",
    "formerslug": "entry_id",
}
ALONE = ("process", "party", "person", "issue", "publisher", "article")
ORDER = (*KINDS, "citation", "delegation", "delegate", "transfer", "provision", "account", "formerslug", *ALONE)


class Record(NamedTuple):
    owner: int
    date: datetime.datetime
    order: int
    history_id: int
    row: int
    user: int | None
    reason: str | None

    @property
    def model(self):
        return ORDER[self.order]


@dataclass
class Edit:
    id: uuid.UUID
    place: int
    user: int | None
    when: datetime.datetime
    reason: str | None = None

    def takes(self, record):
        return self.user == record.user and len({self.reason, record.reason or None} - {None}) <= 1

    def add(self, record):
        self.when = record.date
        self.reason = self.reason or record.reason or None


def write_ids(apps, schema_editor):
    for records in batches_of(apps):
        ids = defaultdict(list)
        for _owner, several in groupby(sorted(records), key=lambda record: record.owner):
            for record, edit in edits_of(several):
                ids[record.model].append((edit, record.history_id))
        write(apps, schema_editor.connection, ids)


def write(apps, connection, ids):
    for model, pairs in ids.items():
        history = apps.get_model("talks", f"historical{model}")
        column = history._meta.get_field("edit")
        values = [(column.get_db_prep_value(edit, connection), pk) for edit, pk in pairs]
        table = connection.ops.quote_name(history._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET edit = %s WHERE history_id = %s", values)


def edits_of(records):
    """(record, id of its edit) of the records of one row and of what belongs to it, oldest first."""
    running, count, latest = [], 0, {}
    for record in records:
        running = [edit for edit in running if record.date - edit.when <= TOGETHER]
        row = record.model, record.row
        # Not one that was there before another one changed the same row, so that edits can be told in their order.
        since = latest.get(row, 0)
        edit = next((edit for edit in running if edit.place >= since and edit.takes(record)), None)
        if edit is None:
            edit = Edit(uuid.uuid4(), count, record.user, record.date)
            running.append(edit)
            count += 1
        edit.add(record)
        latest[row] = edit.place
        yield record, edit.id


def batches_of(apps):
    """Lists of records; all those of one row, and of what belongs to it, are in one list."""
    delegations, delegates = (apps.get_model("talks", f"historical{name}") for name in ("delegation", "delegate"))
    for start in steps(apps, OF_ENTRIES.items()):
        records = []
        for model, column in OF_ENTRIES.items():
            records += read(model, near(apps, model, column, start), column)
        near_delegations = near(apps, "delegation", "round_id", start).order_by("history_id")
        rounds = dict(near_delegations.values_list("id", "round_id"))
        theirs = delegates.objects.filter(delegation_id__in=near_delegations.order_by().values("id"))
        for record in read("delegate", theirs, "delegation_id"):
            records.append(record._replace(owner=rounds[record.owner]))
        yield records
    for model in ALONE:
        for start in steps(apps, [(model, "id")]):
            yield read(model, near(apps, model, "id", start), "id")
    yield read("delegate", delegates.objects.exclude(delegation_id__in=delegations.objects.values("id")), "id")
    yield read("formerslug", apps.get_model("talks", "historicalformerslug").objects.filter(entry_id=None), "id")


def steps(apps, columns):
    """Where batches start, by the keys in these columns."""
    highest = 0
    for model, column in columns:
        history = apps.get_model("talks", f"historical{model}")
        highest = max(highest, history.objects.aggregate(highest=models.Max(column))["highest"] or 0)
    return range(0, highest + 1, BATCH)


def near(apps, model, column, start):
    history = apps.get_model("talks", f"historical{model}")
    return history.objects.filter(**{f"{column}__gte": start, f"{column}__lt": start + BATCH})


def read(model, rows, owner):
    pk = "entry_ptr_id" if model in KINDS else "id"
    columns = "history_date", "history_id", pk, "history_user_id", "history_change_reason"
    order = ORDER.index(model)
    for its_owner, date, history_id, row, user, reason in rows.order_by().values_list(owner, *columns):
        yield Record(its_owner, date, order, history_id, row, user, reason)


class Migration(migrations.Migration):
    dependencies = [
        ("talks", "0006_upkeep"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=f"historical{model}",
                name="edit",
                field=models.UUIDField(default=talks.models.history.id_of_edit, editable=False),
            )
            for model in ORDER
        ),
        migrations.RunPython(write_ids, migrations.RunPython.noop),
    ]
