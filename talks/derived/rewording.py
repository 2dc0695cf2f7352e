"""What search finds: wordings of entries, people and articles, and the index over them."""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from talks.derived.index import put_into_index
from talks.derived.reports import TIES, Find, NamesOf, batches, names_of, slugs_to_pks
from talks.derived.settle import settle
from talks.derived.stems import indexed
from talks.models import Article, Citation, Entry, Party, Person, Publisher, Wording
from talks.models.writing import writing


@writing()
def reword(
    changed: Mapping[Any, Collection[int]], reason: str, find: Find = slugs_to_pks, names: NamesOf = names_of
) -> None:
    """Bring what search finds into line after these rows changed: {model: pks}.

    The name of a party or a person stands in the wordings of its entries, that of a publisher in those of its articles.
    """
    entries: set[int] = set()
    articles = set(changed.get(Article, ()))
    for model in (Party, Person):
        ties: Any = TIES[model][0]
        key = TIES[model][1]
        tied = ties.objects.filter(**{f"{key}__in": changed.get(model, ())})
        entries |= set(tied.values_list("entry", flat=True))
    for name in ("publisher", "agency"):
        of_them = Article.objects.filter(**{f"{name}__in": changed.get(Publisher, ())})
        articles |= set(of_them.values_list("pk", flat=True))
    _word({Entry: entries, Person: changed.get(Person, ()), Article: articles}, reason, find, names)


@writing()
def reword_all() -> int:
    """Bring what search finds of all people and articles into line; gives how many were not so."""
    return _reword("person", _words_of_people, Person.objects.values_list("pk", flat=True)) + _reword(
        "article", _words_of_articles, Article.objects.values_list("pk", flat=True)
    )


def word_the_new(reason: str, find: Find = slugs_to_pks, names: NamesOf = names_of) -> None:
    """Make search know what it does not know yet: entries, people and articles that are new, or older than search.

    Entries that are older than their evidence get it, too.
    """
    _word(without_words(), reason, find, names)


def without_words() -> dict[Any, set[int]]:
    """{model: pks} of the entries, people and articles that search does not know."""
    cited = Exists(Citation.objects.filter(entry=OuterRef("pk")))
    rows: dict[Any, Any] = {Entry: Entry.objects.filter(cited), Person: Person.objects, Article: Article.objects}
    found = {model: set(those.filter(wordings=None).values_list("pk", flat=True)) for model, those in rows.items()}
    found[Entry] |= set(rows[Entry].filter(evidence=None).values_list("pk", flat=True))
    return found


def _word(pks: Mapping[Any, Collection[int]], reason: str, find: Find, names: NamesOf) -> None:
    """Bring the wordings of these entries, people and articles into line."""
    for some in batches(pks[Entry]):
        settle(dict.fromkeys(some, reason), find, names)
    _reword("person", _words_of_people, pks[Person])
    _reword("article", _words_of_articles, pks[Article])


def _words_of_people(pks: Iterable[int]) -> Iterator[Wording]:
    """A person has no day: whether a reader may find it follows from the entries it is tied to."""
    for person in Person.objects.filter(pk__in=pks):
        title = indexed(person.name, *person.aliases, *person.other_names())
        yield Wording(person=person, title=title, body=title, since=datetime.date.min)


def _words_of_articles(pks: Iterable[int]) -> Iterator[Wording]:
    """The text of an article is for editors only, so it is not among them."""
    for article in Article.objects.filter(pk__in=pks).with_publishers().defer("text", "filed"):
        title = indexed(article.title)
        sources = filter(None, (article.publisher, article.agency))
        called = [name for source in sources for name in (source.name, *source.other_names())]
        body = title + indexed(article.summary, *called)
        yield Wording(article=article, title=title, body=body, since=article.published)


def _reword(owner: str, words_of: Callable[[list[int]], Iterable[Wording]], pks: Iterable[int]) -> int:
    """Bring the wordings of these people or articles into line; `words_of(pks)` gives the rows as they should be.

    Gives how many were not so.
    """
    columns = (f"{owner}_id", "title", "body", "since")
    count = 0
    for some in batches(pks):
        held = set(Wording.objects.filter(**{f"{owner}__in": some}).values_list(*columns))
        new = [row for row in words_of(some) if tuple(getattr(row, name) for name in columns) not in held]
        Wording.objects.filter(**{f"{owner}__in": [getattr(row, columns[0]) for row in new]}).delete()
        put_into_index(Wording.objects.bulk_create(new))
        count += len(new)
    return count
