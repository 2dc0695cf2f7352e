"""What parties say in their proposals, issue by issue."""

from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import DenseRank

from talks.models import Entry, Kind, Provision
from talks.queries.known import MANY, know, know_by_pk, reporting
from talks.queries.reports import provisions_of
from talks.record.facts import KnownEntry, folded


@dataclass(frozen=True)
class Position:
    """What a party's latest proposal says on an issue, and the one before it on the same issue, or None."""

    known: KnownEntry
    provisions: list
    before: "Position | None" = None

    @property
    def moved(self):
        """True if the proposal before it said it in other words; None without one."""
        return self.before and self._words != self.before._words

    @property
    def _words(self):
        return {folded(text.value) for provision in self.provisions for text in provision.texts}


def latest_positions(day=None, process=None, since=None, until=None):
    """{(issue pk, party pk): `Position`}, from the proposals of one series and period if these are given."""
    pairs = Entry.objects.visible(day).filter(kind=Kind.PROPOSAL, party_ties__isnull=False)
    pairs = pairs.filter(proposal__provisions__isnull=False)
    if day is not None:
        pairs = pairs.filter(party_ties__since__lte=day, proposal__provisions__article__published__lte=day)
    if process:
        pairs = pairs.filter(pk__in=reporting("process", [process.slug], day))
    pairs = pairs.filter(stands__gte=since) if since else pairs
    pairs = pairs.filter(stands__lte=until) if until else pairs
    pairs = pairs.annotate(issue=F("proposal__provisions__issue"), party=F("party_ties__party"))
    newest = Window(DenseRank(), partition_by=[F("issue"), F("party")], order_by=[F("stands").desc(), F("pk").desc()])
    rows = set(pairs.annotate(place=newest).filter(place__lte=2).values_list("issue", "party", "pk", "place"))
    known = know_by_pk(Entry.objects.visible(day).filter(pk__in={row[2] for row in rows}), day)
    provisions = provisions_of(known, day)
    positions = {}
    for issue, party, pk, _ in sorted(rows, key=lambda row: -row[3]):  # those before first
        on_issue = [provision for provision in provisions[pk] if provision.issue.pk == issue]
        positions[issue, party] = Position(known[pk], on_issue, positions.get((issue, party)))
    return positions


def positions_on(issue, day=None, party=None):
    """[(KnownEntry, its provisions on this issue)] of the proposals about an issue, newest first; at most MANY.

    With `party`, only the proposals of that party.
    """
    on_issue = Provision.objects.filter(issue=issue).visible(day).values("proposal")
    proposals = Entry.objects.visible(day).filter(pk__in=on_issue).order_by("-stands", "-pk")
    if party:
        ties = party.entry_ties.all() if day is None else party.entry_ties.filter(since__lte=day)
        proposals = proposals.filter(pk__in=ties.values("entry"))
    known = know(proposals[:MANY], day)
    provisions = provisions_of([one.entry.pk for one in known], day)
    return [(one, [p for p in provisions[one.entry.pk] if p.issue == issue]) for one in known]
