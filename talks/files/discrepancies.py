"""What articles report differently, in sentences for editors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from talks.derived.reports import Reports, batches, reports_of
from talks.models import Entry, Seen, Sourced
from talks.models.counts import Count
from talks.record import merged
from talks.record.facts import KnownEntry

HEAD = {True: "head", False: "not the head"}

Version = tuple[Any, Sequence[Sourced]]


@dataclass(frozen=True)
class Discrepancy:
    """What is told in different ways, and in which; `sentence` says so, with the first article of each."""

    what: str
    values: frozenset[str]
    sentence: str


def discrepancies(entry: Entry, reports: Reports) -> Iterator[Discrepancy]:
    """Each fact of the entry, and each number of its rows, that articles report differently."""
    for fact in KnownEntry(entry, reports.citations, Seen.now()).disputed:
        yield _told(f"{entry.slug}: {fact.field} is", ((v.value, v.citations) for v in fact.versions))
    for delegation in merged.delegations(reports.in_order("Delegation"), reports.in_order("Delegate")):
        if delegation.differs:
            yield _told(f"{entry.slug}: size of {delegation.party} is", _versions(delegation.sizes))
        if rivals := delegation.rival_heads:
            yield _told(f"{entry.slug}: head of {delegation.party} is", ((one.person, one.leading) for one in rivals))
        for member in delegation.members:
            if member.contradicted:
                heads = ((HEAD[value], rows) for value, rows in _versions(member.head_readings))
                yield _told(f"{entry.slug}: {member.person} is", heads)
    for transfer in merged.transfers(reports.in_order("Transfer")):
        if transfer.differs:
            what = f"{transfer.kind_display} to {transfer.to_party} on {transfer.date or 'a day not given'}"
            told = _told(f"{entry.slug}: {what}:", _versions(transfer.counts))
            yield _beside_parts(told, *transfer.sums_of_parts) if transfer.differs_from_parts else told


def discrepancies_of(pks: Iterable[int]) -> set[Discrepancy]:
    """The discrepancies of these entries."""
    found = set()
    for batch in batches(pks):
        entries = Entry.objects.in_bulk(batch)
        for pk, reports in reports_of(batch, {entry.kind for entry in entries.values()}).items():
            if pk in entries and reports.citations:
                found |= set(discrepancies(entries[pk], reports))
    return found


def sentences_of_new(before: set[Discrepancy], now: set[Discrepancy]) -> list[str]:
    """What is told in a way that was not told before, whatever articles tell it."""
    known = {one.what: one.values for one in before}
    return sorted(one.sentence for one in now if not one.values <= known.get(one.what, frozenset()))


def _versions(readings: Iterable[merged.Reading]) -> Iterator[Version]:
    return ((reading.value, reading.rows) for reading in readings)


def _told(what: str, versions: Iterable[Version]) -> Discrepancy:
    """A sentence that names each version with the first article that gives it."""
    articles = {str(value): reports[0].article.slug for value, reports in versions}
    sentence = " or ".join(f"“{value}” ({article})" for value, article in articles.items())
    return Discrepancy(what, frozenset(articles), f"{what} {sentence}")


def _beside_parts(told: Discrepancy, low: Count, high: Count) -> Discrepancy:
    """The same, with what those who count the parts apart tell at the least and at the most."""
    parts = f"“{low}” or “{high}”" if low != high else f"“{low}”"
    return Discrepancy(told.what, told.values | {str(low), str(high)}, f"{told.sentence}, counted apart {parts}")
