"""The public side as files: every page and what it leads to, nothing hidden, and as a real nginx serves it."""

import os
import re
import shutil
from html import unescape
from io import StringIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from talks.models import Entry, FormerSlug, Revision
from talks.static_site.asking import at_one_moment
from talks.static_site.folder import BusyError, filling
from talks.static_site.rewriting import Rewriter
from talks.static_site.writing import name_of
from tests.factories import ArticleFactory, DelegateFactory, DelegationFactory, PartyFactory, PersonFactory, reported
from tests.nginx import running_nginx
from tests.serving import until
from tests.with_postgres import free_port

ANOTHER = "00000000-0000-4000-8000-000000000000"  # state of the record
ORIGIN, LIVE = "https://timeline.example", "https://live.example"
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
needs_nginx = pytest.mark.skipif(not (shutil.which("nginx") or os.environ.get("CI")), reason="there is no nginx here")


# Pages as files


@pytest.mark.parametrize(
    ("written", "live", "alone"),
    [
        ('<a href="/rounds/">', '<a href="/rounds/">', '<a href="/rounds/">'),
        ('<a href="/rounds/#top">', '<a href="/rounds/#top">', '<a href="/rounds/#top">'),
        ('<a href="#source-1">', '<a href="#source-1">', '<a href="#source-1">'),
        ('<a href="/static/site.css">', '<a href="/static/site.css">', '<a href="/static/site.css">'),
        ('<a href="https://gazette.example/?a=1">',) + ('<a href="https://gazette.example/?a=1">',) * 2,
        ('<a href="?page=2">', f'<a href="{LIVE}/?page=2">', '<a href="#as-files">'),
        ('<a href="/?a=1&amp;b=2">', f'<a href="{LIVE}/?a=1&amp;b=2">', '<a href="#as-files">'),
        ('<a href="/search/">', f'<a href="{LIVE}/search/">', '<a href="#as-files">'),
        ('<link rel="alternate" href="/x.atom?a=1">', f'<link rel="alternate" href="{LIVE}/x.atom?a=1">', ""),
        ('<form method="get">?</form>', f'<form method="get" action="{LIVE}/">?</form>', ""),
        ('<form action="/search/">?</form>', f'<form action="{LIVE}/search/">?</form>', ""),
        ('<a href="/rounds/" hx-get="/rounds/" aria-expanded="false">',) + ('<a href="/rounds/">',) * 2,
        (f"{ORIGIN}/rounds/ {ORIGIN}/mcp", f"{ORIGIN}/rounds/ {LIVE}/mcp", f"{ORIGIN}/rounds/ {ORIGIN}/mcp"),
        (f"src=&quot;{ORIGIN}/?a=1&quot;", f"src=&quot;{LIVE}/?a=1&quot;", f"src=&quot;{ORIGIN}/?a=1&quot;"),
    ],
)
def test_what_only_a_server_answers_leads_to_one_or_to_the_sentence_that_says_so(written, live, alone):
    there = {"/", "/rounds/"}

    told = [
        Rewriter(ORIGIN, one, there, "/static/").rewritten("/", "text/html", written.encode()) for one in (LIVE, "")
    ]

    assert [one.decode() for one in told] == [live, alone]


def test_an_address_has_the_file_that_hosts_look_for():
    asked = ["/", "/uk/rounds/x/", "/rounds/x.json", "/sitemap-rounds.xml", "/sitemap-rounds.xml?p=2"]

    assert [name_of(one) for one in asked] == [
        "index.html",
        "uk/rounds/x/index.html",
        "rounds/x.json",
        "sitemap-rounds.xml",
        "sitemap-rounds.2.xml",
    ]


# Files in their place


def fill(place, called, files, packed=False):
    with filling(place, called, packed) as making:
        for name, body in files.items():
            making.put(name, body, packed=True)
    return making.counted


