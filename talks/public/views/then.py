"""Then and now: what was known of an entry, or of a comparison, on an earlier day, beside what is known now."""

import datetime

from talks import queries
from talks.models import Entry, Kind, Seen
from talks.public.views.compare.rounds import account_rows, fact_rows, round_rows
from talks.record.comparison import row, then_and_now
from talks.record.facts import folded
from talks.record.reported import reported_in
from talks.words.leads import leads


def earlier_day(known):
    """The day that a page offers to set beside now: the eve of the entry, else that of its first report.

    None if all reports are of one day, so that nothing can have changed since.
    """
    days = sorted({article.published for article in known.articles})
    eve = known.start - datetime.timedelta(days=1)
    if len(days) < 2:
        return None
    return eve if known.precision == Entry.Precision.DAY and days[0] <= eve < days[-1] else days[0]


def turned(form, known):
    """What the page of then and now shows of an entry: the entry as known then, or None, and its rows, each with one
    `Turn`: those that changed since, and those that are the same.
    """
    then = form.then_seen
    entry = type(known.entry).objects.visible(then).filter(pk=known.entry.pk)
    before = next(iter(queries.know(then, entry)), None)
    old, now = state_rows(form, then, before) if before else [], state_rows(form, form.seen, known)
    rows = then_and_now(old, now, then.day, reported_in)
    changed = [one for one in rows if any(one.sayings)]
    return {
        "then": then.day,
        "before": before,
        "changed": changed,
        "same": [one for one in rows if not any(one.sayings) and one.cells[0].now is not None],
    }


def state_rows(form, seen: Seen, known):
    """[`Row`] of one column: all that the page of an entry tells, as known at one time."""
    pk, reported = known.entry.pk, form.parts.reported
    transfers = reported(queries.transfers_of, seen, [pk]).get(pk, [])
    lead = row("lead", None, [leads(known, transfers) or None], said=lambda cell: [one.text for one in cell])
    if known.entry.kind == Kind.ROUND:
        return [lead, *round_rows(form, seen, [known], form.previous_rounds(seen, [known]))]
    facts = fact_rows(known.entry.kind, [known], queries.names_in(seen, [known], form.named))
    return [
        lead,
        *(one for _, one in facts),
        *(row("transfers", _identity(one), [one], said=_counts) for one in transfers),
        *(
            row("provisions", (one.issue, one.key), [one], said=_wordings)
            for one in reported(queries.provisions_of, seen, [pk]).get(pk, [])
        ),
        *account_rows(form, seen, [pk]),
    ]


def _identity(transfer):
    return transfer.date, transfer.until, transfer.from_party, transfer.to_party, transfer.kind


def _counts(transfer):
    return [reading.value for reading in transfer.counts]


def _wordings(provision):
    return [folded(text.value) for text in provision.texts]
