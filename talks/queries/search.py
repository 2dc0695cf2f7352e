"""Search across entries, people and articles: what is asked for, and what answers it, best first.

As in `talks.queries`, the first argument says what may be shown, and nothing here gives a draft, or what was reported
later. The order of what is found follows from its own words alone, so that no later report decides it either,
and it is the same on every database.
"""

from difflib import get_close_matches
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Length, Replace
from modelsearch.backends import get_search_backend

from talks import queries
from talks.derived.stems import in_a_row, words_in
from talks.models import Article, Entry, Person, Seen, Wording
from talks.queries.matching import Query, has_own_order, holding, told_then

CLOSE = 0.75  # of 1: how much of two words must be the same
NEAR = 3  # names that are offered where nothing is found
OWNERS = {"entries": "entry", "people": "person", "articles": "article"}


def found(seen: Seen, sort: str, query: Query) -> QuerySet[Wording]:
    """The `Wording`s of a sort ("entries", "people", "articles") that hold it, best first; to slice and count."""
    if not query.terms:
        return Wording.objects.none()
    rows = _visible(seen, sort)
    return holding(query, rows if has_own_order(get_search_backend()) else _best_first(rows, query))


def part_of(found: Any, start: int, size: int) -> tuple[list[Wording], int]:
    """(so many of the wordings that `found` gives, from one on; how many it has), in one query where there are any."""
    if not isinstance(found, QuerySet):
        return list(found[start : start + size]), found.count()
    rows = list(found.annotate(all_found=Window(Count("pk")))[start : start + size])
    if rows:
        return rows, rows[0].all_found
    return [], found.count() if start else 0


def _visible(seen: Seen, sort: str) -> QuerySet[Wording]:
    """The wordings of one sort that a reader may find."""
    rows = told_then(seen)
    if sort == "entries":
        rows = rows.filter(entry__in=Entry.objects.published().values("pk"))
    elif sort == "people":
        rows = rows.filter(person__in=Person.objects.visible(seen).values("pk"))
    else:
        rows = rows.filter(article__in=Article.objects.visible(seen).values("pk"))
    return rows.only(OWNERS[sort])


def _best_first(rows: QuerySet[Wording], query: Query) -> QuerySet[Wording]:
    """These rows by how much of it stands in the title, then by the share of the text that its words make up."""
    in_title: Any = Value(0)
    for term in query.terms:
        in_a_title = Q()
        for spelling in term.spellings:
            pieces = [in_a_row(spelling)] if term.phrase else [in_a_row([one]) for one in spelling]
            in_a_title |= Q(*(Q(title__contains=piece) for piece in pieces))
        in_title = in_title + Case(When(in_a_title, then=Value(1)), default=Value(0))
    rest: Any = F("body")
    for one in dict.fromkeys(one for term in query.terms for spelling in term.spellings for one in spelling):
        rest = Replace(rest, Value(in_a_row([one])), Value(""))
    of_other_words = Length(rest) * 1000 / Length("body")
    return rows.order_by(in_title.desc(), of_other_words.asc(), F("since").desc(), F("pk").desc())


def names_near(seen: Seen, query: Query) -> list[str]:
    """The names of people and parties that are spelled much like one of the words; at most NEAR.

    They are looked for in all languages, and given in that of the page."""
    people = queries.people_with_counts(seen)
    parties = queries.parties_with_counts(seen).filter(entry_count__gt=0)
    called = {name: str(row) for row in (*people, *parties) for name in (row.name, *row.other_names())}
    by_word = {word: name for spelling, name in called.items() for word in words_in(spelling)}
    near = [by_word[close] for word in query.words for close in get_close_matches(word, by_word, NEAR, CLOSE)]
    return list(dict.fromkeys(near))[:NEAR]
