"""Imports that are too large for a request: a worker does them; what became of it is told, whatever happens to it."""

import datetime
import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from talks import models
from talks.editing import jobs, worker
from talks.files.grouping import grouped
from talks.files.reader import Problem
from tests.article_files import Folder, event, snapshot
from tests.test_imports import ADD, article_text, lines, mistakes, packed, page, sent, told

pytestmark = pytest.mark.django_db
State = models.Job.State


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    folder.load()
    return folder


@pytest.fixture(autouse=True)
def started(monkeypatch, tmp_path):
    """Each import is large; how many workers were started, of which none is there yet."""
    started = []
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    monkeypatch.setattr(worker, "start", lambda: started.append(1))
    monkeypatch.setattr(worker, "lock_file", lambda: tmp_path / "worker")
    return started


@pytest.fixture
def post(admin_client, django_capture_on_commit_callbacks):
    """Sends a form and gives the page that follows, after all that was to be done after the commit."""

    def send(address, client=admin_client, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, data, follow=True)

    return send


@pytest.fixture
def waiting(post, folder):
    """An import that waits to be checked."""
    text = article_text(folder, events=[event("hats")])
    return post(ADD, files=[sent("gazette-a.yaml", text)]).context["imported"]


def job_of(imported):
    return imported.jobs.first()


def change(imported, **columns):
    models.Job.objects.filter(pk=job_of(imported).pk).update(**columns)


def look(client, imported, **headers):
    return client.get(page("change", imported), headers=headers)


@pytest.mark.sql
def test_a_large_import_is_checked_and_loaded_by_a_worker_that_the_request_starts(
    admin_client, admin_user, post, waiting, started
):
    before = snapshot()
    shown = look(admin_client, waiting)
    part = look(admin_client, waiting, HX_Request="true")
    assert (len(started), shown.context["job"].state) == (1, "waiting")
    assert "It starts in a moment." in shown.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in shown.content.decode()
    assert part.content.decode().strip().startswith('<div class="import" id="now"')

    call_command("do_jobs")

    assert look(admin_client, waiting, HX_Request="true")["HX-Refresh"] == "true"
    checked = look(admin_client, waiting)
    assert "event hats" in lines(checked)["Created"]
    assert snapshot() == before

    post(page("load", waiting), seen=checked.context["mark"])
    call_command("do_jobs")

    done = look(admin_client, waiting)
    imported = models.Import.objects.get()
    assert (imported.state, imported.user, imported.files) == ("done", admin_user, {"gazette-a.yaml": ""})
    assert models.Article.history.get(slug="gazette-a").history_user == admin_user
    assert [(str(group.label), [row.slug for row, *_ in group.rows]) for group in done.context["loaded"]] == [
        ("Articles", ["gazette-a"]),
        ("Entries that they report", ["hats"]),
    ]
    assert reverse("admin:talks_event_change", args=[models.Event.objects.get().pk]) in done.content.decode()
    assert [str(job) for job in done.context["jobs"]] == ["Load: Done", "Check: Done"]
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == ["Check: Done", "Load: Done"]
    assert worker.is_there() is False


@pytest.mark.sql
def test_a_large_import_is_undone_by_a_worker_after_a_look(admin_client, post, waiting):
    before = snapshot()
    call_command("do_jobs")
    post(page("load", waiting), seen=look(admin_client, waiting).context["mark"])
    call_command("do_jobs")

    assert admin_client.get(page("undo", waiting)).context["told"] is None
    post(page("undo", waiting))
    call_command("do_jobs")
    preview = admin_client.get(page("undo", waiting))
    assert "event hats" in lines(preview)["Removed"]
    assert snapshot() != before
    post(page("undo", waiting), seen=preview.context["mark"])
    call_command("do_jobs")

    assert snapshot() == before
    assert look(admin_client, waiting).context["title"] == "What was undone"


