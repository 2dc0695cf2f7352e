"""What the history gives as the reason of changes, and the history of rows that are created in bulk."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, DateTimeField, IntegerField, TextField, UUIDField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from talks.models.history import id_of_edit

BATCH = 900  # SQLite takes 999 values in a statement
UNREPORTED = "no article file reports it any more"


class Reasons(NamedTuple):
    """The reasons that the history gives: in general, and `ending` after the slug of the article that reports a row."""

    general: str
    ending: str

    def of(self, article: str) -> str:
        """The reason of a change of what this article (a slug) reports."""
        return f"{article}{self.ending}"


LOADED = Reasons("load_articles", ".yaml")
UNDONE = Reasons("import undone", ".yaml: import undone")


def save_columns(row: Any, columns: dict[str, Any], reason: str) -> None:
    """Save a row with these columns and the reason why."""
    set_columns(row, columns, reason)
    row.save()


def set_columns(row: Any, columns: dict[str, Any], reason: str) -> None:
    """Set these columns of a row, and the reason that its history is to give."""
    for column, value in columns.items():
        setattr(row, column, value)
    row._change_reason = reason


def note_creation(model: Any, pks: Sequence[int], article: str, ending: str) -> None:
    """Note in the history that these rows (pks) of a model were created because of an article's file.

    `article` is the lookup that leads from a row to that article; the reason is its slug with this `ending`. The
    database copies the rows, as they are now, which takes a fraction of the time that objects take; so it must come
    before anything changes them.
    """
    if not pks:
        return
    history = model.history.model
    columns = [field.attname for field in history.tracked_fields]
    told = {
        "history_date": Value(timezone.now(), DateTimeField()),
        "history_type": Value("+", CharField()),
        "history_change_reason": Concat(f"{article}__slug", Value(ending), output_field=TextField()),
        "edit": Value(id_of_edit(), UUIDField()),
    }
    if user := history.get_default_history_user(model()):
        told["history_user"] = Value(user.pk, IntegerField())
    names = [history._meta.get_field(name).column for name in (*columns, *told)]
    insert = f"INSERT INTO {quoted(history._meta.db_table)} ({', '.join(map(quoted, names))})"
    with connection.cursor() as cursor:
        for start in range(0, len(pks), BATCH):
            rows = model.objects.filter(pk__in=pks[start : start + BATCH]).order_by("pk")
            select, values = rows.values_list(*columns, *told.values()).query.sql_with_params()
            cursor.execute(f"{insert} {select}", values)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
