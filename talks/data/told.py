"""Entries as told: from what the queries give to plain values, in the language of the page.

What is a fact, a reported row or a column of one is declared on its model, and all that is declared is here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from django.db.models import BooleanField, Field, IntegerField, Model, QuerySet
from django.utils.translation import get_language, gettext, override

from talks import queries, words
from talks.data import shapes
from talks.models import (
    KINDS,
    REPORTS,
    Article,
    Citation,
    EntryIssue,
    EntryPerson,
    OfRecord,
    Page,
    Rule,
    Seen,
    Sourced,
)
from talks.models.columns import PartialDateField
from talks.models.counts import Count, narrowed
from talks.models.entries import Entry
from talks.models.reports import Delegate, Provision, Transfer
from talks.models.translated import in_alphabet
from talks.queries.findings import FoundByEditors
from talks.record import dates, merged
from talks.record.facts import KnownEntry, KnownFact, named_model, same_value
from talks.words.facts import fact_label, value_in_words
from talks.words.places import asked_once

T = TypeVar("T")
CHUNK = 100  # entries that are in memory at a time
SORTS = tuple(model for model in REPORTS if model is not Citation)


def in_chunks(rows: Iterable[Any], tell: Callable[[list[Any]], list[T]]) -> Iterator[T]:
    """What `tell` gives of some rows at a time, so that of a query never all are in memory.

    It speaks the language of whoever asked, who may have gone on while the rows are still sent.
    """
    language = get_language()
    found = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else iter(rows)
    while chunk := list(islice(found, CHUNK)):
        with override(language), asked_once():
            told = tell(chunk)
        yield from told


def entries(seen: Seen, rows: Iterable[Entry], origin: str = "") -> Iterator[shapes.Entry]:
    """All of these entries, which must be visible, as told in their order; of a query, a few in memory at a time."""
    return in_chunks(rows, lambda chunk: tell(seen, queries.know(seen, chunk), origin))


def tell(
    seen: Seen, known: Sequence[KnownEntry], origin: str = "", *, with_earlier: bool = False
) -> list[shapes.Entry]:
    """These entries as told, in their order, in a fixed number of queries.

    `origin`: what addresses start with, such as “https://example.org”; without it they are paths. `with_earlier`: also
    reports of a status that later ones took the place of.
    """
    with asked_once():
        teller = Teller(seen, origin, known, with_earlier)
        return [teller.entry(one) for one in known]


def findings(seen: Seen, page: Page | None, origin: str = "") -> list[shapes.Finding]:
    """What editors found about a page; nothing of one that no finding can be about."""
    teller = Teller(seen, origin)
    return [teller.finding(one) for one in queries.findings_on(seen, page)] if page else []


@dataclass
class Teller:
    """Tells entries whose reports it reads together (`known`), or rows and reports that are read already."""

    seen: Seen
    origin: str
    known: Sequence[KnownEntry] = ()
    with_earlier: bool = False
    _articles: dict[int, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def _pks(self) -> list[int]:
        return [one.entry.pk for one in self.known]

    @cached_property
    def _names(self) -> queries.known.Names:
        return queries.names_in(self.seen, self.known)

    @cached_property
    def _rows(self) -> dict[type[Sourced], dict[int, list]]:
        return {model: queries.rows_of_sort(self.seen, model, self._pks) for model in SORTS}

    @cached_property
    def _issues(self) -> dict[int, list]:
        return self._tied(EntryIssue, "issue")

    @cached_property
    def _people(self) -> dict[int, list]:
        return self._tied(EntryPerson, "person")

    def _tied(self, model: Any, column: str) -> dict[int, list]:
        ties = queries.tied_by(self.seen, model.objects.filter(entry__in=self._pks)).select_related(column)
        tied = merged.grouped(ties, lambda tie: tie.entry_id)
        return {pk: sorted((getattr(tie, column) for tie in of), key=in_alphabet) for pk, of in tied.items()}

    def address(self, path: str, anchor: str = "") -> str:
        """The address of a page in full, as known on the day of these entries."""
        day = f"{'&' if '?' in path else '?'}as_of={self.seen.day}" if self.seen.day else ""
        return f"{self.origin}{path}{day}{anchor}"

    def name(self, row: Any) -> shapes.Name:
        """Another row that is named; of an entry its `KnownEntry`."""
        path = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
        return shapes.Name(getattr(row, "entry", row).slug, str(row), self.address(path) if path else "")

    def id_of(self, slug: str) -> str:
        """The `id` of another entry that a fact of one of these names."""
        return _id(self._names[Entry, slug].entry)

    def entry(self, known: KnownEntry) -> shapes.Entry:
        """One of the entries as told."""
        entry = known.entry
        rows = [row for model in SORTS for row in self.rows(model, self._rows[model].get(entry.pk, []))]
        facts = [fact for fact in map(self._fact_of(known), known.facts.values()) if fact]
        days = [row.published for row in known.citations]
        days += [row.article.published for model in SORTS for row in self._rows[model].get(entry.pk, [])]
        return shapes.Entry(
            id=_id(entry),
            kind=entry.kind,
            kind_label=words.kind_label(entry.kind),
            slug=entry.slug,
            title=str(known),
            address=self.address(known.get_absolute_url()),
            as_of=self.seen.day,
            dates=_dates(known),
            leads=tuple(self._leads(known)),
            parties=tuple(map(self.name, sorted(known.parties, key=in_alphabet))),
            issues=tuple(map(self.name, self._issues.get(entry.pk, []))),
            people=tuple(map(self.name, self._people.get(entry.pk, []))),
            first_reported=min(days, default=known.start),
            last_reported=max(days, default=known.start),
            sources=known.source_count,
            differs=any(fact.differs for fact in facts) or any(row.differs for row in rows),
            mentions=tuple(self.report(row, row.note or None, row.note, None) for row in known.mentions),
            facts=tuple(facts),
            rows=tuple(rows),
        )

    def _leads(self, known: KnownEntry) -> Iterator[shapes.Lead]:
        transfers = merged.transfers(self._rows[Transfer].get(known.entry.pk, []))
        for lead in words.leads(known, transfers):
            reports = {row.article_id: self.report(row, None, "", None) for row in lead.rows}
            yield shapes.Lead(lead.text, lead.label, tuple(reports.values()))

    def finding(self, found: FoundByEditors) -> shapes.Finding:
        """What editors found, as told."""
        one = found.finding
        reports = tuple(self.report(row, None, "", None) for row in found.rows)
        address = self.address(Page.read(one.page).get_absolute_url())
        return shapes.Finding(f"finding-{one.pk}", address, one.text, one.day, reports)

    # Facts

    def _fact_of(self, known: KnownEntry) -> Callable[[KnownFact], shapes.Fact | None]:
        return lambda fact: self.fact(known, fact)

    def fact(self, known: KnownEntry, fact: KnownFact) -> shapes.Fact | None:
        """A fact as told; None if it names nothing that may be shown."""
        column = KINDS[known.entry.kind].FACTS[fact.field]
        value, said, names = self._told(known, fact.field, fact.value)
        reports = []
        rows = [(row, True) for version in fact.versions for row in version.citations]
        if self.with_earlier:
            in_force = {row.pk for row, _ in rows}
            rows = [(row, row.pk in in_force) for row in known.citations if row.field == fact.field]
        for row, counts in sorted(rows, key=lambda pair: pair[0].order_of_report):
            reported, in_words, _ = self._told(known, fact.field, row.value)
            if reported is not None:
                agrees = not fact.disputed or _agree(column.rule, fact.field, row.value, fact.value)
                reports.append(self.report(row, reported, in_words, agrees if counts else None))
        if not reports:
            return None
        label = fact_label(known.entry.kind, fact.field)
        return shapes.Fact(fact.field, label, value, said, fact.disputed, tuple(reports), names)

    def _told(self, known: KnownEntry, name: str, text: str) -> tuple[shapes.Value, str, tuple[shapes.Name, ...]]:
        """(value, words, what it names) of a value; (None, "", ()) if it names nothing that may be shown."""
        model = named_model(known.entry, name)
        if model is None:
            column = KINDS[known.entry.kind]._meta.get_field(name)
            value = int(text) if isinstance(column, IntegerField) and text.isdigit() else text
            return value, str(value_in_words(known.entry, name, text)), ()
        slugs = [slug for slug in text.split(", ") if (model, slug) in self._names]
        names = tuple(self.name(self._names[model, slug]) for slug in slugs)
        return (", ".join(slugs) or None), ", ".join(one.name for one in names), names

    # Reported rows

    def rows(self, model: type[Sourced], reported: list) -> list[shapes.Row]:
        """What these reports of one sort about one entry tell, rows that say the same put together."""
        return [self._row(together) for together in put_together(model, reported)]

    def _row(self, together: merged.Merged) -> shapes.Row:
        rows = together.rows
        first: Sourced = rows[0]
        about = {lookup.rpartition("__")[2]: self._plain(*_column(first, lookup)) for lookup in first.KEY}
        told = ((str(_column(first, lookup)[0].verbose_name), said(*_column(first, lookup))) for lookup in first.KEY)
        facts = (self._row_fact(name, together) for name in first.VALUES if name not in first.UNTOLD)
        return shapes.Row(
            sort=str(first._meta.model_name),
            label=str(first._meta.verbose_name),
            about=about,
            words="; ".join(f"{label}: {text}" for label, text in told if text),
            differs=together.differs,
            facts=tuple(fact for fact in facts if fact),
            reports=tuple(self.report(row, None, "", None) for row in rows),
        )

    def _row_fact(self, name: str, together: merged.Merged) -> shapes.Fact | None:
        giving = [row for row in together.rows if getattr(row, name) not in (None, "")]
        if not giving:
            return None
        column = giving[0]._meta.get_field(name)
        found = together.wholes if isinstance(together, merged.MergedTransfer) else ()
        wholes = {row.pk: one for one in found for row in one.reading.rows}
        alone = [getattr(row, name) for row in giving if row.pk not in wholes]
        compared = name in giving[0].COMPARED
        differs = compared and together.differs
        rivals = differs and isinstance(together, merged.MergedDelegate)  # two may be told of two people, each once
        accepted = None if rivals else _accepted(alone, compared=compared)
        reports = tuple(
            self.report(
                row,
                _as_value(self._plain(column, getattr(row, name))),
                words.in_all(wholes[row.pk]) if row.pk in wholes else said(column, getattr(row, name)),
                None if accepted is None else True,
            )
            for row in giving
        )
        plain = None if accepted is None else self._plain(column, accepted)
        names = (plain,) if isinstance(plain, shapes.Name) else ()
        in_words = "" if accepted is None else said(column, accepted)
        return shapes.Fact(name, str(column.verbose_name), _as_value(plain), in_words, differs, reports, names)

    def _plain(self, column: Field, value: Any) -> shapes.Name | shapes.Value:
        if isinstance(value, Model):
            return self.name(value)
        return value.plain if isinstance(value, Count) else value

    def report(self, row: Sourced, value: shapes.Value, said: str, agrees: bool | None) -> shapes.Report:
        """What one reported row says, with the article that says it."""
        numbers = tuple(row.paragraph_numbers)
        anchor = f"#p{numbers[0]}" if numbers else ""
        article: Article = row.article
        if article.pk not in self._articles:
            self._articles[article.pk] = self._of_article(article)
        of_article = self._articles[article.pk]
        address = of_article["address"] + anchor
        return shapes.Report(
            **{**of_article, "address": address}, paragraphs=numbers, value=value, words=said, agrees=agrees
        )

    def _of_article(self, article: Article) -> dict[str, Any]:
        return {
            "article": article.slug,
            "title": article.title,
            "publisher": str(article.publisher),
            "publisher_slug": article.publisher.slug,
            "agency": str(article.agency) if article.agency else "",
            "published": article.published,
            "language": article.language,
            "retracted": article.retracted if article.is_retracted(self.seen.day) else None,
            "address": self.address(article.get_absolute_url()),
            "original": article.url,
        }


def put_together(model: type[Sourced], reported: list) -> Sequence[merged.Merged]:
    """Reports of one sort on an entry, those put together that report the same thing.

    Transfers and provisions stand in the order of their page, others in order of report.
    """
    if model is Transfer:
        return merged.transfers(reported)
    if model is Provision:
        return merged.provisions(reported)
    if model is Delegate:
        return merged.members_of(reported)
    return [merged.MergedRows(rows) for rows in merged.grouped(reported, lambda row: row.about).values()]


def start_of(known: KnownEntry) -> str:
    """When it was, as exactly as that is known; of what no article dates, the day of the first report."""
    is_known = known.precision != Entry.Precision.REPORTED
    return dates.text(known.start, known.precision) if is_known else known.start.isoformat()


def _dates(known: KnownEntry) -> shapes.Dates:
    return shapes.Dates(
        start=start_of(known),
        end=known.ends,
        precision=str(known.precision),
        end_precision=str(known.end_precision) if known.ends else None,
        words=words.stands(known),
        expected=known.expected,
    )


def _id(entry: Entry) -> str:
    return f"{entry.kind}-{entry.pk}"


def _agree(rule: Rule, name: str, value: str, accepted: str) -> bool:
    """True if a report of a fact says what is accepted, or less exactly so."""
    if rule is Rule.DATE:
        return dates.agree(value, accepted)
    return same_value(name, value) == same_value(name, accepted)


def _accepted(values: list, *, compared: bool) -> Any:
    """What reports of one thing say together; None where they contradict each other, or say nothing of it alone.

    Of a yes or no that nobody compares (“expected”), a no is what was seen, and stands before what was announced.
    """
    if not values:
        return None
    if compared and any(not merged.agree(one, other) for one in values for other in values):
        return None
    if isinstance(values[0], Count):
        return narrowed(values)
    return all(values) if isinstance(values[0], bool) else values[0]


def _column(row: Sourced, lookup: str) -> tuple[Field, Any]:
    """(column, what stands in it) of a lookup of KEY, which may be of the row that a row belongs to."""
    *steps, last = lookup.split("__")
    owner: Any = row
    for step in steps:
        owner = getattr(owner, step)
    return owner._meta.get_field(last), getattr(owner, last)


def _as_value(plain: Any) -> shapes.Value:
    return plain.slug if isinstance(plain, shapes.Name) else plain


def said(column: Field, value: Any) -> str:
    """What stands in a column of a reported row, in words; "" for nothing."""
    if value in (None, ""):
        return ""
    if isinstance(value, Count):
        return words.count_in_words(value)
    if isinstance(column, BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(column, PartialDateField):
        return words.partial_date(value)
    if column.choices:
        return str(dict(column.flatchoices)[value])
    return str(value) if isinstance(value, Model | int) else OfRecord(value)
