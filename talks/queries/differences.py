"""Where sources differ: which entries, and on what."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from talks.models import Citation, Delegate, Delegation, Entry, EntryParty, Party, Publisher, Seen, Transfer
from talks.queries.known import know, names_in
from talks.queries.reports import delegations_of, transfers_of
from talks.record.facts import KnownEntry
from talks.words.differences import ShownDifference, shown_differences

# By which columns reports are of one thing, and in which they may differ.
ALIKE = {
    Citation: (("entry", "field"), "value"),
    Delegation: (("round", "party"), "size"),
    Delegate: (("delegation__round", "delegation__party", "person"), "head"),
    Transfer: (("swap", "date", "until", "from_party", "to_party", "kind"), "count"),
}


@dataclass(frozen=True)
class DisputedEntry:
    """An entry, and the things on which its articles differ."""

    known: KnownEntry
    differences: list[ShownDifference]


def disputed(seen: Seen) -> list[int]:
    """The pks of the entries on which articles differ; keep it (`talks.queries.kept`): an earlier day is computed."""
    if seen.is_now:
        return list(Entry.objects.visible(seen).filter(evidence__disputed=True).values_list("pk", flat=True))
    return [one.known.entry.pk for one in differences(seen, Entry.objects.visible(seen).filter(pk__in=_maybe(seen)))]


def _maybe(seen: Seen) -> set[int]:
    """The pks of the entries of which one thing is told in several ways: these may agree all the same."""
    pks = set(Transfer.objects.visible(seen).filter(kind=Transfer.TransferKind.TOGETHER).values_list("swap", flat=True))
    for model, (same, column) in ALIKE.items():
        groups = model.objects.visible(seen).order_by().values(*same).annotate(ways=Count(column, distinct=True))
        pks |= set(groups.filter(ways__gt=1).values_list(same[0], flat=True))
    return pks


def disputed_by(
    seen: Seen,
    pks: Iterable[int],
    kinds: Iterable[str] = (),
    party: Party | None = None,
    publisher: Publisher | None = None,
) -> QuerySet[Entry]:
    """Those of these entries that are of these kinds, involve a party and are reported by a publisher; newest first."""
    entries = Entry.objects.visible(seen).filter(pk__in=pks)
    if kinds:
        entries = entries.filter(kind__in=kinds)
    if party:
        entries = entries.filter(pk__in=EntryParty.objects.filter(seen.by("since"), party=party).values("entry"))
    if publisher:
        reports = Citation.objects.visible(seen).filter(article__publisher=publisher)
        entries = entries.filter(pk__in=reports.values("entry"))
    return entries.newest_first()


def parties_of(seen: Seen, pks: Iterable[int]) -> QuerySet[Party]:
    """The parties that any of these entries involves, in their order."""
    ties = EntryParty.objects.filter(seen.by("since"), entry__in=pks)
    return Party.objects.filter(pk__in=ties.values("party")).order_by("order", "name")


def publishers_of(seen: Seen, pks: Iterable[int]) -> QuerySet[Publisher]:
    """The publishers of which an article reports any of these entries, by name."""
    reports = Citation.objects.visible(seen).filter(entry__in=pks)
    return Publisher.objects.filter(pk__in=reports.values("article__publisher")).order_by("name")


def differences(seen: Seen, entries: Iterable[Entry]) -> list[DisputedEntry]:
    """What articles tell differently of these entries, which must be visible; entries without are left out."""
    known = know(seen, entries)
    pks = [one.entry.pk for one in known]
    names, delegations, transfers = names_in(seen, known), delegations_of(seen, pks), transfers_of(seen, pks)
    found = (
        DisputedEntry(
            one,
            shown_differences(one, names, delegations.get(one.entry.pk, []), transfers.get(one.entry.pk, [])),
        )
        for one in known
    )
    return [one for one in found if one.differences]
