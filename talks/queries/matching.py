"""What somebody looks for, and which texts hold it: the same for the search and for the words filter of the timeline.

Everything that is asked for must be in a text: each word in any of its forms, a name in any of its spellings, a phrase
in quotes word by word. What a text says is kept as `Wording`s, with the days on which it said so.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, Value
from modelsearch.backends import get_search_backend
from modelsearch.query import And, Or, Phrase, PlainText

from talks.derived.index import in_the_body
from talks.derived.stems import in_a_row, plain, stem, stems_of, words_in, words_of
from talks.models import Location, Party, Person, Seen, Wording
from talks.models.standing import FOREVER
from talks.models.translated import Translations
from talks.record.sounds import same_name

MANY_SPELLINGS = 20  # of one name that are looked for
PHRASE = re.compile('["“”„«»]([^"“”„«»]+)["“”„«»]')

Words = tuple[str, ...]  # folded words, or their stems


@dataclass(frozen=True)
class Term:
    """A word, a name or a phrase that is looked for: all the stems of one of its `spellings`, in a row if a phrase."""

    spellings: tuple[Words, ...]
    phrase: bool = False

    def held_by(self, stems: Sequence[str]) -> int:
        """How many words of the term stand among these stems of a text; of a phrase all or none."""
        if self.phrase:
            return max((len(one) for one in self.spellings if any(_starts_of(one, stems))), default=0)
        return max(len(set(one) & set(stems)) for one in self.spellings)

    def places_in(self, stems: Sequence[str]) -> set[int]:
        """Which of these stems of a text are words of the term."""
        if not self.phrase:
            wanted = {one for spelling in self.spellings for one in spelling}
            return {place for place, one in enumerate(stems) if one in wanted}
        return {
            start + offset for one in self.spellings for start in _starts_of(one, stems) for offset in range(len(one))
        }


@dataclass(frozen=True)
class Query:
    """What a visitor looks for: all of the `terms` of the text.

    Only words get here, so nothing in it can be taken for an operator of a database's query language.
    """

    text: str
    terms: tuple[Term, ...]

    @cached_property
    def words(self) -> list[str]:
        return words_in(self.text)

    def told_in(self, text: str) -> int:
        """How many of the words stand in a text."""
        stems = stems_of(text)
        return sum(term.held_by(stems) for term in self.terms)

    def parts_of(self, text: str) -> tuple[list[tuple[str, str]], str]:
        """[(what is before, a word that was asked for)] of a text, and what follows the last of them."""
        text, end, parts = unicodedata.normalize("NFC", text), 0, []
        matches = list(words_of(text))
        stems = [stem(plain(match[0])) for match in matches]
        for place in sorted({place for term in self.terms for place in term.places_in(stems)}):
            parts.append((text[end : matches[place].start()], matches[place][0]))
            end = matches[place].end()
        return parts, text[end:]


def asked(text: str, names_of: Callable[[], "list[Name]"] | None = None) -> Query:
    """The `Query` that a text makes; one without words finds nothing. `names_of` gives the names that readers know."""
    names = (names_of or names_known)() if words_in(text) else []
    phrases = [words for phrase in PHRASE.findall(text) if (words := tuple(words_in(phrase)))]
    alone = list(dict.fromkeys(words_in(PHRASE.sub(" ", text))))
    terms = [*(_phrase(phrase, names) for phrase in phrases), *_terms(alone, names)]
    return Query(text, tuple(dict.fromkeys(terms)))


# Names


@dataclass(frozen=True)
class Name:
    """A person, a party or a place in all its spellings; a person goes by the last word of each, too."""

    spellings: tuple[Words, ...]
    is_person: bool

    @property
    def last_words(self) -> Iterator[Words]:
        return (one[-1:] for one in self.spellings) if self.is_person else iter(())


@lru_cache(maxsize=50_000)
def _spelled(name: str) -> Words:
    return tuple(words_in(name))


def names_known() -> list[Name]:
    """The names that readers may know, in all languages, in one query."""
    rows = (
        named.order_by().values_list(Value(named.model is Person), "name", "aliases", "translations")
        for named in (Person.objects.visible(Seen.now()), Party.objects.visible(Seen.now()), Location.objects.all())
    )
    first, *rest = rows
    return [
        Name(tuple(filter(None, map(_spelled, [name, *aliases, *_names_in(translations)]))), bool(is_person))
        for is_person, name, aliases, translations in first.union(*rest, all=True)
    ]


def _names_in(translations: Translations) -> list[str]:
    return [words["name"] for words in translations.values() if "name" in words]


def _terms(words: Sequence[str], names: Iterable[Name]) -> Iterator[Term]:
    """A term for each name among these words, the longest first, and for each word that is left."""
    named: dict[frozenset[int], list[Words]] = {}
    for name in names:
        for spelling in name.spellings:
            if places := _places_of(spelling, words):
                named.setdefault(places, []).extend(name.spellings)
        for last in name.last_words:
            if places := _places_of(last, words):
                named.setdefault(places, []).extend(name.last_words)
    left = set(range(len(words)))
    for places in sorted(named, key=lambda places: (-len(places), min(places))):
        if places <= left:
            left -= places
            yield _term([tuple(words[place] for place in sorted(places)), *named[places]])
    yield from (_term([(words[place],)]) for place in sorted(left))


def _places_of(spelling: Words, words: Sequence[str]) -> frozenset[int]:
    """Where the words of a spelling stand among others, in any order; empty unless all of them do."""
    found = set()
    for one in spelling:
        place = next((at for at, word in enumerate(words) if same_name(word, one)), None)
        if place is None or place in found:
            return frozenset()
        found.add(place)
    return frozenset(found)


def _phrase(words: Words, names: Iterable[Name]) -> Term:
    """The term of a phrase: as it is written, and with each name in it in its other spellings."""
    phrases = [words]
    for name in names:
        for spelling in name.spellings:
            for start in range(len(words) - len(spelling) + 1):
                end = start + len(spelling)
                if all(map(same_name, words[start:end], spelling)):
                    phrases += [(*words[:start], *other, *words[end:]) for other in name.spellings]
    return _term(phrases, phrase=True)


def _term(spellings: Iterable[Words], phrase: bool = False) -> Term:
    stems = dict.fromkeys(tuple(map(stem, words)) for words in spellings)
    return Term(tuple(stems)[:MANY_SPELLINGS], phrase)


def _starts_of(row: Words, stems: Sequence[str]) -> Iterator[int]:
    """Where these stems stand in a row."""
    return (at for at in range(len(stems) - len(row) + 1) if tuple(stems[at : at + len(row)]) == row)


# Wordings


def told_then(seen: Seen) -> QuerySet[Wording]:
    """The wordings of the day shown."""
    if seen.is_now:
        return Wording.objects.filter(until=FOREVER)
    return Wording.objects.filter(since__lte=seen.day, until__gt=seen.day)


def entries_holding(seen: Seen, query: Query) -> Any:
    """The entries (pks) of which all that is asked for was told by then, drafts too: to filter entries by."""
    rows = holding(query, told_then(seen).filter(entry__isnull=False).only("entry"))
    return rows.order_by().values("entry") if isinstance(rows, QuerySet) else [row.entry_id for row in rows]


def holding(query: Query, rows: QuerySet[Wording]) -> Any:
    """Those of these wordings that hold all that is asked for, in their order, to slice and count.

    They are a queryset, but what a search server finds is its own list.
    """
    backend = get_search_backend()
    wanted = And([_wanted(term) for term in query.terms])
    if has_own_order(backend):
        return backend.search(wanted, rows)
    compiler = in_the_body(backend.query_compiler_class)(rows, wanted, order_by_relevance=False)
    rows = backend.results_class(backend, compiler).get_queryset()
    for term in query.terms:
        if term.phrase:  # the index would find one that goes over the end of a text
            rows = rows.filter(reduce(or_, (Q(body__contains=in_a_row(one)) for one in term.spellings)))
    return rows


def has_own_order(backend: Any) -> bool:
    """True of a search server, which orders what it finds by its own measure."""
    return not backend.query_compiler_class.HANDLES_ORDER_BY_EXPRESSIONS


def _wanted(term: Term) -> Or:
    if term.phrase:
        return Or([Phrase(" ".join(one)) for one in term.spellings])
    return Or([And([PlainText(word) for word in one]) for one in term.spellings])
