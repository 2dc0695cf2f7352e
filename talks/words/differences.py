"""Where articles differ on an entry, one thing a row: what it is called, and each version with who reports it."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from talks.record.facts import KnownEntry
from talks.record.merged import MergedDelegation, MergedTransfer, Reading
from talks.words.facts import ShownVersion, shown_facts
from talks.words.kinds import counted
from talks.words.language import count_in_words
from talks.words.people import led_by
from talks.words.swaps import transfer_days


@dataclass(frozen=True)
class ShownDifference:
    """One thing that articles report differently: its `label`, and its versions in order of report."""

    label: str
    versions: list[ShownVersion]

    @property
    def since(self) -> datetime.date:
        """The day on which a second version was reported."""
        return sorted(version.citations[0].published for version in self.versions)[1]


def shown_differences(
    known: KnownEntry, names: dict, delegations: Iterable[MergedDelegation], transfers: Iterable[MergedTransfer]
) -> list[ShownDifference]:
    """[ShownDifference] of an entry; `names` is what `talks.queries.names_in` found for it."""
    facts = (ShownDifference(fact.label, fact.versions) for fact in shown_facts(known, names) if fact.disputed)
    of_delegations = (one for delegation in delegations for one in _of_delegation(delegation))
    of_transfers = (one for transfer in transfers for one in _of_transfer(transfer))
    return [one for one in (*facts, *of_delegations, *of_transfers) if len(one.versions) > 1]


def _of_delegation(delegation: MergedDelegation) -> Iterator[ShownDifference]:
    if delegation.differs:
        label = gettext("Size of the delegation of %(party)s") % {"party": delegation.party}
        yield ShownDifference(label, [_version(one, counted("people", one.value)) for one in delegation.sizes])
    label = gettext("Head of the delegation of %(party)s") % {"party": delegation.party}
    yield ShownDifference(label, [ShownVersion(led_by(one), [], one.leading) for one in delegation.rival_heads])
    for member in delegation.members:
        if member.contradicted:
            said = {True: gettext("head of delegation"), False: gettext("an ordinary member")}
            versions = [_version(one, said[one.value]) for one in member.head_readings]
            yield ShownDifference(str(member.person), versions)


def _of_transfer(transfer: MergedTransfer) -> Iterator[ShownDifference]:
    if not transfer.differs:
        return
    label = gettext("%(what)s from %(giver)s to %(receiver)s, %(when)s") % {
        "what": transfer.kind_display,
        "giver": transfer.from_party,
        "receiver": transfer.to_party,
        "when": transfer_days(transfer),
    }
    versions = [_version(one, count_in_words(one.value)) for one in transfer.counts]
    if transfer.differs_from_parts:
        low, high = (count_in_words(one) for one in transfer.sums_of_parts)
        sums = low if low == high else gettext("%(low)s or %(high)s") % {"low": low, "high": high}
        parts = [row for part in transfer.parts for row in part.rows]
        versions.append(ShownVersion(gettext("%(count)s, counted separately") % {"count": sums}, [], parts))
    yield ShownDifference(label, versions)


def _version(reading: Reading, words: str) -> ShownVersion:
    return ShownVersion(words, [], reading.rows)
