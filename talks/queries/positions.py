"""What parties say in their proposals, issue by issue."""

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from talks.models import Entry, Kind, Provision
from talks.queries.known import MANY, know
from talks.queries.reports import provisions_of


def latest_positions(day=None):
    """{(issue pk, party pk): (KnownEntry of the latest proposal by the party on the issue, its provisions on it)}."""
    pairs = Entry.objects.visible(day).filter(kind=Kind.PROPOSAL, issue_ties__isnull=False, party_ties__isnull=False)
    if day is not None:
        pairs = pairs.filter(issue_ties__since__lte=day, party_ties__since__lte=day)
    newest = Window(RowNumber(), partition_by=[F("issue"), F("party")], order_by=[F("stands").desc(), F("pk").desc()])
    pairs = pairs.annotate(issue=F("issue_ties__issue"), party=F("party_ties__party")).annotate(place=newest)
    rows = list(pairs.filter(place=1).values_list("issue", "party", "pk"))
    proposals = Entry.objects.visible(day).filter(pk__in={pk for *_, pk in rows})
    known = {one.entry.pk: one for one in know(proposals, day)}
    provisions = provisions_of(known, day)
    positions = {}
    for issue, party, pk in rows:
        on_issue = [provision for provision in provisions.get(pk, ()) if provision.issue.pk == issue]
        if on_issue:
            positions[issue, party] = known[pk], on_issue
    return positions


def positions_on(issue, day=None):
    """[(KnownEntry, its provisions on this issue)] of the proposals about an issue, newest first; at most MANY."""
    on_issue = Provision.objects.filter(issue=issue).visible(day).values("proposal")
    proposals = Entry.objects.visible(day).filter(pk__in=on_issue).order_by("-stands", "-pk")[:MANY]
    known = know(proposals, day)
    provisions = provisions_of([one.entry.pk for one in known], day)
    return [(one, [p for p in provisions[one.entry.pk] if p.issue == issue]) for one in known]
