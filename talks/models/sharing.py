"""Rows that many rows lead to, such as the articles of reports, made once for each query, not once for each row.

Where all that reads them only shows them, a row is made once for as long as it says the same: it is kept by what the
database said of it, column by column, so that nothing that anybody changes can be stale.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain, count
from operator import itemgetter
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, RelatedPopulator

MOST = 4096  # rows that a process keeps

_kept: dict[tuple[int, tuple], Model] = {}  # by the number of their shape, and what the database said of them
_numbers = count()


@cache
def _number_of(shape: tuple) -> int:
    """The number of a shape: the database, a model, the columns that are read of it, and the shapes it leads to."""
    return next(_numbers)


class SharedPopulator(RelatedPopulator):
    """As Django's, for what `select_related` loads; but what has one pk is one object, whose columns are read once.

    `converters`: {place of a column: what reads it}, of all columns of the query. `keeps`: rows are kept for others.
    """

    def __init__(self, info: dict[str, Any], compiler: Any, converters: dict[int, Any], *, keeps: bool) -> None:
        super().__init__(info, compiler.select, compiler.using)
        self.related_populators = populators(info, compiler, converters, keeps=keeps)
        self.compiler = compiler
        # The columns of a parent are its child's, which has read them.
        places = () if info["from_parent"] else info["select_fields"]
        self.converters = {place: converters[place] for place in places if place in converters}
        self.made: dict[Any, Model | None] = {None: None}
        self.keeps = keeps
        self.reach = [*info["select_fields"], *chain.from_iterable(one.reach for one in self.related_populators)]
        self.said = itemgetter(*self.reach, self.reach[0])  # of two places or more, so that it gives a tuple
        self.shape = (self.db, self.model_cls, *self.init_list, *(one.shape for one in self.related_populators))
        self.number = _number_of(self.shape) if keeps else None

    def populate(self, row: Any, from_obj: Model) -> None:
        """Give `from_obj` what the row says of this relation."""
        pk = self._values(row)[self.pk_idx]
        if pk not in self.made:
            self.made[pk] = self._made(row) if self.keeps else self._make(row)
        self.local_setter(from_obj, self.made[pk])
        if pk is not None:
            self.remote_setter(self.made[pk], from_obj)

    def _values(self, row: Any) -> Any:
        return self.reorder_for_init(row) if self.reorder_for_init else row[self.cols_start : self.cols_end]

    def _made(self, row: Any) -> Model:
        """The row that is kept of what this says, or that is made of it now."""
        key = self.number, self.said(row)
        made = _kept.get(key)
        if made is None:
            if len(_kept) >= MOST:
                _kept.clear()
            made = _kept[key] = self._make(row)
        return made

    def _make(self, row: Any) -> Model:
        (row,) = self.compiler.apply_converters([row], self.converters)
        made = self.model_cls.from_db(self.db, self.init_list, self._values(row))
        for populator in self.related_populators:
            populator.populate(row, made)
        return made


def populators(
    info: dict[str, Any], compiler: Any, converters: dict[int, Any], *, keeps: bool
) -> list[SharedPopulator]:
    """One for each relation of these rows that is loaded with them."""
    found = info.get("related_klass_infos", ())
    return [SharedPopulator(related, compiler, converters, keeps=keeps) for related in found]


def _read_by(populator: SharedPopulator) -> set[int]:
    """The columns that a populator reads, and those behind it."""
    return {*populator.converters}.union(*map(_read_by, populator.related_populators))


class SharingIterable(ModelIterable):
    """As `ModelIterable`, with a `SharedPopulator` for each relation."""

    keeps = False

    def __iter__(self) -> Iterator[Any]:
        queryset = self.queryset
        compiler = queryset.query.get_compiler(using=queryset.db)
        results = compiler.execute_sql(chunked_fetch=self.chunked_fetch, chunk_size=self.chunk_size)
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        info = compiler.klass_info
        related = populators(info, compiler, converters, keeps=self.keeps)
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        names = [column.target.attname for column, *_ in compiler.select[columns]]
        of_others = set().union(*map(_read_by, related))
        own = {place: one for place, one in converters.items() if place not in of_others}
        for row in compiler.apply_converters(chain.from_iterable(results), own):
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


class KeepingIterable(SharingIterable):
    """As `SharingIterable`; what `select_related` loads is what another query made of it, while it says the same."""

    keeps = True


def sharing(rows: QuerySet) -> QuerySet:
    """The same query; of what `select_related` loads, one row is one object, to be read and not to be changed."""
    return _iterated(rows, SharingIterable)


def keeping(rows: QuerySet) -> QuerySet:
    """The same; and one object for all queries, so only for pages that show it, and never for one that edits it."""
    return _iterated(rows, KeepingIterable)


def _iterated(rows: QuerySet, iterable: type[SharingIterable]) -> QuerySet:
    found = rows.all()
    found._iterable_class = iterable
    return found
