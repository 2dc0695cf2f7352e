"""Facts in words: dates, lengths, countries, languages, and what stands in the columns of an entry.

Values come as citations hold them (text); what is shown comes from here, so that one fact reads the same everywhere, in
the language of the page. A sentence that is put together is nested (“%(told)s with %(names)s”), so that a translation
chooses the order and the marks between its clauses, and no name has to be inflected.
"""

import datetime
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, ngettext, ngettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from talks import attendance, dates
from talks.balance import UNKNOWN
from talks.facts import Version, named_model
from talks.models import (
    KINDS,
    Account,
    Citation,
    Delegate,
    Delegation,
    Entry,
    Kind,
    Provision,
    Publisher,
    Swap,
    Transfer,
)
from talks.settle import IN_WORDS

MARK_NAME = 36  # letters of a name beside a mark of the overview

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

# The words of each kind of entry: one, as in `Kind`; the one that a page is about; all; so many of them, as of other
# things that pages count.
THIS = {
    Kind.ROUND: _("This round"),
    Kind.SWAP: _("This swap"),
    Kind.PROPOSAL: _("This proposal"),
    Kind.EVENT: _("This event"),
}
KINDS_LABELS = {
    Kind.ROUND: _("Rounds"),
    Kind.SWAP: _("Swaps"),
    Kind.PROPOSAL: _("Proposals"),
    Kind.EVENT: _("Events"),
}
COUNTED = {
    Kind.ROUND: ngettext_lazy("%(count)s round", "%(count)s rounds", "total"),
    Kind.SWAP: ngettext_lazy("%(count)s swap", "%(count)s swaps", "total"),
    Kind.PROPOSAL: ngettext_lazy("%(count)s proposal", "%(count)s proposals", "total"),
    Kind.EVENT: ngettext_lazy("%(count)s event", "%(count)s events", "total"),
    "entries": ngettext_lazy("%(count)s entry", "%(count)s entries", "total"),
    "people": ngettext_lazy("%(count)s person", "%(count)s people", "total"),
    "articles": ngettext_lazy("%(count)s article", "%(count)s articles", "total"),
    "sources": ngettext_lazy("%(count)s independent source", "%(count)s independent sources", "total"),
    "facts": ngettext_lazy("%(count)s fact", "%(count)s facts", "total"),
    "points": ngettext_lazy("%(count)s point", "%(count)s points", "total"),
    "issues": ngettext_lazy("%(count)s issue", "%(count)s issues", "total"),
}
# What a swap hands over, behind a number of it.
MOVED = {
    Transfer.TransferKind.PRISONERS_OF_WAR: ngettext_lazy("prisoners of war", "prisoners of war", "total"),
    Transfer.TransferKind.CIVILIANS: ngettext_lazy("civilians", "civilians", "total"),
    Transfer.TransferKind.REMAINS: ngettext_lazy("remains", "remains", "total"),
    Transfer.TransferKind.CHILDREN: ngettext_lazy("children", "children", "total"),
}

SORTINGS = {
    attendance.PARTY: pgettext_lazy("people are sorted by", "party"),
    attendance.FIRST: pgettext_lazy("people are sorted by", "first round"),
    attendance.MOST: pgettext_lazy("people are sorted by", "number of rounds"),
    attendance.NAME: pgettext_lazy("people are sorted by", "name"),
}

MISSING = {
    "round": _("There is no round “%(slug)s” here."),
    "swap": _("There is no swap “%(slug)s” here."),
    "proposal": _("There is no proposal “%(slug)s” here."),
    "event": _("There is no event “%(slug)s” here."),
    "entry": _("There is no entry “%(slug)s” here."),
    "round or proposal": _("There is no round or proposal “%(slug)s” here."),
    "party": _("There is no party “%(slug)s” here."),
    "issue": _("There is no issue “%(slug)s” here."),
    "process": _("There is no process “%(slug)s” here."),
    "person": _("There is no person “%(slug)s” here."),
    "article": _("There is no article “%(slug)s” here."),
    "publisher": _("There is no publisher “%(slug)s” here."),
}


