"""Reads that pages share, named for what they give. Each loads what its callers touch, in a fixed number of queries.

`day` is the day whose knowledge a page shows; None means now. Nothing here ever gives a draft, or anything that was
reported after `day`.
"""

import datetime
import hashlib
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import or_

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, Value, Window
from django.db.models.functions import RowNumber, TruncMonth

from talks import merge
from talks.facts import KnownEntry, named_model
from talks.models import (
    REPORTS,
    Account,
    Article,
    Citation,
    Delegate,
    Delegation,
    Entry,
    EntryIssue,
    EntryParty,
    EntryPerson,
    Issue,
    Kind,
    Party,
    Person,
    Process,
    Provision,
    Round,
    Transfer,
)
from talks.settle import RELATED, entry_pk

PAGE = 50
UNFOLDED = 2  # so many undated events that an article reports stand on their day; the rest is folded
MANY = 200  # the most rows of one sort on a page that is not paged; a link leads to the rest


# Entries as they are known


def know(entries, day=None):
    """`KnownEntry`s for these entries, which must be visible, in their order, each with its `parties`."""
    entries = list(entries)
    # Not `visible`: these entries are visible, and asked again, SQLite starts from all that are published.
    citations = Citation.objects.filter(entry__in=entries).with_sources().in_order_of_report()
    if day is not None:
        citations = citations.filter(article__published__lte=day)
    reported = merge.grouped(citations, lambda citation: citation.entry_id)
    known = [KnownEntry(entry, reported.get(entry.pk, []), day) for entry in entries]
    ties = tied_by(EntryParty.objects.filter(entry__in=entries), day).select_related("party")
    parties = merge.grouped(ties.order_by("party__order", "party__name"), lambda tie: tie.entry_id)
    for one in known:
        one.parties = [tie.party for tie in parties.get(one.entry.pk, ())]
    return known


def know_one(model, slug, day=None):
    """The `KnownEntry` with this slug, or None if there is none to show."""
    entry = model.objects.visible(day).filter(slug=slug).first()
    return know([entry], day)[0] if entry else None


def tied_by(ties, day):
    """Those of these ties that were reported by `day`."""
    return ties if day is None else ties.filter(since__lte=day)


def names_in(known, day=None):
    """{(column, slug): row} of what the facts of these entries name: processes, parties, issues and other entries.

    A fact may name a draft, or an entry that was not known on `day`; such a name is left out.
    """
    wanted = {}
    for one in known:
        for field, fact in one.facts.items():
            if model := named_model(one.entry, field):
                slugs = (slug for version in fact.versions for slug in version.value.split(", "))
                wanted.setdefault(model, set()).update(slugs)
    found = {}
    for model, slugs in wanted.items():
        if model is Entry:
            named = know(Entry.objects.visible(day).filter(slug__in=slugs), day)
            found |= {(Entry, one.entry.slug): one for one in named}
        else:
            found |= {(model, row.slug): row for row in model.objects.filter(slug__in=slugs)}
    return found


# The timeline


@dataclass(frozen=True)
class Day:
    """What stands at the same dates, consecutively. `folded`: undated events beyond the first few of one article."""

    entries: list[KnownEntry]
    folded: list[KnownEntry]

    @property
    def first(self):
        return self.entries[0]


@dataclass(frozen=True)
class Page:
    """A page of the timeline: its entries, and the cursors of the pages before and after it, or None."""

    entries: list[KnownEntry]
    previous: str | None
    next: str | None

    @property
    def months(self):
        """[(first `KnownEntry`, its `Day`s)] by month; entries of which only the year is known stand apart."""
        groups = (list(group) for _, group in groupby(self.entries, key=_month))
        return [(group[0], _days(group)) for group in groups]


def _month(known):
    return known.start.year, 0 if known.precision == Entry.Precision.YEAR else known.start.month


def _days(entries):
    days = []
    for _, group in groupby(entries, key=lambda known: (known.start, known.end, known.precision)):
        shown, folded, told = [], [], {}
        for known in group:
            minor = known.precision == Entry.Precision.REPORTED and known.entry.kind == Kind.EVENT
            told[known.articles[0]] = told.get(known.articles[0], 0) + minor
            (folded if minor and told[known.articles[0]] > UNFOLDED else shown).append(known)
        days.append(Day(shown, folded))
    return days


