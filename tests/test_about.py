"""What the site says of itself: its name, the page about it, its navigation, and where errors are reported."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.shortcuts import render

from tests.factories import ArticleFactory, reported

ROOT = Path(settings.BASE_DIR)
NAMING = {"talks/settings.py"}  # the two settings with their defaults
COUNTRIES = re.compile(r"\b(ukraine|russia|kyiv|kiev|moscow|kremlin)\b", re.IGNORECASE)


def text(response):
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def links(html, named):
    return re.findall(f'<a [^>]*href="([^"]+)"[^>]*>{named}</a>', html)


def test_nothing_but_the_settings_knows_which_talks_these_are():
    files = [path for folder in ("talks", "templates", "static") for path in (ROOT / folder).rglob("*.*")]
    now = [
        path
        for path in files
        if path.is_file() and path.suffix not in {".pyc", ".ttf", ".png", ".ico"} and path.parent.name != "migrations"
    ]
    read = {str(path.relative_to(ROOT)): path.read_text() for path in now}

    assert len(read) > 200
    assert {name for name, words in read.items() if COUNTRIES.search(words)} == NAMING


def test_the_table_of_settings_has_each_that_is_read_and_no_other():
    read = "".join(
        (ROOT / "talks" / name).read_text()
        for name in ("settings.py", "environment.py", "management/commands/serve.py")
    )
    asked = re.findall(r'(?:env_\w+|environ\.get)\(\s*"([A-Z_]+)"|"([A-Z_]+)" in os\.environ', read)

    assert sorted(re.findall(r"^\| ([A-Z_]+) \|", read, re.MULTILINE)) == sorted({one or other for one, other in asked})


@pytest.mark.django_db
def test_the_settings_say_of_which_talks_all_pages_are(client, settings, gazette):
    settings.SITE_NAME, settings.SITE_DESCRIPTION = "Opera talks: the record", "All of the opera."
    reported("round", "glee", gazette, title="Round of glee")

    home, entry, rounds = (text(client.get(address)) for address in ("/", "/rounds/glee/", "/uk/rounds/"))
    login = text(client.get("/admin/", follow=True))

    assert "<title>Timeline · Opera talks: the record</title>" in home
    assert 'name="description" content="All of the opera."' in home
    assert "<h1>Opera talks: the record</h1>" in home
    assert '<h1><span class="of-talks">Opera talks<span class="unseen">:</span></span> Round of glee</h1>' in entry
    assert 'name="description" content="Opera talks: ' in entry
    assert "<title>Раунди · Opera talks: the record</title>" in rounds
    assert "Opera talks: the record · editing" in login
    assert COUNTRIES.search(home + entry + rounds + login) is None


@pytest.mark.django_db
def test_the_page_about_the_site_says_how_it_is_made_and_by_whom(client, settings):
    ArticleFactory(published="2031-05-10")
    reported("round", "glee", ArticleFactory(published="2031-05-20"))
    settings.SITE_MAKER, settings.SITE_CONTACT = "The Gazette", "desk@gazette.example"

    page = text(client.get("/about/"))
    uk = text(client.get("/uk/about/"))
    settings.SITE_MAKER = settings.SITE_CONTACT = ""
    silent = text(client.get("/about/"))

    assert re.findall(r'<h2 id="([\w-]+)">', page) == [
        *("entries", "sources", "order", "missing", "as-known-on", "corrections", "cite", "licence", "contact")
    ]
    assert "This record is made by The Gazette." in page
    assert links(page, "desk@gazette.example")[0].startswith("mailto:desk@gazette.example?")
    assert links(page, "http://testserver/\\?as_of=2031-05-19") == ["http://testserver/?as_of=2031-05-19"]
    assert "The newest article here was published on 20 May 2031." in page
    assert "Хто веде цю хроніку: The Gazette." in uk
    assert "mailto:" not in silent
    assert "is made by" not in silent
    assert "Whoever runs this site has given no address." in silent


@pytest.mark.django_db
def test_an_error_is_reported_with_the_address_of_the_page(client, settings, gazette):
    reported("event", "glee", gazette)
    address = "/events/glee/?as_of=2031-05-20&pick=nothing"

    def report():
        page = client.get("/events/glee/", {"as_of": "2031-05-20"})
        return links(text(page), "Report an error")

    assert report() == []
    settings.SITE_CONTACT = "desk@gazette.example"
    mail = urlsplit(report()[0])
    settings.SITE_CONTACT = "https://gazette.example/report?form=7#top"
    form = urlsplit(report()[0])

    here = f"http://testserver{address.partition('&')[0]}"
    assert (mail.scheme, mail.path) == ("mailto", "desk@gazette.example")
    assert parse_qs(mail.query)["body"] == [here]
    assert "+" not in mail.query  # programs for mail show it as it is
    assert (form.path, form.fragment, parse_qs(form.query)) == ("/report", "top", {"form": ["7"], "page": [here]})


@pytest.mark.django_db
def test_six_links_lead_the_way_and_the_footer_has_all_others(client, gazette):
    reported("round", "glee", gazette)
    page = text(client.get("/?as_of=2031-05-20"))
    main, footer = (re.search(f"<nav {which}.*?</nav>", page)[0] for which in ('aria-label="Main"', 'class="site-map"'))
    named = r"<a [^>]*> ?([^<]+?) ?</a>"

    assert re.findall(named, main) == ["Timeline", "Rounds", "Exchanges", "Proposals", "Compare", "About"]
    assert re.findall(named, footer) == [
        *("Timeline", "Rounds", "Exchanges", "Proposals", "Events"),
        *("Compare rounds", "Compare proposals", "Positions", "Where sources differ"),
        *("People", "Parties", "Issues"),
        *("About", "Sources", "Coverage", "Changes and corrections", "Data", "Search"),
    ]
    assert set(re.findall(r'href="[^"]*?(\?.*?)?"', main + footer)) == {"?as_of=2031-05-20"}


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["400", "403", "403_csrf", "404", "410", "500", "503"])
def test_the_heading_of_an_error_says_of_which_talks_the_site_is(rf, settings, template):
    settings.SITE_NAME = "Freedonia and Sylvania: all of it"

    page = render(rf.get("/"), f"{template}.html", {"seconds": 5}).content.decode()

    assert re.search(r'<h1>\s*<span class="of-talks">Freedonia and Sylvania<', page)


@pytest.mark.django_db
def test_a_page_that_is_not_there_has_the_search(client):
    page = text(client.get("/nowhere/"))

    assert 'role="search" method="get" action="/search/"' in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phone_has_one_row_above_the_heading_and_all_else_in_two_panels(open_page):
    reported("round", "glee", title="Round of glee")
    page = open_page("/about/", viewport={"width": 360, "height": 740}, java_script_enabled=False)
    top = page.get_by_role("heading", level=1).bounding_box()["y"]
    page.goto(page.url.replace("/about/", "/rounds/glee/"))
    tops = [top, page.get_by_role("heading", level=1).bounding_box()["y"]]
    search, about = page.locator("#find"), page.get_by_role("navigation", name="Main").get_by_role("link", name="About")

    seen = [(search.is_visible(), about.is_visible())]
    for panel in ("Search and day", "Menu"):
        page.get_by_text(panel).focus()
        page.keyboard.press("Enter")
        seen.append((search.is_visible(), about.is_visible()))
    about.click()

    assert max(tops) <= 120
    assert seen == [(False, False), (True, False), (False, True)]
    assert page.url.endswith("/about/")
