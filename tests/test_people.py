"""The pages of people: who was named at which round, who elsewhere, and a person's titles over time."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.derived.settle import settle
from talks.models import Article, Delegate, Delegation, Person, Round
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    PublisherFactory,
    reported,
)
from tests.html import text

pytestmark = pytest.mark.django_db


def article(slug, day):
    return ArticleFactory(
        slug=slug, publisher=PublisherFactory(slug=slug), published=datetime.date.fromisoformat(f"2031-05-{day:02}")
    )


@pytest.fixture
def gazette():
    return article("gazette", 10)


@pytest.fixture
def herald():
    return article("herald", 20)


def sat(meeting, article, party, *people, expected=False):
    """One article's delegation of a party at a round; `people`: (slug, columns)."""
    delegation = DelegationFactory(round=meeting, article=article, party=party, expected=expected)
    for slug, columns in people:
        person = PersonFactory(slug=slug, name=slug.title(), party=party)
        DelegateFactory(delegation=delegation, person=person, **columns)
    settle({meeting.pk: "test"})


@pytest.fixture(scope="module")
def talks(once):
    """Two rounds of one series and one of none, of which the latest is only announced for Freedonia."""
    gazette, herald = article("gazette", 10), article("herald", 20)
    freedonia = PartyFactory(slug="freedonia", name="Freedonia", short="FR", order=1)
    sylvania = PartyFactory(slug="sylvania", name="Sylvania", short="SY", order=2)
    ProcessFactory(slug="opera-talks", title="Opera talks")
    first = reported("round", "first", gazette, start="2031-05-01", city="Glee", process="opera-talks")
    second = reported("round", "second", gazette, start="2031-05-08", process="opera-talks")
    third = reported("round", "third", herald, start="2031-05-19")
    reported("round", "nameless", gazette, start="2031-05-02")
    sat(first, gazette, freedonia, ("firefly", {"head": True, "title": "Leader"}), ("chico", {}))
    sat(first, herald, freedonia, ("firefly", {"head": False, "title": "President"}))
    sat(second, gazette, sylvania, ("trentino", {"head": True}))
    sat(second, herald, freedonia, ("firefly", {"title": "President"}))
    sat(third, herald, freedonia, ("firefly", {}), ("pinky", {}), expected=True)
    event = reported("event", "speech", gazette, start="2031-05-03")
    AccountFactory(entry=event, article=gazette, party=sylvania, speaker=PersonFactory(slug="vera", party=sylvania))
    settle({event.pk: "test"})


def grid(response):
    """{person: {round: how the cell says they sat}}, and the number of rounds for each."""
    rounds = [known.entry.slug for known in response.context["attended"].window.rounds]
    return {
        row.person.slug: (
            row.presence.rounds,
            {
                slug: ("expected " if seat.expected else "")
                + ("differs" if seat.differs else "head" if seat.head else "member")
                for slug, seat in zip(rounds, row.cells, strict=True)
                if seat
            },
        )
        for row in response.context["rows"]
    }


def test_the_grid_says_who_was_named_at_which_round_and_how(client, talks):
    response = client.get("/people/")

    assert [known.entry.slug for known in response.context["attended"].window.rounds] == ["first", "second", "third"]
    assert grid(response) == {
        "chico": (1, {"first": "member"}),
        "firefly": (2, {"first": "differs", "second": "member", "third": "expected member"}),
        "pinky": (0, {"third": "expected member"}),
        "trentino": (1, {"second": "head"}),
    }
    assert response.context["attended"].nameless == 1
    assert "4 people, 3 rounds" in text(response)


def test_each_cell_tells_what_each_article_says_and_leads_to_its_paragraph(client, talks):
    html = text(client.get("/people/"))

    assert 'aria-label="Source 1: Gazette, 10 May 2031, paragraph 2: head of delegation, Leader"' in html
    assert 'aria-label="Source 2: Herald, 20 May 2031, paragraph 2: an ordinary member, President"' in html
    assert 'aria-label="Source 2: Herald, 20 May 2031, paragraph 2: expected, no title given"' in html
    assert 'href="#source-2"' in html
    assert 'data-at="2 2">[2]<span hidden>an ordinary member, President</span></a>' in html
    assert '<span class="unseen">head or member, sources differ</span>' in html


