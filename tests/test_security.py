"""What keeps browsers, secrets and rights in bounds."""

import datetime
import json
import logging

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from talks.environment import env_text
from talks.public.views import security
from tests.permissions import DOCUMENT, table

REPORT = {"effective-directive": "script-src", "blocked-uri": "https://duck.example/soup.js", "document-uri": "/"}


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def report(client, body, **headers):
    return client.post("/csp-report", body, content_type="application/csp-report", **headers)


# Headers


def test_pages_errors_and_static_files_say_what_browsers_may_do_with_them(client, db):
    for address in ("/", "/no-such-page/", "/healthz", "/static/talks/site.css"):
        response = client.get(address)
        response.close()
        headers = response.headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=(), display-capture=(), geolocation=()" in headers["Permissions-Policy"]
        assert "report-uri /csp-report" in headers["Content-Security-Policy"]


# Reports of browsers


def test_what_the_policy_kept_a_browser_from_is_a_line_in_the_log_without_what_was_searched_for(client, caplog):
    told = REPORT | {"document-uri": "https://timeline.example/search/?q=a+secret#there"}

    response = report(client, json.dumps({"csp-report": told}))

    assert response.status_code == 204
    assert [record.getMessage() for record in caplog.records] == [
        "The content security policy kept a browser from "
        "script-src https://duck.example/soup.js https://timeline.example/search/"
    ]


def test_a_report_cannot_write_lines_of_its_own_into_the_log(client, caplog):
    report(client, json.dumps({"csp-report": REPORT | {"blocked-uri": "inline\nAll is well"}}))

    assert "\n" not in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ('{"csp-report": []}', 400),
        ("[" * 5000, 400),
        ("x" * (security.LONGEST + 1), 413),
    ],
)
def test_what_is_no_report_or_too_long_is_refused_and_not_logged(client, caplog, body, status):
    assert report(client, body).status_code == status
    assert [record for record in caplog.records if record.name == security.__name__] == []


def test_only_the_first_reports_of_a_minute_are_logged(client, caplog):
    for _ in range(security.A_MINUTE + 5):
        assert report(client, json.dumps({"csp-report": REPORT})).status_code == 204

    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == security.A_MINUTE


def test_reports_are_sent_and_not_asked_for(client):
    assert client.get("/csp-report").status_code == 405


# Whom to tell


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("desk@timeline.example", "Contact: mailto:desk@timeline.example"),
        ("https://timeline.example/tell", "Contact: https://timeline.example/tell"),
    ],
)
def test_security_txt_says_whom_to_tell(client, settings, monkeypatch, contact, line):
    settings.SITE_CONTACT = contact
    monkeypatch.setattr(security, "today", lambda: datetime.date(2031, 5, 10))

    response = client.get("/.well-known/security.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        line,
        "Expires: 2031-11-06T00:00:00Z",
        "Preferred-Languages: en, uk",
        "Canonical: http://testserver/.well-known/security.txt",
    ]


def test_a_site_that_names_no_contact_has_no_security_txt(client, settings, db):
    settings.SITE_CONTACT = ""

    assert client.get("/.well-known/security.txt").status_code == 404


# Secrets


def test_a_secret_can_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("duck soup\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))

    assert env_text("SECRET_KEY") == "duck soup"


def test_a_secret_that_is_given_twice_or_cannot_be_read_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("SECRET_KEY", "duck soup")
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY and SECRET_KEY_FILE are both set; leave one out$"):
        env_text("SECRET_KEY")

    monkeypatch.delenv("SECRET_KEY")
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY_FILE cannot be read: .*No such file"):
        env_text("SECRET_KEY")


# Rights


def test_the_table_of_who_may_do_what_is_what_the_roles_may(db):
    assert table(Group.objects.order_by("pk")) in DOCUMENT.read_text(), "write it anew: python -m tests.permissions"
