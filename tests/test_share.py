"""Citing and sharing: what reference managers, networks and search engines are told, as parsers of others read it."""

import datetime
import json
import re
from html import unescape
from io import BytesIO
from operator import sub
from xml.etree import ElementTree

import bibtexparser
import pytest
from PIL import Image, ImageColor
from playwright.sync_api import expect
from pyld import jsonld

from talks.data.formats.citation import FORMATS, Citation
from talks.drawings.card import SLOTS, WIDTHS, WITHIN, Card, _font, draw, lines
from talks.models import FormerSlug, Revision
from talks.public import outputs
from tests import factories as make
from tests.factories import reported

pytestmark = pytest.mark.django_db

MARK = "zxqv"  # stands in what must not come out, and nowhere else
DAY = datetime.date(2031, 5, 20)
CITATION = Citation(
    key="talks-2031",
    title="Hats & coats: 100% {new} #1",
    site="Opera talks: the record",
    maker="The Desk",
    address="https://talks.example/rounds/talks/?as_of=2031-05-20",
    language="en",
    accessed=datetime.date(2031, 6, 3),
    day=DAY,
    version="Version 2 of 25 May 2031",
    changed=datetime.date(2031, 5, 25),
)


@pytest.fixture
def talks(gazette, freedonia, sylvania):
    return make.talks_in_marx_hall(gazette, parties="freedonia, sylvania")


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def metas(html):
    """{name or property: content} of what stands in the head of a page."""
    return {
        name: unescape(said) for name, said in re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html)
    }


def cited(html):
    """What stands under “Cite”: (text, BibTeX, CSL-JSON, RIS)."""
    told = html.partition('id="taking"')[2].partition('id="embed"')[0]
    return [unescape(one) for one in re.findall(r"<dd[^>]*>(.*?)</dd>", told, re.DOTALL)]


def linked(html):
    """What the JSON-LD of a page says, as a JSON-LD processor expands it: {type: thing}."""
    (found,) = re.findall(r'<script lang="zxx" type="application/ld\+json">(.*?)</script>', html)
    context = {"@context": {"@vocab": "https://schema.org/", "url": {"@type": "@id"}}}
    answer = {"contextUrl": None, "documentUrl": "https://schema.org", "document": context}
    flat = jsonld.flatten(json.loads(found), options={"documentLoader": lambda url, options: answer})
    return {thing["@type"][0].rpartition("/")[2]: thing for thing in flat}


def said(thing, name):
    return [one.get("@value", one.get("@id")) for one in thing.get(f"https://schema.org/{name}", ())]


# Citations


def test_a_citation_says_in_a_line_what_where_and_as_of_when():
    assert CITATION.text == (
        "“Hats & coats: 100% {new} #1”. Opera talks: the record. The Desk. As known on 20 May 2031. Version 2 of "
        "25 May 2031. https://talks.example/rounds/talks/?as_of=2031-05-20 (3 June 2031)"
    )


def test_bibtex_is_read_back():
    (read,) = bibtexparser.loads(CITATION.bibtex).entries

    assert read == {
        "ENTRYTYPE": "misc",
        "ID": "talks-2031",
        "title": "{Hats \\& coats: 100\\% (new) \\#1}",
        "author": "{The Desk}",
        "howpublished": "Opera talks: the record",
        "year": "2031",
        "url": "https://talks.example/rounds/talks/?as_of=2031-05-20",
        "urldate": "2031-06-03",
        "note": "As known on 20 May 2031. Version 2 of 25 May 2031",
    }


def test_csl_json_is_read_back():
    (read,) = json.loads(CITATION.csl)

    assert (read["type"], read["title"], read["author"]) == ("webpage", CITATION.title, [{"literal": "The Desk"}])
    assert (read["issued"], read["accessed"]) == ({"date-parts": [[2031, 5, 25]]}, {"date-parts": [[2031, 6, 3]]})


