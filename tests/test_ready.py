"""Ready pages: made once for each state of the record, for all who see the same, and for nobody else."""

import ast
import datetime
import gzip
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from urllib.parse import parse_qsl, urlencode, urlsplit

import brotli
import pytest
from django.conf import settings as of_site
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.utils import ConnectionHandler
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from talks.environment import env_caches, env_number
from talks.models import Revision, Round
from talks.public.forms.pages import TimelineForm
from talks.ready.asked import REMEMBERED, Asked, canonical, page_asked
from talks.ready.gate import SHOWN, Gate, code
from talks.ready.page import Page
from talks.ready.room import Room
from talks.ready.shared import Everywhere, Folder
from talks.ready.source import Known
from talks.ready.state import AwayError, State
from talks.ready.store import PLAIN, Store
from tests.factories import (
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    EventFactory,
    FindingFactory,
    IssueFactory,
    LocationFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    PublisherFactory,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connection_stays")]

REQUESTS = RequestFactory()
MB = 2**20


class Told:
    """In place of `State`: the record is in whichever state the test says, or away."""

    def __init__(self):
        self.token, self.primary = "first", self

    def current(self):
        if self.token is None:
            raise AwayError
        return Known(self.token)


class Counting:
    """Django's application, which notes what it is asked for."""

    def __init__(self, application=None):
        self.application, self.asked = application or WSGIHandler(), []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"] + "?" + environ["QUERY_STRING"])
        return self.application(environ, start_response)


class Site:
    """A gate with what is behind it, and one visitor's way of asking it."""

    def __init__(self, shared, most=MB, application=None):
        self.state, self.django = Told(), Counting(application)
        self.store = Store(most, shared, "code")
        self.gate = Gate(self.django, self.store, self.state)

    def ask(self, address="/", method="GET", cookies="", sent=None, **headers):
        parts, form = urlsplit(address), {"content_type": "application/x-www-form-urlencoded"} if sent else {}
        request = REQUESTS.generic(
            method, parts.path, urlencode(sent or ()), **form, QUERY_STRING=parts.query, headers=headers
        )
        environ = request.environ
        environ |= {"HTTP_COOKIE": cookies} if cookies else {}
        told = []
        answer = self.gate(environ, lambda status, headers, exc_info=None: told.extend([status, headers]))
        return Answer(told[0], dict(told[1]), b"".join(answer))


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = int(status[:3]), headers, body

    @property
    def text(self):
        read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
        return read[self.headers.get("Content-Encoding")](self.body).decode()


@pytest.fixture
def shared():
    cache = LocMemCache("pages", {})
    cache.clear()  # of what another test of this process left under the name
    return Everywhere(cache)


@pytest.fixture
def site(shared):
    return Site(shared)


# What is given


def test_a_page_is_made_once_and_given_to_all(site, client):
    answers = [site.ask("/about/") for _ in range(3)]

    assert site.django.asked == ["/about/?"]
    assert [one.status for one in answers] == [200, 200, 200]
    assert {one.text for one in answers} == {client.get("/about/").content.decode()}


def test_an_embed_is_kept_like_its_page_with_what_lets_it_be_framed(site):
    reported("event", "glee")

    answers = [site.ask(f"/embed/events/glee/{query}") for query in ("", "", "?utm_source=mail")]
    oembed = [site.ask("/oembed?url=http://testserver/events/glee/") for _ in range(2)]

    assert site.django.asked == ["/embed/events/glee/?", "/oembed?url=http%3A%2F%2Ftestserver%2Fevents%2Fglee%2F"]
    assert [one.status for one in answers + oembed] == [200] * 5
    assert all("frame-ancestors *" in one.headers["Content-Security-Policy"] for one in answers)
    assert not any("X-Frame-Options" in one.headers for one in answers)
    assert answers[0].headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_page_comes_as_the_browser_takes_it(site, accepted, encoding):
    plain = site.ask("/about/").text
    answer = site.ask("/about/", accept_encoding=accepted)

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.text == plain


def test_what_is_asked_for_again_is_sent_smaller_by_all_processes_and_is_the_same(site, shared):
    answers = [site.ask("/about/", accept_encoding="br") for _ in range(3)]
    answers.append(Site(shared).ask("/about/", accept_encoding="br"))
    first, *later = (len(one.body) for one in answers)

    assert [length < first for length in later] == [True] * 3
    assert len(set(later)) == 1
    assert len({(one.text, one.headers["ETag"]) for one in answers}) == 1


def test_while_a_page_is_packed_others_are_given_as_they_are(site, monkeypatch):
    first, begun, done = site.ask("/about/", accept_encoding="br"), Event(), Event()
    packed = Page.packed
    monkeypatch.setattr(Page, "packed", lambda page: begun.set() or (done.wait(5) and packed(page)))
    with ThreadPoolExecutor() as threads:
        packing = threads.submit(site.ask, "/about/", accept_encoding="br")
        begun.wait(5)
        meanwhile = site.ask("/about/", accept_encoding="br")
        done.set()

    assert meanwhile.body == first.body
    assert len(packing.result().body) < len(first.body)


def test_what_is_packed_after_the_record_changed_drops_nothing_that_is_kept_of_the_new_state(shared, monkeypatch):
    def packed(page):
        store.put("second", asked, new)
        return page

    store, asked = Store(MB, shared, "code"), Asked("http", "/", "", "")
    old, new = (Page.made("200 OK", [], text * 500) for text in (b"old", b"new"))
    store.put("first", asked, old)
    monkeypatch.setattr(Page, "packed", packed)
    store.packed("first", asked, old)

    assert store.latest(asked) == new


def test_who_has_a_page_is_told_that_it_is_the_same(site):
    tag = site.ask("/about/", accept_encoding="br").headers["ETag"]
    again = site.ask("/about/", accept_encoding="br", if_none_match=f'"other", {tag}')
    changed = site.ask("/about/", if_none_match='"other"')

    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Type" not in again.headers
    assert changed.status == 200
    assert tag != site.ask("/about/", accept_encoding="gzip").headers["ETag"]


def test_caches_are_told_to_ask_again_and_by_what_a_page_varies(site, settings, shared):
    headers = site.ask("/").headers
    settings.SHARED_CACHE_SECONDS = 60
    lasting = Site(shared).ask("/").headers

    assert headers["Cache-Control"] == "public, max-age=0, stale-if-error=86400"
    assert lasting["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-if-error=86400"
    assert headers["Vary"] == "Accept-Encoding, HX-Request, HX-Target, HX-History-Restore-Request"
    assert site.ask("/about/").headers["Vary"] == "Accept-Encoding"


def test_a_head_is_answered_as_the_page_but_for_its_body(site):
    page, head = site.ask("/about/"), site.ask("/about/", method="HEAD")

    assert (head.status, head.body) == (200, b"")
    assert head.headers == page.headers
    assert site.django.asked == ["/about/?"]


def test_every_header_of_the_page_is_kept(site, client):
    own = client.get("/about/").headers
    kept = site.ask("/about/").headers

    same = set(own) - {"Content-Length", "Vary"}
    assert {"Content-Security-Policy", "X-Frame-Options", "Content-Language"} <= same
    assert {name: kept[name] for name in same} == {name: own[name] for name in same}


# What is one page


def test_what_a_page_does_not_read_makes_no_other_page(site):
    plain = site.ask("/?kind=round&kind=swap&order=oldest")
    other = site.ask(
        "/?utm_source=canary&order=oldest&kind=swap&q=&kind=round&fbclid=canary", referer="https://canary.example"
    )

    assert site.django.asked == ["/?order=oldest&kind=round&kind=swap"]
    assert other.text == plain.text
    assert "canary" not in other.text


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost"},
        {"hx_request": "true", "hx_target": "results"},
        {"hx_request": "true", "hx_target": "results", "hx_history_restore_request": "true"},
    ],
)
def test_what_a_page_depends_on_makes_another_page(site, headers, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    site.ask("/")
    site.ask("/", **headers)
    site.ask("/", **headers)

    assert site.django.asked == ["/?", "/?"]


def test_languages_and_days_make_other_pages(site):
    for address in ("/about/", "/uk/about/", "/about/?as_of=2031-05-01"):
        site.ask(address)

    assert site.ask("/uk/about/").headers["Content-Language"] == "uk"
    assert len(site.django.asked) == 3


def test_a_part_that_htmx_asks_for_is_the_part_alone(site, client):
    reported("event", "one", start="2031-05-01")
    headers = {"HX-Request": "true", "HX-Target": "results"}
    part = site.ask("/?order=oldest", hx_request="true", hx_target="results", hx_current_url="http://canary/")

    own = client.get("/?order=oldest", headers=headers)
    assert part.text == own.content.decode()
    assert part.headers["HX-Push-Url"] == own.headers["HX-Push-Url"] == "/?order=oldest"
    assert "<h1" in site.ask("/?order=oldest", hx_request="true", hx_history_restore_request="true").text


@given(st.lists(st.tuples(st.sampled_from(["kind", "q", "utm", "as_of", "Kind"]), st.text(max_size=5)), max_size=6))
def test_the_one_form_of_a_query_says_all_that_the_page_reads_and_no_more(pairs):
    names = list(TimelineForm.base_fields)
    one = canonical(urlencode(pairs, errors="replace"), names)
    read = [(name, value) for name, value in pairs if name in names and value]

    assert canonical(one, names) == one == canonical(urlencode(pairs[::-1], errors="replace"), names)
    assert sorted(parse_qsl(one)) == sorted(parse_qsl(urlencode(read, errors="replace")))


# What is not kept


@pytest.mark.parametrize(
    "asking",
    [
        {"cookies": "a=b; sessionid=secret"},
        {"cookies": "messages=secret"},
        {"authorization": "Basic secret"},
        {"method": "POST"},
        {"method": "OPTIONS"},
    ],
)
def test_whoever_may_be_somebody_is_answered_by_django(site, asking):
    site.ask("/about/", **asking)
    site.ask("/about/", **asking)

    assert len(site.django.asked) == 2
    assert not site.store.plain
    assert not site.store.filtered


def test_other_cookies_make_no_difference(site):
    site.ask("/about/")
    site.ask("/about/", cookies="_ga=1; mysessionid=2; csrftoken=3")

    assert site.django.asked == ["/about/?"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/events/none/", 404),
        ("/?kind=none", 400),
        ("/about", 302),
        ("/admin/", 302),
        ("/healthz", 200),
        ("/none", 404),
    ],
)
def test_only_pages_that_are_there_are_kept(site, address, status):
    first, second = site.ask(address), site.ask(address)

    assert (first.status, second.status) == (status, status)
    assert len(site.django.asked) == 2
    assert "ETag" not in second.headers


