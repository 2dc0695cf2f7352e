"""One article's reports as flat rows: from a file, from the database, and back to a file.

A row is a model, a key that is unique in the article, and its other values; all are plain JSON values, other rows being
named by their slugs. So what a file says, what it said before and what the database holds can be compared at a glance.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import IntegerField, Model

from talks.files import schema
from talks.files.reader import Place
from talks.models import (
    KINDS,
    LISTS,
    REPORTS,
    Account,
    Article,
    Citation,
    Delegate,
    Delegation,
    Entry,
    Finding,
    Issue,
    Location,
    Party,
    Person,
    Process,
    Provision,
    Publisher,
    Rule,
    Transfer,
)
from talks.models.counts import Count


def _by_slugs(model: type[Model], lookups: Iterable[str]) -> tuple[str, ...]:
    """These lookups of columns, with the slug of a row where they lead to one."""
    return tuple(f"{lookup}__slug" if _leads_to_a_row(model, lookup) else lookup for lookup in lookups)


def _leads_to_a_row(model: Any, lookup: str) -> bool:
    *steps, last = lookup.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last).is_relation


# The columns that tell an article's rows apart, that of the entry first, and the others.
KEYS: dict[Any, tuple[str, ...]] = {model: _by_slugs(model, (model.ENTRY, *model.KEY)) for model in REPORTS}
VALUES: dict[Any, tuple[str, ...]] = {model: _by_slugs(model, (*model.VALUES, "paragraphs")) for model in REPORTS}
ARTICLE = (
    "publisher__slug",
    "agency__slug",
    "title",
    "byline",
    "url",
    "archived_url",
    "published",
    "language",
    "summary",
    "retracted",
    "updated",
    "notice",
    "released",
)
DAYS = ("published", "retracted", "updated")  # of an article
VOCABULARY: dict[Any, tuple[type[schema.Part], tuple[str, ...]]] = {
    Process: (schema.ProcessPart, ("title", "summary", "start", "end", "released")),
    Party: (schema.PartyPart, ("name", "aliases", "short", "kind", "country", "order", "colour", "released")),
    Person: (schema.PersonPart, ("name", "aliases", "party__slug", "released")),
    Location: (schema.LocationPart, ("name", "aliases")),
    Issue: (schema.IssuePart, ("title", "group", "order", "description", "released")),
    Publisher: (schema.PublisherPart, ("name", "country", "kind", "ownership")),
    Finding: (schema.FindingPart, ("page", "text", "day", "sources", "publication")),
}
MODELS = {model.__name__: model for model in KEYS}


Values = dict[str, Any]  # {column: value as JSON holds it}, other rows being named by slug
Identity = tuple[Any, tuple]  # what tells a reported row from the others of its article: its model and its key
Reported = dict[Identity, tuple[int, Values]]  # an article's rows: the pk of each, and what it holds
Entries = dict[str, tuple[str, str, str, bool]]  # {slug: (kind, title, publication, notable)}
Parts = dict[str, dict[str, Any]]  # what a file says of each entry, by slug


class Row(NamedTuple):
    """A reported row: where it stands in its file, its model, its key and its values.

    A row that reports an entry as such also has the entry's `kind`, and whether the file calls it a `draft` or
    `notable`.
    """

    place: Place
    model: Any
    key: tuple
    values: Values
    kind: str = ""
    draft: bool = False
    notable: bool = False

    @property
    def entry(self) -> str:
        return self.key[0]

    @property
    def is_mention(self) -> bool:
        """True if it reports an entry as such."""
        return self.model is Citation and not self.key[1]


def plain(value: Any) -> Any:
    """A value as JSON holds it; a date as ISO text, a count as a number or in English words."""
    if isinstance(value, Count):
        return value.plain
    return value.isoformat() if hasattr(value, "isoformat") else value


def numbers(paragraphs: Iterable[int]) -> str:
    return ", ".join(str(number) for number in paragraphs)


# From a file


def article_values(part: schema.ArticlePart) -> Values:
    """An article's columns from its part of the file."""
    return {name: plain(getattr(part, name.removesuffix("__slug"))) or _empty(Article, name) for name in ARTICLE}