def test_ris_is_read_back():
    """By its specification: two letters, two spaces, a hyphen, a space; CR and LF end each line; TY first, ER last."""
    *lines, after = CITATION.ris.split("\r\n")
    read = [re.fullmatch(r"([A-Z][A-Z0-9])  - ([^\r\n]*)", line).groups() for line in lines]

    assert after == ""
    assert read == [
        ("TY", "ELEC"),
        ("TI", CITATION.title),
        ("AU", "The Desk"),
        ("T2", "Opera talks: the record"),
        ("PY", "2031"),
        ("DA", "2031/05/25"),
        ("Y2", "2031/06/03"),
        ("UR", CITATION.address),
        ("LA", "en"),
        ("N1", "As known on 20 May 2031. Version 2 of 25 May 2031"),
        ("ER", ""),
    ]


def test_an_entry_is_cited_with_its_version_and_the_day_as_known_on_which_it_is(client, talks):
    talks.changes.update(made=datetime.datetime(2031, 5, 25, tzinfo=datetime.UTC))

    text, bibtex, csl, _ = cited(page(client, "/rounds/talks/?as_of=2031-05-20&pick=talks"))

    assert text.startswith(
        "“Talks <in> Marx Hall”. Ukraine–Russia talks: the record. As known on 20 May 2031. Version 1 of 25 May 2031. "
        "http://testserver/rounds/talks/?as_of=2031-05-20 ("
    )
    assert bibtexparser.loads(bibtex).entries[0]["ID"] == "talks-2031"
    assert json.loads(csl)[0]["URL"] == "http://testserver/rounds/talks/?as_of=2031-05-20"


@pytest.mark.parametrize(
    ("address", "path", "name"),
    [
        ("/rounds/talks/?as_of=2031-05-20&pick=talks", "/rounds/talks.{}?as_of=2031-05-20", "talks"),
        ("/uk/rounds/?order=oldest", "/uk/rounds.{}?order=oldest", "rounds"),
        ("/?kind=round&x=1", "/timeline.{}?kind=round&x=1", "timeline"),
        ("/compare/positions/", "/compare/positions.{}", "compare-positions"),
        ("/data/", "/data.{}", "data"),
    ],
)
def test_what_stands_under_cite_is_also_a_file(client, talks, address, path, name):
    html = page(client, address)

    links = re.findall(r'<a lang="zxx" href="([^"]*)" type="([^"]*)" rel="nofollow">', html)
    files = [one for one in links if one[1] in [each.type for each in FORMATS.values()]]
    assert [(unescape(file), kind.partition(";")[0]) for file, kind in files] == [
        (path.format("bib"), "application/x-bibtex"),
        (path.format("csl.json"), "application/vnd.citationstyles.csl+json"),
        (path.format("ris"), "application/x-research-info-systems"),
    ]
    for (file, kind), text, ending in zip(files, cited(html)[1:], ("bib", "csl.json", "ris"), strict=True):
        answer = client.get(unescape(file))
        assert answer.content.decode() == text
        assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == (kind, "*")
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.{ending}"'


def test_a_citation_of_what_is_not_there_says_so(client, talks, gazette, admin_client):
    FormerSlug.objects.create(entry=talks, slug="old-talks")
    reported("round", "draft", gazette, title=MARK, published=False)
    gone = reported("round", "gone", gazette)
    gone.publication = "withdrawn"
    gone.save()

    moved = client.get("/rounds/old-talks.bib?as_of=2031-05-20")
    others = [
        admin_client.get(f"/rounds/{asked}")
        for asked in ("draft.ris?preview=1", "gone.ris", "talks.ris?as_of=x", "talks.ris?as_of=2031-05-01")
    ]

    assert (moved.status_code, moved["Location"]) == (301, "/rounds/talks.bib?as_of=2031-05-20")
    assert [one.status_code for one in others] == [404, 410, 400, 404]
    assert {one["Content-Type"] for one in others} == {"application/problem+json"}
    assert 'type="application/x-bibtex' not in page(admin_client, "/rounds/draft/?preview=1")


def test_a_view_is_cited_with_what_it_is_filtered_by_also_where_only_a_part_is_swapped_in(client, talks):
    whole = page(client, "/?kind=round")
    part = client.get("/?kind=round", headers={"HX-Request": "true", "HX-Target": "results"}).content.decode()

    assert cited(whole)[0].startswith("“Timeline: 1 round”. ")
    assert cited(part) == cited(whole)
    assert re.search('<section id="taking"[^>]* hx-swap-oob="true">', part)


