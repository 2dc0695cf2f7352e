"""A document as CSV that spreadsheets open: UTF-8 with a byte order mark, and no cell that is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from talks.data.documents import Document
from talks.data.lines import columns_of, lines_of, lines_of_findings

TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"  # by which spreadsheets know UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins with one of these may be computed


def harmless(value: Any) -> Any:
    """A cell that a spreadsheet shows and does not compute: a quote before it makes it text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def head(columns: Iterable[str]) -> bytes:
    """The mark, and the names of the columns."""
    return MARK.encode() + rows([list(columns)])


def rows(lines: Iterable[Iterable[Any]]) -> bytes:
    """Lines of a table."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(map(harmless, line) for line in lines)
    return buffer.getvalue().encode()


def pieces(document: Document) -> Iterator[bytes]:
    yield head(columns_of(document))
    for item in document.items:
        yield rows(lines_of(document, item))
    yield rows(lines_of_findings(document))
