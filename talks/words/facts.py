"""Facts in words: dates, lengths, countries, languages, and what stands in the columns of an entry.

Values come as citations hold them (text); what is shown comes from here, so that one fact reads the same everywhere, in
the language of the page. A sentence that is put together is nested (“%(told)s with %(names)s”), so that a translation
chooses the order and the marks between its clauses, and no name has to be inflected.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Field

from talks.models import KINDS, LISTS, Citation, Entry, Say
from talks.record.facts import KnownEntry, KnownFact, Version, named_model
from talks.words.language import OfRecord, country
from talks.words.places import place_name
from talks.words.time import length, partial_date

SAID = {
    Say.DATE: partial_date,
    Say.COUNTRY: country,
    Say.PLACE: place_name,
    Say.MINUTES: lambda text: length(int(text)),
}


def fact_label(kind: str, fact: str) -> str:
    """What a fact of a kind of entry is called: “Place” for "city"."""
    return str(KINDS[kind].FACTS[fact].label)


def fact_labels() -> dict[str, str]:
    """{fact: what it is called} of the facts of all kinds; with all names of one that kinds call by several."""
    labels: dict[str, dict[str, None]] = {}
    for model in KINDS.values():
        for name, fact in model.FACTS.items():
            labels.setdefault(name, {})[str(fact.label)] = None
    return {name: " / ".join(called) for name, called in labels.items()}


def statuses(known: KnownEntry) -> list[tuple[str, datetime.date, list[Citation]]]:
    """[(status in words, day of its latest report, its citations)] as last reported; several where sources differ."""
    if "status" not in known.facts:
        return []
    fact = known.facts["status"]
    return [
        (value_in_words(known.entry, "status", one.value), one.citations[-1].published, one.citations)
        for one in fact.shown
    ]


@dataclass(frozen=True)
class ShownVersion:
    """One reported value of a fact: its `words`, the `links` (rows with a page) it names, and its sources."""

    words: str
    links: list
    citations: list


@dataclass(frozen=True)
class ShownFact:
    """A fact as a page shows it. If `disputed` or `retold` (see `KnownFact`), its versions stand side by side, else one
    after the other as a list."""

    field: str
    label: str
    versions: list[ShownVersion]
    disputed: bool
    retold: bool


def shown_facts(known: KnownEntry, names: dict, without: Iterable[str] = ()) -> list[ShownFact]:
    """[ShownFact] of an entry, but for those in `without`; `names` is what `talks.queries.names_in` found for it."""
    shown = []
    for field, fact in known.facts.items():
        if field in without:
            continue
        every = (shown_version(known.entry, field, version, names) for version in told_alike(fact))
        versions = [version for version in every if version]
        if versions:
            label = fact_label(known.entry.kind, field)
            shown.append(ShownFact(field, label, versions, fact.disputed, fact.retold))
    return shown


def told_alike(fact: KnownFact) -> list[Version]:
    """The versions to show; of a list its names, together where the same reports give them."""
    if fact.field not in LISTS:
        return fact.shown
    groups: dict[tuple[int, ...], Version] = {}
    for slug in fact.values:
        reports = [row for version in fact.versions for row in version.citations if slug in version.value.split(", ")]
        key = tuple(map(id, reports))
        names = f"{groups[key].value}, {slug}" if key in groups else slug
        groups[key] = Version(names, reports)
    return list(groups.values())


def shown_version(entry: Entry, field: str, version: Version, names: dict) -> ShownVersion | None:
    """A version in words, or None if it names nothing that may be shown."""
    model = named_model(entry, field)
    if model is None:
        return ShownVersion(value_in_words(entry, field, version.value), [], version.citations)
    links = [names[model, slug] for slug in version.value.split(", ") if (model, slug) in names]
    return ShownVersion(", ".join(map(str, links)), links, version.citations) if links else None


def value_in_words(entry: Entry, field: str, value: str) -> str:
    """The text of a citation's value as readers see it; other rows by their slugs."""
    model = KINDS[entry.kind]
    fact = model.FACTS[field]
    if fact.say:
        return SAID[fact.say](value)
    column = None if fact.lists else model._meta.get_field(field)
    if isinstance(column, Field) and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return value if value.isdigit() else OfRecord(value)
