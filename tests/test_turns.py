"""A request that clashes with another is tried again; one that waits too long loses nothing of what was typed."""

import sqlite3
from contextlib import contextmanager
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.urls import reverse
from psycopg import errors

from talks import models, site
from talks.files.loader import DisturbedError, load, prepare, read_files, write
from talks.files.loader import find_files as find
from talks.models.writing import writing
from tests import factories as make
from tests.admin_pages import filled_in, saved, url
from tests.article_files import Folder, event
from tests.html import hidden_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return make.IssueFactory(slug="borders", title="Borders")


@pytest.fixture
def turns(monkeypatch):
    """`turns(error, times)`: so many turns end with this error of the database; a list that grows by one for each."""

    def let(error, times):
        taken = []

        @contextmanager
        def turn():
            taken.append(None)
            with writing():
                yield
                if len(taken) <= times:
                    raise OperationalError("no") from error

        monkeypatch.setattr(site, "writing", turn)
        return taken

    return let


def busy_on_sqlite():
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def test_what_clashed_with_another_is_done_at_the_second_try(admin_client, issue, turns):
    data = filled_in(admin_client, issue) | {"title": "The borders"}
    taken = turns(errors.DeadlockDetected(), 1)

    answer = admin_client.post(url(models.Issue, "change", issue.pk), data, follow=True)

    assert (len(taken), models.Issue.objects.get().title) == (2, "The borders")
    assert [str(message).count("The borders") for message in answer.context["messages"]] == [1]


@pytest.mark.parametrize("error", [errors.LockNotAvailable(), busy_on_sqlite()])
def test_what_waits_too_long_is_answered_with_all_that_was_sent(admin_client, issue, turns, error):
    data = filled_in(admin_client, issue) | {"title": 'The “borders" & more', "_save": "Save"}
    taken = turns(error, 1)

    answer = admin_client.post(url(models.Issue, "change", issue.pk), data)

    assert (answer.status_code, answer.headers["Retry-After"], len(taken)) == (503, "10", 1)
    assert models.Issue.objects.get().title == "Borders"
    assert hidden_fields(answer) == {name: str(value) for name, value in data.items()}
    assert saved(admin_client.post(url(models.Issue, "change", issue.pk), hidden_fields(answer)))
    assert models.Issue.objects.get().title == 'The “borders" & more'


def test_what_clashes_again_and_again_is_answered_so_too(admin_client, issue, turns):
    taken = turns(errors.DeadlockDetected(), 9)

    answer = admin_client.post(url(models.Issue, "change", issue.pk), filled_in(admin_client, issue))

    assert (answer.status_code, len(taken)) == (503, 3)


def test_other_errors_of_the_database_are_no_reason_to_wait(admin_client, issue, turns):
    turns(errors.DiskFull(), 1)

    with pytest.raises(DatabaseError):
        admin_client.post(url(models.Issue, "change", issue.pk), filled_in(admin_client, issue))


def test_looking_takes_no_turn(admin_client, issue, turns):
    taken = turns(errors.DeadlockDetected(), 0)

    admin_client.get(url(models.Issue, "change", issue.pk))

    assert taken == []


# Who is no longer logged in


def test_what_is_sent_after_a_session_ran_out_is_kept_and_saved_after_the_login(admin_client, issue):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    address = url(models.Issue, "change", issue.pk)
    client.get(address)
    data = filled_in(client, issue) | {"title": "The borders", "_save": "Save"}
    token = client.cookies["csrftoken"].value
    client.logout()
    client.cookies["csrftoken"] = token
    own = {"headers": {"Origin": "http://testserver"}}

    logged_out = client.post(address, data | {"csrfmiddlewaretoken": token}, **own)
    client.force_login(User.objects.get())
    client.cookies["csrftoken"] = "b" * 32  # another one since the login
    stale = client.post(address, hidden_fields(logged_out) | {"csrfmiddlewaretoken": token}, **own)
    elsewhere = client.post(address, data | {"csrfmiddlewaretoken": token}, headers={"Origin": "http://evil.example"})
    saved_at_last = client.post(address, hidden_fields(stale) | {"csrfmiddlewaretoken": "b" * 32}, **own)

    assert [answer.status_code for answer in (logged_out, stale, elsewhere)] == [403, 403, 403]
    assert hidden_fields(logged_out) == hidden_fields(stale) == {name: str(value) for name, value in data.items()}
    assert hidden_fields(elsewhere) == {}
    assert "Go back in your browser, where what you typed still is" in elsewhere.content.decode()
    assert saved(saved_at_last)
    assert models.Issue.objects.get().title == "The borders"


def test_a_password_is_not_kept_on_a_page(client):
    answer = client.post(reverse("admin:password_change"), {"old_password": "abc", "other": "kept"})

    assert (answer.status_code, hidden_fields(answer)) == (403, {"other": "kept"})


# Loads


def test_a_load_reads_and_compares_before_it_takes_its_turn(tmp_path, monkeypatch):
    folder = Folder(tmp_path)
    folder.article("gazette-a", events=[event("x")])
    order = []

    def note(module, name):
        function = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args, **kwargs: (order.append(name), function(*args, **kwargs))[1])

    from talks.files import loader

    for name in ("read_files", "compare_files", "writing", "apply"):
        note(loader, name)
    load([tmp_path])

    assert order == ["read_files", "compare_files", "writing", "apply"]


def test_a_load_that_was_disturbed_looks_again(tmp_path, monkeypatch):
    folder = Folder(tmp_path)
    folder.article("gazette-a", events=[event("x")])
    prepared = prepare(read_files(find([tmp_path])))

    make.PersonFactory(slug="somebody-else")  # another writer

    with pytest.raises(DisturbedError):
        write(prepared)
    assert models.Event.objects.count() == 0


# The command


def settled():
    out = StringIO()
    call_command("settle", stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.sql
def test_settle_tells_what_it_put_right():
    article = make.ArticleFactory(slug="gazette", summary="A summary.")
    wrong, _right = (make.reported("event", slug, article, city="Glockenberg") for slug in ("wrong", "right"))
    settled()
    models.Event.objects.filter(pk=wrong.pk).update(last_reported="2021-01-01")
    models.Wording.objects.filter(article=article).update(title="nothing")

    first, second = settled(), settled()

    assert first == [
        "  put right: event wrong",
        "2 entries computed anew: 1 put right; words of 1 people and articles, by which search finds them, put right.",
    ]
    assert second == [
        "2 entries computed anew: 0 put right; words of 0 people and articles, by which search finds them, put right."
    ]
    wrong.refresh_from_db()
    assert wrong.last_reported == article.published


@pytest.mark.sql
def test_a_turn_is_one_lock_of_the_record_on_postgresql(django_assert_num_queries):
    number = {"sqlite": 2, "postgresql": 3}[connection.vendor]  # a savepoint, within the transaction of the test

    with django_assert_num_queries(number), writing(), writing():
        pass
