"""Pages and lists of rounds, swaps, proposals and events, and the plain comparisons."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.derived.settle import settle
from talks.models import FormerSlug
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    ProvisionFactory,
    PublisherFactory,
    TransferFactory,
    many_events,
    reported,
)
from tests.html import text

pytestmark = pytest.mark.django_db


def fact(response, label):
    """[(words, publishers)] of the versions of a fact on the page."""
    shown = next(one for one in response.context["facts"] if one.label == label)
    return [(v.words, [citation.article.publisher.slug for citation in v.citations]) for v in shown.versions]


# One entry


def test_a_round_shows_each_fact_with_the_articles_that_report_it(client, gazette, herald):
    ProcessFactory(slug="opera-talks", title="Opera talks")
    facts = {"start": "2031-05-09", "process": "opera-talks", "number": "2", "status": "held", "country": "TR"}
    reported("round", "glee", gazette, **facts, duration_minutes="65")
    reported("round", "glee", herald, city="Glee", status="held")

    response = client.get("/rounds/glee/")

    assert fact(response, "Date") == [("9 May 2031", ["gazette"])]
    assert fact(response, "Series") == [("Opera talks", ["gazette"])]
    assert fact(response, "Number in the series") == [("2", ["gazette"])]
    assert fact(response, "Status") == [("Held", ["gazette", "herald"])]
    assert fact(response, "Country") == [("Türkiye", ["gazette"])]
    assert fact(response, "Length") == [("1 h 5 min", ["gazette"])]
    assert fact(response, "Place") == [("Glee", ["herald"])]


def test_versions_of_a_disputed_fact_stand_side_by_side_under_their_publishers(client, gazette, herald):
    reported("round", "glee", gazette, number="2")
    reported("round", "glee", herald, number="3")

    response = client.get("/rounds/glee/")

    assert fact(response, "Number in the series") == [("2", ["gazette"]), ("3", ["herald"])]
    assert "<dt>Gazette</dt><dd>2\u2060<a" in text(response)
    assert "<dt>Herald</dt><dd>3\u2060<a" in text(response)


def test_delegations_show_role_size_head_titles_and_where_articles_differ(client, gazette, herald, freedonia):
    meeting = reported("round", "glee", gazette)
    firefly = PersonFactory(slug="firefly", name="Rufus Firefly")
    for article, size, head, title in ((gazette, 3, True, "President"), (herald, 4, False, "Leader")):
        delegation = DelegationFactory(round=meeting, party=freedonia, article=article, size=size)
        DelegateFactory(delegation=delegation, person=firefly, head=head, title=title)
    DelegationFactory(round=meeting, party=PartyFactory(name="Marx"), article=gazette, role="observer", expected=True)

    response = client.get("/rounds/glee/")
    shown = [delegation for delegation, _ in response.context["delegations"]]

    assert [str(delegation.party) for delegation in shown] == ["Freedonia", "Marx"]
    assert [reading.value.plain for reading in shown[0].sizes] == [3, 4]
    assert [reading.value for reading in shown[0].members[0].titles] == ["President", "Leader"]
    assert "Sources differ on its size: 3 people\u2060<a" in text(response)
    assert "Sources differ: head of delegation" in text(response)
    assert "Announced or expected; no article here says that they came." in text(response)


def sources_after(response, words):
    """What each note says that stands right after these words, in the order of the page."""
    label = r'<a class="source"[^>]* aria-label="Sources? ([^"]+)"'
    return re.findall(rf"{words}(?:</a>|</strong>)\u2060?{label}", text(response))


def test_only_articles_that_say_who_led_a_delegation_are_sources_of_that(client, gazette, herald, freedonia):
    meeting = reported("round", "glee", gazette, start="2031-05-09")
    reported("round", "glee", herald)
    reported("round", "later", herald, start="2031-05-19")
    firefly = PersonFactory(slug="firefly", name="Rufus Firefly", party=freedonia)
    for article, head in ((gazette, True), (herald, None)):
        delegation = DelegationFactory(round=meeting, party=freedonia, article=article)
        DelegateFactory(delegation=delegation, person=firefly, head=head)
    settle({meeting.pk: "test"})
    led, named = "1: Gazette, 10 May 2031, paragraph 2", "1, 2: Gazette and Herald"

    meeting, person = client.get("/rounds/glee/"), client.get("/people/firefly/")
    compared = client.get("/compare/rounds/?r=glee&r=later")

    assert sources_after(meeting, "Rufus Firefly") == [led, named]  # who led, and who sat there
    assert sources_after(meeting, "head of delegation") == [led]
    assert sources_after(person, "head of delegation") == [led]
    assert sources_after(compared, "Rufus Firefly") == [led]


def test_what_became_of_an_exchange_is_cited_from_the_articles_that_say_it(client, gazette, herald):
    reported("round", "glee", gazette, start="2031-05-09")
    reported("swap", "return", gazette, agreed_at="glee", status="agreed")
    reported("swap", "return", herald, status="completed")

    shown = text(client.get("/rounds/glee/"))

    assert re.findall(r'Completed\u2060?<a class="source"[^>]* aria-label="([^"]+)"', shown) == [
        "Source 2: Herald, 20 May 2031, paragraph 1"
    ]


@pytest.mark.parametrize(
    ("size", "person", "lines"),
    [
        (None, None, ["Size and names not reported."]),
        (14, None, ["No names reported."]),
        (None, "Rufus T. Firefly", ["Size not reported."]),
        (14, "Rufus T. Firefly", []),
    ],
)
def test_one_line_says_what_is_not_reported_of_a_delegation(client, gazette, freedonia, size, person, lines):
    meeting = reported("round", "glee", gazette)
    delegation = DelegationFactory(round=meeting, article=gazette, party=freedonia, size=size)
    if person:
        DelegateFactory(delegation=delegation, person=PersonFactory(name=person), title="")

    shown = text(client.get("/rounds/glee/"))

    assert re.findall(r"Size and names not reported\.|Size not reported\.|No names reported\.", shown) == lines


def test_a_round_shows_proposals_tabled_swaps_agreed_accounts_notes_and_its_neighbours(
    client, gazette, freedonia, sylvania
):
    ProcessFactory(slug="opera-talks")
    before = reported("round", "before", gazette, start="2031-05-01", process="opera-talks", title="The one before")
    meeting = reported("round", "glee", gazette, start="2031-05-09", process="opera-talks")
    reported("round", "after", gazette, start="2031-06-01", process="opera-talks", title="The one after")
    reported("proposal", "plan", gazette, presented_at="glee", title="Plan of hats")
    reported("swap", "swap", gazette, agreed_at="glee", title="Swap of hats")
    AccountFactory(entry=meeting, article=gazette, party=sylvania, text="It went badly.")
    AccountFactory(entry=meeting, article=gazette, party=freedonia, text="It went well.")
    meeting.citations.filter(field="").update(note="There were hats.")

    response = client.get("/rounds/glee/")
    context = response.context

    assert [str(one) for one in context["proposals"]] == ["Plan of hats"]
    assert [str(one) for one, _ in context["swaps"]] == ["Swap of hats"]
    assert [(str(party), [a.text for a in rows]) for party, rows in context["accounts"]] == [
        ("Freedonia", ["It went well."]),
        ("Sylvania", ["It went badly."]),
    ]
    assert (str(context["previous"]), str(context["following"])) == ("The one before", "The one after")
    assert "There were hats." in text(response)
    assert f'href="/compare/rounds/?r={before.slug}&amp;r=glee"' in text(response)


def test_a_transfer_that_several_articles_report_stands_once_with_both_counts(
    client, gazette, herald, freedonia, sylvania
):
    swap = reported("swap", "swap", gazette)
    ways = {"swap": swap, "from_party": freedonia, "to_party": sylvania}
    TransferFactory(**ways, article=gazette, count=1245)
    TransferFactory(**ways, article=herald, count=1248)
    TransferFactory(**ways, article=herald, count=None, kind="civilians")

    response = client.get("/swaps/swap/")
    shown = response.context["transfers"]

    assert [(t.kind, [reading.value.plain for reading in t.counts]) for t in shown] == [
        ("civilians", []),
        ("prisoners-of-war", [1245, 1248]),
    ]
    assert "<strong>1,245</strong>" in text(response)
    assert "<strong>1,248</strong>" in text(response)
    assert '<span class="meta">not reported</span>' in text(response)


def test_what_was_handed_over_stands_before_the_days_around_it_and_the_sources(client, gazette, freedonia, sylvania):
    swap = reported("swap", "swap", gazette, start="2031-05-09")
    TransferFactory(swap=swap, article=gazette, from_party=freedonia, to_party=sylvania, count=84)
    reported("event", "hats", gazette, start="2031-05-10")

    shown = client.get("/swaps/swap/").content.decode()
    framed = client.get("/embed/swaps/swap/").content.decode()

    assert re.findall(r'<h2 id="([^"]*)"', shown) == ["facts", "transfers", "around", "sources"]
    assert "around" not in re.findall(r'<h2 id="([^"]*)"', framed)


def test_a_proposal_shows_its_demands_by_issue_in_the_words_of_each_article(client, gazette, herald):
    plan = reported("proposal", "plan", gazette, form="plan")
    reported("proposal", "later-plan", herald, supersedes="plan", title="The later plan")
    reported("proposal", "reply", herald, answers="plan", title="The reply")
    hats, gloves = IssueFactory(title="Hats", order=1), IssueFactory(title="Gloves", order=2)
    ProvisionFactory(proposal=plan, article=gazette, issue=gloves, key="gloves", text="All wear gloves.", number=2)
    ProvisionFactory(proposal=plan, article=gazette, issue=hats, key="hats", text="No hats.")
    ProvisionFactory(proposal=plan, article=herald, issue=hats, key="hats", text="Hats come off.")

    response = client.get("/proposals/plan/")
    shown = [
        (str(issue), [[reading.value for reading in p.texts] for p in provisions])
        for issue, provisions in response.context["issues"]
    ]

    assert shown == [("Hats", [["No hats.", "Hats come off."]]), ("Gloves", [["All wear gloves."]])]
    assert "2 points on 2 issues, in our words." in text(response)
    followed_by = response.context["followed_by"]
    assert [str(one) for one in followed_by["supersedes"]] == ["The later plan"]
    assert [str(one) for one in followed_by["answers"]] == ["The reply"]


def test_an_event_shows_its_sort_and_the_number_of_articles_and_independent_sources(client, gazette, herald):
    wire = PublisherFactory(slug="wire")
    reported("event", "event", gazette, event_kind="statement")
    for number in (1, 2):
        reported("event", "event", ArticleFactory(slug=f"copy-{number}", publisher=herald.publisher, agency=wire))

    response = client.get("/events/event/")

    assert fact(response, "Type") == [("Statement", ["gazette"])]
    assert "Reported by 3 articles from 2 independent sources." in text(response)


def test_every_source_is_listed_at_the_end_with_its_number(client, gazette, herald):
    reported("event", "event", gazette, start="2031-05-09")
    reported("event", "event", herald, event_kind="statement")

    html = text(client.get("/events/event/"))

    assert '<li id="source-1">Gazette, 10 May 2031:<cite lang="en">Title of gazette</cite>.' in html
    assert '<li id="source-2">Herald, 20 May 2031:<cite lang="en">Title of herald</cite>.' in html


# As known on a day


def test_an_entry_page_as_of_shows_only_what_was_reported_by_then(client, gazette, herald, freedonia, sylvania):
    swap = reported("swap", "swap", gazette, status="agreed", start="2031-05-09", title="A swap")
    reported("swap", "swap", herald, status="completed", end="2031-05-19")
    ways = {"swap": swap, "from_party": freedonia, "to_party": sylvania}
    TransferFactory(**ways, article=herald, count=5)
    AccountFactory(entry=swap, article=herald, party=freedonia, text="All are home.")

    then = client.get("/swaps/swap/?as_of=2031-05-19")
    now = client.get("/swaps/swap/")

    assert fact(then, "Status") == [("Agreed", ["gazette"])]
    assert (then.context["transfers"], then.context["accounts"]) == ([], [])
    assert "herald" not in text(then).lower()
    assert fact(now, "Status") == [("Completed", ["herald"])]
    assert len(now.context["transfers"]) == 1


def test_an_entry_that_was_not_reported_yet_answers_404_and_leads_to_today(client, gazette):
    reported("event", "event", gazette, title="A secret")

    response = client.get("/events/event/?as_of=2031-05-09")

    assert response.status_code == 404
    assert "Not yet reported on 9 May 2031" in text(response)
    assert '<a href="/events/event/">Show it as known today</a>' in text(response)
    assert "secret" not in text(response)


def test_a_bad_day_is_answered_with_the_page_of_today(client, gazette):
    reported("event", "event", gazette, title="A title")

    response = client.get("/events/event/?as_of=yesterday")

    assert response.status_code == 400
    assert response.context["form"].complaints == [
        "as_of: “yesterday” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025."
    ]
    assert "A title" in text(response)


# Addresses


def test_a_former_address_redirects_for_good_and_keeps_the_query(client, gazette):
    entry = reported("event", "event", gazette)
    FormerSlug.objects.create(slug="old-name", entry=entry)

    response = client.get("/events/old-name/?as_of=2031-05-11")

    assert (response.status_code, response["Location"]) == (301, "/events/event/?as_of=2031-05-11")


@pytest.mark.parametrize("address", ["/events/none/", "/rounds/event/", "/people/none/", "/articles/none/", "/none"])
def test_an_unknown_address_is_404_with_a_way_on(client, gazette, address):
    reported("event", "event", gazette)

    response = client.get(address)

    assert response.status_code == 404
    assert '<a href="/">The timeline</a>' in text(response)


# Lists


@pytest.mark.parametrize("kind", ["round", "swap", "proposal", "event"])
def test_a_list_has_the_entries_of_its_kind_newest_first(client, gazette, kind):
    for other in ("round", "swap", "proposal", "event"):
        reported(other, f"{other}-1", gazette, start="2031-05-01")
        reported(other, f"{other}-2", gazette, start="2031-05-02")

    page = client.get(f"/{kind}s/").context["page"]

    assert [known.entry.slug for known in page.entries] == [f"{kind}-2", f"{kind}-1"]


def test_each_name_of_a_list_has_the_sources_that_name_it(client):
    for slug in ("freedonia", "sylvania"):
        PartyFactory(slug=slug, name=slug.title())
    for day, named in ((1, "freedonia"), (2, "freedonia"), (3, "freedonia, sylvania")):
        reported("swap", "the-swap", ArticleFactory(published=datetime.date(2031, 5, day)), mediators=named)

    facts = client.get("/swaps/the-swap/").context["facts"]

    (mediators,) = [fact for fact in facts if fact.field == "mediators"]
    told = [(version.words, [row.published.day for row in version.citations]) for version in mediators.versions]
    assert told == [("Freedonia", [1, 2, 3]), ("Sylvania", [3])]


# Queries


def build(count):
    """A round, a swap and a proposal, each with `count` reports of every sort; gives the last article and a party."""
    parties = [PartyFactory(slug=f"party-{number}") for number in range(count + 1)]
    hats, firefly = IssueFactory(slug="hats"), PersonFactory(slug="firefly", party=parties[0])
    entries = {kind: reported(kind, f"the-{kind}") for kind in ("round", "swap", "proposal")}
    for number in range(count):
        article = ArticleFactory(slug=f"article-{number}", publisher=PublisherFactory())
        for kind, entry in entries.items():
            reported(kind, entry.slug, article, parties=parties[number].slug)
            AccountFactory(entry=entry, article=article, party=parties[number], speaker=firefly)
        delegation = DelegationFactory(round=entries["round"], party=parties[number], article=article)
        DelegateFactory(delegation=delegation, person=firefly)
        TransferFactory(swap=entries["swap"], article=article, from_party=parties[number], to_party=parties[-1])
        ProvisionFactory(proposal=entries["proposal"], article=article, issue=hats)
        reported("proposal", f"tabled-{number}", article, presented_at="the-round", supersedes="the-proposal")
        reported("swap", f"agreed-{number}", article, agreed_at="the-round", mediators="party-0")
    settle({entry.pk: "" for entry in entries.values()})


def queries_for(client, addresses):
    """{address: number of queries} of these pages, each of which answers 200."""
    counts = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        assert response.status_code == 200
        counts[address] = len(captured)
    return counts


@pytest.mark.parametrize("count", [2, 8])
def test_the_number_of_queries_does_not_grow_with_the_reports(client, count):
    expected = {
        "/rounds/the-round/": 13,
        "/swaps/the-swap/": 8,
        "/proposals/the-proposal/": 10,
        "/rounds/": 6,
        "/swaps/": 13,
        "/swaps/?show=agreed": 13,
        "/proposals/": 8,
        "/compare/proposals/?p=the-proposal&p=tabled-0": 8,
        "/compare/positions/": 12,
        "/people/": 8,
        "/people/firefly/": 8,
        "/parties/": 3,
        "/parties/party-0/": 9,
        "/issues/": 3,
        "/issues/hats/": 12,
        "/articles/": 10,
        "/articles/article-1/": 13,
    }
    build(count)

    assert queries_for(client, expected) == expected


@pytest.mark.parametrize("count", [10, 1000])
def test_the_number_of_queries_does_not_grow_with_the_record(client, count):
    expected = {"/events/": 5, "/articles/of-all/": 10, "/events/event-1/": 9, "/articles/": 10}
    many_events(count, article=ArticleFactory(slug="of-all", published=datetime.date(2020, 1, 1)))

    assert queries_for(client, expected) == expected
