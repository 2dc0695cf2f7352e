"""An edited fact must be reported: which facts an edit wants reported, and what its citations lack to report them.

An entry's columns follow from its citations, so whatever an editor fills in needs a citation that says it. The
citations of a single article are brought into line by themselves (`bring_into_line`); with several articles only the
editor knows which one says it, so the edit waits until its citations do (`complaints`).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext

from talks.editing.plan import Plan
from talks.files.doubts import DATES
from talks.models import LISTS, Account, Article, Entry, Rule
from talks.record import dates
from talks.record.facts import KnownEntry, same_value
from talks.words.language import all_of


class CitedFact(NamedTuple):
    """A citation as an editor leaves it: which article gives which value for which fact; `edited` just now or not."""

    article: Article
    fact: str
    value: str
    edited: bool


# Which facts


def column_text(values: Mapping[str, Any], fact: str) -> str:
    """What `values` (columns by name, as a form or a row has them) say for a fact that is no list; "" for nothing."""
    value = values[fact]
    if fact == "end":
        return "" if value is None else dates.text(value, values["end_precision"])
    if fact == "start":
        reported = values["precision"] == Entry.Precision.REPORTED
        return "" if value is None or reported else dates.text(value, values["precision"])
    return "" if value is None else str(getattr(value, "slug", value))


def is_filled_in(model: type[Entry], fact: str, value: object) -> bool:
    """False if the column of this fact says what it says of every new entry."""
    if fact in LISTS or fact == "start":
        return True
    return value != model._meta.get_field(fact).get_default()  # type: ignore[union-attr] # a fact is a column


def wanted_facts(
    known: KnownEntry, texts: Mapping[str, str], changed: Collection[str], filled_in: Collection[str]
) -> dict[str, str]:
    """{fact: text} that must be reported after an edit, "" for what no citation may report any more.

    `texts`: what the form says of each fact. What was not `changed` follows from the citations as before; where there
    were none, all that is `filled_in` counts.
    """
    wanted = {fact: text for fact, text in texts.items() if fact in changed}
    if not known.citations:
        wanted |= {fact: text for fact, text in texts.items() if text and fact in filled_in}
    return {fact: text for fact, text in wanted.items() if text or fact in known.facts}


def unreported(entry: Entry) -> dict[str, str]:
    """{fact: text} of the columns and lists of a draft that no article reports yet; an entry as its own kind."""
    values = {column.name: getattr(entry, column.name) for column in entry._meta.concrete_fields}
    texts = {
        fact: entry.chosen.get(fact, "") if fact in LISTS else column_text(values, fact)
        for fact in entry.FACTS
        if is_filled_in(type(entry), fact, values.get(fact))
    }
    return {fact: text for fact, text in texts.items() if text}


# What an editor must do


def complaints(
    model: type[Entry],
    wanted: Mapping[str, str],
    cited: Collection[CitedFact],
    names: Mapping[str, str],
    *,
    alone: bool,
) -> dict[str, list[str]]:
    """{fact: sentences} on each wanted fact that the citations do not bear out.

    With one article (`alone`) its citations will be brought into line, but for those that were edited just now.
    `names`: what the page calls each fact.
    """
    found = {}
    for fact, text in wanted.items():
        rows = [row for row in cited if row.fact == fact]
        if alone and not any(row.edited for row in rows):
            continue
        of_sort = _complaints_of_list if model.FACTS[fact].rule is Rule.UNION else _complaints_of_value
        if sentences := list(of_sort(fact, names[fact], text, rows)):
            found[fact] = sentences
    return found


def _complaints_of_value(fact: str, name: str, text: str, cited: Collection[CitedFact]) -> Iterator[str]:
    if not text:
        for row in cited:
            sentence = gettext(
                "%(fact)s is empty, but a citation below reports “%(value)s” (%(article)s). "
                "Delete that citation too, or fill the fact in again."
            )
            yield sentence % {"fact": capfirst(name), "value": row.value, "article": row.article}
    elif not any(same_value(fact, row.value) == same_value(fact, text) for row in cited):
        sentence = gettext(
            "%(fact)s is “%(value)s”, but no citation below reports it. "
            "Add one with fact “%(name)s” and value “%(value)s”."
        )
        yield sentence % {"fact": capfirst(name), "name": name, "value": text}


def _complaints_of_list(_fact: str, name: str, text: str, cited: Collection[CitedFact]) -> Iterator[str]:
    named = [slug for row in cited for slug in row.value.split(", ")]
    wanted = text.split(", ") if text else []
    if missing := [slug for slug in wanted if slug not in named]:
        sentence = gettext(
            "%(fact)s: no citation below reports %(listed)s. "
            "Add one with fact “%(name)s” and value “%(value)s”, or add it to the value of one."
        )
        listed = all_of(f"“{slug}”" for slug in missing)
        yield sentence % {"fact": capfirst(name), "name": name, "listed": listed, "value": ", ".join(missing)}
    if left := sorted(set(named) - set(wanted)):
        sentence = gettext(
            "%(fact)s: citations below report %(listed)s, and all that any report names is shown. "
            "Take it out of their values to leave it out."
        )
        yield sentence % {"fact": capfirst(name), "listed": all_of(f"“{slug}”" for slug in left)}


# What follows by itself


def bring_into_line(plan: Plan, wanted: Mapping[str, str], right_because: str = "") -> None:
    """Let the citations of an entry's only article report `wanted`; with several articles the editor has seen to it."""
    reports = plan.reports
    articles = {row.article_id: row for row in reports.all() if not isinstance(row, Account)}
    if len(articles) != 1:
        return
    cited = {citation.field: citation for citation in reports.citations}
    source = cited.get("") or next(iter(articles.values()))
    for fact, text in wanted.items():
        citation, why = cited.get(fact), right_because if fact in DATES else ""
        if citation is None and text:
            # Of several paragraphs that report the entry, nobody can tell which one says this.
            paragraphs = source.paragraphs if len(source.paragraph_numbers) == 1 else ""
            plan.add(source.article, paragraphs, field=fact, value=text, right_because=why)
        elif citation and not text:
            plan.delete(citation)
        elif citation and same_value(fact, citation.value) != same_value(fact, text):
            plan.change(citation, value=text, right_because=why)
