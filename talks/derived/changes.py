"""What a published entry or finding says, what changed about it, and the notes of that which readers find under
`/changes/`.

Whatever changes what readers see of an entry does it within `noting`, of a finding within `noting_findings`, as the
admin and the loader do. What either said while it was not published is never looked at, so nothing of it can come out.

Of the sources only what they say counts: a further article that says the same is no change.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils import timezone

from talks.derived.reports import Reports, reports_of
from talks.models import LISTS, Account, Change, Entry, Finding, Publication, Revision, Seen, Sourced
from talks.record import merged
from talks.record.facts import KnownEntry, KnownFact

BATCH = 1000


# What an entry says (pure)


def said(entry: Entry, reports: Reports) -> dict[tuple[str, ...], Any]:
    """{key: value} of all that a published entry says, from its `Reports`; plain values, as JSON holds them.

    A key is a tuple that tells what it is about, in the record's own slugs: ("title",), ("summary",), ("fact", field),
    ("note", article), ("account", party, speaker or "", article), or as `about` gives it for reported rows. Where
    articles differ, a value has all versions, the accepted one first.
    """
    known = KnownEntry(entry, reports.citations, Seen.now())
    sayings: dict[tuple[str, ...], Any] = {("title",): known.title, ("summary",): known.summary}
    sayings |= {("fact", field): _versions(fact) for field, fact in known.facts.items()}
    sayings |= {("note", mention.article.slug): mention.note for mention in known.notes}
    for delegation in merged.delegations(reports.in_order("Delegation"), reports.in_order("Delegate")):
        sayings |= _delegation(delegation)
    for transfer in merged.transfers(reports.in_order("Transfer")):
        sayings[about(transfer.rows[0])] = _counts(transfer.counts)
    for provision in merged.provisions(reports.in_order("Provision")):
        sayings[about(provision.rows[0])] = {
            "issue": provision.issue.slug,
            "point": provision.point,
            "texts": _values(provision.texts),
            "numbers": sorted(_values(provision.numbers)),
        }
    for (party, speaker, article), rows in merged.grouped(reports.in_order("Account"), _who_said).items():
        sayings["account", party, speaker, article] = "\n".join(row.text for row in rows)
    return {key: value for key, value in sayings.items() if value != ""}


def _who_said(account: Account) -> tuple[str, str, str]:
    """Whose words an account gives, and by which article; what they said on several issues is told as one."""
    speaker = account.speaker.slug if account.speaker else ""
    return account.party.slug, speaker, account.article.slug


def about(row: Sourced) -> tuple[str, ...]:
    """What a reported row is about: its sort, then its KEY as text, other rows by their slugs; "" for nothing.

    Such as ("delegate", party, person) or ("transfer", day, last day, giver, receiver, kind).
    """
    values = (attrgetter(lookup.replace("__", "."))(row) for lookup in row.KEY)
    texts = ("" if value is None else str(getattr(value, "slug", value)) for value in values)
    return (str(row._meta.model_name), *texts)


def _versions(fact: KnownFact) -> list[str]:
    """The accepted value, then those that stand beside it; the slugs of a list in one order."""
    values = [fact.value, *(one.value for one in fact.shown if one.value != fact.value)]
    if fact.field in LISTS:
        values = [", ".join(sorted(value.split(", "))) for value in values]
    return [values[0], *sorted(values[1:])]


def _delegation(delegation: merged.MergedDelegation) -> dict[tuple[str, ...], Any]:
    """The values of a delegation and of its people."""
    sayings: dict[tuple[str, ...], Any] = {
        about(delegation.rows[0]): {
            "roles": sorted(_values(delegation.roles)),
            "sizes": _counts(delegation.sizes),
            "expected": delegation.expected,
            "notes": _values(delegation.notes),
        }
    }
    for member in delegation.members:
        heads = sorted(_values(member.head_readings), reverse=True)
        sayings[about(member.rows[0])] = {"titles": _values(member.titles), "heads": heads}
    return sayings


def _counts(readings: Iterable[merged.Reading]) -> list[int | str]:
    return [count.plain for count in sorted(_values(readings), key=lambda count: count.order)]


def _values(readings: Iterable[merged.Reading]) -> list:
    return [reading.value for reading in readings]


SECTIONS = (
    *("title", "summary", "fact", "delegation", "delegate", "transfer", "provision", "account", "note"),
    *("text", "day", "sources"),  # of a finding
)


def difference(before: Mapping[tuple[str, ...], Any], after: Mapping[tuple[str, ...], Any]) -> list[dict[str, Any]]:
    """The lines that lead from one state to another: [{"what": key, "before": value or None, "after": value or None}].

    They stand by sort, and then in the order in which the states have them.
    """
    keys = sorted({**after, **before}, key=lambda key: SECTIONS.index(key[0]))
    return [
        {"what": list(key), "before": before.get(key), "after": after.get(key)}
        for key in keys
        if before.get(key) != after.get(key)
    ]


# Noting changes


class State(NamedTuple):
    """What readers see of an entry: whether it is public, and if so, what it `said`, and its latest report's day."""

    publication: str
    said: dict | None = None
    reported: datetime.date | None = None


def states_of(pks: Iterable[int]) -> dict[int, State]:
    """{pk: State} of those of these entries that there are."""
    pks = list(pks)
    states: dict[int, State] = {}
    for start in range(0, len(pks), BATCH):
        entries = Entry.objects.in_bulk(pks[start : start + BATCH])
        states |= {pk: State(entry.publication) for pk, entry in entries.items()}
        public = {pk: entry.kind for pk, entry in entries.items() if entry.publication == Publication.PUBLISHED}
        for pk, reports in reports_of(public, public.values()).items() if public else ():
            states[pk] = state_of(entries[pk], reports)
    return states


