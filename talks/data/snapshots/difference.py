"""What was added, changed and removed between two snapshots, by the keys of their tables.

Of what is gone only the key is told, and of what changed only what stands there now. What belonged to an entry or a
finding that is gone went with it, and is not told one by one.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from talks.data.formats import as_csv
from talks.data.snapshots.shelf import CHANGED_CELLS, DIFFERENCE
from talks.data.snapshots.tables import Table, tables

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
Counts = dict[str, dict[str, int]]  # {table: {added, changed or removed: rows}}, of those in which something is
OWNERS = {"entry": "entries", "finding": "findings"}  # {column: the table of what a row belongs to}
COLUMNS = ["table", "change", "key", "column", "now"]


@dataclass(frozen=True)
class Change:
    """A row that is new, other than before, or gone. `now`: {column: what stands there now} of what changed."""

    table: str
    change: str
    key: dict[str, Any]
    now: dict[str, Any] = field(default_factory=dict)


def between(before: Path, after: Path) -> Iterator[Change]:
    """What changed from one database of a snapshot to another, table by table."""
    with closing(sqlite3.connect(after)) as database:
        database.execute("ATTACH ? AS earlier", [str(before)])
        for table in tables().values():
            yield from _in_table(database, table)


def counted(changes: Iterator[Change]) -> Counts:
    """How many rows changed, and how."""
    counts: Counts = {}
    for one in changes:
        _count(counts, one)
    return counts


def _count(counts: Counts, one: Change) -> None:
    of_table = counts.setdefault(one.table, {})
    of_table[one.change] = of_table.get(one.change, 0) + 1


def write(place: Path, before: Path, after: Path, since: str, name: str) -> Counts:
    """Write what changed as JSON and as CSV, and give how much."""
    counts: Counts = {}
    with (place / DIFFERENCE).open("wb") as whole, (place / CHANGED_CELLS).open("wb") as table:
        whole.write(f'{{"since":{json.dumps(since)},\n"to":{json.dumps(name)},\n"rows":['.encode())
        table.write(as_csv.head(COLUMNS))
        for number, one in enumerate(between(before, after)):
            _count(counts, one)
            told = {"table": one.table, "change": one.change, "key": one.key, "now": one.now}
            whole.write(("\n" if not number else ",\n").encode() + json.dumps(told, ensure_ascii=False).encode())
            key = " / ".join(map(str, one.key.values()))
            cells = one.now.items() or [("", None)]
            table.write(as_csv.rows([one.table, one.change, key, *cell] for cell in cells))
        whole.write(b"\n]}\n")
    return counts


def in_words(counts: Mapping[str, Mapping[str, int]]) -> str:
    """“entries: 3 added, 1 removed; facts: 12 added”; “nothing” if nothing changed."""
    parts = (
        f"{table}: {', '.join(f'{number:,} {change}' for change, number in of_table.items())}"
        for table, of_table in counts.items()
    )
    return "; ".join(parts) or "nothing"


def _in_table(database: sqlite3.Connection, table: Table) -> Iterator[Change]:
    held = {name for _, name, *_ in database.execute(f'PRAGMA earlier.table_info("{table.name}")')}
    names, key = ", ".join(f'"{name}"' for name in table.key), list(table.key)
    now, then = f'main."{table.name}"', f'earlier."{table.name}"'
    if not set(key) <= held:  # a table that is new, or has another key than it had
        yield from _changes(database, table, ADDED, f"SELECT {names} FROM {now} ORDER BY {names}")  # noqa: S608
        return
    same = " AND ".join(f'a."{name}" = b."{name}"' for name in key)
    there = f"SELECT {names} FROM %s AS a WHERE NOT EXISTS (SELECT 1 FROM %s AS b WHERE {same})"  # noqa: S608
    yield from _changes(database, table, ADDED, f"{there % (now, then)} ORDER BY {names}")
    columns = [name for name in table.names if name not in key and name in held]
    if columns:
        yield from _changed(database, table, columns, same)
    gone = there % (then, now)
    for column, owners in OWNERS.items():
        if column in held and column in table.names:
            there = f'EXISTS (SELECT 1 FROM main."{owners}" AS o WHERE o.id = a.{column})'  # noqa: S608
            gone += f" AND (a.{column} IS NULL OR {there})"
    yield from _changes(database, table, REMOVED, f"{gone} ORDER BY {names}")


def _changes(database: sqlite3.Connection, table: Table, change: str, asked: str) -> Iterator[Change]:
    for row in database.execute(asked):
        yield Change(table.name, change, dict(zip(table.key, row, strict=True)))


def _changed(database: sqlite3.Connection, table: Table, columns: list[str], same: str) -> Iterator[Change]:
    asked = ", ".join(f'a."{name}"' for name in (*table.key, *columns))
    before = ", ".join(f'b."{name}"' for name in columns)
    other = " OR ".join(f'a."{name}" IS NOT b."{name}"' for name in columns)
    order = ", ".join(f'a."{name}"' for name in table.key)
    rows = database.execute(
        f'SELECT {asked}, {before} FROM main."{table.name}" AS a JOIN earlier."{table.name}" AS b ON {same} '  # noqa: S608
        f"WHERE {other} ORDER BY {order}"
    )
    keys = len(table.key)
    for row in rows:
        now, then = row[keys : keys + len(columns)], row[keys + len(columns) :]
        changed = {name: one for name, one, was in zip(columns, now, then, strict=True) if one != was}
        yield Change(table.name, CHANGED, dict(zip(table.key, row[:keys], strict=True)), _in_types(table, changed))


def _in_types(table: Table, cells: dict[str, Any]) -> dict[str, Any]:
    """Cells of SQLite, which has numbers for yes and no."""
    booleans = {column.name for column in table.columns if column.type == "boolean"}
    return {name: bool(cell) if cell is not None and name in booleans else cell for name, cell in cells.items()}
