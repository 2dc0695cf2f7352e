"""Rows that many rows lead to, such as the articles of reports, made once for each query instead of once for each row."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, RelatedPopulator


class SharedPopulator(RelatedPopulator):
    """As Django's, for what `select_related` loads; but what has one pk is one object."""

    def __init__(self, klass_info: dict[str, Any], select: Any, db: str) -> None:
        super().__init__(klass_info, select, db)
        self.related_populators = populators(klass_info, select, db)
        self.made: dict[Any, Model | None] = {None: None}

    def populate(self, row: Any, from_obj: Model) -> None:
        """Give `from_obj` what the row says of this relation."""
        values = self.reorder_for_init(row) if self.reorder_for_init else row[self.cols_start : self.cols_end]
        pk = values[self.pk_idx]
        if pk not in self.made:
            self.made[pk] = self._make(values, row)
        self.local_setter(from_obj, self.made[pk])
        if pk is not None:
            self.remote_setter(self.made[pk], from_obj)

    def _make(self, values: Any, row: Any) -> Model:
        made = self.model_cls.from_db(self.db, self.init_list, values)
        for populator in self.related_populators:
            populator.populate(row, made)
        return made


def populators(klass_info: dict[str, Any], select: Any, db: str) -> list[SharedPopulator]:
    """One for each relation of these rows that is loaded with them."""
    return [SharedPopulator(related, select, db) for related in klass_info.get("related_klass_infos", ())]


class SharingIterable(ModelIterable):
    """As `ModelIterable`, with a `SharedPopulator` for each relation."""

    def __iter__(self) -> Iterator[Any]:
        queryset = self.queryset
        compiler = queryset.query.get_compiler(using=queryset.db)
        results = compiler.execute_sql(chunked_fetch=self.chunked_fetch, chunk_size=self.chunk_size)
        info = compiler.klass_info
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        names = [column.target.attname for column, *_ in compiler.select[columns]]
        related = populators(info, compiler.select, queryset.db)
        for row in compiler.results_iter(results):
            made = info["model"].from_db(queryset.db, names, row[columns])
            for populator in related:
                populator.populate(row, made)
            for name, place in (compiler.annotation_col_map or {}).items():
                setattr(made, name, row[place])
            _give_known(made, queryset)
            yield made


def _give_known(made: Model, queryset: Any) -> None:
    """The row that a query went out from, as in `entry.citations`."""
    for field, known in queryset._known_related_objects.items():
        pk = getattr(made, field.attname)
        if not field.is_cached(made) and pk in known:
            setattr(made, field.name, known[pk])


def sharing(rows: QuerySet) -> QuerySet:
    """The same query; of what `select_related` loads, one row is one object, to be read and not to be changed."""
    shared = rows.all()
    shared._iterable_class = SharingIterable
    return shared