def test_what_changed_meanwhile_is_not_written_by_a_worker(admin_client, post, waiting, folder):
    call_command("do_jobs")
    seen = look(admin_client, waiting).context["mark"]
    folder.load()
    before = snapshot()

    post(page("load", waiting), seen=seen)
    call_command("do_jobs")

    answer = look(admin_client, waiting)
    assert str(answer.context["note"]).startswith("Nothing was written: the record has changed since.")
    assert (lines(answer), snapshot() == before) == ({}, True)


@pytest.mark.sql
def test_what_waits_is_cancelled_at_once_and_can_be_started_again(admin_client, post, waiting, started):
    answer = post(page("cancel", waiting))

    assert str(answer.context["note"]) == "It was cancelled; nothing was written."
    call_command("do_jobs")
    assert job_of(waiting).state == State.CANCELLED

    post(page("again", waiting))
    call_command("do_jobs")

    assert "event hats" in lines(look(admin_client, waiting))["Created"]
    assert len(started) == 2


def test_what_is_being_loaded_is_cancelled_before_it_writes(admin_client, post, waiting):
    call_command("do_jobs")
    post(page("load", waiting), seen=look(admin_client, waiting).context["mark"])
    before = snapshot()
    change(waiting, state=State.RUNNING)
    post(page("cancel", waiting))

    jobs.do(job_of(waiting))

    assert (job_of(waiting).state, snapshot() == before) == (State.CANCELLED, True)


def test_a_worker_that_died_leaves_a_job_that_says_so_and_the_next_one_goes_on(admin_client, post, waiting, started):
    change(waiting, state=State.RUNNING)

    answer = look(admin_client, waiting)
    assert "It was interrupted, and nothing was written" in str(answer.context["note"])
    assert answer.context["may_again"] is True
    post(page("again", waiting))
    call_command("do_jobs")

    states = [job.state for job in waiting.jobs.all()]
    assert (states, len(started)) == ([State.DONE, State.LOST], 2)
    assert "event hats" in lines(look(admin_client, waiting))["Created"]


def test_a_worker_that_died_after_it_had_written_has_done_its_work(admin_client, post, waiting):
    call_command("do_jobs")
    post(page("load", waiting), seen=look(admin_client, waiting).context["mark"])
    call_command("do_jobs")
    change(waiting, state=State.RUNNING)

    answer = look(admin_client, waiting)

    assert "note" not in answer.context
    assert [str(job) for job in answer.context["jobs"]] == ["Load: Done", "Check: Done"]


@pytest.mark.parametrize("minutes", [-1, 500_000])
def test_a_job_that_nobody_takes_says_so_also_if_the_clock_was_set_back(admin_client, waiting, minutes):
    change(waiting, asked=models.Job.objects.get().asked + datetime.timedelta(minutes=minutes))

    assert "Nothing works on it" in look(admin_client, waiting).content.decode()


def test_what_goes_wrong_is_told_and_logged(admin_client, waiting, monkeypatch, caplog):
    monkeypatch.setitem(jobs.WORK, "check", lambda *args: 1 / 0)

    call_command("do_jobs")

    note = str(look(admin_client, waiting).context["note"])
    assert note == "It failed, and nothing was written; the log of the server says more (ZeroDivisionError)."
    assert "check of import" in caplog.text


def test_one_import_of_a_user_is_worked_on_at_a_time(post, waiting, folder):
    again = post(ADD, files=[sent("gazette-b.yaml", article_text(folder, "gazette-b"))])

    assert again.context["form"].errors["files"] == [
        f'<a href="{page("change", waiting)}">An import of yours is worked on; wait for it or cancel it first</a>.'
    ]
    assert models.Import.objects.get() == waiting