def timeline(*, day=None, kind=(), party=(), issue=(), person=(), process=(), since=None, until=None, words=()):
    """Entries that pass these filters, each with the dates that were known as `stands` and `ends`.

    An entry has one kind and one process, so several of these widen the choice; it can have several parties, issues and
    people, so several of those narrow it. `since` and `until` choose entries that overlap the period. Each of `words`
    is a list of spellings, any of which will do (`talks.search.spellings`).
    """
    entries = Entry.objects.visible(day)
    if kind:
        entries = entries.filter(kind__in=kind)
    if process:
        entries = entries.filter(pk__in=_reporting("process", [one.slug for one in process], day))
    tied = [("party", EntryParty, party), ("issue", EntryIssue, issue), ("person", EntryPerson, person)]
    for name, model, chosen in tied:
        for one in chosen:
            ties = model.objects.filter(**{"entry": OuterRef("pk"), name: one})
            entries = entries.filter(Exists(tied_by(ties, day)))
    if since:
        entries = entries.filter(Q(stands__gte=since) | Q(ends__gte=since))
    if until:
        entries = entries.filter(stands__lte=until)
    for spellings in words:
        told = reduce(or_, (Q(folded__contains=word.casefold()) for word in spellings))
        entries = entries.filter(Exists(Citation.objects.visible(day).filter(told, entry=OuterRef("pk"))))
    return entries


def kept(revision, compute, **asked):
    """What `compute(**asked)` gives, computed once for each state of the record: `revision` is `Revision.current()`."""
    said = [
        (key, [getattr(one, "slug", one) for one in value] if isinstance(value, list) else value)
        for key, value in sorted(asked.items())
    ]
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    return cache.get_or_set(f"{compute.__name__}:{revision}:{digest}", lambda: compute(**asked), timeout=None)


def total(**filters):
    """The number of entries that pass these filters."""
    return timeline(**filters).count()


@dataclass(frozen=True)
class Overview:
    """What `talks.band` draws.

    `counts`: {(first day of a month, kind): number of entries}; `marks`: each entry as a dict of slug, kind, title,
    stands, precision, city and reports (number of articles), or None if there are too many; `series`: [(title, first
    round, last round)].
    """

    counts: dict
    marks: list | None
    series: list


def overview(day=None, since=None, until=None, most=300):
    """The `Overview` of all entries, or of those that stand from `since` to `until`; without marks for over `most`."""
    entries = Entry.objects.visible(day)
    entries = entries.filter(stands__gte=since) if since else entries
    entries = entries.filter(stands__lte=until) if until else entries
    months = entries.annotate(month=TruncMonth("stands")).values_list("month", "kind")
    counts = {(month, kind): count for month, kind, count in months.annotate(Count("pk")).order_by()}
    few = sum(counts.values()) <= most
    return Overview(counts, _marks(entries, day) if few else None, _series(day))


def _marks(entries, day):
    """Each entry as a dict, read from its reports: the columns hold what is known today."""
    return [
        {
            "slug": known.entry.slug,
            "kind": known.entry.kind,
            "title": known.title,
            "stands": known.start,
            "precision": known.precision,
            "city": known.facts["city"].value if "city" in known.facts else "",
            "reports": len(known.mentions),
        }
        for known in know(entries.in_order(), day)
    ]


def _series(day):
    """[(title, first day, last day)] of the series of talks, from the first to the last round known on `day`."""
    reports = Citation.objects.visible(day)
    dated = reports.filter(field="start").values("entry")
    days = dict(Round.objects.visible(day).filter(pk__in=dated).values_list("pk", "stands"))
    found = {}
    for slug, pk in reports.filter(field="process").values_list("value", "entry"):
        if pk in days:
            found.setdefault(slug, []).append(days[pk])
    titles = dict(Process.objects.filter(slug__in=found).values_list("slug", "title"))
    return [(titles[slug], min(held), max(held)) for slug, held in found.items() if slug in titles]


def facets(day=None, **filters):
    """{name: {slug: number of entries}} for the choices of each filter, after the other filters.

    Where several choices widen (kind, process), the count of each is what it would add; where they narrow (party,
    issue, person), what would be left with it chosen, too.
    """
    found = timeline(day=day, **filters)
    by_kind = timeline(day=day, **filters | {"kind": ()}).order_by().values_list("kind").annotate(Count("pk"))
    by_process = Citation.objects.visible(day).filter(
        field="process", entry__in=timeline(day=day, **filters | {"process": ()}).order_by().values("pk")
    )
    by_process = by_process.order_by().values_list("value").annotate(Count("entry", distinct=True))
    counts = {"kind": dict(by_kind), "process": dict(by_process)}
    for name, model in (("party", EntryParty), ("issue", EntryIssue), ("person", EntryPerson)):
        ties = tied_by(model.objects.filter(entry__in=found.order_by().values("pk")), day)
        counts[name] = dict(ties.order_by().values_list(f"{name}__slug").annotate(Count("pk")))
    return counts


