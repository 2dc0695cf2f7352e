"""The articles that a page names."""

import datetime
from dataclasses import dataclass, field

from talks import words
from talks.models import Article

WAYS_BACK = 3  # from an article in the list to the notes that cite it
ALL_WAYS_BACK = 100  # on a page, which has one for each article in any case


@dataclass
class Source:
    """An article that a page names: its number there, the paragraphs that are cited, and the first notes that do so.

    `said`: its publisher and day in words; `retracted`: in words as well, that it was, or nothing.
    """

    number: int
    article: Article
    publisher: str
    said: str
    retracted: str
    paragraphs: set[int] = field(default_factory=set)
    notes: list[int] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The address of what is cited within the article's own page; "" where no paragraph is recorded."""
        return f"#p{min(self.paragraphs)}" if self.paragraphs else ""


class Sources:
    """The articles that a page has named so far, numbered in the order in which the reader meets them.

    `day`: the day whose knowledge the page shows, or None for now. `by_name`: the notes give the publisher's name and
    no number, for a part of a page that has numbers of its own.
    """

    def __init__(self, day: datetime.date | None):
        self.day = day
        self.by_article: dict[int, Source] = {}  # by pk
        self.by_name = False
        self.note_count = 0

    def source(self, article):
        """The `Source` of an article, which gets the next number if the page names it for the first time."""
        found = self.by_article.get(article.pk)
        if found is None:
            publisher = str(article.publisher)
            said = f"{publisher}, {words.day(article.published)}"
            retracted = next(words.later_marks(article, self.day)) if article.is_retracted(self.day) else ""
            found = self.by_article[article.pk] = Source(len(self.by_article) + 1, article, publisher, said, retracted)
        return found

    def noted(self, cited):
        """The number of the next note, which cites these sources, where one of them has its way back to it; or None."""
        self.note_count += 1
        waiting = [source for source in cited if len(source.notes) < WAYS_BACK]
        for source in waiting:
            source.notes.append(self.note_count)
        return self.note_count if waiting else None

    @property
    def listed(self):
        """[(`Source`, the notes that it leads back to)] in order of number."""
        ways = max(1, ALL_WAYS_BACK // len(self.by_article)) if self.by_article else 0
        return [(source, source.notes[:ways]) for source in self.by_article.values()]
