"""Swaps: what was handed over, to whom, and how far it came."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext, ngettext, ngettext_lazy, pgettext

from talks.models import Party, Sourced, Swap, Transfer
from talks.models.counts import UNKNOWN
from talks.record import dates
from talks.record.ledger import Sum
from talks.record.merged import MergedTransfer, Whole, grouped
from talks.record.totals import Tally
from talks.words.language import MANY, all_of, count_in_words, either, noun_number, number
from talks.words.time import months, partial_period

# What a swap hands over, behind a number of it.
MOVED = {
    Transfer.TransferKind.PRISONERS_OF_WAR: ngettext_lazy("prisoner of war", "prisoners of war", "total"),
    Transfer.TransferKind.CIVILIANS: ngettext_lazy("civilian", "civilians", "total"),
    Transfer.TransferKind.TOGETHER: ngettext_lazy(
        "prisoners of war and civilians together", "prisoners of war and civilians together", "total"
    ),
    Transfer.TransferKind.REMAINS: ngettext_lazy("body", "bodies", "total"),
    Transfer.TransferKind.CHILDREN: ngettext_lazy("child", "children", "total"),
}


def _things(kind: str, total: int) -> str:
    """What a swap hands over, behind a number of it."""
    return str(MOVED[Transfer.TransferKind(kind)] % {"total": total})


def in_all(whole: Whole) -> str:
    """A number that takes in people of several kinds: “84 in all, of them 51 civilians”."""
    parts = (f"{count_in_words(part.value)} {_things(kind, noun_number(part.value))}" for kind, part in whole.parts)
    told = {"total": count_in_words(whole.reading.value), "parts": all_of(parts)}
    return gettext("%(total)s in all, of them %(parts)s") % told


def transfer_kind(kind: str) -> str:
    """“Prisoners of war”."""
    return str(Transfer.TransferKind(kind).label)


def status_label(status: str) -> str:
    """“Completed”."""
    return str(Swap.SwapStatus(status).label)


def states_in_words(states: Iterable[str]) -> str:
    """What the latest reports say of a swap, in words: “Completed”, “Agreed or completed”."""
    return either(map(status_label, states)).capitalize() if states else gettext("No status reported")


def direction(giver: Party, receiver: Party) -> str:
    """“Freedonia → Sylvania”."""
    return f"{giver} → {receiver}"


def direction_value(giver: Party, receiver: Party) -> str:
    """A direction as addresses have it."""
    return f"{giver.slug}-to-{receiver.slug}"


def transfer_days(transfer: MergedTransfer | Transfer) -> str:
    """When a transfer was, in words: “6 May 2025”, “May 2025”, “6–8 May 2025”."""
    return partial_period(transfer.date, transfer.until) if transfer.date else gettext("no date given")


def handed_over(tallies: Iterable[Tally]) -> str:
    """What a swap handed over, in a sentence; an empty text if no article reports a transfer.

    “Freedonia handed over 57 to 60 bodies, Sylvania 78, 11–16 June 2031”; with one direction “Freedonia handed over 40
    bodies to Sylvania, 6 May 2031”. A number without its thing is of the same thing as the one before it.
    """
    told = [tally for tally in tallies if tally.is_reported]
    ways = list(grouped(told, lambda tally: (tally.from_party, tally.to_party)).items())
    if not ways:
        return ""
    (giver, receiver), first = ways[0]
    names = {"giver": giver, "receiver": receiver, "what": all_of(map(_moved_in_all, first))}
    if [way for way, _ in ways[1:]] == [(receiver, giver)]:
        back = ways[1][1]
        of_one_thing = len(first) == len(back) == 1 and first[0].kind == back[0].kind
        briefly = of_one_thing and _is_numbered(first[0]) and _is_numbered(back[0])
        names["back"] = _total(back[0]) if briefly else all_of(map(_moved_in_all, back))
        sentence = gettext("%(giver)s handed over %(what)s, %(receiver)s %(back)s") % names
    else:
        sentence = "; ".join(
            gettext("%(giver)s handed over %(what)s to %(receiver)s")
            % {"giver": one, "receiver": other, "what": all_of(map(_moved_in_all, group))}
            for (one, other), group in ways
        )
    when = _days_of_all(told)
    if not when:
        return sentence
    return pgettext("a sentence, and when it was", "%(told)s, %(when)s") % {"told": sentence, "when": when}


def answer(one: Sum, since: datetime.date | None = None, until: datetime.date | None = None) -> str:
    """How many were handed over in a period, in a sentence; of all that is reported, without one. Empty for nothing.

    “2031: at least 120 prisoners of war to Freedonia, 97 to Sylvania, in 4 exchanges; 2 transfers without a number”.
    """
    tallies = [tally for tally in one.tallies if tally.is_reported]
    if not tallies:
        return ""
    receivers = [tally.to_party for tally in tallies]
    ways = [_way(tally, alone=receivers.count(tally.to_party) == 1, named=not n) for n, tally in enumerate(tallies)]
    told = ngettext("%(told)s, in %(count)s exchange", "%(told)s, in %(count)s exchanges", one.exchanges) % {
        "told": ", ".join(ways),
        "count": number(one.exchanges),
    }
    if one.unnumbered:
        told = ngettext(
            "%(told)s; %(count)s transfer without a number",
            "%(told)s; %(count)s transfers without a number",
            one.unnumbered,
        ) % {"told": told, "count": number(one.unnumbered)}
    if period := months(since, until):
        told = pgettext("a period, and what was handed over in it", "%(period)s: %(told)s") % {
            "period": period,
            "told": told,
        }
    return told[0].upper() + told[1:]


def _way(tally: Tally, *, alone: bool, named: bool) -> str:
    """What came to one party; with what it is if it is to be `named`, and from whom if it came not from one `alone`."""
    what = _moved_in_all(tally) if named or not _is_numbered(tally) else _total(tally)
    names = {"what": what, "giver": tally.from_party, "receiver": tally.to_party}
    if alone:
        return gettext("%(what)s to %(receiver)s") % names
    return gettext("%(what)s from %(giver)s to %(receiver)s") % names


def handed_over_rows(tallies: Iterable[Tally]) -> list[Sourced]:
    """The reports that `handed_over` rests on, with those that give no number."""
    rows: list[Sourced] = []
    for tally in tallies:
        rows += [*tally.rows, *(row for one in tally.unnumbered for row in one.rows)]
    return rows


def _is_numbered(tally: Tally) -> bool:
    """True if there is a number to tell of all that it counts."""
    return bool(tally.counted) and tally.whole != UNKNOWN


def _total(tally: Tally) -> str:
    return count_in_words(tally.whole)


def _moved_in_all(tally: Tally) -> str:
    """“6,057 to 6,060 bodies”, “an unreported number of bodies”."""
    if not _is_numbered(tally):
        return gettext("an unreported number of %(what)s") % {"what": _things(tally.kind, MANY)}
    return f"{_total(tally)} {_things(tally.kind, noun_number(tally.whole))}"


def _days_of_all(tallies: Iterable[Tally]) -> str:
    """From the first to the last day of all that they count, in words; an empty text if no article gives a date."""
    every = [one for tally in tallies for one in (*(c.transfer for c in tally.counted), *tally.unnumbered)]
    starts = [one.date for one in every if one.date]
    ends = [one.until or one.date for one in every if one.date]
    if not starts:
        return ""
    first, last = min(starts, key=dates.parse), max(ends, key=lambda text: (dates.last_of(text), -len(text)))
    return partial_period(first, last if last != first else None)
