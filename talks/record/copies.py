"""Which articles are no independent sources of each other: pure functions on articles."""

from collections.abc import Hashable, Iterable, Iterator

from talks.models import Article


def copies(articles: Iterable[Article]) -> list[list[Article]]:
    """The articles in groups, each of one source, in the order in which they come.

    Those are of one source that a publisher published or an agency wrote, and those that carry one address or one text,
    whoever published them.
    """
    groups: list[tuple[set[Hashable], list[Article]]] = []
    for article in articles:
        marks, together = set(_marks(article)), [article]
        apart = []
        for group in groups:
            if marks.isdisjoint(group[0]):
                apart.append(group)
            else:
                marks, together = marks | group[0], [*group[1], *together]
        groups = [*apart, (marks, together)]
    return [together for _, together in groups]


def _marks(article: Article) -> Iterator[Hashable]:
    """What an article has in common with its copies."""
    yield "source", article.agency_id or article.publisher_id
    if article.address_key:
        yield "address", article.address_key
    if article.text_key:
        yield "text", article.text_key
