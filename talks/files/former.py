"""Files that use a former slug: they are read as if they used the present one.

A row that was renamed, or merged into another, leaves its slug behind (`FormerSlug`). Files are mended when somebody
has the time; until then each is brought up to date where rows are made from it, so that nothing after that knows.
The same is done to what files said at the last load (`filed`), so that a load after a change of slugs changes nothing.
"""

import copy
from collections.abc import Iterable
from functools import cache
from typing import Any

from talks.files import mistakes, rows, schema
from talks.files.checks import NAMES, references_in
from talks.files.reader import Document, Place, Problem
from talks.files.rows import Values
from talks.models import KINDS, LISTS, Article, Citation, Finding, FormerSlug, Page, sort_of
from talks.record.facts import same_value

ASIDE = ("paragraphs", "order")  # values that do not tell two reports apart
Present = dict[Any, dict[str, str]]  # {model: {former slug: present slug}}
PLACES = 3  # that a note names


# What each fact names by slug: {"agreed_at": Entry, "parties": Party, …}.
NAMED = {fact: sort_of(model) for kind in KINDS.values() for fact in kind.FACTS if (model := kind.named_by(fact))}


def present_slugs() -> Present:
    """{model: {former slug: present slug}} of all rows that were renamed, or merged into others."""
    now: Present = {model: {} for model in FormerSlug.OWNERS}
    owners = [f"{owner}__slug" for owner in FormerSlug.OWNERS.values()]
    for slug, *found in FormerSlug.objects.values_list("slug", *owners):
        for model, present in zip(now, found, strict=True):
            if present:
                now[model][slug] = present
    return now


# Files


def validated(
    part: type[schema.Part], document: Document, now: Present, place: Place = ()
) -> tuple[Any, list[Problem]]:
    """As `mistakes.validated`, with present slugs for former ones."""
    found, wrong = mistakes.validated(part, document, place)
    newer = up_to_date(document, found, now, place) if found else document
    return (found, wrong) if newer is document else mistakes.validated(part, newer, place)


def article_file(document: Document, now: Present) -> tuple[Any, list[rows.Row], list[Problem]]:
    """(the `ArticleFile` that the document holds, its rows, []), or (None, [], problems); all with present slugs."""
    file, wrong = mistakes.validated(schema.ArticleFile, document)
    reported = list(rows.from_file(file)) if file else []
    newer = up_to_date(document, file, now) if file else document
    if newer is document:
        return file, reported, wrong
    file, wrong = mistakes.validated(schema.ArticleFile, newer)
    return file, united(reported, rows.from_file(file)) if file else [], wrong


def up_to_date(document: Document, part: schema.Part, now: Present, place: Place = ()) -> Document:
    """The document with present slugs for former ones, or itself if `part`, at `place` in it, uses none.

    What it uses is noted in the document as it was.
    """
    if not any(now.values()):
        return document
    used = [
        (where, sort_of(model), slug)
        for where, model, slug in references_in(part, place, NAMES)
        if slug in now.get(sort_of(model), ())
    ]
    in_address = _used_in_page(part, now)
    if not used and not in_address:
        return document
    newer = Document(document.path, copy.deepcopy(document.value), document.lines)
    if in_address:
        newer.at(place)["page"] = in_page(newer.at(place)["page"], now)
    for model, slug in in_address:
        document.former.append((model, slug, now[model][slug], document.problem((*place, "page"), "").line))
    for where, model, slug in used:
        newer.at(where[:-1])[where[-1]] = now[model][slug]
        document.former.append((model, slug, now[model][slug], document.problem(where, "").line))
    for where in {where[:-1] for where, *_ in used if isinstance(where[-1], int)}:
        slugs = newer.at(where)
        slugs[:] = dict.fromkeys(slugs)
    return newer


def _used_in_page(part: schema.Part, now: Present) -> list[tuple[Any, str]]:
    """[(model, former slug)] in the address of the page that a finding is about."""
    if not isinstance(part, schema.FindingPart):
        return []
    named = ((sort_of(model), slug) for model, slug in Page.read(part.page).named)
    return [(model, slug) for model, slug in named if slug in now.get(model, ())]


def told(documents: Iterable[Document]) -> list[str]:
    """A sentence for each former slug that these documents use; the items of one file share a document."""
    found: dict[tuple, list[str]] = {}
    for document in {id(document): document for document in documents}.values():
        for model, slug, present, line in document.former:
            found.setdefault((model, slug, present), []).append(f"{document.path.name}:{line}")
    return [
        f"{model._meta.verbose_name} “{slug}” is “{present}” now; write that in {_listed(places)}"
        for (model, slug, present), places in found.items()
    ]


