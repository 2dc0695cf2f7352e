"""What is taken along: an entry as told, its facts and reported rows, and of each value the articles that report it.

Plain values without a tie to the database, so that any format can write them. `value` is as the record holds it (a slug
for another row, ISO text for a date, a number or words for a count), `words` as a page in this language says it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any

Value = str | int | bool | None


@dataclass(frozen=True)
class Name:
    """Another row that something names, and the address of its page here; "" if it has none."""

    slug: str
    name: str
    address: str = ""


@dataclass(frozen=True)
class Report:
    """What one article reports: in which paragraphs, and where to read it.

    `agrees`: False where it contradicts the accepted value; None where no value is accepted, and of a status that a
    later one took the place of. `address` leads to the paragraph on the article's page here, `original` to the article
    itself; "" where its address is not known.
    """

    article: str
    title: str
    publisher: str
    publisher_slug: str
    agency: str
    published: date
    language: str
    retracted: date | None
    paragraphs: tuple[int, ...]
    value: Value
    words: str
    agrees: bool | None
    address: str
    original: str


@dataclass(frozen=True)
class Fact:
    """A fact with its accepted value and its reports, in order of report.

    `differs`: they contradict each other. `value` is None where they do and no rule accepts one of them. `names`: the
    rows that the accepted value names.
    """

    field: str
    label: str
    value: Value
    words: str
    differs: bool
    reports: tuple[Report, ...]
    names: tuple[Name, ...] = ()


@dataclass(frozen=True)
class Row:
    """What articles report beside facts: a delegation, a delegate, a transfer, a demand, an account.

    `about` tells it from the other rows of its sort, {column: a `Name` or a value}, as `words` does in words; `facts`
    are what is said of it. `differs`: its reports contradict each other. `reports`: all that report it at all, such as
    a transfer without its number.
    """

    sort: str
    label: str
    about: dict[str, Name | Value]
    words: str
    differs: bool
    facts: tuple[Fact, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Lead:
    """What a page says first of an entry. `label` says when it was told, if that was before the entry's last day."""

    text: str
    label: str
    reports: tuple[Report, ...]

    def __str__(self) -> str:
        return f"{self.label} {self.text}".strip()


@dataclass(frozen=True)
class Dates:
    """When an entry was: partial dates as ISO text (“2025-06”), and how exactly they are known (`Entry.Precision`).

    `start` of precision “reported” is the day of the first report: no article gives a date. `words`: as pages say it.
    """

    start: str
    end: str | None
    precision: str
    end_precision: str | None
    words: str
    expected: bool


@dataclass(frozen=True)
class Entry:
    """An entry as told: what its page shows. `id` stays when the title or the slug changes.

    `leads`: the sentences that its page opens with; the first is the one that lists show.
    `first_reported`, `last_reported`: the days of the first and the last report that is among these. `sources`: how
    many independent sources report it. `as_of`: the day as known on which this is told; None for all that is known now.
    """

    id: str
    kind: str
    kind_label: str
    slug: str
    title: str
    address: str
    as_of: date | None
    dates: Dates
    leads: tuple[Lead, ...]
    parties: tuple[Name, ...]
    issues: tuple[Name, ...]
    people: tuple[Name, ...]
    first_reported: date
    last_reported: date
    sources: int
    differs: bool
    mentions: tuple[Report, ...]
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...] = field(default=())

    @property
    def lead(self) -> Lead | None:
        return self.leads[0] if self.leads else None

    def fact(self, name: str) -> Fact | None:
        """The fact of this name, if an article reports it."""
        return next((one for one in self.facts if one.field == name), None)

    @property
    def status(self) -> Fact | None:
        return self.fact("status")

    @property
    def process(self) -> Fact | None:
        return self.fact("process")

    def rows_of(self, sort: str) -> list[Row]:
        """The rows of one sort: “transfer”, “delegation”, “delegate”, “provision”, “account”."""
        return [row for row in self.rows if row.sort == sort]

    @property
    def all_facts(self) -> Iterator[tuple[Row | None, Fact]]:
        """(None, fact) of its own facts, then (row, fact) of what is reported beside them."""
        yield from ((None, one) for one in self.facts)
        yield from ((row, one) for row in self.rows for one in row.facts)

    @property
    def reports(self) -> Iterator[Report]:
        """All reports, those of the entry as such first."""
        yield from self.mentions
        yield from (report for one in self.facts for report in one.reports)
        yield from (report for row in self.rows for report in row.reports)


@dataclass(frozen=True)
class Finding:
    """What editors conclude about a page (`address`), with the articles that it rests on."""

    id: str
    address: str
    text: str
    day: date
    reports: tuple[Report, ...]


def plain(value: Any) -> Any:
    """A value of these shapes as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}


def reports_in(value: Any) -> Iterator[Report]:
    """All reports that a value of these shapes holds, or of those of `talks.data.listed` and `talks.data.figures`."""
    if isinstance(value, Report):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from reports_in(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from reports_in(getattr(value, one.name))
