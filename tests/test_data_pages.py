"""Which pages can be taken along, and what those give that hold more than one sort, or more than one day."""

import csv
import io
from urllib.parse import parse_qsl, urlencode
from zipfile import ZipFile

import pytest
from django.http import QueryDict
from django.urls import resolve

from talks import urls
from talks.data import found
from talks.derived.rewording import word_the_new
from talks.derived.settle import settle
from talks.models import KINDS, Kind
from talks.public.forms.base import PAGING
from talks.public.outputs import CSV, FORMATS, JSON, ZIP
from talks.public.taking import FOLLOWED
from tests.factories import (
    AccountFactory,
    DelegateFactory,
    DelegationFactory,
    FindingFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    ProvisionFactory,
    article_of,
    reported,
)
from tests.test_data import as_csv, as_json, body, cells, workbook

pytestmark = pytest.mark.django_db

# The public pages that have no data, and why.
WITHOUT_DATA = {
    "about": "tells in words what the site is",
    "data": "tells what can be taken along; its snapshots are listed at /data/latest.json",
    "api": "tells in words what /api/openapi.json tells programs",
}


def test_every_page_has_data_or_a_reason_to_have_none():
    names = {page.name for page in urls.pages if getattr(page, "name", None)}
    pages = {name for name in names if "." not in name and not name.startswith(("api-", "admin_", "password_reset"))}

    assert set(FORMATS) == pages - set(WITHOUT_DATA)
    assert set(WITHOUT_DATA) <= pages
    assert all({CSV, JSON, ZIP} <= set(formats) for formats in FORMATS.values())


def test_a_feed_or_a_calendar_is_asked_all_that_its_page_is_asked():
    """Else it would tell of more than the page shows. What says how a page shows it is left out."""
    views = {page.name: page.callback for page in urls.pages if getattr(page, "name", None)}
    lost, unknown = {}, {}
    for page, ways in FOLLOWED.items():
        fields = set(views[page].form.base_fields)
        form = views[page].form(QueryDict(urlencode(dict.fromkeys(fields, "x") | {"as_of": "2031-06-01"})))
        for way in ways:
            path, _, query = way.address(form, "glee").partition("?")
            asked = {name for name, _ in parse_qsl(query)}
            lost[page, path] = fields - asked - {*PAGING, "pick", "then", "preview"}
            unknown[page, path] = asked - set(resolve(path).func.form.base_fields)

    sections = {model.SECTION for model in KINDS.values()}
    assert set(FOLLOWED) == {"timeline", "changes", *KINDS, *sections, "party", "issue", "person"}
    assert not any(lost.values())
    assert not any(unknown.values())


# What a search finds


@pytest.fixture
def hats(herald, freedonia):
    """Hats stand in the title of an entry, in a demand, in the name of a person, and in the title of an article."""
    gazette = article_of("gazette", "2031-05-10", title="Hats at the talks")
    paper = reported("proposal", "hats", gazette, title="A paper on hats", start="2031-05-09", parties="freedonia")
    ProvisionFactory(proposal=paper, article=herald, text="Hats for all.", paragraphs="3")
    event = reported("event", "song", herald, title="A song")
    AccountFactory(entry=event, article=herald, party=freedonia, text="Nothing.")
    glee = reported("round", "glee", gazette, start="2031-05-01")
    delegation = DelegationFactory(round=glee, article=gazette, party=freedonia)
    DelegateFactory(
        delegation=delegation, person=PersonFactory(slug="hats-hatter", name="Hats Hatter", party=freedonia)
    )
    settle({one.pk: "" for one in (paper, event, glee)})
    word_the_new("test")


def test_a_search_as_data_has_all_that_it_finds_with_the_sentences_that_hold_the_words(client, hats):
    whole = as_json(client, "/search.json?q=hats&page=2")

    assert (whole["found"], whole["most"]) == ({"people": 1, "entries": 2, "articles": 1}, 500)
    person, entry, _, article = whole["results"]
    assert [one["sort"] for one in whole["results"]] == ["people", "entries", "entries", "articles"]
    assert (person["slug"], [one["slug"] for one in person["parties"]]) == ("hats-hatter", ["freedonia"])
    assert (entry["kind"], entry["date"], entry["address"]) == (
        "proposal",
        "2031-05-09",
        "http://testserver/proposals/hats/",
    )
    (passage,) = entry["passages"]
    assert passage["text"] == "Hats for all."
    assert [(one["article"], one["paragraphs"]) for one in passage["reports"]] == [("herald", [3])]
    assert (article["title"], article["publisher"]["slug"], article["date"]) == (
        "Hats at the talks",
        "gazette",
        "2031-05-10",
    )