def completed(model: Any, values: Values) -> Values:
    """A row's columns as they were kept when there were fewer of them."""
    names = ARTICLE if model is Article else VALUES[model] if model in VALUES else VOCABULARY[model][1]
    return {name: _empty(model, name) for name in names} | values


def completed_key(model: Any, key: Iterable[Any]) -> tuple:
    """A reported row's key as it was kept when there were fewer columns of it; the new ones came last."""
    kept = tuple(key)
    return kept + (None,) * (len(KEYS[model]) - len(kept))


def vocabulary_values(model: Any, part: schema.Part) -> Values:
    """The columns of a vocabulary row from its part of a reference file."""
    names = VOCABULARY[model][1]
    return {name: _first(plain(getattr(part, name.removesuffix("__slug"))), _empty(model, name)) for name in names}


def _first(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _empty(model: Any, name: str) -> Any:
    """What stands in a column that nothing is said for."""
    return model._meta.get_field(name.removesuffix("__slug")).get_default()


def from_file(file: schema.ArticleFile) -> Iterator[Row]:
    """The rows of an `ArticleFile`, owners before what belongs to them."""
    for kind, model in KINDS.items():
        for index, part in enumerate(getattr(file, model.SECTION)):
            yield from _entry_rows((model.SECTION, index), kind, part)
    for index, part in enumerate(file.accounts):
        key = (part.entry, part.party, part.speaker, part.issue)
        yield Row(("accounts", index), Account, key, {"text": part.text, "paragraphs": numbers(part.paragraphs)})


def _entry_rows(place: Place, kind: str, part: Any) -> Iterator[Row]:
    paragraphs = numbers(part.paragraphs)
    texts = {"title": part.title, "summary": part.summary or "", "note": part.note or "", "right_because": ""}
    values = {"value": "", **texts, "paragraphs": paragraphs}
    yield Row(place, Citation, (part.slug, ""), values, kind, part.draft, part.notable)
    own, reasons = part.paragraphs_of or {}, part.right_because or {}
    for name, column in schema.FACTS_OF[type(part)].items():
        value = getattr(part, column)
        if value is not None:
            text = ", ".join(value) if column in LISTS else str(plain(value))
            where = numbers(own[name]) if name in own else paragraphs
            values = {"value": text, "title": "", "summary": "", "note": "", "right_because": reasons.get(name, "")}
            values["paragraphs"] = where
            yield Row((*place, name), Citation, (part.slug, column), values, kind)
    yield from _PART_ROWS.get(kind, lambda place, part: ())(place, part)


def _round_rows(place: Place, part: Any) -> Iterator[Row]:
    for index, delegation in enumerate(part.delegations):
        here = (*place, "delegations", index)
        key = (part.slug, delegation.party)
        values = {
            "role": delegation.role,
            "size": plain(delegation.size),
            "expected": delegation.expected,
            "note": delegation.note or "",
            "right_because": delegation.right_because or "",
            "paragraphs": numbers(delegation.paragraphs),
        }
        yield Row(here, Delegation, key, values)
        for order, member in enumerate(delegation.members):
            values = {
                "title": member.title or "",
                "head": member.head,
                "order": order,
                "right_because": member.right_because or "",
                "paragraphs": numbers(member.paragraphs),
            }
            yield Row((*here, "members", order), Delegate, (*key, member.person), values)


def _swap_rows(place: Place, part: Any) -> Iterator[Row]:
    for index, transfer in enumerate(part.transfers):
        key = (part.slug, transfer.date or transfer.start, transfer.end, transfer.from_, transfer.to, transfer.kind)
        values = {"count": plain(transfer.count), "right_because": transfer.right_because or ""}
        values["paragraphs"] = numbers(transfer.paragraphs)
        yield Row((*place, "transfers", index), Transfer, key, values)


def _proposal_rows(place: Place, part: Any) -> Iterator[Row]:
    for order, provision in enumerate(part.provisions):
        values = {
            "issue__slug": provision.issue,
            "point": provision.point or "",
            "number": provision.number,
            "text": provision.text,
            "order": order,
            "paragraphs": numbers(provision.paragraphs),
        }
        yield Row((*place, "provisions", order), Provision, (part.slug, provision.key), values)


_PART_ROWS = {"round": _round_rows, "swap": _swap_rows, "proposal": _proposal_rows}


# From the database


def from_database(articles: Iterable[int]) -> dict[int, Reported]:
    """{article pk: {(model, key): (pk, values)}} of what the database holds for these articles (pks)."""
    found: dict[int, Reported] = defaultdict(dict)
    wanted = set(articles)
    for model, key_names in KEYS.items():
        names = (*key_names, *VALUES[model])
        order = ["order", "pk"] if "order" in names else ["pk"]
        rows = model.objects.order_by(*order).values_list("article", "pk", *names)
        if len(wanted) < 500:
            rows = rows.filter(article__in=wanted)
        for article, pk, *stored in rows.iterator(chunk_size=5000):
            if article in wanted:
                values = [plain(value) for value in stored]
                key, rest = tuple(values[: len(key_names)]), values[len(key_names) :]
                found[article][model, key] = pk, dict(zip(VALUES[model], rest, strict=True))
    return found


def flat(model: Any, said: Values, place: Place = (), kind: str = "") -> Row:
    """The row of a model with what is said in the columns of KEYS and VALUES."""
    key = tuple(plain(said[name]) for name in KEYS[model])
    return Row(place, model, key, {name: plain(said[name]) for name in VALUES[model]}, kind)


def row_of(row: Any, entry: Entry, place: Place = ()) -> Row:
    """A row as a form has it, of an entry that may not be saved yet, as a flat row."""
    said = {name: _said_in(row, name) for name in (*KEYS[type(row)][1:], *VALUES[type(row)])}
    return flat(type(row), {KEYS[type(row)][0]: entry.slug, **said}, place, entry.kind)


def _said_in(row: Any, lookup: str) -> Any:
    for step in lookup.split("__"):
        row = getattr(row, step, None)
    return row


# To a file


def to_file(article: Values, rows: Reported, entries: Entries) -> dict[str, Any]:
    """What the file of `article` says, as plain values in the order in which people read it.

    `rows` is what `from_database` gives for the article, `entries` what `entries_to_name` gives.
    """
    own = filled(article, ARTICLE)
    own |= {name: day(own[name]) for name in DAYS if name in own}
    content: dict[str, Any] = {"article": {"slug": article["slug"], **own}}
    parts: Parts = {}
    for (model, key), (_, values) in rows.items():
        if model is Citation and not key[1]:
            parts[key[0]] = _mention_part(key[0], values, entries)
    for (model, key), (_, values) in rows.items():
        if model in _TO_PART:
            # An editor may have added a row without a mention of its entry, which a file cannot do without.
            parts.setdefault(key[0], _mention_part(key[0], {"paragraphs": values["paragraphs"]}, entries))
            _TO_PART[model](parts, key, values, entries)
    for kind, model in KINDS.items():
        section = [part for slug, part in parts.items() if entries[slug][0] == kind]
        if section:
            content[model.SECTION] = [_in_order(model, part) for part in section]
    accounts = [_account_part(key, values) for (model, key), (_, values) in rows.items() if model is Account]
    return content | ({"accounts": accounts} if accounts else {})


def filled(values: Values, names: Iterable[str]) -> dict[str, Any]:
    """{name in the file: value} of the values that say something; that a row is not released goes without saying."""
    said = values | ({} if values.get("released") else {"released": None})
    return {name.removesuffix("__slug"): said[name] for name in names if said.get(name) not in (None, "", [])}


def day(text: str) -> datetime.date | str:
    """ISO text as a date, which files give without quotes; a date of which only a part is known stays text."""
    return datetime.date.fromisoformat(text) if len(text) == len("2025-06-02") else text


def _paragraphs(values: Values) -> dict[str, list[int]]:
    return {"paragraphs": [int(number) for number in values["paragraphs"].split(", ") if number]}


def _mention_part(slug: str, values: Values, entries: Entries) -> dict[str, Any]:
    _, title, publication, notable = entries[slug]
    texts = {"title": title, **filled(values, ("title", "summary", "note"))}
    draft = {} if publication == "published" else {"draft": True}  # files know no third state
    flags = draft | ({"notable": True} if notable else {})
    return {"slug": slug, **texts, **flags, **_paragraphs(values)}


def _add_fact(parts: Parts, key: tuple, values: Values, entries: Entries) -> None:
    slug, column = key
    if not column:
        return
    model = KINDS[entries[slug][0]]
    name = {column: name for name, column in schema.FACTS_OF[schema.PARTS[model]].items()}[column]
    part, text = parts[slug], values["value"]
    if column in LISTS:
        part[name] = text.split(", ")
    elif model.FACTS[column].rule is Rule.DATE:
        part[name] = day(text)
    else:
        part[name] = int(text) if isinstance(model._meta.get_field(column), IntegerField) else text
    if values["right_because"]:
        part.setdefault("right_because", {})[name] = values["right_because"]
    if _paragraphs(values)["paragraphs"] != part["paragraphs"]:
        part.setdefault("paragraphs_of", {})[name] = _paragraphs(values)["paragraphs"]


def _add_delegation(parts: Parts, key: tuple, values: Values, entries: Entries) -> None:
    said = values | {"expected": values["expected"] or None}  # false goes without saying
    named = filled(said, ("role", "size", "expected", "note", "right_because"))
    parts[key[0]].setdefault("delegations", []).append({"party": key[1], **named, **_paragraphs(values)})


def _add_delegate(parts: Parts, key: tuple, values: Values, entries: Entries) -> None:
    delegation = next(part for part in parts[key[0]]["delegations"] if part["party"] == key[1])
    part = {"person": key[2], **filled(values, ("title", "head", "right_because")), **_paragraphs(values)}
    members = delegation.setdefault("members", [])
    members.append(part)


def _add_transfer(parts: Parts, key: tuple, values: Values, entries: Entries) -> None:
    swap, start, until, from_party, to_party, kind = key
    when = {"start": day(start), "end": day(until)} if until else {"date": day(start)} if start else {}
    said = filled(values, ("count", "right_because"))
    part = when | {"from": from_party, "to": to_party, "kind": kind} | said | _paragraphs(values)
    parts[swap].setdefault("transfers", []).append(part)


def _add_provision(parts: Parts, key: tuple, values: Values, entries: Entries) -> None:
    named = filled(values, ("number", "issue__slug", "point", "text"))
    parts[key[0]].setdefault("provisions", []).append({"key": key[1], **named, **_paragraphs(values)})


_TO_PART = {
    Citation: _add_fact,
    Delegation: _add_delegation,
    Delegate: _add_delegate,
    Transfer: _add_transfer,
    Provision: _add_provision,
}
WRITTEN = {*_TO_PART, Account}


def _account_part(key: tuple, values: Values) -> dict[str, Any]:
    named = dict(zip(("entry", "party", "speaker", "issue"), key, strict=True))
    return {name: value for name, value in named.items() if value} | {"text": values["text"]} | _paragraphs(values)


def _in_order(model: Any, part: dict[str, Any]) -> dict[str, Any]:
    """The part with its fields in the order of the schema, which is the order in which people read them."""
    declared = schema.PARTS[model].model_fields
    names = [field.alias or name for name, field in declared.items()]
    return dict(sorted(part.items(), key=lambda item: names.index(item[0])))


def entries_to_name() -> Entries:
    """{slug: (kind, title, publication, notable)} of all entries."""
    columns = Entry.objects.values_list("slug", "kind", "title", "publication", "notable")
    return {slug: (kind, title, publication, notable) for slug, kind, title, publication, notable in columns}
