"""Make a snapshot: every row is written once as CSV, as JSON Lines and into SQLite, and all of it packed.

The same record gives the same bytes. A snapshot stands in its place whole or not at all.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import override

from talks.data.formats import as_csv
from talks.data.formats.as_zip import DATED, PIECE
from talks.data.snapshots import difference, package, shelf
from talks.data.snapshots.metadata import metadata
from talks.data.snapshots.package import Written
from talks.data.snapshots.rows import Line, lines
from talks.data.snapshots.shelf import Snapshot
from talks.data.snapshots.tables import Column, Table, tables
from talks.models import Revision
from talks.models.translated import RECORD_LANGUAGE

TRIES = 5  # the record may change while it is read; then it is read anew
STATE = 12  # letters that tell a state of the record
TYPES = {"boolean": "INTEGER", "integer": "INTEGER"}
BATCH = 500  # rows that are handed to SQLite at a time


class RecordChangesError(Exception):
    """The record changed each time while it was read."""


class ClockError(Exception):
    """A snapshot says that it was made later: the latest would be that one, and not the new one."""


def make(shelved: Path, origin: str, made: datetime, since: Snapshot | None = None) -> tuple[Snapshot, bool]:
    """(the snapshot of the record as it is, True), or (the latest one, False) if that is of the same state.

    `shelved`: the folder of all snapshots; `since`: the one that it is compared with, by default the latest.
    """
    shelved.mkdir(parents=True, exist_ok=True)
    newest = shelf.latest(shelved)
    if newest and newest.made > made:
        raise ClockError(newest.name)
    with TemporaryDirectory() as scratch:
        described, state = _read(Path(scratch), origin)
        if newest and newest.state == state:
            return newest, False
        place = Path(mkdtemp(prefix=".making-", dir=shelved))
        try:
            _fill(place, Path(scratch), described, shelf.name_of(made, state), since or newest)
            for path, rights in ((place, 0o755), *((file, 0o644) for file in place.iterdir())):
                path.chmod(rights)  # whoever makes it, the site reads it
            return Snapshot(place.rename(shelved / shelf.name_of(made, state))), True
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise


def _read(scratch: Path, origin: str) -> tuple[dict[str, int], str]:
    """({table: rows}, the state of the record); all files are in the folder then."""
    for _ in range(TRIES):
        token = _token()
        with override(RECORD_LANGUAGE):
            csv = write(scratch, lines(origin))
        if token == _token():
            break
    else:
        raise RecordChangesError
    rows = {name: one.rows for name, one in csv.items()}
    described = package.datapackage(origin, csv)
    state = hashlib.sha256(package.dumped(described)).hexdigest()[:STATE]
    texts = {
        package.README: package.readme(origin, rows).encode(),
        package.LICENCE: package.licence().encode(),
        package.DICTIONARY: package.dictionary().encode(),
        package.PACKAGE: package.dumped(described | {"version": state}),
        package.METADATA: package.dumped(metadata(Path(package.DATABASE).stem, origin)),
    }
    for name, text in texts.items():
        (scratch / name).write_bytes(text)
    return rows, state


def _token() -> Any:
    return Revision.objects.values_list("token", flat=True).first()


def _fill(place: Path, scratch: Path, rows: dict[str, int], name: str, since: Snapshot | None) -> None:
    """Write the files of a snapshot into its place; last what tells of them all."""
    pack(place / shelf.RECORD, scratch)
    compared = None
    if since:
        with unpacked(since) as before:
            counts = difference.write(place, before, scratch / package.DATABASE, since.name, name)
        compared = {"since": since.name, "tables": counts}
    files = {path.name: described(path) for path in sorted(place.iterdir())}
    about = {"name": name, "state": Snapshot(Path(name)).state, "files": files, "rows": rows, "difference": compared}
    (place / shelf.ABOUT).write_bytes(package.dumped(about))


def described(path: Path) -> dict[str, Any]:
    """The size and the digest of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


