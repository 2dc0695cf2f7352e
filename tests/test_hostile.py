"""Whatever anyone asks any public address for: an answer, small and soon, and never a fault of ours."""

import logging
import re
import sys
import time
from collections import Counter
from functools import cache
from urllib.parse import quote, quote_from_bytes

import pytest
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks import models
from talks.ready.gate import Gate
from talks.ready.limit import Limit
from talks.ready.room import Room
from talks.ready.shared import Everywhere
from talks.ready.source import Known
from talks.ready.store import Store
from tests.conftest import loaded
from tests.faults import FULL, tries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connection_stays")]

REQUESTS = tries(few=400, full=10_000)
LARGEST, LONGEST = 2_000_000, 2  # bytes, and seconds of CPU
GAP = re.compile(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|\[[^]]*\]\+")  # what stands for something in an address


class Unchanging:
    """A record in one state, in place of `talks.ready.source.Source`."""

    def __init__(self):
        self.primary = self

    def current(self):
        return Known("one")


@cache
def addresses():
    """[(pattern without its signs, names that its page reads)] of all addresses but the admin's."""
    return [
        (
            re.sub(r"^\^|\$$|\\", "", route),
            sorted(getattr(view, "form", None).base_fields if hasattr(view, "form") else ()),
        )
        for route, view in _below(get_resolver(), "")
        if not route.startswith("admin")
    ]


def _below(resolver, start):
    for one in resolver.url_patterns:
        route = start + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route, one.callback
        elif not route.startswith("admin"):
            yield from _below(one, route)


@cache
def right():
    """Words that mean something somewhere: slugs of rows, days, choices of forms."""
    rows = (models.Entry, models.Person, models.Party, models.Issue, models.Article, models.Publisher, models.Process)
    slugs = [slug for model in rows for slug in model.objects.order_by("slug").values_list("slug", flat=True)[:40]]
    views = (view for _, view in _below(get_resolver(), "") if hasattr(view, "form"))
    fields = [field for view in views for field in view.form.base_fields.values()]
    chosen = {str(value) for field in fields for value, _ in getattr(field, "choices", ())}
    chosen |= {value for field in fields for value in getattr(field, "values", ())}
    return slugs, sorted(chosen), ["2025-06-02", "2022-03-29", "2025-06-02.0.17", "2026-11-25T20:54:00.123456"]


@cache
def slugs_by_section():
    """{a part of an address: slugs of the rows that it leads to}."""
    named = {"people/": models.Person, "parties/": models.Party, "issues/": models.Issue, "articles/": models.Article}
    sections = {f"{model.SECTION}/": model for model in models.KINDS.values()}
    return {
        section: list(model.objects.order_by("slug").values_list("slug", flat=True)[:200])
        for section, model in (named | sections).items()
    }


ODD = st.sampled_from([
    "0", "-1", "1", "2", "1000000", "9" * 20, "9" * 300, "1e9", "NaN", "٣", "²", "0x10", "1_0",
    "0001-01-01", "9999-12-31", "10000-01-01", "2025-02-30", "2024-02-29", "-0001-01-01", "today", "2 June 2025",
    "\0", "a\0b", "\ud800", "\u202e", "\ufeff", "İ", "ß", "’", "null", "None", "undefined", "[]", "{}", "{{7*7}}",
    "%", "%00", "%ff", "..", "../../etc/passwd", "'", '"', "';--", "<script>", "a-to-b", "freedonia-to-sylvania",
    "x" * 99, "x" * 101, "x " * 60, "x" * 5000, "\r\nX: y", "//evil.example", "http://evil.example/", "javascript:0",
    "http://[", "http://testserver/rounds/", "/rounds/?as_of=2025-06-02", "https://testserver:99999/",
    "*", "NOT OR (", "a*", "\\",
])  # fmt: skip


def texts():
    right_ones = st.one_of([st.sampled_from(some) for some in right()])
    return st.one_of(right_ones, right_ones, ODD, st.text(max_size=30), st.binary(max_size=20))


def quoted(text):
    return quote_from_bytes(text) if isinstance(text, bytes) else quote(text.encode("utf-8", "surrogatepass"))


@st.composite
def addresses_asked(draw):
    route, names = draw(st.sampled_from(addresses()))
    slugs = right()[0]
    own = next((found for section, found in slugs_by_section().items() if section in route), slugs)
    part = st.one_of(*[st.sampled_from(own)] * 4, st.sampled_from(slugs), ODD, st.text(max_size=20)).map(quoted)
    path = GAP.sub(lambda _: draw(part), route)
    path = "/" + draw(st.sampled_from([*[""] * 8, *["uk/"] * 3, "UK/", "embed/", "admin"])) + path
    names = st.sampled_from([*names, "utm_source"]) if names else st.just("utm_source")
    pairs = draw(st.lists(st.tuples(names, texts().map(quoted)), max_size=6))
    pairs *= draw(st.sampled_from([1, 1, 1, 1, 2, 250]))
    query = draw(st.sampled_from(["&", "&", "&", "&", ";", "&amp;"])).join(f"{name}={value}" for name, value in pairs)
    return path, draw(st.sampled_from([query, query, query, query, "=", "&&&", "%", "a" * 10_000]))


