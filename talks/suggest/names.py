"""People and parties that a text names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from talks.derived.stems import words_in
from talks.suggest import vocabulary
from talks.suggest.text import COMMON, MONTHS, Candidate, Name, Suggestion, Topic, Word, stand_together, words_of

LONGEST_NAME = 6  # words
BEFORE_LAST_NAMES = set(vocabulary.BEFORE_LAST_NAMES.split())
Names = dict[tuple[str, str], Name]  # {(sort, slug): name}


@dataclass(frozen=True)
class Known:
    """What the record can name."""

    names: tuple[Name, ...] = ()
    topics: tuple[Topic, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @cached_property
    def spelled(self) -> dict[tuple[str, ...], Names]:
        """{folded words of a spelling: names}, those of parties in all their forms."""
        found: dict[tuple[str, ...], Names] = {}
        for name in self.names:
            for spelling in [*name.spellings, *(forms_of(name) if name.sort == "party" else ())]:
                if words := tuple(words_in(spelling)):
                    found.setdefault(words, {})[name.sort, name.slug] = name
        return found

    @cached_property
    def codes(self) -> dict[str, Name]:
        return {name.code: name for name in self.names if len(name.code) > 1}

    @cached_property
    def last_names(self) -> dict[str, Names]:
        """{last word of a person's spelling: names}."""
        found: dict[str, Names] = {}
        for words, names in self.spelled.items():
            last = words[-1]
            if len(words) > 1 and len(last) > 2 and last not in COMMON and last not in MONTHS:
                for key, name in names.items():
                    if name.sort == "person":
                        found.setdefault(last, {})[key] = name
        return found


def forms_of(party: Name) -> Iterator[str]:
    """What else an article says when it means a party: “Freedonian” for Freedonia."""
    yield from vocabulary.words_of_record()["parties"].get(party.slug, ())
    for spelling in party.spellings:
        if spelling.endswith("a"):
            yield from (f"{spelling}n", f"{spelling}ns")


def names_in(text: str, known: Known, named: set[str]) -> list[Suggestion]:
    """People and parties in order of the text, the longest name first. Adds the people named in full to `named`."""
    words, at = words_of(text), 0
    names_found: list[Suggestion] = []
    before = None  # what sort of name ended just before
    while at < len(words):
        size, names = _longest(text, words, at, known.spelled)
        if names:
            named |= {name.slug for name in names if size > 1 and name.sort == "person"}
        else:
            size, names = 1, _by_code(words[at], known) or _by_last_name(text, words, at, known, named, before)
        at += size
        before = names[0].sort if names else None
        said = text[words[at - size].start : words[at - 1].end]
        names_found += [Suggestion(name.sort, name.slug, said) for name in names]
    return list(dict.fromkeys(names_found))


def _longest(
    text: str, words: Sequence[Word], at: int, spelled: Mapping[tuple[str, ...], Names]
) -> tuple[int, list[Name]]:
    """(number of words, names) of the longest name that starts at a word."""
    for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
        some = words[at : at + size]
        names = spelled.get(tuple(word.folded for word in some))
        if names and (size > 1 or words[at].capital) and stand_together(text, some):  # not the bird of Turkey
            return size, list(names.values())
    return 1, []


def _by_code(word: Word, known: Known) -> list[Name]:
    name = known.codes.get(word.text)
    return [name] if name else []


def _by_last_name(
    text: str, words: Sequence[Word], at: int, known: Known, named: set[str], before: str | None
) -> list[Name]:
    """The person whose last name a word is, in a list; empty if it is several people's or may be somebody else's."""
    word = words[at]
    names = list(known.last_names.get(word.folded, {}).values()) if word.capital else []
    if len(names) > 1:
        names = [name for name in names if name.slug in named]
    if len(names) != 1 or (at and before != "party" and _is_first_name(text, words[at - 1], word)):
        return []
    return names


def _is_first_name(text: str, word: Word, after: Word) -> bool:
    """True if `word` may be the first name of somebody else: “Maria” before “Firefly”, but not “President”."""
    alone = text[word.end : after.start].strip(" -") == ""
    return alone and word.capital and not word.text[0].isdigit() and word.folded not in BEFORE_LAST_NAMES