@pytest.mark.parametrize("header", [("Set-Cookie", "a=b"), ("Cache-Control", "private"), ("Cache-Control", "no-store")])
def test_a_page_that_is_for_one_visitor_is_not_kept(shared, header):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), header])
        return [b"for you"]

    site = Site(shared, application=application)
    answers = [site.ask("/about/") for _ in range(2)]

    assert [one.text for one in answers] == ["for you", "for you"]
    assert len(site.django.asked) == 2
    assert answers[1].headers[header[0]] == header[1]


def test_of_what_is_not_there_editors_may_see_something_else(site):
    assert "Cookie" in site.ask("/events/none/?preview=1").headers["Vary"]


def test_nothing_that_is_kept_says_what_a_draft_or_a_visitor_says(site):
    article = reported("event", "shown", start="2031-05-01").introduced_by
    EventFactory(slug="canary-draft", title="canary-draft", introduced_by=article, first_reported=article.published)
    for address in (
        "/",
        "/events/",
        "/events/shown/",
        "/search/?q=canary-query",
        f"/articles/{article.slug}/",
        "/changes/",
    ):
        site.ask(address, user_agent="canary-agent", cookies="csrftoken=canary-token", accept_language="canary")
        site.ask(address, cookies="sessionid=canary-session")
    site.ask("/events/canary-draft/")
    site.ask("/events/canary-draft/?preview=1")

    pages = [*site.store.plain.values(), *site.store.filtered.values()]
    texts = [gzip.decompress(page.bodies["gzip"]).decode() + repr(page.headers) for page in pages]
    assert len(texts) == 6
    said = [word for text in texts for word in re.findall(r"canary-\w+", text)]
    assert set(said) == {"canary-query"}
    assert not [text for text in texts if "csrfmiddlewaretoken" in text or "Set-Cookie" in text]


