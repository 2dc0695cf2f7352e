"""The API: parts of lists, things by their slug, mistakes, its description, and how often one may ask."""

import datetime
import json

import pytest
import schemathesis
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from talks.derived.changes import note_additions
from talks.models import Entry
from talks.public.views.api import RESOURCES
from talks.ready.limit import Limit
from tests.factories import (
    ArticleFactory,
    ChangeFactory,
    FindingFactory,
    FormerSlugFactory,
    PartyFactory,
    PersonFactory,
    many_events,
    reported,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def gazette():
    return ArticleFactory(slug="gazette", published=datetime.date(2031, 5, 10))


def answer(client, address):
    return json.loads(client.get(address).content)


def all_items(client, address):
    """The items of all parts of a list, and how many parts there are."""
    items, parts = [], 0
    while address:
        part = answer(client, address)
        items, parts, address = items + part["items"], parts + 1, part["next"]
    return items, parts


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_the_parts_of_a_list_have_each_entry_once_in_order(client, gazette, order):
    many_events(5, article=gazette)
    for slug in ("glee-1", "glee-2", "glee-3"):
        reported("round", slug, gazette, start="2031-05-09")

    items, parts = all_items(client, f"/api/entries?limit=3&order={order}")

    slugs = [*(f"event-{n}" for n in range(5)), "glee-1", "glee-2", "glee-3"]
    assert ([one["slug"] for one in items], parts) == (slugs if order == "oldest" else slugs[::-1], 3)


def test_an_entry_that_is_added_meanwhile_moves_no_other(client, gazette):
    for n in range(1, 5):
        reported("round", f"glee-{n}", gazette, start=f"2031-05-0{n}")
    first = answer(client, "/api/rounds?limit=2")

    reported("round", "glee-5", gazette, start="2031-05-09")

    assert [one["slug"] for one in first["items"]] == ["glee-4", "glee-3"]
    assert [one["slug"] for one in answer(client, first["next"])["items"]] == ["glee-2", "glee-1"]


def test_it_takes_the_filters_and_the_day_of_the_timeline(client, gazette):
    reported("round", "glee", gazette, start="2031-05-09", parties=PartyFactory(slug="freedonia").slug)
    reported("event", "song", gazette, start="2031-05-09")

    assert [one["slug"] for one in answer(client, "/api/entries?party=freedonia&q=glee")["items"]] == ["glee"]
    earlier = answer(client, "/api/entries?as_of=2031-05-09")
    assert (earlier["as_of"], earlier["total"], earlier["items"]) == ("2031-05-09", 0, [])


def test_a_mistake_is_a_problem_in_the_words_of_the_page(client):
    response = client.get("/api/entries?kind=opera&limit=1000")

    problem = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert problem["errors"] == [
        {
            "parameter": "kind",
            "detail": "“opera” is not a kind of entry; choose from round, swap, proposal, event.",
        },
        {"parameter": "limit", "detail": "Give a whole number from 1 to 100, or leave it out."},
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("entries?party=nowhere", 404),  # well written, and not here
        ("entries?from=2031-05-09&to=2031-05-08", 404),
        ("entries?after=2031-02-30.0.1", 404),
        ("comparisons/rounds?r=glee&r=nowhere", 404),
        ("comparisons/rounds?r=glee&r=mirth&as_of=2031-05-09", 404),
        ("totals?direction=freedonia-to-nowhere", 404),
        ("articles?language=xx", 404),
        ("changes?moment=2031-02-30T00:00:00.000000", 404),
        ("changes?after=change-999999999999999999999", 404),
        ("entries?q=one+two+three+four+five+six+seven+eight+nine", 403),  # more than is searched for
        ("entries?after=there", 400),  # written in no way that makes sense
        ("entries?party=nowhere&kind=opera", 400),
        ("totals?direction=freedonia", 400),
        ("comparisons/rounds?r=glee", 400),
    ],
)
def test_what_is_well_written_and_not_here_is_told_from_what_makes_no_sense(client, gazette, asked, status):
    for slug in ("glee", "mirth"):
        reported("round", slug, gazette)
    PartyFactory(slug="freedonia", released=True)

    response = client.get(f"/api/{asked}")

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


