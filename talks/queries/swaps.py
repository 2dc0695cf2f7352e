"""All swaps as they are known, with what was handed over."""

from collections.abc import Iterable

from talks.models import Entry, Kind, Seen
from talks.queries.known import know
from talks.queries.reports import transfers_of
from talks.record import ledger
from talks.record.facts import KnownEntry


def swaps(seen: Seen) -> list[ledger.Handover]:
    """All swaps by date, each with what was handed over."""
    known = know(seen, Entry.objects.visible(seen).filter(kind=Kind.SWAP).in_order())
    transfers = transfers_of(seen, [one.entry.pk for one in known])
    return [ledger.Handover(one, ledger.tallies(transfers.get(one.entry.pk, [])), ledger.states(one)) for one in known]


def named_rounds(seen: Seen, known: Iterable[KnownEntry]) -> dict[str, KnownEntry]:
    """{slug: KnownEntry} of the rounds at which these swaps were agreed, as their articles say."""
    facts = [one.facts["agreed_at"] for one in known if "agreed_at" in one.facts]
    slugs = {version.value for fact in facts for version in fact.versions}
    rounds = know(seen, Entry.objects.visible(seen).filter(kind=Kind.ROUND, slug__in=slugs))
    return {one.entry.slug: one for one in rounds}
