"""What machines inside ask: whether all parts answer, and figures."""

import time
from threading import Event

import pytest
from django.core.exceptions import ImproperlyConfigured

from talks.operations import readiness
from talks.operations.readiness import Part, faults
from talks.outage import Outage
from talks.settings import env_token


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

    with pytest.raises(ImproperlyConfigured, match="^METRICS_TOKEN can be guessed"):
        env_token("METRICS_TOKEN")


def test_without_a_token_nothing_counts(settings, client, db):
    assert not any("prometheus" in name or "figures" in name for name in settings.MIDDLEWARE)
    assert client.get("/metrics").status_code == 404