def _listed(places: list[str]) -> str:
    more = len(places) - PLACES
    return ", ".join(places[:PLACES]) + (f" and {more} more place{'s' if more > 1 else ''}" if more > 0 else "")


# Rows


def united(before: Iterable[rows.Row], after: Iterable[rows.Row]) -> list[rows.Row]:
    """The rows `after` their slugs were brought up to date; those that are one now, but were not `before`, as one row.

    Of such rows the first stands, so that it does not matter whether slugs change one after another or all at once.
    Lists that became shorter, or one list of two, are numbered anew.
    """
    found: dict[tuple, tuple[rows.Row, tuple]] = {}
    lists: dict[tuple, tuple[set, list[rows.Row]]] = {}
    kept = []
    for was, row in zip(before, after, strict=True):
        first, its_key = found.setdefault((row.model, row.key), (row, was.key))
        owners, listed = lists.setdefault((row.model, row.key[:-1]), (set(), []))
        owners.add(was.key[:-1])
        if first is row or was.key == its_key:
            kept.append(row)
            listed.append(row)
        else:
            owners.add(None)  # so that it is numbered anew
            if same_report(row.model, row.key, first.values, row.values):
                first.values["paragraphs"] = all_paragraphs(first.values, row.values)
    for owners, listed in lists.values():
        if len(owners) > 1 and "order" in listed[0].values:
            for place, row in enumerate(listed):
                row.values["order"] = place
    return kept


def same_report(model: type, key: tuple, one: Values, other: Values) -> bool:
    """True if two rows of one article with the same key say the same; paragraphs and places in a list aside."""
    if model is Citation and key[1] in LISTS:
        return same_value(key[1], one["value"]) == same_value(key[1], other["value"])
    return all(one[name] == other[name] for name in one if name not in ASIDE)


def all_paragraphs(one: Values, other: Values) -> str:
    """The paragraphs of both rows, as text."""
    found = {int(number) for values in (one, other) for number in values["paragraphs"].split(", ") if number}
    return rows.numbers(sorted(found))


@cache
def named_by(model: Any, lookup: str) -> Any:
    """What a column of a flat row names by slug, such as `Entry`; None if it names no other row."""
    *steps, last = lookup.split("__")
    if not steps or last != "slug":
        return None
    for step in steps:
        model = model._meta.get_field(step).related_model
    return sort_of(model)


def in_fact(fact: str, value: str, now: Present) -> str:
    """A fact's value, as citations and editors' choices hold it, with the slugs `now` ({model: {slug: slug now}})."""
    names = now.get(NAMED.get(fact))
    if not names:
        return value
    slugs = value.split(", ") if fact in LISTS else [value]
    return ", ".join(dict.fromkeys(names.get(slug, slug) for slug in slugs))


def in_facts(values: Values, now: Present) -> Values:
    """{fact: value} with the slugs `now`."""
    return {fact: in_fact(fact, value, now) for fact, value in values.items()}


def in_columns(model: Any, values: Values, now: Present) -> Values:
    """{column: value} of a flat row with the slugs `now`."""
    return {name: _now(model, name, value, now) for name, value in values.items()}


def in_page(address: str, now: Present) -> str:
    """The address of a page with the slugs `now`."""
    page = Page.read(address)
    return page.renamed({model: now.get(sort_of(model), {}) for model, _ in page.named}).address


def _now(model: Any, name: str, value: Any, now: Present) -> Any:
    if model is Finding and name == "page":
        return in_page(value, now)
    if model is Finding and name == "sources":
        return list(dict.fromkeys(now.get(Article, {}).get(slug, slug) for slug in value))
    names = now.get(named_by(model, name))
    return names.get(value, value) if names else value


def in_row(row: rows.Row, now: Present) -> rows.Row:
    """A flat `rows.Row` with the slugs `now`."""
    key = tuple(_now(row.model, *pair, now) for pair in zip(rows.KEYS[row.model], row.key, strict=True))
    values = in_columns(row.model, row.values, now)
    if row.model is Citation:
        values["value"] = in_fact(row.key[1], values["value"], now)
    return row._replace(key=key, values=values)


def in_filed(filed: dict[str, Any], now: Present) -> dict[str, Any]:
    """What an article's file said at the last load (`Article.filed`) with the slugs `now`."""
    before = [
        rows.Row((), rows.MODELS[model], rows.completed_key(rows.MODELS[model], key), values)
        for model, key, values in filed["rows"]
    ]
    after = united(before, [in_row(row, now) for row in before])
    return filed | {"rows": [[row.model.__name__, list(row.key), row.values] for row in after]}