def state_of(entry: Entry, reports: Reports) -> State:
    """The `State` of an entry with these `Reports`."""
    if entry.publication != Publication.PUBLISHED:
        return State(entry.publication)
    latest = max((row.published for row in reports.all()), default=None)
    return State(Publication.PUBLISHED, said(entry, reports), latest)


@contextmanager
def noting(pks: Iterable[int], *, note: str = "", correction: bool = False) -> Iterator[None]:
    """Note for readers what changes on these entries in here. `note`: public words on it."""
    before = states_of(pks)
    yield
    note_changes(before, note=note, correction=correction)


def note_changes(
    before: Mapping[int, State], after: Mapping[int, State] | None = None, *, note: str = "", correction: bool = False
) -> None:
    """Note for readers what has changed since these states, which `states_of` gave.

    `after`: how the same entries stand now, if that is known; else they are read.
    """
    now = timezone.now()
    after = states_of(before) if after is None else after
    seen = _seen_before(before, after)
    noted = []
    for pk, state in after.items():
        change = _change(before[pk], state, seen=pk in seen, note=note, correction=correction)
        if change:
            change.entry_id, change.made, change.note = pk, now, note
            noted.append(change)
    _write(noted)


def _seen_before(before: Mapping[int, State], after: Mapping[int, State]) -> set[int]:
    """Those entries (pks) of which readers may have seen something, among those withdrawn from another state."""
    withdrawn = {pk for pk, state in after.items() if state.publication == Publication.WITHDRAWN}
    seen = {pk for pk in withdrawn if before[pk].publication == Publication.PUBLISHED}
    drafts = {pk for pk in withdrawn if before[pk].publication == Publication.DRAFT}
    return seen | set(Change.objects.filter(entry__in=drafts).values_list("entry", flat=True)) if drafts else seen


def _change(before: State, after: State, *, seen: bool, note: str, correction: bool) -> Change | None:
    """The unsaved `Change` from one state to another, without its entry; None if there is nothing to tell readers."""
    was, stands = (one.publication == Publication.PUBLISHED for one in (before, after))
    if was and stands:
        lines = difference(before.said or {}, after.said or {})
        if not (lines or note or correction):
            return None
        sort = Change.Sort.CORRECTED if correction else Change.Sort.CHANGED
        # Whoever makes a change has all reports in view, so pages as known before the latest of them leave it out.
        latest = max(filter(None, [before.reported, after.reported]), default=None)
        return Change(sort=sort, lines=lines, reported=latest)
    if stands:
        return Change(sort=Change.Sort.ADDED)
    return Change(sort=Change.Sort.WITHDRAWN) if seen else None


def note_additions(entries: Iterable[Any]) -> None:
    """Note for readers that these entries are new, all at one moment; drafts among them are left out.

    All that is asked of each is its pk and its publication.
    """
    now = timezone.now()
    public = (entry for entry in entries if entry.publication == Publication.PUBLISHED)
    _write([Change(entry_id=entry.pk, made=now, sort=Change.Sort.ADDED) for entry in public])


class FindingState(NamedTuple):
    """Of a finding: whether it is public, and if so, what it said, and where it stood."""

    publication: str
    said: dict | None = None
    page: str = ""


NO_FINDING = FindingState(Publication.WITHDRAWN)  # one that is gone, or not there yet


@contextmanager
def noting_findings() -> Iterator[None]:
    """Note for readers what changes about findings in here."""
    before = finding_states()
    yield
    note_findings(before)


def finding_states() -> dict[int, FindingState]:
    """{pk: `FindingState`} of all findings, of which there are few."""
    return {
        one.pk: FindingState(one.publication, _said_by(one), one.page)
        if one.publication == Publication.PUBLISHED
        else FindingState(one.publication)
        for one in Finding.objects.order_by("pk")
    }


def _said_by(finding: Finding) -> dict[tuple[str, ...], Any]:
    return {("text",): finding.text, ("day",): finding.day.isoformat(), ("sources",): sorted(finding.sources)}


def note_findings(before: Mapping[int, FindingState]) -> None:
    """Note for readers what has changed about findings since these states, which `finding_states` gave."""
    now, after = timezone.now(), finding_states()
    noted = []
    for pk in {**before, **after}:
        change = _change_of_finding(before.get(pk, NO_FINDING), after.get(pk, NO_FINDING))
        if change:
            change.finding_id, change.made = pk if pk in after else None, now
            noted.append(change)
    _write(noted)


def _change_of_finding(before: FindingState, after: FindingState) -> Change | None:
    """The unsaved `Change` from one state to another, without its finding; None if there is nothing to tell readers."""
    if not after.said:
        hidden = before.said and after.publication == Publication.WITHDRAWN
        return Change(sort=Change.Sort.WITHDRAWN) if hidden else None
    if not before.said:
        return Change(sort=Change.Sort.ADDED)
    if before == after:
        return None
    latest = max(datetime.date.fromisoformat(state.said["day",]) for state in (before, after) if state.said)
    return Change(sort=Change.Sort.CHANGED, lines=difference(before.said, after.said), reported=latest)


def _write(noted: list[Change]) -> None:
    Change.objects.bulk_create(noted, batch_size=BATCH)
    if noted:
        Revision.advance()  # lists of changes are counted once for each state of the record
