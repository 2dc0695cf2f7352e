"""Which reported rows a cell of a comparison holds: what its sources are."""

from collections.abc import Callable, Iterator
from typing import Any

from talks.models import Sourced
from talks.record.comparison import Row


def reported_in(row: Row, cell: Any) -> Iterator[Sourced]:
    """The reported rows that a cell of a row rests on."""
    return IN_CELL[row.sort](cell)


def _of_merged(cell: Any) -> Iterator[Sourced]:
    yield from cell.rows


def _of_entries(cell: Any) -> Iterator[Sourced]:
    for one in cell:
        yield from one.mentions


def _of_swaps(cell: Any) -> Iterator[Sourced]:
    for one, transfers in cell:
        yield from one.mentions
        yield from (row for transfer in transfers for row in transfer.rows)


def _of_delegation(cell: Any) -> Iterator[Sourced]:
    yield from cell.rows
    yield from (row for member in cell.members for row in member.rows)


IN_CELL: dict[str, Callable[[Any], Iterator[Sourced]]] = {
    "lead": lambda cell: (row for lead in cell for row in lead.rows),
    "facts": lambda cell: (row for version in cell.versions for row in version.citations),
    "led": lambda cell: (row for delegation in cell for member in delegation.heads for row in member.leading),
    "delegations": _of_delegation,
    "swaps": _of_swaps,
    "proposals": _of_entries,
    "accounts": iter,
    "transfers": _of_merged,
    "provisions": _of_merged,
    "positions": lambda cell: (row for point in cell.points for row in point.provision.rows),
    "interval": lambda cell: iter(cell.mentions[:1]),
}
