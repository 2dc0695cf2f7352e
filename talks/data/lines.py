"""Items as lines of a table. Columns are the fields of the shapes, under the name of what they belong to.

An entry gives a line for each fact and source, and one for each source that reports it as such, without a fact. What
editors found about a page stands behind its items, a line for each finding and source.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any, cast, get_args

from talks.data import shapes
from talks.data.documents import Document
from talks.models import REPORTS, Citation

Cell = Any  # text, a number, yes or no, a day, or None
PLAIN = (
    str,
    int,
    bool,
    date,
    datetime,
    date | None,
    str | None,
    bool | None,
    tuple[int, ...],
    tuple[str, ...],
    shapes.Value,
)
NAME, NAMES = (shapes.Name, shapes.Name | None), tuple[shapes.Name, ...]
Columns = dict[str, Callable[[Any], Cell]]
KEYS = list(dict.fromkeys(name.rpartition("__")[2] for model in REPORTS if model is not Citation for name in model.KEY))


def columns_of(document: Document) -> list[str]:
    """The names of the columns of a document: those of its items, and of findings where there can be any."""
    return [*_of_shape(document.shape), *([] if document.findings is None else _FINDING)]


def lines_of(document: Document, item: Any) -> Iterator[list[Cell]]:
    """The lines of an item of the document, each with a cell for each column."""
    without = [] if document.findings is None else _cells(_FINDING, None)
    found = _of_entry(item) if isinstance(item, shapes.Entry) else _long(type(item), item)
    yield from ([*line, *without] for line in found)


def lines_of_findings(document: Document) -> Iterator[list[Cell]]:
    """The lines of what editors found about the page: as those of the items, where sources stand in columns."""
    for finding in document.findings or ():
        for report in finding.reports:
            cells = dict(zip(_REPORT, _cells(_REPORT, report), strict=True))
            yield [*map(cells.get, _of_shape(document.shape)), *_cells(_FINDING, finding)]


def _of_shape(shape: type) -> list[str]:
    return LONG if shape is shapes.Entry else _names(shape)


def _names(shape: type, prefix: str = "") -> list[str]:
    part = _part(shape)
    return [*_columns(shape, prefix), *(_names(part[1], f"{part[0].rstrip('s')}_") if part else [])]


def _long(shape: type, item: Any) -> Iterator[list[Cell]]:
    """A line for each of the parts of an item, such as its reports, and for each part of these; one if it has none."""
    own, part = _cells(_columns(shape), item), _part(shape)
    if part is None:
        yield own
        return
    name, of_part = part
    for one in getattr(item, name, ()) or (None,):
        yield from ([*own, *cells] for cells in _long(of_part, one))


@cache
def _part(shape: type) -> tuple[str, type] | None:
    """(field, shape) of the parts that an item of this shape consists of; None if it has none."""
    for one in fields(shape):
        named = get_args(one.type)
        if named and is_dataclass(named[0]) and one.type != NAMES and one.type not in NAME:
            return one.name, cast("type", named[0])
    return None


@cache
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
        between = "; " if value and isinstance(value[0], str) else ", "
        return between.join(str(cell(one)) for one in value)
    return value


_ENTRY, _DATES = _columns(shapes.Entry, "entry_"), _columns(shapes.Dates, "entry_date_")
_ROW = _columns(shapes.Row, "row_")
_FACT, _REPORT = _columns(shapes.Fact, "fact_"), _columns(shapes.Report, "report_")
_FINDING = _columns(shapes.Finding, "finding_")
LONG = [*_ENTRY, *_DATES, *_ROW, *(f"row_about_{name}" for name in KEYS), *_FACT, *_REPORT]


def _of_entry(entry: shapes.Entry) -> Iterator[list[Cell]]:
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
