"""Rows that several reports lead to are one object in what a query gives."""

import pytest
from django.db.models import F

from talks.models import Article, Citation, Publisher
from talks.models.sharing import SharingIterable, sharing
from tests.factories import ArticleFactory, PublisherFactory, reported

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def two_entries(article):
    return [reported("event", slug, article, start="2031-05-09") for slug in ("duck", "soup")]


def test_reports_of_one_article_share_it_and_its_publisher(gazette, herald):
    two_entries(gazette)
    reported("event", "duck", herald)

    rows = list(Citation.objects.filter(field="").with_sources().order_by("pk"))

    assert [row.article.slug for row in rows] == ["gazette", "gazette", "herald"]
    assert len({id(row.article) for row in rows}) == 2
    assert len({id(row.article.publisher) for row in rows}) == 2


def test_a_shared_row_says_what_it_says_when_it_is_read_alone(gazette, django_assert_num_queries):
    gazette.agency = PublisherFactory(slug="wire", translations={"uk": {"name": "Дріт"}})
    gazette.save()
    two_entries(gazette)
    plain = Article.objects.defer("text", "filed").get(slug="gazette")
    wire = Publisher.objects.get(slug="wire")

    with django_assert_num_queries(1):
        first, *_ = Citation.objects.with_sources()
        shown, agency = first.article, first.article.agency

    columns = {name for name in plain.__dict__ if not name.startswith("_")}
    assert {name: shown.__dict__[name] for name in columns} == {name: plain.__dict__[name] for name in columns}
    assert agency.translations == wire.translations == {"uk": {"name": "Дріт"}}
    assert shown.get_deferred_fields() == {"text", "filed"}


def test_what_leads_nowhere_has_none(gazette):
    two_entries(gazette)

    assert [row.article.agency for row in Citation.objects.filter(field="").with_sources()] == [None, None]


def test_rows_keep_the_entry_that_they_were_asked_of_and_what_was_computed(gazette, django_assert_num_queries):
    duck, _ = two_entries(gazette)

    with django_assert_num_queries(1):
        row = duck.citations.with_sources().annotate(day=F("article__published")).get(field="")
        found = row.entry, row.day

    assert found == (duck, gazette.published)
    assert row.entry is duck


def test_a_query_that_is_narrowed_still_shares(gazette):
    rows = sharing(Citation.objects.select_related("article"))

    assert rows.filter(field="").order_by("pk")[:5]._iterable_class is SharingIterable
    assert Citation.objects.all()._iterable_class is not SharingIterable


def test_two_relations_to_one_row_are_each_read():
    wire = PublisherFactory(slug="wire")
    two_entries(ArticleFactory(slug="own", publisher=wire, agency=wire))

    article = Citation.objects.with_sources().first().article

    assert article.publisher == article.agency == wire


def articles_to_show():
    return [row.article for row in Citation.objects.filter(field="").to_show().order_by("pk")]


def test_pages_that_only_show_an_article_have_one_object_until_it_says_something_else(gazette):
    two_entries(gazette)

    (first, _), (second, _) = articles_to_show(), articles_to_show()
    Publisher.objects.filter(pk=gazette.publisher_id).update(name="The Renamed Gazette")
    renamed, _ = articles_to_show()

    assert first is second
    assert str(first.publisher) == str(gazette.publisher)
    assert str(renamed.publisher) == "The Renamed Gazette"


def test_who_edits_has_objects_of_their_own(gazette):
    two_entries(gazette)

    edited, shown = (Citation.objects.with_sources().first().article for _ in range(2))

    assert edited is not shown
