"""What a file says beside its mistakes, so that these do not hide the others: those that only all files can tell."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from talks.files import schema
from talks.files.reader import Document, Place, Problem
from talks.models import rules

ROUNDS = 5  # in which what was hidden shows, such as the lack of what was left out
MANY = 200  # mistakes, after which a file says too little
UNSURE = "left-out"  # the slug of a publisher that was left out


@dataclass(kw_only=True)
class Remnant(Document):
    """A document without what is wrong in it. Its problems are told as of the `whole`."""

    whole: Document
    left_out: set[Place]

    def problem(self, place: Place, message: str, unknown: tuple[str, str] | None = None) -> Problem:
        return self.whole.problem(self.in_whole(place), message, unknown)

    def in_whole(self, place: Place) -> Place:
        """The same place in the whole document, where items of lists may stand before it that were left out."""
        found: Place = ()
        for step in place:
            if isinstance(step, int):
                here = [left[-1] for left in self.left_out if left[:-1] == found]
                for index in sorted(index for index in here if isinstance(index, int)):
                    step += index <= step  # noqa: PLW2901
            found += (step,)
        return found


def remnant_of(document: Document) -> Remnant | None:
    """What is left of an article's file without the mistakes that the schema finds; None if that is no article."""
    left_out: set[Place] = set()
    for _round in range(ROUNDS):
        remnant = _without(document, left_out)
        try:
            schema.ArticleFile.model_validate(remnant.value)
        except ValidationError as error:
            if error.error_count() > MANY:
                return None
            left_out = left_out | {_there(document, remnant.in_whole(detail["loc"])) for detail in error.errors()}
            if () in left_out or ("article",) in left_out:
                return None
        else:
            return remnant
    return None


def _there(document: Document, place: Place) -> Place:
    """The nearest place at or around `place` that the document has, or that can be filled in."""
    while place not in document.lines and not _can_be_filled(place):
        place = place[:-1]
    return place


def _can_be_filled(place: Place) -> bool:
    return len(place) == 2 and place[0] == "article" and place[1] in _fillings(None)


def _fillings(document: Document | None) -> dict[str, Any]:
    """What an article must have, in a form that nothing can be said against."""
    slug = document.path.stem if document else ""
    return {"slug": slug, "publisher": UNSURE, "title": "…", "published": rules.today(), "language": "en"}


def _without(document: Document, left_out: set[Place]) -> Remnant:
    value = _pruned(document.value, left_out)
    for name, filling in _fillings(document).items():
        if ("article", name) in left_out:
            value["article"][name] = filling
    return Remnant(document.path, value, document.lines, whole=document, left_out=left_out)


def _pruned(value: Any, left_out: set[Place], place: Place = ()) -> Any:
    if isinstance(value, dict):
        return {
            name: _pruned(inner, left_out, (*place, name))
            for name, inner in value.items()
            if (*place, name) not in left_out
        }
    if isinstance(value, list):
        return [
            _pruned(inner, left_out, (*place, index))
            for index, inner in enumerate(value)
            if (*place, index) not in left_out
        ]
    return value
