"""What an entry leads with: what came of it by the latest reports, and whether that was told before it was over.

The rule stands here alone. Pages, descriptions, lists and the index of the search take what it gives. Pure functions on
citations in order of report: where later ones are left out, it is the same rule within that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from talks.models import Citation, Entry


class Told(StrEnum):
    """When a lead was published: after the entry's last day, or before it was known how the entry ended."""

    AFTER = "after"
    DURING = "during"
    BEFORE = "before"
    UNDATED = "undated"  # the days of the entry are not known well enough to say


@dataclass(frozen=True)
class Lead:
    """A `text` of the record that an entry leads with, the `citations` that report it, and when they `told` it."""

    text: str
    citations: list[Citation]
    told: Told = Told.AFTER

    @property
    def older(self) -> bool:
        """True if it was published before the entry's last day, so that it may tell of what was still to come."""
        return self.told is not Told.AFTER


def summary_of(mentions: Sequence[Citation], start: date, end: date, precision: str) -> Lead | None:
    """The latest summary of an article published on or after `end`, else the first; None if no mention has one.

    `start`, `end`: the first and the last day that the entry can have been on. `precision`: how exactly they are known.
    """
    summed_up = [mention for mention in mentions if mention.summary]
    if not summed_up:
        return None
    latest = summed_up[-1]
    if latest.published >= end:
        return Lead(latest.summary, [latest])
    first = summed_up[0]
    return Lead(first.summary, [first], _when_told(first.published, start, precision))


def _when_told(day: date, start: date, precision: str) -> Told:
    """When something was told that was published on `day`, before the last day of the entry."""
    if day < start:
        return Told.BEFORE
    return Told.DURING if precision == Entry.Precision.DAY else Told.UNDATED


def lead_of(known: Any) -> Lead | None:
    """The `Lead` of a `KnownEntry`: its outcome in force, else its summary; None if it has neither."""
    if "outcome" in known.facts:
        outcome = known.facts["outcome"]
        return Lead(outcome.value, outcome.citations)
    return known.summed_up