def test_only_what_changed_is_written_anew_and_what_is_gone_goes(tmp_path):
    fill(tmp_path, "one", {"a/b": b"same", "c": b"before", "d": b"gone"}, packed=True)
    before = (tmp_path / "current/a/b").stat()

    counted = fill(tmp_path, "two", {"a/b": b"same", "c": b"after"}, packed=True)

    assert (counted.written, counted.same) == (["c", "c.gz", "c.br"], 3)
    assert counted.gone == ["d", "d.br", "d.gz"]
    after = (tmp_path / "current/a/b").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [one.name for one in sorted(tmp_path.iterdir())] == [".lock", "current", "two"]


def test_the_same_files_leave_all_as_it_is(tmp_path):
    fill(tmp_path, "one", {"a": b"same"})
    fill(tmp_path, "two", {"a": b"same"})

    assert (tmp_path / "current").readlink() == Path("one")


def test_what_fails_half_way_changes_nothing_and_two_at_once_are_refused(tmp_path):
    fill(tmp_path, "one", {"a": b"before"})

    def fail():
        with filling(tmp_path, "two", False) as making:
            making.put("a", b"after")
            with pytest.raises(BusyError):
                fill(tmp_path, "three", {"a": b"other"})
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()

    assert (tmp_path / "current/a").read_bytes() == b"before"
    assert [one.name for one in sorted(tmp_path.iterdir())] == [".lock", "current", "one"]


# All of a record


@pytest.fixture
def record(db, settings):
    """A round with a person, which had another slug; an event that was withdrawn, and one that is a draft."""
    settings.ALLOWED_HOSTS = ["timeline.example"]
    article, party = ArticleFactory(slug="gazette"), PartyFactory(slug="freedonia")
    meeting = reported("round", "opera", article, start="2031-05-01", title="At the opera", city="Glee")
    FormerSlug.objects.create(entry=meeting, slug="theatre")
    delegation = DelegationFactory(round=meeting, article=article, party=party)
    DelegateFactory(delegation=delegation, person=PersonFactory(slug="firefly"))
    reported("event", "anthem", article, title="An anthem")
    reported("event", "secret", article, title="Not told", published=False)
    reported("event", "error", article, title="An error")
    Entry.objects.filter(slug="error").update(publication="withdrawn")


def write(place, **options):
    told = StringIO()
    call_command("write_site", place, origin=ORIGIN, stdout=told, stderr=StringIO(), **options)
    return told.getvalue()


def files_of(place):
    site = place / "current/site"
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def leads_nowhere(files):
    """Links of pages to what is no file here."""
    known = {*files, *(f"{name.removesuffix('index.html')}" for name in files if name.endswith("index.html"))}
    for name, body in files.items():
        if not name.endswith(".html") or name.startswith("_gone/"):  # which names its own address
            continue
        here = f"{ORIGIN}/{name.removesuffix('index.html')}"
        for link in LINK.findall(body.decode()):
            full = urljoin(here, unescape(link)).partition("#")[0]
            if full.startswith(ORIGIN) and full.removeprefix(f"{ORIGIN}/") not in known:
                yield name, link


@pytest.mark.long
@pytest.mark.parametrize("live", [LIVE, ""])
def test_all_links_between_pages_lead_to_files_in_both_languages(record, tmp_path, live):
    write(tmp_path, live=live)

    files = files_of(tmp_path)
    assert list(leads_nowhere(files)) == []
    for name in ("", "uk/"):
        pages = ["index.html", "rounds/index.html", "rounds/opera/index.html", "people/firefly/index.html", "404.html"]
        taken = ["rounds/opera.json", "rounds/opera.csv", "rounds/opera.zip", "rounds/opera/card.png", "rounds.ics"]
        taken += ["timeline.atom", "timeline.csv", "swaps.xlsx", "embed/rounds/opera/index.html", "card.png"]
        assert [one for one in (*pages, *taken) if name + one not in files] == []
    assert b"At the opera" in files["uk/rounds/opera/index.html"]
    assert b"There is nothing at this address" in files["404.html"]
    assert re.findall(rb"urldate|\nY2", files["rounds/opera/index.html"]) == []  # nobody can tell when it is read
    assert ("action=" in files["index.html"].decode()) == bool(live)
    assert ("script-later" in files["index.html"].decode()) == bool(live)  # the overview's, which asks by the filters
    assert 'id="as-files"' in files["index.html"].decode()
    assert re.findall(rb"\shx-[a-z]+", files["index.html"]) == []


