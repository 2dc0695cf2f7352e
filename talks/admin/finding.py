"""What an editor's search finds: by words from their beginnings and by slug, drafts too; never for a public page."""

from functools import reduce
from operator import and_

from django.db import connection
from django.db.models import Q
from modelsearch.backends import get_search_backend
from modelsearch.query import And, Or, PlainText

from talks.derived.index import in_the_body
from talks.derived.stems import stem, words_in
from talks.models import Wording
from talks.models.standing import FOREVER
from talks.models.vocabulary import SLUG_LENGTH

MOST = 1000  # rows found in one way
MOST_WORDS = 20  # that are looked for; the others of a longer text change nothing


def pks_with_words(owner, text, **of):
    """The pks of the rows in whose wordings every word of `text` begins a word; at most one more than `MOST`.

    `owner`: the column of `Wording` that leads to them. `of`: what its rows must be.
    """
    words = words_in(text)[:MOST_WORDS]
    if not words:
        return []
    rows = Wording.objects.filter(**{f"{owner}__isnull": False}, until=FOREVER)
    every_word = And([Or([PlainText(one) for one in dict.fromkeys((stem(word), word))]) for word in words])
    backend = get_search_backend()
    if not hasattr(backend.query_compiler_class, "LAST_TERM_IS_PREFIX"):  # a search server knows whole words only
        return [getattr(row, f"{owner}_id") for row in backend.search(every_word, rows)[: MOST + 1]]
    compiler = in_the_body(backend.query_compiler_class, prefixes=True)(rows, every_word, order_by_relevance=False)
    results = backend.results_class(backend, compiler)
    pks = results.get_queryset().filter(**of).order_by().values_list(owner, flat=True)
    return list(pks[: MOST + 1])


def with_slug(rows, text):
    """The pks of those of these rows whose slug begins with `text`."""
    text = text.lower()[:SLUG_LENGTH]
    if connection.vendor == "sqlite":  # whose LIKE goes by no index
        rows = rows.filter(slug__gte=text, slug__lt=f"{text}~")
    else:
        rows = rows.filter(slug__startswith=text)
    return list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])


def unreported(entries, text):
    """The pks of those of these entries that no article reports yet, and whose title or slug has every word."""
    words = [Q(title__icontains=word) | Q(slug__icontains=word) for word in text.split()[:MOST_WORDS]]
    drafts = entries.filter(reduce(and_, words), first_reported=None)
    return list(drafts.order_by().values_list("pk", flat=True)[: MOST + 1])
