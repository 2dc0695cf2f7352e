"""The timeline as TimelineJS shows it."""

import datetime
import json
import shutil
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from talks.models import Article, Entry
from tests.factories import ArticleFactory, article_of, many_events, reported

pytestmark = pytest.mark.django_db

ADDRESS = "/timeline.timelinejs.json"
PACKAGE = "@knight-lab/timelinejs@3.9.11"


@pytest.fixture
def gazette():
    return article_of("gazette", "2031-05-10")


@pytest.fixture
def herald():
    return article_of("herald", "2031-05-10")


def slides(client, query="", start=""):
    response = client.get(f"{start}{ADDRESS}{query}")
    assert response.status_code == 200
    return json.loads(b"".join(response.streaming_content))


def link(path, said):
    return f'<a href="http://testserver{path}">{said}</a>'


def test_a_slide_tells_of_an_entry_with_its_sources(client, gazette):
    facts = {"start": "2031-05-02", "end": "2031-05-03", "outcome": "They sang.", "status": "held"}
    reported("round", "glee", gazette, title="Round of glee", **facts)

    article = link("/articles/gazette-1/#p1", "Gazette, 10 May 2031")
    everything = link("/rounds/glee/", "All that is reported on it, by 1 independent source")
    assert slides(client)["events"] == [
        {
            "start_date": {"year": 2031, "month": 5, "day": 2},
            "display_date": "2–3 May 2031",
            "end_date": {"year": 2031, "month": 5, "day": 3},
            "group": "Rounds",
            "unique_id": "glee",
            "text": {
                "headline": "Round of glee",
                "text": f"<p>Round · Held ({article})</p><p>They sang. ({article})</p><p>{everything}</p>",
            },
            "row": {
                "slug": "glee",
                "kind": "round",
                "title": "Round of glee",
                "date": "2031-05-02",
                "end": "2031-05-03",
                "text": "They sang.",
                "source title": "Title of gazette-1",
                "publisher": "gazette",
                "published": "2031-05-10",
                "language": "en",
            },
        }
    ]


def test_a_date_is_as_exact_as_it_is_known(client, gazette):
    for slug, start in (("year", "2030"), ("month", "2031-04"), ("day", "2031-05-02")):
        reported("event", slug, gazette, start=start)
    reported("event", "reported", gazette)

    found = {one["unique_id"]: (one["start_date"], one["display_date"]) for one in slides(client)["events"]}

    assert found == {
        "year": ({"year": 2030}, "2030"),
        "month": ({"year": 2031, "month": 4}, "April 2031"),
        "day": ({"year": 2031, "month": 5, "day": 2}, "2 May 2031"),
        "reported": ({"year": 2031, "month": 5, "day": 10}, "no date given; first reported 10 May 2031"),
    }


def test_what_is_only_expected_says_so(client, gazette):
    reported("round", "glee", gazette, start="2032-05-02", status="scheduled")

    assert slides(client)["events"][0]["display_date"] == "2 May 2032 (expected)"


def test_where_sources_differ_each_version_has_its_own(client, gazette, herald):
    reported("round", "glee", gazette, status="held", start="2031-05-02")
    reported("round", "glee", herald, status="cancelled", start="2031-05-02")

    told = slides(client)["events"][0]["text"]["text"]

    held, cancelled = (
        link("/articles/gazette-1/#p1", "Gazette, 10 May 2031"),
        link("/articles/herald-1/#p1", "Herald, 10 May 2031"),
    )
    assert f"<p>Round · Held ({held}) · Cancelled ({cancelled})</p>" in told
    assert "<p>Sources differ on: Status.</p>" in told


def test_of_many_articles_three_are_named_and_the_others_counted(client):
    for number in range(5):
        reported("round", "glee", ArticleFactory(slug=f"article-{number}"), status="held")

    status, *_ = slides(client)["events"][0]["text"]["text"].split("</p>")
    assert (status.count("/articles/article-"), status.endswith(f"; {link('/rounds/glee/', '2 more')})")) == (3, True)


def test_a_retracted_article_says_so(client, gazette):
    reported("round", "glee", gazette, status="held")
    Article.objects.update(retracted=datetime.date(2031, 5, 20))

    assert "</a>, retracted by its publisher on 20 May 2031)" in slides(client)["events"][0]["text"]["text"]


def test_what_the_record_says_is_text_and_no_html(client, gazette):
    reported("event", "glee", gazette, title="<b>Joy</b> & glee", summary="<i>They sang.</i>")

    text = slides(client)["events"][0]["text"]

    assert text["headline"] == "&lt;b&gt;Joy&lt;/b&gt; &amp; glee"
    assert "<p>&lt;i&gt;They sang.&lt;/i&gt; (<a " in text["text"]


