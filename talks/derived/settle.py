"""Writes what follows from the reports into an entry's columns, ties, placements, evidence and wordings.

Whatever changes a report calls `settle` for its entry afterwards, and whatever changes a name or an article `reword`;
the loader, the admin, `talks.editing.merging` and `talks.editing.restore` are the only ones that do.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model

from talks.derived.index import put_into_index
from talks.derived.reports import TIES, Find, NamesOf, Reports, by_kind, names_of, reports_of, slugs_to_pks
from talks.derived.stems import indexed
from talks.models import (
    KINDS,
    LISTS,
    Citation,
    Entry,
    Evidence,
    Issue,
    Party,
    Person,
    Placement,
    Revision,
    Rule,
    Seen,
    Sourced,
    Wording,
)
from talks.models.history import save
from talks.models.standing import BORNE_OUT, FOREVER
from talks.models.writing import writing
from talks.record.facts import KnownEntry
from talks.record.merged import any_differ
from talks.record.ordering import rank_of


def placements_of(slug: str) -> list[Placement]:
    """The placements of an entry."""
    return list(Placement.objects.filter(entry__slug=slug))


def derive(
    entry: Entry,
    reports: Reports,
    find: Find = slugs_to_pks,
    names: NamesOf = names_of,
    placed: Callable[[str], Sequence[Placement]] = placements_of,
) -> list[Model]:
    """Set the columns of `entry` to what its reports say; give back what stands for it in other tables, unsaved.

    That is a list of ties, placements, wordings and its evidence. `find(model, slugs)` gives {slug: pk}, `names(model,
    pks)` {pk: name}, `placed(slug)` the placements of an entry that this one is told to follow. Without any citation
    the columns stay as they are: a draft may have them.
    """
    citations = reports.citations
    days = [row.published for row in reports.all()]
    entry.first_reported = citations[0].published if citations else None
    entry.last_reported = max(days, default=None)
    entry.introduced_by = citations[0].article if citations else None
    if not citations:
        return []
    stretches = _stretches(entry, citations, sorted({max(day, entry.first_reported) for day in days}))
    known = stretches[-1][1]  # of the last day, with all reports
    entry.title, entry.summary = known.title, known.summary
    entry.start, entry.precision = known.start, known.precision
    entry.end, entry.end_precision = known.end, known.end_precision
    set_fact_columns(entry, known, find)
    ties = _ties(entry, known, reports, find)
    placements = _placements(entry, stretches, placed, reports)
    entry.rank = placements[-1].rank
    return [*ties, *placements, *_wordings(entry, stretches, reports, ties, names), _evidence(known, placements[-1])]


def set_fact_columns(entry: Entry, known: KnownEntry, find: Find) -> None:
    """Set the columns of the facts that are neither dates nor lists; a fact that nothing reports is emptied."""
    for name, fact in entry.FACTS.items():
        if fact.lists or fact.rule is Rule.DATE:
            continue
        column: Any = entry._meta.get_field(name)
        text = known.facts[name].value if name in known.facts else None
        if text is None:
            setattr(entry, column.attname, column.get_default())
        elif column.is_relation:
            setattr(entry, column.attname, find(column.related_model, [text]).get(text))
        else:
            setattr(entry, name, column.to_python(text))


def _ties(entry: Any, known: KnownEntry, reports: Reports, find: Find) -> list[Model]:
    """The entry's ties, each since the first report that says it, but not before the entry itself is known."""
    since: dict[tuple[Any, int], datetime.date] = {}
    for model, pk, row in _tied(known, reports, find):
        since[model, pk] = min(since.get((model, pk), FOREVER), row.published)
    ties: list[Model] = []
    for (model, pk), day in since.items():
        tie: Any = TIES[model][0]
        ties.append(tie(entry=entry, **{TIES[model][1]: pk}, since=max(day, entry.first_reported)))
    return ties


