"""The index of the search."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from modelsearch.backends import get_search_backend

from talks.derived.reports import batches
from talks.models import Wording


def put_into_index(wordings: Iterable[Wording]) -> None:
    """Put new wordings into the index of the search; what is deleted leaves it by itself."""
    for some in batches(wordings):
        get_search_backend().add_bulk(Wording, some)


@cache
def in_the_body(compiler: Any, prefixes: bool = False) -> Any:
    """This compiler of queries, for the body alone, which has the title's words, too.

    PostgreSQL has an index of the body and of the title, but none of both together. With `prefixes`, words are
    looked for by their beginnings.
    """

    def get_index_vectors(self: Any, *args: Any) -> Any:
        return compiler.get_index_vectors(self, *args)[-1:]

    return type("InTheBody", (compiler,), {"LAST_TERM_IS_PREFIX": prefixes, "get_index_vectors": get_index_vectors})