# The state of the record


def test_a_change_of_the_record_shows_at_the_next_request(site):
    site.ask("/events/")
    reported("event", "new", start="2031-05-01", title="New in the record")
    before = site.ask("/events/").text
    site.state.token = "second"

    assert "New in the record" not in before
    assert "New in the record" in site.ask("/events/").text
    assert len(site.django.asked) == 2


def test_a_page_that_was_made_while_the_record_changed_is_not_kept(shared):
    def application(environ, start_response):
        site.state.token += "+"
        return WSGIHandler()(environ, start_response)

    site = Site(shared, application=application)
    assert site.ask("/about/").status == 200
    assert not site.store.plain


def test_pages_of_an_earlier_state_are_forgotten(site):
    site.ask("/about/")
    site.state.token = "second"
    site.ask("/parties/")

    assert [asked.path for asked in site.store.plain] == ["/parties/"]


def test_while_the_database_is_away_warm_pages_are_given_and_say_so(site):
    warm = site.ask("/about/")
    site.ask("/uk/about/")
    site.state.token = None
    kept = site.ask("/about/", accept_encoding="br", if_none_match=warm.headers["ETag"])
    in_ukrainian = site.ask("/uk/about/").text

    sentence = "The record cannot be reached at the moment."
    assert (kept.status, kept.text.count(sentence)) == (200, 1)
    assert kept.headers["Cache-Control"] == "no-store"
    assert "ETag" not in kept.headers
    assert in_ukrainian.count("Хроніка зараз недоступна.") == 1

    site.state.token = "first"
    assert site.ask("/about/").text == warm.text