def _reporting(field, slugs, day):
    """The entries (pks) about which an article reports one of these slugs for `field`."""
    return Citation.objects.visible(day).filter(field=field, value__in=slugs).values("entry")


def page_of(entries, *, day=None, newest_first=True, after=None, before=None, size=PAGE):
    """The `Page` of these entries that follows the cursor `after`, or that leads up to `before`: (date, pk) pairs.

    The key is the date and the pk, because many entries share a day. `stands >= d AND (stands > d OR pk > i)` lets the
    database start at the cursor; with the plain `stands > d OR (…)` it reads all that comes before.
    """
    upwards = (not newest_first) != bool(before)  # the way the database walks; a page before is read backwards
    cursor = before or after
    if cursor:
        start, pk = cursor
        if upwards:
            entries = entries.filter(stands__gte=start).filter(Q(stands__gt=start) | Q(pk__gt=pk))
        else:
            entries = entries.filter(stands__lte=start).filter(Q(stands__lt=start) | Q(pk__lt=pk))
    ordered = entries.order_by("stands", "pk") if upwards else entries.order_by("-stands", "-pk")
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    if before:
        found.reverse()
    first, last = (f"{e.stands}.{e.pk}" for e in (found[0], found[-1])) if found else (None, None)
    known = know(found, day)
    transfers = transfers_of([entry.pk for entry in found if entry.kind == Kind.SWAP], day)
    for one in known:
        one.transfers = transfers.get(one.entry.pk, [])
    return Page(
        known,
        previous=first if (more if before else after) else None,
        next=last if (before or more) else None,
    )


# What articles report about entries, each as {entry pk: merged rows}


def _rows(model, entries, day, *related):
    """{entry pk: rows of `model`} in order of report."""
    rows = model.objects.filter(**{f"{model.ENTRY}__in": entries}).visible(day).with_sources()
    rows = rows.select_related(*related).in_order_of_report()
    return merge.grouped(rows, entry_pk)


def delegations_of(rounds, day=None):
    """{round pk: [MergedDelegation]}."""
    found = _rows(Delegation, rounds, day, "party")
    delegates = _rows(Delegate, rounds, day, "person", "delegation__party")
    return {pk: merge.delegations(rows, delegates.get(pk, [])) for pk, rows in found.items()}


def transfers_of(swaps, day=None):
    """{swap pk: [MergedTransfer]}."""
    return {pk: merge.transfers(rows) for pk, rows in _rows(Transfer, swaps, day, "from_party", "to_party").items()}


def provisions_of(proposals, day=None):
    """{proposal pk: [MergedProvision]}."""
    return {pk: merge.provisions(rows) for pk, rows in _rows(Provision, proposals, day, "issue").items()}


def accounts_of(entries, day=None):
    """{entry pk: [(party, its accounts)]}."""
    found = _rows(Account, entries, day, "party", "speaker")
    return {pk: merge.by_party(rows) for pk, rows in found.items()}


def told_of(entries, day=None):
    """{entry pk: its provisions, accounts and delegates}, unmerged."""
    found = {}
    for model in (Provision, Account, Delegate):
        for pk, rows in _rows(model, entries, day, *RELATED[model.__name__]).items():
            found.setdefault(pk, []).extend(rows)
    return found


def named_by(field, entries, day=None):
    """{slug: [KnownEntry]} of the entries about which an article reports one of `entries` (slugs) for `field`.

    So `named_by("presented_at", ["istanbul-2025-06-02"])` gives the proposals tabled at that round, by date.
    """
    pairs = Citation.objects.visible(day).filter(field=field, value__in=entries)
    pairs = set(pairs.values_list("value", "entry_id"))
    known = know(Entry.objects.visible(day).filter(pk__in={pk for _, pk in pairs}).in_order(), day)
    return {slug: [one for one in known if (slug, one.entry.pk) in pairs] for slug in entries}


