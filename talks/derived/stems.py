"""Words as search compares them: folded, and English ones cut down to their stems. Pure functions on text.

The databases' own stemmers differ (SQLite has none), so what goes into an index and what a visitor asks for both come
through here, and either database finds the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

from talks.record.facts import folded

APOSTROPHES = "'’ʼ‘"
CYRILLIC = "\\u0400-\\u04ff"
# A number is one word however its thousands stand apart; an apostrophe belongs to a word between Cyrillic letters only.
WORD = re.compile(
    rf"""[{APOSTROPHES}]s\b
    | (?P<word>
        [1-9][0-9]{{0,2}}(?P<apart>[ ,.’'\u00a0\u2009\u202f])[0-9]{{3}}(?:(?P=apart)[0-9]{{3}})*(?![0-9])
        | [^\W_ʼ](?:[^\W_ʼ] | [\u0300-\u036f] | (?<=[{CYRILLIC}])[{APOSTROPHES}](?=[{CYRILLIC}]))*
    )""",
    re.VERBOSE | re.IGNORECASE,
)
NO_PART_OF_A_WORD = re.compile(r"[\W_ʼ]+")


def words_of(text: str) -> Iterator[re.Match[str]]:
    """Where the words of a text stand; the “s” of “Freedonia’s” is none."""
    return (match for match in WORD.finditer(text) if match["word"])


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """A word folded, and a number without what stands between its thousands: “1,000” gives “1000”."""
    return NO_PART_OF_A_WORD.sub("", folded(word))


def words_in(text: str) -> list[str]:
    """The words of a text, folded: “Freedonia's demands” gives ["freedonia", "demands"]."""
    return [plain(match[0]) for match in words_of(unicodedata.normalize("NFKC", text))]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded English word: "exchang" for "exchanges". Words in other letters stay as they are."""
    # A stemmer of its own each time: one is not safe for several threads.
    return EnglishStemmer().stemWord(word) if word.isascii() and word.isalpha() else word


def stems_of(text: str) -> list[str]:
    """The stems of the words of a text, in their order."""
    return [stem(word) for word in words_in(text)]


def in_a_row(stems: Iterable[str]) -> str:
    """Stems as they follow each other in an index, each between spaces of its own, so that a whole one can be told."""
    return "".join(f" {one} " for one in stems)


def indexed(*texts: str) -> str:
    """Texts as the index holds them: their stems, and each text on a line, so that no phrase goes over its end."""
    return "".join(f"{_line(text)}\n" for text in texts if text)


@lru_cache(maxsize=2_000)  # names come again and again, and so does what is told of an entry from one day to the next
def _line(text: str) -> str:
    return in_a_row(stems_of(text))