def _tied(known: KnownEntry, reports: Reports, find: Find) -> Iterator[tuple[Any, int, Sourced]]:
    """(model, pk, the reported row that says so) of every party, issue and person of an entry."""
    for citation in known.citations:
        if model := LISTS.get(citation.field):
            yield from ((model, pk, citation) for pk in find(model, citation.value.split(", ")).values())
    yield from ((Party, row.party_id, row) for row in reports.rows["Delegation"] if not row.expected)
    yield from ((Party, pk, row) for row in reports.rows["Transfer"] for pk in (row.from_party_id, row.to_party_id))
    yield from ((Issue, row.issue_id, row) for row in reports.rows["Provision"])
    yield from ((Person, row.person_id, row) for row in reports.rows["Delegate"] if not row.delegation.expected)
    yield from ((Person, row.speaker_id, row) for row in reports.rows["Account"] if row.speaker_id)


def _evidence(known: KnownEntry, latest: Placement) -> Evidence:
    """The entry's `Evidence`, as its latest placement has it."""
    held = {column: getattr(latest, column) for column in BORNE_OUT.values()}
    return Evidence(entry=known.entry, articles=len(known.articles), **held)


def _stretches(
    entry: Entry, citations: list[Citation], days: Iterable[datetime.date]
) -> list[tuple[datetime.date, KnownEntry]]:
    """[(day, the entry as known from then on)] for the days on which something was reported of it."""
    return [(day, KnownEntry(entry, [c for c in citations if c.published <= day], Seen.on(day))) for day in days]


def _lasting(rows: Iterable[Any], names: tuple[str, ...]) -> list[Any]:
    """These rows, ordered by `since`, each until the next; one that says the same as the row before it is left out."""
    kept: list[Any] = []
    for row in rows:
        if kept and all(getattr(kept[-1], name) == getattr(row, name) for name in names):
            continue
        if kept:
            kept[-1].until = row.since
        kept.append(row)
    return kept


def _placements(
    entry: Any,
    stretches: list[tuple[datetime.date, KnownEntry]],
    placed: Callable[[str], Sequence[Placement]],
    reports: Reports,
) -> list[Placement]:
    """One `Placement` for each stretch of days over which the entry stood in the same place and was borne out alike.

    Its place within a day depends on the entry that it is told to follow, as that was known then.
    """
    named = {known.facts["after"].value for _, known in stretches if "after" in known.facts}
    followed = {slug: placed(slug) for slug in named}
    days = {day for day, _ in stretches} | {row.since for rows in followed.values() for row in rows}
    told, rows = reports.all(), []
    for day in sorted(day for day in days if day >= stretches[0][0]):
        known = next(known for since, known in reversed(stretches) if since <= day)
        before = followed[known.facts["after"].value] if "after" in known.facts else ()
        after = next(((row.start, row.rank) for row in before if row.since <= day < row.until), None)
        rows.append(
            Placement(
                entry=entry,
                start=known.start,
                end=known.end,
                rank=rank_of(known, after),
                since=day,
                one_source=known.source_count == 1,
                disputed=bool(known.disputed) or any_differ(row for row in told if row.published <= day),
            )
        )
    return _lasting(rows, ("start", "end", "rank", *BORNE_OUT.values()))


def _wordings(
    entry: Any, stretches: list[tuple[datetime.date, KnownEntry]], reports: Reports, ties: list[Model], names: NamesOf
) -> list[Wording]:
    """One `Wording` for each stretch of days over which the same was told of the entry."""
    texts = [(row.published, indexed(row.text)) for model in ("Provision", "Account") for row in reports.rows[model]]
    for model in (Party, Person):
        tie_model, key = TIES[model]
        since = {getattr(tie, key): tie.since for tie in ties if isinstance(tie, tie_model)}
        called = names(model, since) if since else {}
        texts += [(day, indexed(called[pk])) for pk, day in since.items()]
    rows: list[Wording] = []
    texts.sort()  # so that the same reports give the same text, in whatever order they were read
    for day, known in stretches:
        title = indexed(known.title, *entry.translated("title", known.title))
        body = title + indexed(*_words_of(known)) + "".join(text for reported, text in texts if reported <= day)
        rows.append(Wording(entry=entry, title=title, body=body, since=day))
    return _lasting(rows, ("title", "body"))