@pytest.mark.parametrize("address", ["/", "/rounds/", "/swaps/", "/people/", "/differences/", "/compare/positions/"])
def test_a_view_is_cited_with_the_state_of_the_record(client, talks, address):
    before = cited(page(client, address))[0]
    make.PartyFactory()
    Revision.advance()
    after = cited(page(client, address))[0]

    states = [re.search(r"\. State ([0-9a-f]{8}) of the record\. http", one)[1] for one in (before, after)]
    assert states[1] == Revision.current()[:8]
    assert states[0] != states[1]


def test_each_page_names_its_feed_and_its_calendar(client, talks):
    def formats(address):
        found = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', page(client, address))
        return [one for one in found if one[0] in (atom, calendar)]

    atom, calendar = "application/atom+xml", "text/calendar"
    assert formats("/?party=freedonia") == [
        (atom, "/timeline.atom?party=freedonia"),
        (calendar, "/rounds.ics?party=freedonia"),
    ]
    assert formats("/rounds/talks/?as_of=2031-05-20") == [
        (atom, "/changes.atom?entry=talks&amp;as_of=2031-05-20"),
        (calendar, "/rounds/talks.ics?as_of=2031-05-20"),
    ]
    assert formats("/events/") == [(atom, "/timeline.atom?kind=event")]
    assert formats("/about/") == []


# What networks and reference managers read


def test_the_head_of_an_entry_tells_networks_and_reference_managers_what_it_is(client, talks):
    talks.changes.update(made=datetime.datetime(2031, 5, 25, tzinfo=datetime.UTC))

    told = metas(page(client, "/uk/rounds/talks/?as_of=2031-05-20"))

    here = "http://testserver/uk/rounds/talks/"
    assert {name: said for name, said in told.items() if name.startswith(("og:", "citation_", "twitter:"))} == {
        "og:type": "article",
        "og:site_name": "Переговори України та Росії: хроніка",
        "og:title": "Talks <in> Marx Hall",
        "og:description": told["description"],
        "og:url": f"{here}?as_of=2031-05-20",
        "og:locale": "uk_UA",
        "og:image": f"{here}card.png?as_of=2031-05-20",
        "og:image:alt": told["description"],
        "twitter:card": "summary_large_image",
        "citation_title": "Talks <in> Marx Hall",
        "citation_public_url": f"{here}?as_of=2031-05-20",
        "citation_language": "uk",
        "citation_online_date": "2031/05/25",
    }


# JSON-LD


def test_a_round_is_an_event_with_its_days_place_parties_and_sources(client, talks):
    told = linked(page(client, "/rounds/talks/"))

    event, article = told["Event"], told["NewsArticle"]
    assert event["@id"] == "http://testserver/rounds/talks/"
    assert (said(event, "name"), said(event, "description")) == (
        ["Talks <in> Marx Hall"],
        ["They agreed on hats & coats."],
    )
    assert (said(event, "startDate"), said(event, "endDate")) == (["2031-05-02"], ["2031-05-03"])
    assert said(event, "eventStatus") == ["https://schema.org/EventScheduled"]
    assert said(told["Place"], "name") == ["Marx Hall"]
    assert said(told["Country"], "name") in (["Freedonia"], ["Sylvania"])
    assert said(article, "headline") == ["Title of gazette"]
    assert len(told["BreadcrumbList"]["https://schema.org/itemListElement"]) == 3


def test_json_ld_takes_no_side_where_sources_differ(client, talks):
    reported("round", "talks", make.ArticleFactory(slug="other"), status="cancelled", city="Zurich")

    event = linked(page(client, "/rounds/talks/"))["Event"]

    assert said(event, "eventStatus") == []
    assert len(event["https://schema.org/location"]) == 2


