"""The page of all articles: how the sources are balanced, who reports alone, and the list with its filters."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.derived.settle import settle
from talks.models import Article, Citation, Entry, Publisher
from tests.factories import AccountFactory, ArticleFactory, PartyFactory, PublisherFactory, many_events, reported
from tests.html import text

pytestmark = pytest.mark.django_db


def publisher(slug, country="", ownership=""):
    return PublisherFactory(slug=slug, country=country, ownership=ownership)


def article(slug, publisher, agency=None, day=10, language="en"):
    """An article that readers see even without a report."""
    published = datetime.date(2031, 5, day)
    return ArticleFactory(
        slug=slug, publisher=publisher, agency=agency, published=published, language=language, released=True
    )


@pytest.fixture(scope="module")
def press(once):
    """Four publishers of three countries and none, and what their articles report.

    Freedonia (AA) is a party before Sylvania (SY). The herald (SY) republishes the wire (AA).
    """
    PartyFactory(slug="sylvania", name="Sylvania", country="SY", order=2)
    PartyFactory(slug="freedonia", name="Freedonia", country="AA", order=1)
    wire, herald = publisher("wire", "AA", "state"), publisher("herald", "SY", "private")
    clarion, leaflet = publisher("clarion", "BB"), publisher("leaflet")
    of_wire = article("of-wire", wire)
    copy = article("copy", herald, agency=wire, day=12, language="uk")
    own = article("own", herald, day=14)
    clear = article("clear", clarion, day=20)
    loose = article("loose", leaflet, day=21)
    reported("event", "of-one-article", of_wire, start="2031-05-01")
    reported("event", "of-one-source", of_wire, start="2031-05-02")
    reported("event", "of-one-source", copy)
    reported("event", "of-two", own, start="2031-05-03")
    reported("event", "of-two", of_wire)
    reported("event", "of-unknown", loose, start="2031-05-04")
    told = reported("event", "with-an-account", own, start="2031-05-05")
    AccountFactory(entry=told, article=clear, party=PartyFactory(slug="freedonia"))
    reported("event", "draft", clear, start="2031-05-06", published=False)
    settle({told.pk: "test"})


def shares(response, name):
    return [(one.key, one.articles, one.facts) for one in getattr(response.context["balance"], name)]


def alone(response):
    """What each link under “Reported by only one” counts, as slugs."""
    found, slugs = response.context["alone"], dict(Entry.objects.values_list("pk", "slug"))
    return (
        [slugs[pk] for pk in found.article],
        [slugs[pk] for pk in found.source],
        {code: [slugs[pk] for pk in pks] for code, pks in found.countries.items()},
    )


@pytest.mark.sql
def test_articles_and_facts_are_counted_by_source_country_and_language(client, press):
    response = client.get("/articles/")

    assert shares(response, "sources") == [("wire", 2, 6), ("clarion", 1, 1), ("herald", 1, 4), ("leaflet", 1, 2)]
    assert shares(response, "countries") == [("AA", 2, 6), ("SY", 1, 4), ("BB", 1, 1), ("unknown", 1, 2)]
    assert shares(response, "languages") == [("en", 4, 12), ("uk", 1, 1)]
    assert [one.ownerships for one in response.context["balance"].countries] == [
        [2, 0, 0, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
    ]


def test_shares_are_told_in_per_cent_with_bars_of_which_the_longest_is_whole(client, press):
    html = text(client.get("/articles/"))

    assert "5 articles, 13 facts." in html
    assert '<rect width="100.0%" height="8"/></svg>40.0%</td>' in html
    assert '<rect width="100.0%" height="8"/></svg>46.2%</td>' in html


@pytest.mark.sql
def test_entries_that_one_article_source_or_country_alone_reports_are_counted(client, press):
    assert alone(client.get("/articles/")) == (
        ["of-unknown", "of-one-article"],
        ["of-unknown", "of-one-source", "of-one-article"],
        {"AA": ["of-one-source", "of-one-article"]},
    )


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ("article", ["of-unknown", "of-one-article"]),
        ("source", ["of-unknown", "of-one-source", "of-one-article"]),
        ("AA", ["of-one-source", "of-one-article"]),
        ("BB", []),
    ],
)
def test_each_such_number_leads_to_its_entries(client, press, only, expected):
    response = client.get(f"/articles/?only={only}")

    assert [known.entry.slug for known in response.context["entries"]] == expected
    assert response.context["page"].paginator.count == len(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["loose", "clear", "own", "copy", "of-wire"]),
        ("publisher=herald", ["own", "copy"]),
        ("publisher=wire", ["copy", "of-wire"]),
        ("language=uk", ["copy"]),
        ("country=AA", ["copy", "of-wire"]),
        ("country=SY", ["own"]),
        ("country=unknown", ["loose"]),
        ("country=AA&language=en", ["of-wire"]),
        ("publisher=herald&country=AA", ["copy"]),
    ],
)
def test_the_list_can_be_filtered(client, press, query, expected):
    response = client.get(f"/articles/?{query}")

    assert response.status_code == 200
    assert [one.slug for one in response.context["page"]] == expected


def test_a_country_s_and_a_language_s_articles_are_as_many_as_the_table_says(client, press):
    counted = client.get("/articles/").context["balance"]
    for name, listed in (("country", counted.countries), ("language", counted.languages)):
        for one in listed:
            response = client.get(f"/articles/?{name}={one.key}")
            assert response.context["page"].paginator.count == one.articles


def test_a_publisher_that_republishes_agencies_says_how_many_count_under_it(client, press):
    assert "Of these, 1 counted under Herald above" in text(client.get("/articles/?publisher=herald"))
    assert "Of these" not in text(client.get("/articles/?publisher=wire"))


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("publisher=wires", "publisher: There is no publisher “wires” here. Did you mean “wire”?"),
        ("language=xx", "language: No article here is in this language; write its code, such as en."),
        ("language=ukrainian-language", "language: No article here is in this language; write its code, such as en."),
        ("country=ZZ", "country: No publisher here is from this country; write its code, such as TR, or unknown."),
        (
            "only=ZZ",
            "only: Write article, source, or the code of a country that a publisher here has, such as TR.",
        ),
        ("only=AA&language=en", "only: This filter lists entries, the others list articles; use one or the other."),
        ("publishers=some", "publishers: Write all, or leave it out."),
    ],
)
def test_what_makes_no_sense_is_said_and_the_rest_is_shown(client, press, query, complaint):
    response = client.get(f"/articles/?{query}")

    assert response.status_code == 400
    assert response.context["form"].complaints == [complaint]
    assert response.context["page"].object_list


def test_the_balance_as_of_a_day_knows_nothing_of_later_articles(client, press):
    response = client.get("/articles/?as_of=2031-05-12")

    assert shares(response, "sources") == [("wire", 2, 6)]
    assert shares(response, "countries") == [("AA", 2, 6)]
    assert alone(response) == (
        ["of-two", "of-one-article"],
        ["of-two", "of-one-source", "of-one-article"],
        {"AA": ["of-two", "of-one-source", "of-one-article"]},
    )
    assert "Clarion" not in text(response)


def test_publishing_a_draft_counts_at_the_next_request(client, press):
    assert client.get("/articles/").context["balance"].facts == 13

    entry = Entry.objects.get(slug="draft")
    entry.publication = "published"
    entry.save()

    assert client.get("/articles/").context["balance"].facts == 15


def test_an_edit_of_an_article_or_its_publisher_counts_at_the_next_request(client, press):
    client.get("/articles/")
    herald, own = Publisher.objects.get(slug="herald"), Article.objects.get(slug="own")

    herald.country = "BB"
    herald.save()
    own.language = "pl"
    own.save()
    response = client.get("/articles/")

    assert shares(response, "countries") == [("AA", 2, 6), ("BB", 2, 5), ("unknown", 1, 2)]
    assert [key for key, *_ in shares(response, "languages")] == ["en", "pl", "uk"]


def test_only_the_first_sources_stand_in_the_table_and_a_link_leads_to_all(client):
    for number in range(12):
        article(f"article-{number}", publisher(f"gazette-{number:02}"))

    assert len(client.get("/articles/").context["top"]) == 10
    assert "All sources (12)" in text(client.get("/articles/"))
    assert "By country" in text(client.get("/articles/"))
    assert [one.articles for one in client.get("/articles/?publishers=all").context["page"]] == [1] * 12
    countries = client.get("/articles/?countries=all").context["page"]
    assert [(one.key, one.articles, one.facts) for one in countries] == shares(client.get("/articles/"), "countries")


def test_a_record_without_articles_says_so(client):
    assert "No article had been published." in text(client.get("/articles/"))


QUERIES = {"": [10, 2], "?only=article": [13, 5], "?country=FR": [12, 4]}  # of the first request, of the second


@pytest.mark.parametrize("count", [5, 500])
def test_the_number_of_queries_does_not_grow_and_counts_are_kept(client, count):
    source = article("of-all", publisher("gazette", "FR"))
    Article.objects.bulk_create(
        Article(slug=f"more-{n}", publisher=source.publisher, published=source.published, language="en", released=True)
        for n in range(count)
    )
    many_events(count, article=source)
    numbers = {query: [] for query in QUERIES}
    for query in QUERIES:
        cache.clear()
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                response = client.get(f"/articles/{query}")
            numbers[query].append(len(captured))
        assert (query, response.status_code) == (query, 200)
        assert response.context["balance"].articles == count + 1
        assert response.context["balance"].facts == Citation.objects.count()

    assert numbers == QUERIES
