"""The site as a whole: health, errors, headers, any query string at all, settings."""

import errno
import gzip
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from talks.management.failures import failure
from talks.outage import Outage
from tests.factories import ArticleFactory, IssueFactory, PartyFactory, PersonFactory, reported

ROOT = Path(settings.BASE_DIR)
KEY = "x7Kq" * 20 + "abcdefghij"


def run(command, **environment):
    """The finished process of manage.py with these arguments and nothing of our own in the environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "manage.py", *command]
    return subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False)


# Health and headers


def test_healthz_answers_when_the_database_does(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.content, response["Cache-Control"]) == (
        200,
        b"ok",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )


def test_every_answer_allows_nothing_from_elsewhere_and_nothing_inline(client, db, settings):
    """Also a refused host, a broken request, a redirect to TLS and what answers before the pages do."""
    plain = [client.get(path) for path in ("/", "/healthz", "/static/talks/site.css", "/nowhere/", "/admin/")]
    plain[2].close()
    plain += [client.get("/", headers={"Host": "elsewhere.example"})]
    settings.SECURE_SSL_REDIRECT = True
    tls = Client()  # middleware reads this setting as it is made
    answers = [*plain, tls.get("/"), tls.get("/", headers={"Host": "elsewhere.example"})]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 302, 400, 301, 400]
    names = ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy")
    (kept,) = {tuple(answer.get(name) for name in names) for answer in answers}
    assert kept[:3] == ("DENY", "nosniff", "strict-origin-when-cross-origin")
    assert dict(part.split(" ", 1) for part in kept[3].split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "report-uri": "/csp-report",
    }


def test_pages_are_compressed_for_who_can_read_that(client, db):
    plain, compressed = client.get("/"), client.get("/", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(compressed.content) == plain.content
    assert (plain.has_header("Content-Encoding"), compressed["Content-Encoding"]) == (False, "gzip")
    assert "Accept-Encoding" in plain["Vary"].split(", ")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_pages_can_only_be_read(client, db, method):
    assert getattr(client, method)("/").status_code == 405


def test_a_broken_request_gets_a_page_that_helps(client, db):
    response = client.get("/", {str(number): "" for number in range(20_000)})

    assert response.status_code == 400
    assert "This request cannot be read" in response.content.decode()


# Any query string

PARAMETERS = [
    "q",
    "kind",
    "party",
    "issue",
    "process",
    "person",
    "from",
    "to",
    "as_of",
    "order",
    "after",
    "before",
    "page",
    "r",
    "p",
    "in",
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "round", "freedonia", "hats", "firefly", "the-round", "2031-05-10", "0001-01-01", "9999-12-31", "newest",
         "2031-05-10.1", "9999-12-31.999999999999999999", "1", "99999999999999999999", "-1", "\x00", "٣",
         "%", "_", "'", "²"]
    ),
)  # fmt: skip


ADDRESSES = [
    *("/", "/rounds/", "/rounds/the-round/", "/compare/rounds/", "/compare/proposals/", "/compare/positions/"),
    *("/people/", "/people/firefly/", "/parties/freedonia/", "/issues/hats/", "/articles/", "/articles/gazette/"),
    "/search/",
]


class QueryStringTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        article = ArticleFactory(slug="gazette")
        PartyFactory(slug="freedonia"), IssueFactory(slug="hats"), PersonFactory(slug="firefly")
        for kind in ("round", "swap", "proposal", "event"):
            reported(kind, f"the-{kind}", article)

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(
        address=st.sampled_from(ADDRESSES),
        query=st.lists(st.tuples(st.sampled_from(PARAMETERS), VALUES), max_size=6),
    )
    def test_any_query_string_is_answered_with_200_400_or_404(self, address, query):
        asked = {}
        for name, value in query:
            asked.setdefault(name, []).append(value)

        assert self.client.get(address, asked).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    ("page", "status"), [("1", 200), ("2", 404), ("0", 400), ("x", 400), ("99999999999999999999", 400), ("", 200)]
)
def test_numbered_pages_exist_or_say_what_is_wrong(client, db, page, status):
    assert client.get(f"/people/?page={page}").status_code == status


# Settings


def test_migrations_are_complete(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_deploy_check_is_clean_with_production_settings():
    process = run(["check", "--deploy", "--fail-level", "WARNING"], SECRET_KEY=KEY, ALLOWED_HOSTS="example.org")

    assert (process.returncode, process.stdout.strip()) == (0, "System check identified no issues (2 silenced).")


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "SECRET_KEY is not set; set it to 50 or more random characters, or DEBUG=1"),
        ({"DEBUG": "yes"}, "DEBUG is 'yes'; write 0 or 1"),
        ({"DEBUG": "1", "HTTPS": "on"}, "HTTPS is 'on'; write 0 or 1"),
        ({"DEBUG": "1", "DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read: write sqlite:////srv"),
        ({"DEBUG": "1", "DATABASE_URL": "postgres://a:p#w@host/name"}, "with signs such as @ # / in a password as %40"),
        ({"DEBUG": "1", "DATABASE_URL": "mysql://a:b@host/name"}, "DATABASE_URL names no database that fits; write"),
        ({"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:"}, "DATABASE_URL names no database that fits; write"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY can be guessed; set it to 50 or more random characters: python -c"),
        ({"SECRET_KEY": "aabb" * 20}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": KEY}, "ALLOWED_HOSTS is empty; name what the site answers to, such as timeline.example"),
        ({"SECRET_KEY": KEY, "ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is empty"),
        *(
            ({"DEBUG": "1", "ALLOWED_HOSTS": f"a.example,{host}"}, f"ALLOWED_HOSTS has '{host}', which is no name that")
            for host in (
                *("*", "*.example", "https://a.example", "a.example:8000", "a.example/talks", "a.example.", "::1"),
                *("a b.example", "a_b.example", "приклад.укр"),
            )
        ),
        ({"DEBUG": "1", "SITE_NAME": "Opera\ntalks"}, "SITE_NAME is 'Opera\\ntalks'; write one line of at most 80"),
        ({"DEBUG": "1", "SITE_DESCRIPTION": "a" * 201}, "write one line of at most 200 characters"),
        *(
            ({"DEBUG": "1", "SITE_CONTACT": contact}, f"SITE_CONTACT is '{contact}'; write a mail address such as")
            for contact in (
                "desk",
                "desk@",
                "http://gazette.example/",
                "https://",
                "https://a b.example/",
                "mailto:a@b.example",
            )
        ),
        ({"DEBUG": "1", "SCRIPT_NAME": "talks"}, "SCRIPT_NAME is 'talks'; write a path with a slash before it"),
        ({"DEBUG": "1", "SCRIPT_NAME": "/talks/"}, "SCRIPT_NAME is '/talks/'; write a path"),
        ({"DEBUG": "1", "HSTS_SUBDOMAINS": "1"}, "HSTS_SUBDOMAINS=1 needs HTTPS=1"),
        ({"SECRET_KEY": KEY, "ALLOWED_HOSTS": "a.example", "HSTS_PRELOAD": "1"}, "HSTS_PRELOAD=1 needs HSTS_SUB"),
    ],
)
def test_senseless_settings_are_refused_with_a_sentence(environment, complaint):
    with patch.dict(os.environ, environment, clear=True), pytest.raises(ImproperlyConfigured) as refused:
        runpy.run_path(str(ROOT / "talks/settings.py"))

    assert complaint in str(refused.value)


def settings_with(expression, **environment):
    """What this expression gives of the settings for such an environment, with DEBUG, as text."""
    code = f"import django; from django.conf import settings; django.setup(); print({expression})"
    own = {"PATH": os.environ["PATH"], "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "talks.settings"}
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=own | environment, capture_output=True, text=True, check=True
    )
    return process.stdout.strip()


@pytest.mark.parametrize(
    ("hosts", "names"),
    [
        (" a.example , b.example,", "a.example b.example"),
        (".example,10.1.2.3,[2001:db8::1],X.Example", ".example 10.1.2.3 [2001:db8::1] X.Example"),
        ("", "localhost 127.0.0.1 [::1]"),
    ],
)
def test_hosts_are_read_as_people_write_them(hosts, names):
    assert settings_with("*settings.ALLOWED_HOSTS", ALLOWED_HOSTS=hosts) == names


def test_a_lost_postgresql_is_told_within_seconds_unless_the_address_says_otherwise():
    options = 'settings.DATABASES["default"]["OPTIONS"]'

    assert settings_with(options, DATABASE_URL="postgres://a:b@host/name?connect_timeout=2") == str(
        {"connect_timeout": 2, "tcp_user_timeout": 15_000}
    )


UNDER_A_PATH = """
from wsgiref.util import setup_testing_defaults
from talks.wsgi import application
from django.templatetags.static import static

