"""Facts in words: dates, lengths, countries, languages, and what stands in the columns of an entry.

Values come as citations hold them (text); what is shown comes from here, so that one fact reads the same everywhere, in
the language of the page. A sentence that is put together is nested (“%(told)s with %(names)s”), so that a translation
chooses the order and the marks between its clauses, and no name has to be inflected.
"""

from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from talks.models import KINDS
from talks.record.facts import Version, named_model
from talks.words.language import OfRecord, country
from talks.words.time import length, partial_date

LABELS = {
    "start": pgettext_lazy("fact", "Date"),
    "end": pgettext_lazy("fact", "Last day"),
    "process": pgettext_lazy("fact", "Series"),
    "number": pgettext_lazy("fact", "Number in the series"),
    "status": pgettext_lazy("fact", "Status"),
    "city": pgettext_lazy("fact", "Place"),
    "country": pgettext_lazy("fact", "Country"),
    "venue": pgettext_lazy("fact", "Venue"),
    "duration_minutes": pgettext_lazy("fact", "Length"),
    "outcome": pgettext_lazy("fact", "Outcome"),
    "agreed_at": pgettext_lazy("fact", "Agreed at"),
    "mediators": pgettext_lazy("fact", "Mediated by"),
    "form": pgettext_lazy("fact", "Form"),
    "coverage": pgettext_lazy("fact", "What was read"),
    "presented_at": pgettext_lazy("fact", "Tabled at"),
    "supersedes": pgettext_lazy("fact", "Replaces"),
    "answers": pgettext_lazy("fact", "Answers"),
    "event_kind": pgettext_lazy("fact", "Sort of event"),
    "parties": pgettext_lazy("fact", "Parties"),
    "issues": pgettext_lazy("fact", "Issues"),
}


def statuses(known):
    """[(status in words, day of its latest report, its citations)] as last reported; several where sources differ."""
    if "status" not in known.facts:
        return []
    fact = known.facts["status"]
    return [
        (value_in_words(known.entry, "status", one.value), one.citations[-1].published, one.citations)
        for one in (fact.versions if fact.disputed else [Version(fact.value, fact.citations)])
    ]


@dataclass(frozen=True)
class ShownVersion:
    """One reported value of a fact: its `words`, the `links` (rows with a page) it names, and its sources."""

    words: str
    links: list
    citations: list


@dataclass(frozen=True)
class ShownFact:
    """A fact as a page shows it. If `disputed`, all versions stand side by side; else only the first is shown."""

    field: str
    label: str
    versions: list[ShownVersion]
    disputed: bool


def shown_facts(known, names, without=()):
    """[ShownFact] of an entry, but for those in `without`; `names` is what `talks.queries.names_in` found for it."""
    shown = []
    for field, fact in known.facts.items():
        if field in without:
            continue
        versions = [shown_version(known.entry, field, version, names) for version in shown_values(fact)]
        versions = [version for version in versions if version]
        if versions:
            shown.append(ShownFact(field, str(LABELS[field]), versions, fact.disputed))
    return shown


def shown_values(fact):
    """The versions to show: all where they differ, else the accepted value with its sources."""
    if fact.disputed:
        return fact.versions
    return [Version(fact.value, fact.citations)]


def shown_version(entry, field, version, names):
    """A version in words, or None if it names nothing that may be shown."""
    model = named_model(entry, field)
    if model is None:
        return ShownVersion(value_in_words(entry, field, version.value), [], version.citations)
    links = [names[model, slug] for slug in version.value.split(", ") if (model, slug) in names]
    return ShownVersion(", ".join(map(str, links)), links, version.citations) if links else None


def value_in_words(entry, field, value):
    """The text of a citation's value as readers see it."""
    column = KINDS[entry.kind]._meta.get_field(field)
    if field in ("start", "end"):
        return partial_date(value)
    if field == "country":
        return country(value)
    if field == "duration_minutes":
        return length(int(value))
    if column.choices:
        return str(dict(column.choices).get(value, value))
    return value if value.isdigit() else OfRecord(value)
