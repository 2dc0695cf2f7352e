"""Words as search compares them: folded, and English ones cut down to their stems. Pure functions on text.

The databases' own stemmers differ (SQLite has none), so what goes into an index and what a visitor asks for both come
through here, and either database finds the same.
"""

import re
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

from talks.record.facts import folded

WORD = re.compile(r"[^\W_]+")
POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)


def words_in(text: str) -> list[str]:
    """The words of a text, folded: “Russia's demands” gives ["russia", "demands"]."""
    return WORD.findall(folded(POSSESSIVE.sub("", text)))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded English word: "exchang" for "exchanges". Words in other letters stay as they are."""
    # A stemmer of its own each time: one is not safe for several threads.
    return EnglishStemmer().stemWord(word) if word.isascii() and word.isalpha() else word


def stems_of(text: str) -> list[str]:
    """The stems of the words of a text, in their order."""
    return [stem(word) for word in words_in(text)]


def indexed(text: str) -> str:
    """A text as the index holds it: its stems, each between spaces of its own, so that a whole one can be told."""
    return "".join(f" {one} " for one in stems_of(text))
