"""Where sources differ: which entries, and on what."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from talks.models import Citation, Entry, EntryParty, Party, Publisher, Seen
from talks.models.entries import EntryQuerySet
from talks.models.standing import BORNE_OUT
from talks.queries.known import know, names_in
from talks.queries.parts import ROW
from talks.queries.reports import delegations_of, transfers_of
from talks.record.facts import KnownEntry
from talks.words.differences import ShownDifference, shown_differences


@dataclass(frozen=True)
class DisputedEntry:
    """An entry, and the things on which its articles differ."""

    known: KnownEntry
    differences: list[ShownDifference]

    @property
    def size(self) -> int:
        """How many bytes it takes, roughly."""
        reports = sum(len(version.citations) for one in self.differences for version in one.versions)
        return ROW * (1 + len(self.known.citations) + reports)


def disputed(seen: Seen) -> EntryQuerySet:
    """The entries on which articles differ."""
    return Entry.objects.visible(seen).borne_out(seen, BORNE_OUT["differ"])


def disputed_by(
    seen: Seen, kinds: Iterable[str] = (), party: Party | None = None, publisher: Publisher | None = None
) -> EntryQuerySet:
    """Those of them that are of these kinds, involve a party and are reported by a publisher; newest first."""
    entries = disputed(seen)
    if kinds:
        entries = entries.filter(kind__in=kinds)
    if party:
        entries = entries.filter(pk__in=EntryParty.objects.filter(seen.by("since"), party=party).values("entry"))
    if publisher:
        reports = Citation.objects.visible(seen).filter(article__publisher=publisher)
        entries = entries.filter(pk__in=reports.values("entry"))
    return entries.newest_first()


def parties_of(seen: Seen, entries: EntryQuerySet) -> QuerySet[Party]:
    """The parties that any of these entries involves, in their order."""
    ties = EntryParty.objects.filter(seen.by("since"), entry__in=entries.values("pk"))
    return Party.objects.filter(pk__in=ties.values("party")).order_by("order", "name")


def publishers_of(seen: Seen, entries: EntryQuerySet) -> QuerySet[Publisher]:
    """The publishers of which an article reports any of these entries, by name."""
    reports = Citation.objects.visible(seen).filter(entry__in=entries.values("pk"))
    return Publisher.objects.filter(pk__in=reports.values("article__publisher")).order_by("name")


def differences(seen: Seen, entries: Iterable[Entry]) -> list[DisputedEntry]:
    """What articles tell differently of these entries, which must be visible; entries without are left out."""
    return [one for one in differences_of_each(seen, entries) if one.differences]


def differences_of_each(seen: Seen, entries: Iterable[Entry]) -> list[DisputedEntry]:
    """The same of each of these entries, in the language of the page."""
    known = know(seen, entries)
    pks = [one.entry.pk for one in known]
    names, delegations, transfers = names_in(seen, known), delegations_of(seen, pks), transfers_of(seen, pks)
    return [
        DisputedEntry(
            one,
            shown_differences(one, names, delegations.get(one.entry.pk, []), transfers.get(one.entry.pk, [])),
        )
        for one in known
    ]