def plain(text):
    """Such a text as a server could pass it on in a header."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")


HEADERS = {
    "HTTP_HX_REQUEST": st.sampled_from(["true", "false", ""]),
    "HTTP_HX_TARGET": st.sampled_from(["results", "more", "day", "back", "results-2025"]) | ODD.map(plain),
    "HTTP_HX_HISTORY_RESTORE_REQUEST": st.sampled_from(["true", ""]),
    "HTTP_HX_CURRENT_URL": ODD.map(plain),
    "HTTP_HX_TRIGGER": ODD.map(plain),
    "HTTP_ACCEPT": st.sampled_from(["*/*", "application/json", "text/event-stream", ";;q=", ""]),
    "HTTP_ACCEPT_ENCODING": st.sampled_from(["gzip", "br", "br;q=0, *", "zstd", ";q=x"]),
    "HTTP_ACCEPT_LANGUAGE": st.sampled_from(["uk", "xx-" * 300, "*;q=2"]) | ODD.map(plain),
    "HTTP_COOKIE": st.sampled_from(["sessionid=nobody", "messages=x", "csrftoken=\xff", "=;=", "a" * 4000]),
    "HTTP_AUTHORIZATION": ODD.map(plain),
    "HTTP_HOST": st.sampled_from(["testserver", "evil.example", "", "a b", "[::1", "testserver:x"]),
    "HTTP_X_FORWARDED_FOR": ODD.map(plain),
    "HTTP_X_FORWARDED_PROTO": ODD.map(plain),
    "HTTP_IF_NONE_MATCH": st.sampled_from(["*", '"x"', "W/", '"' * 99]) | ODD.map(plain),
    "HTTP_IF_MODIFIED_SINCE": st.sampled_from(["Mon, 99 Foo 9999 99:99:99 GMT", "x"]),
    "HTTP_RANGE": st.sampled_from(["bytes=0-", "bytes=5-1", "bytes=-0", "bytes=a-b", "bytes=0-1,2-3"]),
    "HTTP_ORIGIN": st.sampled_from(["null", "https://evil.example", "http://["]),
    "HTTP_REFERER": ODD.map(plain),
    "HTTP_MCP_PROTOCOL_VERSION": ODD.map(plain),
    "CONTENT_LENGTH": st.sampled_from(["", "0", "-1", "x", "9" * 30]),
}  # fmt: skip
METHODS = ["GET"] * 6 + ["HEAD", "POST", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get", ""]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
         "multipart/form-data", "application/csp-report", "text/plain; charset=nope", "", "/"]  # fmt: skip
BODIES = st.sampled_from([
    b"", b"{}", b"[]", b"null", b"[" * 9000, b'{"csp-report": {"blocked-uri": 1}}', b'{"csp-report": []}', b"\xff\xfe",
    b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}',
    b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}',
    b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"q": "\\u0000"}}}',
    b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "tools/call", "params": {"name": 1, "arguments": []}}',
    b"a=1&a=%ff&csrfmiddlewaretoken=", b"x" * 50_000,
    b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--",
]) | st.binary(max_size=40)  # fmt: skip


@st.composite
def requests(draw):
    """A request as the server would hand it on."""
    (path, query), method = draw(addresses_asked()), draw(st.sampled_from(METHODS))
    body = draw(BODIES) if method in ("POST", "PUT", "PATCH") else b""
    environ = RequestFactory().generic(method or "GET", "/", body, draw(st.sampled_from(TYPES))).environ
    # As WSGI has it: the bytes of the path, each as one letter.
    raw = re.sub("%([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), path)
    environ |= {"PATH_INFO": raw, "QUERY_STRING": query, "REQUEST_METHOD": method or "GET"}
    chosen = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=4, unique=True))
    return environ | {name: draw(HEADERS[name]) for name in chosen}


@pytest.fixture(scope="module", autouse=True)
def _record(django_db_setup, django_db_blocker):
    """The small record; with FAULTS, all of fixtures/."""
    with django_db_blocker.unblock(), loaded(settings.BASE_DIR / "fixtures" if FULL else settings.FIXTURES):
        yield


@pytest.fixture(autouse=True)
def _silence():
    """Of the log, which would tell of each of them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def site():
    """The site as the server asks it, with nothing that is ready."""
    shared = Everywhere(LocMemCache("hostile", {"MAX_ENTRIES": 50}))
    shared.cache.clear()
    return Limit(Room(Gate(WSGIHandler(), Store(2_000_000, shared, "code"), Unchanging())), 1_000_000)


def answer(application, environ):
    """(status, headers, bytes, seconds of CPU) of an answer."""
    told, begun = [], time.process_time()
    given = application(dict(environ), lambda status, headers, exc_info=None: told.extend([status, headers]))
    size = sum(map(len, given))
    if close := getattr(given, "close", None):
        close()
    return int(told[0][:3]), dict(told[1]), size, time.process_time() - begun


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of a request with a long body
def test_whatever_anyone_asks_for_is_answered_soon_and_is_no_fault_of_ours():
    def fail(sender, **details):
        raise sys.exception()

    seen, application = Counter(), site()

    @hypothesis_settings(max_examples=REQUESTS, database=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def is_answered(environ):
        status, headers, size, seconds = answer(application, environ)
        seen[status] += 1
        if seen.total() % 1000 == 0:
            print(f"{seen.total():,} requests: {dict(seen.most_common())}", flush=True)
        assert status < 500 or status == 501  # of oEmbed, as it wants it
        assert not re.search(r"[\r\n]", "".join(headers.values()))
        if "Content-Disposition" in headers:  # a file to keep, which holds all of a list, sent piece by piece
            return
        assert size <= LARGEST
        # Twice, as the first to ask for something may have brought modules along.
        assert seconds <= LONGEST or answer(site(), environ)[-1] <= LONGEST

    got_request_exception.connect(fail)  # with the traceback of what failed
    try:
        is_answered()
    finally:
        got_request_exception.disconnect(fail)
    assert {200, 400, 404, 405} <= set(seen)
