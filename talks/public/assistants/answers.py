"""What assistants are answered: things with what is told of them, and of each fact where to read it.

Smaller than the shapes of `talks.data`, from which it is made: each article is told once, facts name it by its number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext

from talks import words
from talks.data import figures, listed, shapes
from talks.models.counts import Count
from talks.record.steps import Line

LISTED = ("start", "end", "status", "parties")  # what a list tells of an entry beside its leads


@dataclass(frozen=True)
class Source:
    """An article that facts are cited from. `retracted`: since when. `original`: "" if its address is unknown."""

    number: int
    article: str
    title: str
    publisher: str
    agency: str
    published: date
    language: str
    retracted: date | None
    address: str
    original: str


@dataclass(frozen=True)
class Cited:
    """That an article reports something: the number of its `source`, the paragraphs, the address of the first of them.

    `says`: what it reports, where those are not the words of the fact.
    """

    source: int
    paragraphs: tuple[int, ...]
    permalink: str
    says: str


@dataclass(frozen=True)
class Told:
    """A fact: the value that the page gives first, in words ("" where no rule accepts one), and all that report it.

    `differs`: sources contradict each other. Only what is counted from other facts has none of its own.
    """

    label: str
    words: str
    differs: bool
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class Row:
    """What is reported beside facts: a delegation, a delegate, a transfer, a demand, an account."""

    label: str
    words: str
    differs: bool
    facts: tuple[Told, ...]
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class Item:
    """An entry, a position, a total or a transfer, the address of its page, and what is told of it."""

    kind: str
    slug: str
    title: str
    dates: str
    permalink: str
    differs: bool
    facts: tuple[Told, ...]
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Some items, `total` in all; `next` is the argument that gives those that follow, {} behind the last."""

    about: str
    language: str
    as_of: date | None
    total: int
    next: dict[str, str]
    items: tuple[Item, ...]
    sources: tuple[Source, ...]


@dataclass
class Writer:
    """Makes items, and numbers the articles that they cite."""

    _sources: dict[str, Source] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All that are cited, by number."""
        return tuple(self._sources.values())

    def _number(self, report: shapes.Report) -> int:
        if report.article not in self._sources:
            self._sources[report.article] = Source(
                number=len(self._sources) + 1,
                article=report.article,
                title=report.title,
                publisher=report.publisher,
                agency=report.agency,
                published=report.published,
                language=report.language,
                retracted=report.retracted,
                address=report.address.partition("#")[0],
                original=report.original,
            )
        return self._sources[report.article].number

    def cited(self, reports: Iterable[shapes.Report], said: str = "") -> tuple[Cited, ...]:
        """Each of these reports; `said`: the words that need not be repeated."""
        return tuple(
            Cited(self._number(one), one.paragraphs, one.address, "" if one.words == said else _says(one))
            for one in reports
        )

    def told(self, fact: shapes.Fact) -> Told:
        return Told(capfirst(fact.label), fact.words, fact.differs, self.cited(fact.reports, fact.words))

    def _leads(self, entry: shapes.Entry) -> tuple[Told, ...]:
        return tuple(
            Told(one.label or gettext("In short"), one.text, False, self.cited(one.reports)) for one in entry.leads
        )

    def _mentions(self, entry: shapes.Entry) -> tuple[Told, ...]:
        cited = self.cited(entry.mentions)
        return (Told(gettext("Reported"), "", False, cited),) if cited else ()

    def short(self, entry: shapes.Entry) -> Item:
        """An entry as lists tell it."""
        named = tuple(self.told(one) for one in entry.facts if one.field in LISTED)
        facts = (*self._leads(entry), *named)
        return self._entry(entry, facts or self._mentions(entry), ())

    def whole(self, entry: shapes.Entry) -> Item:
        """All that is told of an entry, or that it was narrowed to."""
        facts = (*self._leads(entry), *self._mentions(entry), *map(self.told, entry.facts))
        return self._entry(entry, facts, tuple(map(self.row, entry.rows)))

    def _entry(self, entry: shapes.Entry, facts: tuple[Told, ...], rows: tuple[Row, ...]) -> Item:
        return Item(entry.kind, entry.slug, entry.title, entry.dates.words, entry.address, entry.differs, facts, rows)

    def row(self, row: shapes.Row) -> Row:
        """A reported row; what reports it beside its facts is cited for the row itself."""
        facts = tuple(map(self.told, row.facts))
        read = {(one.article, one.paragraphs) for fact in row.facts for one in fact.reports}
        alone = [one for one in row.reports if (one.article, one.paragraphs) not in read]
        return Row(capfirst(row.label), row.words, row.differs, facts, self.cited(alone))

    def position(self, one: listed.Position) -> Item:
        """A party's latest position on an issue; its page is that of the proposal that states it."""
        facts = [
            Told(one.point or gettext("Demand"), one.text, False, self.cited(one.reports, one.text))
            for one in one.demands
        ]
        title = f"{one.issue.name}: {one.party.name} ({one.proposal.name})"
        return Item("position", one.proposal.slug, title, one.date, one.proposal.address, False, tuple(facts))

    def total(self, one: figures.Total, address: str) -> Item:
        """How many were handed over, counted from the transfers that follow; its page is the one at `address`."""
        counted = {
            gettext("Handed over"): one.words,
            gettext("In exchanges"): str(one.exchanges),
            gettext("Transfers without a number, not counted"): str(one.unnumbered or ""),
            gettext("Transfers beside the total, not counted"): str(one.beside or ""),
            gettext("Transfers only proposed or agreed, not counted"): str(one.announced or ""),
        }
        facts = tuple(Told(label, text, False, ()) for label, text in counted.items() if text)
        title = f"{one.kind_label}: {one.from_party.name} → {one.to_party.name}"
        return Item("total", "", title, "", address, one.differs, facts)

    def step(self, line: Line, one: figures.Step) -> Item:
        """A transfer that a total counts, or that stands beside it."""
        counted = _range(line.counted.low, line.counted.high) if line.counted else ""
        label = f"{words.transfer_kind(one.kind)}: {one.from_party.name} → {one.to_party.name}"
        facts = [Told(label, counted, line.transfer.differs, self.cited(one.reports, counted))]
        if line.step:
            facts.append(Told(gettext("Total so far"), _range(line.step.low, line.step.high), False, ()))
        elif not line.counted:
            facts.append(Told(gettext("Stands beside the total, not counted"), "", False, ()))
        days = " – ".join(day for day in (one.date, one.until) if day)
        differs = line.transfer.differs
        return Item("transfer", one.swap.slug, one.swap.name, days, one.swap.address, differs, tuple(facts))


