"""All swaps as they are known, with what was handed over."""

from talks.models import Entry, Kind, Seen
from talks.queries.known import know
from talks.queries.reports import transfers_of
from talks.record import ledger


def swaps(seen: Seen):
    """`KnownEntry`s of all swaps by date, each with its `transfers`, `tallies` and `states`."""
    known = know(seen, Entry.objects.visible(seen).filter(kind=Kind.SWAP).in_order())
    transfers = transfers_of(seen, [one.entry.pk for one in known])
    for one in known:
        one.transfers = transfers.get(one.entry.pk, [])
        one.tallies = ledger.tallies(one.transfers)
        one.states = ledger.states(one)
    return known


def named_rounds(seen: Seen, known):
    """{slug: KnownEntry} of the rounds at which these swaps were agreed, as their articles say."""
    facts = [one.facts["agreed_at"] for one in known if "agreed_at" in one.facts]
    slugs = {version.value for fact in facts for version in fact.versions}
    rounds = know(seen, Entry.objects.visible(seen).filter(kind=Kind.ROUND, slug__in=slugs))
    return {one.entry.slug: one for one in rounds}
