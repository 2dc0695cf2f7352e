"""Backups, the way to another database, and the doctor."""

import io
import os
import re
import shutil
import stat
import subprocess
import sys
from collections import namedtuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from modelsearch.models import IndexEntry

from talks import models
from talks.environment import database_of
from talks.files.exporter import export
from talks.operations import backup, copying, doctor
from tests.database import made_of
from tests.factories import reported

whole = pytest.mark.django_db(transaction=True)  # what puts a database in the place of another commits


def told(folder):
    """All of the record, as files say it."""
    export(folder)
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.yaml"))}


def run(command, *arguments, **options):
    """What a command prints."""
    printed = io.StringIO()
    call_command(command, *map(str, arguments), stdout=printed, **options)
    return printed.getvalue()


@pytest.fixture
def glee(django_user_model):
    django_user_model.objects.create_user("margaret", password="duck soup")
    return reported("round", "glee", start="2031-05-09", title="Round of glee", city="Freedonia City")


# Backups


@whole
@pytest.mark.sql
def test_a_backup_brings_back_what_was_there(glee, tmp_path, django_user_model):
    before, copy = told(tmp_path / "before"), tmp_path / "copy"
    run("back_up", copy)
    reported("event", "hats", title="Hats are thrown")
    models.Citation.objects.filter(entry=glee, field="city").update(value="Sylvania City")
    django_user_model.objects.all().delete()

    said = run("restore", copy, yes=True)

    assert re.fullmatch(rf"The database holds what {copy} holds, after \d+\.\d s\.\n", said)
    assert told(tmp_path / "after") == before
    assert django_user_model.objects.get().check_password("duck soup")


@whole
@pytest.mark.sql
def test_after_a_backup_was_put_back_no_earlier_state_is_taken_for_the_present_one(glee, tmp_path):
    run("back_up", tmp_path / "copy")
    reported("event", "hats", title="Hats are thrown")
    later = models.Revision.objects.get()

    run("restore", tmp_path / "copy", yes=True)

    present = models.Revision.objects.get()
    assert present.number == later.number + 1
    assert present.token != later.token


@whole
@pytest.mark.sql
def test_a_backup_is_read_back_and_says_how_many_rows_it_holds(glee, tmp_path):
    first = run("back_up", tmp_path / "first")
    models.Publisher.objects.create(slug="herald", name="The Herald\nof “Freedonia”\\.")
    second = run("back_up", tmp_path / "second")

    counts = [
        int(re.search(r"read back: ([\d,]+) rows in \d+ tables", said)[1].replace(",", "")) for said in (first, second)
    ]
    assert counts[1] - counts[0] == 2  # a row and its history
    assert counts[0] > 100


