"""Counts of articles and reported rows by source, country and language, over the whole record."""

import datetime
from dataclasses import dataclass
from functools import partial

from django.db.models import BigIntegerField, Case, CharField, Count, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from talks.models import Article, Citation, Entry, Party, Publisher, Seen
from talks.models.translated import in_alphabet
from talks.queries.reports import of_all_sorts
from talks.record import balance as count
from talks.record.coverage import ALL, Cover

OF_ROW = "article__"


Elsewhere = dict[int, Publisher]  # articles (pks) that count under another source than their own


def _of_copies(prefix: str, elsewhere: Elsewhere, name: str) -> list[When]:
    """What this column of the source is for each of the articles that count elsewhere."""
    articles: dict[Publisher, list[int]] = {}
    for pk, source in elsewhere.items():
        articles.setdefault(source, []).append(pk)
    return [When(**{f"{prefix}pk__in": pks}, then=Value(getattr(one, name))) for one, pks in articles.items()]


def _source(prefix: str, elsewhere: Elsewhere) -> Case:
    """The pk of the source under which an article counts."""
    return Case(
        *_of_copies(prefix, elsewhere, "pk"),
        default=Coalesce(f"{prefix}agency", f"{prefix}publisher"),
        output_field=BigIntegerField(),
    )


def _country(prefix: str, elsewhere: Elsewhere) -> Case:
    """The country of that source, an empty text where none is recorded."""
    of_agency = When(**{f"{prefix}agency__isnull": False}, then=F(f"{prefix}agency__country"))
    return Case(
        *_of_copies(prefix, elsewhere, "country"),
        of_agency,
        default=F(f"{prefix}publisher__country"),
        output_field=CharField(),
    )


def counted_elsewhere(known: QuerySet[Article]) -> Elsewhere:
    """Those of these articles that carry the address or the text of an earlier one of another source, and that one."""
    with_copies = Q()
    for name in ("address_key", "text_key"):
        several = known.exclude(**{name: ""}).order_by().values(name).annotate(Count("pk")).filter(pk__count__gt=1)
        with_copies |= Q(**{f"{name}__in": several.values(name)})
    first: dict[tuple[str, str], Publisher] = {}
    elsewhere = {}
    rows = known.filter(with_copies).select_related("publisher", "agency").defer("text", "filed", "summary")
    for article in rows.order_by("published", "pk"):
        keys = [(name, key) for name in ("address_key", "text_key") if (key := getattr(article, name))]
        source = next((first[key] for key in keys if key in first), article.source)
        first = dict.fromkeys(keys, source) | first
        if source != article.source:
            elsewhere[article.pk] = source
    return elsewhere


@dataclass(frozen=True)
class SourceBalance:
    """What `source_balance` gives; `publishers`: [(slug, name)] of all that published or wrote an article, by name.

    `elsewhere`: {article pk: source} of copies, which count under another source than their own.
    """

    counted: count.Balance
    alone: count.Alone
    publishers: list
    elsewhere: Elsewhere


def source_balance(seen: Seen) -> SourceBalance:
    """The `SourceBalance` of what was published by then; it reads all reports, so keep it (`talks.queries.kept`)."""
    known = Article.objects.visible(seen)
    elsewhere = counted_elsewhere(known)
    articles = known.order_by().values_list(_source("", elsewhere), "language").annotate(Count("pk"))
    facts = of_all_sorts(
        seen, lambda rows: rows.values_list(_source(OF_ROW, elsewhere), "article__language").annotate(Count("pk"))
    )
    spans = of_all_sorts(seen, partial(_span, elsewhere))
    entries = Entry.objects.visible(seen).newest_first().values_list("pk", flat=True)
    order = Party.objects.exclude(country="").order_by("order", "name").values_list("country", flat=True)
    countries = list(dict.fromkeys(order))
    rows = Publisher.objects.in_bulk()
    sources = {pk: count.Source(one.slug, str(one), one.country, one.ownership) for pk, one in rows.items()}
    named = {pk for pair in known.order_by().values_list("publisher", "agency").distinct() for pk in pair if pk}
    return SourceBalance(
        count.balance(sources, list(articles), facts, countries),
        count.alone(list(entries), spans, countries),
        [(one.slug, str(one)) for one in sorted((rows[pk] for pk in named), key=in_alphabet)],
        elsewhere,
    )


def coverage(seen: Seen) -> dict[tuple[datetime.date, str], Cover]:
    """{(first day of a month, kind): `Cover`} of what was published in it; the kind `ALL` stands for all articles."""
    known = Article.objects.visible(seen)
    elsewhere = counted_elsewhere(known)
    reports = Citation.objects.visible(seen).filter(field="", entry__publication="published")
    articles = known.annotate(month=TruncMonth("published"), kind=Value(ALL)).order_by()
    by_kind = reports.annotate(month=TruncMonth("article__published"), kind=F("entry__kind")).order_by()
    counts: dict[tuple[datetime.date, str], Cover] = {}
    for rows, prefix, article in ((articles, "", "pk"), (by_kind, OF_ROW, "article")):
        numbers = Count(article, distinct=True), Count(_source(prefix, elsewhere), distinct=True)
        grouped = rows.values_list("month", "kind").annotate(of_articles=numbers[0], of_sources=numbers[1])
        counts |= {(month, kind): Cover(*cover) for month, kind, *cover in grouped}
    return counts


def _span(elsewhere: Elsewhere, rows: QuerySet) -> QuerySet:
    """(entry, least and greatest article, source and country of the source) of what reports each entry."""
    values = {"article": F("article"), "source": _source(OF_ROW, elsewhere), "country": _country(OF_ROW, elsewhere)}
    ends = {f"{end.__name__}_{name}": end(value) for name, value in values.items() for end in (Min, Max)}
    return rows.values_list(rows.model.ENTRY).annotate(**ends)


def articles_from(
    articles: QuerySet[Article],
    elsewhere: Elsewhere,
    publisher: Publisher | None = None,
    language: str = "",
    country: str | None = None,
) -> QuerySet[Article]:
    """Those of these articles that a publisher published or, as an agency, wrote, in a language, from a country.

    The country is that of the source; an empty text stands for those without one on record.
    """
    if publisher:
        articles = articles.filter(Q(publisher=publisher) | Q(agency=publisher))
    if language:
        articles = articles.filter(language=language)
    if country is not None:
        articles = articles.annotate(country=_country("", elsewhere)).filter(country=country)
    return articles


def counted_under(articles: QuerySet, elsewhere: Elsewhere, publisher: Publisher) -> int:
    """How many of these articles are counted under this publisher as their source."""
    return articles.annotate(source=_source("", elsewhere)).filter(source=publisher.pk).count()
