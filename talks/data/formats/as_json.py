"""A document as JSON: one object, its items one on a line."""

import json
from collections.abc import Iterator
from typing import Any

from talks.data.documents import Document
from talks.data.shapes import plain

TYPE = "application/json"
END = b"\n]}\n"


def dumped(value: Any) -> str:
    """A value of the shapes as JSON."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def head(document: Document) -> bytes:
    """All before the first item."""
    told = "".join(f"{dumped(name)}:{dumped(value)},\n" for name, value in document.head.items())
    return f"{{{told}{dumped(document.sort)}:[".encode()


def separated(item: Any, *, first: bool) -> bytes:
    """An item, with what stands between it and the one before."""
    between = "\n" if first else ",\n"
    return f"{between}{dumped(item)}".encode()


def pieces(document: Document) -> Iterator[bytes]:
    yield head(document)
    for number, item in enumerate(document.items):
        yield separated(item, first=not number)
    yield END
