"""The snapshots that there are: each a folder of its own, whose name carries when it was made and the record's state.

A folder is put there whole, under its name, so what is there is complete.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

NAME = r"\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{12}"
MADE = "%Y-%m-%d-%H%M%S"
ABOUT, RECORD, DIFFERENCE, CHANGED_CELLS = "snapshot.json", "record.zip", "difference.json", "difference.csv"
WHOLE = (ABOUT, RECORD)  # without these it is none
FILES = {
    RECORD: "application/zip",
    DIFFERENCE: "application/json",
    CHANGED_CELLS: "text/csv; charset=utf-8",
    ABOUT: "application/json",
}


def name_of(made: datetime, state: str) -> str:
    """What a snapshot is called. Names stand in the order in which snapshots were made."""
    return f"{made.astimezone(UTC).strftime(MADE)}-{state}"


@dataclass(frozen=True)
class Snapshot:
    """A snapshot in its folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def state(self) -> str:
        """What tells the record as it was then: the same for the same rows."""
        return self.name.rpartition("-")[2]

    @property
    def made(self) -> datetime:
        return datetime.strptime(self.name.rpartition("-")[0], MADE).replace(tzinfo=UTC)

    @property
    def day(self) -> date:
        return self.made.date()

    @cached_property
    def about(self) -> dict[str, Any]:
        """What was noted when it was made: its files with bytes and digest, rows by table, and the difference."""
        return json.loads((self.folder / ABOUT).read_bytes())

    @property
    def size(self) -> int:
        return self.about["files"][RECORD]["bytes"]

    @property
    def sha256(self) -> str:
        return self.about["files"][RECORD]["sha256"]

    def path(self, file: str) -> Path | None:
        """Where one of its FILES is; None if it has none of this name."""
        path = self.folder / file
        return path if file in FILES and _is_there(path) else None


def every(folder: Path) -> list[Snapshot]:
    """All snapshots in a folder, the newest first; none if it cannot be read."""
    return sorted(_snapshots_in(folder), key=lambda one: one.name, reverse=True)


def _snapshots_in(folder: Path) -> Iterator[Snapshot]:
    if os.access(folder, os.R_OK | os.X_OK) and folder.is_dir():
        yield from (found for path in folder.iterdir() if (found := named(folder, path.name)))


def named(folder: Path, name: str) -> Snapshot | None:
    """The snapshot of this name in a folder; None if there is none."""
    one = folder / name
    is_whole = re.fullmatch(NAME, name) and not one.is_symlink() and all(_is_there(one / file) for file in WHOLE)
    return Snapshot(one) if is_whole else None


def _is_there(path: Path) -> bool:
    """True of a file, and no link, that can be read."""
    return os.access(path, os.R_OK) and path.is_file() and not path.is_symlink()


def latest(folder: Path) -> Snapshot | None:
    return next(iter(every(folder)), None)
