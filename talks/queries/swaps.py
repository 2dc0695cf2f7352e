"""All swaps as they are known, with what was handed over."""

from talks.models import Entry, Kind
from talks.queries.known import know
from talks.queries.reports import transfers_of
from talks.record import ledger


def swaps(day=None):
    """`KnownEntry`s of all swaps by date, each with its `transfers`, `tallies` and `states`."""
    known = know(Entry.objects.visible(day).filter(kind=Kind.SWAP).in_order(), day)
    transfers = transfers_of([one.entry.pk for one in known], day)
    for one in known:
        one.transfers = transfers.get(one.entry.pk, [])
        one.tallies = ledger.tallies(one.transfers)
        one.states = ledger.states(one)
    return known


def named_rounds(known, day=None):
    """{slug: KnownEntry} of the rounds at which these swaps were agreed, as their articles say."""
    facts = [one.facts["agreed_at"] for one in known if "agreed_at" in one.facts]
    slugs = {version.value for fact in facts for version in fact.versions}
    rounds = know(Entry.objects.visible(day).filter(kind=Kind.ROUND, slug__in=slugs), day)
    return {one.entry.slug: one for one in rounds}