def _words_of(known: KnownEntry) -> Iterator[str]:
    """The texts beside the title that a page of an entry shows from its citations."""
    yield from (known.summary, *known.entry.translated("summary", known.summary))
    yield from (mention.note for mention in known.notes)
    for fact in known.in_own_words:
        yield from (version.value for version in fact.versions)


@writing()
def settle(
    reasons: Mapping[int, str],
    find: Find = slugs_to_pks,
    names: NamesOf = names_of,
    reports: Mapping[int, Reports] | None = None,
) -> list[Entry]:
    """Bring columns, ties, placements and wordings of entries into line with their reports; those that were not so.

    `reasons`: {entry pk: what the history gives as the reason}. `reports`: {entry pk: Reports}, if they have been read
    already. What is told to follow an entry on its day moves with it.
    """
    kinds = by_kind(reasons)
    reports = reports_of(reasons, kinds) if reports is None else reports
    new: list[Wording] = []
    settled: list[Entry] = []
    moved: dict[str, str] = {}
    for kind, pks in kinds.items():
        for entry in KINDS[kind].objects.filter(pk__in=pks):
            differs, written = _settle_one(entry, reports[entry.pk], reasons[entry.pk], find, names)
            new += written.get(Wording, ())
            if differs or written:
                settled.append(entry)
            if Placement in written:
                moved[entry.slug] = reasons[entry.pk]
    put_into_index(new)
    if reasons:
        Revision.advance()
    followers = _followers(moved)
    return settled + (settle(followers, find, names) if followers else [])


def _followers(moved: Mapping[str, str]) -> dict[int, str]:
    """{pk: reason} of the entries that are told to come right after one of these, {slug: reason}."""
    told = Citation.objects.filter(field="after", value__in=moved) if moved else Citation.objects.none()
    return {pk: moved[slug] for pk, slug in told.values_list("entry", "value")}


def write_standing(entry: Entry, rows: Sequence[Model], reason: str) -> None:
    """Write what `derive` gave of an entry, whose own columns are saved already; what follows it moves with it."""
    written = _replace_all(entry, rows)
    put_into_index(written.get(Wording, []))
    Revision.advance()
    if followers := _followers({entry.slug: reason} if Placement in written else {}):
        settle(followers)


def _settle_one(
    entry: Entry, reports: Reports, reason: str, find: Find, names: NamesOf
) -> tuple[bool, dict[Any, list[Any]]]:
    """Settle one entry: (whether its own columns were wrong, the rows that are new as `_replace_all` gives them)."""
    columns = [f.attname for f in entry._meta.concrete_fields if f.name != "updated"]
    before = [getattr(entry, name) for name in columns]
    rows = derive(entry, reports, find, names)
    if differs := [getattr(entry, name) for name in columns] != before:
        save(entry, reason)
    return differs, _replace_all(entry, rows)


STANDING: dict[Any, tuple[str, ...]] = {  # what stands for an entry in other tables: {model: columns}
    **{model: (key, "since") for model, key in TIES.values()},
    Placement: ("start", "end", "rank", "since", "until", *BORNE_OUT.values()),
    Evidence: ("articles", *BORNE_OUT.values()),
    Wording: ("title", "body", "since", "until"),
}


def _replace_all(entry: Entry, rows: Sequence[Model]) -> dict[Any, list[Any]]:
    """Make these rows those that stand for the entry; gives {model: its rows} of the models whose rows were others."""
    written = {model: _replace(model, entry, rows, names) for model, names in STANDING.items()}
    return {model: new for model, new in written.items() if new is not None}


def _replace(model: Any, entry: Entry, rows: Sequence[Model], names: tuple[str, ...]) -> list[Any] | None:
    """Make those of `rows` that are of `model` the entry's, and give them; None if they are so already."""
    rows, old = [row for row in rows if isinstance(row, model)], model.objects.filter(entry=entry)
    if set(old.values_list(*names)) == {tuple(getattr(row, name) for name in names) for row in rows}:
        return None
    old.delete()
    return model.objects.bulk_create(rows)
