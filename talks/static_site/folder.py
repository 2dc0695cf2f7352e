"""Files in their place, all of them or none.

DIR/current leads to the folder of the last writing that was finished. A new one is made beside it and takes its place
at once. What has the same bytes is the same file, with the time of its last change, so that a copy elsewhere is brought
up to date by what changed alone.
"""

import fcntl
import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import brotli

CURRENT, MAKING = "current", ".making-"
PACKED = {".gz": lambda body: gzip.compress(body, 9, mtime=0), ".br": lambda body: brotli.compress(body, quality=9)}


class BusyError(Exception):
    """Somebody else is writing there."""


@dataclass
class Counted:
    """What was written: names of files, and the bytes of all that are there."""

    written: list[str] = field(default_factory=list)
    same: int = 0
    size: int = 0
    gone: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        return len(self.written) + self.same


class Making:
    """A folder that is being filled, beside the one that is there."""

    def __init__(self, folder: Path, former: Path, packed: bool) -> None:
        self.folder, self.former, self.packed = folder, former, packed
        self.counted = Counted()

    def put(self, name: str, body: bytes, packed: bool = False) -> None:
        """A file; with `packed` also compressed, if the site is written so."""
        former = self.former / name
        is_same = former.is_file() and former.stat().st_size == len(body) and former.read_bytes() == body
        self._put(name, body if not is_same else None)
        if packed and self.packed:
            for ending, pack in PACKED.items():
                is_kept = is_same and (self.former / f"{name}{ending}").is_file()
                self._put(f"{name}{ending}", None if is_kept else pack(body))

    def _put(self, name: str, body: bytes | None) -> None:
        """Write it; without a body, it is the file that is there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if body is None:
            path.hardlink_to(self.former / name)
            self.counted.same += 1
        else:
            path.write_bytes(body)
            path.chmod(0o644)
            self.counted.written.append(name)
        self.counted.size += path.stat().st_size


@contextmanager
def filling(place: Path, called: str, packed: bool) -> Iterator[Making]:
    """What is put into this folder takes the place of what is there, once all is; nothing does if anything fails.

    `called`: what the new one is named.
    """
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError from error
        for left in place.glob(f"{MAKING}*"):  # by one that was cut short
            shutil.rmtree(left)
        former = (place / CURRENT).resolve()
        making = Making(Path(mkdtemp(prefix=MAKING, dir=place)), former, packed)
        try:
            yield making
            _finish(place, making, called)
        finally:
            shutil.rmtree(making.folder, ignore_errors=True)


def _finish(place: Path, making: Making, called: str) -> None:
    former, counted = making.former, making.counted
    was_there = former.is_dir()
    if was_there:
        here = {path.relative_to(former) for path in former.rglob("*") if path.is_file()}
        counted.gone = sorted(str(name) for name in here if not (making.folder / name).is_file())
    if was_there and not (counted.written or counted.gone):
        return
    for folder in (making.folder, *(path for path in making.folder.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    made = making.folder.rename(place / called)
    link = place / ".link"
    link.unlink(missing_ok=True)
    link.symlink_to(made.name)
    os.replace(link, place / CURRENT)  # noqa: PTH105 – at once, also where one is there
    if was_there:
        shutil.rmtree(former)
