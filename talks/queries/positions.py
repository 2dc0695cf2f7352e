"""What parties say in their proposals, issue by issue."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import DenseRank

from talks.models import Entry, Issue, Kind, Party, Process, Provision, Seen
from talks.models.entries import ORDER
from talks.queries.known import know, know_by_pk, reporting, tied_by
from talks.queries.reports import provisions_of
from talks.record.facts import KnownEntry, folded
from talks.record.merged import MergedProvision


@dataclass(frozen=True)
class Position:
    """What a party's latest proposal says on an issue, and the one before it on the same issue, or None."""

    known: KnownEntry
    provisions: list
    before: "Position | None" = None

    @property
    def moved(self) -> bool | None:
        """True if the proposal before it said it in other words; None without one."""
        return None if self.before is None else self._words != self.before._words

    @property
    def _words(self) -> set[str]:
        return {folded(text.value) for provision in self.provisions for text in provision.texts}


def latest_positions(
    seen: Seen, process: Process | None = None, since: datetime.date | None = None, until: datetime.date | None = None
) -> dict[tuple[int, int], Position]:
    """{(issue pk, party pk): `Position`}, from the proposals of one series and period if these are given."""
    pairs = Entry.objects.visible(seen).filter(kind=Kind.PROPOSAL, party_ties__isnull=False)
    pairs = pairs.filter(proposal__provisions__isnull=False)
    pairs = pairs.filter(seen.by("party_ties__since", "proposal__provisions__article__published"))
    if process:
        pairs = pairs.filter(pk__in=reporting(seen, "process", [process.slug]))
    pairs = pairs.filter(stands__gte=since) if since else pairs
    pairs = pairs.filter(stands__lte=until) if until else pairs
    pairs = pairs.annotate(issue=F("proposal__provisions__issue"), party=F("party_ties__party"))
    newest = Window(DenseRank(), partition_by=[F("issue"), F("party")], order_by=[F(name).desc() for name in ORDER])
    rows = set(pairs.annotate(place=newest).filter(place__lte=2).values_list("issue", "party", "pk", "place"))
    known = know_by_pk(seen, Entry.objects.visible(seen).filter(pk__in={row[2] for row in rows}))
    provisions = provisions_of(seen, known)
    positions: dict[tuple[int, int], Position] = {}
    for issue, party, pk, _ in sorted(rows, key=lambda row: -row[3]):  # those before first
        on_issue = [provision for provision in provisions[pk] if provision.issue.pk == issue]
        positions[issue, party] = Position(known[pk], on_issue, positions.get((issue, party)))
    return positions


def proposals_on(seen: Seen, issue: Issue, party: Party | None = None) -> list[Entry]:
    """The proposals about an issue, newest first; with `party`, only the proposals of that party."""
    on_issue = Provision.objects.filter(issue=issue).visible(seen).values("proposal")
    proposals = Entry.objects.visible(seen).filter(pk__in=on_issue).newest_first()
    if party:
        proposals = proposals.filter(pk__in=tied_by(seen, party.entry_ties.all()).values("entry"))
    return list(proposals)


def positions_on(
    seen: Seen, issue: Issue, proposals: Iterable[Entry]
) -> list[tuple[KnownEntry, list[MergedProvision]]]:
    """[(KnownEntry, its provisions on this issue)] of these proposals, in their order."""
    known = know(seen, proposals)
    provisions = provisions_of(seen, [one.entry.pk for one in known])
    return [(one, [p for p in provisions[one.entry.pk] if p.issue == issue]) for one in known]