def test_while_the_database_is_away_django_answers_what_is_not_warm(site):
    site.state.token = None
    site.ask("/about/")

    assert site.django.asked == ["/about/?"]


# Bounds


def test_a_crawler_that_tries_all_filters_pushes_out_no_page_without_one(shared):
    site = Site(shared, most=200_000)
    site.ask("/")
    for day in range(1, 29):
        site.ask(f"/?from=2031-05-{day:02}")

    assert 0 < len(site.store.filtered) < 28
    assert [asked.path for asked in site.store.plain] == ["/"]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 400)), max_size=40))
def test_pages_take_no_more_memory_than_they_may(puts):
    store = Store(1000, Everywhere(LocMemCache("none", {"MAX_ENTRIES": 1})), "code")
    for plain, number, size in puts:
        page = Page("200 OK", (), "", {"br": bytes(size)})
        store.put("state", Asked("http://a", f"/{number}/", "" if plain else "q=1", ""), page)

    for kept, most in ((store.plain, 1000 * PLAIN), (store.filtered, 1000 * (1 - PLAIN))):
        assert kept.currsize == sum(page.size for page in kept.values()) <= most


def test_no_address_is_remembered_for_ever():
    for number in range(REMEMBERED + 9):
        page_asked("http://localhost", "/", f"utm={number}", "")

    assert page_asked.cache_info().currsize == REMEMBERED


def test_a_query_longer_than_any_filter_is_left_to_django(site):
    site.ask(f"/?q={'a' * 2000}")

    assert not site.store.filtered


# What processes share


def test_a_page_that_another_process_made_is_not_made_again(shared, site):
    other = Site(shared)
    made, fetched = site.ask("/about/"), other.ask("/about/")

    assert (len(site.django.asked), len(other.django.asked)) == (1, 0)
    assert fetched.text == made.text
    other.ask("/about/")
    assert len(other.store.plain) == 1


def test_another_version_of_the_site_makes_its_own_pages(shared, site):
    other = Site(shared)
    other.store.code = "newer"
    site.ask("/about/")
    other.ask("/about/")

    assert len(other.django.asked) == 1


@pytest.mark.parametrize("sharing", ["folder", "everywhere"])
def test_all_who_ask_at_once_wait_for_one_that_makes_the_page(tmp_path, sharing):
    together = Barrier(4)

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"made"]

    site = Site(
        Folder(tmp_path) if sharing == "folder" else Everywhere(LocMemCache("stampede", {})), application=application
    )

    def ask(_):
        together.wait(10)
        return site.ask("/about/").text

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == ["made"] * 4
    assert site.django.asked == ["/about/?"]


HOLDING = """
import sys, pathlib, django
django.setup()
from talks.ready.shared import Folder
with Folder(pathlib.Path(sys.argv[1])).turn("page"):
    print("mine", flush=True)
    sys.stdin.readline()
"""