@pytest.fixture
def changed(gazette):
    """Two rounds were added and one was corrected, an exchange withdrawn, a finding published."""
    kinds = {"glee": "round", "mirth": "event", "gone": "swap"}
    glee, _, gone = entries = [reported(kind, slug, gazette) for slug, kind in kinds.items()]
    note_additions(entries)
    ChangeFactory(entry=glee, sort="corrected", note="We had misread it.")
    ChangeFactory(entry=gone, sort="withdrawn")
    Entry.objects.filter(pk=gone.pk).update(publication="withdrawn")
    finding = FindingFactory(page="/rounds/glee/", text="They met.", sources=[gazette.slug], day="2031-05-10")
    ChangeFactory(entry=None, finding=finding, sort="added")


def test_changes_are_given_with_the_filters_of_their_page(client, changed):
    told = [(one["sort"], one["kind"], one["address"]) for one in answer(client, "/api/changes")["items"]]
    glee = "http://testserver/rounds/glee/"

    assert told == [
        ("added", "finding", glee),
        ("withdrawn", "swap", ""),
        ("corrected", "round", glee),
        ("added", "event", "http://testserver/events/mirth/"),
        ("added", "round", glee),
    ]
    corrections, of_kind, of_entry = (
        answer(client, f"/api/changes?{asked}") for asked in ("only=corrections", "kind=event", "entry=glee")
    )
    assert [one["note"] for one in corrections["items"]] == ["We had misread it."]
    assert [one["entry"]["slug"] for one in of_kind["items"]] == ["mirth"]
    assert [one["sort"] for one in of_entry["items"]] == ["corrected", "added"]
    assert (corrections["total"], of_kind["total"], of_entry["total"]) == (1, 1, 2)
    assert all_items(client, "/api/changes?limit=2") == (answer(client, "/api/changes")["items"], 3)


def test_what_editors_found_is_given_with_its_page_and_its_articles(client, gazette):
    for slug in ("glee", "mirth"):
        reported("round", slug, gazette)
    page = {"page": "/compare/rounds/?r=glee&r=mirth", "sources": [gazette.slug], "day": "2031-05-10"}
    FindingFactory(text="They met twice.", **page)
    FindingFactory(text="A draft.", publication="draft", **page)

    (finding,) = answer(client, "/uk/api/findings?as_of=2031-05-20")["items"]

    assert (finding["text"], [one["article"] for one in finding["reports"]]) == ("They met twice.", ["gazette"])
    assert finding["address"] == "http://testserver/uk/compare/rounds/?r=glee&r=mirth&as_of=2031-05-20"
    assert answer(client, "/api/findings?as_of=2031-05-09")["items"] == []


def test_what_has_a_slug_is_found_by_it_also_by_a_former_one(client, gazette):
    glee = reported("round", "glee", gazette)
    FormerSlugFactory(slug="once", entry=glee)
    PersonFactory(slug="firefly", name="Rufus T. Firefly", released=True)

    assert answer(client, "/api/rounds/glee")["item"]["slug"] == "glee"
    assert answer(client, "/api/entries/glee")["item"]["kind"] == "round"
    assert answer(client, "/api/people/firefly")["item"]["name"] == "Rufus T. Firefly"
    assert client.get("/api/rounds/once")["Location"] == "/api/rounds/glee"
    assert client.get("/api/swaps/glee").status_code == 404


def test_drafts_are_not_there_and_of_what_is_withdrawn_only_that_is_told(client, gazette):
    for slug, publication in (("draft", "draft"), ("gone", "withdrawn")):
        made = reported("event", slug, gazette)
        Entry.objects.filter(pk=made.pk).update(publication=publication)

    answers = [client.get(f"/api/events/{slug}") for slug in ("draft", "gone")]

    assert [one.status_code for one in answers] == [404, 410]
    assert answer(client, "/api/entries")["items"] == []