def test_a_job_that_a_worker_took_just_now_is_not_taken_for_lost(admin_user, waiting, monkeypatch):
    """As when a worker starts later than it should, while an editor asks again."""
    change(waiting, asked=models.Job.objects.get().asked - datetime.timedelta(minutes=1))

    def take(job):
        change(waiting, state=State.RUNNING)
        return False

    monkeypatch.setattr(jobs, "is_under_way", take)

    assert jobs.ask(waiting, models.Job.Action.CHECK, admin_user) == job_of(waiting)
    assert [job.state for job in waiting.jobs.all()] == [State.RUNNING]


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_that_a_worker_is_there_is_known_as_long_as_it_lives():
    begun, enough = threading.Event(), threading.Event()

    def work():
        with worker.only_one():
            begun.set()
            enough.wait(timeout=30)
        connection.close()

    thread = threading.Thread(target=work)
    before = worker.is_there()
    thread.start()
    begun.wait(timeout=30)
    during = worker.is_there()
    enough.set()
    thread.join(timeout=30)

    assert (before, during, worker.is_there()) == (False, True, False)


def test_who_may_not_import_may_do_nothing_with_a_job(client, waiting):
    user = User.objects.create_user("one", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_import", "add_publisher"]))
    client.force_login(user)

    codes = [client.post(page(name, waiting)).status_code for name in ("cancel", "again", "publishers")]

    assert (codes, look(client, waiting).status_code) == ([403] * 3, 200)


# Mistakes


def test_mistakes_that_are_alike_are_put_together_and_as_many_shown_as_can_be_read():
    problems = [Problem(f"{number % 150:03}.yaml", number, "x", "there is no party “a”") for number in range(400)]
    problems += [Problem("000.yaml", number, "y", f"{number} is wrong") for number in range(120)]

    groups = grouped(problems)

    assert (len(groups), sum(len(group.shown) for group in groups)) == (121, 200)
    assert [(one.message, one.count, one.files, one.more) for one in groups[:2]] == [
        ("there is no party “a”", 400, 150, 320),
        ("0 is wrong", 1, 1, 0),
    ]
    assert len(grouped(problems, most=50)) == 50


def test_publishers_that_lack_are_made_from_the_mistakes_and_the_files_checked_again(
    admin_client, client, post, folder
):
    texts = {
        f"{name}.yaml": article_text(folder, name, article={"publisher": publisher}, events=[event("hats")])
        for name, publisher in (("one", "the-post"), ("two", "the-post"), ("three", "herald"))
    }
    texts["three.yaml"] += "accounts:\n- {entry: hats, party: silvania, text: Words., paragraphs: [1]}\n"
    imported = post(ADD, files=[packed(texts)]).context["imported"]
    call_command("do_jobs")
    answer = look(admin_client, imported)
    assert next(iter(mistakes(answer))) == (
        "there is no publisher “the-post”. If it is new, add it to the reference files"
    )
    assert [form["slug"].value() for form in answer.context["publishers"]] == ["herald", "the-post"]
    sizes = {"publisher-TOTAL_FORMS": 2, "publisher-INITIAL_FORMS": 0}
    herald = {"publisher-0-slug": "herald", "publisher-0-name": "Herald"}
    post_ = {"publisher-1-slug": "the-post", "publisher-1-name": "The Post", "publisher-1-kind": "newspaper"}

    refused = post(page("publishers", imported), **sizes, **herald, **post_ | {"publisher-1-country": "UK"})
    assert refused.context["publishers"].errors[1].keys() == {"country"}
    post(page("publishers", imported), **sizes, **herald, **post_)
    call_command("do_jobs")

    assert models.Publisher.objects.get(slug="the-post").name == "The Post"
    assert [*mistakes(look(admin_client, imported))] == [
        "there is no publisher “herald”. If it is new, add it to the reference files",
        "there is no party “silvania”. Did you mean “sylvania”?",
    ]
    assert told(answer) == []
    editor = User.objects.create_user("one", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename="add_import"))
    client.force_login(editor)
    assert look(client, imported).context["publishers"] is None
    assert client.post(page("publishers", imported)).status_code == 403
