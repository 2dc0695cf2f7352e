"""What a load holds of many files, kept small while nobody reads it: a tenth of what it takes as objects.

These bytes never leave the process that made them.
"""

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

T = TypeVar("T")


def fold(value: Any) -> bytes:
    """The value as bytes, for `unfold`."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), level=1)


def unfold(folded: bytes) -> Any:
    """The value of which `fold` made these bytes, anew each time."""
    return pickle.loads(zlib.decompress(folded))  # noqa: S301 -- made by `fold`, in the same process


class Folded(Sequence[T]):
    """A sequence that is folded, and unfolded anew each time that somebody goes through it."""

    __slots__ = ("_folded", "_length")

    def __init__(self, items: Iterable[T]) -> None:
        items = list(items)
        self._folded, self._length = fold(items), len(items)

    def __iter__(self) -> Iterator[T]:
        return iter(unfold(self._folded))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: Any) -> Any:
        return unfold(self._folded)[index]
