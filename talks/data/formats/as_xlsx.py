"""A document as a workbook that can be read, printed and pasted from: a table, and the sources that its numbers name.

Numbers in brackets behind a text are those of the last sheet.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from talks.data import figures, listed, shapes
from talks.data.documents import Document
from talks.words import day

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_000  # letters of a cell; a workbook holds a few more
PIECE = 64 * 1024
NARROW, USUAL, WIDE = 14, 26, 42  # widths, in letters
A4 = 9  # as the format counts sizes of paper
NO_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

Cells = list[Any]


@dataclass
class Sources:
    """The articles that a workbook names, numbered in the order in which it does."""

    numbers: dict[str, int] = field(default_factory=dict)
    rows: list[Cells] = field(default_factory=list)

    def noted(self, text: str, reports: Iterable[shapes.Report]) -> str:
        """A text with the numbers of the articles that report it."""
        found = sorted({self.number(report) for report in reports})
        return f"{text} {''.join(f'[{number}]' for number in found)}".strip()

    def number(self, report: shapes.Report) -> int:
        if report.article not in self.numbers:
            self.numbers[report.article] = len(self.numbers) + 1
            address = report.address.partition("#")[0]
            about = [report.publisher, report.title, report.published, report.language, address, report.original]
            self.rows.append([len(self.numbers), *about])
        return self.numbers[report.article]


@dataclass
class Sheet:
    """A table: the words above its columns with the width of each, and its lines."""

    name: str
    heads: list[tuple[str, int]]
    lines: Iterable[Cells]


def pieces(document: Document) -> Iterator[bytes]:
    from openpyxl import Workbook  # noqa: PLC0415 – most processes never write one

    book, sources = Workbook(write_only=True), Sources()
    for sheet in sheets(document, sources):
        _write(book, sheet)
    _write(book, _of_sources(sources))  # once all are named
    book.properties.title, book.properties.creator = document.title, document.address
    buffer = BytesIO()
    book.save(buffer)
    buffer.seek(0)
    while piece := buffer.read(PIECE):
        yield piece


def sheets(document: Document, sources: Sources) -> Iterator[Sheet]:
    """The tables of a document, but for that of its sources."""
    items = list(document.items)
    if "totals" in document.more:
        yield _totals(document.more["totals"])
    yield LAYOUTS[document.shape](document, items, sources)
    if document.findings:
        yield _findings(document.findings, sources)


def _of_sources(sources: Sources) -> Sheet:
    heads = [
        ("№", NARROW // 2),
        (gettext("Publisher"), USUAL),
        (pgettext("of an article", "Title"), WIDE),
        (gettext("Published"), NARROW),
        (gettext("Language"), NARROW),
        (gettext("Here"), WIDE),
        (gettext("Original"), WIDE),
    ]
    return Sheet(gettext("Sources"), heads, sources.rows)


# Tables


def _side_by_side(document: Document, items: list[shapes.Entry], sources: Sources) -> Sheet:
    """Entries in columns, what is reported of them in rows."""
    if "totals" in document.more:
        return _transfers(document, items, sources)
    heads = [(document.title, USUAL), *((_headed(document, one), WIDE) for one in items)]
    cells: dict[str, list[list[str]]] = {}
    for column, entry in enumerate(items):
        for label, text in _lines_of(entry, sources):
            cells.setdefault(label, [[] for _ in items])[column].append(text)
    return Sheet(document.title, heads, ([label, *map("\n".join, row)] for label, row in cells.items()))


def _headed(document: Document, entry: shapes.Entry) -> str:
    """What stands above an entry; where it stands there twice, as known when."""
    heads = [entry.title, entry.dates.words]
    if entry.as_of and entry.as_of != document.as_of:
        heads.append(gettext("As known on %(day)s.") % {"day": day(entry.as_of)})
    return "\n".join(heads)


def _lines_of(entry: shapes.Entry, sources: Sources) -> Iterator[tuple[str, str]]:
    """(what it is about, what is told of it) of all that is reported of an entry."""
    for fact in entry.facts:
        yield fact.label, _of_fact(fact, sources)
    for row in entry.rows:
        issue = next((fact.words for fact in row.facts if fact.field == "issue"), "")
        of_whom = next((one.name for one in row.about.values() if isinstance(one, shapes.Name)), "")
        others = [fact for fact in row.facts if fact.field != "issue"]
        labels = [f"{fact.label}: " if len(others) > 1 else "" for fact in others]
        facts = [label + _of_fact(fact, sources) for label, fact in zip(labels, others, strict=True)]
        about = [one.name for one in row.about.values() if isinstance(one, shapes.Name) and one.name != of_whom]
        text = "; ".join([*about, *facts]) or sources.noted(row.words, row.reports)
        yield f"{capfirst(row.label)}: {issue or of_whom}", text


def _of_fact(fact: shapes.Fact, sources: Sources) -> str:
    """A fact in words with its sources; where they differ, each version with its own."""
    if not fact.differs:
        return sources.noted(fact.words, fact.reports)
    versions: dict[str, list[shapes.Report]] = {}
    for report in fact.reports:
        versions.setdefault(report.words, []).append(report)
    return " ≠ ".join(sources.noted(text, reports) for text, reports in versions.items())


def _findings(findings: Iterable[shapes.Finding], sources: Sources) -> Sheet:
    heads = [(gettext("What the editors found"), 2 * WIDE), (gettext("Day"), NARROW)]
    lines = ([sources.noted(one.text, one.reports), one.day] for one in findings)
    return Sheet(gettext("Findings"), heads, lines)


def _totals(totals: Iterable[figures.Total]) -> Sheet:
    heads = [
        (gettext("What"), USUAL),
        (gettext("From"), USUAL),
        (gettext("To"), USUAL),
        (gettext("Lower total"), NARROW),
        (gettext("Higher total"), NARROW),
        (gettext("In words"), USUAL),
        (gettext("Transfers without a number"), NARROW),
        (gettext("Not counted"), NARROW),
    ]
    lines = (
        [
            one.kind_label,
            one.from_party.name,
            one.to_party.name,
            one.low,
            one.high,
            one.words,
            one.unnumbered,
            one.beside,
        ]
        for one in totals
    )
    return Sheet(gettext("Totals"), heads, lines)


def _transfers(document: Document, items: list[shapes.Entry], sources: Sources) -> Sheet:
    """What was handed over, a line for each transfer of each exchange."""
    rows = [(entry, row) for entry in items for row in entry.rows_of("transfer")]
    names = list(rows[0][1].about) if rows else []
    heads = [(document.title, WIDE), (gettext("When"), USUAL), *((name, USUAL) for name in names)]
    heads += [(gettext("How many"), WIDE), (gettext("Sources differ"), NARROW)]
    lines = (
        [
            entry.title,
            entry.dates.words,
            *(getattr(one, "name", one) for one in row.about.values()),
            "; ".join(_of_fact(fact, sources) for fact in row.facts) or sources.noted("", row.reports),
            gettext("yes") if row.differs else gettext("no"),
        ]
        for entry, row in rows
    )
    return Sheet(document.title, heads, lines)


def _steps(document: Document, items: list[figures.Step], sources: Sources) -> Sheet:
    heads = [
        (gettext("What"), USUAL),
        (gettext("From"), USUAL),
        (gettext("To"), USUAL),
        (document.title, WIDE),
        (gettext("When"), NARROW),
        (gettext("Lower number"), NARROW),
        (gettext("Higher number"), NARROW),
        (gettext("Lower total"), NARROW),
        (gettext("Higher total"), NARROW),
        (gettext("Sources"), NARROW),
    ]
    lines = (
        [
            one.kind,
            one.from_party.name,
            one.to_party.name,
            one.swap.name,
            "/".join(filter(None, [one.date, one.until])),
            *(one.low, one.high, one.total_low, one.total_high),
            sources.noted("", one.reports),
        ]
        for one in items
    )
    return Sheet(document.title, heads, lines)


def _grid(document: Document, items: list[listed.Person], sources: Sources) -> Sheet:
    """People in rows, rounds in columns."""
    rounds = {seat.round.slug: (seat.date, seat.round.name) for one in items for seat in one.seats}
    slugs = sorted(rounds, key=lambda slug: (rounds[slug], slug))
    heads = [(document.title, USUAL), (gettext("Party"), USUAL), (gettext("Rounds"), NARROW)]
    heads += [("\n".join(rounds[slug]), NARROW) for slug in slugs]

    def line(one: listed.Person) -> Cells:
        seats = {seat.round.slug: sources.noted(seat.words, seat.reports) for seat in one.seats}
        return [one.name, one.party and one.party.name, one.rounds, *(seats.get(slug) for slug in slugs)]

    return Sheet(document.title, heads, map(line, items))


def _matrix(document: Document, items: list[listed.Position], sources: Sources) -> Sheet:
    """Issues in rows, parties in columns."""
    parties = {one.party.slug: one.party.name for one in items}
    heads = [(document.title, USUAL), *((name, WIDE) for name in parties.values())]
    cells: dict[str, dict[str, str]] = {}
    for one in items:
        demands = [sources.noted(demand.text, demand.reports) for demand in one.demands]
        cells.setdefault(one.issue.name, {})[one.party.slug] = "\n".join(
            [f"{one.proposal.name}, {one.date}:", *demands]
        )
    return Sheet(document.title, heads, ([issue, *map(row.get, parties)] for issue, row in cells.items()))


LAYOUTS: dict[type, Callable[[Document, Any, Sources], Sheet]] = {
    shapes.Entry: _side_by_side,
    figures.Step: _steps,
    listed.Person: _grid,
    listed.Position: _matrix,
}


# Writing


def _write(book: Any, sheet: Sheet) -> None:
    """A table that stays in view and fits on paper: its first column and its heads do not scroll away."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    page = book.create_sheet(sheet.name.translate(NO_NAME)[:31])
    page.freeze_panes = "B2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows, page.print_title_cols = "1:1", "A:A"
    for number, (_, width) in enumerate(sheet.heads, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_cell(page, label, bold=True) for label, _ in sheet.heads])
    for line in sheet.lines:
        page.append([_cell(page, value) for value in line])


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    if not isinstance(value, str):
        cell = WriteOnlyCell(page, value)
    else:
        cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST])
        cell.data_type = "s"  # text, also where it begins as a formula does
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell
