"""The timeline: entries that pass its filters, page by page, their overview, and the counts beside the choices."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from talks.models import (
    Article,
    Citation,
    Entry,
    EntryIssue,
    EntryParty,
    EntryPerson,
    Issue,
    Kind,
    Party,
    Person,
    Process,
    Publication,
    Round,
    Seen,
)
from talks.models.entries import EntryQuerySet
from talks.queries.known import know, know_by_pk, reporting, tied_by
from talks.queries.matching import Query, entries_holding
from talks.queries.reports import transfers_of
from talks.record.facts import KnownEntry
from talks.record.merged import MergedTransfer

Cursor = tuple[datetime.date, int]  # the day at which an entry stands, and its pk

PAGE = 12  # few enough for a light page on a slow line
MARKS = 60  # of an overview: more would lie on each other, and make a page heavy
AROUND = 25  # entries of the days around one
UNFOLDED = 2  # so many undated events that an article reports stand on their day; the rest is folded


@dataclass(frozen=True)
class Card:
    """An entry on a list: what it handed over, if it is a swap, and the facts that the list shows of it, if any."""

    known: KnownEntry
    transfers: Sequence[MergedTransfer] = ()
    facts: Sequence = ()


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
) -> QuerySet:
    """Entries that pass these filters, each with the dates that were known as `stands` and `ends`.

    An entry has one kind and one process, so several of these widen the choice; it can have several parties, issues and
    people, so several of those narrow it. `since` and `until` choose entries that overlap the period. `words` chooses
    those that a search for them finds.
    """
    entries = Entry.objects.visible(seen)
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
        entries = entries.filter(Q(stands__gte=since) | Q(ends__gte=since))
    if until:
        entries = entries.filter(stands__lte=until)
    if words and words.text:
        entries = entries.filter(pk__in=entries_holding(seen, words)) if words.terms else entries.none()
    return entries


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


@dataclass(frozen=True)
class Overview:
    """What `talks.drawings.overview` draws.

    `counts`: {(first day of a month, kind): number of entries}; `marks`: each entry as a dict of slug, kind, title,
    stands, precision, city and reports (number of articles), or None if there are too many; `series`: [(title, first
    round, last round)].
    """

    counts: dict
    marks: list | None
    series: list


def overview(
    seen: Seen, since: datetime.date | None = None, until: datetime.date | None = None, most: int = MARKS
) -> Overview:
    """The `Overview` of all entries, or of those that stand from `since` to `until`; without marks for over `most`."""
    entries = Entry.objects.visible(seen)
    entries = entries.filter(stands__gte=since) if since else entries
    entries = entries.filter(stands__lte=until) if until else entries
    months = entries.annotate(month=TruncMonth("stands")).values_list("month", "kind")
    counts = {(month, kind): count for month, kind, count in months.annotate(Count("pk")).order_by()}
    few = sum(counts.values()) <= most
    return Overview(counts, _marks(seen, entries) if few else None, _series(seen))


def _marks(seen: Seen, entries: EntryQuerySet) -> list[dict]:
    """Each entry as a dict, read from its reports: the columns hold what is known today."""
    return [
        {
            "slug": known.entry.slug,
            "kind": known.entry.kind,
            "title": known.title,
            "stands": known.start,
            "precision": known.precision,
            "city": known.facts["city"].value if "city" in known.facts else "",
            "reports": len(known.mentions),
        }
        for known in know(seen, entries.in_order())
    ]


def _series(seen: Seen) -> list[tuple[str, datetime.date, datetime.date]]:
    """[(title, first day, last day)] of the series of talks, from the first to the last round known on `day`."""
    reports = Citation.objects.filter(seen.by("article__published"))
    dated = Exists(reports.filter(entry=OuterRef("pk"), field="start"))
    days = dict(Round.objects.visible(seen).filter(dated).values_list("pk", "stands"))
    days_of: dict[str, list[datetime.date]] = {}
    for slug, pk in reports.filter(field="process").values_list("value", "entry"):
        if pk in days:
            days_of.setdefault(slug, []).append(days[pk])
    titles = dict(Process.objects.filter(slug__in=days_of).values_list("slug", "title"))
    return [(titles[slug], min(held), max(held)) for slug, held in days_of.items() if slug in titles]


def facets(seen: Seen, **filters: Any) -> dict[str, dict[str, int]]:
    """{name: {slug: number of entries}} for the choices of each filter, after the other filters.

    Where several choices widen (kind, process), the count of each is what it would add; where they narrow (party,
    issue, person), what would be left with it chosen, too.
    """
    by_kind = timeline(seen, **filters | {"kind": ()}).order_by().values_list("kind").annotate(Count("pk"))
    reports = Citation.objects.filter(_among(seen, **filters | {"process": ()}), seen.by("article__published"))
    by_process = reports.filter(field="process").order_by().values_list("value").annotate(Count("entry", distinct=True))
    counts = {"kind": dict(by_kind), "process": dict(by_process)}
    for name, model in (("party", EntryParty), ("issue", EntryIssue), ("person", EntryPerson)):
        ties = tied_by(seen, model.objects.filter(_among(seen, **filters)))
        counts[name] = dict(ties.order_by().values_list(f"{name}__slug").annotate(Count("pk")))
    return counts


def _among(seen: Seen, **filters: Any) -> Q:
    """Which rows are of entries that pass these filters.

    Without any, those that are not shown are looked up, being few: the first page after each edit counts all there are.
    """
    words = filters.pop("words", None)
    if seen == Seen.now() and not any(filters.values()) and not (words and words.text):
        return ~Q(entry__in=Entry.objects.exclude(publication=Publication.PUBLISHED).order_by().values("pk"))
    return Q(entry__in=timeline(seen, words=words, **filters).order_by().values("pk"))


def page_of(
    seen: Seen,
    entries: QuerySet,
    *,
    newest_first: bool = True,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
) -> Page:
    """The `Page` of these entries that follows the cursor `after`, or that leads up to `before`: (date, pk) pairs.

    The key is the date and the pk, because many entries share a day. `stands >= d AND (stands > d OR pk > i)` lets the
    database start at the cursor; with the plain `stands > d OR (…)` it reads all that comes before.
    """
    upwards = (not newest_first) != bool(before)  # the way the database walks; a page before is read backwards
    cursor = before or after
    if cursor:
        start, pk = cursor
        if upwards:
            entries = entries.filter(stands__gte=start).filter(Q(stands__gt=start) | Q(pk__gt=pk))
        else:
            entries = entries.filter(stands__lte=start).filter(Q(stands__lt=start) | Q(pk__lt=pk))
    ordered = entries.order_by("stands", "pk") if upwards else entries.order_by("-stands", "-pk")
    rows = list(ordered[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if before:
        rows.reverse()
    first, last = (f"{e.stands}.{e.pk}" for e in (rows[0], rows[-1])) if rows else (None, None)
    known = know(seen, rows)
    transfers = transfers_of(seen, [entry.pk for entry in rows if entry.kind == Kind.SWAP])
    return Page(
        [Card(one, transfers.get(one.entry.pk, [])) for one in known],
        previous=first if (more if before else after) else None,
        next=last if (before or more) else None,
    )


def around(seen: Seen, known: KnownEntry, days: int = 10) -> list[KnownEntry]:
    """The entries that stand at most so many days from a dated entry, itself among them, by date; at most `AROUND`."""
    if known.precision != Entry.Precision.DAY:
        return []
    margin = datetime.timedelta(days=days)
    near = timeline(seen, since=known.start - margin, until=(known.end or known.start) + margin)
    return [one for one in know(seen, near.order_by("stands", "pk")[:AROUND]) if one.precision == Entry.Precision.DAY]


def neighbours(seen: Seen, known: KnownEntry) -> tuple[KnownEntry | None, KnownEntry | None]:
    """The rounds before and after this one in its process, or None: (previous, next)."""
    if "process" not in known.facts:
        return None, None
    of_process = reporting(seen, "process", [known.facts["process"].value])
    rounds = Round.objects.visible(seen).filter(pk__in=of_process).exclude(pk=known.entry.pk)
    before = rounds.filter(Q(stands__lt=known.start) | Q(stands=known.start, pk__lt=known.entry.pk))
    after = rounds.filter(Q(stands__gt=known.start) | Q(stands=known.start, pk__gt=known.entry.pk))
    nearest = [before.order_by("-stands", "-pk").first(), after.order_by("stands", "pk").first()]
    shown = know_by_pk(seen, filter(None, nearest))
    previous, following = (shown[entry.pk] if entry else None for entry in nearest)
    return previous, following


def rounds_of(seen: Seen, process: Process, most: int = 60) -> list[KnownEntry]:
    """The rounds of a series by date, as `KnownEntry`s; the latest `most` of them."""
    of_process = Round.objects.visible(seen).filter(pk__in=reporting(seen, "process", [process.slug]))
    return know(seen, reversed(of_process.order_by("-stands", "-pk")[:most]))


def previous_rounds(seen: Seen, known: Iterable[KnownEntry]) -> dict[int, KnownEntry]:
    """{pk: the round before it in its series as `KnownEntry`} for those of these rounds that have one."""
    known = list(known)
    series = {one.entry.pk: one.facts["process"].value for one in known if "process" in one.facts}
    reports = Citation.objects.visible(seen).filter(field="process", value__in=set(series.values()))
    held = dict(Round.objects.visible(seen).filter(pk__in=reports.values("entry")).values_list("pk", "stands"))
    of_series: dict[str, list[tuple[datetime.date, int]]] = {}
    for slug, pk in set(reports.values_list("value", "entry")):
        if pk in held:
            of_series.setdefault(slug, []).append((held[pk], pk))
    before = {}
    for one in known:
        held_in_series = of_series.get(series.get(one.entry.pk, ""), [])
        earlier = [key for key in held_in_series if key < (one.start, one.entry.pk)]
        if earlier:
            before[one.entry.pk] = max(earlier)[1]
    known_by_pk = know_by_pk(seen, Entry.objects.visible(seen).filter(pk__in=before.values()))
    return {pk: known_by_pk[previous] for pk, previous in before.items()}
