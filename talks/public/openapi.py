"""The description of the API (OpenAPI 3.1): parameters as the forms have them, answers as the shapes have them."""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from pydantic import TypeAdapter

from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.public.forms.fields import (
    MANY_CHOICES,
    ChoicesField,
    CodeField,
    CursorField,
    DayField,
    DirectionsField,
    MomentField,
    SlugsField,
)
from talks.words import site

VERSION = "1"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in a sentence for people"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
REF = "#/components/schemas/{model}"
DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
MOMENT = rf"^{DAY}T([01][0-9]|2[0-3])(:[0-5][0-9]){{2}}\.[0-9]{{6}}$"
CODE, NO_NULL = "^[A-Za-z-]{2,10}$", r"^[^\u0000]*$"
CURSOR = rf"^{DAY}\.[0-9]{{1,9}}\.[0-9]{{1,18}}$"


def description(resources: Any, address: str, examples: Mapping[str, str]) -> dict[str, Any]:
    """All of these resources, at addresses that start with that of the API; `examples`: {name of one: a slug}."""
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths = {_path(one): {"get": _operation(one, schemas, examples.get(one.name))} for one in resources}
    told = gettext(
        "What the pages tell, with the article and the paragraph of every fact. It only reads, and asks for no key. A "
        "day in “as_of” gives the record as it was known then. Where sources differ, “differs” is true and the reports "
        "give each value; “value” is then the one that the page gives first, or null where no rule accepts one."
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": str(site.name()), "version": VERSION, "description": told},
        "servers": [{"url": address.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _path(resource: Any) -> str:
    return "/" + resource.path.replace("<slug:slug>", "{slug}")


def _operation(resource: Any, schemas: dict[str, Any], example: str | None) -> dict[str, Any]:
    slug = {"name": "slug", "in": "path", "required": True, "schema": slug_schema()}
    slug |= {"example": example} if example else {}
    asked = [_parameter(name, field) for name, field in resource.form.base_fields.items()]
    return {
        "operationId": resource.name,
        "summary": str(resource.summary),
        "parameters": [*([slug] if resource.is_one else []), *asked],
        "responses": _responses(resource, schemas),
    }


def _responses(resource: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    responses = {
        "200": _response(gettext("What was asked for"), _envelope(resource, schemas)),
        "304": {"description": gettext("Nothing has changed since the answer with this ETag")},
        "400": _problem(gettext("A parameter is not written as it should be; the detail says what would be right")),
        "404": _problem(gettext("What the address or a parameter names is not here, as known on this day")),
        "429": _problem(gettext("Too many requests; Retry-After says for how many seconds to wait")),
    }
    if resource.is_one:
        responses["301"] = {"description": gettext("The slug has changed")}
        responses["410"] = _problem(gettext("It was withdrawn"))
    if "q" in resource.form.base_fields:
        responses["403"] = _problem(gettext("More words than are searched for"))
    return dict(sorted(responses.items()))


def _response(told: str, schema: dict[str, Any], type_: str = "application/json") -> dict[str, Any]:
    return {"description": told, "content": {type_: {"schema": schema}}}


def _problem(told: str) -> dict[str, Any]:
    return _response(told, {"$ref": REF.format(model="Problem")}, "application/problem+json")


def _envelope(resource: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    item = {"$ref": schema_of(resource.shape, schemas)}
    properties: dict[str, Any] = {
        "language": {"type": "string", "enum": [code for code, _ in settings.LANGUAGES]},
        "as_of": {"type": ["string", "null"], "format": "date"},
    }
    if resource.is_one:
        properties["item"] = item
    else:
        properties["total"] = {"type": "integer", "minimum": 0}
        properties["next"] = {"type": ["string", "null"], "format": "uri"}
        properties["items"] = {"type": "array", "items": item}
    return {"type": "object", "required": list(properties), "properties": properties}


def schema_of(shape: type, schemas: dict[str, Any]) -> str:
    """The reference to the schema of a shape; it and those that it needs are put into `schemas`."""
    assert is_dataclass(shape)
    schema = TypeAdapter(shape).json_schema(ref_template=REF, mode="serialization")
    for name, one in schema.pop("$defs", {}).items():
        schemas.setdefault(name, one)
    schemas.setdefault(shape.__name__, schema)
    return REF.format(model=shape.__name__)


def _parameter(name: str, field: forms.Field) -> dict[str, Any]:
    told = str(getattr(field, "label", "") or "")
    return {"name": name, "in": "query", "schema": schema_of_field(field), **({"description": told} if told else {})}


def slug_schema() -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{SLUG}$", "maxLength": SLUG_LENGTH}


def schema_of_field(field: forms.Field) -> dict[str, Any]:
    """What a parameter may be, by the first of `FIELDS` that it is; an empty one is as good as none."""
    schema = next(schema(field) for sort, schema in FIELDS if isinstance(field, sort))
    return schema if schema["type"] == "array" else _or_empty(schema)


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"const": ""}]}


def _several(items: dict[str, Any], most: int = MANY_CHOICES) -> dict[str, Any]:
    return {"type": "array", "items": _or_empty(items), "maxItems": most, "uniqueItems": True}


FIELDS: list[tuple[type, Callable[[Any], dict[str, Any]]]] = [
    (SlugsField, lambda field: _several(slug_schema(), field.most)),
    (DirectionsField, lambda field: _several({"type": "string", "pattern": f"^{SLUG}-to-{SLUG}$"})),
    (ChoicesField, lambda field: _several({"type": "string", "enum": list(field.values)})),
    (DayField, lambda field: {"type": "string", "format": "date"}),
    (CursorField, lambda field: {"type": "string", "pattern": CURSOR}),
    (MomentField, lambda field: {"type": "string", "pattern": MOMENT}),
    (forms.RegexField, lambda field: {"type": "string", "pattern": field.regex.pattern, "maxLength": field.max_length}),
    (forms.IntegerField, lambda field: {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}),
    (forms.ChoiceField, lambda field: {"type": "string", "enum": [value for value, _ in field.choices if value]}),
    (CodeField, lambda field: {"type": "string", "pattern": CODE}),
    (forms.CharField, lambda field: {"type": "string", "pattern": NO_NULL, "maxLength": field.max_length}),
]


def rows(described: dict[str, Any]) -> list[dict[str, str]]:
    """The operations of a description, as its page lists them."""
    server = described["servers"][0]["url"]
    return [
        {
            "id": told["get"]["operationId"],
            "summary": told["get"]["summary"],
            "address": f"{server}{path}",
            "is_example": "{" not in path,
            "parameters": ", ".join(one["name"] for one in told["get"]["parameters"]),
        }
        for path, told in described["paths"].items()
    ]