@pytest.mark.long
def test_nothing_changes_by_writing_again_and_what_was_withdrawn_goes(record, tmp_path):
    write(tmp_path, live=LIVE)
    before = (tmp_path / "current").readlink()
    assert " 0 written" in write(tmp_path, live=LIVE)
    assert (tmp_path / "current").readlink() == before

    Entry.objects.filter(slug="anthem").update(publication="withdrawn")
    Revision.advance()
    told = write(tmp_path, live=LIVE)

    files, conf = files_of(tmp_path), (tmp_path / "current/nginx.conf").read_text()
    assert re.search(r"[1-9]\d* gone", told)
    assert [name for name in files if "anthem" in name and not name.startswith("_gone/")] == []
    assert "location = /events/anthem/ {\n    error_page 410 /_gone/events/anthem/index.html;" in conf
    assert "location = /uk/rounds/theatre/ {\n    return 301 /uk/rounds/opera/;" in conf
    assert "/rounds/theatre/ /rounds/opera/ 301" in files["_redirects"].decode()


@pytest.mark.long
def test_the_log_has_no_line_for_each_page_that_is_written(record, tmp_path, caplog):
    caplog.set_level("INFO", "django_structlog")

    write(tmp_path)

    assert [one for one in caplog.records if one.levelname == "INFO"] == []


@pytest.mark.long
def test_a_page_that_fails_stops_all(record, tmp_path, monkeypatch):
    write(tmp_path)
    before = (tmp_path / "current").readlink()
    monkeypatch.setattr("talks.public.views.share.draw", lambda *drawn: 1 / 0)

    with pytest.raises(CommandError, match=r"Nothing was changed: .*card.png is answered with 500\."):
        write(tmp_path)

    assert (tmp_path / "current").readlink() == before


@pytest.mark.long
@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_what_is_written_is_of_one_moment(record):
    """On SQLite the record of tests is in memory, where nobody can write meanwhile."""
    if connection.vendor == "sqlite":
        pytest.skip("its record of tests is shared by all connections")
    other = connection.copy()
    with at_one_moment():
        before = Revision.current()
        with other.cursor() as cursor:
            cursor.execute("UPDATE talks_revision SET token = %s", [ANOTHER])
        assert Revision.current() == before
    other.close()
    assert Revision.current() == ANOTHER


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"origin": "timeline.example"}, "--origin is 'timeline.example'; write scheme and name alone"),
        ({"origin": "https://other.example"}, "ALLOWED_HOSTS lacks other.example"),
        ({"origin": ORIGIN, "live": ORIGIN}, "--live must be another address"),
        ({"origin": ORIGIN, "live": "live"}, "--live is 'live'"),
    ],
)
def test_addresses_that_make_no_sense_are_refused(settings, tmp_path, options, told):
    settings.ALLOWED_HOSTS = ["timeline.example"]

    with pytest.raises(CommandError, match=re.escape(told)):
        call_command("write_site", tmp_path, **options)


# As a real nginx serves it


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def get(port, path, **headers):
    """(status, headers, body)."""
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "timeline.example", **headers})
    try:
        with build_opener(NoRedirects).open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture
def served(record, tmp_path):
    """The port of an nginx in front of the files, by docs/deploy/nginx-static.conf without TLS."""
    write(tmp_path / "site", live=LIVE, packed=True)
    port = free_port()
    told = Path(settings.BASE_DIR, "docs/deploy/nginx-static.conf").read_text()
    told = re.sub(r" +ssl_.*\n", "", told).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    with running_nginx(tmp_path / "nginx", told.replace("/srv/talks-site", str(tmp_path / "site"))):
        assert until(lambda: answers(port))
        yield port


