"""The timeline: entries that pass its filters, page by page, and the counts beside the choices."""

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, DateField, Exists, F, Func, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least

from talks.models import (
    Article,
    Citation,
    Entry,
    EntryIssue,
    EntryParty,
    EntryPerson,
    Evidence,
    Issue,
    Kind,
    Party,
    Person,
    Placement,
    Process,
    Publication,
    Seen,
)
from talks.models.entries import Cursor, EntryQuerySet
from talks.models.standing import BORNE_OUT
from talks.queries.known import know, reporting, tied_by
from talks.queries.matching import Query, entries_holding
from talks.queries.parts import ROW
from talks.queries.reports import transfers_of
from talks.record.facts import KnownEntry
from talks.record.merged import MergedTransfer

PAGE = 12  # few enough for a light page on a slow line
UNFOLDED = 2  # so many undated events that an article reports stand on their day; the rest is folded


@dataclass(frozen=True)
class Card:
    """An entry on a list: what it handed over, if it is a swap, and the facts that the list shows of it, if any."""

    known: KnownEntry
    transfers: Sequence[MergedTransfer] = ()
    facts: Sequence = ()

    @property
    def size(self) -> int:
        """How many bytes it takes, roughly."""
        return ROW * (1 + len(self.known.citations) + sum(len(one.rows) for one in self.transfers))


@dataclass(frozen=True)
class Day:
    """What stands at the same dates, consecutively. `folded`: undated events beyond the first few of one article."""

    cards: list[Card]
    folded: list[Card]

    @property
    def first(self) -> KnownEntry:
        return self.cards[0].known


@dataclass(frozen=True)
class Page:
    """A page of the timeline: its cards, and the cursors of the pages before and after it, or None."""

    cards: list[Card]
    previous: str | None
    next: str | None

    @property
    def months(self) -> list[tuple[KnownEntry, list[Day]]]:
        """[(first `KnownEntry`, its `Day`s)] by month; entries of which only the year is known stand apart."""
        groups = (list(group) for _, group in groupby(self.cards, key=lambda card: _month(card.known)))
        return [(group[0].known, _days(group)) for group in groups]

    @property
    def entries(self) -> list[KnownEntry]:
        return [card.known for card in self.cards]


def _month(known: KnownEntry) -> tuple[int, int]:
    return known.start.year, 0 if known.precision == Entry.Precision.YEAR else known.start.month


def _days(cards: Iterable[Card]) -> list[Day]:
    days: list[Day] = []
    for _, group in groupby(cards, key=lambda card: (card.known.start, card.known.end, card.known.precision)):
        shown: list[Card] = []
        folded: list[Card] = []
        minor_by_article: Counter[Article] = Counter()
        for card in group:
            minor = card.known.precision == Entry.Precision.REPORTED and card.known.entry.kind == Kind.EVENT
            article = card.known.articles[0]
            minor_by_article[article] += minor
            (folded if minor and minor_by_article[article] > UNFOLDED else shown).append(card)
        days.append(Day(shown, folded))
    return days


def timeline(
    seen: Seen,
    *,
    kind: Collection[str] = (),
    party: Collection[Party] = (),
    issue: Collection[Issue] = (),
    person: Collection[Person] = (),
    process: Collection[Process] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    words: Query | None = None,
    sources: str = "",
) -> EntryQuerySet:
    """Entries that pass these filters, each with the dates that were known as `stands` and `ends`.

    An entry has one kind and one process, so several of these widen the choice; it can have several parties, issues and
    people, so several of those narrow it. `since` and `until` choose entries that overlap the period. `words` chooses
    those that a search for them finds, `sources` those that are borne out so (`talks.models.standing.BORNE_OUT`).
    """
    entries = Entry.objects.visible(seen)
    if sources:
        entries = entries.borne_out(seen, BORNE_OUT[sources])
    if kind:
        entries = entries.filter(kind__in=kind)
    if process:
        entries = entries.filter(pk__in=reporting(seen, "process", [one.slug for one in process]))
    for ties, column, chosen in (
        (EntryParty.objects.all(), "party", party),
        (EntryIssue.objects.all(), "issue", issue),
        (EntryPerson.objects.all(), "person", person),
    ):
        if chosen:
            entries = entries.filter(_tied_to_all(seen, ties, column, chosen))
    if since:
        entries = entries.filter(Q(stands__gte=since) | Q(ends__gte=since), stands__gte=_earliest(seen, since))
    if until:
        entries = entries.filter(stands__lte=until)
    if words and words.text:
        entries = entries.filter(pk__in=entries_holding(seen, words)) if words.terms else entries.none()
    return entries


def _earliest(seen: Seen, since: datetime.date) -> Least:
    """The first day of all that ends on that day or later, from which a database has to read. It leaves nothing out.

    Of the start as an expression, because SQLite would go by starts, from the first on, instead of by what ends then.
    """
    dated = (Entry if seen.is_now else Placement).objects.filter(end__gte=since).order_by()
    start = Coalesce("start", "end")
    first = Subquery(dated.values_list(Func(start, function="MIN", output_field=DateField())))
    day = Value(since, DateField())
    return Least(Coalesce(first, day), day)


