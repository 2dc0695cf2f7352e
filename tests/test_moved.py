"""Old addresses lead on for good, where a reader may see what they lead to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.editing.renaming import rename
from talks.models import Round
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
    row = factory(slug=slug, **({"released": True} if section in ("people", "articles") else {}))
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


@pytest.mark.parametrize("section", [*SORTS, "rounds"])
def test_a_renamed_row_that_gets_its_old_name_back_is_there_for_browsers_that_were_there_meanwhile(client, section):
    row = moved(section) if section in SORTS else reported("round", "new")
    if section == "rounds":
        row.former_slugs.create(slug="old")
    meanwhile = client.get(f"/{section}/old/")
    rename(row, "old", "it was right before")

    assert (meanwhile.status_code, meanwhile["Cache-Control"]) == (301, "no-cache")
    assert client.get(f"/{section}/old/").status_code == 200
    assert client.get(f"/{section}/new/")["Location"] == f"/{section}/old/"


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


# Former slugs in the parameters of an address


def context_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.context


@pytest.mark.parametrize("owner", ["party", "person", "issue"])
def test_a_filter_by_a_former_slug_means_the_row_that_has_had_it(client, owner):
    section = {"party": "parties", "person": "people", "issue": "issues"}[owner]
    moved(section)

    form = context_of(client, f"/?{owner}=old&kind=round")["form"]

    assert form.chosen_slugs(owner) == ["new"]
    assert (form.address(), form.address(without={owner: "new"})) == (f"kind=round&{owner}=new", "kind=round")


def test_a_row_under_two_slugs_is_chosen_once(client):
    moved("parties", "new", "old", "older")

    form = context_of(client, "/?party=old&party=new&party=older")["form"]

    assert (form.chosen_slugs("party"), form.address()) == (["new"], "party=new")


def test_rounds_are_compared_and_picked_by_former_slugs_while_readers_may_see_them(client):
    for slug in ("one", "two"):
        reported("round", slug, start="2031-05-02").former_slugs.create(slug=f"old-{slug}")

    form = context_of(client, "/compare/rounds/?r=old-one&r=two&pick=old-two")["form"]
    assert (form.chosen_slugs("r"), form.chosen_slugs("pick")) == (["one", "two"], ["two"])
    assert client.get("/compare/rounds/?r=old-one&r=one").context["form"].complaints == [
        "r: Only 1 is chosen; choose at least 2."
    ]

    Round.objects.filter(slug="one").update(publication="draft")
    told = client.get("/compare/rounds/?r=old-one&r=two").context["form"].complaints
    assert told[0].startswith("r: There is no round “old-one”")


def test_a_direction_is_named_by_former_slugs_of_parties(client):
    moved("parties", "freedonia", "old-land")
    moved("parties", "sylvania", "elsewhere")

    form = context_of(client, "/swaps/?direction=old-land-to-sylvania&direction=freedonia-to-sylvania")["form"]

    assert [[party.slug for party in way] for way in form.fields["direction"].valid] == [["freedonia", "sylvania"]]
    assert form.address() == "direction=freedonia-to-sylvania"


def test_only_an_unknown_slug_costs_a_query_more(client):
    moved("parties")

    def queries(slug):
        address = f"/?party={slug}"
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    assert queries("old") - queries("new") == 1
