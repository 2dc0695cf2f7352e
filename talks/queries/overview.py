"""The overview of a period: how many entries each month has, which of them have marks, and which have names."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Substr

from talks.models import Citation, Entry, Kind, Process, Round, Seen
from talks.models.entries import EntryQuerySet
from talks.queries.known import know
from talks.queries.reports import transfers_of
from talks.queries.timeline import timeline
from talks.record import totals
from talks.record.overview import Marked, Matching, Overview, People, people_of

MARKS = 60  # of an overview: more would lie on each other, and make a page heavy
NAMED = 8  # entries of an overview
SIZED = 500  # exchanges whose people an overview adds up


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
    dated = Entry.objects.visible(seen).filter(stands__isnull=False)
    # Each is the first of an index; the least and the greatest, asked for at once, are looked for in all of it.
    return dated.in_order().values_list("stands", Subquery(dated.newest_first().values("stands")[:1])).first()


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
