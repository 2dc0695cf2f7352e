"""Words of a text, and what a paragraph is compared with: names, topics, candidates."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from talks.derived import stems
from talks.derived.stems import plain, stem, words_in
from talks.suggest import vocabulary

COMMON = set(vocabulary.COMMON.split())


@dataclass(frozen=True)
class Name:
    """A person or a party (`sort`) with all spellings; `code` stands for a party where it is written in capitals."""

    sort: str
    slug: str
    spellings: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True)
class Topic:
    """An issue."""

    slug: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Candidate:
    """An entry that an article may be about. `parties`: slugs."""

    slug: str
    kind: str
    title: str
    start: datetime.date | None = None
    precision: str = "day"
    end: datetime.date | None = None
    city: str = ""
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Suggestion:
    """What a paragraph seems to name, and the words that say so.

    `value`: the slug of a person, party, issue or entry; a date as ISO text; a count and the kind of a transfer, such
    as “307 prisoners-of-war”.
    """

    sort: str
    value: str
    words: str = field(compare=False)


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int

    @cached_property
    def folded(self) -> str:
        return plain(self.text)

    @property
    def capital(self) -> bool:
        """True of a word in a script without capitals, too."""
        return not self.text[0].islower()


def words_of(text: str) -> list[Word]:
    return [Word(match[0], match.start(), match.end()) for match in stems.words_of(text)]


def stand_together(text: str, words: Sequence[Word]) -> bool:
    """True if no sentence ends and nothing is listed between these words; the full stop of an initial is none."""
    gaps = ((one, text[one.end : other.start]) for one, other in pairwise(words))
    return all(len(word.text) == 1 or not re.search(r"[.,;:!?()\n]", gap) for word, gap in gaps)


MONTH_NAMES = "january february march april may june july august september october november december"
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES.split(), start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}


def telling(text: str) -> set[str]:
    """The stems of the words that tell a text from others."""
    return {stem(word) for word in words_in(text) if word not in COMMON and not word.isdigit() and word not in MONTHS}