def _says(report: shapes.Report) -> str:
    return report.words or gettext("does not say")


def _range(low: Count, high: Count) -> str:
    lower, higher = words.count_in_words(low), words.count_in_words(high)
    return lower if lower == higher else f"{lower} – {higher}"


# As text


def text(answer: Answer) -> str:
    """An answer for those who read no structure: a fact on a line, its sources in brackets, all of them at the end."""
    lines = [answer.about]
    for item in answer.items:
        heads = (item.title, item.dates, gettext("sources differ") if item.differs else "")
        lines += ["", f"## {' · '.join(filter(None, heads))}", item.permalink]
        lines += [f"- {line}" for line in map(_fact, item.facts)]
        for row in item.rows:
            lines.append(f"- {row.label}: {row.words}{_differing(row.differs)}{_cites(row.cited)}")
            lines += [f"  - {line}" for line in map(_fact, row.facts)]
    if answer.next:
        ((name, value),) = answer.next.items()
        lines += ["", gettext("More follows; ask again with %(name)s=%(value)s.") % {"name": name, "value": value}]
    if answer.sources:
        lines += ["", gettext("Sources (a paragraph’s own address ends with #p and its number):")]
        lines += map(_source, answer.sources)
    return "\n".join(lines)


def _differing(differs: bool) -> str:
    return f" ({gettext('sources differ')})" if differs else ""


def _fact(fact: Told) -> str:
    """“Place (sources differ): Glee [1 ¶3]; Sorrow [2 ¶1]”, with the words of the fact first."""
    said = sorted(fact.cited, key=lambda one: one.says)  # "" first, the words of the fact
    versions = {says: _cites(tuple(ones)) for says, ones in groupby(said, key=lambda one: one.says)}
    first = f"{fact.words}{versions.pop('', '')}"
    values = [one for one in (first, *(f"{says}{cites}" for says, cites in versions.items())) if one]
    told = "; ".join(values)
    between = ": " if told and not told.startswith(" ") else ""  # of what has no words, there is only what is cited
    return f"{fact.label}{_differing(fact.differs)}{between}{told}"


def _cites(cited: tuple[Cited, ...]) -> str:
    named = dict.fromkeys(" ".join([str(one.source), *(f"¶{number}" for number in one.paragraphs)]) for one in cited)
    return f" [{'; '.join(named)}]" if named else ""


def _source(source: Source) -> str:
    by = f"{source.publisher} ({source.agency})" if source.agency else source.publisher
    pieces = [by, words.day(source.published), f"“{source.title}”"]
    if source.retracted:
        pieces.append(gettext("retracted on %(day)s") % {"day": words.day(source.retracted)})
    told = f"[{source.number}] {', '.join(pieces)}: {source.address}"
    return f"{told} · {source.original}" if source.original else told
