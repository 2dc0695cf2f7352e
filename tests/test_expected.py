"""A round that is still to come on the day of the page is called expected, and never held."""

import datetime

import pytest

from talks.words import brief, stands
from tests.factories import ArticleFactory, reported

pytestmark = pytest.mark.django_db


def article(day):
    return ArticleFactory(slug=f"gazette-{day}", published=datetime.date.fromisoformat(day))


@pytest.fixture
def talks():
    """Announced for 2 May, held then."""
    reported("round", "talks", article("2021-04-28"), start="2021-05-02", status="scheduled", city="Ruritz")
    return reported("round", "talks", article("2021-05-03"), status="held")


def known(client, address):
    return client.get(address).context["known"]


@pytest.mark.parametrize("day", ["2021-04-28", "2021-05-01"])
def test_a_round_is_expected_until_its_day(client, talks, day):
    one = known(client, f"/rounds/talks/?as_of={day}")

    assert (one.expected, stands(one), brief(one)) == (True, "2 May 2021 (expected)", ["Ruritz", "expected"])


@pytest.mark.parametrize(
    ("query", "status"), [("?as_of=2021-05-02", "Scheduled"), ("?as_of=2021-05-03", "Held"), ("", "Held")]
)
def test_from_its_day_on_it_is_what_the_reports_say(client, talks, query, status):
    one = known(client, f"/rounds/talks/{query}")

    assert (one.expected, stands(one), brief(one)) == (False, "2 May 2021", ["Ruritz", status])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"start": "2031-05-02"}, True),
        ({"start": "2031-05-02", "status": "scheduled"}, True),
        ({"start": "2031-05-02", "status": "cancelled"}, False),
        ({"start": "2031-05-02", "status": "postponed"}, False),
        ({"start": "2031-05-02", "status": "held"}, False),
        ({"start": "2031-04", "status": "scheduled"}, True),
        ({"start": "2031-04"}, False),
        ({"status": "scheduled"}, False),
    ],
)
def test_what_is_called_off_or_held_or_has_no_day_is_not_expected(client, facts, expected, monkeypatch):
    reported("round", "talks", article("2020-04-10"), **facts)

    monkeypatch.setattr("django.utils.timezone.localdate", lambda: datetime.date(2031, 4, 15))

    assert known(client, "/rounds/talks/").expected is expected


def test_other_kinds_are_never_called_expected(client):
    reported("event", "speech", article("2020-04-10"), start="2031-05-02")

    assert known(client, "/events/speech/").expected is False


def test_lists_the_overview_and_comparisons_draw_it_hollow_and_say_so(client, talks):
    reported("round", "earlier", article("2021-04-20"), start="2021-04-19", status="held", city="Ruritz")
    day = "as_of=2021-05-01"

    for address in ("/", "/rounds/"):
        page = client.get(f"{address}?{day}").content.decode()
        assert page.count('class="kind kind-round coming"') == 1
        assert "Ruritz · expected" in " ".join(page.split())
    band = client.get(f"/?{day}").content.decode()
    assert band.count('class="coming"') == 1
    assert "2 May 2021 (expected):" in band
    heads = client.get(f"/compare/rounds/?r=earlier&r=talks&{day}").content.decode()
    assert "2 May 2021 (expected)" in heads
    around = client.get(f"/rounds/talks/?{day}").content.decode()
    assert "Held" not in around
    assert 'class="coming"' not in client.get("/").content.decode()


def test_what_is_drawn_is_drawn_anew_when_the_day_has_come(client, monkeypatch):
    reported("round", "talks", article("2021-04-10"), start="2021-05-02", status="scheduled")
    for day, drawn in (("2021-05-01", 1), ("2021-05-02", 0)):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda day=day: datetime.date.fromisoformat(day))
        assert client.get("/").content.decode().count('class="coming"') == drawn