@pytest.mark.sql
@pytest.mark.parametrize("count", [3, 30])
def test_a_part_of_a_list_takes_a_fixed_number_of_queries(client, gazette, count):
    many_events(count, article=gazette)

    with CaptureQueriesContext(connection) as asked:
        client.get("/api/entries?limit=100")

    assert len(asked) == 11


def test_pages_of_other_sites_may_read_it_and_nobody_may_write(client):
    allowed, read, written = client.options("/api/entries"), client.get("/api/entries"), client.post("/api/entries")

    assert (allowed.status_code, allowed["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert (read["Access-Control-Allow-Origin"], read.has_header("Access-Control-Allow-Credentials")) == ("*", False)
    assert (written.status_code, written["Allow"]) == (405, "GET, HEAD")
    shared = ("/timeline.csv", "/timeline.atom", "/swaps.atom", "/changes.atom", "/rounds.ics")
    assert [client.get(address)["Access-Control-Allow-Origin"] for address in shared] == ["*"] * 5


# Its description


def test_its_description_is_valid_and_names_all_there_is(client):
    described = answer(client, "/api/openapi.json")

    schemathesis.openapi.from_dict(described).validate()
    assert described["openapi"] == "3.1.0"
    assert list(described["paths"]) == ["/" + one.path.replace("<slug:slug>", "{slug}") for one in RESOURCES]
    named = [one["name"] for one in described["paths"]["/entries"]["get"]["parameters"]]
    assert {"kind", "party", "from", "to", "as_of", "limit", "after"} <= set(named)
    assert not {"pick", "page", "before", "at"} & set(named)


# How often one may ask


class Clock:
    now = 1_000_000_000.0 // 60 * 60


@pytest.fixture
def limited(monkeypatch):
    """Ask an application that two requests a minute reach: `limited(address, visitor)` gives (status, headers)."""
    monkeypatch.setattr("talks.ready.limit.time.time", lambda: Clock.now)
    cache = LocMemCache("limit", {})
    cache.clear()

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"reached"]

    limit = Limit(application, 2, cache)

    def ask(address, visitor="192.0.2.1", method="GET"):
        told = []
        environ = RequestFactory().generic(method, address, REMOTE_ADDR=visitor).environ
        answer = b"".join(limit(environ, lambda status, headers, *_: told.extend([status, dict(headers)])))
        return told[0], told[1], answer

    return ask


def test_who_asks_too_often_is_told_when_to_go_on(limited, monkeypatch):
    monkeypatch.setattr(Clock, "now", Clock.now + 20)
    first, _, third = limited("/api/entries"), limited("/oembed?url=x"), limited("/uk/timeline.csv")

    assert (first[0], first[1]["RateLimit-Limit"], first[1]["RateLimit-Remaining"]) == ("200 OK", "2", "1")
    assert (third[0], third[1]["Retry-After"]) == ("429 Too Many Requests", "40")
    assert third[1]["Content-Type"] == "application/problem+json"
    assert json.loads(third[2])["detail"].startswith("You asked more than 2 times in a minute; go on in 40 seconds.")
    assert limited("/api/entries", visitor="192.0.2.2")[0] == "200 OK"
    monkeypatch.setattr(Clock, "now", Clock.now + 60)
    assert limited("/api/entries")[0] == "200 OK"


def test_pages_and_what_they_load_are_never_refused(limited):
    addresses = ["/", "/rounds/", "/rounds/glee/", "/static/talks/site.css", "/healthz"]

    answers = [limited(address) for address in addresses * 3]

    assert {status for status, *_ in answers} == {"200 OK"}
    assert not any("RateLimit-Limit" in headers for _, headers, _ in answers)


def test_a_network_of_ipv6_counts_as_one_visitor(limited):
    answers = [limited("/api/entries", visitor=f"2001:db8::{n}")[0] for n in range(1, 4)]

    assert answers == ["200 OK", "200 OK", "429 Too Many Requests"]
