"""What is the same on many pages, kept by this process while the record stays as it is.

That is facts of entries, rows to choose from, and the HTML of cards: a page that is not kept as a whole asks and makes
only what no page before it has. What is kept is to be read and not to be changed. As with ready pages, it follows the
state of the record and the day; READY_PAGES=0 keeps nothing.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings

from talks.models import Revision, Seen
from talks.models.rules import today
from talks.record import merged

Compute = Callable[[Seen, Iterable[Any]], list[Any]]
ByKey = Callable[[Seen, Iterable[Any]], dict[Any, Any]]

SHARE = 2  # half as many bytes as ready pages have are for parts
ROW = 2_000  # bytes of a row that a part holds, roughly


class Store:
    """Parts of one state of the record, at most so many bytes; of these, those that were asked for last stay."""

    def __init__(self, most: int) -> None:
        self.most, self._lock = most, Lock()
        self._begin("")

    def _begin(self, state: str) -> None:
        self.state = state
        self.parts: LRUCache[Any, tuple[Any, int]] = LRUCache(self.most, getsizeof=lambda kept: kept[1])

    def get(self, state: str, name: Any) -> Any:
        """The part of this name; None if it is not kept."""
        with self._lock:
            kept = self.parts.get(name) if state == self.state else None
        return kept[0] if kept else None

    def put(self, state: str, made: dict[Any, tuple[Any, int]]) -> None:
        """Keep these, {name: (part, its bytes)}, and nothing of another state; none that leaves no room for others."""
        with self._lock:
            if state != self.state:
                self._begin(state)
            self.parts.update({name: kept for name, kept in made.items() if kept[1] <= self.most / 2})

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._begin("")


STORE = Store(settings.READY_BYTES // SHARE)


class Parts:
    """What one page finds kept, and what it adds to that. Of a page that shows a draft there is none.

    `revision`: the state of the record before any row of the page was read, since parts are made of such rows; without
    it nothing is kept.
    """

    def __init__(self, seen: Seen, revision: str) -> None:
        self.seen, self.revision = seen, revision
        self.are_kept = bool(revision) and seen.preview is None
        self._made: dict[Any, tuple[Any, int]] = {}

    @cached_property
    def _state(self) -> str:
        return f"{self.revision}:{today()}"

    def once(self, name: tuple[Any, ...], make: Callable[[], Any], size: int | Callable[[Any], int]) -> Any:
        """What `make` gives, which follows from `name` and what was known on the day of the page alone.

        It is not kept where a value of the name is None. `size`: how many bytes it takes, roughly.
        """
        if not self.are_kept or None in name:
            return make()
        name = name, self.seen.day
        found = self._found(name)
        if found is None:
            found = make()
            self._made[name] = found, size if isinstance(size, int) else size(found)
        return found

    def of_each(self, compute: Compute, size: Callable[[Any], int], *about: Any) -> Compute:
        """The same as `compute`, which gives a thing for each of some rows, in their order, and is asked for few.

        `size`: how many bytes such a thing takes, roughly; `about`: what it follows from besides the row and the day.
        """

        def asked(seen: Seen, rows: Iterable[Any]) -> list:
            if not self._keeps(seen):
                return compute(seen, rows)
            names = {(compute, row.pk, seen.day, *about): row for row in rows}
            return self._each(names, lambda missing: compute(seen, missing), size)

        return asked

    def reported(self, reports_of: Callable[..., dict[int, list]], seen: Seen, pks: Iterable[int]) -> dict[int, list]:
        """What `reports_of`, one of `talks.queries.reports`, gives of these entries, asked for few: {pk: rows}."""
        of_entries = self.by_key(reports_of, lambda rows: ROW * (1 + sum(map(_number_of_rows, rows))))
        return of_entries(seen, pks)

    def by_key(self, compute: ByKey, size: Callable[[Any], int]) -> ByKey:
        """The same as `compute`, which gives {key: thing} of some keys, nothing for others, and is asked for few.

        `size`: how many bytes such a thing takes, roughly.
        """

        def asked(seen: Seen, keys: Iterable[Any]) -> dict:
            if not self._keeps(seen):
                return compute(seen, keys)

            def of_missing(missing: list) -> list:
                things = compute(seen, missing)
                return [things.get(key, ()) for key in missing]

            names = {(compute, key, seen.day): key for key in keys}
            each = self._each(names, of_missing, size)
            return {key: thing for key, thing in zip(names.values(), each, strict=True) if thing}

        return asked

    def _keeps(self, seen: Seen) -> bool:
        """True unless it may show a draft, of the page as such or by what is asked here."""
        return self.are_kept and seen.preview is None

    def _each(self, names: dict[Any, Any], make: Callable[[list], list], size: Callable[[Any], int]) -> list:
        """What is kept by these names, {name: what it is made of}, and what `make` gives for those that are not."""
        found = {name: self._found(name) for name in names}
        missing = [name for name in names if found[name] is None]
        rest = make([names[name] for name in missing]) if missing else []
        for name, made in zip(missing, rest, strict=True):
            found[name] = made
            self._made[name] = made, size(made)
        return list(found.values())

    def _found(self, name: Any) -> Any:
        return self._made[name][0] if name in self._made else STORE.get(self._state, name)

    def keep(self) -> None:
        """Keep what this page made, unless the record changed meanwhile: it may rest on some of both."""
        if self._made and Revision.current() == self.revision:
            STORE.put(self._state, self._made)


def _number_of_rows(one: Any) -> int:
    """How many reported rows there are in one thing of a list that `talks.queries.reports` gives."""
    if isinstance(one, merged.MergedDelegation):
        return len(one.rows) + sum(len(member.rows) for member in one.members)
    return len(one[1]) if isinstance(one, tuple) else len(one.rows)
