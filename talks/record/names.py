"""Names that may be one: alike in any alphabet, in another order, or with an initial. Pure functions on texts."""

import re
from collections.abc import Hashable, Iterable, Iterator

from talks.record.facts import folded
from talks.record.sounds import sound

Name = tuple[str, ...]

BETWEEN = {"al", "el", "bin", "ibn", "bint", "abu", "van", "von", "fon", "de", "der", "del", "di", "da", "la"}
APOSTROPHES = re.compile("['’ʼ‘]")
SHORT = 5  # letters from which on a word may be misspelled by one


def name_of(spelling: str) -> Name:
    """The words of a name as they sound, without those that come and go between them, such as “al” and “bin”."""
    words = [sound(word) for word in re.findall(r"\w+", APOSTROPHES.sub("", folded(spelling)))]
    return tuple(word for word in words if word not in BETWEEN) or tuple(words)


def keys_of(name: Name) -> Iterator[Hashable]:
    """What a name has in common with every one that may be the same."""
    if name:
        yield tuple(sorted(name))
        yield from variants(name[-1])


def is_near(one: Name, other: Name) -> bool:
    """True if two names may be one: of the same words, or with first and last ones that differ in a letter at most."""
    if sorted(one) == sorted(other):
        return True
    if min(len(one), len(other)) < 2 or not are_near(one[-1], other[-1]):
        return False
    first, second = one[0], other[0]
    return are_near(first, second) or (1 in (len(first), len(second)) and first[0] == second[0])


def are_near(one: str, other: str) -> bool:
    return not variants(one).isdisjoint(variants(other))


def variants(word: str) -> set[str]:
    """The word, and if it is not short, what is left of it without one of its letters."""
    without = {word[:place] + word[place + 1 :] for place in range(len(word))} if len(word) >= SHORT else set()
    return {word, *without}


def near(names: Iterable[Name], others: Iterable[Name]) -> bool:
    """True if one of these names may be one of the others."""
    others = list(others)
    return any(is_near(name, other) for name in names for other in others)