def test_the_first_slide_tells_what_is_shown_and_leads_back(client, gazette):
    reported("event", "glee", gazette, start="2031-05-02")

    told = slides(client, "?kind=event&as_of=2031-05-15")

    back = "/?as_of=2031-05-15&amp;kind=event"
    assert told["title"]["text"]["text"] == (
        f"<p>1 event, as known on 15 May 2031</p><p>{link(back, 'The same on the site, with all sources')}</p>"
    )
    assert 'href="http://testserver/events/glee/?as_of=2031-05-15"' in told["events"][0]["text"]["text"]
    assert told["next"] is None


def test_slides_speak_the_language_of_their_address(client, gazette):
    reported("round", "glee", gazette, start="2031-05-02", status="held")

    (slide,) = slides(client, start="/uk")["events"]

    assert (slide["group"], slide["display_date"]) == ("Раунди", "2 травня 2031")


@pytest.mark.parametrize(("order", "headline"), [("newest", "Earlier entries"), ("oldest", "Later entries")])
def test_a_hundred_slides_at_a_time_lead_on_to_the_others(client, order, headline):
    many_events(130)

    first = slides(client, f"?order={order}")
    second = slides(client, first["next"].partition("json")[2])

    *events, last = first["events"]
    assert (len(events), len(second["events"]), second["next"]) == (100, 30, None)
    slugs = {one["unique_id"] for one in events + second["events"]}
    assert slugs == set(Entry.objects.values_list("slug", flat=True))
    assert (last["unique_id"], last["text"]["headline"]) == ("the-rest", headline)
    on_site = client.get(
        last["text"]["text"].partition('href="http://testserver')[2].partition('"')[0].replace("&amp;", "&")
    )
    assert on_site.context["page"].entries[0].entry.slug == second["events"][0]["unique_id"]


def test_a_page_of_slides_asks_as_often_however_many_there_are(client):
    many_events(130)

    with CaptureQueriesContext(connection) as asked:
        slides(client)

    assert len(asked) == 12


def test_drafts_and_what_was_withdrawn_have_no_slide(client, gazette):
    for slug, publication in (("draft", "draft"), ("gone", "withdrawn")):
        made = reported("event", slug, gazette, title="zxqv")
        Entry.objects.filter(pk=made.pk).update(publication=publication)

    told = slides(client)

    assert (told["events"], "zxqv" in json.dumps(told)) == ([], False)


# In a browser


@pytest.fixture(scope="session")
def timelinejs(request):
    """The folder of the TimelineJS that others use, from the registry of npm."""
    folder = request.config.cache.mkdir("timelinejs")
    dist = folder / "node_modules/@knight-lab/timelinejs/dist"
    if not dist.exists():
        npm = shutil.which("npm")
        if not npm:
            pytest.skip("There is no npm here, which would bring TimelineJS: apt-get install npm")
        command = [npm, "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:  # a registry that does not answer is no fault of ours
            pytest.skip(f"npm could not bring TimelineJS: {done.stderr[-200:]}")
    return dist


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def elsewhere(timelinejs, tmp_path):
    """A site with TimelineJS at another origin than ours: serves a page there, and gives its address."""
    shutil.copytree(timelinejs, tmp_path, dirs_exist_ok=True)
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=tmp_path))
    Thread(target=server.serve_forever, daemon=True).start()

    def serve(page):
        (tmp_path / "page.html").write_text(page)
        return f"http://localhost:{server.server_port}/page.html"

    yield serve
    server.shutdown()
    server.server_close()


PAGE = """<!doctype html><meta charset="utf-8"><title>Elsewhere</title><link rel="stylesheet" href="css/timeline.css">
<div id="timeline" style="inline-size: 1000px; block-size: 600px"></div>
<script src="js/timeline.js"></script>
<script>window.shown = new TL.Timeline("timeline", "{address}", {{font: null, hash_bookmark: true}})</script>"""


@pytest.mark.long
@pytest.mark.browser
def test_timelinejs_shows_the_slides(record, chromium, reading_server, elsewhere, gazette):
    title = "<img src=x onerror=alert(1)> <b>Joy</b> & glee"
    reported("event", "glee", gazette, title=title, summary="<i>They sang.</i>", start="2031-04")
    count = Entry.objects.published().count()
    page = chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(elsewhere(PAGE.format(address=f"{reading_server}{ADDRESS}")) + "#event-glee")

    expect(page.locator(".tl-timemarker")).to_have_count(min(count, 100) + (count > 100))
    expect(page.locator(".tl-timegroup")).to_have_count(4)
    slide = page.locator(".tl-slide", has=page.get_by_role("heading", name=title)).first
    expect(slide.locator(".tl-headline")).to_have_text(title)
    expect(slide.locator(".tl-headline-date")).to_have_text("April 2031")
    expect(slide.locator(".tl-text-content")).to_contain_text("<i>They sang.</i> (Gazette, 10 May 2031)")
    expect(page.locator("#glee-marker .tl-headline")).to_contain_text("Joy")
    hrefs = slide.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert hrefs[-1] == f"{reading_server}/events/glee/"
    assert page.locator(".tl-headline img").count() == 0
    assert errors == []
    page.close()
