"""Where the paragraphs of a text stand in another version of it: a pure comparison of their words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from talks.record.facts import folded

Words = tuple[str, ...]
Places = dict[int, list[int]]  # {number in one text: numbers in the other}

LEAST = 3  # words of a paragraph that is looked for within another one
NEAR = 0.6  # of the words of two paragraphs that are versions of one


def places(old: Sequence[str], new: Sequence[str]) -> Places:
    """{number of a paragraph in the old text: the numbers of those in the new one that say it}, counted from 1.

    A paragraph is found by its words, whatever case, accents or punctuation: as it was, joined with another, in pieces,
    or rewritten in part. One that is not found again is left out.
    """
    before, after = [words_of(text) for text in old], [words_of(text) for text in new]
    found: Places = {}
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        found |= {block.a + step + 1: [block.b + step + 1] for step in range(block.size)}
    taken = {number for numbers in found.values() for number in numbers}
    free = {number: words for number, words in enumerate(after, start=1) if number not in taken}
    for number, words in enumerate(before, start=1):
        if number not in found and (numbers := _elsewhere(words, free)):
            found[number] = numbers
    return found


def words_of(text: str) -> Words:
    """The words of a paragraph, folded; of one without any, its signs."""
    return tuple(re.findall(r"\w+", folded(text))) or (text,)


def _elsewhere(words: Words, free: dict[int, Words]) -> list[int]:
    """The numbers of those of these paragraphs that say the same: one that does, else one around it, its pieces, or the
    nearest version.
    """
    same = [number for number, other in free.items() if other == words]
    around = [number for number, other in free.items() if _is_within(words, other)]
    pieces = [number for number, other in free.items() if _is_within(other, words)]
    return same[:1] or around[:1] or pieces or _nearest(words, free)


def _is_within(part: Words, whole: Words) -> bool:
    starts = range(len(whole) - len(part) + 1) if len(part) >= LEAST else ()
    return any(whole[start : start + len(part)] == part for start in starts)


def _nearest(words: Words, free: dict[int, Words]) -> list[int]:
    near = max(_likeness(words, free), default=(0.0, 0))
    return [-near[1]] if near[0] >= NEAR else []


def _likeness(words: Words, free: dict[int, Words]) -> Iterator[tuple[float, int]]:
    """(how alike from 0 to 1, -number) of the paragraphs that share enough words to be looked at."""
    count = Counter(words)
    for number, other in free.items():
        shared = sum((count & Counter(other)).values())
        if 2 * shared >= NEAR * (len(words) + len(other)):
            yield SequenceMatcher(None, words, other, autojunk=False).ratio(), -number
