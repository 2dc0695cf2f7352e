"""A document as JSON: one object, its items one on a line."""

import json
from collections.abc import Iterator
from typing import Any

from talks.data.documents import Document
from talks.data.shapes import plain

TYPE = "application/json"


def dumped(value: Any) -> str:
    """A value of the shapes as JSON."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def pieces(document: Document) -> Iterator[bytes]:
    head = "".join(f"{dumped(name)}:{dumped(value)},\n" for name, value in document.head.items())
    yield f"{{{head}{dumped(document.sort)}:[".encode()
    between = "\n"
    for item in document.items:
        yield f"{between}{dumped(item)}".encode()
        between = ",\n"
    yield b"\n]}\n"
