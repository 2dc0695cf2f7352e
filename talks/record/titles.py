"""Titles of people: when two say the same, but for spelling, case, accents and the order of their words."""

import re

from talks.record.facts import folded

SMALL_WORDS = {"of", "the", "for", "s"}  # that come and go with the order: “Minister of Defence”, “Defence Minister”
# British and American endings of words, which are one.
SPELLINGS = (
    (re.compile("ence$"), "ense"),
    (re.compile("isor$"), "iser"),
    (re.compile("our$"), "or"),
    (re.compile("tre$"), "ter"),
    (re.compile("is(e|ed|ation)$"), r"iz\1"),
    (re.compile("amme$"), "am"),
)


def title_key(title: str) -> str:
    """A text that is equal for titles that say the same: the “Minister of Defence” and the “Defense minister”."""
    words = re.findall(r"\w+", folded(title))
    return " ".join(sorted(_spelt_one_way(word) for word in words if word not in SMALL_WORDS))


def _spelt_one_way(word: str) -> str:
    for ending, other in SPELLINGS:
        word = ending.sub(other, word)
    return word
