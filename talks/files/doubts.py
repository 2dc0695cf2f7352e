"""What is improbable in what articles report, at whichever door it comes in: of files, of forms, of the record.

All of it is told of flat rows (`talks.files.rows`). A row that says why it is right all the same is not doubted.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Max

from talks.files.rows import KEYS, VALUES, Row, flat
from talks.models import KINDS, Article, Citation, Delegate, Delegation, Person, Transfer
from talks.models.columns import largest
from talks.models.counts import Count
from talks.record import improbable

FEW = 500  # of what is asked for by name; of more, all are read
DATES = ("start", "end")  # the facts that are judged together
DOUBTED: tuple[Any, ...] = (Citation, Delegation, Delegate, Transfer)


class Reported(NamedTuple):
    """What one article reports, or a part of it: its slug, its day, and flat rows."""

    article: str
    published: datetime.date
    rows: Sequence[Row]


class Doubt(NamedTuple):
    """That a row is improbable: in which column, and why, in a sentence without a full stop."""

    row: Row
    column: str
    sentence: str


@dataclass
class Beside:
    """What else is reported, by which a row is judged.

    `parties`: {person: party}; `seats`: {(round, person): parties in whose delegations the person is said to be,
    without a reason given}; `most`: {sort of number: {article: the greatest that it reports}}.
    """

    parties: dict[str, str | None] = field(default_factory=dict)
    seats: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    most: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    people: set[str] = field(default_factory=set)  # of the rows that were taken in
    _greatest: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # of `most`, those of two articles

    def add(self, article: str, row: Row) -> None:
        """Take in a row that is not in the record yet, or not as it is there."""
        if row.model is Delegate:
            self.people.add(row.key[2])
        if row.model is Delegate and not row.values["right_because"]:
            self.seats[row.entry, row.key[2]].add(row.key[1])
        if (sort := sort_of_number(row)) and (number := number_of(row)):
            self.reports(sort, article, number)

    def reports(self, sort: str, article: str, number: int) -> None:
        """Take in a number that an article reports."""
        self.most[sort][article] = max(number, self.most[sort].get(article, 0))
        self._greatest.pop(sort, None)

    def elsewhere(self, row: Row) -> str | None:
        """Another party in whose delegation at that round the person of a row is said to be."""
        return min(self.seats.get((row.entry, row.key[2]), set()) - {row.key[1]}, default=None)

    def most_elsewhere(self, row: Row, article: str) -> int | None:
        """The greatest number that another article reports of what a row counts."""
        sort = sort_of_number(row)
        if sort not in self._greatest:
            self._greatest[sort] = nlargest(2, self.most.get(sort, {}).items(), key=itemgetter(1))
        return next((number for reporter, number in self._greatest[sort] if reporter != article), None)


def sort_of_number(row: Row) -> str:
    """What numbers a row's number can be compared with; an empty text for a row that counts nobody."""
    return row.key[-1] if row.model is Transfer else "delegation" if row.model is Delegation else ""


def said_number(row: Row) -> int | str | None:
    """The number that a row reports, as files hold it."""
    return row.values["count" if row.model is Transfer else "size"]


def number_of(row: Row) -> int | None:
    """The largest number that a row names."""
    said = said_number(row)
    return None if said is None else Count.of(said).largest


def beside(
    reported: Collection[Reported], parties: Mapping[str, str | None] = {}, replaced: Collection[str] = ()
) -> Beside:
    """What else is reported, of all that these rows are judged by: in the record, and in the rows themselves.

    `parties`: {person: party} that are not in the record yet. `replaced`: articles whose rows in the record do not
    count, because all that they report is given. Takes at most four queries.
    """
    found = Beside()
    for one in reported:
        for row in one.rows:
            found.add(one.article, row)
    sorts = set(found.most)
    if people := found.people:
        found.parties |= Person.objects.filter(**_named("slug", people)).values_list("slug", "party__slug")
        seats = Delegate.objects.filter(right_because="", **_named("person__slug", people))
        columns = ("article__slug", "delegation__round__slug", "person__slug", "delegation__party__slug")
        for article, meeting, person, party in seats.order_by().values_list(*columns):
            if article not in replaced:
                found.seats[meeting, person].add(party)
    if sorts - {"delegation"}:
        counts = Transfer.objects.filter(kind__in=sorts, count__isnull=False).order_by()
        for sort, article, most in counts.values_list("kind", "article__slug").annotate(most=Max(largest("count"))):
            found.reports(sort, article, most)
    if "delegation" in sorts:
        sizes = Delegation.objects.filter(size__isnull=False).order_by().values_list("article__slug")
        for article, most in sizes.annotate(most=Max(largest("size"))):
            found.reports("delegation", article, most)
    found.parties |= parties
    return found


