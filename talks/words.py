"""Facts in words: dates, lengths, countries, languages, and what stands in the columns of an entry.

Values come as citations hold them (text); what is shown comes from here, so that one fact reads the same everywhere.
"""

import datetime
from dataclasses import dataclass

from babel import Locale
from django.utils import formats
from django.utils.text import get_text_list

from talks import dates
from talks.facts import Version, named_model
from talks.models import KINDS, Account, Citation, Delegate, Delegation, Entry, Kind, Provision, Transfer
from talks.settle import IN_WORDS

LOCALE = Locale("en")

LABELS = {
    "start": "Date",
    "end": "Last day",
    "process": "Series",
    "number": "Number in the series",
    "status": "Status",
    "city": "Place",
    "country": "Country",
    "venue": "Venue",
    "duration_minutes": "Length",
    "outcome": "Outcome",
    "agreed_at": "Agreed at",
    "mediators": "Mediated by",
    "form": "Form",
    "coverage": "What was read",
    "presented_at": "Tabled at",
    "supersedes": "Replaces",
    "event_kind": "Sort of event",
    "parties": "Parties",
    "issues": "Issues",
}


def country(code):
    """The name of a country by its ISO 3166 code; the code itself if there is none."""
    return LOCALE.territories.get(code, code)


def language(code):
    """The name of a language by its ISO 639-1 code; the code itself if there is none."""
    return LOCALE.languages.get(code, code)


def length(minutes):
    """Minutes in words: 65 gives “1 h 5 min”."""
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, [f"{hours} h" if hours else "", f"{rest} min" if rest else ""]))


def day(date):
    """A day in words: “2 June 2025”."""
    return f"{date.day} {date:%B %Y}"


def partial_date(text):
    """A partial date (ISO text) in words: “2 June 2025”, “June 2025”, “2025”."""
    start, precision = dates.parse(text)
    return {"day": day(start), "month": f"{start:%B %Y}", "year": f"{start:%Y}"}[precision]


def period(start, end):
    """Two days in words, without saying anything twice: “23–25 May 2025”, “30 May – 2 June 2025”."""
    if not end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%B} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def months(since, until):
    """A period in words, by months where it is made of whole ones: “May to July 2025”, “from 3 May 2025”."""
    if not (since and until):
        return f"from {day(since)}" if since else f"to {day(until)}"
    whole = since.day == 1 and (until + datetime.timedelta(days=1)).day == 1
    if not whole:
        return period(since, until if until != since else None)
    if (since.month, until.month) == (1, 12):
        return f"{since:%Y}" if since.year == until.year else f"{since:%Y} to {until:%Y}"
    if (since.year, since.month) == (until.year, until.month):
        return f"{until:%B %Y}"
    return f"{since:%B}{'' if since.year == until.year else f' {since:%Y}'} to {until:%B %Y}"


def choice(one):
    """One choice of a filter in words: “Rounds”, “Ukraine”."""
    return f"{Kind(one).label}s" if isinstance(one, str) else str(one)


def filter_in_words(total, *, kind, party, issue, process, person, q="", since=None, until=None):
    """What a filter of the timeline chooses, in words: “14 rounds with Ukraine and Russia, May to July 2025”."""
    one, many = ("entry", "entries")
    if kind:
        one = get_text_list([Kind(one).label.lower() for one in kind], "or")
        many = get_text_list([choice(one).lower() for one in kind], "and")
    told = f"{number(total)} {one if total == 1 else many}"
    involved = [*party, *person]
    told += f" with {get_text_list([str(one) for one in involved], 'and')}" if involved else ""
    told += f" on {get_text_list([one.title.lower() for one in issue], 'and')}" if issue else ""
    told += f" of {get_text_list([one.title for one in process], 'or')}" if process else ""
    told += f" that mention “{q}”" if q else ""
    return told + (f", {months(since, until)}" if since or until else "")


def stands(known):
    """When an entry was, in words. Without a reported date it says so, and when it was first reported."""
    if known.precision == Entry.Precision.REPORTED:
        return f"no date given; first reported {day(known.start)}"
    if known.precision == Entry.Precision.DAY:
        return period(known.start, known.end)
    return partial_date(dates.text(known.start, known.precision)) + (f", to {day(known.end)}" if known.end else "")


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
        versions = [shown_version(known.entry, field, version, names) for version in _versions(fact)]
        versions = [version for version in versions if version]
        if versions:
            shown.append(ShownFact(field, LABELS[field], versions, fact.disputed))
    return shown


def _versions(fact):
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


def brief(known):
    """The few facts that stand beside an entry's title on lists, in words; all versions where sources differ."""
    told = [known.facts[field] for field in KINDS[known.entry.kind].BRIEF if field in known.facts]
    return [" or ".join(value_in_words(known.entry, fact.field, v.value) for v in _versions(fact)) for fact in told]


def disputed_labels(known):
    """What the sources differ on, in words: “country, status”."""
    return ", ".join(LABELS[fact.field].lower() for fact in known.disputed)


def row_in_words(row, entry, names):
    """A reported row in one line, for the page of its article; None if it names only what may not be shown."""
    match row:
        case Citation(field=""):
            return row.note or row.summary or "reports it"
        case Citation():
            version = shown_version(entry, row.field, Version(row.value, [row]), names)
            return version and f"{LABELS[row.field]}: {version.words}"
        case Delegation():
            size = f", {row.size} people" if row.size else ""
            expected = ", expected" if row.expected else ""
            return f"Delegation of {row.party}: {row.get_role_display().lower()}{size}{expected}"
        case Delegate():
            head = ", head of delegation" if row.head else ""
            return f"{row.person}{head}{f', {row.title}' if row.title else ''}"
        case Transfer():
            many = number(row.count) if row.count else "number not reported"
            when = day(row.date) if row.date else "no date given"
            return f"{row.get_kind_display()} from {row.from_party} to {row.to_party}: {many}, {when}"
        case Provision():
            return row.text
        case Account():
            return f"{row.speaker or row.party}: {row.text}"


def found_in(known, rows, query, most=2):
    """[(text, its rows)] of the reported rows of an entry that hold words of a search, those with most of them first.

    `rows`: its provisions, accounts and delegates; notes and facts in words are looked through, too.
    """
    facts = [citation for name in IN_WORDS if name in known.facts for citation in known.facts[name].citations]
    told = {}
    for row in [*rows, *known.notes, *facts]:
        text = row_in_words(row, known.entry, {})
        if query.told_in(text):
            told.setdefault(text, []).append(row)
    return sorted(told.items(), key=lambda item: -query.told_in(item[0]))[:most]


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
        return dict(column.choices).get(value, value)
    return value


def number(value):
    """A count with its thousands apart: 1,000."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)
