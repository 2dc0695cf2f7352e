"""The login counts failures by account and by address, and refuses more before it looks at a password."""

import datetime
import logging
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.utils import timezone

from tests.staff import in_role

pytestmark = pytest.mark.django_db
LIMIT = 10


@pytest.fixture
def editor():
    return in_role("Editor", "otis")


def login(client, password="wrong", username="otis", address="192.0.2.1", path="/admin/login/", **headers):
    return client.post(path, {"username": username, "password": password}, REMOTE_ADDR=address, **headers)


def statuses(client, times=LIMIT, **what):
    return [login(client, **what).status_code for _ in range(times)]


def test_the_tenth_failure_of_an_account_is_the_last_from_whatever_address(client, editor):
    answers = [login(client, address=f"192.0.2.{number}").status_code for number in range(LIMIT)]

    assert answers == [200] * 9 + [429]
    assert login(client, "opera", address="198.51.100.1").status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_tenth_failure_from_an_address_is_the_last_for_whatever_account(client, editor):
    answers = [login(client, username=f"guess-{number}").status_code for number in range(LIMIT)]

    assert answers == [200] * 9 + [429]
    assert login(client, "opera").status_code == 429
    assert login(client, "opera", address="198.51.100.1").status_code == 302


def test_what_is_refused_costs_no_hash(client, editor):
    statuses(client)

    with mock.patch("django.contrib.auth.hashers.MD5PasswordHasher.encode") as encode:
        assert login(client).status_code == 429
    assert encode.call_count == 0


@pytest.mark.sql
def test_an_hour_after_the_last_failure_the_next_try_is_heard(client, editor):
    statuses(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=59))
    early = login(client, "opera")
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=61))

    assert (early.status_code, login(client, "opera").status_code) == (429, 302)
    assert 0 < int(early["Retry-After"]) <= 60


def test_failures_of_a_clock_that_was_ahead_shut_nobody_out_until_then(client, editor):
    statuses(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() + datetime.timedelta(days=400))

    assert login(client, "opera").status_code == 302


@pytest.mark.parametrize(("language", "heading"), [("", "Too many failed logins"), ("/uk", "Забагато невдалих спроб")])
def test_the_answer_says_when_to_try_again(client, editor, language, heading):
    statuses(client)
    latest = timezone.now() - datetime.timedelta(minutes=20)
    AccessAttempt.objects.update(attempt_time=latest)

    answer = login(client, path=f"{language}/admin/login/")

    assert answer.status_code == 429
    assert answer["Cache-Control"] == "private, no-store"
    assert f"<h1>{heading}" in answer.content.decode()
    assert f"{latest + datetime.timedelta(hours=1):%H:%M} (UTC)" in answer.content.decode()


def test_a_success_does_not_forget_the_failures_of_other_accounts_from_its_address(client, editor):
    in_role("Author", "insider")
    statuses(client, LIMIT - 1)
    login(client, "opera", username="insider")
    client.logout()

    assert login(client).status_code == 429


@pytest.mark.parametrize("command", [["axes_reset_username", "otis"], ["axes_reset"]])
def test_a_command_lets_an_account_in_again(client, editor, command):
    statuses(client)
    call_command(*command)

    assert login(client, "opera", address="198.51.100.1").status_code == 302


def test_each_failure_is_one_line_in_the_log_that_no_name_can_break(client, editor, caplog):
    caplog.set_level(logging.INFO)
    statuses(client, LIMIT - 1, username="otis\nlogin")
    statuses(client, 2)

    lines = [record.getMessage() for record in caplog.records if record.name.startswith(("talks", "axes"))]
    assert lines == [r"login failed: user 'otis\nlogin' from 192.0.2.1"] * 9 + [
        "login failed: user 'otis' from 192.0.2.1",
        "login refused: user 'otis' from 192.0.2.1",
    ]


def test_of_ipv6_a_network_counts_as_one_address(client, editor):
    answers = [
        login(client, username=f"guess-{number}", address=f"2001:db8:0:1::{number}").status_code
        for number in range(LIMIT)
    ]

    assert answers[-1] == 429
    assert login(client, "opera", address="2001:db8:0:2::1").status_code == 302


@pytest.mark.parametrize(("behind_proxy", "told"), [(True, [429, 302]), (False, [429, 429])])
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_tells(client, editor, settings, behind_proxy, told):
    settings.BEHIND_PROXY = behind_proxy
    for number in range(LIMIT):
        login(client, username=f"guess-{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.1")

    forwarded = ["198.51.100.1", "198.51.100.1, 198.51.100.2"]
    assert [login(client, "opera", HTTP_X_FORWARDED_FOR=one).status_code for one in forwarded] == told
