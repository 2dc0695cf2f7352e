"""What parties say in their proposals and of them, issue by issue."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from talks.models import Account, Entry, EntryParty, Issue, Kind, Process, Provision, Seen
from talks.models.entries import ORDER, EntryQuerySet
from talks.queries.known import KnownByPk, KnowThem, know, know_headings, known_briefly, reporting, tied_by
from talks.queries.reports import provisions_of
from talks.record import merged
from talks.record.merged import MergedProvision
from talks.record.track import Mark, Paper, Statement, lasts, paper

DemandsOf = Callable[[Seen, Iterable[int], Iterable[int]], dict[int, list[MergedProvision]]]


def _papers_on(seen: Seen, proposals: QuerySet, issue: Issue | None = None) -> dict[int, list[Mark]]:
    """{issue pk: the `Mark`s of these proposals on it by date}; with `issue`, of this one only."""
    demands = Provision.objects.visible(seen).filter(proposal__in=proposals.order_by().values("pk"))
    if issue:
        demands = demands.filter(issue=issue)
    demanded = list(demands.order_by().values_list("issue", "proposal").distinct())
    told = proposals.filter(pk__in={pk for _, pk in demanded})
    stands = {place[-1]: (place, precision) for *place, precision in told.values_list(*ORDER, "precision")}
    ties = tied_by(seen, EntryParty.objects.filter(entry__in=stands))
    ties = ties.order_by("party__order", "party__name").values_list("entry", "party")
    parties = merged.grouped(ties, lambda tie: tie[0])
    marks: dict[int, list[Mark]] = {}
    for on_issue, pk in demanded:
        (day, rank, _), precision = stands[pk]
        is_reported = precision == Entry.Precision.REPORTED
        mark = Mark(day, True, pk, tuple(party for _, party in parties.get(pk, ())), is_reported, rank)
        marks.setdefault(on_issue, []).append(mark)
    return {on_issue: sorted(found, key=_by_date) for on_issue, found in marks.items()}


def _by_date(mark: Mark) -> tuple:
    """What was first reported on a day was there before what is of that day; what was said of them comes last."""
    return mark.day, not mark.is_paper, not mark.is_reported, mark.rank, mark.pk


@dataclass(frozen=True)
class Standing:
    """Which proposal is the latest of each party on each issue, `latest`: {(issue pk, party pk): proposal pk}.

    `before`: {issue pk: what `lasts` gives}.
    """

    latest: dict[tuple[int, int], int]
    before: dict[int, dict[int, dict[int, int]]]


def standing(
    seen: Seen, process: Process | None = None, since: datetime.date | None = None, until: datetime.date | None = None
) -> Standing:
    """The `Standing` by the proposals of one series and period, if these are given, else by all."""
    proposals = Entry.objects.visible(seen).filter(kind=Kind.PROPOSAL)
    if process:
        proposals = proposals.filter(pk__in=reporting(seen, "process", [process.slug]))
    proposals = proposals.filter(stands__gte=since) if since else proposals
    proposals = proposals.filter(stands__lte=until) if until else proposals
    found = Standing({}, {})
    for issue, marks in _papers_on(seen, proposals).items():
        found.latest.update({(issue, party): mark.pk for mark in marks for party in mark.parties})
        found.before[issue] = lasts(marks)
    return found


def positions_of(
    seen: Seen,
    found: Standing,
    shown: Iterable[tuple[int, int]],
    know_them: KnowThem = know_headings,
    demands_of: DemandsOf = provisions_of,
) -> dict[tuple[int, int], Paper]:
    """{(issue pk, party pk): its latest `Paper`} of those `shown`; one that several parties hold is one.

    `know_them`, `demands_of`: what gives the proposals and what they say.
    """
    latest = {key: found.latest[key] for key in shown}
    wanted: dict[int, set[int]] = {}
    for (issue, _), pk in latest.items():
        wanted.setdefault(issue, set()).add(pk)
    papers = _papers(seen, wanted, found.before, know_them, demands_of)
    return {(issue, party): papers[issue, pk] for (issue, party), pk in latest.items()}


def _papers(
    seen: Seen,
    wanted: Mapping[int, Iterable[int]],
    before: Mapping[int, Mapping[int, Mapping[int, int]]],
    know_them: KnowThem,
    demands_of: DemandsOf = provisions_of,
) -> dict[tuple[int, int], Paper]:
    """{(issue, proposal): `Paper`} of `wanted`, {issue: proposals}; `before`: {issue: what `lasts` gives}.

    `know_them`: what the page has to know of the proposals; `demands_of`: what gives the demands on some issues.
    """
    needed = {pk for pks in wanted.values() for pk in pks}
    needed |= {last for issue, pks in wanted.items() for pk in pks for last in before[issue][pk].values()}
    known = {one.entry.pk: one for one in know_them(seen, Entry.objects.visible(seen).filter(pk__in=needed))}
    provisions = {pk: merged.grouped(rows, _issue_of) for pk, rows in demands_of(seen, needed, wanted).items()}
    papers = {}
    for issue, pks in wanted.items():
        for pk in pks:
            last = before[issue][pk]
            had = [(party, last[party.pk]) for party in known[pk].parties if party.pk in last]
            earlier = [(party, known[old], provisions[old].get(issue, [])) for party, old in had]
            papers[issue, pk] = paper(known[pk], provisions[pk].get(issue, []), earlier)
    return papers


def _issue_of(provision: MergedProvision) -> int:
    return provision.issue.pk


def marks_on(seen: Seen, issue: Issue) -> list[Mark]:
    """The `Mark`s of all proposals and statements on an issue, by date; a statement stands where it was reported."""
    proposals = Entry.objects.visible(seen).filter(kind=Kind.PROPOSAL, pk__in=issue.provisions.values("proposal"))
    papers = _papers_on(seen, proposals, issue).get(issue.pk, [])
    said = issue.accounts.visible(seen).values_list("article__published", "pk", "party")
    return sorted([*papers, *(Mark(day, False, pk, (party,)) for day, pk, party in said)], key=_by_date)


def entries_on(seen: Seen, issue: Issue) -> EntryQuerySet:
    """The entries that these marks are of: proposals, and entries of which somebody said something on the issue."""
    proposed, said = issue.provisions.values("proposal"), issue.accounts.visible(seen).values("entry")
    return Entry.objects.visible(seen).filter(Q(pk__in=proposed) | Q(pk__in=said))


def track(
    seen: Seen,
    issue: Issue,
    marks: Sequence[Mark],
    shown: Iterable[Mark],
    know_papers: KnowThem = know,
    know_entries: KnownByPk = known_briefly,
    demands_of: DemandsOf = provisions_of,
) -> dict[Mark, Paper | Statement]:
    """What stands at those of an issue's marks that are `shown`.

    `know_papers`, `demands_of`: as of `positions_of`; `know_entries`: what gives the entries of statements.
    """
    shown = list(dict.fromkeys(shown))
    wanted = {issue.pk: [mark.pk for mark in shown if mark.is_paper]}
    papers = _papers(seen, wanted, {issue.pk: lasts(marks)}, know_papers, demands_of)
    statements = _statements(seen, [mark.pk for mark in shown if not mark.is_paper], know_entries)
    return {mark: papers[issue.pk, mark.pk] if mark.is_paper else statements[mark.pk] for mark in shown}


def _statements(seen: Seen, accounts: Sequence[int], know_entries: KnownByPk) -> dict[int, Statement]:
    """{account pk: `Statement`}."""
    rows = list(Account.objects.filter(pk__in=accounts).to_show().loaded())
    known = know_entries(seen, {row.entry_id for row in rows})
    return {row.pk: Statement(row, known[row.entry_id]) for row in rows}
