"""Reported rows, one line each, and where in their articles they stand."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from talks.models import Account, Citation, Delegate, Delegation, Entry, Provision, Sourced, Transfer
from talks.record.facts import KnownEntry, Version
from talks.words.facts import fact_label, shown_version
from talks.words.kinds import counted
from talks.words.language import OfRecord, all_of, count, count_in_words, runs
from talks.words.swaps import transfer_days
from talks.words.time import day


def row_in_words(row: Sourced, entry: Entry, names: dict) -> str | None:
    """A reported row in one line, for the page of its article; None if it names only what may not be shown."""
    match row:
        case Citation(field=""):
            summary = entry.in_words("summary", row.summary)
            return OfRecord(row.note) or summary or gettext("reports it")
        case Citation():
            version = shown_version(entry, row.field, Version(row.value, [row]), names)
            return f"{fact_label(entry.kind, row.field)}: {version.words}" if version else None
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
            on_issue = f" ({row.issue})" if row.issue else ""
            return OfRecord(f"{row.speaker or row.party}{on_issue}: {row.text}")
    raise TypeError(f"there are no words for {row!r}")


@dataclass(frozen=True)
class Cited:
    """One thing that an article says of an entry, and the paragraphs in which it does; none if that is not recorded."""

    words: str
    paragraphs: list[int]


def cited(rows: Iterable[Sourced], entry: Entry, names: dict) -> list[Cited]:
    """What an article's `rows` say of an entry, each thing once, in order of its first paragraph.

    That it reports the entry at all comes first, with no words if the article adds nothing to it.
    """
    numbers: dict[str, set[int]] = {"": set()}
    for row in rows:
        adds_nothing = isinstance(row, Citation) and not (row.field or row.note or row.summary)
        words = "" if adds_nothing else row_in_words(row, entry, names)
        if words is not None:
            numbers.setdefault(words, set()).update(row.paragraph_numbers)
    told = [Cited(words, sorted(found)) for words, found in numbers.items() if words or found]
    return sorted(told, key=lambda one: (bool(one.words), min(one.paragraphs, default=math.inf)))


def _delegation(row: Delegation) -> str:
    parts = [
        gettext("Delegation of %(party)s: %(role)s") % {"party": row.party, "role": row.get_role_display().lower()}
    ]
    if row.size:
        parts.append(counted("people", row.size))
    if row.expected:
        parts.append(pgettext("a delegation", "expected"))
    return ", ".join(parts)


def _transfer(row: Transfer) -> str:
    return gettext("%(what)s from %(giver)s to %(receiver)s: %(count)s, %(when)s") % {
        "what": row.get_kind_display(),
        "giver": row.from_party,
        "receiver": row.to_party,
        "count": count_in_words(row.count) if row.count else gettext("number not reported"),
        "when": transfer_days(row),
    }


def reported_on(row: Sourced) -> str:
    """On which day a row was reported."""
    return gettext("reported %(day)s") % {"day": day(row.published)}


def point_number(number: int) -> str:
    """Under which number a demand stands in its proposal."""
    return gettext("Point %(number)s.") % {"number": number}


def other_wordings(more: int) -> str:
    """How many other wordings there are of what is shown in one: “+2 wordings”."""
    return ngettext("+%(shown)s wording", "+%(shown)s wordings", more) % {"shown": count(more)}


def paragraphs(numbers: Iterable[int]) -> str:
    """Where in its article something stands, in words: “paragraph 7”, “paragraphs 1–3 and 7”."""
    found = sorted(numbers)
    if not found:
        return gettext("paragraph not recorded")
    return in_paragraphs(all_of(runs(found)), many=len(found) > 1)


def in_paragraphs(numbers: str, *, many: bool) -> str:
    """The same for numbers in words."""
    if many:
        return gettext("paragraphs %(numbers)s") % {"numbers": numbers}
    return gettext("paragraph %(number)s") % {"number": numbers}


def found_in(known: KnownEntry, rows: Iterable[Sourced], query: Any, most: int = 2) -> list[tuple[str, list[Sourced]]]:
    """[(text, its rows)] of the reported rows of an entry that hold words of a search, those with most of them first.

    `rows`: its provisions, accounts and delegates; notes and facts in words are looked through, too.
    """
    facts = [citation for fact in known.in_own_words for citation in fact.citations]
    rows_by_text: dict[str, list[Sourced]] = {}
    for row in [*rows, *known.notes, *facts]:
        if text := row_in_words(row, known.entry, {}):
            rows_by_text.setdefault(text, []).append(row)
    held = {text: number for text in rows_by_text if (number := query.told_in(text))}
    return [(text, rows_by_text[text]) for text in sorted(held, key=lambda text: -held[text])[:most]]
