"""Rows of a timeline that was kept elsewhere: a spreadsheet (CSV, XLSX), or TimelineJS as JSON or in its spreadsheet.

Each row is {column: text} with what this record can take of it: date, end, title, text, kind, source, and of the source
its title, publisher, day and language. What else TimelineJS shows (media, times of day) stays behind. What a site of
this software gives as CSV or for TimelineJS is known by what it has beside, and says nothing that its article does not.
"""

import csv
import datetime
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext

MOST_ROWS, MOST_COLUMNS = 2_000, 60
UNPACKED = 50_000_000  # bytes that a workbook may hold
NEEDED = ("date", "title", "text", "source")
OF_SOURCE = ("source title", "publisher", "published", "language", "retracted")
COLUMNS = (*NEEDED, "end", "kind", "slug", *OF_SOURCE)
# A table of this software by its columns: each line is what one article reports of one thing. {column of a row: of it}
OURS = {
    "slug": "entry_slug",
    "kind": "entry_kind",
    "title": "entry_title",
    "source": "report_original",
    "source title": "report_title",
    "publisher": "report_publisher_slug",
    "published": "report_published",
    "language": "report_language",
    "retracted": "report_retracted",
}
DATES = {"start": "date", "end": "end"}  # {fact: column of a row}
FORMULA = re.compile(r"\A'(?=[=+\-@\t\r])")  # the quote that keeps spreadsheets from computing a cell
YEAR, HEADLINE = "year", "headline"  # the columns by which TimelineJS's spreadsheet is known
LINK = re.compile(r"""href\s*=\s*["']?(https?://[^"'\s>]+)""", re.IGNORECASE)
BREAKS = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
NO_ENTRY = ("title", "era")  # types of TimelineJS's rows that are no events


class UnreadableTableError(Exception):
    """A table that cannot be read at all; its sentence says why."""


@dataclass(frozen=True)
class Row:
    """A row by its number in the file, or an event by its number in the list; `cells`: what is not empty."""

    number: int
    cells: dict[str, str]


def rows_of(name: str, content: bytes) -> list[Row]:
    """The rows of a file by its ending: .json, .csv or .xlsx. Raises `UnreadableTableError`."""
    if name.lower().endswith(".json"):
        return _of_json(content)
    lines = _of_xlsx(content) if name.lower().endswith(".xlsx") else _of_csv(content)
    return _of_lines(lines)


def _of_csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableTableError(gettext("it is not UTF-8 text; save it as CSV UTF-8")) from None
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    except csv.Error:
        raise UnreadableTableError(gettext("a quote in it is not closed, or a cell is too long")) from None


