"""An answer that is too large to be kept: passed on piece by piece, as Django makes it."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from talks.ready.asked import Environ
from talks.ready.page import OK, Headers, StartResponse, understood, varies

MOST = 1_000_000  # bytes of an answer that are in memory at a time
PACKED = ("application/zip", "application/vnd.openxmlformats")  # types that are compressed in themselves
LEVEL = 6
GZIPPED = 31  # what `zlib` calls the format of gzip


@dataclass(frozen=True)
class Flow:
    """What is answered: the pieces that were read, and those that are still to come. It is read once.

    `tag`: what tells it from what was answered in another state of the record.
    """

    status: str
    headers: Headers
    pieces: Iterable[bytes]
    close: Callable[[], Any]
    tag: str = ""
    may_be_kept = False

    def answer(self, environ: Environ, start_response: StartResponse, caching: Headers) -> Iterable[bytes]:
        """Answer with it, compressed if that is understood."""
        is_packed = any(name.lower() == "content-type" and value.startswith(PACKED) for name, value in self.headers)
        encoding = "identity" if is_packed else understood(environ.get("HTTP_ACCEPT_ENCODING", ""), ["gzip"])
        headers = [one for one in self.headers if one[0].lower() not in ("content-length", "vary")]
        headers += [("Vary", varies(self.status, self.headers)), *(caching if self.status == OK else ())]
        headers += [("ETag", f'"{self.tag}-{encoding}"')] if self.tag and self.status == OK else []
        headers += [("Content-Encoding", encoding)] if encoding != "identity" else []
        start_response(self.status, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            self.close()
            return []
        return Pieces(compressed(self.pieces) if encoding == "gzip" else iter(self.pieces), self.close)


class Pieces:
    """Pieces of an answer, and what is to be done when all are sent, or nobody wants more."""

    def __init__(self, pieces: Iterator[bytes], close: Callable[[], Any]) -> None:
        self._pieces, self.close = pieces, close

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same, gzipped on the way."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIPPED)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def read(answer: Iterable[bytes]) -> tuple[list[bytes], Iterable[bytes] | None]:
    """(the pieces of an answer, None), or of a large one (the first of them, all its pieces)."""
    found, size, rest = [], 0, iter(answer)
    for piece in rest:
        found.append(piece)
        size += len(piece)
        if size > MOST:
            return found, chain(found, rest)
    return found, None
