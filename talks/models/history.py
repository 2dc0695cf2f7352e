"""The history: what is noted of each change of a row, and which changes are one edit."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

_open: ContextVar[uuid.UUID | None] = ContextVar("edit", default=None)  # the edit that is being made


@contextmanager
def one_edit() -> Iterator[None]:
    """Let all that is written within be one edit in the history; within another edit, part of that one."""
    token = _open.set(id_of_edit())
    try:
        yield
    finally:
        _open.reset(token)


def id_of_edit() -> uuid.UUID:
    """The id of the edit that is being made; outside of any, a new one."""
    return _open.get() or uuid.uuid4()


class Record(models.Model):
    """One record of the history: what a row says after a change. simple-history adds the columns of the row.

    `edit` is the same in all records of what was edited together.
    """

    history_id: int
    history_date: datetime.datetime
    history_type: str  # "+" created, "~" changed, "-" deleted
    history_change_reason: str | None
    history_user: AbstractBaseUser | None
    instance: models.Model  # the row as it was
    instance_type: type[models.Model]

    edit = models.UUIDField(default=id_of_edit, editable=False)

    class Meta:
        abstract = True


def history_of(model: type[models.Model]) -> Any:
    """The manager of the records of a model's rows."""
    return model.history  # type: ignore[attr-defined]


def save(row: models.Model, reason: str) -> None:
    """Save a row; `reason` stands in its history."""
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save()


def delete(row: models.Model, reason: str) -> None:
    """Delete a row; `reason` stands in its history."""
    row._change_reason = reason  # type: ignore[attr-defined]
    row.delete()