class OfRecord(str):
    """A text as the record holds it, in its language; all other words here are in that of the page."""


def locale():
    """Babel's locale of the active language."""
    return _locale(get_language() or settings.LANGUAGE_CODE)


# Babel takes its time, and the same days and numbers recur on every page.
_locale = cache(Locale.parse)
_date = lru_cache(maxsize=4096)(format_date)
_decimal = lru_cache(maxsize=4096)(format_decimal)


def country(code):
    """The name of a country by its ISO 3166 code; the code itself if there is none."""
    return locale().territories.get(code, code)


def language(code):
    """The name of a language by its ISO 639-1 code; the code itself if there is none."""
    return locale().languages.get(code, code)


def number(value):
    """A count with its thousands apart: 1,000."""
    return _decimal(value, locale=locale())


def share(part, whole):
    """How much of a whole a part is: “18.1%”; an empty text where there is no whole."""
    return format_percent(part / whole, format="#,##0.0%", locale=locale()) if whole else ""


def side(code):
    """A country of `talks.balance` in words."""
    return gettext("country not recorded") if code == UNKNOWN else country(code)


def ownership(value):
    """The ownership of a publisher in words."""
    return str(Publisher.Ownership(value).label) if value else gettext("Not recorded")


def all_of(names):
    """Names as a list in words: “Freedonia, Sylvania and Firefly”."""
    return get_text_list(list(map(str, names)), pgettext("before the last of a list", "and"))


def any_of(names):
    """Names as a choice in words: “round or swap”."""
    return get_text_list(list(map(str, names)), pgettext("before the last of a list", "or"))


def length(minutes):
    """Minutes in words: 65 gives “1 h 5 min”."""
    hours, rest = divmod(minutes, 60)
    told = [gettext("%(hours)s h") % {"hours": hours}] if hours else []
    told += [gettext("%(minutes)s min") % {"minutes": rest}] if rest else []
    return " ".join(told)


def day(date):
    """A day in words: “2 June 2025”."""
    return _date(date, "d MMMM y", locale=locale())


def month(date):
    """A month in words, as a heading: “June 2025”."""
    return _date(date, "LLLL y", locale=locale())


def month_alone(date):
    """The name of a month: “June”."""
    return _date(date, "LLLL", locale=locale())


def month_short(date):
    """The name of a month where there is little room: “Jun”."""
    return _date(date, "LLL", locale=locale())


def year(date):
    """A year: “2025”."""
    return str(date.year)


def day_and_month(date):
    """A day under words that give the year: “2 June”."""
    return _date(date, "d MMMM", locale=locale())


def weekday(date):
    """“Monday”."""
    return _date(date, "cccc", locale=locale())


def partial_date(text):
    """A partial date (ISO text) in words: “2 June 2025”, “June 2025”, “2025”."""
    start, precision = dates.parse(text)
    return {"day": day, "month": month, "year": year}[precision](start)


def period(start, end):
    """Two days in words, without saying anything twice: “23–25 May 2025”, “30 May – 2 June 2025”."""
    if not end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    if start.year == end.year:
        return f"{day_and_month(start)} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def since_day(date):
    return gettext("from %(day)s") % {"day": day(date)}


def until_day(date):
    return gettext("to %(day)s") % {"day": day(date)}


def months(since, until):
    """A period in words, by months where it is made of whole ones: “May to July 2025”, “from 3 May 2025”."""
    if not (since and until):
        return since_day(since) if since else until_day(until)
    whole = since.day == 1 and (until + datetime.timedelta(days=1)).day == 1
    if not whole:
        return period(since, until if until != since else None)
    if (since.month, until.month) == (1, 12):
        return year(since) if since.year == until.year else _single(year(since), year(until))
    if (since.year, since.month) == (until.year, until.month):
        return month(until)
    if since.year == until.year:
        return _single(month_alone(since), month(until))
    return gettext("%(first)s to %(last)s") % {"first": month(since), "last": month(until)}