@whole
@pytest.mark.skipif(connection.vendor != "postgresql", reason="of SQLite, the copy is looked at within")
@pytest.mark.sql
def test_an_archive_that_cannot_be_read_back_is_no_backup(glee, tmp_path, monkeypatch):
    run_program = backup._run

    def careless(*arguments, **options):
        said = run_program(*arguments, **options)
        with (tmp_path / "copy.unfinished").open("r+b") as file:
            file.truncate(file.seek(0, 2) // 2)
        return said

    monkeypatch.setattr(backup, "_run", careless)

    with pytest.raises(CommandError, match=r"^No backup was made: it could not be read back: "):
        run("back_up", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


@whole
def test_only_its_owner_can_read_a_backup(glee, tmp_path):
    run("back_up", tmp_path / "copy")

    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


@whole
def test_a_backup_takes_no_other_files_place(tmp_path):
    (tmp_path / "copy").write_text("of yesterday")

    with pytest.raises(CommandError, match=r"No backup was made: .*copy is there already"):
        run("back_up", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "of yesterday"


@whole
@pytest.mark.sql
def test_what_is_no_backup_is_not_put_back(glee, tmp_path):
    before = told(tmp_path / "before")
    (tmp_path / "letter").write_text("Dear Margaret, " * 1000)

    for file in (tmp_path / "letter", tmp_path / "nothing"):
        with pytest.raises(CommandError, match=r"^Nothing was restored: "):
            run("restore", file, yes=True)
    assert told(tmp_path / "after") == before


def test_where_nobody_can_be_asked_nothing_is_put_back(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match=r"^Nothing was restored: there is nobody to ask\. Say --yes\.$"):
        run("restore", tmp_path / "copy")


@whole
@pytest.mark.skipif(connection.vendor != "sqlite", reason="pg_restore finds out by itself")
def test_a_damaged_backup_is_not_put_back(glee, tmp_path):
    copy, before = tmp_path / "copy", told(tmp_path / "before")
    run("back_up", copy)
    with copy.open("r+b") as file:
        file.seek(copy.stat().st_size // 2)
        file.write(b"duck" * 2000)

    with pytest.raises(CommandError, match=r"Nothing was restored: .*copy"):
        run("restore", copy, yes=True)
    assert told(tmp_path / "after") == before


@pytest.mark.django_db
def test_whoever_does_not_say_so_restores_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr("builtins.input", lambda prompt: "yes")

    with pytest.raises(CommandError, match=r"^Nothing was restored\.$"):
        run("restore", tmp_path / "copy")


# Another database


both = pytest.mark.django_db(transaction=True, databases=["default", "other"])


@pytest.fixture(scope="module")
def other(pytestconfig, tmp_path_factory):
    """The alias of a second database, an SQLite file, as migrations leave it."""
    made, file = (
        pytestconfig.cache.mkdir("database") / f"{made_of()}.sqlite3",
        tmp_path_factory.mktemp("other") / "site",
    )
    if made.exists():  # by the tests on SQLite
        shutil.copy(made, file)
    else:
        program = [sys.executable, "manage.py", "migrate", "--settings=talks.settings"]
        told = {"DATABASE_URL": f"sqlite:///{file}", "DEBUG": "1"}
        subprocess.run(program, env=os.environ | told, cwd=settings.BASE_DIR, check=True, capture_output=True)
    connections.settings["other"] = connections.settings["default"] | database_of(f"sqlite:///{file}")
    yield "other"
    connections["other"].close()
    del connections["other"], connections.settings["other"]


@pytest.fixture(autouse=True)
def _other_is_empty(request):
    yield
    if "other" in request.fixturenames:
        copying._empty("other")


@both
@pytest.mark.sql
def test_a_site_goes_to_another_database_and_back_row_for_row(glee, other, tmp_path, django_user_model):
    before = told(tmp_path / "before")

    there = copying.copy_site("default", other)
    copying._empty("default")
    back = copying.copy_site(other, "default")

    assert there == back > 100
    assert told(tmp_path / "after") == before
    assert models.Round.history.count() > 0
    assert django_user_model.objects.get().check_password("duck soup")
    assert reported("event", "hats", title="Hats are thrown").pk > glee.pk  # numbers go on where they were


@both
def test_a_site_is_copied_into_an_empty_database_only(glee, other):
    copying.copy_site("default", other)

    with pytest.raises(copying.CannotCopyError, match="has articles already"):
        copying.copy_site("default", other)


@both
def test_what_is_not_the_same_on_both_sides_is_told_and_not_kept(glee, other, monkeypatch):
    insert = copying._insert

    def careless(model, rows, target):
        insert(model, rows[:-1] if model is models.Citation else rows, target)

    monkeypatch.setattr(copying, "_insert", careless)

    with pytest.raises(copying.CannotCopyError, match=r"^citation \d+ is not the same on both sides$"):
        copying.copy_site("default", other)
    assert models.Article.objects.using(other).count() == 0


# The doctor


@pytest.fixture
def healthy(settings, monkeypatch):
    """Settings that a doctor has nothing to say on."""
    settings.SITE_CONTACT = "desk@timeline.example"
    settings.MAIL = {"EMAIL_HOST": "mail.example"}
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECRET_KEY = "kept by Margaret in the duck pond of Freedonia since 2031"
    settings.SILENCED_SYSTEM_CHECKS = [*settings.SILENCED_SYSTEM_CHECKS, "staticfiles.E002"]  # tests collect nothing
    monkeypatch.setattr(doctor, "static_files", tuple)


@pytest.mark.django_db
def test_of_a_site_that_is_well_the_doctor_says_so(healthy):
    assert run("doctor", thorough=True) == "All is well.\n"


Free = namedtuple("Free", "free")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"DEBUG": True}, "DEBUG=1 shows visitors how the site works inside"),
        ({"HTTPS": True}, "HTTPS=1 without BEHIND_PROXY=1"),
        ({"SITE_CONTACT": ""}, "SITE_CONTACT is empty"),
        ({"MAIL": {}}, "EMAIL_URL is empty"),
        ({"SESSION_COOKIE_SECURE": False}, "SESSION_COOKIE_SECURE is not set to True"),
    ],
)
def test_the_doctor_says_what_is_wrong_with_the_settings(healthy, settings, wrong, sentence):
    for name, value in wrong.items():
        setattr(settings, name, value)

    (said,) = doctor.examine()

    assert sentence in said


