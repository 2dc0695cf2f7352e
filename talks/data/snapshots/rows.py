"""What stands in the tables of a snapshot: all that is public now, by the same queries as the pages."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from talks import queries
from talks.data import listed, shapes
from talks.data.snapshots.tables import (
    NAMED,
    OF_ARTICLE,
    SORTS,
    TIES,
    VOCABULARY,
    facts_in_columns,
    plain,
    table_of,
    tables,
)
from talks.data.told import Teller, in_chunks, put_together
from talks.models import KINDS, Citation, Entry, Location, Say, Seen, Sourced
from talks.models.columns import CountField
from talks.models.translated import Translated, other_languages
from talks.record.facts import KnownEntry

Line = tuple[str, list[Any]]  # a table, and a cell for each of its columns


def lines(origin: str) -> Iterator[Line]:
    """All rows of all tables, those of one table always in the same order. `origin`: what addresses start with."""
    seen = Seen.now()
    for model in VOCABULARY:
        yield from _vocabulary(seen, model, origin)
    for article in listed.articles(seen, queries.articles(seen).order_by("slug"), origin):
        yield "articles", [plain(getattr(article, name)) for name in (*OF_ARTICLE, "address")]
    yield from in_chunks(_public(seen, Entry).order_by("pk"), lambda chunk: list(_of_entries(seen, chunk, origin)))
    yield from _findings(seen, origin)
    yield from in_chunks(queries.changes(seen).order_by("pk"), lambda chunk: list(_of_changes(seen, chunk, origin)))


def _public(seen: Seen, model: type[Any]) -> QuerySet[Any]:
    """Rows that may be shown. A place has no sign of its own: it may be while a fact that is shown names it."""
    if model is not Location:
        return model.objects.visible(seen)
    facts = {name for kind in KINDS.values() for name, fact in kind.FACTS.items() if fact.say is Say.PLACE}
    named = Citation.objects.visible(seen).filter(field__in=facts)
    return Location.objects.filter(name__in=named.values("value"))


def _vocabulary(seen: Seen, model: type[Any], origin: str) -> Iterator[Line]:
    teller, names = Teller(seen, origin), tables()[NAMED[model]].names
    for row in _public(seen, model).order_by("slug").iterator():
        held = _translated(row) | {"address": teller.name(row).address}
        yield NAMED[model], [plain(held[name] if name in held else getattr(row, name)) for name in names]


def _translated(row: Translated) -> dict[str, str]:
    """{column: text} of the columns that say it in another language."""
    columns = [(code, column) for code in other_languages() for column in row.TRANSLATED]
    return {f"{column}_{code}": row.translations.get(code, {}).get(column, "") for code, column in columns}


# Entries and what is reported of them


def _of_entries(seen: Seen, chunk: list[Entry], origin: str) -> Iterator[Line]:
    known = queries.know(seen, chunk)
    teller = Teller(seen, origin, known)
    rows = {model: queries.rows_of_sort(seen, model, [one.entry.pk for one in known]) for model in SORTS}
    for one in known:
        told = teller.entry(one)
        yield "entries", _entry(one, told, teller)
        for table, names in zip(TIES, (told.parties, told.issues, told.people), strict=True):
            yield from ((table, [told.id, name.slug]) for name in names)
        for report in told.mentions:
            yield "mentions", [told.id, report.article, plain(report.paragraphs), plain(report.value)]
        for fact in told.facts:
            yield from (("facts", _fact(told.id, fact, report)) for report in fact.reports)
        for model in SORTS:
            yield from _reported(told.id, model, rows[model].get(one.entry.pk, []))


def _entry(known: KnownEntry, told: shapes.Entry, teller: Teller) -> list[Any]:
    dates, lead = told.dates, told.lead
    held: dict[str, shapes.Value] = {
        **_translated(known.entry),
        "start": dates.start,
        "end": dates.end,
        "precision": dates.precision,
        "end_precision": dates.end_precision,
        "dates": dates.words,
        "expected": dates.expected,
        "lead": lead.text if lead else None,
    }
    for name in facts_in_columns():
        fact = told.fact(name)
        held[name] = fact.value if fact else None
    for column in tables()["entries"].references:
        if column.refers == ("entries", "id") and (slug := held[column.name]):
            held[column.name] = teller.id_of(str(slug))
    return [plain(held[name] if name in held else getattr(told, name)) for name in tables()["entries"].names]


def _fact(entry: str, fact: shapes.Fact, report: shapes.Report) -> list[Any]:
    value = [fact.field, fact.value, fact.words, fact.differs]
    told = [report.article, report.paragraphs, report.value, report.words, report.agrees, report.address]
    return list(map(plain, [entry, *value, *told]))


def _reported(entry: str, model: type[Sourced], reported: list[Any]) -> Iterator[Line]:
    """The rows of one sort that are reported of an entry, each as its article has it."""
    lookups = (*model.KEY, *(name for name in model.VALUES if name not in model.UNTOLD))
    owner = model.owner() if "__" in model.ENTRY else ""
    for together in put_together(model, reported):
        for row in together.rows:
            own = [_id(row), entry, row.article.slug, plain(row.paragraphs)]
            own += [_id(getattr(row, owner))] if owner else []
            said = [cell for lookup in lookups for cell in _cells(row, lookup)]
            yield table_of(model), [*own, *said, together.differs]


def _id(row: Sourced) -> str:
    return f"{row._meta.model_name}-{row.pk}"


def _cells(row: Any, lookup: str) -> list[Any]:
    """The cells of a lookup; a count makes three."""
    *steps, last = lookup.split("__")
    for step in steps:
        row = getattr(row, step)
    value = getattr(row, last)
    if isinstance(row._meta.get_field(last), CountField):
        return [plain(value.plain), value.low, value.high] if value else [None] * 3
    return [plain(value)]


# Findings and changes


def _findings(seen: Seen, origin: str) -> Iterator[Line]:
    teller = Teller(seen, origin)
    for one in queries.all_findings(seen):
        told = teller.finding(one)
        yield "findings", [told.id, one.finding.page, told.address, told.text, told.day]
        yield from (("finding_sources", [told.id, report.article]) for report in told.reports)


def _of_changes(seen: Seen, chunk: list[Any], origin: str) -> Iterator[Line]:
    for row, told in zip(chunk, listed.changes(seen, chunk, origin=origin), strict=True):
        entry = f"{row.entry.kind}-{row.entry_id}" if told.entry else None
        made = told.made.strftime("%Y-%m-%dT%H:%M:%SZ")
        for number, line in enumerate(told.lines or (None,), start=1 if told.lines else 0):
            own = [told.id, number, made, told.sort, told.kind, entry, told.note]
            turn = [line.label, line.before, line.after] if line else [None] * 3
            yield "changes", list(map(plain, [*own, *turn]))
