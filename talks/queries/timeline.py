"""The timeline: entries that pass its filters, page by page, their overview, and the counts beside the choices."""

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, Min, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Substr

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
from talks.models.entries import ORDER, Cursor, EntryQuerySet
from talks.models.standing import BORNE_OUT
from talks.queries.known import MANY, know, know_briefly, reporting, tied_by
from talks.queries.matching import Query, entries_holding
from talks.queries.parts import ROW
from talks.queries.reports import transfers_of
from talks.record import totals
from talks.record.facts import KnownEntry
from talks.record.merged import MergedTransfer
from talks.record.overview import Marked, Matching, Overview, People, people_of

PAGE = 12  # few enough for a light page on a slow line
MARKS = 60  # of an overview: more would lie on each other, and make a page heavy
NAMED = 8  # entries of an overview
SIZED = 500  # exchanges whose people an overview adds up
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


def overview(
    seen: Seen, since: datetime.date | None = None, until: datetime.date | None = None, most: int = MARKS
) -> Overview:
    """The `Overview` of all entries of a period; with at most so many marks, given to the kinds with fewest entries."""
    entries = timeline(seen, since=since, until=until)
    counts = _by_month(entries)
    by_kind: Counter[str] = Counter(dict.fromkeys(Kind, 0))
    for (_, kind), number in counts.items():
        by_kind[kind] += number
    few: list[str] = []
    left = most
    for kind, number in sorted(by_kind.items(), key=lambda pair: pair[1]):
        if number <= left:
            few.append(kind)
            left -= number
    picked = _named(seen, entries)
    swaps = _swaps(entries) if by_kind[Kind.SWAP] <= SIZED else None
    people = None if swaps is None else _people(seen, swaps)
    drawn = entries.filter(Q(kind__in=few) | Q(pk__in=picked))
    marked = {one.pk: one for one in _marked(seen, drawn, people or {})}
    marks = {kind: [one for one in marked.values() if one.kind == kind] for kind in few}
    return Overview(
        counts=counts,
        marks=marks,
        named=[marked[pk] for pk in picked],
        people=None if swaps is None or people is None else _people_by_month(swaps, people),
        series=_series(seen),
    )


