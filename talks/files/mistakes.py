"""The mistakes in a file, one by one, in sentences that say what would be right."""

from collections.abc import Iterator
from textwrap import shorten
from typing import Any

from pydantic import ValidationError

from talks.files import schema
from talks.files.reader import Document, Place, Problem, did_you_mean
from talks.record import typed


def validated(part: type[schema.Part], document: Document, place: Place = ()) -> tuple[Any, list[Problem]]:
    """(the `part` that the document holds at `place`, []), or (None, problems), each with its line and a remedy."""
    try:
        return part.model_validate(document.at(place)), []
    except ValidationError as error:
        sentences = [sentence_on(part, detail) for detail in error.errors()]
        return None, [document.problem((*place, *inner), message) for inner, message in sentences]


def sentence_on(part: type[schema.Part], detail: Any) -> tuple[Place, str]:
    """(place, sentence) of one of pydantic's errors, in words that say what would be right."""
    place, context = tuple(detail["loc"]), detail.get("ctx", {})
    given, value = detail["input"], shorten(str(detail["input"]), 60, placeholder="…")
    match detail["type"]:
        case "missing":
            return place, "this is missing; add it"
        case "extra_forbidden":
            known = names_at(part, place[:-1])
            guess = did_you_mean(place[-1], known)
            return place, f"there is no such field here.{guess} There are: {', '.join(known)}"
        case _ if given is None:
            return place, "nothing stands here; fill it in or leave it out"
        case "literal_error":
            known = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            return place, f"“{value}” is not one of {', '.join(known)}.{did_you_mean(value, known)}"
        case "string_pattern_mismatch":
            return place, f"“{value}” is no slug; use small letters, digits and single hyphens"
        case "string_type":
            return place, f"“{value}” is {kind_of(given)}, text is needed; put it in quotes if it is meant as text"
        case "int_type" | "int_from_float" | "int_parsing":
            return place, f"“{value}” is {kind_of(given)}, a whole number is needed; {number_to_write(place, given)}"
        case "bool_type":
            return place, f"“{value}” is {kind_of(given)}; write true or false, without quotes"
        case "list_type":
            return place, f"this is {kind_of(given)}, a list is needed; {list_to_write(place, given)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return place, f"this is {kind_of(given)}, fields with names are needed, such as “slug: …”"
        case "greater_than":
            return place, f"{value} is too small; it must be at least {context['gt'] + 1}. Leave it out if unknown"
        case "less_than" | "less_than_equal" | "greater_than_equal":
            return place, f"{value} is out of range; {detail['msg'].lower()}"
        case "string_too_short" | "too_short":
            return place, "this is empty; fill it in or leave it out"
        case "string_too_long" | "too_long":
            what = "entries" if isinstance(given, list) else "characters"
            return place, f"this is too long, {len(given)} {what}; shorten it to {context['max_length']} or fewer"
        case "value_error":
            return place, str(context["error"])
        case _:
            return place, detail["msg"]


def number_to_write(place: Place, given: object) -> str:
    """What to write in place of a text that is no number."""
    if {"paragraphs", "paragraphs_of"} & set(place) and (several := paragraphs_in(given)):
        return f"write {', '.join(map(str, several))}"
    number = typed.whole_number(str(given)) if isinstance(given, str) else None
    return "write it in digits, without quotes" if number is None else f"write {number}"


def list_to_write(place: Place, given: object) -> str:
    """What to write in place of something that is no list."""
    if {"paragraphs", "paragraphs_of"} & set(place) and (several := paragraphs_in(given)):
        return f"write [{', '.join(map(str, several))}]"
    if isinstance(given, dict):
        return "write each of its items below, beginning with “- ”"
    return f"write [{shorten(str(given), 60, placeholder='…')}] or one line with “- ” for each"


def paragraphs_in(given: object) -> list[int]:
    """The paragraphs that a text such as “1-3” names; none where it names none."""
    try:
        return typed.paragraphs(str(given))
    except ValueError:
        return []


def kind_of(value: object) -> str:
    names = {bool: "true or false", int: "a number", str: "text", list: "a list", dict: "fields with names"}
    return names.get(type(value), "a date")


def names_at(part: Any, place: Place) -> list[str]:
    """The field names that `part` allows at `place`."""
    for step in place:
        field = next((f for name, f in part.model_fields.items() if step in (name, f.alias)), None)
        if field:  # else it is a place in a list, or a slug
            part = next(one for one in parts_in(field.annotation) if hasattr(one, "model_fields"))
    return [field.alias or name for name, field in part.model_fields.items()]


def parts_in(annotation: Any) -> Iterator[Any]:
    """An annotation and all that stands within it."""
    yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from parts_in(inner)
