"""The index of the search."""

from collections.abc import Iterable

from modelsearch.backends import get_search_backend

from talks.derived.reports import batches
from talks.models import Wording


def put_into_index(wordings: Iterable[Wording]) -> None:
    """Put new wordings into the index of the search; what is deleted leaves it by itself."""
    for some in batches(wordings):
        get_search_backend().add_bulk(Wording, some)