def test_a_turn_is_waited_for_across_processes_of_one_machine(tmp_path, monkeypatch):
    monkeypatch.setattr("talks.ready.shared.PATIENCE", 0.2)
    folder = Folder(tmp_path)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "mine\n"
        place = next(place for place in range(64) if not folder._take(place))
        other.communicate("\n", timeout=30)
        assert folder._take(place)
    finally:
        other.kill()
        other.wait()


class Broken(BaseCache):
    """A cache that is away."""

    def get(self, *args, **kwargs):
        raise ConnectionError("away")

    add = set = delete = get


def test_pages_are_made_and_kept_while_the_shared_cache_is_away(caplog):
    site = Site(Everywhere(Broken({})))
    site.ask("/about/")
    site.ask("/about/")
    site.ask("/parties/")

    assert site.django.asked == ["/about/?", "/parties/?"]
    assert set(caplog.messages) == {"The cache of pages does not answer: away"}


# The state, as the database tells it


def sqlite(path):
    return ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}})["default"]


def record_in(path, token):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IF NOT EXISTS talks_revision (token TEXT)")
        database.execute("DELETE FROM talks_revision")
        database.execute("INSERT INTO talks_revision VALUES (?)", [token])
    database.close()


def test_the_state_is_the_last_that_was_written_on_sqlite(tmp_path):
    path, today = tmp_path / "db", datetime.datetime.now(datetime.UTC).date()
    record_in(path, "one")
    state = State(sqlite(path))

    assert state.current() == f"one:{today}"
    record_in(path, "two")
    assert state.current() == f"two:{today}"
    record_in(tmp_path / "copy", "three")
    (tmp_path / "copy").replace(path)
    assert state.current() == f"three:{today}"
    state.close()


def test_a_record_that_is_not_there_is_away_and_asked_again_after_a_while(tmp_path, monkeypatch):
    state = State(sqlite(tmp_path / "db"))
    with pytest.raises(AwayError):
        state.current()
    record_in(tmp_path / "db", "one")
    with pytest.raises(AwayError):
        state.current()
    monkeypatch.setattr("time.monotonic", lambda: float("inf"))

    assert state.current().startswith("one:")
    state.close()


def test_while_it_is_away_one_finds_out_whether_it_is_back_and_nobody_waits_for_that(tmp_path, monkeypatch):
    state = State(sqlite(tmp_path / "db"), rest=0)
    with pytest.raises(AwayError):
        state.current()
    begun, enough = Event(), Event()

    def answer_at_last():
        begun.set()
        enough.wait(10)
        return "one"

    monkeypatch.setattr(state, "_ask", answer_at_last)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(state.current)
        begun.wait(10)
        with pytest.raises(AwayError):
            state.current()
        enough.set()

        assert first.result(10).startswith("one:")


def test_while_the_database_says_nothing_it_is_not_asked_for_what_is_not_ready(
    site, monkeypatch, django_assert_num_queries
):
    def silent():
        raise AwayError(silent=True)

    monkeypatch.setattr(site.state, "current", silent)
    with django_assert_num_queries(0):
        answer = site.ask("/uk/rounds/")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert "База даних недоступна" in answer.text


def test_while_the_database_says_nothing_it_is_not_asked_by_editors_either_and_what_they_sent_is_kept(
    site, monkeypatch, django_assert_num_queries
):
    def silent():
        raise AwayError(silent=True)

    page, token = "/admin/talks/issue/1/change/", "a" * 32
    cookies, sent = f"sessionid=b; csrftoken={token}", {"title": "Borders", "csrfmiddlewaretoken": token}
    with monkeypatch.context() as frozen, django_assert_num_queries(0):
        frozen.setattr(site.state, "current", silent)
        answers = [site.ask(page, cookies=cookies), site.ask(page, "POST", cookies, sent), site.ask("/healthz")]

    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [(503, "30")] * 3
    assert 'name="title" value="Borders"' in answers[1].text
    assert [site.ask(path, cookies=cookies).status for path in (page, "/healthz")] == [302, 200]


