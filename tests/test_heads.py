"""Articles that name different people as head of one delegation contradict each other, and each page says so."""

import datetime
import json
import re

import pytest

from talks.derived.settle import settle
from talks.files.discrepancies import discrepancies_of
from talks.models import Round
from tests.factories import ArticleFactory, DelegateFactory, DelegationFactory, PersonFactory, reported
from tests.html import NOTE, text

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture
def talks(gazette, herald, freedonia):
    """Freedonia's delegation, led by Firefly for the Gazette (10 May), for the Herald (20 May) by Teasdale.

    Pinky was only announced as its head, and at another round Firefly led for both.
    """
    announced = ArticleFactory(slug="announced", published=datetime.date(2031, 5, 1))
    firefly, teasdale, pinky = (
        PersonFactory(slug=name.lower(), name=name, party=freedonia) for name in ("Firefly", "Teasdale", "Pinky")
    )
    for article, slug, head in (
        (announced, "glee", pinky),
        (gazette, "glee", firefly),
        (herald, "glee", teasdale),
        (gazette, "mirth", firefly),
        (herald, "mirth", firefly),
    ):
        meeting = reported("round", slug, article, start="2031-05-02" if slug == "glee" else "2031-05-04")
        of_freedonia = DelegationFactory(round=meeting, article=article, party=freedonia, expected=head is pinky)
        DelegateFactory(delegation=of_freedonia, person=head, head=True)
        settle({meeting.pk: "test"})


def shown(client, address):
    """What a page says, without its notes of sources and without tags."""
    html = text(client.get(address))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", NOTE.sub("", html[html.index("<main") : html.index("</main")])))


def test_a_round_and_its_comparison_say_of_both_heads_that_sources_differ_and_of_no_other(client, talks):
    glee, mirth = shown(client, "/rounds/glee/"), shown(client, "/rounds/mirth/")
    compared = shown(client, "/compare/rounds/?r=glee&r=mirth")

    led = "Led by FR Firefly sources differ FR Teasdale sources differ FR Pinky expected How many"
    assert led in glee
    assert "Firefly Sources differ: head of delegation, led by Teasdale" in glee
    assert "Teasdale Sources differ: head of delegation, led by Firefly" in glee
    assert "Led by FR Firefly How many" in mirth
    assert "FR Firefly sources differ , Teasdale sources differ , Pinky expected FR Firefly Delegation" in compared
    assert "Pinky , head of delegation expected" in glee
    assert "sources differ" not in mirth.lower()


def test_the_people_say_of_both_heads_that_sources_differ(client, talks):
    grid = client.get("/people/")
    marks = {
        row.person.slug: [seat and (seat.differs, seat.expected) for seat in row.cells] for row in grid.context["rows"]
    }

    assert marks == {
        "firefly": [(True, False), (False, False)],
        "teasdale": [(True, False), None],
        "pinky": [(False, True), None],
    }
    assert re.findall(r'aria-label="[^"]*: (\w+), [^"]*: (led by \w+)"', text(grid)) == [
        ("Herald", "led by Teasdale"),
        ("Gazette", "led by Firefly"),
    ]
    assert text(grid).count("head or somebody else, sources differ") == 2
    assert "Sources differ: head of delegation, led by Firefly" in shown(client, "/people/teasdale/")
    assert "Sources differ" not in shown(client, "/people/pinky/")


def test_who_led_is_among_what_sources_differ_on_from_the_day_of_the_second_report(client, talks):
    (disputed,) = client.get("/differences/").context["disputed"]
    earlier = client.get("/differences/?as_of=2031-05-19").context["disputed"]

    assert {
        difference.label: [
            (version.words, [row.article.slug for row in version.citations]) for version in difference.versions
        ]
        for difference in disputed.differences
    } == {"Head of the delegation of Freedonia": [("Firefly", ["gazette"]), ("Teasdale", ["herald"])]}
    assert list(earlier) == []
    assert [one.entry.slug for one in client.get("/?sources=differ").context["page"].entries] == ["glee"]
    sentence = "glee: head of Freedonia is “Firefly” (gazette) or “Teasdale” (herald)"
    assert {one.sentence for one in discrepancies_of(Round.objects.values_list("pk", flat=True))} == {sentence}


def test_data_picks_no_head(client, talks):
    glee = json.loads(b"".join(client.get("/rounds/glee.json").streaming_content))["entries"][0]
    heads = {
        row["about"]["person"]["slug"]: (row["differs"], fact["differs"], fact["value"], fact["reports"][0]["value"])
        for row in glee["rows"]
        for fact in row["facts"]
        if fact["field"] == "head"
    }
    people = json.loads(b"".join(client.get("/people.json").streaming_content))["people"]

    assert glee["differs"] is True
    assert heads == {
        "pinky": (False, False, True, True),
        "firefly": (True, True, None, True),
        "teasdale": (True, True, None, True),
    }
    assert {one["slug"]: [(seat["head"], seat["differs"]) for seat in one["seats"]] for one in people} == {
        "firefly": [(None, True), (True, False)],
        "pinky": [(True, False)],
        "teasdale": [(None, True)],
    }