def answers(port):
    try:
        return get(port, "/")[0] == 200
    except OSError:
        return False


KINDS = {
    "/rounds/opera/": "text/html; charset=utf-8",
    "/rounds/opera.json": "application/json",
    "/rounds/opera.csv": "text/csv; charset=utf-8",
    "/rounds/opera.zip": "application/zip",
    "/timeline.atom": "application/atom+xml; charset=utf-8",
    "/rounds.ics": "text/calendar; charset=utf-8",
    "/rounds/opera/card.png": "image/png",
    "/sitemap.xml": "application/xml",
    "/robots.txt": "text/plain; charset=utf-8",
    "/embed/rounds/opera/": "text/html; charset=utf-8",
}
SAME = ["Permissions-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Referrer-Policy"]
SAME += ["X-Frame-Options", "X-Robots-Tag", "Access-Control-Allow-Origin", "Content-Type", "Cross-Origin-Opener-Policy"]


@pytest.mark.long
@needs_nginx
def test_nginx_gives_the_types_and_headers_that_the_site_gives(served, client):
    client.defaults["HTTP_HOST"] = "timeline.example"
    for address, media in KINDS.items():
        status, headers, _ = get(served, address)
        live = client.get(address)

        assert (status, headers["Content-Type"]) == (200, media)
        assert {one: headers[one] for one in SAME} == {one: live.get(one) for one in SAME}, address
        own = headers["Content-Security-Policy"]
        own = own.replace(f" {LIVE};", ";").replace(f"{LIVE}/csp", "/csp") if own else own
        assert sorted((own or "").split("; ")) == sorted(live.get("Content-Security-Policy", "").split("; "))
        assert headers["Cache-Control"] == "public, max-age=0, stale-if-error=86400"
    style = re.search(rb'href="(/static/talks/site[^"]*css)"', get(served, "/")[2])[1].decode()
    assert get(served, style)[1]["Content-Type"].startswith("text/css")


@pytest.mark.long
@needs_nginx
def test_nginx_gives_what_is_packed_what_moved_what_is_gone_and_nothing_for_what_was_asked(served):
    assert get(served, "/", **{"Accept-Encoding": "gzip"})[1]["Content-Encoding"] == "gzip"
    status, headers, _ = get(served, "/rounds/theatre/")
    assert (status, headers["Location"]) == (301, "/rounds/opera/")
    assert get(served, "/favicon.ico")[0] == 302
    status, headers, body = get(served, "/events/error/")
    assert (status, b"This entry was withdrawn" in body, b"An error" in body) == (410, True, False)
    assert headers["Permissions-Policy"]
    assert get(served, "/events/secret/")[0] == 404
    status, headers, body = get(served, "/uk/nothing/")
    assert (status, b'lang="uk"' in body, bool(headers["Content-Security-Policy"])) == (404, True, True)
    assert get(served, "/_gone/events/error/index.html")[0] == 404
    for asked in ("/?kind=round", "/rounds/opera/?as_of=2031-06-01", "/search/?q=opera"):
        status, headers, _ = get(served, asked)
        assert (status, headers["Location"]) in {(302, LIVE + asked), (307, LIVE + asked)}
    assert get(served, "/?utm_source=chat")[0] == 200


@pytest.mark.long
@pytest.mark.browser
@needs_nginx
def test_a_browser_has_nothing_to_complain_of(served, chromium):
    complaints = []
    page = chromium.new_page(base_url=f"http://localhost:{served}")
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address, title in (("/", "Timeline"), ("/rounds/opera/", "At the opera"), ("/uk/", "Хроніка")):
        page.goto(address)
        page.locator("h1").wait_for()
        assert title in page.title()
        page.mouse.move(9, 9, steps=3)
        page.locator("#kind-round, h1").first.hover()
        page.wait_for_load_state("networkidle")
    page.goto("/")
    page.locator(".entry h3 a").first.click()
    page.wait_for_url("**/events/anthem/")
    page.close()
    assert complaints == []
