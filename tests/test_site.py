"""The site as a whole: health, errors, headers, any query string at all, settings."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories import ArticleFactory, IssueFactory, PartyFactory, PersonFactory, reported

ROOT = Path(settings.BASE_DIR)


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


def test_pages_allow_nothing_from_elsewhere_and_nothing_inline(client, db):
    policy = client.get("/")["Content-Security-Policy"]

    assert dict(part.split(" ", 1) for part in policy.split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
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
    key = "x7Kq" * 20 + "abcdefghij"
    process = run(["check", "--deploy", "--fail-level", "WARNING"], SECRET_KEY=key, ALLOWED_HOSTS="example.org")

    assert (process.returncode, process.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "SECRET_KEY is not set; set it to 50 or more random characters, or DEBUG=1"),
        ({"DEBUG": "yes"}, "DEBUG is 'yes'; write 0 or 1"),
        ({"DEBUG": "1", "HTTPS": "on"}, "HTTPS is 'on'; write 0 or 1"),
        ({"DEBUG": "1", "DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read:"),
    ],
)
def test_senseless_settings_are_refused_with_a_sentence(environment, complaint):
    process = subprocess.run(
        [sys.executable, "-c", "import talks.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode != 0
    assert complaint in process.stderr


def test_static_files_are_collected_with_names_that_may_be_cached_for_ever(tmp_path):
    code = (
        "import os, django; from django.conf import settings; django.setup();"
        f"settings.STATIC_ROOT = {str(tmp_path)!r};"
        "from django.core.management import call_command;"
        "call_command('collectstatic', interactive=False, verbosity=0);"
        "from django.templatetags.static import static; print(static('talks/site.css'))"
    )
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "DJANGO_SETTINGS_MODULE": "talks.settings"}
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert re.fullmatch(r"/static/talks/site\.[0-9a-f]{12}\.css", process.stdout.strip())