def _single(first, last):
    return pgettext("single words, such as months of one year", "%(first)s to %(last)s") % {
        "first": first,
        "last": last,
    }


def heading(known):
    """Under which words an entry stands on the timeline: its month, or its year if no more is reported."""
    if known.precision == Entry.Precision.YEAR:
        return gettext("%(year)s, month not reported") % {"year": year(known.start)}
    return month(known.start)


def kind_label(kind):
    """“Round” for "round"."""
    return str(Kind(kind).label)


def kinds_label(kind):
    """“Rounds” for "round"."""
    return str(KINDS_LABELS[kind])


def this(kind):
    """“This round” for "round"."""
    return str(THIS[kind])


def counted(kind, total):
    """So many entries of a kind, or other things: “1 round”, “1,000 rounds”, “2 people”."""
    return COUNTED[kind] % {"total": total, "count": number(total)}


def moved(transfer):
    """What a transfer of a swap hands over, behind its number, or the last of them where sources differ."""
    kind, counts = transfer.rows[0].kind, transfer.counts
    return MOVED[kind] % {"total": counts[-1].value} if counts else str(Transfer.TransferKind(kind).label).lower()


def missing(noun, slug):
    """That there is nothing of this name, in a sentence."""
    return MISSING[noun] % {"slug": slug}


def did_you_mean(slug, known):
    """“Did you mean ‘ukraine’?” if a known slug is close, else an empty text."""
    close = get_close_matches(slug, known, n=1)
    return gettext("Did you mean “%(slug)s”?") % {"slug": close[0]} if close else ""


def choice(one):
    """One choice of a filter in words: “Rounds”, “Ukraine”."""
    return kinds_label(one) if isinstance(one, str) else str(one)


def filter_in_words(total, *, kind, party, issue, process, person, q="", since=None, until=None):
    """What a filter of the timeline chooses, in words: “14 rounds with Ukraine and Russia, May to July 2025”."""
    told = _entries(total, kind)
    if involved := [*party, *person]:
        told = gettext("%(told)s with %(names)s") % {"told": told, "names": all_of(involved)}
    if issue:
        told = gettext("%(told)s on %(issues)s") % {"told": told, "issues": all_of(one.title.lower() for one in issue)}
    if process:
        told = gettext("%(told)s of %(series)s") % {"told": told, "series": any_of(process)}
    if q:
        told = gettext("%(told)s that mention “%(words)s”") % {"told": told, "words": q}
    if since or until:
        told = gettext("%(told)s, %(period)s") % {"told": told, "period": months(since, until)}
    return told


def _entries(total, kinds):
    """“2 entries”, “2 rounds”, “2 rounds and swaps”."""
    if len(kinds) == 1:
        return counted(kinds[0], total)
    if not kinds:
        return counted("entries", total)
    # Translators: two kinds or more, such as “1 round or swap” and “5 rounds and swaps”.
    return ngettext("%(count)s %(kind)s", "%(count)s %(kinds)s", total) % {
        "count": number(total),
        "kind": any_of(kind_label(one).lower() for one in kinds),
        "kinds": all_of(kinds_label(one).lower() for one in kinds),
    }


def transfer_kind(kind):
    """“Prisoners of war”."""
    return str(Transfer.TransferKind(kind).label)


def status_label(status):
    """“Completed”."""
    return str(Swap.SwapStatus(status).label)


def states_in_words(states):
    """What the latest reports say of a swap, in words: “Completed”, “Agreed or completed”."""
    return _or(map(status_label, states)).capitalize() if states else gettext("No status reported")


def direction(giver, receiver):
    """“Freedonia → Sylvania”."""
    return f"{giver} → {receiver}"


def direction_value(giver, receiver):
    """A direction as addresses have it."""
    return f"{giver.slug}-to-{receiver.slug}"


