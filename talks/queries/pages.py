"""All pages of rows, for who looks at each of them: crawlers."""

import datetime
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from talks.models import KINDS, Article, Change, Entry, Issue, Party, Person, Seen

SORTS: dict[str, Any] = {"people": Person, "parties": Party, "issues": Issue, "articles": Article}
SECTIONS = {model.SECTION: kind for kind, model in KINDS.items()}


def pages_of(seen: Seen, section: str) -> QuerySet:
    """The rows of a section of the site that have a page, the oldest first; entries with the time of their last change
    as `changed`.
    """
    if section in SORTS:
        return SORTS[section].objects.visible(seen).order_by("pk").only("slug")
    changes = Change.objects.filter(entry=OuterRef("pk")).values("made")[:1]
    entries = Entry.objects.visible(seen).filter(kind=SECTIONS[section])
    return entries.annotate(changed=Subquery(changes)).order_by("pk").only("slug", "kind")


def last_change_in(seen: Seen, section: str) -> datetime.datetime | None:
    """When an entry of a section of the site last changed; None if none did, and of sections without changes."""
    if section in SORTS:
        return None
    entries = Entry.objects.visible(seen).filter(kind=SECTIONS[section])
    changes = Change.objects.filter(entry__in=entries)
    return changes.aggregate(last=Max("made"))["last"]