environ = {"SCRIPT_NAME": "/talks", "PATH_INFO": static("talks/site.css").removeprefix("/talks")}
setup_testing_defaults(environ)
application(environ, lambda status, headers: print(static("talks/site.css"), status))
"""


def test_under_a_path_static_files_are_found_as_well():
    environment = {"PATH": os.environ["PATH"], "DEBUG": "1", "SCRIPT_NAME": "/talks"}
    process = subprocess.run(
        [sys.executable, "-c", UNDER_A_PATH], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert process.stdout.strip() == "/talks/static/talks/site.css 200 OK"


def test_a_login_that_came_from_elsewhere_leads_to_the_admin(client, admin_user):
    sent = {"username": "admin", "password": "password", "next": "https://evil.example/"}

    assert [client.post(f"{language}/admin/login/", sent)["Location"] for language in ("", "/uk")] == [
        "/admin/",
        "/uk/admin/",
    ]


# Commands


@pytest.mark.parametrize(
    ("command", "environment", "sentence"),
    [
        (["load_articles"], {"SECRET_KEY": "short"}, "SECRET_KEY can be guessed; "),
        (
            ["check_links"],
            {"DATABASE_URL": "sqlite:///nothing.sqlite3"},
            "The database lacks tables or columns that this version needs; run: python manage.py migrate",
        ),
        (
            ["load_articles"],
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
            "The database cannot be reached (connection ",
        ),
        (["migrate"], {"DATABASE_URL": "sqlite:////nowhere/db.sqlite3"}, "The database cannot be reached (unable to"),
    ],
)
def test_a_command_says_in_a_sentence_what_is_wrong_around_it(tmp_path, command, environment, sentence):
    kept = {"PATH": os.environ["PATH"], "DEBUG": "1" if "SECRET_KEY" not in environment else "0"}
    process = subprocess.run(
        [sys.executable, ROOT / "manage.py", *command],
        cwd=tmp_path,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (process.returncode, process.stderr[: len(sentence)]) == (1, sentence)
    assert process.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "articles/a.yaml"), "The disk is full: articles/a.yaml"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/x"), "Permission denied: /srv/x"),
        (OperationalError("connection refused\n  is it running?"), f"{Outage.AWAY.value} (connection refused is it …"),
        (ValueError("a fault"), None),
    ],
)
def test_what_is_a_fault_of_the_code_keeps_its_traceback_and_all_else_is_a_sentence(error, sentence):
    assert failure(error) == (sentence and sentence.replace("…", "running?)"))


def test_static_files_are_collected_with_names_that_may_be_cached_for_ever(tmp_path):
    code = (
        "import os, django; from django.conf import settings; django.setup();"
        f"settings.STATIC_ROOT = {str(tmp_path)!r};"
        "from django.core.management import call_command;"
        "call_command('collectstatic', interactive=False, verbosity=0);"
        "from django.templatetags.static import static; print(static('talks/site.css'))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "x",
        "DJANGO_SETTINGS_MODULE": "talks.settings",
    }
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert re.fullmatch(r"/static/talks/site\.[0-9a-f]{12}\.css", process.stdout.strip())