def test_a_proposal_is_a_work_of_its_parties_and_the_record_a_dataset(client, talks, gazette):
    reported("proposal", "plan", gazette, title="Plan", start="2031-05", parties="freedonia", status="submitted")

    work = linked(page(client, "/proposals/plan/"))["CreativeWork"]
    told = linked(page(client, "/"))
    record, file = told["Dataset"], told["DataDownload"]

    assert client.get(said(file, "contentUrl")[0])["Content-Type"].startswith(said(file, "encodingFormat")[0])
    assert (said(work, "name"), said(work, "creativeWorkStatus")) == (["Plan"], ["Submitted"])
    assert said(record, "temporalCoverage") == ["2031-05-01/2031-05-02"]
    assert said(record, "license") == ["https://opensource.org/license/mit"]
    assert len(record["https://schema.org/distribution"]) == len(outputs.FORMATS["timeline"])
    assert "ld+json" not in page(client, "/?kind=round")


# Cards


def card(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"  # else no other site could show it
    image = Image.open(BytesIO(answer.content))
    image.load()
    return image


@pytest.mark.parametrize("address", ["/rounds/talks/card.png", "/uk/rounds/talks/card.png", "/card.png"])
def test_a_card_is_a_picture_of_the_size_that_networks_want(client, talks, address):
    assert card(client, address).size == (1200, 630)
    assert card(client, f"{address}?width=600").size == (600, 315)
    assert client.get(f"{address}?width=601").status_code == 400


def test_a_card_says_what_was_known_on_its_day(client, talks, herald, monkeypatch):
    reported("round", "talks", herald, title="Talks", city="Zurich")
    drawn = []
    monkeypatch.setattr("talks.public.views.share.draw", lambda card, width: drawn.append(card) or b"")

    client.get("/rounds/talks/card.png?as_of=2031-05-10")
    client.get("/rounds/talks/card.png")

    assert drawn[0] == Card(
        above="Round · 2–3 May 2031 · as known on 10 May 2031",
        title="Talks <in> Marx Hall",
        told="They agreed on hats & coats.",
        site="Ukraine–Russia talks",
        note="",
        parties=[("FR", 0), ("SY", 0)],
    )
    assert drawn[1].note == "Sources differ on: place"
    assert client.get("/rounds/talks/card.png?as_of=2031-05-01").status_code == 404


@pytest.mark.parametrize("width", WIDTHS)
def test_parties_keep_their_colours_on_small_cards(width):
    parties = [(code, slot) for slot, code in enumerate(("FR", "SY", "RU", "AS"), 1)]
    drawn = draw(Card("Round", "Talks in Marx Hall", "They agreed on hats. " * 8, "Site", "", parties), width)

    there = [colour for count, colour in Image.open(BytesIO(drawn)).convert("RGB").getcolors() if count > 50]
    wanted = {code: ImageColor.getrgb(SLOTS[slot]) for code, slot in parties}
    off = {code: min(max(map(abs, map(sub, one, each))) for each in there) for code, one in wanted.items()}
    assert {code: how_far for code, how_far in off.items() if how_far > 10} == {}


def test_no_text_leaves_its_card():
    long = Card(
        "Above " * 40,
        "Counterrevolutionaries " * 30,
        "Very long " * 200,
        "Site " * 60,
        "Note " * 90,
        [("PARTY", 1)] * 40,
    )

    image = Image.open(BytesIO(draw(long))).convert("RGB")

    assert {image.getpixel((x, y)) for x in (*range(60), *range(1141, 1200)) for y in range(20, 630)} == {
        (250, 248, 243)
    }
    assert {image.getpixel((x, y)) for x in range(1200) for y in range(600, 630)} == {(250, 248, 243)}


def test_lines_keep_to_their_width_and_say_that_there_is_more():
    font = _font("DejaVuSansCondensed.ttf", 34)

    broken = lines(f"{'Й' * 200} дуже довгий текст {'слово ' * 100}", font, WITHIN, 4)

    assert len(broken) == 4
    assert broken[-1].endswith("…")
    assert max(map(font.getlength, broken)) <= WITHIN
    assert lines("Two words", font, WITHIN, 4) == ["Two words"]


def test_drafts_have_no_card_and_no_place_in_the_site_map(client, gazette):
    reported("round", f"{MARK}-talks", gazette, start="2031-05-02", published=False)
    gone = reported("round", f"{MARK}-gone", gazette, start="2031-05-02")
    gone.publication = "withdrawn"
    gone.save()

    assert client.get(f"/rounds/{MARK}-talks/card.png").status_code == 404
    assert client.get(f"/rounds/{MARK}-gone/card.png").status_code == 410
    assert MARK not in page(client, "/sitemap-rounds.xml")


def test_a_card_follows_a_slug(client, talks):
    FormerSlug.objects.create(entry=talks, slug="old-talks")

    assert client.get("/rounds/old-talks/card.png")["Location"] == "/rounds/talks/card.png"


# Crawlers


def places(client, address):
    """[(address, last change, {language: address})] of a part of the site map."""
    root = ElementTree.fromstring(client.get(address).content)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    return [
        (
            url.findtext("s:loc", namespaces=names),
            url.findtext("s:lastmod", namespaces=names),
            {link.get("hreflang"): link.get("href") for link in url.findall("x:link", names)},
        )
        for url in root
    ]


@pytest.mark.sql
def test_the_site_map_has_each_entry_in_each_language_with_its_last_change(client, django_assert_num_queries, talks):
    talks.changes.update(made=datetime.datetime(2031, 5, 25, tzinfo=datetime.UTC))
    english, ukrainian = "http://testserver/rounds/talks/", "http://testserver/uk/rounds/talks/"

    with django_assert_num_queries(2):
        found = places(client, "/sitemap-rounds.xml")

    both = {"en": english, "uk": ukrainian, "x-default": english}
    assert found == [(english, "2031-05-25", both), (ukrainian, "2031-05-25", both)]
    parts = {where: day for where, day, _ in places(client, "/sitemap.xml")}
    assert parts["http://testserver/sitemap-rounds.xml"] == "2031-05-25T00:00:00+00:00"


def test_all_that_the_site_map_lists_is_there_and_names_itself_as_its_address(client, talks, gazette):
    make.DelegateFactory(delegation=make.DelegationFactory(round=talks, article=gazette), person=make.PersonFactory())
    parts = [where.removeprefix("http://testserver") for where, *_ in places(client, "/sitemap.xml")]
    listed = [where for part in parts for where, *_ in places(client, part)]

    assert {"http://testserver/", "http://testserver/articles/gazette/"} <= set(listed)
    for where in listed:
        assert f'<link rel="canonical" href="{where}">' in page(client, where.removeprefix("http://testserver"))


def test_a_large_site_map_has_parts(client, talks, gazette, monkeypatch):
    reported("round", "more", gazette, start="2031-05-02")
    monkeypatch.setattr("talks.public.views.crawlers.Rows.limit", 2)

    assert len(places(client, "/sitemap-rounds.xml?p=2")) == 2
    assert ["p=2" in where for where, *_ in places(client, "/sitemap.xml")].count(True) >= 1
    assert client.get("/sitemap-rounds.xml?p=3").status_code == 404


def test_robots_keeps_crawlers_to_pages_and_lets_networks_see_what_is_shared(client):
    rules = client.get("/robots.txt").content.decode().split("\n\n")

    assert rules[0].split("\n") == [
        "User-agent: *",
        *(f"Disallow: {language}/{name}/" for language in ("", "/uk") for name in ("admin", "search", "as-of")),
        "Disallow: /*?",
        "Allow: /sitemap-",
    ]
    assert "User-agent: Twitterbot" in rules[1]
    assert "?" not in rules[1]
    assert rules[2] == "Sitemap: http://testserver/sitemap.xml\n"


def test_icons_are_where_browsers_look_for_them(client):
    for address, size in (("/favicon.ico", (48, 48)), ("/apple-touch-icon.png", (180, 180))):
        answer = client.get(address, follow=True)
        assert Image.open(BytesIO(b"".join(answer.streaming_content))).size == size


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_button_copies_the_citation_and_the_console_stays_silent(open_page, talks):
    shown = open_page("/rounds/talks/", permissions=["clipboard-read", "clipboard-write"])
    shown.get_by_text("Cite", exact=True).click()
    button = shown.locator(".taking dt button").first

    button.click()

    expect(button).to_have_text("Copied")
    copied = shown.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“Talks <in> Marx Hall”. Ukraine–Russia talks: the record. Version 1 of ")
