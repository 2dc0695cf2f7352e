"""Entries as told, narrowed to what a page tells of them: of a person, an issue, an article, or where sources differ.

What the entry is stays with it; what is left out are facts, rows and reports.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from talks.data.shapes import Entry, Fact, Name, Report, Row


def of_person(entry: Entry, person: str) -> Entry:
    """Where a person (slug) sat, and what they said."""
    return _rows(entry, lambda row: person in (_slug(row, "person"), _slug(row, "speaker")))


def on_issue(entry: Entry, issue: str, parties: Collection[str] = ()) -> Entry:
    """What was proposed and said on an issue (slug), by one of these parties (slugs) or by any."""
    proposing = {party.slug for party in entry.parties}

    def is_wanted(row: Row) -> bool:
        by = {_slug(row, "party")} if row.sort == "account" else proposing
        return _is_on(row, issue) and (not parties or not by.isdisjoint(parties))

    return _rows(entry, is_wanted)


def _is_on(row: Row, issue: str) -> bool:
    reported = (report.value for fact in row.facts if fact.field == "issue" for report in fact.reports)
    return issue == _slug(row, "issue") or issue in reported


def by_article(entry: Entry, article: str) -> Entry:
    """What one article (slug) reports. The accepted values are those of all articles."""
    rows = (
        replace(row, facts=_facts(row.facts, article), reports=_reports(row.reports, article)) for row in entry.rows
    )
    return replace(
        entry,
        leads=(),
        mentions=_reports(entry.mentions, article),
        facts=_facts(entry.facts, article),
        rows=tuple(row for row in rows if row.reports),
    )


def where_sources_differ(entry: Entry) -> Entry:
    """The facts and rows in which articles contradict each other."""
    rows = (replace(row, facts=tuple(fact for fact in row.facts if fact.differs)) for row in entry.rows if row.differs)
    facts = tuple(fact for fact in entry.facts if fact.differs)
    return replace(entry, leads=(), mentions=(), facts=facts, rows=tuple(rows))


def each(entries: Iterable[Entry], narrow: Callable[..., Entry], *asked: Any) -> Iterator[Entry]:
    """These entries, each narrowed; without those of which nothing is left."""
    for entry in entries:
        narrowed = narrow(entry, *asked)
        if narrowed.mentions or narrowed.facts or narrowed.rows:
            yield narrowed


def _rows(entry: Entry, keep: Callable[[Row], bool]) -> Entry:
    return replace(entry, mentions=(), facts=(), rows=tuple(row for row in entry.rows if keep(row)))


def _slug(row: Row, column: str) -> str | None:
    named = row.about.get(column)
    return named.slug if isinstance(named, Name) else None


def _facts(facts: Iterable[Fact], article: str) -> tuple[Fact, ...]:
    own = (replace(fact, reports=_reports(fact.reports, article)) for fact in facts)
    return tuple(fact for fact in own if fact.reports)


def _reports(reports: Iterable[Report], article: str) -> tuple[Report, ...]:
    return tuple(report for report in reports if report.article == article)
