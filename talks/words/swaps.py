"""Swaps: what was handed over, to whom, and how far it came."""

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext_lazy

from talks.models import Party, Swap, Transfer
from talks.record.merged import MergedTransfer
from talks.words.language import either
from talks.words.time import partial_period

# What a swap hands over, behind a number of it.
MOVED = {
    Transfer.TransferKind.PRISONERS_OF_WAR: ngettext_lazy("prisoners of war", "prisoners of war", "total"),
    Transfer.TransferKind.CIVILIANS: ngettext_lazy("civilians", "civilians", "total"),
    Transfer.TransferKind.TOGETHER: ngettext_lazy(
        "prisoners of war and civilians together", "prisoners of war and civilians together", "total"
    ),
    Transfer.TransferKind.REMAINS: ngettext_lazy("remains", "remains", "total"),
    Transfer.TransferKind.CHILDREN: ngettext_lazy("children", "children", "total"),
}


def moved(transfer: MergedTransfer) -> str:
    """What a transfer of a swap hands over, behind its number, or the last of them where sources differ."""
    kind, counts = transfer.rows[0].kind, transfer.counts
    return MOVED[kind] % {"total": counts[-1].value.named} if counts else str(Transfer.TransferKind(kind).label).lower()


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
