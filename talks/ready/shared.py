"""What the processes of one machine share, or those of several: pages, and whose turn it is to make one."""

import fcntl
import logging
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache

PATIENCE = 20  # seconds to wait for the page that another process makes; then one makes it, too
PAUSE = 0.02  # between two looks whether it is done
PLACES = 64  # turns on one machine: pages that fall on the same place wait for each other
PAGES = 4000  # in the folder of one machine
logger = logging.getLogger(__name__)


class Shared:
    """A cache that may fail: then nothing is in it, and nobody's turn is asked for.

    One that does not answer makes nobody wait: that of CACHE_URL rests by itself (`talks.caching`).
    """

    def __init__(self, cache: BaseCache) -> None:
        self.cache = cache

    def get(self, name: str) -> Any:
        return self._unless_it_fails(lambda: self.cache.get(name))

    def put(self, name: str, value: Any, seconds: int) -> None:
        self._unless_it_fails(lambda: self.cache.set(name, value, seconds))

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until nobody else makes the page of this name: here, for nobody."""
        yield

    def _unless_it_fails(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except Exception as error:  # noqa: BLE001 – of whichever cache: a page is made without it
            logger.warning("The cache of pages does not answer: %s", error)
            return None


class Folder(Shared):
    """The pages in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(FileBasedCache(str(folder / "pages"), {"OPTIONS": {"MAX_ENTRIES": PAGES}}))
        self._file = os.open(folder / "turns", os.O_RDWR | os.O_CREAT, 0o600)
        self._threads = [Lock() for _ in range(PLACES)]

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until nobody else makes the page of this name, on this machine."""
        place = zlib.crc32(name.encode()) % PLACES
        mine = self._threads[place].acquire(timeout=PATIENCE)
        try:
            until = time.monotonic() + PATIENCE
            while not self._take(place) and time.monotonic() < until:
                time.sleep(PAUSE)
            yield
        finally:
            if mine:
                with suppress(OSError):
                    fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
                self._threads[place].release()

    def _take(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True


class Everywhere(Shared):
    """The pages in the cache that CACHE_URL names, for all machines."""

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until nobody else makes the page of this name, on any machine."""
        turn, until = f"turn-{name}", time.monotonic() + PATIENCE
        while (mine := self._take(turn)) is False and time.monotonic() < until:
            time.sleep(PAUSE)
        try:
            yield
        finally:
            if mine:
                self._unless_it_fails(lambda: self.cache.delete(turn))

    def _take(self, turn: str) -> bool | None:
        """Whether the turn is taken, or somebody else has it; None if the cache cannot tell."""
        return self._unless_it_fails(lambda: self.cache.add(turn, 1, PATIENCE))


def shared() -> Shared:
    """What this site's processes share: nothing, if there is no folder that can be written to."""
    if settings.CACHE_URL:
        return Everywhere(caches["default"])
    try:
        return Folder(_folder())
    except OSError as error:
        logger.warning("Each process keeps pages for itself alone: %s", error)
        return Shared(DummyCache("pages", {}))


def _folder() -> Path:
    """The folder of this site's processes, which nobody else on the machine can write to or read."""
    name = f"talks-{os.geteuid()}-{zlib.crc32(str(settings.BASE_DIR).encode()):08x}"
    folder = Path(tempfile.gettempdir()) / name
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="talks-"))  # shared by nobody
    return folder