def _tied_to_all(seen: Seen, ties: QuerySet, column: str, chosen: Collection[Model]) -> Exists | Q:
    """Which entries are tied to each of these. One is looked up entry by entry, which a page needs only for what it
    shows; several are counted, since PostgreSQL may plan without end for twenty joins."""
    if len(chosen) == 1:
        return Exists(tied_by(seen, ties.filter(entry=OuterRef("pk"), **{column: next(iter(chosen))})))
    tied = tied_by(seen, ties.filter(**{f"{column}__in": chosen})).values("entry")
    return Q(pk__in=tied.annotate(number=Count("pk")).filter(number=len(set(chosen))).values("entry"))


def total(seen: Seen, **filters: Any) -> int:
    """The number of entries that pass these filters."""
    return timeline(seen, **filters).count()


def facets(seen: Seen, **filters: Any) -> dict[str, dict[str, int]]:
    """{name: {slug: number of entries}} for the choices of each filter, after the other filters.

    Where several choices widen (kind, process), the count of each is what it would add; where they narrow (party,
    issue, person), what would be left with it chosen, too.
    """
    by_kind = timeline(seen, **filters | {"kind": ()}).order_by().values_list("kind").annotate(Count("pk"))
    reports = Citation.objects.filter(_among(seen, **filters | {"process": ()}), seen.by("article__published"))
    by_process = reports.filter(field="process").order_by().values_list("value").annotate(Count("entry", distinct=True))
    by_sources = {asked: _borne_out(seen, column, **filters | {"sources": ""}) for asked, column in BORNE_OUT.items()}
    counts = {"kind": dict(by_kind), "process": dict(by_process), "sources": by_sources}
    for name, model in (("party", EntryParty), ("issue", EntryIssue), ("person", EntryPerson)):
        ties = tied_by(seen, model.objects.filter(_among(seen, **filters)))
        counts[name] = dict(ties.order_by().values_list(f"{name}__slug").annotate(Count("pk")))
    return counts


def _borne_out(seen: Seen, column: str, **filters: Any) -> int:
    """The number of entries that pass these filters and are borne out so: of today's, their evidence is counted."""
    if seen.is_now:
        return Evidence.objects.filter(_among(seen, **filters), **{column: True}).count()
    return timeline(seen, **filters).borne_out(seen, column).count()


def _among(seen: Seen, **filters: Any) -> Q:
    """Which rows are of entries that pass these filters.

    Without any, those that are not shown are looked up, being few: the first page after each edit counts all there are.
    """
    words = filters.pop("words", None)
    if seen == Seen.now() and not any(filters.values()) and not (words and words.text):
        return ~Q(entry__in=Entry.objects.exclude(publication=Publication.PUBLISHED).order_by().values("pk"))
    return Q(entry__in=timeline(seen, words=words, **filters).order_by().values("pk"))


def cards_of(seen: Seen, entries: Iterable[Entry]) -> list[Card]:
    """The `Card`s of these entries, which must be visible, in their order."""
    known = know(seen, entries)
    transfers = transfers_of(seen, [one.entry.pk for one in known if one.entry.kind == Kind.SWAP])
    return [Card(one, transfers.get(one.entry.pk, [])) for one in known]


def page_of(
    seen: Seen,
    entries: EntryQuerySet,
    *,
    newest_first: bool = True,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
    cards: Callable[[Seen, list[Entry]], list[Card]] = cards_of,
) -> Page:
    """The `Page` of these entries that follows the cursor `after`, or that leads up to `before`.

    A cursor is the day of an entry, its rank in that day and its pk, because many entries share a day.
    """
    upwards = (not newest_first) != bool(before)  # the way the database walks; a page before is read backwards
    cursor = before or after
    if cursor:
        entries = entries.beyond(cursor) if upwards else entries.ahead_of(cursor)
    elif not upwards and seen.day:
        entries = entries.filter(stands__lte=_furthest(seen.day))
    ordered = entries.in_order() if upwards else entries.newest_first()
    rows = list(ordered[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if before:
        rows.reverse()
    first, last = (f"{e.stands}.{e.ranks}.{e.pk}" for e in (rows[0], rows[-1])) if rows else (None, None)
    return Page(
        cards(seen, rows),
        previous=first if (more if before else after) else None,
        next=last if (before or more) else None,
    )


def _furthest(day: datetime.date) -> Greatest:
    """The furthest day at which anything stood then, or that day. It leaves nothing out, but the database begins to
    read there, and not at what came later and was not known yet."""
    of_that_day = Value(day, output_field=DateField())
    to_come = Placement.objects.filter(start__gt=F("since"), since__lte=day, until__gt=day)
    return Greatest(of_that_day, Coalesce(to_come.order_by("-start").values("start")[:1], of_that_day))