def swaps_in_words(total, *, status, direction, kind):
    """What a filter of the ledger chooses: “12 swaps, completed or agreed; remains; Freedonia → Sylvania”."""
    told = counted(Kind.SWAP, total)
    told = f"{told}, {any_of(status_label(one).lower() for one in status)}" if status else told
    clauses = [any_of(transfer_kind(one).lower() for one in kind)] if kind else []
    clauses += [any_of(f"{giver} → {receiver}" for giver, receiver in direction)] if direction else []
    return "; ".join([told, *clauses])


def statuses(known):
    """[(status in words, day of its latest report, its citations)] as last reported; several where sources differ."""
    if "status" not in known.facts:
        return []
    fact = known.facts["status"]
    return [
        (value_in_words(known.entry, "status", one.value), one.citations[-1].published, one.citations)
        for one in (fact.versions if fact.disputed else [Version(fact.value, fact.citations)])
    ]


def transfer_days(transfer):
    """When a transfer was, in words."""
    return period(transfer.date, transfer.until) if transfer.date else gettext("no date given")


def stands_short(known):
    """When an entry was, under a heading that gives the year: “2 June”, “23–25 May”, “June”."""
    if known.precision == Entry.Precision.MONTH:
        return month_alone(known.start)
    if known.precision == Entry.Precision.YEAR:
        return year(known.start)
    if not known.end:
        return day_and_month(known.start)
    if (known.start.year, known.start.month) == (known.end.year, known.end.month):
        return f"{known.start.day}–{day_and_month(known.end)}"
    return f"{day_and_month(known.start)} – {day_and_month(known.end)}"


def interval(one, other):
    """How far another dated entry is from this one: “17 days later”; nothing where a day is not known."""
    if {one.precision, other.precision} != {Entry.Precision.DAY} or one.start == other.start:
        return ""
    days = (other.start - one.start).days
    told = (
        ngettext("%(count)s day later", "%(count)s days later", days)
        if days > 0
        else ngettext("%(count)s day earlier", "%(count)s days earlier", -days)
    )
    return told % {"count": number(abs(days))}


def date_note(known):
    """What stands small under a date: the weekday, or how much of the date is known."""
    if known.precision == Entry.Precision.REPORTED:
        return gettext("first reported; no article gives a date")
    if known.precision == Entry.Precision.DAY:
        return f"{weekday(known.start)} – {weekday(known.end)}" if known.end else weekday(known.start)
    return until_day(known.end) if known.end else gettext("day not reported")


def stands(known):
    """When an entry was, in words. Without a reported date it says so, and when it was first reported."""
    if known.precision == Entry.Precision.REPORTED:
        return gettext("no date given; first reported %(day)s") % {"day": day(known.start)}
    if known.precision == Entry.Precision.DAY:
        return period(known.start, known.end)
    told = partial_date(dates.text(known.start, known.precision))
    return gettext("%(date)s, to %(day)s") % {"date": told, "day": day(known.end)} if known.end else told


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
            shown.append(ShownFact(field, str(LABELS[field]), versions, fact.disputed))
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


def mark_name(mark):
    """What may stand beside an entry's mark on the overview, or nothing if it would be long."""
    if mark["kind"] == Kind.ROUND and mark["city"]:
        return f"{mark['city']}, {day_and_month(mark['stands'])}"
    return mark["title"] if len(mark["title"]) <= MARK_NAME else ""


def brief(known):
    """The few facts that stand beside an entry's title on lists, in words; all versions where sources differ."""
    told = [known.facts[field] for field in KINDS[known.entry.kind].BRIEF if field in known.facts]
    return [_or(value_in_words(known.entry, fact.field, version.value) for version in _versions(fact)) for fact in told]


def _or(values):
    word = pgettext("between values that differ", "or")
    return f" {word} ".join(values)


def disputed_labels(known):
    """What the sources differ on, in words: “country, status”."""
    return ", ".join(LABELS[fact.field].lower() for fact in known.disputed)


