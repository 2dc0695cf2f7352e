"""A page as it was made: its headers, and its bytes as browsers take them."""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

import brotli

from talks.ready.asked import Environ

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

OK = "200 OK"
LARGEST = 400_000  # bytes as they are sent: the largest page that is kept
BROTLI, GZIP = 5, 6  # how hard: as small as within a few milliseconds
HARD = 10  # how hard what is asked for again: a tenth smaller, for ten times the time
WORTH_PACKING = 40_000  # bytes as they are sent: what is larger (data) would take too long for that
UNHEARD = re.compile(r"\bq=0(\.0*)?\s*$")


@dataclass(frozen=True)
class Page:
    """What is answered: `bodies` by their encoding, and the digest of what is in them.

    `is_packed`: they are as small as they shall be.
    """

    status: str
    headers: tuple[tuple[str, str], ...]
    digest: str
    bodies: dict[str, bytes]
    is_packed: bool = False

    @classmethod
    def made(cls, status: str, headers: Headers, body: bytes) -> Self:
        """The page that Django answered with."""
        own = tuple((name, value) for name, value in headers if name.lower() not in ("content-length", "vary"))
        digest = hashlib.sha256(b"\n".join([body, repr(own).encode()])).hexdigest()[:32]
        if _is_picture(headers):  # which is compressed already
            bodies = {"identity": body}
        else:
            bodies = {"br": brotli.compress(body, quality=BROTLI), "gzip": gzip.compress(body, GZIP, mtime=0)}
        is_packed = not 0 < len(bodies.get("br", b"")) < WORTH_PACKING
        return cls(status, (*own, ("Vary", varies(status, headers))), digest, bodies, is_packed)

    def packed(self) -> Self:
        """The same, as small as it gets."""
        body = gzip.decompress(self.bodies["gzip"])
        return replace(self, bodies=self.bodies | {"br": brotli.compress(body, quality=HARD)}, is_packed=True)

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    @property
    def may_be_kept(self) -> bool:
        """True of a page that is the same for all: it is there, tells nobody anything, and is not for editors."""
        told = {name.lower(): value for name, value in self.headers}
        return (
            self.status == OK
            and "set-cookie" not in told
            and "no-store" not in told.get("cache-control", "")
            and "private" not in told.get("cache-control", "")
            and self.size <= LARGEST
        )

    def marked(self, sentence: str) -> Self:
        """The same, with a sentence above its contents; a picture as it is."""
        if _is_picture(self.headers):
            return self
        body = gzip.decompress(self.bodies["gzip"])
        return replace(self, digest="", bodies={"identity": body.replace(b"<main", f"{sentence}<main".encode(), 1)})

    def answer(self, environ: Environ, start_response: StartResponse, caching: Headers) -> Iterable[bytes]:
        """Answer with it, in an encoding that is understood, or with 304 to whoever has it."""
        encoding = understood(environ.get("HTTP_ACCEPT_ENCODING", ""), self.bodies)
        tag = f'"{self.digest}-{encoding}"'
        headers = [*self.headers, *caching]
        if self.digest and self.status == OK:
            headers += [("ETag", tag)]
            if self.digest in environ.get("HTTP_IF_NONE_MATCH", ""):
                start_response("304 Not Modified", [one for one in headers if not one[0].startswith("Content-T")])
                return []
        body = self.bodies[encoding] if encoding in self.bodies else gzip.decompress(self.bodies["gzip"])
        headers += [("Content-Encoding", encoding)] if encoding != "identity" else []
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _is_picture(headers: Iterable[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-type" and value.startswith("image/") for name, value in headers)


def varies(status: str, headers: Headers) -> str:
    """What else of a request than its address decides what is answered.

    Not the cookie, where a page is there: whoever has a session is given none from here, nor is theirs ever kept.
    """
    told = [one.strip() for name, value in headers if name.lower() == "vary" for one in value.split(",")]
    return ", ".join(dict.fromkeys(["Accept-Encoding", *(one for one in told if one != "Cookie" or status != OK)]))


def understood(accepted: str, bodies: Iterable[str]) -> str:
    """The smallest of the encodings that a browser accepts; “identity” if it accepts none."""
    named = (one.partition(";") for one in accepted.split(","))
    heard = {name.strip() for name, _, weight in named if not UNHEARD.search(weight)}
    return next((one for one in bodies if one in heard), "identity")
