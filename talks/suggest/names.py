"""People and parties that a text names."""

from dataclasses import dataclass
from functools import cached_property

from talks.derived.stems import words_in
from talks.suggest import vocabulary
from talks.suggest.text import COMMON, MONTHS, Suggestion, stand_together, words_of

LONGEST_NAME = 6  # words
BEFORE_LAST_NAMES = set(vocabulary.BEFORE_LAST_NAMES.split())


@dataclass(frozen=True)
class Known:
    """What the record can name."""

    names: tuple = ()
    topics: tuple = ()
    candidates: tuple = ()

    @cached_property
    def spelled(self):
        """{folded words of a spelling: names}, those of parties in all their forms."""
        found = {}
        for name in self.names:
            for spelling in [*name.spellings, *(forms_of(name) if name.sort == "party" else ())]:
                if words := tuple(words_in(spelling)):
                    found.setdefault(words, {})[name.sort, name.slug] = name
        return found

    @cached_property
    def codes(self):
        return {name.code: name for name in self.names if len(name.code) > 1}

    @cached_property
    def last_names(self):
        """{last word of a person's spelling: names}."""
        found = {}
        for words, names in self.spelled.items():
            last = words[-1]
            if len(words) > 1 and len(last) > 2 and last not in COMMON and last not in MONTHS:
                for key, name in names.items():
                    if name.sort == "person":
                        found.setdefault(last, {})[key] = name
        return found


def forms_of(party):
    """What else an article says when it means a party: “Freedonian” for Freedonia."""
    yield from vocabulary.words_of_record()["parties"].get(party.slug, ())
    for spelling in party.spellings:
        if spelling.endswith("a"):
            yield from (f"{spelling}n", f"{spelling}ns")


def names_in(text, known, named):
    """People and parties in order of the text, the longest name first. Adds the people named in full to `named`."""
    words, names_found, at = words_of(text), [], 0
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


def _longest(text, words, at, spelled):
    """(number of words, names) of the longest name that starts at a word."""
    for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
        some = words[at : at + size]
        names = spelled.get(tuple(word.folded for word in some))
        if names and (size > 1 or words[at].capital) and stand_together(text, some):  # not the bird of Turkey
            return size, list(names.values())
    return 1, []


def _by_code(word, known):
    name = known.codes.get(word.text)
    return [name] if name else []


def _by_last_name(text, words, at, known, named, before):
    """The person whose last name a word is, in a list; empty if it is several people's or may be somebody else's."""
    word = words[at]
    names = known.last_names.get(word.folded, {}).values() if word.capital else ()
    if len(names) > 1:
        names = [name for name in names if name.slug in named]
    if len(names) != 1 or (at and before != "party" and _is_first_name(text, words[at - 1], word)):
        return []
    return list(names)


def _is_first_name(text, word, after):
    """True if `word` may be the first name of somebody else: “Maria” before “Firefly”, but not “President”."""
    alone = text[word.end : after.start].strip(" -") == ""
    return alone and word.capital and not word.text[0].isdigit() and word.folded not in BEFORE_LAST_NAMES
