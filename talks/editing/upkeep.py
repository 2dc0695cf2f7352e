"""What follows from an edit of an entry: citations for new facts, a mention by each article, editors' choices, columns.

`save_edit` saves what an editor's form asks of an entry, `settle_reported` follows a report that was saved elsewhere.
Both read the entry's reports once (`reports_to_follow`), work out what follows in memory (`plan_edit`), write it, and
give back the reports as they stand then, for whoever notes the change for readers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from talks.derived.reports import Reports, reports_of
from talks.derived.settle import derive, settle, write_standing
from talks.editing.citing import bring_into_line, unreported
from talks.editing.plan import Plan, carry_out
from talks.editing.readiness import lacking
from talks.models import LISTS, Account, Article, Citation, Delegation, Entry, Event, Publication, Round, Rule
from talks.models.history import save
from talks.models.writing import writing
from talks.record.facts import resolve, same_value


@dataclass(frozen=True)
class Edit:
    """What an editor's form asks of an entry.

    `wanted`: {fact: text} that must be reported (`talks.editing.citing`). `changed`: {name: text} of title, summary and
    those facts that the editor changed; `lists`: {fact: text} of all its lists; `dropped`: facts on which the sources
    shall decide again. `was_cited`: whether any article reported the entry when its page was asked for.
    `right_because`: why its days are right, if they are improbable.
    """

    publication: str
    wanted: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    dropped: Collection[str] = ()
    was_cited: bool = False
    right_because: str = ""


class Saved(NamedTuple):
    """The reports of an entry after an edit, and what it lacks to be published as the editor wanted, in sentences."""

    reports: Reports
    problems: list[str]


@writing()
def save_edit(entry: Entry, before: str, edit: Edit, reason: str) -> Saved:
    """Bring everything about an entry into line after its reported rows were saved, and save it (as its own kind).

    `before` is its publication until now, a draft if it is new. It stays that if it lacks something to be published.
    """
    plan = plan_edit(entry, edit.wanted, reports_to_follow(entry), edit.right_because)
    carry_out(plan, reason)
    entry.chosen = choices(entry, edit, plan.reports.citations)
    standing = derive(entry, plan.reports)
    publishes = before != edit.publication == Publication.PUBLISHED
    problems = lacking([entry], {entry.pk: plan.reports})[entry.pk] if publishes else []
    entry.publication = before if problems else edit.publication
    save(entry, reason)
    write_standing(entry, standing, reason)
    return Saved(plan.reports, problems)


@writing()
def settle_reported(entry: Entry, filled_in: Mapping[str, str], reason: str) -> Reports:
    """Bring an entry (as its own kind) into line after a report of it was saved elsewhere than on its page.

    `filled_in`: what stood in an entry without citations before that (`unreported`); its first article reports it.
    """
    plan = plan_edit(entry, filled_in, reports_to_follow(entry))
    carry_out(plan, reason)
    settle({entry.pk: reason}, reports={entry.pk: plan.reports})
    return plan.reports


@writing()
def settle_round(pk: int, reason: str) -> None:
    """Bring a round into line after a change on a delegation's own page. A draft keeps what was filled in."""
    entry = Round.objects.get(pk=pk)
    settle_reported(entry, {} if entry.citations.exists() else unreported(entry), reason)


def keep_delegates(delegation: Delegation, reason: str) -> None:
    """The people of a delegation are reported by the article that reports the delegation."""
    for delegate in delegation.delegates.exclude(article=delegation.article_id):
        delegate.delegation = delegation
        save(delegate, reason)


def reports_to_follow(entry: Entry) -> Reports:
    """What is reported of an entry, after the rows that an editor changed were saved; all that follows is from it."""
    return reports_of([entry.pk], [entry.kind])[entry.pk]


# Citations


def plan_edit(entry: Entry, wanted: Mapping[str, str], reports: Reports, right_because: str = "") -> Plan:
    """What must happen with citations so that `wanted` is reported and each article mentions the entry.

    `right_because`: why the days among `wanted` are right all the same.
    """
    plan = Plan(entry.pk, reports)
    bring_into_line(plan, wanted, right_because)
    mentions = _mentions(plan, entry)
    if isinstance(entry, Event) and entry.event_kind:
        _cite_kind(plan, entry.event_kind, mentions)
    return plan


def _mentions(plan: Plan, entry: Entry) -> list[Citation]:
    """Give each article that reports something of the entry a citation of the entry as such, with a title; all of them.

    The first of them has the summary, if none has one.
    """
    mentions = {citation.article_id: citation for citation in plan.reports.citations if not citation.field}
    paragraphs: dict[Article, set[int]] = {}
    for row in plan.reports.all():
        if not isinstance(row, Account):
            paragraphs.setdefault(row.article, set()).update(row.paragraph_numbers)
    for article in sorted(paragraphs, key=lambda article: (article.published, article.slug)):
        if article.pk not in mentions:
            mentions[article.pk] = plan.add(article, ", ".join(map(str, sorted(paragraphs[article]))))
    ordered = sorted(mentions.values(), key=lambda mention: (mention.published, mention.article.slug))
    summed_up = any(mention.summary for mention in ordered)
    return [
        _narrated(plan, mention, entry.title, "" if summed_up or position else entry.summary)
        for position, mention in enumerate(ordered)
    ]


def _narrated(plan: Plan, mention: Citation, title: str, summary: str) -> Citation:
    """A mention with this title and summary, where it has none of its own."""
    title, summary = mention.title or title, mention.summary or summary
    if (mention.title, mention.summary) == (title, summary):
        return mention
    return plan.change(mention, title=title, summary=summary)


def _cite_kind(plan: Plan, event_kind: str, mentions: list[Citation]) -> None:
    """What sort of event it is stands in each article's file, so each article that mentions it is cited for that."""
    cited = {citation.article_id for citation in plan.reports.citations if citation.field == "event_kind"}
    for mention in mentions:
        if mention.article_id not in cited:
            plan.add(mention.article, mention.paragraphs, field="event_kind", value=event_kind)


# Choices


def choices(entry: Entry, edit: Edit, citations: list[Citation]) -> dict[str, str]:
    """What editors have decided about an entry, after this edit; `citations` as they are then, in order of report.

    An entry without reports has nothing to decide against; only its lists are kept here, for want of a column.
    """
    kept = {fact: text for fact, text in entry.chosen.items() if fact not in edit.dropped}
    if not citations:
        return {fact: text for fact, text in {**kept, **edit.lists}.items() if text}
    if not edit.was_cited:
        return {fact: text for fact, text in kept.items() if text and fact not in LISTS}
    kept |= edit.changed
    return {fact: text for fact, text in kept.items() if text and is_decision(entry, fact, text, citations)}


def is_decision(entry: Entry, fact: str, text: str, citations: list[Citation]) -> bool:
    """True if `text` must be remembered for `fact` to stand.

    Of a list all reports count. Of what changes with time the latest counts, so only a value against it is remembered:
    the next report shall count again.
    """
    reports = [citation for citation in citations if citation.field == fact]
    rule = entry.FACTS[fact].rule if fact in entry.FACTS else None
    if rule is Rule.LATEST and reports:
        return same_value(fact, resolve(fact, rule, reports).value) != same_value(fact, text)
    return rule is None or (rule is not Rule.UNION and bool(reports))
