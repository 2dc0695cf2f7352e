"""A whole site from one database to another, such as from SQLite to PostgreSQL, and the proof that nothing was lost."""

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import sql

from talks.models import Article

DERIVED = "modelsearch"  # the index of the search, which looks different in each database and is made anew


class CannotCopyError(Exception):
    """It was not copied; the text says why."""


def copied_models() -> list[type[models.Model]]:
    """All tables of the site but the index of the search, as models."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label != DERIVED
    ]


def copy_site(source: str, target: str = DEFAULT_DB_ALIAS) -> int:
    """Copy all rows from the database of one alias to that of another, which holds no articles and users yet.

    All or nothing, and what was written is read back and compared: the number of rows, all the same on both sides.
    Raises `CannotCopyError` if they are not, or if the target holds something.
    """
    _must_be_empty(target)
    with transaction.atomic(source), transaction.atomic(target):
        _empty(target)
        for model in copied_models():
            for rows in _slices(model, source, connections[target]):
                _insert(model, rows, target)
        for statement in connections[target].ops.sequence_reset_sql(no_style(), copied_models()):
            connections[target].cursor().execute(statement)
        connections[target].check_constraints()
        return sum(_compared(model, source, target) for model in copied_models())


def _must_be_empty(target: str) -> None:
    user = next(model for model in copied_models() if model._meta.label == "auth.User")
    for model in (Article, user):
        if model._base_manager.using(target).exists():
            plural = model._meta.verbose_name_plural
            raise CannotCopyError(f"the database to copy to has {plural} already; copy into an empty one")


def _empty(target: str) -> None:
    """Without the rows that migrations put there, which come from the source with the rest."""
    connection = connections[target]
    tables = [model._meta.db_table for model in copied_models()]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, allow_cascade=True))


def _slices(model: type[models.Model], source: str, target: Any) -> Iterator[list[models.Model]]:
    """The rows of a table, as many at a time as one statement takes."""
    size = target.ops.bulk_batch_size(model._meta.local_concrete_fields, range(1000))
    rows = model._base_manager.using(source).order_by("pk").iterator(chunk_size=1000)
    while some := list(islice(rows, size)):
        yield some


def _insert(model: type[models.Model], rows: list[models.Model], target: str) -> None:
    """Write rows as they are into the one table of a model: of an entry's kind, only what the kind adds."""
    query = sql.InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, rows, raw=True)
    query.get_compiler(target).execute_sql()


def _compared(model: type[models.Model], source: str, target: str) -> int:
    """How many rows a table has, each the same on both sides."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    count = 0
    for one, other in zip_longest(_rows(model, names, source), _rows(model, names, target)):
        if one != other:
            raise CannotCopyError(f"{model._meta.verbose_name} {(one or other)[0]} is not the same on both sides")
        count += 1
    return count


def _rows(model: type[models.Model], names: list[str], alias: str) -> Iterator[tuple]:
    key = model._meta.pk.attname
    return model._base_manager.using(alias).order_by("pk").values_list(key, *names).iterator(chunk_size=1000)