@pytest.mark.sql
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["firefly", "chico", "pinky", "trentino"]),
        ("sort=party", ["firefly", "chico", "pinky", "trentino"]),
        ("sort=first", ["firefly", "chico", "trentino", "pinky"]),
        ("sort=rounds", ["firefly", "chico", "trentino", "pinky"]),
        ("sort=name&party=freedonia", ["chico", "firefly", "pinky"]),
        ("party=sylvania", ["trentino"]),
        ("process=opera-talks", ["firefly", "chico", "trentino"]),
        ("process=opera-talks&party=freedonia&sort=rounds", ["firefly", "chico"]),
    ],
)
def test_people_can_be_sorted_and_filtered(client, talks, query, expected):
    response = client.get(f"/people/?{query}")

    assert (response.status_code, list(grid(response))) == (200, expected)


def test_a_series_has_its_rounds_only(client, talks):
    response = client.get("/people/?process=opera-talks")

    assert [known.entry.slug for known in response.context["attended"].window.rounds] == ["first", "second"]
    assert grid(response)["firefly"] == (2, {"first": "differs", "second": "member"})


def test_a_partys_filter_takes_in_whom_an_article_names_in_its_delegation(client, talks, herald, sylvania):
    sat(Round.objects.get(slug="third"), herald, sylvania, ("chico", {}))

    response = client.get("/people/?party=sylvania")

    assert list(grid(response)) == ["chico", "trentino"]
    assert "expected, in the delegation of" not in text(response)
    assert "in the delegation of Sylvania, no title given" in text(response)


def test_people_in_no_delegation_stand_in_a_list_of_their_own(client, talks):
    response = client.get("/people/?who=others")

    assert [(person.slug, person.entry_count) for person in response.context["page"]] == [("vera", 1)]
    assert (response.context["here"], response.context["elsewhere"]) == (4, 1)
    assert client.get("/people/").context["elsewhere"] == 1
    assert [one.slug for one in client.get("/people/?who=others&party=freedonia").context["page"]] == []


@pytest.mark.sql
def test_everyone_who_appears_in_an_entry_is_in_one_of_the_two_lists(client, talks):
    listed = [person.slug for query in ("", "?who=others") for person in client.get(f"/people/{query}").context["page"]]

    assert sorted(listed) == sorted(Person.objects.values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("sort=height", "sort: “height” is not an order of people; write party, first, rounds or name."),
        ("who=all", "who: There is no view “all”; write others, or leave it out."),
        ("process=x", "process: There is no series “x” here."),
        ("party=fredonia", "party: There is no party “fredonia” here. Did you mean “freedonia”?"),
        ("party=freedonia&party=sylvania", "party: 2 are chosen; choose at most 1."),
        ("rounds=0", "rounds: Parts are counted from 1."),
        ("rounds=x", "rounds: A part of the rounds is a whole number, such as 2."),
        (
            "who=others&sort=rounds",
            "sort: People who are in no delegation have no rounds; leave this out, or leave out who=others.",
        ),
        (
            "who=others&process=opera-talks",
            "process: People who are in no delegation have no rounds; leave this out, or leave out who=others.",
        ),
    ],
)
def test_what_makes_no_sense_is_said_and_the_rest_is_shown(client, talks, query, complaint):
    response = client.get(f"/people/?{query}")

    assert response.status_code == 400
    assert complaint in response.context["form"].complaints
    assert response.context["page"].object_list


def test_a_part_of_the_rounds_that_is_not_there_is_not_found(client, talks):
    assert client.get("/people/?rounds=2").status_code == 404


@pytest.mark.sql
def test_the_grid_as_of_a_day_has_nothing_that_was_reported_later(client, talks):
    response = client.get("/people/?as_of=2031-05-19")

    assert grid(response) == {
        "chico": (1, {"first": "member"}),
        "firefly": (1, {"first": "head"}),
        "trentino": (1, {"second": "head"}),
    }
    assert "President" not in text(response)
    assert "herald" not in text(response).lower()