def neighbours(known, day=None):
    """The rounds before and after this one in its process, or None: (previous, next)."""
    if "process" not in known.facts:
        return None, None
    of_process = _reporting("process", [known.facts["process"].value], day)
    rounds = Round.objects.visible(day).filter(pk__in=of_process).exclude(pk=known.entry.pk)
    before = rounds.filter(Q(stands__lt=known.start) | Q(stands=known.start, pk__lt=known.entry.pk))
    after = rounds.filter(Q(stands__gt=known.start) | Q(stands=known.start, pk__gt=known.entry.pk))
    found = [before.order_by("-stands", "-pk").first(), after.order_by("stands", "pk").first()]
    shown = {one.entry.pk: one for one in know(filter(None, found), day)}
    return tuple(entry and shown[entry.pk] for entry in found)


def around(known, day=None, days=10):
    """The entries that stand at most so many days from a dated entry, itself among them, by date; at most `PAGE`."""
    if known.precision != Entry.Precision.DAY:
        return []
    margin = datetime.timedelta(days=days)
    near = timeline(day=day, since=known.start - margin, until=(known.end or known.start) + margin)
    return [one for one in know(near.in_order()[:PAGE], day) if one.precision == Entry.Precision.DAY]


def later_reports(day, entries=None):
    """The number of reported rows that are later than `day` and so left out: on these entries (pks), or on all."""
    counts = []
    for model in REPORTS:
        later = model.objects.visible().filter(article__published__gt=day).order_by()
        if entries is not None:
            later = later.filter(**{f"{model.ENTRY}__in": entries})
        counts.append(later.values(all=Value(1)).annotate(rows=Count("pk")).values_list("rows"))
    return sum(rows for (rows,) in counts[0].union(*counts[1:], all=True))


# Vocabulary and sources


def parties_with_counts(day=None):
    """Parties by their order, each with the number of entries it is involved in as `entry_count`."""
    return Party.objects.annotate(entry_count=_tie_count(day)).order_by("order", "name")


def issues_with_counts(day=None):
    """Issues by their order, each with the number of entries about it as `entry_count`."""
    return Issue.objects.annotate(entry_count=_tie_count(day)).order_by("order", "title")


def people_with_counts(day=None):
    """People by name, each with the number of entries they appear in as `entry_count`; only those who appear."""
    counted = Person.objects.select_related("party").annotate(entry_count=_tie_count(day))
    return counted.filter(entry_count__gt=0).order_by("name", "slug")


def _tie_count(day):
    shown = Q(entry_ties__entry__publication="published")
    return Count("entry_ties", filter=shown if day is None else shown & Q(entry_ties__since__lte=day))


def appearances_of(person, day=None):
    """The delegate rows of a person, newest round first, with their rounds as `known`; at most MANY."""
    rows = Delegate.objects.filter(person=person).visible(day).with_sources()
    rows = rows.select_related("delegation__party", "delegation__round").in_order_of_report()[:MANY]
    by_round = merge.grouped(rows, lambda row: row.delegation.round_id)
    known = know(Round.objects.visible(day).filter(pk__in=by_round).order_by("-stands", "-pk"), day)
    return [(one, merge.MergedDelegate(person, by_round[one.entry.pk])) for one in known]


def accounts_by(person, day=None):
    """[(KnownEntry, account)] of what a person said, newest report first; at most MANY."""
    rows = Account.objects.filter(speaker=person).visible(day).with_sources().select_related("party")
    rows = list(rows.order_by("-article__published", "-pk")[:MANY])
    entries = Entry.objects.visible(day).filter(pk__in={row.entry_id for row in rows})
    known = {one.entry.pk: one for one in know(entries, day)}
    return [(known[row.entry_id], row) for row in rows]


def articles(day=None):
    """Articles, newest first, each with the number of published entries that it reports as `entry_count`."""
    shown = Q(citations__field="", citations__entry__publication="published")
    counted = Article.objects.known_on(day).with_publishers().defer("text", "filed")
    return counted.annotate(entry_count=Count("citations", filter=shown)).order_by("-published", "slug")


def reports_in(article, day=None):
    """[(KnownEntry, its rows)] of all that one article reports, entries by date."""
    found = {}
    for model in REPORTS:
        rows = model.objects.filter(article=article).visible(day).order_by("pk")
        rows = rows.select_related(*RELATED.get(model.__name__, []))
        for row in rows:
            row.article = article
            found.setdefault(entry_pk(row), []).append(row)
    known = know(Entry.objects.visible(day).filter(pk__in=found).in_order(), day)
    return [(one, found[one.entry.pk]) for one in known]


# Positions


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


def first_report_of(slug):
    """The day on which an entry that is published now was first reported, or None; for an as-of page that misses it."""
    return Entry.objects.published().filter(slug=slug).values_list("first_reported", flat=True).first()
