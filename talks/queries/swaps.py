"""All swaps as they are known, with what was handed over."""

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import Q, Value
from django.db.models.functions import Coalesce, ExtractYear

from talks.models import Article, Citation, Entry, Kind, Party, Seen, Sourced, Transfer
from talks.models.entries import EntryQuerySet
from talks.queries.known import in_order_of_report, know
from talks.record import ledger, merged, totals
from talks.record.facts import KnownEntry

DAYS = ("start", "end")


def handovers(
    seen: Seen, since: datetime.date | None = None, until: datetime.date | None = None
) -> list[ledger.Handover]:
    """All swaps by date, each with what was handed over; or those of a period, with what was handed over within it.

    Of their articles, reported rows know no more than puts them in order, since there may be very many of them:
    `with_sources` reads the rest for those that a page shows.
    """
    entries = _of_period(seen, since, until)
    rows, citations = Transfer.objects.visible(seen), Citation.objects.visible(seen).filter(entry__kind=Kind.SWAP)
    fields = ["status", "agreed_at"]
    if since or until:
        rows, citations = rows.filter(swap__in=entries.values("pk")), citations.filter(entry__in=entries.values("pk"))
        fields += DAYS
    found, handed_over = list(citations.filter(field__in=fields)), list(rows)
    _give_order([*found, *handed_over])
    parties = Party.objects.in_bulk()
    for row in handed_over:
        row.from_party, row.to_party = parties[row.from_party_id], parties[row.to_party_id]
    reported, transfers = _by_entry(found), _by_entry(handed_over)
    period = totals.Span(since or datetime.date.min, until or datetime.date.max)
    made = (
        _handover(KnownEntry(entry, reported.get(entry.pk, []), seen), transfers.get(entry.pk, []), period)
        for entry in entries.in_order()
    )
    return [one for one in made if one]


def _of_period(seen: Seen, since: datetime.date | None, until: datetime.date | None) -> EntryQuerySet:
    """The swaps that may have been within a period, by their own days or by those of what they handed over."""
    entries = Entry.objects.visible(seen).filter(kind=Kind.SWAP)
    transfers = Transfer.objects.visible(seen).annotate(last=Coalesce("until", "date", Value("")))
    if since:
        later = transfers.filter(last__gte=str(since.year))
        entries = entries.filter(Q(stands__gte=since) | Q(ends__gte=since) | Q(pk__in=later.values("swap")))
    if until:
        earlier = transfers.filter(date__lte=until.isoformat())
        entries = entries.filter(Q(stands__lte=until) | Q(pk__in=earlier.values("swap")))
    return entries


def _give_order(rows: Sequence[Sourced]) -> None:
    """Load of the articles of reported rows what puts them in order, each once."""
    articles = Article.objects.only("published", "slug").in_bulk({row.article_id for row in rows})
    for row in rows:
        row.article = articles[row.article_id]


def _by_entry(rows: Iterable[Sourced]) -> dict[int, list]:
    """{pk of a swap: its reported rows in order of report}."""
    return merged.grouped(in_order_of_report(rows), lambda row: row.value_of(row.ENTRY))


def _handover(known: KnownEntry, rows: list[Transfer], period: totals.Span) -> ledger.Handover | None:
    """A swap with what it handed over within a period; None if neither it nor that was within it."""
    facts = known.facts
    own = totals.Span(known.entry.stands, known.last_day if "start" in facts else known.entry.stands)
    within, partly = totals.of_period(merged.transfers(rows), period, own)
    if not (within or partly or own.overlaps(period)):
        return None
    agreed_at = (version.value for version in facts["agreed_at"].versions) if "agreed_at" in facts else ()
    states = ledger.states(known)
    tallies = totals.tallies(within, partly, only_agreed=ledger.is_only_agreed(states))
    return ledger.Handover(known.entry, tallies, states, tuple(agreed_at))


def with_sources(rows: Iterable[Sourced]) -> None:
    """Have these reported rows know of their articles what a page shows."""
    rows = list(rows)
    articles = Article.objects.with_publishers().defer("text", "filed").in_bulk({row.article_id for row in rows})
    for row in rows:
        row.article = articles[row.article_id]


def named_rounds(seen: Seen, handovers: Iterable[ledger.Handover]) -> dict[str, KnownEntry]:
    """{slug: KnownEntry} of the rounds at which these swaps were agreed, as their articles say."""
    slugs = {slug for one in handovers for slug in one.agreed_at}
    rounds = know(seen, Entry.objects.visible(seen).filter(kind=Kind.ROUND, slug__in=slugs))
    return {one.entry.slug: one for one in rounds}


def years_of_swaps(seen: Seen) -> list[int]:
    """The years in which swaps stand, newest first."""
    standing = Entry.objects.visible(seen).filter(kind=Kind.SWAP).annotate(year=ExtractYear("stands"))
    return list(standing.order_by("-year").values_list("year", flat=True).distinct())


def days_reported(seen: Seen) -> list[datetime.date]:
    """The days on which articles about swaps were published, in order."""
    reports = Citation.objects.visible(seen).filter(entry__kind=Kind.SWAP)
    return sorted(reports.order_by().values_list("article__published", flat=True).distinct())