class unpacked(ExitStack):  # noqa: N801 – it is used like `open`
    """The database of a snapshot as a file, until it is left."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def __enter__(self) -> Path:  # type: ignore[override]
        folder = self.enter_context(TemporaryDirectory())
        with ZipFile(self.snapshot.folder / shelf.RECORD) as archive:
            return Path(archive.extract(package.DATABASE, folder))


# Writing


def write(folder: Path, found: Iterable[Line]) -> dict[str, Written]:
    """{table: its CSV as written} of rows that are written in three ways."""
    path = folder / package.DATABASE
    path.unlink(missing_ok=True)
    with ExitStack() as stack:
        database = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
        for statement in statements():
            database.execute(statement)
        written = {name: stack.enter_context(_Table(table, folder, database)) for name, table in tables().items()}
        for name, row in found:
            written[name].add(row)
        for one in written.values():
            one.flush()
        for table in tables().values():
            for statement in _indexes(table):
                database.execute(statement)
        database.execute("COMMIT")
    return {name: one.written for name, one in written.items()}


class _Table(ExitStack):
    """The files of a table while they are written."""

    def __init__(self, table: Table, folder: Path, database: sqlite3.Connection) -> None:
        super().__init__()
        self.table, self.database = table, database
        self.rows, self.size, self.digest = 0, 0, hashlib.sha256()
        self._batch: list[list[Any]] = []
        self._csv, self._jsonl = (self._opened(folder / package.path_of(table, ending)) for ending in ("csv", "jsonl"))
        self._insert = f"INSERT INTO {quoted(table.name)} VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608
        self._put(as_csv.rows([table.names]))

    def _opened(self, path: Path) -> Any:
        path.parent.mkdir(exist_ok=True)
        return self.enter_context(path.open("wb"))

    def _put(self, piece: bytes) -> None:
        self._csv.write(piece)
        self.digest.update(piece)
        self.size += len(piece)

    def add(self, row: list[Any]) -> None:
        self.rows += 1
        self._put(as_csv.rows([row]))
        told = {one.name: _plain(one, value) for one, value in zip(self.table.columns, row, strict=True)}
        self._jsonl.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._batch.append(list(told.values()))
        if len(self._batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        self.database.executemany(self._insert, self._batch)
        self._batch.clear()

    @property
    def written(self) -> Written:
        return Written(self.rows, self.size, self.digest.hexdigest())


def _plain(column: Column, value: Any) -> Any:
    """A value as JSON and SQLite have it: in a column of text a number is text, too."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if column.type == "string" and value is not None else value


# SQLite


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return f'"{name}"'


def statements() -> Iterator[str]:
    """The statements before the first row; all of it is one transaction, and of a broken file nothing is kept."""
    yield "PRAGMA journal_mode = OFF"
    yield "PRAGMA synchronous = OFF"
    yield "BEGIN"
    yield from map(_create, tables().values())


def _create(table: Table) -> str:
    parts = [_column(table, column) for column in table.columns]
    parts.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    for column in table.references:
        other, its = column.refers or ("", "")
        parts.append(f"FOREIGN KEY ({quoted(column.name)}) REFERENCES {quoted(other)} ({quoted(its)})")
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})"


def _column(table: Table, column: Column) -> str:
    rules = " NOT NULL" if column.name in table.key else ""
    return f"{quoted(column.name)} {TYPES.get(column.type, 'TEXT')}{rules}{' UNIQUE' if column.unique else ''}"


def _indexes(table: Table) -> Iterator[str]:
    """An index for each column that names rows, where the key does not begin with it."""
    for column in table.references:
        if column.name != table.key[0]:
            name = f"{table.name}_by_{column.name}"
            yield f"CREATE INDEX {quoted(name)} ON {quoted(table.name)} ({quoted(column.name)})"


# Packing


def pack(path: Path, folder: Path) -> None:
    """All files of the folder as one ZIP, those first that say what it is."""
    first = (package.README, package.LICENCE, package.DICTIONARY, package.PACKAGE, package.METADATA)
    rest = sorted(file for file in folder.rglob("*") if file.is_file() and file.name not in first)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in [*(folder / name for name in first), *rest]:
            about = ZipInfo(file.relative_to(folder).as_posix(), DATED)
            about.compress_type, about.external_attr = ZIP_DEFLATED, 0o644 << 16
            with archive.open(about, "w", force_zip64=True) as packed, file.open("rb") as source:
                shutil.copyfileobj(source, packed, PIECE)
