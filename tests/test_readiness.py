"""What machines inside ask: whether all parts answer, and figures."""

import re
import time
from threading import Event

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured

from talks.environment import env_token
from talks.management.commands import serve
from talks.operations import readiness
from talks.operations.readiness import Part, faults
from talks.outage import Outage
from tests.serving import serving, status, until


@pytest.fixture
def parts(monkeypatch):
    """A function by which the site has these parts: {name: what it says}."""

    def have(**said):
        found = [Part(name, answer) for name, answer in said.items()]
        monkeypatch.setattr(readiness, "parts", lambda: found)

    return have


def well():
    return ""


def away():
    raise ConnectionRefusedError("postgres://otis:swordfish@10.1.2.3/talks")


# Readiness


def test_a_site_whose_parts_answer_is_ready(client, parts):
    parts(database=well, cache=well)

    response = client.get("/readyz", headers={"Host": "10.1.2.3:8000"})

    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]


def test_a_site_that_is_not_ready_says_which_part_is_not_and_no_secret(client, parts):
    parts(database=lambda: Outage.OUTDATED.value, cache=well, replica=away)

    response = client.get("/readyz")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response.content.decode().splitlines() == [
        f"database: {Outage.OUTDATED.value}",
        "replica: It cannot be reached.",
    ]


def test_a_part_that_is_frozen_is_waited_for_once_and_well_when_it_answers_again(monkeypatch):
    thawed, asked = Event(), []

    def frozen():
        asked.append(time.monotonic())
        thawed.wait(30)
        return ""

    monkeypatch.setattr(readiness, "PATIENCE", 0.05)
    found = [Part("cache", frozen), Part("database", well)]

    told = [faults(found) for _ in range(3)]
    thawed.set()
    found[0]._answer.result(30)

    assert told == [{"cache": "It does not answer within 0.05 seconds.", "database": ""}] * 3
    assert len(asked) == 1
    assert faults(found) == {"cache": "", "database": ""}
    assert len(asked) == 2


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_the_parts_of_a_site_are_those_that_its_settings_name(settings):
    readiness.parts.cache_clear()
    settings.CACHE_URL = "redis://cache.example"

    assert faults(readiness.parts()) == {"database": "", "cache": ""}
    readiness.parts.cache_clear()


# Figures


def test_a_token_that_can_be_guessed_is_refused(monkeypatch):
    monkeypatch.setenv("METRICS_TOKEN", "swordfish")

    with pytest.raises(ImproperlyConfigured, match=r"^METRICS_TOKEN can be guessed"):
        env_token("METRICS_TOKEN")


def test_without_a_token_nothing_counts(settings, client, db):
    assert not any("prometheus" in name or "figures" in name for name in settings.MIDDLEWARE)
    assert client.get("/metrics").status_code == 404


def test_figures_are_in_memory_unless_a_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "MEMORY", str(tmp_path))
    monkeypatch.delenv("TMPDIR", raising=False)
    unnamed = serve._folder_of_figures()
    monkeypatch.setenv("TMPDIR", "/tmp")

    assert (unnamed, serve._folder_of_figures()) == (str(tmp_path), None)


TOKEN = "by-the-duck-pond-of-freedonia"


@pytest.mark.long
def test_figures_are_those_of_all_processes_and_for_who_names_the_token(tmp_path):
    with serving(tmp_path, METRICS_TOKEN=TOKEN, WEB_CONCURRENCY="2", TMPDIR=str(tmp_path)) as (_, port):
        site = f"http://127.0.0.1:{port}"

        def figures(token=TOKEN):
            return requests.get(f"{site}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=30)

        assert until(lambda: status(port) == 200)
        before = figures()
        pages = [status(port) for _ in range(40)]  # each on a connection of its own, so that both processes answer
        answers = [before, *(figures() for _ in range(6))]
        assert [figures(token).status_code for token in ("", "a" * 29, f"{TOKEN}x")] == [404] * 3
        assert requests.get(f"{site}/metrics", timeout=30).status_code == 404

        counted = [dict(re.findall(r'^talks_pages_total\{how="(\w+)"\} (\S+)', one.text, re.M)) for one in answers]
        assert pages == [200] * 40
        assert len({float(one["kept"]) for one in counted[1:]}) == 1
        assert float(counted[1]["kept"]) - float(counted[0]["kept"]) == 40
        assert counted[-1]["made"] == "1.0"
        assert 'talks_part_ready{part="database"} 1.0' in answers[0].text
        assert 'talks_jobs{state="waiting"} 0.0' in answers[0].text
        assert "talks_record_revision 0.0" in answers[0].text
        assert len(list(tmp_path.glob("talks-metrics-*/counter_*.db"))) >= 2
    assert list(tmp_path.glob("talks-metrics-*")) == []
