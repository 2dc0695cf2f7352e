"""History for rows that are created in bulk."""

from django.db import connection
from django.db.models import CharField, DateTimeField, IntegerField, TextField, UUIDField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from talks.models.history import id_of_edit

BATCH = 900  # SQLite takes 999 values in a statement


def note_creation(made, article, ending=".yaml"):
    """Note in the history that these rows of one model were created because of an article's file.

    `article` is the lookup that leads from a row to that article; the reason is its slug with this `ending`. The
    database copies the rows, as they are now, which takes a fraction of the time that objects take; so it must come
    before anything changes them.
    """
    if not made:
        return
    model, history = type(made[0]), type(made[0]).history.model
    columns = [field.attname for field in history.tracked_fields]
    told = {
        "history_date": Value(timezone.now(), DateTimeField()),
        "history_type": Value("+", CharField()),
        "history_change_reason": Concat(f"{article}__slug", Value(ending), output_field=TextField()),
        "edit": Value(id_of_edit(), UUIDField()),
    }
    if user := history.get_default_history_user(made[0]):
        told["history_user"] = Value(user.pk, IntegerField())
    names = [history._meta.get_field(name).column for name in (*columns, *told)]
    insert = f"INSERT INTO {quoted(history._meta.db_table)} ({', '.join(map(quoted, names))})"
    pks = [row.pk for row in made]
    with connection.cursor() as cursor:
        for start in range(0, len(pks), BATCH):
            rows = model.objects.filter(pk__in=pks[start : start + BATCH]).order_by("pk")
            select, values = rows.values_list(*columns, *told.values()).query.sql_with_params()
            cursor.execute(f"{insert} {select}", values)


def quoted(name):
    return connection.ops.quote_name(name)
