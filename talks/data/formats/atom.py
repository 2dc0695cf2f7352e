"""Atom feeds (RFC 4287). An id stays while titles, slugs and addresses change."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

MEDIA = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class Item:
    """One entry of a feed. `id`: see `tag`; `content`: HTML with full addresses."""

    id: str
    title: str
    address: str
    updated: datetime.datetime
    summary: str = ""
    content: str = ""
    categories: tuple[str, ...] = ()


def tag(host: str, row: Model, since: datetime.datetime) -> str:
    """The id of a row for good (RFC 4151): the site, the day since when it has the row, and the row's key."""
    return f"tag:{host.partition(':')[0]},{since:%Y-%m-%d}:{row._meta.model_name}/{row.pk}"


class _Feed(Atom1Feed):
    """Django's, with HTML beside the summary, links between the pages of a feed, and a date that is no clock's."""

    content_type = MEDIA

    def latest_post_date(self) -> datetime.datetime:
        return self.feed["changed"]

    def add_root_elements(self, handler):  # type: ignore[no-untyped-def]
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "peace-talks-timeline")
        for rel in ("previous", "next"):
            if self.feed[rel]:
                handler.addQuickElement("link", "", {"rel": rel, "href": self.feed[rel]})

    def add_item_elements(self, handler, item):  # type: ignore[no-untyped-def]
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})


def feed(
    items: Iterable[Item],
    *,
    title: str,
    subtitle: str,
    author: str,
    language: str,
    page: str,
    address: str,
    previous: str | None,
    following: str | None,
    since: datetime.datetime,
) -> str:
    """The feed of these items, newest first. `page`: where readers see the same; `since`: its date if it is empty."""
    items = list(items)
    made = _Feed(
        title,
        page,
        "",
        language=language,
        subtitle=subtitle,
        author_name=author,
        feed_url=address,
        feed_guid=address,
        previous=previous,
        next=following,
        changed=max((item.updated for item in items), default=since),
    )
    for item in items:
        made.add_item(
            item.title,
            item.address,
            escape(item.summary) or None,  # type: ignore[arg-type]  # HTML, as Django calls it
            unique_id=item.id,
            updateddate=item.updated,
            categories=item.categories,
            content=item.content,
        )
    return made.writeString("utf-8")