def extent(seen: Seen) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day at which entries stand, or None if there are none."""
    ends = Entry.objects.visible(seen).aggregate(first=Min("stands"), last=Max("stands"))
    return (ends["first"], ends["last"]) if ends["first"] else None


def matching_of(seen: Seen, marked: Collection[int], **filters: Any) -> Matching:
    """What of an overview with marks for these entries (pks) passes the filters; these choose its period, too."""
    entries = timeline(seen, **filters)
    return Matching(_by_month(entries), set(entries.filter(pk__in=marked).order_by().values_list("pk", flat=True)))


def _by_month(entries: EntryQuerySet) -> dict[tuple[datetime.date, str], int]:
    """{(first day of a month, kind): number of these entries}, in order.

    A month is the beginning of its days as text: what Django has for that makes SQLite ask Python for each row.
    """
    month = Substr(Cast("stands", CharField()), 1, len("2031-05"))
    counted = entries.annotate(month=month).order_by("month", "kind").values_list("month", "kind")
    return {
        (datetime.date.fromisoformat(f"{begins}-01"), kind): number
        for begins, kind, number in counted.annotate(Count("pk"))
    }


def _mention(seen: Seen) -> Q:
    """Which of the citations of an entry report it as such."""
    return Q(citations__field="") & seen.by("citations__article__published")


def _named(seen: Seen, entries: EntryQuerySet) -> list[int]:
    """The entries (pks) to name: those that editors marked, else of each half-year the most reported; at most `NAMED`.

    A mark of an editor was made with all reports in view. So it counts only where none is left out.
    """
    most_reported = ("-reports", "stands", "pk")
    chosen = entries.filter(seen.by("last_reported"), notable=True)
    if pks := list(_with_reports(seen, chosen).order_by(*most_reported).values_list("pk", flat=True)[:NAMED]):
        return pks
    # Today's articles are an index of the candidates of any day: nothing had more reports than it has now.
    several = _with_reports(seen, entries.filter(evidence__articles__gt=1)).filter(reports__gt=1)
    first: dict[tuple[int, bool], int] = {}
    for pk, stands in several.order_by(*most_reported).values_list("pk", "stands").iterator(chunk_size=NAMED * 10):
        first.setdefault((stands.year, stands.month > 6), pk)
        if len(first) == NAMED:
            break
    return list(first.values())


def _with_reports(seen: Seen, entries: EntryQuerySet) -> EntryQuerySet:
    """These entries with the number of articles that had reported each as `reports`."""
    if seen.is_now:
        return entries.annotate(reports=F("evidence__articles"))
    return entries.annotate(reports=Count("citations", _mention(seen), distinct=True))


def _swaps(entries: EntryQuerySet) -> dict[int, datetime.date]:
    """{pk: first day} of the exchanges among these entries, by date."""
    swaps = entries.filter(kind=Kind.SWAP).order_by("stands", "pk")
    return dict(swaps.values_list("pk", "stands"))


def _marked(seen: Seen, entries: EntryQuerySet, people: dict[int, People]) -> Iterable[Marked]:
    """Each entry as it has a mark, read from its reports: the columns hold what is known today."""
    for known in know(seen, entries.in_order()):
        city = known.facts["city"].value if "city" in known.facts else ""
        of_mark = (known.entry.kind, str(known), known.start, known.precision, city, len(known.mentions))
        yield Marked(known.entry.pk, known.entry.slug, *of_mark, people.get(known.entry.pk), known.expected)


def _people(seen: Seen, swaps: Iterable[int]) -> dict[int, People]:
    """{pk: how many people these exchanges were about}, without those of which no article gives a number."""
    people = {pk: people_of(totals.tallies(rows)) for pk, rows in transfers_of(seen, swaps).items()}
    return {pk: number for pk, number in people.items() if number}


def _people_by_month(swaps: dict[int, datetime.date], people: dict[int, People]) -> dict[datetime.date, list[People]]:
    months: dict[datetime.date, list[People]] = {}
    for pk, number in people.items():
        months.setdefault(swaps[pk].replace(day=1), []).append(number)
    return months


def _series(seen: Seen) -> list[tuple[str, datetime.date, datetime.date]]:
    """[(title, first day, last day)] of the series of talks, from the first to the last round known on `day`."""
    reports = Citation.objects.filter(seen.by("article__published"))
    dated = Exists(reports.filter(entry=OuterRef("pk"), field="start"))
    in_series = Q(citations__field="process") & seen.by("citations__article__published")
    held = Round.objects.visible(seen).filter(in_series).filter(dated).order_by("citations__value")
    days = held.values_list("citations__value").annotate(Min("stands"), Max("stands"))
    titles = {series.slug: str(series) for series in Process.objects.filter(slug__in=[slug for slug, *_ in days])}
    return [(titles[slug], first, last) for slug, first, last in days if slug in titles]


def facets(seen: Seen, **filters: Any) -> dict[str, dict[str, int]]:
    """{name: {slug: number of entries}} for the choices of each filter, after the other filters.

    Where several choices widen (kind, process), the count of each is what it would add; where they narrow (party,
    issue, person), what would be left with it chosen, too.
    """
    by_kind = timeline(seen, **filters | {"kind": ()}).order_by().values_list("kind").annotate(Count("pk"))
    reports = Citation.objects.filter(_among(seen, **filters | {"process": ()}), seen.by("article__published"))
    by_process = reports.filter(field="process").order_by().values_list("value").annotate(Count("entry", distinct=True))
    others = timeline(seen, **filters | {"sources": ""})
    by_sources = {asked: others.borne_out(seen, column).count() for asked, column in BORNE_OUT.items()}
    counts = {"kind": dict(by_kind), "process": dict(by_process), "sources": by_sources}
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


def rounds_of(seen: Seen, process: Process, most: int = 60) -> list[KnownEntry]:
    """The rounds of a series by date, as `KnownEntry`s; the latest `most` of them."""
    of_process = Round.objects.visible(seen).filter(pk__in=reporting(seen, "process", [process.slug]))
    return know(seen, reversed(of_process.newest_first()[:most]))


def all_rounds(seen: Seen) -> list[KnownEntry]:
    """The latest rounds of all series, newest first; at most `MANY`."""
    return know(seen, Round.objects.visible(seen).newest_first()[:MANY])


def previous_rounds(seen: Seen, known: Iterable[KnownEntry]) -> dict[int, KnownEntry]:
    """{pk: the round before it in its series, known briefly} for those of these rounds that have one."""
    known = list(known)
    series = {one.entry.pk: one.facts["process"].value for one in known if "process" in one.facts}
    reports = Citation.objects.visible(seen).filter(field="process", value__in=set(series.values()))
    rounds = Round.objects.visible(seen).filter(pk__in=reports.values("entry"))
    held = {place[-1]: place for place in rounds.values_list(*ORDER)}
    of_series: dict[str, list[Cursor]] = {}
    for slug, pk in set(reports.values_list("value", "entry")):
        if pk in held:
            of_series.setdefault(slug, []).append(held[pk])
    before = {}
    for one in known:
        held_in_series = of_series.get(series.get(one.entry.pk, ""), [])
        earlier = [place for place in held_in_series if place < one.place]
        if earlier:
            before[one.entry.pk] = max(earlier)[-1]
    shown = know_briefly(seen, Entry.objects.visible(seen).filter(pk__in=before.values()))
    known_by_pk = {one.entry.pk: one for one in shown}
    return {pk: known_by_pk[previous] for pk, previous in before.items()}
