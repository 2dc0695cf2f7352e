"""Items as lines of a table. Columns are the fields of the shapes, under the name of what they belong to.

An entry gives a line for each fact and source, and one for each source that reports it as such, without a fact.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from functools import partial
from typing import Any

from talks.data import shapes
from talks.models import REPORTS, Citation

Cell = Any  # text, a number, yes or no, a day, or None
PLAIN = (str, int, bool, date, date | None, str | None, bool | None, tuple[int, ...], shapes.Value)
NAME, NAMES = (shapes.Name, shapes.Name | None), tuple[shapes.Name, ...]
Columns = dict[str, Callable[[Any], Cell]]
KEYS = list(dict.fromkeys(name.rpartition("__")[2] for model in REPORTS if model is not Citation for name in model.KEY))


def columns_of(shape: type) -> list[str]:
    """The names of the columns of items of a shape."""
    return LONG if shape is shapes.Entry else list(_columns(shape))


def lines_of(item: Any) -> Iterator[list[Cell]]:
    """The lines of an item, each with a cell for each column of its shape."""
    if isinstance(item, shapes.Entry):
        yield from _lines(item)
    else:
        yield [cell(item) for cell in _columns(type(item)).values()]


def _columns(shape: type, prefix: str = "") -> Columns:
    """{column: what gives its cell} of the plain fields of a shape, and of the names that it holds."""
    columns: Columns = {}
    for one in fields(shape):
        if one.type in (*PLAIN, *NAME, NAMES):
            columns[prefix + one.name] = partial(_cell_of, one.name)
        if one.type in NAME:
            columns[f"{prefix}{one.name}_name"] = partial(_name_of, one.name)
    return columns


def _cell_of(column: str, item: Any) -> Cell:
    return cell(getattr(item, column))


def _name_of(column: str, item: Any) -> Cell:
    return getattr(getattr(item, column), "name", None)


def cell(value: Any) -> Cell:
    """A value as it stands in a cell."""
    if isinstance(value, shapes.Name):
        return value.slug
    if isinstance(value, tuple):
        return ", ".join(str(cell(one)) for one in value)
    return value


_ENTRY, _DATES = _columns(shapes.Entry, "entry_"), _columns(shapes.Dates, "entry_date_")
_ROW = _columns(shapes.Row, "row_")
_FACT, _REPORT = _columns(shapes.Fact, "fact_"), _columns(shapes.Report, "report_")
LONG = [*_ENTRY, *_DATES, *_ROW, *(f"row_about_{name}" for name in KEYS), *_FACT, *_REPORT]


def _lines(entry: shapes.Entry) -> Iterator[list[Cell]]:
    own = [*_cells(_ENTRY, entry), *_cells(_DATES, entry.dates)]
    without_row = _cells_of_row(None)
    for report in entry.mentions:
        yield [*own, *without_row, *_cells(_FACT, None), *_cells(_REPORT, report)]
    for fact in entry.facts:
        yield from ([*own, *without_row, *_of_fact(fact, report)] for report in fact.reports)
    for row in entry.rows:
        of_row = _cells_of_row(row)
        articles = {report.article for fact in row.facts for report in fact.reports}
        for report in row.reports:
            if report.article not in articles:  # it says no more of it
                yield [*own, *of_row, *_cells(_FACT, None), *_cells(_REPORT, report)]
        for fact in row.facts:
            yield from ([*own, *of_row, *_of_fact(fact, report)] for report in fact.reports)


def _of_fact(fact: shapes.Fact, report: shapes.Report) -> list[Cell]:
    return [*_cells(_FACT, fact), *_cells(_REPORT, report)]


def _cells(columns: Columns, item: Any) -> list[Cell]:
    return [None if item is None else get(item) for get in columns.values()]


def _cells_of_row(row: shapes.Row | None) -> list[Cell]:
    about = row.about if row else {}
    return [*_cells(_ROW, row), *(cell(about.get(name)) for name in KEYS)]
