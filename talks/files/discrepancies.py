"""What articles report differently, in sentences for editors."""

from collections.abc import Iterable, Iterator, Sequence

from talks.derived.reports import Reports, batches, reports_of
from talks.models import Entry, Seen, Sourced
from talks.record import merged
from talks.record.facts import KnownEntry


def discrepancies(entry: Entry, reports: Reports) -> Iterator[str]:
    """A sentence for each fact of the entry, and each number of its rows, that articles report differently."""
    for fact in KnownEntry(entry, reports.citations, Seen.now()).disputed:
        yield f"{entry.slug}: {fact.field} is {_versions((v.value, v.citations) for v in fact.versions)}"
    for delegation in merged.delegations(reports.in_order("Delegation"), reports.in_order("Delegate")):
        if delegation.differs:
            yield f"{entry.slug}: size of {delegation.party} is {_readings(delegation.sizes)}"
        for member in delegation.members:
            if member.differs:
                yield f"{entry.slug}: {member.person} is head or not, {_readings(member.head_readings)}"
    for transfer in merged.transfers(reports.in_order("Transfer")):
        if transfer.differs:
            what = f"{transfer.kind_display} to {transfer.to_party} on {transfer.date or 'a day not given'}"
            low, high = transfer.sums_of_parts
            parts = f", counted apart “{low}” or “{high}”" if low != high else f", counted apart “{low}”"
            yield f"{entry.slug}: {what}: {_readings(transfer.counts)}{parts if transfer.differs_from_parts else ''}"


def discrepancies_of(pks: Iterable[int]) -> set[str]:
    """The discrepancies of these entries."""
    found = set()
    for batch in batches(pks):
        entries = Entry.objects.in_bulk(batch)
        for pk, reports in reports_of(batch, {entry.kind for entry in entries.values()}).items():
            if pk in entries and reports.citations:
                found |= set(discrepancies(entries[pk], reports))
    return found


def _readings(readings: Iterable[merged.Reading]) -> str:
    return _versions((reading.value, reading.rows) for reading in readings)


def _versions(versions: Iterable[tuple[object, Sequence[Sourced]]]) -> str:
    return " or ".join(f"“{value}” ({reports[0].article.slug})" for value, reports in versions)
