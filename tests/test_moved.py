"""Old addresses lead on for good, where a reader may see what they lead to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.factories import FormerSlugFactory, reported

pytestmark = pytest.mark.django_db

SORTS = {
    "people": (make.PersonFactory, "person"),
    "parties": (make.PartyFactory, "party"),
    "issues": (make.IssueFactory, "issue"),
    "articles": (make.ArticleFactory, "article"),
}


def moved(section, slug="new", *formers):
    factory, owner = SORTS[section]
    row = factory(slug=slug)
    for former in formers or ("old",):
        FormerSlugFactory(entry=None, slug=former, **{owner: row})
    return row


@pytest.mark.parametrize("section", SORTS)
@pytest.mark.parametrize("language", ["", "/uk"])
def test_a_former_address_redirects_for_good_and_keeps_language_and_query(client, section, language):
    moved(section)

    response = client.get(f"{language}/{section}/old/?as_of=2031-06-01&utm=a%20b")

    assert (response.status_code, response["Location"]) == (
        301,
        f"{language}/{section}/new/?as_of=2031-06-01&utm=a%20b",
    )
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("section", SORTS)
def test_a_former_slug_of_one_sort_of_row_leads_nowhere_for_another(client, section):
    other = next(name for name in SORTS if name != section)
    moved(other)

    assert client.get(f"/{section}/old/").status_code == 404


@pytest.mark.parametrize(("publication", "status"), [("published", 301), ("draft", 404), ("withdrawn", 410)])
def test_only_a_published_entry_is_led_to(client, publication, status):
    entry = reported("swap", "new")
    entry.former_slugs.create(slug="old")
    entry.publication = publication
    entry.save()

    assert client.get("/swaps/old/").status_code == status
    assert client.get("/rounds/old/").status_code == 404


@pytest.mark.parametrize("section", SORTS)
@pytest.mark.parametrize("count", [1, 12])
def test_a_redirect_takes_two_queries(client, section, count):
    moved(section, "new", *(f"old-{number}" for number in range(count)))

    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/{section}/old-0/").status_code == 301

    assert len(queries) == 2


@pytest.mark.parametrize("count", [1, 12])
def test_a_redirect_of_an_entry_takes_two_queries(client, count):
    entry = reported("event", "new")
    for number in range(count):
        entry.former_slugs.create(slug=f"old-{number}")

    with CaptureQueriesContext(connection) as queries:
        assert client.get("/events/old-0/").status_code == 301

    assert len(queries) == 2
