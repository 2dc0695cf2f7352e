"""What stands beside the title of an entry: when it was, where, and its few facts."""

import textwrap
from collections.abc import Iterable

from django.utils.translation import gettext, ngettext, pgettext

from talks.models import KINDS, Citation, Entry, Kind
from talks.record import dates
from talks.record.facts import KnownEntry, KnownFact
from talks.record.merged import MergedTransfer
from talks.record.overview import Marked
from talks.words.facts import fact_label, value_in_words
from talks.words.kinds import counted
from talks.words.language import either, locale, number
from talks.words.places import place_name
from talks.words.time import (
    day,
    day_and_month,
    formatted,
    month,
    month_alone,
    partial_date,
    partial_period,
    weekday,
    year,
)

MARK_NAME = 44  # letters of a name beside a mark of the overview


def heading(known: KnownEntry) -> str:
    """Under which words an entry stands on the timeline: its month, or its year if no more is reported."""
    if known.precision == Entry.Precision.YEAR:
        return gettext("%(year)s, month not reported") % {"year": year(known.start)}
    return month(known.start)


def stands_short(known: KnownEntry) -> str:
    """When an entry was, under a heading that gives the year: “2 June”, “23–25 May”, “June”."""
    if known.precision == Entry.Precision.MONTH:
        return month_alone(known.start)
    if known.precision == Entry.Precision.YEAR:
        return year(known.start)
    if not known.end:
        return day_and_month(known.start)
    if known.ends and known.end_precision != Entry.EndPrecision.DAY:
        return f"{day_and_month(known.start)} – {partial_date(known.ends)}"
    if (known.start.year, known.start.month) == (known.end.year, known.end.month):
        return f"{known.start.day}–{day_and_month(known.end)}"
    return f"{day_and_month(known.start)} – {day_and_month(known.end)}"


def interval(one: KnownEntry, other: KnownEntry) -> str:
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


def date_note(known: KnownEntry) -> str:
    """What stands small under a date: the weekday, or how much of the date is known."""
    if known.precision == Entry.Precision.REPORTED:
        return gettext("first reported; no article gives a date")
    if known.precision == Entry.Precision.DAY and known.end_precision == Entry.EndPrecision.DAY:
        return f"{weekday(known.start)} – {weekday(known.end)}" if known.end else weekday(known.start)
    if known.precision == Entry.Precision.DAY:
        return gettext("last day not reported")
    return gettext("to %(day)s") % {"day": partial_date(known.ends)} if known.ends else gettext("day not reported")


def stands(known: KnownEntry) -> str:
    """When an entry was, in words, and whether it is only expected. Without a reported date it says so, and when it
    was first reported.
    """
    return gettext("%(date)s (expected)") % {"date": _stands(known)} if known.expected else _stands(known)


def _stands(known: KnownEntry) -> str:
    if known.precision == Entry.Precision.REPORTED:
        return gettext("no date given; first reported %(day)s") % {"day": day(known.start)}
    told = dates.text(known.start, known.precision)
    if known.precision == Entry.Precision.DAY or known.end_precision != Entry.EndPrecision.DAY:
        return partial_period(told, known.ends)
    told = partial_date(told)
    return gettext("%(date)s, to %(day)s") % {"date": told, "day": day(known.end)} if known.end else told


def mark_names(mark: Marked) -> list[str]:
    """What may stand beside an entry's mark on the overview, the best first: where a round was, a title, how many."""
    if mark.kind == Kind.ROUND and mark.city:
        return [f"{place_name(mark.city)}, {day_and_month(mark.stands)}"]
    title = textwrap.shorten(mark.title, MARK_NAME, placeholder="…")
    if not mark.people:
        return [title]
    counts = (("people", mark.people.living), ("bodies", mark.people.dead))
    number = ", ".join(counted(noun, count) for noun, count in counts if count.largest)
    return [mark.title, number] if len(mark.title) <= MARK_NAME else [number]


def brief(known: KnownEntry) -> list[str]:
    """The few facts that stand beside an entry's title on lists, in words; all versions where sources differ.

    What is still to come is called expected, whether an article says that it is scheduled or just when it shall be.
    """
    words = [either(_versions(known.entry, fact)) for fact in _brief_facts(known)]
    return [*words, pgettext("a round", "expected")] if known.expected else words


def brief_rows(known: KnownEntry) -> list[Citation]:
    """The citations that report what `brief` says."""
    return [row for fact in _brief_facts(known) for version in fact.shown for row in version.citations]


def _brief_facts(known: KnownEntry) -> list[KnownFact]:
    told = [known.facts[field] for field in KINDS[known.entry.kind].brief_facts() if field in known.facts]
    return [fact for fact in told if fact.field != "status" or fact.disputed] if known.expected else told


def _versions(entry: Entry, fact: KnownFact) -> list[str]:
    """The versions of a fact in words, as they stand in one line: “Agreed”, “completed”. Names keep their capitals."""
    told = [value_in_words(entry, fact.field, version.value) for version in fact.shown]
    return told if KINDS[entry.kind].FACTS[fact.field].say else [*told[:1], *map(str.lower, told[1:])]


def disputed_labels(known: KnownEntry, transfers: Iterable[MergedTransfer] | None = None) -> str:
    """What the sources differ on, in words: “country, how many were handed over”; an empty text if on nothing."""
    labels = [fact_label(known.entry.kind, fact.field).lower() for fact in known.disputed]
    if any(transfer.differs for transfer in transfers or ()):
        labels.append(gettext("how many were handed over"))
    return ", ".join(labels)


def place(known: KnownEntry) -> str:
    """The city of an entry as the heading of a column; all versions where sources differ, nothing if none is known."""
    fact = known.facts.get("city")
    return either(place_name(version.value) for version in fact.shown) if fact else ""


def stands_brief(known: KnownEntry) -> str:
    """When an entry was, as the heading of a column: “2 Jun 2025”, “Jun 2025”, “2025”."""
    if known.precision == Entry.Precision.YEAR:
        return year(known.start)
    told = "LLL y" if known.precision == Entry.Precision.MONTH else "d MMM y"
    return formatted(known.start, told, locale=locale())


def changed_since(known: KnownEntry) -> str:
    """That something else is said than in an earlier entry."""
    return gettext("Changed since %(day)s") % {"day": stands_brief(known)}


def unchanged_since(known: KnownEntry) -> str:
    """That the same is said as in an earlier entry."""
    return gettext("The same words as on %(day)s") % {"day": stands_brief(known)}


def of_title(known: KnownEntry) -> str:
    """Of which entry something is, for those who do not see where it stands."""
    return gettext("of %(title)s") % {"title": known}
