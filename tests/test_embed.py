"""Pages within pages of other sites, and oEmbed, which tells of them."""

import datetime
import re
from html import unescape
from io import BytesIO
from urllib.parse import urlencode
from xml.etree import ElementTree

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from talks.models import Entry
from tests.comparisons import proposal
from tests.factories import (
    ArticleFactory,
    DelegationFactory,
    FormerSlugFactory,
    IssueFactory,
    PartyFactory,
    PublisherFactory,
    TransferFactory,
    many_events,
    reported,
)

pytestmark = pytest.mark.django_db

# From https://oembed.com, section 2.3.4: what an answer of the type “rich” must and may have.
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["type", "version", "html", "width", "height"],
    "properties": {
        "type": {"const": "rich"},
        "version": {"const": "1.0"},
        "html": {"type": "string", "pattern": "^<iframe [^<>]*></iframe>$"},
        "width": {"type": "integer", "minimum": 1},
        "height": {"type": "integer", "minimum": 1},
        "title": {"type": "string", "minLength": 1},
        "author_name": {"type": "string"},
        "author_url": {"type": "string", "format": "uri"},
        "provider_name": {"type": "string"},
        "provider_url": {"type": "string", "format": "uri"},
        "cache_age": {"type": "integer", "minimum": 0},
        "thumbnail_url": {"type": "string", "format": "uri"},
        "thumbnail_width": {"type": "integer"},
        "thumbnail_height": {"type": "integer"},
    },
    "dependentRequired": {
        "thumbnail_url": ["thumbnail_width", "thumbnail_height"],
        "thumbnail_width": ["thumbnail_url", "thumbnail_height"],
        "thumbnail_height": ["thumbnail_url", "thumbnail_width"],
    },
    "additionalProperties": False,
}
EVERY = {  # {address of a page: its embeds}
    "/?kind=round": ["/embed/?kind=round", "/embed/overview/?kind=round"],
    "/rounds/glee/": ["/embed/rounds/glee/"],
    "/swaps/": ["/embed/swaps/"],
    "/compare/rounds/?r=glee&r=sorrow": ["/embed/compare/rounds/?r=glee&r=sorrow"],
    "/compare/proposals/?p=plan&p=paper": ["/embed/compare/proposals/?p=plan&p=paper"],
    "/compare/positions/": ["/embed/compare/positions/"],
}
FRAMES = [frame for frames in EVERY.values() for frame in frames]


@pytest.fixture(scope="module")
def small(once):
    """A record with something for each embed; sources differ on where the second round was."""
    gazette, herald = (
        ArticleFactory(slug=slug, publisher=PublisherFactory(slug=slug), published=datetime.date(2031, 5, day))
        for slug, day in (("gazette", 10), ("herald", 20))
    )
    freedonia, sylvania = (PartyFactory(slug=slug, released=True) for slug in ("freedonia", "sylvania"))
    for slug, day, city in (("glee", "2031-05-02", "Mirth"), ("sorrow", "2031-05-09", "Hope")):
        facts = {"start": day, "parties": "freedonia, sylvania", "city": city}
        found = reported("round", slug, gazette, title=f"Round of {slug}", **facts)
        DelegationFactory(round=found, article=gazette, party=freedonia)
    reported("round", "sorrow", herald, title="Round of sorrow", city="Despair")
    swap = reported("swap", "exchange", gazette, title="Exchange", start="2031-05-12", status="completed")
    TransferFactory(swap=swap, article=gazette, from_party=freedonia, to_party=sylvania, count=10)
    issue = IssueFactory(slug="hats", title="Hats")
    for slug in ("plan", "paper"):
        proposal(slug, gazette, issue, f"Hats at noon, says the {slug}", parties="freedonia", start="2031-05-03")
    reported("round", "draft", gazette, title="zxqv", published=False)


def text(response):
    return response.content.decode()


def sources_of_frames(page):
    """The addresses that the texts to copy of a page put into their frames."""
    return [
        unescape(unescape(found)).removeprefix("http://testserver")
        for found in re.findall(r"&lt;iframe src=&quot;(.*?)&quot;", page)
    ]