def test_a_search_of_one_sort_or_as_known_on_a_day_finds_as_its_page_does(client, hats):
    assert [one["sort"] for one in as_csv(client, "/search.csv?q=hats&in=people")] == ["people"]
    earlier = as_json(client, "/search.json?q=hats&as_of=2031-05-12")
    assert [(one["slug"], one["passages"]) for one in earlier["results"] if one["kind"] == "proposal"] == [("hats", [])]
    assert as_json(client, "/search.json")["results"] == []
    assert as_json(client, "/search.json?q=9+May+2031")["days"] == ["2031-05-09"]


def test_a_search_gives_so_many_of_each_sort_and_says_of_how_many(client, gazette, monkeypatch):
    monkeypatch.setattr(found, "MOST", 2)
    for n in range(3):
        reported("event", f"hats-{n}", gazette, title="Hats")

    whole = as_json(client, "/search.json?q=hats")

    assert (len(whole["results"]), whole["found"]["entries"], whole["most"]) == (2, 3, 2)


# Days, and two days at once


def test_the_days_to_see_a_page_as_of_are_data_too(client, gazette):
    reported("round", "glee", gazette, start="2021-05-09", title="Glee")
    reported("round", "secret", gazette, start="2021-05-19", published=False)

    (day,) = as_json(client, "/as-of.json?page=/rounds/%3Forder%3Doldest")["days"]

    assert (day["day"], day["round"]["slug"]) == ("2021-05-08", "glee")
    assert day["address"] == "http://testserver/rounds/?order=oldest&as_of=2021-05-08"
    page = client.get("/as-of/?page=/rounds/%3Forder%3Doldest")
    assert page["Link"].startswith("</as-of.csv?page=%2Frounds%2F%3Forder%3Doldest>;")


@pytest.fixture
def seen_twice():
    """Two rounds; of one the herald tells later that it was in another city."""
    gazette, herald = article_of("gazette", "2021-05-10"), article_of("herald", "2021-05-20")
    for slug in ("glee", "mirth"):
        reported("round", slug, gazette, start="2021-05-09", city="Glee")
    reported("round", "glee", herald, city="Sorrow")


@pytest.mark.parametrize("page", ["/rounds/glee", "/compare/rounds"])
def test_then_and_now_as_data_have_what_was_known_on_either_day(client, seen_twice, page):
    asked = "?then=2021-05-12&r=glee&r=mirth" if "compare" in page else "?then=2021-05-12"

    lines = as_csv(client, f"{page}.csv{asked}")

    cities = [
        (one["entry_as_of"], one["report_value"])
        for one in lines
        if (one["entry_slug"], one["fact_field"]) == ("glee", "city")
    ]
    assert cities == [("2021-05-12", "Glee"), ("", "Glee"), ("", "Sorrow")]
    assert f"{page}.csv{asked}>" in client.get(f"{page}/{asked}")["Link"]


def test_a_workbook_of_then_and_now_says_above_each_column_which_it_is(client, seen_twice):
    table, _ = workbook(client, "/compare/rounds.xlsx?r=glee&r=mirth&then=2021-05-12")

    heads = [head.partition("As known on ")[2] for head in cells(table)[0][1:]]
    assert heads == ["12 May 2021.", "12 May 2021.", "", ""]


# What pages are asked