def _of_xlsx(content: bytes) -> Iterator[list[str]]:
    """The lines of its first sheet, formulas as what they gave when it was saved."""
    import openpyxl  # noqa: PLC0415 – most processes never read one

    unreadable = UnreadableTableError(gettext("it is no workbook that can be read; save it as XLSX again"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(info.file_size for info in packed.infolist()) > UNPACKED:
                raise UnreadableTableError(gettext("it holds too much; leave one sheet with the timeline in it"))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for line in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True):
            yield [_cell(value) for value in line]
    except UnreadableTableError:
        raise
    except Exception as error:  # whatever a broken file makes of the library
        raise unreadable from error


def _cell(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _of_lines(lines: Iterable[list[str]]) -> list[Row]:
    found = iter(lines)
    names = [" ".join(cell.split()).casefold() for cell in next(found, [])]
    rows = [
        Row(number, {name: cell.strip() for name, cell in zip(names, line, strict=False) if name and cell.strip()})
        for number, line in enumerate(found, 2)
    ]
    rows = [row for row in rows if row.cells]
    if YEAR in names and HEADLINE in names:
        rows = [row for row in _some(rows) if row.cells.get("type", "").casefold() not in NO_ENTRY]
        return [Row(row.number, _of_timeline(row.cells)) for row in rows]
    if set(OURS.values()) <= set(names):
        return _some(_of_ours(rows))
    if lacking := [name for name in NEEDED if name not in names]:
        told = gettext("its first row must name the columns %(needed)s; it lacks %(lacking)s")
        raise UnreadableTableError(told % {"needed": ", ".join(NEEDED), "lacking": ", ".join(lacking)})
    return [Row(row.number, {name: row.cells[name] for name in COLUMNS if name in row.cells}) for row in _some(rows)]


def _of_ours(lines: Iterable[Row]) -> list[Row]:
    """A row for each entry and each article that reports it, with the days that this article gives."""
    found: dict[tuple[str, str], Row] = {}
    for line in lines:
        cells = {name: FORMULA.sub("", cell) for name, cell in line.cells.items()}
        own = {name: cells[column] for name, column in OURS.items() if column in cells}
        row = found.setdefault((own.get("slug", ""), cells.get("report_article", "")), Row(line.number, own))
        if "row_sort" in cells:
            continue
        column = DATES.get(cells["fact_field"]) if "fact_field" in cells else "text"
        if column and (said := cells.get("report_value")):
            row.cells[column] = said
    return list(found.values())


def _some(rows: list[Row]) -> list[Row]:
    if not rows:
        raise UnreadableTableError(gettext("it holds no row with a date"))
    if len(rows) > MOST_ROWS:
        raise UnreadableTableError(gettext("it has more than %(most)s rows; load it in parts") % {"most": MOST_ROWS})
    return rows


# TimelineJS


def _of_json(content: bytes) -> list[Row]:
    try:
        told = json.loads(content)
        return _some([row for number, event in enumerate(told["events"], 1) for row in _of_slide(number, event)])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # whatever else it holds
        raise UnreadableTableError(gettext("it is no JSON of TimelineJS, which holds “events”")) from None


def _of_slide(number: int, event: dict[str, Any]) -> Iterator[Row]:
    """The row of an event. A slide of this software has it beside what it shows; that which leads on has none."""
    if "row" not in event:
        yield Row(number, _of_timeline(_of_event(event)))
    elif own := event["row"]:
        yield Row(number, {name: str(own[name]).strip() for name in COLUMNS if own.get(name)})


def _of_event(event: dict[str, Any]) -> dict[str, str]:
    """An event as the columns of TimelineJS's spreadsheet."""
    starts, ends, text = event.get("start_date") or {}, event.get("end_date") or {}, event.get("text") or {}
    cells = {name: starts.get(name) for name in ("year", "month", "day")}
    cells |= {f"end {name}": ends.get(name) for name in ("year", "month", "day")}
    cells |= {"headline": text.get("headline"), "text": text.get("text")}
    cells |= {name: event.get(name) for name in ("group", "source", *OF_SOURCE)}
    return {name: str(value).strip() for name, value in cells.items() if value not in (None, "")}


def _of_timeline(cells: dict[str, str]) -> dict[str, str]:
    """A row of TimelineJS as one of a plain spreadsheet. Its source is the one that its text links to."""
    text = cells.get("text", "")
    links = list(dict.fromkeys(html.unescape(link) for link in LINK.findall(text)))
    row = {
        "date": _date(cells, ""),
        "end": _date(cells, "end "),
        "title": _plain(cells.get("headline", "")),
        "text": _plain(text),
        "kind": cells.get("group", ""),
        "source": cells.get("source", "") or " ".join(links),
        **{name: cells.get(name, "") for name in OF_SOURCE},
    }
    return {name: value for name, value in row.items() if value}


def _date(cells: dict[str, str], which: str) -> str:
    """“2025-6-2” from its pieces, those that are given."""
    pieces = [cells.get(f"{which}{name}", "") for name in ("year", "month", "day")]
    if not pieces[1] and pieces[2]:
        return " ".join(filter(None, pieces))  # a day without a month is no date
    return "-".join(piece.zfill(2) for piece in pieces if piece)


def _plain(text: str) -> str:
    """Without tags, each paragraph on a line."""
    lines = html.unescape(strip_tags(BREAKS.sub("\n", text))).replace("\xa0", " ").splitlines()
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
