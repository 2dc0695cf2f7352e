"""What stands beside the title of an entry: when it was, where, and its few facts."""

from typing import Any

from django.utils.translation import gettext, ngettext

from talks.models import KINDS, Citation, Entry, Kind
from talks.record import dates
from talks.record.facts import KnownEntry
from talks.words.facts import fact_label, value_in_words
from talks.words.language import OfRecord, either, locale, number
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

MARK_NAME = 36  # letters of a name beside a mark of the overview


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
    """When an entry was, in words. Without a reported date it says so, and when it was first reported."""
    if known.precision == Entry.Precision.REPORTED:
        return gettext("no date given; first reported %(day)s") % {"day": day(known.start)}
    told = dates.text(known.start, known.precision)
    if known.precision == Entry.Precision.DAY or known.end_precision != Entry.EndPrecision.DAY:
        return partial_period(told, known.ends)
    told = partial_date(told)
    return gettext("%(date)s, to %(day)s") % {"date": told, "day": day(known.end)} if known.end else told


def mark_name(mark: dict[str, Any]) -> str:
    """What may stand beside an entry's mark on the overview, or nothing if it would be long."""
    if mark["kind"] == Kind.ROUND and mark["city"]:
        return f"{mark['city']}, {day_and_month(mark['stands'])}"
    return mark["title"] if len(mark["title"]) <= MARK_NAME else ""


def brief(known: KnownEntry) -> list[str]:
    """The few facts that stand beside an entry's title on lists, in words; all versions where sources differ."""
    told = [known.facts[field] for field in KINDS[known.entry.kind].brief_facts() if field in known.facts]
    return [either(value_in_words(known.entry, fact.field, version.value) for version in fact.shown) for fact in told]


def disputed_labels(known: KnownEntry) -> str:
    """What the sources differ on, in words: “country, status”."""
    return ", ".join(fact_label(known.entry.kind, fact.field).lower() for fact in known.disputed)


def place(known: KnownEntry) -> str:
    """The city of an entry as the heading of a column; all versions where sources differ, nothing if none is known."""
    fact = known.facts.get("city")
    return OfRecord(either(version.value for version in fact.shown)) if fact else ""


def stands_brief(known: KnownEntry) -> str:
    """When an entry was, as the heading of a column: “2 Jun 2025”, “Jun 2025”, “2025”."""
    if known.precision == Entry.Precision.YEAR:
        return year(known.start)
    told = "LLL y" if known.precision == Entry.Precision.MONTH else "d MMM y"
    return formatted(known.start, told, locale=locale())


def heading_reports(known: KnownEntry) -> list[Citation]:
    """The first report of each thing that the heading of a column says: the date and the city."""
    facts = [known.facts[field] for field in ("start", "city") if field in known.facts]
    rows = [version.citations[0] for fact in facts for version in fact.shown]
    return rows or known.mentions[:1]