def row_in_words(row, entry, names):
    """A reported row in one line, for the page of its article; None if it names only what may not be shown."""
    match row:
        case Citation(field=""):
            return OfRecord(row.note or row.summary) or gettext("reports it")
        case Citation():
            version = shown_version(entry, row.field, Version(row.value, [row]), names)
            return version and f"{LABELS[row.field]}: {version.words}"
        case Delegation():
            return _delegation(row)
        case Delegate():
            head = gettext("head of delegation") if row.head else ""
            return ", ".join(filter(None, [str(row.person), head, row.title]))
        case Transfer():
            return _transfer(row)
        case Provision():
            return OfRecord(row.text)
        case Account():
            return OfRecord(f"{row.speaker or row.party}: {row.text}")


def _delegation(row):
    told = [gettext("Delegation of %(party)s: %(role)s") % {"party": row.party, "role": row.get_role_display().lower()}]
    if row.size:
        told.append(counted("people", row.size))
    if row.expected:
        told.append(pgettext("a delegation", "expected"))
    return ", ".join(told)


def _transfer(row):
    return gettext("%(what)s from %(giver)s to %(receiver)s: %(count)s, %(when)s") % {
        "what": row.get_kind_display(),
        "giver": row.from_party,
        "receiver": row.to_party,
        "count": number(row.count) if row.count else gettext("number not reported"),
        "when": day(row.date) if row.date else gettext("no date given"),
    }


def place(known):
    """The city of an entry as the heading of a column; all versions where sources differ, nothing if none is known."""
    fact = known.facts.get("city")
    return OfRecord(_or(version.value for version in _versions(fact))) if fact else ""


def stands_brief(known):
    """When an entry was, as the heading of a column: “2 Jun 2025”, “Jun 2025”, “2025”."""
    if known.precision == Entry.Precision.YEAR:
        return year(known.start)
    told = "LLL y" if known.precision == Entry.Precision.MONTH else "d MMM y"
    return _date(known.start, told, locale=locale())


def heading_reports(known):
    """The first report of each thing that the heading of a column says: the date and the city."""
    facts = [known.facts[field] for field in ("start", "city") if field in known.facts]
    rows = [version.citations[0] for fact in facts for version in _versions(fact)]
    return rows or known.mentions[:1]


def sorting(sort):
    """An order of people in words."""
    return str(SORTINGS[sort])


def seat(seat):
    """How a person sat at a round, in a word or two: “head”, “member”."""
    if seat.expected:
        return gettext("expected as head, not seen") if seat.head else gettext("expected, not seen")
    if seat.differs:
        return gettext("head or member, sources differ")
    return pgettext("of a delegation", "head") if seat.head else pgettext("of a delegation", "member")


def seat_mark(seat):
    """Which mark stands for it: head, member, differs, expected."""
    if seat.expected:
        return "expected"
    if seat.differs:
        return "differs"
    return "head" if seat.head else "member"


def seat_row(row):
    """What one article says of a person at a round, beside the title: “head of delegation”."""
    heads = {True: gettext("head of delegation"), False: gettext("a plain member"), None: ""}
    own = row.delegation.party_id == row.person.party_id
    of_party = "" if own else gettext("in the delegation of %(party)s") % {"party": row.delegation.party}
    expected = pgettext("a delegate", "expected") if row.delegation.expected else ""
    return ", ".join(
        filter(None, [expected, heads[row.head], of_party, "" if row.title else gettext("no title given")])
    )


def paragraphs(row):
    """Where in its article a reported row stands, in words."""
    numbers = row.paragraph_numbers
    if not numbers:
        return gettext("paragraph not recorded")
    if len(numbers) == 1:
        return gettext("paragraph %(number)s") % {"number": row.paragraphs}
    return gettext("paragraphs %(numbers)s") % {"numbers": row.paragraphs}


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
        return str(dict(column.choices).get(value, value))
    return value if value.isdigit() else OfRecord(value)
