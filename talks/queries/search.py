"""Search across entries, people and articles: what is asked for, and what answers it, best first.

As in `talks.queries`, the first argument says what may be shown, and nothing here gives a draft, or what was reported
later. The order of what is found follows from its own words alone, so that no later report decides it either,
and it is the same on every database.
"""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Length, Replace
from modelsearch.backends import get_search_backend
from modelsearch.query import And, Or, PlainText

from talks import queries
from talks.derived.stems import WORD, stem, stems_of, words_in
from talks.models import Article, Entry, Person, Seen, Wording
from talks.models.standing import FOREVER
from talks.record.facts import folded

MANY_SPELLINGS = 10
CLOSE = 0.75  # of 1: how much of two words must be the same
NEAR = 3  # names that are offered where nothing is found
OWNERS = {"entries": "entry", "people": "person", "articles": "article"}


def spellings(words: list[str]) -> list[list[str]]:
    """For each word a list of it and of its other spellings, which the last word of a person's name may have.

    “Zelensky” gives “Zelenskyy” and “Зеленський” too, if a person is written in these ways.
    """
    names = Person.objects.visible(Seen.now()).values_list("name", "aliases") if words else ()
    families = [[_last_word(spelling) for spelling in [name, *aliases]] for name, aliases in names]
    return [_variants(word, families) for word in words]


def _last_word(name: str) -> str:
    return (WORD.findall(unicodedata.normalize("NFC", name)) or [""])[-1]


def _variants(word: str, families: list[list[str]]) -> list[str]:
    variants = {folded(word): word}
    for family in families:
        if folded(word) in map(folded, family):
            variants |= {folded(other): other for other in family if other and folded(other) not in variants}
    return list(variants.values())[:MANY_SPELLINGS]


@dataclass(frozen=True)
class Query:
    """What a visitor looks for: every one of `words`, each of which may stand in several spellings.

    Only words get here, so nothing in it can be taken for an operator of a database's query language.
    """

    text: str
    words: list[list[str]]

    @cached_property
    def stems(self) -> list[list[str]]:
        """For each word the stems that stand for it."""
        return [list(dict.fromkeys(stem(folded(spelling)) for spelling in word)) for word in self.words]

    def told_in(self, text: str) -> int:
        """How many of the words stand in a text."""
        stems = set(stems_of(text))
        return sum(not stems.isdisjoint(word) for word in self.stems)

    def parts_of(self, text: str) -> tuple[list[tuple[str, str]], str]:
        """[(what is before, a word that was asked for)] of a text, and what follows the last of them."""
        text, end, parts = unicodedata.normalize("NFC", text), 0, []
        wanted = {one for word in self.stems for one in word}
        for match in WORD.finditer(text):
            if stem(folded(match[0])) in wanted:
                parts.append((text[end : match.start()], match[0]))
                end = match.end()
        return parts, text[end:]


def asked(text: str) -> Query:
    """The `Query` that a visitor's text makes; one without words finds nothing."""
    return Query(text, spellings(list(dict.fromkeys(words_in(text)))))


def found(seen: Seen, sort: str, query: Query) -> QuerySet[Wording]:
    """The `Wording`s of a sort ("entries", "people", "articles") with all the words, best first; to slice and count."""
    if not query.words:
        return Wording.objects.none()
    rows = _visible(seen, sort)
    every_word = And([Or([PlainText(one) for one in word]) for word in query.stems])
    backend = get_search_backend()
    if not backend.query_compiler_class.HANDLES_ORDER_BY_EXPRESSIONS:  # a search server has an order of its own
        return backend.search(every_word, rows)
    return backend.search(every_word, _best_first(rows, query), order_by_relevance=False)


def _visible(seen: Seen, sort: str) -> QuerySet[Wording]:
    """The wordings of one sort that a reader may find."""
    if sort == "entries":
        rows = Wording.objects.filter(entry__in=Entry.objects.published().values("pk"))
    elif sort == "people":
        rows = Wording.objects.filter(person__in=Person.objects.visible(seen).values("pk"))
    else:
        rows = Wording.objects.filter(article__in=Article.objects.visible(seen).values("pk"))
    rows = rows.filter(until=FOREVER) if seen.is_now else rows.filter(since__lte=seen.day, until__gt=seen.day)
    return rows.only(OWNERS[sort])


def _best_first(rows: QuerySet[Wording], query: Query) -> QuerySet[Wording]:
    """These rows by how many of the words stand in the title, then by the share of the text that the words make up."""
    in_title: Any = Value(0)
    rest: Any = F("body")
    for word in query.stems:
        word_in_title = Q()
        for one in word:
            word_in_title |= Q(title__contains=f" {one} ")
            rest = Replace(rest, Value(f" {one} "), Value(""))
        in_title = in_title + Case(When(word_in_title, then=Value(1)), default=Value(0))
    of_other_words = Length(rest) * 1000 / Length("body")
    return rows.order_by(in_title.desc(), of_other_words.asc(), F("since").desc(), F("pk").desc())


def names_near(seen: Seen, query: Query) -> list[str]:
    """The names of people and parties that are spelled much like one of the words; at most NEAR."""
    people = queries.people_with_counts(seen).values_list("name", flat=True)
    parties = queries.parties_with_counts(seen).filter(entry_count__gt=0).values_list("name", flat=True)
    by_word = {word: name for name in [*people, *parties] for word in words_in(name)}
    near = [by_word[close] for word in words_in(query.text) for close in get_close_matches(word, by_word, NEAR, CLOSE)]
    return list(dict.fromkeys(near))[:NEAR]
