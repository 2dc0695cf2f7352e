"""Which state of the record a query shows: the first thing that every query must be told."""

import datetime
from dataclasses import dataclass, replace
from typing import Self

from django.db.models import Q


@dataclass(frozen=True)
class Seen:
    """What may be shown: what was known on `day` (None: all that is known now), and of drafts only `preview`.

    `preview` is the pk of one entry that is shown whatever its publication is, to those who edit it. Neither has a
    default, so that no query shows the present or a draft because somebody forgot to say what it may show.
    """

    day: datetime.date | None
    preview: int | None

    @classmethod
    def now(cls) -> Self:
        """All that is public."""
        return cls(day=None, preview=None)

    @classmethod
    def on(cls, day: datetime.date | None) -> Self:
        """What is public, as known on a day; None means now."""
        return cls(day=day, preview=None)

    def previewing(self, entry: int | None) -> Self:
        """The same, with this entry (pk)."""
        return replace(self, preview=entry)

    @property
    def is_now(self) -> bool:
        return self.day is None

    def by(self, *lookups: str) -> Q:
        """The condition that the days at these lookups had come by then."""
        return Q() if self.day is None else Q(**{f"{lookup}__lte": self.day for lookup in lookups})
