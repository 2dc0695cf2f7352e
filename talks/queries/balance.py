"""Counts of articles and reported rows by source, country and language, over the whole record."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, When
from django.db.models.functions import Coalesce

from talks.models import Article, Entry, Party, Publisher, Seen
from talks.queries.reports import of_all_sorts
from talks.record import balance as count

OF_ROW = "article__"


def _source(prefix: str = "") -> Coalesce:
    """The pk of the source of an article: see `Article.source`."""
    return Coalesce(f"{prefix}agency", f"{prefix}publisher")


def _country(prefix: str = "") -> Case:
    """The country of the source of an article, an empty text where none is recorded."""
    of_agency = When(**{f"{prefix}agency__isnull": False}, then=F(f"{prefix}agency__country"))
    return Case(of_agency, default=F(f"{prefix}publisher__country"))


@dataclass(frozen=True)
class SourceBalance:
    """What `source_balance` gives; `publishers`: [(slug, name)] of all that published or wrote an article, by name."""

    counted: count.Balance
    alone: count.Alone
    publishers: list


def source_balance(seen: Seen) -> SourceBalance:
    """The `SourceBalance` of what was published by then; it reads all reports, so keep it (`talks.queries.kept`)."""
    known = Article.objects.visible(seen)
    articles = known.order_by().values_list(_source(), "language").annotate(Count("pk"))
    facts = of_all_sorts(
        seen, lambda rows: rows.values_list(_source(OF_ROW), "article__language").annotate(Count("pk"))
    )
    spans = of_all_sorts(seen, _span)
    entries = Entry.objects.visible(seen).order_by("-stands", "-pk").values_list("pk", flat=True)
    order = Party.objects.exclude(country="").order_by("order", "name").values_list("country", flat=True)
    countries = list(dict.fromkeys(order))
    rows = Publisher.objects.in_bulk()
    sources = {pk: count.Source(one.slug, one.name, one.country, one.ownership) for pk, one in rows.items()}
    named = {pk for pair in known.order_by().values_list("publisher", "agency").distinct() for pk in pair if pk}
    return SourceBalance(
        count.balance(sources, list(articles), facts, countries),
        count.alone(list(entries), spans, countries),
        sorted(((rows[pk].slug, rows[pk].name) for pk in named), key=lambda one: (one[1].casefold(), one[0])),
    )


def _span(rows: QuerySet) -> QuerySet:
    """(entry, least and greatest article, source and country of the source) of what reports each entry."""
    values = {"article": F("article"), "source": _source(OF_ROW), "country": _country(OF_ROW)}
    ends = {f"{end.__name__}_{name}": end(value) for name, value in values.items() for end in (Min, Max)}
    return rows.values_list(rows.model.ENTRY).annotate(**ends)


def articles_from(
    articles: QuerySet[Article], publisher: Publisher | None = None, language: str = "", country: str | None = None
) -> QuerySet[Article]:
    """Those of these articles that a publisher published or, as an agency, wrote, in a language, from a country.

    The country is that of the source; an empty text stands for those without one on record.
    """
    if publisher:
        articles = articles.filter(Q(publisher=publisher) | Q(agency=publisher))
    if language:
        articles = articles.filter(language=language)
    if country is not None:
        articles = articles.annotate(country=_country()).filter(country=country)
    return articles


def counted_under(articles: QuerySet, publisher: Publisher) -> int:
    """How many of these articles are counted under this publisher as their source."""
    return articles.annotate(source=_source()).filter(source=publisher.pk).count()