def answered(article: str, row: Row) -> tuple[Any, ...]:
    """What a reason is about, in this row: it holds for what the article says there, and for nothing else."""
    said = row.values["value"] if row.model is Citation else said_number(row) if sort_of_number(row) else None
    return article, row.model, row.key, said


def all_answered() -> set[tuple[Any, ...]]:
    """What the record gives a reason for, as `answered` has it."""
    found = set()
    for model in DOUBTED:
        names = (*KEYS[model], *VALUES[model])
        for article, *stored in model.objects.exclude(right_because="").values_list("article__slug", *names):
            found.add(answered(article, flat(model, dict(zip(names, stored, strict=True)))))
    return found


def _named(lookup: str, slugs: set[str]) -> dict[str, Any]:
    return {f"{lookup}__in": slugs} if len(slugs) < FEW else {}


def doubts(reported: Reported, beside: Beside) -> Iterator[Doubt]:
    """What is improbable in what an article reports, where no reason is given."""
    found = [*_of_dates(reported, beside), *_of_rows(reported, beside)]
    return (doubt for doubt in found if doubt.sentence and not doubt.row.values["right_because"])


def unanswered(most: int) -> list[tuple[int, Doubt]]:
    """[(article pk, `Doubt`)] of what the latest articles report, at most so many of them, where no reason is given.

    Takes at most nine queries.
    """
    articles = list(Article.objects.order_by("-published", "slug").values_list("pk", "slug", "published")[:most])
    rows: dict[int, list[Row]] = defaultdict(list)
    for model in DOUBTED:
        names = (*KEYS[model], *VALUES[model])
        stored = model.objects.filter(article__in=[pk for pk, *_ in articles]).order_by("pk")
        kind = "entry__kind" if model is Citation else "article"  # only of dates the kind of entry is asked
        if model is Citation:
            stored = stored.filter(field__in=DATES)
        for article, of_kind, *said in stored.values_list("article", kind, *names):
            rows[article].append(flat(model, dict(zip(names, said, strict=True)), kind=str(of_kind)))
    reported = {pk: Reported(slug, published, rows[pk]) for pk, slug, published in articles if rows[pk]}
    others = beside(reported.values())
    return [(pk, doubt) for pk, one in reported.items() for doubt in doubts(one, others)]


def _of_dates(reported: Reported, beside: Beside) -> Iterator[Doubt]:
    by_entry: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in reported.rows:
        if row.model is Citation and row.key[1] in DATES:
            by_entry[row.entry][row.key[1]] = row
    for cited in by_entry.values():
        start = cited["start"].values["value"] if "start" in cited else None
        end = cited["end"].values["value"] if "end" in cited else None
        if "start" in cited:
            yield Doubt(cited["start"], "start", improbable.start(start, end, reported.published))
        if "end" in cited:
            kind = KINDS[cited["end"].kind]
            yield Doubt(cited["end"], "end", improbable.end(kind, start, end, reported.published))


def _of_rows(reported: Reported, beside: Beside) -> Iterator[Doubt]:
    for row in reported.rows:
        if sort_of_number(row):
            most = beside.most_elsewhere(row, reported.article)
            yield Doubt(row, "count" if row.model is Transfer else "size", improbable.number(number_of(row), most))
        if row.model is Delegate:
            party, person = row.key[1:]
            sentence = improbable.person(person, beside.parties.get(person), party, beside.elsewhere(row))
            yield Doubt(row, "person", sentence)