@pytest.fixture
def on_hats(gazette, freedonia):
    """A paper of Freedonia, and what Sylvania said, both on hats."""
    sylvania, hats = PartyFactory(slug="sylvania", name="Sylvania"), IssueFactory(slug="hats")
    paper = reported("proposal", "paper", gazette, start="2021-05-01", parties="freedonia")
    ProvisionFactory(proposal=paper, article=gazette, issue=hats, text="Hats for all.")
    song = reported("event", "song", gazette, start="2021-05-09", parties="freedonia, sylvania")
    AccountFactory(entry=song, article=gazette, party=sylvania, issue=hats, text="No hats.")
    AccountFactory(entry=song, article=gazette, party=freedonia, issue=None, text="Nothing.")
    settle({one.pk: "" for one in (paper, song)})


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ("", ["paper", "song"]),
        ("?order=newest", ["song", "paper"]),
        ("?party=freedonia", ["paper"]),
        ("?party=sylvania", ["song"]),
    ],
)
def test_an_issue_as_data_has_the_parties_and_the_order_that_its_page_is_asked_for(client, on_hats, asked, slugs):
    entries = as_json(client, f"/issues/hats.json{asked}")["entries"]

    assert [one["slug"] for one in entries] == slugs
    assert [len(one["rows"]) for one in entries] == [1] * len(slugs)


def test_what_a_page_only_shows_otherwise_is_not_asked_of_its_data(client, seen_twice):
    page = client.get("/compare/rounds/?r=glee&r=mirth&only=differences&pair=glee&pair=mirth")

    assert page["Link"].startswith("</compare/rounds.csv?r=glee&r=mirth>;")


def test_a_list_says_how_many_it_has_and_a_party_who_its_people_are(client, on_hats, freedonia, gazette):
    glee, hatter = reported("round", "glee", gazette), PersonFactory(slug="hatter", party=freedonia)
    DelegateFactory(delegation=DelegationFactory(round=glee, article=gazette, party=freedonia), person=hatter)
    settle({glee.pk: ""})

    counts = {
        page: as_json(client, f"/{page}.json")["count"]
        for page in ("parties", "issues", "changes", "differences", "articles/gazette", "coverage", "as-of")
    }
    assert counts == {
        "parties": 2,
        "issues": 1,
        "changes": 0,
        "differences": 0,
        "articles/gazette": 3,
        "coverage": len(Kind) + 1,
        "as-of": 0,
    }
    assert [one["slug"] for one in as_json(client, "/parties/freedonia.json")["people"]] == ["hatter"]


# What editors found


@pytest.fixture
def findings(gazette, herald):
    for slug, article in (("glee", gazette), ("mirth", herald)):
        reported("round", slug, article, start="2021-05-09")
    for page in ("/rounds/glee/", "/compare/rounds/?r=glee&r=mirth", "/compare/positions/"):
        sources = [gazette.slug, herald.slug]
        FindingFactory(page=page, text="They met twice.", sources=sources, day="2031-05-21")
        FindingFactory(page=page, text="A draft.", sources=sources, publication="draft")
        FindingFactory(page=page, text="Withdrawn.", sources=sources, publication="withdrawn")


@pytest.mark.parametrize(
    "page", ["/rounds/glee.csv?", "/compare/rounds.csv?r=glee&r=mirth&", "/compare/positions.csv?"]
)
def test_in_a_table_findings_stand_behind_the_rest_a_line_for_each_source(client, findings, page):
    lines = [one for one in as_csv(client, page) if one["finding_text"]]

    found = [(one["finding_text"], one["finding_day"], one["report_article"]) for one in lines]
    assert found == [("They met twice.", "2031-05-21", "gazette"), ("They met twice.", "2031-05-21", "herald")]
    assert {one.get("entry_slug", "") for one in lines} == {""}
    assert {one["finding_address"] for one in lines} == {f"http://testserver{page.replace('.csv', '/').rstrip('?&')}"}
    assert not any(one["finding_text"] for one in as_csv(client, f"{page}as_of=2031-05-20"))


def test_in_a_workbook_findings_are_a_sheet_whose_sources_stand_among_the_others(client, findings):
    _, found, sources = workbook(client, "/compare/rounds.xlsx?r=glee&r=mirth")

    assert [line[0] for line in cells(found)] == ["What the editors found", "They met twice. [1][2]"]
    assert [line[1] for line in cells(sources)[1:]] == ["Gazette", "Herald"]


def test_the_packed_data_names_the_sources_of_findings(client, findings):
    packed = ZipFile(io.BytesIO(body(client.get("/compare/positions.zip"))))

    sources = list(csv.DictReader(io.StringIO(packed.read("sources.csv").decode("utf-8-sig"))))
    assert [one["article"] for one in sources] == ["gazette", "herald"]
