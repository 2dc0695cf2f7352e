"""The pages of this process, and those that all processes share."""

import hashlib
from contextlib import suppress
from threading import Lock

from cachetools import LRUCache

from talks.ready.asked import Asked
from talks.ready.page import Page
from talks.ready.shared import Shared

PLAIN = 3 / 4  # of the memory, for pages without filters: no crawler that tries all filters pushes these out
LASTING, PASSING = 24 * 3600, 600  # seconds for which pages without and with filters are shared


class Store:
    """Pages of one state of the record in this process; beside it, what the processes share.

    `most`: bytes of pages in this process; `code`: what tells this version of the site from others.
    """

    def __init__(self, most: int, shared: Shared, code: str) -> None:
        self.shared, self.code = shared, code
        self.state = ""
        self._most = most
        self._lock, self._packing = Lock(), Lock()
        self._empty()

    def _empty(self) -> None:
        self.plain, self.filtered = _pages(self._most * PLAIN), _pages(self._most * (1 - PLAIN))

    def get(self, state: str, asked: Asked) -> Page | None:
        """The page as this process has it, of this state."""
        with self._lock:
            return self._pages_like(asked).get(asked) if state == self.state else None

    def latest(self, asked: Asked) -> Page | None:
        """The page of the last state that was known, while nobody can tell the present one."""
        with self._lock:
            page = self._pages_like(asked).get(asked)
        return page or (self._shared(self.state, asked) if self.state else None)

    def fetch(self, state: str, asked: Asked) -> Page | None:
        """The page as another process made it; this one has it from now on."""
        page = self._shared(state, asked)
        if page:
            self._put(state, asked, page)
        return page

    def put(self, state: str, asked: Asked, page: Page) -> None:
        self._put(state, asked, page)
        self._share(state, asked, page)

    def packed(self, state: str, asked: Asked, page: Page) -> Page:
        """A kept page that is asked for again, as small as it gets; as it is while another one is being packed."""
        if page.is_packed or not self._packing.acquire(blocking=False):
            return page
        try:
            page = page.packed()
        finally:
            self._packing.release()
        with self._lock:
            is_of_now = state == self.state  # or it would begin its own, which is over, anew
            if is_of_now:
                self._keep(asked, page)
        if is_of_now:
            self._share(state, asked, page)
        return page

    def name(self, state: str, asked: Asked) -> str:
        """What the page of this state is called where it is shared."""
        return hashlib.sha256(repr((self.code, state, asked)).encode()).hexdigest()

    def _pages_like(self, asked: Asked) -> LRUCache[Asked, Page]:
        """Those among which a page has its room: with filters, or without."""
        return self.plain if asked.is_plain else self.filtered

    def _put(self, state: str, asked: Asked, page: Page) -> None:
        with self._lock:
            if state != self.state:
                self._empty()
                self.state = state
            self._keep(asked, page)

    def _keep(self, asked: Asked, page: Page) -> None:
        with suppress(ValueError):  # it is larger than all that there is room for
            self._pages_like(asked)[asked] = page

    def _share(self, state: str, asked: Asked, page: Page) -> None:
        self.shared.put(self.name(state, asked), page, LASTING if asked.is_plain else PASSING)

    def _shared(self, state: str, asked: Asked) -> Page | None:
        return self.shared.get(self.name(state, asked))


def _pages(most: float) -> LRUCache[Asked, Page]:
    """Room for so many bytes of pages, of which those that were asked for last stay."""
    return LRUCache(most, getsizeof=lambda page: page.size)
