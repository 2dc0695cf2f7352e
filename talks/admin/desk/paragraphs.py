"""An article paragraph by paragraph: its text, what is cited from each, and what each seems to name."""

import calendar
import datetime
from dataclasses import dataclass, field
from operator import attrgetter

from django.db.models import Prefetch, Q

from talks.models import REPORTS, Citation, Entry, EntryParty, Issue, Party, Person
from talks.record import dates
from talks.suggest.days import dates_in
from talks.suggest.names import Known
from talks.suggest.paragraphs import suggest
from talks.suggest.text import Candidate, Name, Topic
from talks.words.facts import fact_label, value_in_words
from talks.words.rows import row_in_words

AROUND = datetime.timedelta(days=30)  # how far from its article or from a day in it an entry is looked for
MOST_DAYS = 30  # days named in an article around which entries are looked for
MOST_CANDIDATES = 300


def reports(model):
    """The rows of a sort of report, each with its entry and what its words are made of."""
    return model.objects.loaded(model.ENTRY)


def reported_by(article):
    """All rows that an article reports, as `reports` gives them."""
    for model in REPORTS:
        for row in reports(model).filter(article=article).in_order_of_report():
            row.article = article
            yield row


def entry_of(row):
    """The entry that a reported row is about."""
    return attrgetter(row.ENTRY.replace("__", "."))(row)


@dataclass(frozen=True)
class Line:
    """A reported row at the desk: in words, and which row it is."""

    words: str
    sort: str
    pk: int


@dataclass
class Paragraph:
    """`text` is empty for a number that is cited and not in the stored text. `reports`: {entry pk: (entry, lines)}."""

    number: int
    text: str = ""
    reports: dict = field(default_factory=dict)
    suggestions: list = field(default_factory=list)

    def add(self, entry, line):
        self.reports.setdefault(entry.pk, (entry, []))[1].append(line)


@dataclass
class Sheet:
    """All paragraphs of an article by number, and `loose`: what is reported without a paragraph."""

    paragraphs: list[Paragraph]
    loose: Paragraph

    @property
    def stored(self):
        return [paragraph for paragraph in self.paragraphs if paragraph.text]

    @property
    def used(self):
        """How many of the stored paragraphs are cited."""
        return sum(bool(paragraph.reports) for paragraph in self.stored)

    @property
    def entries(self):
        """{pk: entry} of all that the article reports."""
        every = [*self.paragraphs, self.loose]
        return {pk: entry for paragraph in every for pk, (entry, _) in paragraph.reports.items()}


def sheet_of(article):
    """The `Sheet` of an article, without suggestions."""
    numbered = {number: Paragraph(number, text) for number, text in article.numbered_paragraphs()}
    loose = Paragraph(0)
    for row in reported_by(article):
        entry, line = entry_of(row), Line(in_words(row), row._meta.model_name, row.pk)
        for number in row.paragraph_numbers:
            numbered.setdefault(number, Paragraph(number)).add(entry, line)
        if not row.paragraph_numbers:
            loose.add(entry, line)
    return Sheet([numbered[number] for number in sorted(numbered)], loose)


def in_words(row):
    """A reported row in words, without its entry; a fact that names other rows names them by their slugs."""
    entry = entry_of(row)
    if isinstance(row, Citation) and row.field:
        return f"{fact_label(entry.kind, row.field)}: {value_in_words(entry, row.field, row.value)}"
    return row_in_words(row, entry, {})


class Reading:
    """What the paragraphs of an article seem to name, with the rows that are meant.

    `rows`: {(sort, slug): person, party, issue or entry}.
    """

    def __init__(self, article):
        texts = article.numbered_paragraphs()
        entries = candidates_for(article, texts) if texts else []
        people, parties, issues = Person.objects.all(), Party.objects.all(), Issue.objects.all()
        sorts = {"person": people, "party": parties, "issue": issues, "entry": entries} if texts else {}
        self.rows = {(sort, row.slug): row for sort, rows in sorts.items() for row in rows}
        self.found = suggest(texts, known(self.rows), article.published)

    def of(self, number):
        return self.found.get(number, [])

    def row_of(self, suggestion):
        """The row that a suggestion means; None for a date or a count."""
        return self.rows.get((suggestion.sort, suggestion.value))

    def pks(self, sort, numbers):
        """The pks of the rows of one sort that some paragraphs name."""
        named = (row for number in numbers for row in self.of(number) if row.sort == sort)
        return [self.row_of(suggestion).pk for suggestion in named]


def known(rows):
    """The vocabulary that `talks.suggest` reads by: {(sort, slug): row} as plain data."""
    return Known(
        tuple(_name(sort, row) for (sort, _), row in rows.items() if sort in ("person", "party")),
        tuple(Topic(row.slug, row.title, row.description) for (sort, _), row in rows.items() if sort == "issue"),
        tuple(_candidate(row) for (sort, _), row in rows.items() if sort == "entry"),
    )


def _name(sort, row):
    return Name(sort, row.slug, (row.name, *row.aliases), getattr(row, "short", ""))


def _candidate(entry):
    city = entry.round.city if entry.kind == "round" else ""
    parties = frozenset(tie.party.slug for tie in entry.party_ties.all())
    return Candidate(entry.slug, entry.kind, entry.title, entry.start, entry.precision, entry.end, city, parties)


def candidates_for(article, texts):
    """The entries, drafts too, that stand near the day of an article, or near a day that is named in it."""
    found = {row.value for _, text in texts for row in dates_in(text, article.published)}
    near = Q(start__range=(article.published - AROUND, article.published + AROUND))
    for day in sorted(found)[:MOST_DAYS]:
        first, last = span_of(day)
        near |= Q(start__range=(first - AROUND, last))
    ties = Prefetch("party_ties", EntryParty.objects.select_related("party"))
    entries = Entry.objects.filter(near).select_related("round").prefetch_related(ties)
    return entries.order_by("-start", "pk")[:MOST_CANDIDATES]


def span_of(text):
    """(first day, last day) of a partial date."""
    first, precision = dates.parse(text)
    if precision == "month":
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first, first
