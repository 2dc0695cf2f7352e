"""Whose report an article is, in which language, and what became of it after it was published."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext

from talks.models import Article, Publisher
from talks.record.facts import KnownEntry
from talks.words import time
from talks.words.language import OfRecord, language, some_of


def report_of(agency: Publisher) -> str:
    """Whose report an article republishes."""
    return gettext("report of %(agency)s") % {"agency": agency}


def in_language(code: str) -> str:
    """In which language an article is: “in French”."""
    return gettext("in %(language)s") % {"language": language(code)}


def later_marks(article: Article, day: datetime.date | None) -> Iterator[str]:
    """That an article was retracted or changed, as was known on a day (None: today), and the notice of it.

    Of a change that came later, a page of an earlier day says that: what is cited may stem from it.
    """
    if article.retracted and article.is_retracted(day):
        yield gettext("retracted by its publisher on %(day)s") % {"day": time.day(article.retracted)}
    if article.updated and day and day < article.updated:
        yield gettext("changed by its publisher later, on %(day)s; what is cited here may stem from that change") % {
            "day": time.day(article.updated)
        }
    elif article.updated:
        yield gettext("changed by its publisher on %(day)s") % {"day": time.day(article.updated)}
    if article.notice and (day is None or day >= max(filter(None, [article.retracted, article.updated]))):
        yield OfRecord(article.notice.removesuffix("."))


def also_reported(known: KnownEntry, article: Article, most: int = 5) -> str:
    """Who reports an entry besides an article, by name of publisher, in order of report; "" if nobody does."""
    others = dict.fromkeys(str(one.article.publisher) for one in known.mentions if one.article_id != article.pk)
    if not others:
        return ""
    return gettext("Also reported by %(names)s.") % {"names": some_of(others, most)}
