"""The page of all that articles tell in ways that contradict each other."""

import datetime
import re

import pytest

from talks.derived.settle import settle
from talks.models import Entry
from talks.models.counts import Count
from tests.factories import (
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    PartyFactory,
    PersonFactory,
    TransferFactory,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
PAGE = "/differences/"


def told(client, query=""):
    """{slug: {thing: [(value, publishers)]}} of what the page says."""
    page = client.get(PAGE + query)
    assert page.status_code == 200
    return {
        one.known.entry.slug: {
            difference.label: [
                (str(version.words), [row.article.slug for row in version.citations]) for version in difference.versions
            ]
            for difference in one.differences
        }
        for one in page.context["disputed"]
    }


def text_of(page):
    """What a reader reads, with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r'<span class="tip".*?</span>', "", page.content.decode())).split())


@pytest.fixture
def courier_of_june():
    return ArticleFactory(slug="courier", published=datetime.date(2031, 6, 1))


@pytest.fixture
def talks(gazette, herald, freedonia, sylvania):
    """A round and a swap of which the Gazette (10 May) and the Herald (20 May) tell in two ways, and an event."""
    talks = reported("round", "the-talks", gazette, start="2031-05-02", venue="Opera", parties="freedonia")
    swap = reported("swap", "the-swap", gazette, start="2031-05-03", parties="sylvania")
    event = reported("event", "the-event", gazette, start="2031-05", parties="freedonia")
    reported("round", "the-talks", herald, start="2031-05-02", venue="Theatre")
    reported("swap", "the-swap", herald, start="2031-05-03")
    reported("event", "the-event", herald, start="2031-05-04")
    firefly = PersonFactory(slug="firefly", name="Rufus Firefly")
    for article, size, head in ((gazette, 3, True), (herald, 4, False)):
        delegation = DelegationFactory(round=talks, article=article, party=freedonia, size=size)
        DelegateFactory(delegation=delegation, person=firefly, head=head)
    for article, few, many in ((gazette, "at least 1,000", 30), (herald, 1200, 31)):
        for kind, count in (("civilians", few), ("remains", many)):
            TransferFactory(
                swap=swap,
                article=article,
                from_party=freedonia,
                to_party=sylvania,
                kind=kind,
                date="2031-05-03",
                count=Count.of(count),
            )
    settle({entry.pk: "test" for entry in (talks, swap, event)})


TALKS = {
    "Venue": [("Opera", ["gazette"]), ("Theatre", ["herald"])],
    "Size of the delegation of Freedonia": [("3 people", ["gazette"]), ("4 people", ["herald"])],
    "Rufus Firefly": [("head of delegation", ["gazette"]), ("an ordinary member", ["herald"])],
}
SWAP = {"Remains from Freedonia to Sylvania, 3 May 2031": [("30", ["gazette"]), ("31", ["herald"])]}


def test_every_fact_and_number_on_which_articles_differ_is_told_and_nothing_else(client, talks):
    assert told(client) == {"the-swap": SWAP, "the-talks": TALKS}
    html = client.get(PAGE).content.decode()
    assert html.count("Reported differently since 20 May 2031") == 4
    assert re.findall(r"(\d) entries on which", html) == ["2"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("?kind=round", ["the-talks"]),
        ("?kind=round&kind=swap", ["the-swap", "the-talks"]),
        ("?party=sylvania", ["the-swap"]),
        ("?publisher=herald", ["the-swap", "the-talks"]),
        ("?kind=event", []),
        ("?as_of=2031-05-20", ["the-swap", "the-talks"]),
        ("?as_of=2031-05-19", []),
    ],
)
def test_filters_choose_entries(client, talks, query, slugs):
    assert list(told(client, query)) == slugs


def test_an_earlier_day_tells_of_what_differed_then(client, gazette, herald):
    """Of two reports of one day on a status none is the later one; another day's is."""
    same_day = ArticleFactory(slug="courier", published=herald.published)
    reported("round", "the-talks", herald, status="held")
    reported("round", "the-talks", same_day, status="postponed")
    reported("round", "the-talks", ArticleFactory(published=datetime.date(2031, 6, 1)), status="held")

    assert told(client) == {}
    assert told(client, "?as_of=2031-05-25") == {
        "the-talks": {"Status": [("Postponed", ["courier"]), ("Held", ["herald"])]}
    }


def test_outcomes_in_own_words_are_told_in_two_ways_and_listed_nowhere(client, gazette, herald):
    for article, outcome in ((gazette, "They agreed."), (herald, "It ended in agreement.")):
        entry = reported("round", "the-talks", article, start="2031-05-02", outcome=outcome)
    settle({entry.pk: "test"})

    assert told(client) == told(client, "?as_of=2031-05-25") == {}
    html = text_of(client.get("/rounds/the-talks/")).replace("\u2060", "")  # which keeps a note at its word
    assert "Told in two ways: Gazette They agreed. [1] Herald It ended in agreement. [2]" in html
    assert "Sources differ" not in html


def test_a_whole_is_a_contradiction_only_until_its_parts_are_reported(client, gazette, herald, courier_of_june):
    """The Gazette counts 84, the Herald 33, and the Courier, in June, 51 civilians, whom the 84 take in."""
    for article, kind, count in (
        (gazette, "prisoners-of-war", 84),
        (herald, "prisoners-of-war", 33),
        (courier_of_june, "civilians", 51),
    ):
        swap = reported("swap", "the-swap", article, start="2031-05-03")
        ways = {"from_party": PartyFactory(slug="freedonia"), "to_party": PartyFactory(slug="sylvania")}
        TransferFactory(swap=swap, article=article, kind=kind, date="2031-05-03", count=count, **ways)
    settle({swap.pk: "test"})

    assert list(told(client, "?as_of=2031-05-31")) == ["the-swap"]
    assert told(client) == told(client, "?as_of=2031-06-01") == {}
    assert "84 in all, of them 51 civilians" in text_of(client.get("/swaps/the-swap/"))
    assert "Sources differ" in text_of(client.get("/swaps/the-swap/?as_of=2031-05-31"))


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_what_is_hidden_is_not_told(client, talks, publication):
    Entry.objects.filter(slug="the-talks").update(publication=publication)

    assert list(told(client)) == list(told(client, "?as_of=2031-05-20")) == ["the-swap"]


def test_what_makes_no_sense_is_said(client, talks):
    page = client.get(PAGE + "?kind=hat&publisher=nobody")

    assert page.status_code == 400
    assert "“hat” is not a kind of entry" in page.content.decode()
    assert client.get(PAGE + "?page=9").status_code == 404


@pytest.mark.parametrize("entries", [1, 5])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, gazette, herald, entries):
    for number in range(entries):
        entry = reported("round", f"talks-{number}", gazette, start="2031-05-02", venue="Opera")
        reported("round", f"talks-{number}", herald, venue="Theatre")
        settle({entry.pk: "test"})
    client.get(PAGE)
    client.get(PAGE + "?as_of=2031-05-25")

    with django_assert_num_queries(10):
        assert len(told(client)) == entries
    with django_assert_num_queries(10):
        assert len(told(client, "?as_of=2031-05-25")) == entries
