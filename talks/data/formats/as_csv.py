"""A document as CSV that spreadsheets open: UTF-8 with a byte order mark, and no cell that is a formula."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from talks.data.documents import Document
from talks.data.lines import columns_of, lines_of

TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"  # by which spreadsheets know UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins with one of these may be computed


def harmless(value: Any) -> Any:
    """A cell that a spreadsheet shows and does not compute: a quote before it makes it text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def pieces(document: Document) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(MARK)
    writer.writerow(columns_of(document.shape))
    for item in document.items:
        writer.writerows(map(harmless, line) for line in lines_of(item))
        yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