@pytest.mark.sql
@pytest.mark.parametrize(
    "factory",
    [
        FindingFactory,
        PartyFactory,
        PersonFactory,
        IssueFactory,
        ProcessFactory,
        ArticleFactory,
        PublisherFactory,
        LocationFactory,
    ],
)
def test_whatever_pages_name_is_a_new_state_when_it_is_saved_or_deleted(factory):
    tokens = []
    row = factory()
    for change in (row.save, row.save, row.delete):
        change()
        tokens.append(Revision.objects.get().token)

    assert len(set(tokens)) == 3


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_the_state_is_the_last_that_was_committed():
    if connection.vendor == "sqlite":
        pytest.skip("its own tests have files")
    state = State(connection)
    PartyFactory()
    first = state.current()
    PartyFactory()

    assert first != state.current()
    assert state.current() == state.current()
    state._connection.close()
    assert state.current() != first
    state.close()


# Settings


def test_settings_that_make_no_sense_are_refused(monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("READY_MB", "many")
    with pytest.raises(ImproperlyConfigured, match="READY_MB is 'many'; write a whole number from 0 to 4096"):
        env_number("READY_MB", "24", 4096)
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL names no cache that fits"):
        env_caches("memcached://localhost")
    assert env_caches("redis://localhost/1")["default"]["LOCATION"] == "redis://localhost/1"


# Room for readers


def test_who_sends_something_never_takes_all_threads():
    started, ended, told = Barrier(3), Barrier(3), []

    def application(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            started.wait(10)
            ended.wait(10)
        start_response("200 OK", [])
        return [b"done"]

    room = Room(application, senders=2)

    def ask(method):
        return b"".join(room(REQUESTS.generic(method, "/").environ, lambda status, headers: told.append(status)))

    with ThreadPoolExecutor(2) as threads:
        sent = [threads.submit(ask, "POST") for _ in range(2)]
        started.wait(10)
        assert ask("GET") == b"done"
        assert ask("POST").startswith(b"The site is busy with what others send. Nothing was saved")
        ended.wait(10)
        assert [one.result() for one in sent] == [b"done", b"done"]
    assert told.count("503 Service Unavailable") == 1
    assert not started.broken


def test_one_address_never_takes_all_room_for_senders():
    slow, answers = Barrier(2), []

    def application(environ, start_response):
        if environ["REMOTE_ADDR"] == "10.1.1.1":
            slow.wait(10)
            slow.wait(10)
        start_response("200 OK", [])
        return []

    room = Room(application, senders=2, share=1)

    def send(address):
        environ = REQUESTS.post("/", REMOTE_ADDR=address).environ
        room(environ, lambda status, headers: answers.append((address, status[:3])))

    with ThreadPoolExecutor(1) as threads:
        threads.submit(send, "10.1.1.1")
        slow.wait(10)
        send("10.1.1.1")
        send("10.1.1.2")
        slow.wait(10)

    assert answers == [("10.1.1.1", "503"), ("10.1.1.2", "200"), ("10.1.1.1", "200")]


# Parts that are named by the whole of an id


def test_a_part_named_by_more_than_its_first_word_is_that_part(site, client):
    article = reported("round", "talks", start="2031-05-01").introduced_by
    delegation = DelegationFactory(round=Round.objects.get(), article=article)
    DelegateFactory(delegation=delegation)
    of_panel, of_delegation = ("/", "told-all"), ("/rounds/talks/", f"sat-talks-{delegation.party.slug}")
    asked = {of_panel: "Title of talks", of_delegation: "Party to the talks"}

    parts = {one: site.ask(one[0], hx_request="true", hx_target=one[1]).text for one in asked}

    for (page, target), told in asked.items():  # afterwards: the test client has the next request close its connection
        own = client.get(page, headers={"HX-Request": "true", "HX-Target": target}).content.decode()
        assert parts[page, target] == own
        assert told in own


# Data


def test_what_the_api_gives_is_kept_and_not_sent_again(site):
    reported("round", "glee")

    first = site.ask("/api/entries?limit=5&utm_source=x")
    again = site.ask("/api/entries?limit=5", if_none_match=first.headers["ETag"])

    assert (first.status, first.headers["Content-Type"]) == (200, "application/json")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert (again.status, again.headers["Access-Control-Allow-Origin"]) == (304, "*")
    assert len(site.django.asked) == 1


def test_data_push_no_page_out(site):
    asked = [Asked("", path, "", "") for path in ("/", "/rounds/glee/", "/rounds/glee.csv", "/uk/api/entries")]

    assert [one.is_plain for one in asked] == [True, True, False, False]


def test_what_is_compressed_already_is_not_compressed_on_its_way(shared):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/zip")])
        return [b"PK" * 1_000_000]

    answer = Site(shared, application=application).ask("/timeline.zip", accept_encoding="gzip, br")

    assert ("Content-Encoding" in answer.headers, len(answer.body)) == (False, 2_000_000)


def test_a_large_answer_is_passed_on_piece_by_piece_and_not_made_again_for_who_has_it(shared):
    made, closed = [], []

    class Pieces:
        def __iter__(self):
            for n in range(30):
                made.append(n)
                yield b"x" * 100_000

        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/csv"), ("Vary", "Accept-Encoding")])
        return Pieces()

    gate = Site(shared, application=application)
    told = []
    environ = REQUESTS.get("/timeline.csv").environ

    answer = gate.gate(environ, lambda status, headers: told.append((status, dict(headers))))
    first_made = len(made)
    text = b"".join(answer)
    answer.close()

    assert (first_made, len(made), len(text), closed) == (11, 30, 3_000_000, [True])
    again = gate.ask("/timeline.csv", if_none_match=told[0][1]["ETag"])
    assert (again.status, len(gate.django.asked)) == (304, 1)
    packed = gate.ask("/timeline.csv", accept_encoding="gzip")
    assert len(packed.text) == 3_000_000
    gate.state.token = "second"
    assert gate.ask("/timeline.csv", if_none_match=told[0][1]["ETag"]).status == 200


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/timeline.atom?kind=round", "/timeline.atom?utm_source=mail&kind=round"),
        ("/changes.atom?entry=talks", "/changes.atom?entry=talks&page="),
        ("/rounds.ics", "/rounds.ics?x=1"),
        ("/rounds/talks/card.png?as_of=2031-05-20", "/rounds/talks/card.png?as_of=2031-05-20&x"),
        ("/sitemap-rounds.xml", "/sitemap-rounds.xml?x=1"),
        ("/robots.txt", "/robots.txt?x=1"),
    ],
)
def test_what_is_taken_along_is_kept_like_pages_and_answered_with_304(site, address, other):
    reported("round", "talks", ArticleFactory(), start="2031-05-02")

    first = site.ask(address, accept_encoding="gzip, br")
    again = site.ask(other, accept_encoding="gzip, br", if_none_match=first.headers["ETag"])

    assert (first.status, again.status, len(site.django.asked)) == (200, 304, 1)
    assert again.headers["ETag"] == first.headers["ETag"]
    plain = site.ask(address).body
    site.state.token = None  # the database is away
    assert site.ask(address).body == plain


