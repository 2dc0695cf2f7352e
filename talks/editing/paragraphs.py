"""Reports stay with the words they cite: when an article's text changes, their paragraph numbers change with it.

The old and the new text are both at hand when a text changes, and no file holds one, so nothing more need be kept than
which paragraphs were not found again (`Article.lost`). These numbers are taken from the reports, because they would
lead to other words; they are asked for until an editor gives another number, or says that none is needed.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from talks.models import REPORTS, Article, Sourced
from talks.models.history import history_of, save
from talks.record.paragraphs import Places, places

REASON = "its paragraph moved in the article’s text"


@dataclass(frozen=True)
class Lost:
    """A paragraph that a row cited and that the text no longer has. `key` tells it from others of its article."""

    row: Any
    number: int
    words: str

    @property
    def key(self) -> str:
        return f"{type(self.row).__name__}-{self.row.pk}-{self.number}"

    def as_kept(self) -> dict[str, Any]:
        """As `Article.lost` holds it. `left`: the row's paragraphs without it; it is settled once they are others."""
        of = {"model": type(self.row).__name__, "pk": self.row.pk, "left": self.row.paragraphs}
        return of | {"number": self.number, "words": self.words}


@dataclass
class Moves:
    """What became of the reports of an article: [(row, paragraphs before)] of those that moved, and what is lost."""

    moved: list[tuple[Sourced, str]] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)


def lost_of(article: Article) -> list[Lost]:
    """The lost paragraphs of an article that are not settled yet, in the order in which they were lost."""
    if not article.lost:
        return []
    rows = {(type(row).__name__, row.pk): row for row in rows_of(article)}
    return [
        Lost(row, one["number"], one["words"])
        for one in article.lost
        if (row := rows.get((one["model"], one["pk"]))) and row.paragraphs == one["left"]
    ]


def articles_to_settle() -> list[int]:
    """The articles (pks) that have lost paragraphs which are not settled, newest first; keep it (`queries.kept`)."""
    lost = Article.objects.exclude(lost=[]).only("pk", "lost").order_by("-published", "slug")
    return [article.pk for article in lost if lost_of(article)]


def rows_of(article: Article) -> Iterator[Any]:
    """All rows that the article reports, with what their words and those of their entry are made of."""
    for model in REPORTS:
        yield from model.objects.filter(article=article).loaded(model.ENTRY).order_by("pk")


def settle_lost(article: Article, keys: Collection[str]) -> None:
    """Ask no longer for the lost paragraphs with these keys."""
    keep(article, [one for one in lost_of(article) if one.key not in keys])


def follow(article: Article, old: str, reason: str) -> Moves:
    """Move what an article reports with its paragraphs, after its text, which was `old`, has changed and was saved."""
    before, after = (texts(Article(text=text)) for text in (old, article.text))
    moves, known = Moves(), lost_of(article)
    if not before or not after or before == after:
        return moves
    found = places(before, after)
    for row in rows_of(article):
        here = [one for one in known if (type(one.row), one.row.pk) == (type(row), row.pk)]
        back = places([one.words for one in here], after)
        numbers, missing = moved_numbers(row.paragraph_numbers, found, len(before))
        numbers |= {number for again in back.values() for number in again}
        text = in_text(numbers)
        if text != row.paragraphs:
            moves.moved.append((row, row.paragraphs))
            row.paragraphs = text
            save(row, f"{REASON}: {reason}")
        still = [one for place, one in enumerate(here, start=1) if place not in back]
        moves.lost += [Lost(row, one.number, one.words) for one in still]
        moves.lost += [Lost(row, number, before[number - 1]) for number in missing]
    keep(article, moves.lost)
    return moves


def keep(article: Article, lost: Iterable[Lost]) -> None:
    """Let these be the lost paragraphs of an article. It is no change of the article, so no history has it."""
    article.lost = [one.as_kept() for one in lost]
    Article.objects.filter(pk=article.pk).update(lost=article.lost)


def bring_to_today(rows: Iterable[tuple[Any, datetime.datetime]]) -> list[Lost]:
    """Give rows of an earlier state the numbers that their paragraphs have in today's texts; what these no longer have.

    `rows`: (row, since when it stood so), of which the text of its article at that moment tells the paragraphs.
    """
    rows = list(rows)
    stored = Article.objects.filter(pk__in={row.article_id for row, _ in rows}, paragraph_count__isnull=False)
    today = {article.pk: texts(article) for article in stored.only("text")}
    earlier = _earlier_texts(today)
    lost: list[Lost] = []
    for row, when in rows:
        before = next((text for since, text in earlier.get(row.article_id, ()) if since <= when), [])
        if before and before != today[row.article_id]:
            found = places(before, today[row.article_id])
            numbers, missing = moved_numbers(row.paragraph_numbers, found, len(before))
            row.paragraphs = in_text(numbers)
            lost += [Lost(row, number, before[number - 1]) for number in missing]
    return lost


def _earlier_texts(articles: Collection[int]) -> dict[int, list[tuple[datetime.datetime, list[str]]]]:
    """{article: [(since when, paragraphs)]} of the texts that these articles (pks) have had, the latest first."""
    if not articles:
        return {}
    records = history_of(Article).filter(id__in=articles).order_by("-history_id")
    found: dict[int, list[tuple[datetime.datetime, list[str]]]] = {}
    for pk, since, text in records.values_list("id", "history_date", "text"):
        found.setdefault(pk, []).append((since, texts(Article(text=text))))
    return found


def ask_for(lost: Iterable[Lost]) -> None:
    """Ask for these paragraphs too, from now on."""
    by_article: dict[int, list[Lost]] = {}
    for one in lost:
        by_article.setdefault(one.row.article_id, []).append(one)
    for pk, new in by_article.items():
        article = Article.objects.get(pk=pk)
        keep(article, {one.key: one for one in [*lost_of(article), *new]}.values())


def moved_numbers(numbers: Iterable[int], found: Places, last: int) -> tuple[set[int], list[int]]:
    """(where these paragraphs stand now, those that are not found); one that the old text never had stays as it is."""
    known = [number for number in numbers if number <= last]
    beyond = {number for number in numbers if number > last}
    now = {place for number in known for place in found.get(number, ())}
    return now | beyond, [number for number in known if number not in found]


def texts(article: Article) -> list[str]:
    return [text for _, text in article.numbered_paragraphs()]


def in_text(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))
