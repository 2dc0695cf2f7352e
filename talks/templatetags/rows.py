"""What the record computes of rows that a template has at hand."""

from django import template

from talks import words
from talks.record import ledger, totals

register = template.Library()

FEW = 3  # transfers without a number that stand among the others


@register.filter
def at(rows, place):
    """The row at a place, counted from 0."""
    return rows[place]


@register.filter
def slug_of(one):
    """The slug of an entry as it is known, or of another row."""
    return getattr(one, "entry", one).slug


@register.filter
def of(rows, key):
    """What a dictionary holds of a key; None if nothing, or if there is no dictionary."""
    return (rows or {}).get(key)


def covers(cell, columns):
    """True if a cell of a track lies under one of these columns."""
    return any(column in cell.columns for column in columns)


@register.filter
def folded_away(transfers):
    """The transfers of one swap without a reported number, where they are too many to stand among the others."""
    without = [one for one in transfers or [] if not one.counts]
    return without if len(without) > FEW else []


@register.filter
def in_view(transfers):
    """All other transfers of the swap."""
    folded = folded_away(transfers)
    return [one for one in transfers or [] if one not in folded]


def new_since(rows, day):
    """True if all these reports were published after this day."""
    return all(row.published > day for row in rows)


@register.filter
def direction(tally):
    """The direction of a tally as addresses have it."""
    return words.direction_value(tally.from_party, tally.to_party)


@register.filter
def tallies(transfers, known):
    """The totals of a swap (`known`) by direction and kind: see `talks.record.totals`."""
    return totals.tallies(transfers or [], only_agreed=ledger.is_only_agreed(ledger.states(known)))


@register.filter
def longest(rows, name):
    """The greatest number that any of these rows has by this name; of a page, that any row of all pages has."""
    everything = rows.paginator.object_list if hasattr(rows, "paginator") else rows
    return max((getattr(row, name) for row in everything), default=0)


@register.filter
def percent_of(part, whole):
    """A part of a whole as the length of a bar, in per cent."""
    return round(100 * part / whole, 2) if whole else 0
