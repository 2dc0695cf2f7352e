"""Writes what follows from the reports into an entry's columns, ties and placements.

Whatever changes a report calls `settle` for its entry afterwards; the loader and the admin are the only two that do.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from talks.facts import KnownEntry
from talks.models import (
    KINDS,
    LISTS,
    REPORTS,
    Entry,
    EntryIssue,
    EntryParty,
    EntryPerson,
    Issue,
    Party,
    Person,
    Placement,
    Revision,
)
from talks.models.standing import FOREVER

TIES = {Party: (EntryParty, "party_id"), Issue: (EntryIssue, "issue_id"), Person: (EntryPerson, "person_id")}


@dataclass
class Reports:
    """All reported rows about one entry, by model name, with their articles loaded."""

    rows: dict[str, list] = field(default_factory=lambda: {model.__name__: [] for model in REPORTS})

    def add(self, row):
        self.rows[type(row).__name__].append(row)

    def all(self):
        return [row for rows in self.rows.values() for row in rows]

    def in_order(self, model):
        """The rows of one model (by name) in order of report, as `talks.facts` and `talks.merge` want them."""
        return sorted(self.rows[model], key=lambda row: (row.published, row.article.slug, row.pk or 0))

    @property
    def citations(self):
        return self.in_order("Citation")


# What is read of each model's rows beside the article, so that it is loaded with them.
RELATED = {
    "Delegation": ["party"],
    "Delegate": ["person", "delegation__party"],
    "Transfer": ["from_party", "to_party"],
    "Provision": ["issue"],
    "Account": ["party", "speaker"],
}


def reports_of(entries):
    """{entry pk: Reports} for these entries (pks)."""
    found = {pk: Reports() for pk in entries}
    for model in REPORTS:
        rows = model.objects.filter(**{f"{model.ENTRY}__in": list(entries)}).with_sources()
        for row in rows.select_related(*RELATED.get(model.__name__, [])):
            found[entry_pk(row)].add(row)
    return found


def entry_pk(row):
    """The pk of the entry that a reported row is about."""
    owner = row.delegation if row.ENTRY == "delegation__round" else row
    return getattr(owner, row.ENTRY.rpartition("__")[2] + "_id")


def slugs_to_pks(model, slugs):
    """{slug: pk} of these rows."""
    return dict(model.objects.filter(slug__in=slugs).values_list("slug", "pk"))


def derive(entry, reports, find=slugs_to_pks):
    """Set the columns of `entry` to what its reports say; give back its (ties, placements), unsaved.

    `find(model, slugs)` gives {slug: pk}. Without any citation the columns stay as they are: a draft may have them.
    """
    citations = reports.citations
    days = [row.published for row in reports.all()]
    entry.first_reported = citations[0].published if citations else None
    entry.last_reported = max(days, default=None)
    entry.introduced_by = citations[0].article if citations else None
    if not citations:
        return [], []
    known = KnownEntry(entry, citations)
    entry.title, entry.summary = known.title, known.summary
    entry.start, entry.precision, entry.end = known.start, known.precision, known.end
    set_fact_columns(entry, known, find)
    return _ties(entry, known, reports, find), _placements(entry, citations)


def set_fact_columns(entry, known, find):
    """Set the columns of the facts that are neither dates nor lists; a fact that nothing reports is emptied."""
    for name in entry.FACTS:
        if name in LISTS or name in ("start", "end"):
            continue
        column = entry._meta.get_field(name)
        text = known.facts[name].value if name in known.facts else None
        if text is None:
            setattr(entry, column.attname, column.get_default())
        elif column.is_relation:
            setattr(entry, column.attname, find(column.related_model, [text]).get(text))
        else:
            setattr(entry, name, column.to_python(text))


def _ties(entry, known, reports, find):
    """The entry's ties, each since the first report that says it, but not before the entry itself is known."""
    since = {}
    for model, pk, row in _tied(known, reports, find):
        since[model, pk] = min(since.get((model, pk), FOREVER), row.published)
    return [
        TIES[model][0](entry=entry, **{TIES[model][1]: pk}, since=max(day, entry.first_reported))
        for (model, pk), day in since.items()
    ]


def _tied(known, reports, find):
    """(model, pk, the reported row that says so) of every party, issue and person of an entry."""
    for citation in known.citations:
        if model := LISTS.get(citation.field):
            yield from ((model, pk, citation) for pk in find(model, citation.value.split(", ")).values())
    yield from ((Party, row.party_id, row) for row in reports.rows["Delegation"] if not row.expected)
    yield from ((Party, pk, row) for row in reports.rows["Transfer"] for pk in (row.from_party_id, row.to_party_id))
    yield from ((Issue, row.issue_id, row) for row in reports.rows["Provision"])
    yield from ((Person, row.person_id, row) for row in reports.rows["Delegate"] if not row.delegation.expected)
    yield from ((Person, row.speaker_id, row) for row in reports.rows["Account"] if row.speaker_id)


def _placements(entry, citations):
    """One `Placement` for each stretch of days over which the entry stood at the same dates."""
    placements = []
    for day in sorted({citation.published for citation in citations} | {entry.last_reported}):
        if day < entry.first_reported:
            continue
        known = KnownEntry(entry, [citation for citation in citations if citation.published <= day], day)
        if placements and (placements[-1].start, placements[-1].end) == (known.start, known.end):
            continue
        if placements:
            placements[-1].until = day
        placements.append(Placement(entry=entry, start=known.start, end=known.end, since=day))
    return placements


def settle(reasons, find=slugs_to_pks):
    """Bring columns, ties and placements of entries into line with their reports, as they are now.

    `reasons`: {entry pk: what the history gives as the reason}.
    """
    reports = reports_of(reasons)
    for kind, pks in by_kind(reasons).items():
        for entry in KINDS[kind].objects.filter(pk__in=pks):
            _settle_one(entry, reports[entry.pk], reasons[entry.pk], find)
    if reasons:
        Revision.advance()


def by_kind(entries):
    """{kind: [pk, …]} of these entries (pks)."""
    kinds = defaultdict(list)
    for pk, kind in Entry.objects.filter(pk__in=list(entries)).values_list("pk", "kind"):
        kinds[kind].append(pk)
    return kinds


def _settle_one(entry, reports, reason, find):
    columns = [f.attname for f in entry._meta.concrete_fields if f.name != "updated"]
    before = [getattr(entry, name) for name in columns]
    ties, placements = derive(entry, reports, find)
    if [getattr(entry, name) for name in columns] != before:
        entry._change_reason = reason
        entry.save()
    for model, key in TIES.values():
        kept = [tie for tie in ties if isinstance(tie, model)]
        _replace(model, entry, kept, (key, "since"))
    _replace(Placement, entry, placements, ("start", "end", "since", "until"))


def _replace(model, entry, rows, names):
    """Make `rows` the rows of `model` that belong to the entry; write only if they are not so already."""
    old = model.objects.filter(entry=entry)
    if set(old.values_list(*names)) != {tuple(getattr(row, name) for name in names) for row in rows}:
        old.delete()
        model.objects.bulk_create(rows)