def test_a_picture_is_kept_as_it_is(site):
    reported("round", "talks", ArticleFactory(), start="2031-05-02")

    card = site.ask("/rounds/talks/card.png", accept_encoding="gzip, br")

    assert (card.headers["Content-Type"], card.headers.get("Content-Encoding")) == ("image/png", None)
    assert card.body.startswith(b"\x89PNG")


# What pages show besides the record

# Rooms of what stands behind the gate, and what they read that leaves pages as they are.
BEHIND_THE_GATE = ["data", "drawings", "models", "public", "queries", "record", "suggest", "templatetags", "words"]
NOT_SHOWN = {
    "AUTH_USER_MODEL",  # these three are the same on every site
    "BASE_DIR",
    "LANGUAGE_CODE",
    "READY_BYTES",  # how much is kept, and whether anything is
    "READY_PAGES",
    "SNAPSHOTS",  # a folder, whose list no ready page has
    "SUGGESTIONS",  # for the desk
}


def test_a_setting_that_a_room_of_pages_reads_makes_all_ready_pages_anew():
    talks = of_site.BASE_DIR / "talks"
    files = [talks / "middleware.py", *(path for room in BEHIND_THE_GATE for path in (talks / room).rglob("*.py"))]
    read = {
        node.attr
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings"
    }

    assert read - {*SHOWN} == NOT_SHOWN


@pytest.mark.parametrize("name", ["DATA_LIMIT", "SECURE_HSTS_SECONDS", "CONTENT_SECURITY_POLICY"])
def test_a_page_is_not_kept_when_the_limit_that_it_says_or_its_headers_change(settings, name):
    before = code()
    setattr(settings, name, "another")

    assert code() != before
