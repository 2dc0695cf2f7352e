"""Columns for what articles report without being exact: a count within bounds, a date of which the day is unknown."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.models.counts import Count
from talks.models.rules import partial_date


class ReadAttribute(DeferredAttribute):
    """What a row has in such a column is what its field reads in what it was given."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)  # type: ignore[attr-defined]


class PartialDateField(models.CharField):
    """A date of which the day or the month may be unknown, as ISO text (`talks.record.dates`), which sorts by time."""

    descriptor_class = ReadAttribute

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "max_length": 10, "validators": [partial_date]})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["max_length"], options["validators"]
        return name, path, args, options

    def to_python(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime.date) else value or None


class CountField(models.JSONField):
    """A `Count` in one column, so that all that goes by columns (history, files, merging, undo) keeps it whole.

    It stands there as JSON with `low` and, where there is an upper bound, `high`, which the database can compare.
    `most`: the largest number that it can name.
    """

    descriptor_class = ReadAttribute

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "most": self.most}

    def to_python(self, value: Any) -> Any:
        """A `Count` from one, from a whole number, from what was typed, or from what the column holds."""
        if isinstance(value, dict):
            count = Count(value["low"], value.get("high"), beyond=value.get("beyond", False))
            return count.approximately() if value.get("about") else count
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return Count.of(value) if isinstance(value, int | str) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        held = super().from_db_value(value, expression, connection)
        return self.to_python(held) if isinstance(held, dict) else held

    def get_prep_value(self, value: Any) -> Any:
        return value.as_json() if isinstance(value, Count) else super().get_prep_value(value)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """A `Count` whose numbers the column can name; JSON it always is."""
        models.Field.validate(self, value, model_instance)
        if isinstance(value, Count) and value.largest > self.most:
            told = gettext("It can be at most %(limit_value)s.")
            raise ValidationError(told % {"limit_value": self.most})

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **options: Any) -> Any:
        """A line of text; pages give the field that reads it."""
        return models.Field.formfield(self, **options)


def bound(column: str, name: str) -> Cast:
    """The `low` or `high` of a `CountField`, as the database reads it."""
    return Cast(KT(f"{column}__{name}"), models.BigIntegerField())


def largest(column: str) -> Coalesce:
    """The largest number in a `CountField`, as the database reads it."""
    return Coalesce(bound(column, "high"), bound(column, "low"))


def rules_of(column: str, name: str, positive: Any) -> list[models.CheckConstraint]:
    """The constraints of a `CountField`: it allows some number from 1 on, and is no range that runs down.

    `name`: what their names begin with. `positive`: the sentence on a number below 1.
    """
    low, high = bound(column, "low"), bound(column, "high")
    return [
        models.CheckConstraint(
            condition=Q(**{f"{column}__isnull": True})
            | Q(GreaterThanOrEqual(Coalesce(low, -1), 0), GreaterThan(Coalesce(high, low), 0)),
            name=f"{name}_is_positive",
            violation_error_message=positive,
        ),
        models.CheckConstraint(
            condition=GreaterThanOrEqual(high, low),
            name=f"{name}_runs_upwards",
            violation_error_message=_("A range of numbers runs from the lower to the higher one."),
        ),
    ]