@pytest.mark.django_db
def test_the_doctor_says_when_a_disk_is_nearly_full(healthy, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: Free(5 * 2**20))

    said = next(doctor.examine())

    assert said.startswith("Only 5 MB are free on the disk of ")


@pytest.mark.django_db
def test_the_doctor_says_when_the_shared_cache_or_the_mail_server_is_away(healthy, settings, monkeypatch):
    def refuse(*arguments):
        raise ConnectionRefusedError("Connection refused")

    settings.CACHE_URL = "redis://cache.example"
    monkeypatch.setattr(cache, "set", refuse)
    monkeypatch.setattr(doctor.mail, "get_connection", refuse)
    settings.EMAIL_HOST = "mail.example"

    assert list(doctor.examine()) == [
        "The mail server mail.example does not take mails: Connection refused",
        "The cache of CACHE_URL does not keep what it is given (Connection refused); each process makes its own pages.",
    ]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"pg_is_in_recovery": False}, "REPLICA_URL names a database that follows no other"),
        ({"pg_is_wal_replay_paused": True}, "The replica shows readers no edits, since that was paused"),
        ({"pg_stat_wal_receiver": 0}, "The replica hears nothing from the primary"),
        ({"pg_wal_lsn_diff": 50 * 2**20}, "The replica is 50 MB behind the primary"),
        ({"pg_wal_lsn_diff": DatabaseError("away")}, "The replica of REPLICA_URL cannot be asked"),
        ({}, None),
    ],
)
def test_the_doctor_looks_at_the_replica(monkeypatch, answers, sentence):
    well = {"pg_is_in_recovery": True, "pg_is_wal_replay_paused": False, "pg_stat_wal_receiver": 1}
    usual = well | {"pg_wal_lsn_diff": 100, "pg_current_wal_lsn": "0/1"}

    def row(database, statement, *values):
        answer = next(value for name, value in (usual | answers).items() if name in statement)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(doctor, "_row", row)
    monkeypatch.setattr(
        doctor, "connections", type("Connections", (dict,), {"settings": {"replica": {}}})(replica=None)
    )

    said = list(doctor.replica())

    assert [one.startswith(sentence) for one in said] == ([True] if sentence else [])


@pytest.mark.parametrize(
    ("answers", "sentences"),
    [
        ({}, []),
        ({"about": (200, {})}, ["Answers have no X-Request-ID"]),
        ({"about": "echo"}, ["The proxy passes on the X-Request-ID that visitors send"]),
        ({"readyz": (200, {})}, ["Visitors can ask for /readyz"]),
        ({"metrics": (200, {})}, ["Visitors can ask for /metrics"]),
    ],
)
def test_the_doctor_asks_the_site_as_a_visitor(monkeypatch, settings, answers, sentences):
    settings.METRICS_TOKEN = "by-the-duck-pond-of-freedonia"
    usual = {"about": (200, {"X-Request-ID": "of-the-proxy"}), "readyz": (404, {}), "metrics": (404, {})}

    def ask(address, headers):
        answer = (usual | answers)[address.removeprefix("https://timeline.example/").strip("/")]
        return (200, headers) if answer == "echo" else answer

    monkeypatch.setattr(doctor, "_ask", ask)

    said = list(doctor.outside("https://timeline.example"))

    assert [one.startswith(sentence) for one, sentence in zip(said, sentences, strict=True)] == [True] * len(sentences)


def test_the_doctor_says_that_a_site_cannot_be_asked():
    (said,) = doctor.outside("http://127.0.0.1:1")

    assert said.startswith("http://127.0.0.1:1 cannot be asked: ")


@pytest.mark.sql
@pytest.mark.django_db
def test_the_doctor_says_what_of_the_record_does_not_follow_from_its_reports(healthy):
    entry = reported("round", "glee", start="2031-05-09", title="Round of glee", city="Freedonia City")
    models.Round.objects.filter(pk=entry.pk).update(title="Round of gloom")
    IndexEntry.objects.all().delete()

    said = list(doctor.examine(thoroughly=True))

    assert said == [
        "The index of the search has 0 of 1 wordings; run: python manage.py rebuild_modelsearch_index",
        "Not as reports say: 1 of the entries, such as glee; run: python manage.py settle",
    ]
    assert models.Round.objects.get(pk=entry.pk).title == "Round of gloom"  # it examines and mends nothing


@pytest.mark.django_db
def test_a_doctor_with_something_to_say_ends_with_1(healthy, settings, capsys):
    settings.SITE_CONTACT = ""

    with pytest.raises(SystemExit) as end:
        run("doctor")
    assert end.value.code == 1
