"""What an entry leads with, in words: what an exchange handed over, and what the record says came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy, pgettext

from talks.models import Kind, OfRecord, Sourced
from talks.models.translated import is_language_of_record
from talks.record import ledger, totals
from talks.record.facts import KnownEntry
from talks.record.leads import Lead, Told
from talks.record.merged import MergedTransfer
from talks.words.entries import stands
from talks.words.swaps import handed_over, handed_over_rows
from talks.words.time import day, day_and_month

# “Before the round, TASS, 1 June:”
TOLD = {
    Told.BEFORE: {
        Kind.ROUND: gettext_lazy("Before the round, %(source)s, %(day)s:"),
        Kind.SWAP: gettext_lazy("Before the exchange, %(source)s, %(day)s:"),
        Kind.PROPOSAL: gettext_lazy("Before the proposal, %(source)s, %(day)s:"),
        Kind.EVENT: gettext_lazy("Before the event, %(source)s, %(day)s:"),
    },
    Told.DURING: {
        Kind.ROUND: gettext_lazy("During the round, %(source)s, %(day)s:"),
        Kind.SWAP: gettext_lazy("During the exchange, %(source)s, %(day)s:"),
        Kind.PROPOSAL: gettext_lazy("Before its last day, %(source)s, %(day)s:"),
        Kind.EVENT: gettext_lazy("Before its last day, %(source)s, %(day)s:"),
    },
}


@dataclass(frozen=True)
class ShownLead:
    """A sentence that an entry leads with: computed, or of the record, and the reports it rests on.

    `label` says when it was told, if that was before the entry's last day; else it is empty.
    """

    text: str
    rows: Sequence[Sourced]
    label: str = ""

    def __str__(self) -> str:
        return f"{self.label} {self.text}".strip()


def leads(known: KnownEntry, transfers: Iterable[MergedTransfer] | None = None) -> list[ShownLead]:
    """What the page of an entry opens with, the first being its lead; [] if the record says nothing of it.

    That is what an exchange handed over (`transfers`) or the outcome in force, and a summary told since; else the
    summary that there is.
    """
    first = lead(known, transfers)
    summary = known.summed_up and _shown(known, known.summed_up)
    if not first or not summary or summary.label or summary.text == first.text:
        return [first] if first else []
    return [first, summary]


def lead(known: KnownEntry, transfers: Iterable[MergedTransfer] | None = None) -> ShownLead | None:
    """What lists say first of an entry; None if the record says nothing of it."""
    return _computed(known, transfers or ()) or (_shown(known, known.lead) if known.lead else None)


def description(known: KnownEntry, transfers: Iterable[MergedTransfer] | None = None) -> str:
    """What tells of an entry where there is room for one line of plain text, in the language of the page.

    That is its lead; where that is missing or not translated, its title and when it was.
    """
    first = lead(known, transfers)
    if first and (is_language_of_record() or not isinstance(first.text, OfRecord)):
        return str(first)
    if first is None:
        return str(known)
    return pgettext("a sentence, and when it was", "%(told)s, %(when)s") % {"told": known, "when": stands(known)}


def _computed(known: KnownEntry, transfers: Iterable[MergedTransfer]) -> ShownLead | None:
    """What an exchange handed over; None while its reports only speak of what is proposed or agreed."""
    if ledger.is_only_agreed(ledger.states(known)):
        return None
    tallies = totals.tallies(transfers)
    text = handed_over(tallies)
    return ShownLead(text, handed_over_rows(tallies)) if text else None


def _shown(known: KnownEntry, lead: Lead) -> ShownLead:
    return ShownLead(
        known.entry.in_words("summary", lead.text), lead.citations, _label(known, lead) if lead.older else ""
    )


def _label(known: KnownEntry, lead: Lead) -> str:
    """Who told it and when, of a lead that is older than what came of the entry."""
    article = lead.citations[0].article
    when = day_and_month if article.published.year == known.start.year else day
    said = {"source": article.publisher, "day": when(article.published)}
    if lead.told is Told.UNDATED:
        return pgettext("before what an article says", "%(source)s, %(day)s:") % said
    return TOLD[lead.told][known.entry.kind] % said