# What is shown


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("address", EVERY)
def test_each_page_that_can_be_shown_elsewhere_has_the_text_for_it(client, address):
    assert sources_of_frames(text(client.get(address))) == EVERY[address]


@pytest.mark.usefixtures("small")
def test_no_other_page_has_one(client):
    others = ["/people/", "/compare/rounds/", "/swaps/?show=numbers", "/rounds/glee/?as_of=never", "/nowhere/"]

    assert [sources_of_frames(text(client.get(address))) for address in others] == [[]] * len(others)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("address", FRAMES)
def test_any_page_may_frame_an_embed_and_no_page_of_the_site(client, address):
    frame = client.get(address)
    page = client.get(address.replace("/embed/overview/", "/").replace("/embed/", "/"))

    allowed, refused = ({one.strip() for one in told["Content-Security-Policy"].split(";")} for told in (frame, page))
    assert (frame.status_code, page.status_code) == (200, 200)
    assert {"frame-ancestors *", "script-src 'none'"} <= allowed
    assert "frame-ancestors 'none'" in refused
    assert ("X-Frame-Options" in frame, page["X-Frame-Options"]) == (False, "DENY")
    assert frame["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("address", FRAMES)
def test_an_embed_has_no_script_and_leads_to_its_page(client, address):
    told = text(client.get(address))
    page = address.replace("/embed/overview/", "/").replace("/embed/", "/")

    assert "<script" not in told
    assert '<meta name="robots" content="noindex">' in told
    canonical, back = re.findall(r'<link rel="canonical" href="(.*?)">|<a [^>]*href="(.*?)">Open on the site', told)
    assert unescape(canonical[0]) == unescape(back[1]) == f"http://testserver{page}"
    assert all(word not in told for word in ("<nav", "hx-swap-oob", "zxqv"))


@pytest.mark.usefixtures("small")
def test_an_embed_shows_what_the_page_shows_with_its_sources(client):
    first, last, both = (
        text(client.get(address))
        for address in ("/embed/rounds/sorrow/", "/embed/?kind=round", "/embed/compare/rounds/?r=glee&r=sorrow")
    )

    assert all("Round of sorrow" in told for told in (first, last, both))
    assert all('href="#source-1"' in told and 'id="source-1"' in told for told in (first, last, both))
    assert all(city in told for city in ("Hope", "Despair") for told in (first, both))
    assert "Exchange" not in last
    assert "<svg" in text(client.get("/embed/swaps/"))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("address", FRAMES)
def test_links_of_an_embed_open_beside_it_but_for_those_within_it(client, address):
    links = re.findall(r"<a\s[^>]*>", text(client.get(address)))

    inside = [link for link in links if 'href="#' in link]
    assert [link for link in inside if "target=" in link] == []
    assert [link for link in links if link not in inside and ' target="_blank"' not in link] == []
    assert [link for link in links if 'href="?' in link or 'href="/embed/' in link] == []


@pytest.mark.usefixtures("small")
def test_an_embed_is_as_known_on_the_day_that_it_is_asked_for(client):
    then, now = (text(client.get(f"/embed/rounds/sorrow/{query}")) for query in ("?as_of=2031-05-15", ""))

    assert "As known on 15 May 2031." in then
    assert ("Hope" in then, "Despair" in then) == (True, False)
    assert "This is what is known now." in now
    assert 'href="http://testserver/rounds/sorrow/?as_of=2031-05-15"' in then


@pytest.mark.usefixtures("small")
def test_an_embed_is_in_the_language_of_its_address(client):
    told = text(client.get("/uk/embed/rounds/glee/"))

    assert '<html lang="uk"' in told
    assert '<link rel="canonical" href="http://testserver/uk/rounds/glee/">' in told


@pytest.mark.usefixtures("small")
def test_an_embed_of_a_former_slug_leads_to_that_of_the_present_one(client):
    FormerSlugFactory(slug="once", entry=Entry.objects.get(slug="glee"))

    response = client.get("/uk/embed/rounds/once/?as_of=2031-05-15")

    assert (response.status_code, response["Location"]) == (301, "/uk/embed/rounds/glee/?as_of=2031-05-15")
    assert "X-Frame-Options" not in response


@pytest.mark.usefixtures("small")
def test_the_frame_says_what_is_not_there_any_more(client):
    Entry.objects.filter(slug="glee").update(publication="withdrawn")

    gone, never, nothing = (
        client.get(f"/embed/{path}") for path in ("rounds/glee/", "rounds/nowhere/", "compare/rounds/")
    )

    assert [one.status_code for one in (gone, never, nothing)] == [410, 404, 404]
    assert not any("X-Frame-Options" in one or "<nav" in text(one) for one in (gone, never, nothing))
    assert "This entry was withdrawn" in text(gone)
    assert "There is no round “nowhere” here." in text(never)
    assert "There is nothing here to show within another page." in text(nothing)


@pytest.mark.usefixtures("small")
def test_not_even_editors_see_a_draft_in_a_frame(client):
    client.force_login(User.objects.create_superuser("editor"))

    page, frame = (client.get(f"{start}/rounds/draft/?preview=1") for start in ("", "/embed"))

    assert (page.status_code, frame.status_code) == (200, 404)
    assert sources_of_frames(text(page)) == []
    assert "zxqv" not in text(frame)


@pytest.mark.usefixtures("small")
def test_the_text_to_copy_has_the_filter_and_the_day_but_not_what_the_reader_picked(client):
    told = text(client.get("/?kind=round&as_of=2031-06-01&pick=glee&order=oldest&after=2031-05-02.0.1"))

    query = "as_of=2031-06-01&order=oldest&kind=round"
    assert sources_of_frames(told) == [f"/embed/?{query}", f"/embed/overview/?{query}"]
    assert f"&lt;p&gt;&lt;a href=&quot;http://testserver/?{query.replace('&', '&amp;amp;')}&quot;&gt;" in told


def test_a_title_in_the_text_to_copy_is_text(client, gazette):
    reported("event", "glee", gazette, title='“Joy” & "glee" <b>')

    told = text(client.get("/events/glee/"))

    snippet = unescape(re.search(r'<dd lang="zxx">(.*?)</dd>', told.partition('id="embed"')[2], re.DOTALL)[1])
    assert 'title="“Joy” &amp; &quot;glee&quot; &lt;b&gt; · ' in snippet
    assert ">“Joy” &amp; &quot;glee&quot; &lt;b&gt;</a>" in snippet
    assert re.findall(r'(width|height|loading)="(.*?)"', snippet) == [
        ("width", "100%"),
        ("height", "640"),
        ("loading", "lazy"),
    ]


@pytest.mark.usefixtures("small")
def test_what_the_timeline_swaps_in_has_the_text_for_its_filter(client):
    part = text(client.get("/?kind=swap", headers={"HX-Request": "true", "HX-Target": "results"}))

    assert sources_of_frames(part) == ["/embed/?kind=swap", "/embed/overview/?kind=swap"]


@pytest.mark.parametrize("address", ["/embed/", "/embed/overview/"])
def test_an_embed_asks_as_often_however_much_there_is(client, address):
    many_events(40)

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    assert len(asked) == 25


# oEmbed


def oembed(client, url, **parameters):
    full = url if "://" in url else f"http://testserver{url}"
    return client.get(f"/oembed?{urlencode({'url': full, **parameters})}")


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("address", [*EVERY, "/embed/overview/?kind=round", "/uk/rounds/glee/"])
def test_oembed_tells_how_a_page_is_shown_elsewhere(client, address):
    response = oembed(client, address)

    told = response.json()
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    source = unescape(re.search(r'src="http://testserver(.*?)"', told["html"])[1])
    expected = EVERY.get(address, [address.replace("/uk/rounds", "/uk/embed/rounds")])[0]
    assert source == expected
    assert client.get(source).status_code == 200
    assert (response["Content-Type"], response["Access-Control-Allow-Origin"]) == ("application/json", "*")


@pytest.mark.usefixtures("small")
def test_oembed_knows_what_an_address_shows(client):
    addresses = ["/rounds/glee/", "/?kind=round&from=2031-05-01", "/compare/rounds/?r=glee&r=sorrow", "/swaps/"]

    told = [oembed(client, address).json()["title"] for address in addresses]

    assert told == [
        "Round of glee",
        "Timeline: Rounds, from 1 May 2031",
        "Round of glee · Round of sorrow",
        "Exchanges",
    ]


@pytest.mark.usefixtures("small")
def test_oembed_keeps_to_the_room_that_there_is(client):
    told = oembed(client, "/rounds/glee/", maxwidth=300, maxheight=200).json()
    wide = oembed(client, "/rounds/glee/", maxwidth=3000, maxheight=2000).json()

    assert (told["width"], told["height"]) == (300, 200)
    assert 'width="300" height="200"' in told["html"]
    assert (wide["width"], wide["height"]) == (720, 640)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("room", "size"),
    [({}, (1200, 630)), ({"maxwidth": 640}, (600, 315)), ({"maxheight": 300}, (400, 210)), ({"maxwidth": 399}, None)],
)
def test_oembed_gives_the_card_of_that_day_in_the_largest_size_for_which_there_is_room(client, room, size):
    told = oembed(client, "/rounds/glee/?as_of=2031-06-01", **room).json()

    found = told.get("thumbnail_url")
    assert (told.get("thumbnail_width"), told.get("thumbnail_height")) == (size or (None, None))
    if found:
        assert found.startswith("http://testserver/rounds/glee/card.png?as_of=2031-06-01")
        assert Image.open(BytesIO(client.get(found).content)).size == size