def test_a_person_who_was_named_in_a_delegation_later_was_elsewhere_before(client, talks, herald, sylvania):
    sat(Round.objects.get(slug="third"), herald, sylvania, ("vera", {}))

    assert list(client.get("/people/?who=others").context["page"]) == []
    assert [one.slug for one in client.get("/people/?who=others&as_of=2031-05-19").context["page"]] == ["vera"]


@pytest.mark.sql
def test_drafts_are_in_no_cell(client, talks):
    Round.objects.filter(slug="second").update(publication="draft")

    assert "trentino" not in grid(client.get("/people/"))
    assert client.get("/people/").context["here"] == 3


def test_a_page_without_anyone_says_so(client):
    assert "No one had been named." in text(client.get("/people/"))


# One person


def tenures(response):
    return [
        (
            [(title.value, [row.article.slug for row in title.rows]) for title in tenure.titles],
            [known.entry.slug for known in tenure.rounds],
        )
        for tenure in response.context["tenures"]
    ]


def test_a_persons_titles_stand_in_the_order_of_rounds_with_their_sources(client, talks):
    response = client.get("/people/firefly/")

    assert tenures(response) == [
        ([("Leader", ["gazette"]), ("President", ["herald"])], ["first"]),
        ([("President", ["herald"])], ["second"]),
    ]
    assert tenures(client.get("/people/firefly/?as_of=2031-05-19")) == [([("Leader", ["gazette"])], ["first"])]


def test_a_persons_rounds_say_head_what_differs_and_what_was_only_announced(client, talks):
    html = text(client.get("/people/firefly/"))

    assert "Announced or expected; no article here says that they came." in html
    assert "Sources differ: head of delegation" in html
    assert "Told in two ways:" in html  # no two titles contradict each other
    assert "<strong>head of delegation</strong>" not in html
    assert "<strong>head of delegation</strong>" in text(client.get("/people/trentino/"))


# Queries


def many(people, rounds):
    """So many people, each named at each of so many rounds by an article for each round; in bulk."""
    party, named = PartyFactory(slug="freedonia"), []
    persons = Person.objects.bulk_create(
        Person(slug=f"person-{n}", name=f"Person {n}", party=party) for n in range(people)
    )
    for number in range(rounds):
        day = datetime.date(2031, 1, 1) + datetime.timedelta(days=number)
        source = Article.objects.create(
            slug=f"article-{number}", publisher=PublisherFactory(slug="gazette"), published=day, language="en"
        )
        meeting = reported("round", f"round-{number}", source, start=day.isoformat(), city="Glee")
        delegation = Delegation.objects.create(round=meeting, article=source, party=party)
        named += [
            Delegate(delegation=delegation, article=source, person=one, title="Leader", head=one is persons[0] or None)
            for one in persons
        ]
    Delegate.objects.bulk_create(named)


@pytest.mark.parametrize(("people", "rounds"), [(3, 2), (110, 30)])
def test_a_grid_of_any_size_needs_the_same_few_queries(client, people, rounds):
    many(people, rounds)

    with CaptureQueriesContext(connection) as captured:
        response = client.get("/people/")

    shown = response.context["attended"].window
    assert (len(response.context["rows"]), len(shown.rounds), shown.all) == (min(people, 12), min(rounds, 12), rounds)
    assert len(captured) == 9


def test_many_rounds_stand_in_parts_with_links_between_them(client):
    many(2, 60)

    latest, first = client.get("/people/"), client.get("/people/?rounds=5")

    assert "Rounds 49 to 60 of 60, by date." in text(latest)
    assert 'href="?rounds=2"' in text(latest)
    assert first.context["attended"].window.rounds[0].entry.slug == "round-0"
    assert "Rounds 1 to 12 of 60, by date." in text(first)
    assert grid(first)["person-0"][0] == 60
