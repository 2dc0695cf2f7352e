"""A document with all that one needs to understand it later: its data twice, its sources, and what it is, in words.

The same state of the record gives the same bytes, so that a digest tells whether two are the same.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext

from talks.data import shapes
from talks.data.documents import Document
from talks.data.formats import as_csv, as_json
from talks.data.lines import columns_of, lines_of, lines_of_findings
from talks.words import day, number, site

TYPE = "application/zip"
DATED = (1980, 1, 1, 0, 0, 0)  # as the format's first day: when it was made tells nothing
PIECE = 64 * 1024
OF_REPORT = ("paragraphs", "value", "words", "agrees")  # fields of a report that are not of its article
SOURCE = [one.name for one in fields(shapes.Report) if one.name not in OF_REPORT]


def pieces(document: Document) -> Iterator[bytes]:
    with TemporaryFile() as table, TemporaryFile() as whole, TemporaryFile() as packed:
        count, sources = _read(document, table, whole)
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            _add(archive, "README.txt", [readme(document, count, len(sources)).encode()])
            _add(archive, "data.csv", _pieces_of(table))
            _add(archive, "data.json", _pieces_of(whole))
            _add(archive, "sources.csv", [as_csv.head(SOURCE), as_csv.rows(sources.values())])
            _add(archive, "metadata.json", [metadata(document, count)])
        yield from _pieces_of(packed)


def _read(document: Document, table: IO[bytes], whole: IO[bytes]) -> tuple[int, dict[str, list[Any]]]:
    """(the number of items, {article: its cells}); the items are written to both files on the way."""
    count = 0
    sources: dict[str, list[Any]] = {}
    table.write(as_csv.head(columns_of(document)))
    whole.write(as_json.head(document))
    for item in document.items:
        table.write(as_csv.rows(lines_of(document, item)))
        whole.write(as_json.separated(item, first=not count))
        _note(sources, item)
        count += 1
    table.write(as_csv.rows(lines_of_findings(document)))
    whole.write(as_json.END)
    _note(sources, tuple(document.findings or ()))
    return count, dict(sorted(sources.items()))


def _note(sources: dict[str, list[Any]], value: Any) -> None:
    """Add the articles that a value names."""
    for report in shapes.reports_in(value):
        sources.setdefault(report.article, [_cell(report, name) for name in SOURCE])


def _cell(report: shapes.Report, name: str) -> Any:
    value = getattr(report, name)
    return value.partition("#")[0] if name == "address" else value  # of the article, not of the paragraph


def _add(archive: ZipFile, name: str, parts: Iterable[bytes]) -> None:
    about = ZipInfo(name, DATED)
    about.compress_type, about.external_attr = ZIP_DEFLATED, 0o644 << 16
    with archive.open(about, "w", force_zip64=True) as file:
        for part in parts:
            file.write(part)


def _pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def metadata(document: Document, count: int) -> bytes:
    """What the files hold, for programs."""
    about = {
        "site": str(site.name()),
        **document.head,
        "items": document.sort,
        "count": count,
        "files": {
            "data.csv": {"encoding": "utf-8-sig", "columns": columns_of(document)},
            "data.json": {"encoding": "utf-8"},
            "sources.csv": {"encoding": "utf-8-sig", "columns": SOURCE},
        },
    }
    return json.dumps(shapes.plain(about), ensure_ascii=False, indent=2).encode() + b"\n"


def readme(document: Document, count: int, sources: int) -> str:
    """What it is, in plain words."""
    known = gettext("As known on %(day)s.") % {"day": day(document.as_of)} if document.as_of else ""
    counted = gettext("Items: %(count)s. Articles that they are drawn from: %(sources)s.") % {
        "count": number(count),
        "sources": number(sources),
    }
    parts = [
        "\n".join(filter(None, [f"{site.name()}: {document.title}", document.address, known, counted])),
        gettext(
            "data.csv and data.json hold the same. In data.csv each line is one thing that one article reports, so "
            "that what several articles report stands on several lines. sources.csv lists the articles, with the "
            "address of each. metadata.json names the columns."
        ),
        gettext(
            "Where sources differ, the column that ends in “differs” says yes, and each line has the value that its "
            "article reports. The accepted value is the one that the page gives first; it is empty where no rule "
            "accepts one. Nobody is quietly declared right, so give both values when you quote such a fact."
        ),
        gettext(
            "Dates of which only the month or the year is known are written 2031-05 or 2031. A quote mark before a "
            "sign such as = or - keeps spreadsheets from computing the cell. Paragraph numbers count from the start of "
            "the article; its text is not part of this."
        ),
        gettext(
            "To cite it, name this site, the address above, and the day on which you took it. The data and the words "
            "of this record are under the MIT licence; the articles belong to their publishers."
        ),
    ]
    return "\n\n".join(parts) + "\n"