@pytest.mark.usefixtures("small")
def test_oembed_tells_the_same_as_xml(client):
    as_json, as_xml = (oembed(client, "/rounds/glee/", format=one) for one in ("json", "xml"))

    root = ElementTree.fromstring(as_xml.content)
    assert as_xml["Content-Type"].startswith("text/xml")
    assert root.tag == "oembed"
    assert {one.tag: one.text for one in root} == {name: str(value) for name, value in as_json.json().items()}


@pytest.mark.usefixtures("small")
def test_oembed_follows_a_former_slug(client):
    FormerSlugFactory(slug="once", entry=Entry.objects.get(slug="glee"))

    assert oembed(client, "/rounds/once/").json() == oembed(client, "/rounds/glee/").json()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/rounds/glee/",
        "ftp://testserver/rounds/glee/",
        "http://[testserver/rounds/glee/",
        "rounds/glee",
        "/rounds/nowhere/",
        "/rounds/draft/",
        "/rounds/draft/?preview=1",
        "/rounds/glee/?as_of=2001-01-01",
        "/rounds/glee/?as_of=never",
        "/nowhere/",
        "/people/",
        "/compare/rounds/",
        "/swaps/?show=numbers",
        "/admin/",
        "/oembed?url=http://testserver/rounds/glee/",
    ],
)
def test_oembed_knows_nothing_of_what_cannot_be_shown_elsewhere(client, address):
    response = oembed(client, address)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.usefixtures("small")
def test_oembed_refuses_what_it_cannot_answer(client):
    page = "http://testserver/rounds/glee/"

    answers = [client.get("/oembed"), oembed(client, page, maxwidth="wide"), oembed(client, page, format="yaml")]

    assert [one.status_code for one in answers] == [400, 400, 501]
    assert client.post("/oembed").status_code == 405


@pytest.mark.usefixtures("small")
def test_a_page_leads_to_what_oembed_tells_of_it(client):
    told = text(client.get("/compare/rounds/?r=glee&r=sorrow"))

    found = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="(.*?)" title="(.*?)">', told)
    (address, title), *others = found
    assert (others, title) == ([], "Round of glee · Round of sorrow")
    assert client.get(unescape(address)).json()["title"] == title
