"""All pages of rows, for who looks at each of them: crawlers."""

import datetime
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from talks.models import KINDS, Article, Change, Entry, Issue, Party, Person, Seen
from talks.queries.changes import OF_PUBLISHED

SORTS: dict[str, Any] = {"people": Person, "parties": Party, "issues": Issue, "articles": Article}
SECTIONS = {model.SECTION: kind for kind, model in KINDS.items()}


def pages_of(section: str) -> QuerySet:
    """The rows of a section of the site that have a page, the oldest first; entries with the time of their last change
    as `changed`.
    """
    if section in SORTS:
        return SORTS[section].objects.visible(Seen.now()).order_by("pk").only("slug")
    changes = Change.objects.filter(entry=OuterRef("pk")).values("made")[:1]
    entries = Entry.objects.visible(Seen.now()).filter(kind=SECTIONS[section])
    return entries.annotate(changed=Subquery(changes)).order_by("pk").only("slug", "kind")


def last_change_in(section: str) -> datetime.datetime | None:
    """When an entry of a section of the site last changed; None if none did, and of sections without changes."""
    if section in SORTS:
        return None
    changes = Change.objects.filter(OF_PUBLISHED, entry__kind=SECTIONS[section])
    return changes.aggregate(last=Max("made"))["last"]
