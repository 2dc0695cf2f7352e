"""Places in words. Facts name them in plain text, in the language of the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from talks.models import Location, OfRecord
from talks.models.translated import is_language_of_record

Names = dict[str, str]  # {name of a place: what it is called in the language of the page}

_asked: ContextVar[list[Names] | None] = ContextVar("names of places", default=None)  # for the page that is made


def place_name(text: str) -> str:
    """A place in the language of the page; an `OfRecord` where it is not translated."""
    return (not is_language_of_record() and _names().get(text)) or OfRecord(text)


def ask_once(asks: bool) -> None:
    """From here on, ask for the names of places once at most, or each time."""
    _asked.set([] if asks else None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Within this, ask for the names of places once at most; also after the page that asks for it was begun."""
    token = _asked.set([]) if _asked.get() is None else None
    try:
        yield
    finally:
        if token:
            _asked.reset(token)


def _names() -> Names:
    asked = _asked.get()
    if asked:
        return asked[0]
    names = {place.name: translated for place in Location.objects.all() if (translated := place.translation("name"))}
    if asked is not None:
        asked.append(names)
    return names
