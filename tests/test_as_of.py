"""The choice of a day, and what was known then beside what is known now."""

import datetime
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.derived.settle import settle
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    ProvisionFactory,
    TransferFactory,
    reported,
)
from tests.html import text

pytestmark = pytest.mark.django_db


def day(text):
    return datetime.date.fromisoformat(text)


def article(published):
    return ArticleFactory(slug=f"gazette-{published}", published=day(published))


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def talks():
    """Announced on 28 April, held on 2 May 2021."""
    reported("round", "talks", article("2021-04-28"), start="2021-05-02", city="Ruritz", status="scheduled")
    return reported("round", "talks", article("2021-05-03"), status="held", outcome="They signed.", city="Ruritz")


# The choice of a day


def eves(page):
    return re.findall(r'<button name="as_of" value="([\d-]+)">', page.content.decode())


def test_the_eve_of_each_round_can_be_chosen_newest_first_by_year(client, talks):
    reported("round", "early", article("2020-03-01"), start="2020-02-10")
    reported("round", "undated", article("2020-03-02"), start="2020-02")
    reported("round", "to-come", article("2020-03-03"), start="2099-02-10")

    page = client.get("/as-of/?page=/rounds/%3Forder=oldest%26pick=talks%26after=2020-01-01.0.1%26as_of=2020-05-05")

    assert eves(page) == ["2021-05-01", "2020-02-09"]
    assert re.findall(r"<h3[^>]*>(\d+)</h3>", page.content.decode()) == ["2021", "2020"]
    assert page.content.decode().count('<form method="get" action="/rounds/"') == 2
    assert page.context["kept"] == [("order", "oldest"), ("pick", "talks")]
    assert 'href="/rounds/?order=oldest&amp;pick=talks"' in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"


def test_of_an_entry_no_day_before_its_first_report_is_offered(client, talks):
    reported("round", "early", article("2020-03-01"), start="2020-02-10")

    page = client.get("/as-of/?page=/rounds/talks/")

    assert eves(page) == ["2021-05-01"]
    assert "Nothing had been reported about this entry before 28 April 2021." in text(page)


@pytest.mark.parametrize(
    "page",
    ["//evil.example/", "https://evil.example/", "/admin/", "/nowhere/", "rounds/", "/rounds/\\x", "javascript:x"],
)
def test_an_address_of_no_public_page_is_refused_and_leads_to_the_timeline(client, page):
    answer = client.get("/as-of/", {"page": page})

    assert (answer.status_code, answer.context["path"]) == (400, "/")
    assert "There is no such page here" in text(answer)


def test_every_page_leads_to_the_choice_and_back_without_the_day_it_shows(client, talks):
    page = client.get("/rounds/?as_of=2021-05-01&order=oldest").content.decode()

    address = f"/as-of/?page={quote('/rounds/?order=oldest', safe='')}"
    assert page.count(f'href="{address}"') == 2  # beside the field, and in the notice
    assert client.get(address).context["path"] == "/rounds/"


@pytest.mark.parametrize("typed", ["2021-05-01", "1 May 2021", "01.05.2021", "1 травня 2021"])
def test_the_day_can_be_typed_in_each_form_of_a_day(client, talks, typed):
    assert client.get("/rounds/talks/", {"as_of": typed}).context["day"] == day("2021-05-01")


def test_the_choice_shows_only_rounds_that_were_known_where_a_day_is_given(client, talks):
    assert eves(client.get("/as-of/?as_of=2021-04-01")) == []


@pytest.mark.parametrize("count", [2, 12])
def test_the_choice_needs_as_many_queries_for_many_rounds(client, count):
    source = article("2020-01-01")
    for number in range(count):
        reported("round", f"r{number}", source, start=f"2019-01-{number + 1:02}")

    assert queries_of(client, "/as-of/?page=/rounds/r0/") == 5


# Then and now


def names(rows):
    return [(row.sort, str(row.about)) for row in rows]


def test_a_page_of_then_and_now_tells_what_changed_and_by_which_article(client, talks):
    page = client.get("/rounds/talks/?then=2021-05-01")

    assert names(page.context["changed"]) == [
        ("lead", "None"),
        ("facts", "Outcome"),
        ("facts", "Status"),
    ]
    assert names(page.context["same"]) == [("facts", "Date"), ("facts", "Place")]
    turn = page.context["changed"][2].cells[0]
    assert (turn.then.versions[0].words, turn.now.versions[0].words) == ("Scheduled", "Held")
    assert [row.article.slug for row in turn.brought] == ["gazette-2021-05-03"]
    assert "Reported by 1 article up to 1 May 2021, by 2 articles up to now." in text(page)
    assert (page["X-Robots-Tag"], page.content.decode().count('content="noindex"')) == ("noindex", 1)


def test_of_what_was_not_known_all_is_new(client, talks):
    page = client.get("/rounds/talks/?then=2021-04-01")

    assert page.context["before"] is None
    assert "Nothing had been reported about it by 1 April 2021; the first report is dated 28 April 2021." in text(page)
    assert page.context["same"] == []
    assert {turn.then for row in page.context["changed"] for turn in row.cells} == {None}


def test_now_can_be_an_earlier_day_too_and_nothing_later_shows(client, talks):
    reported("round", "talks", article("2021-06-01"), venue="The opera")

    page = client.get("/rounds/talks/?then=2021-05-01&as_of=2021-05-10")

    assert "opera" not in page.content.decode()
    assert "As known on 10 May 2021" in text(page)
    assert "<title>Title of talks: 1 May 2021 and 10 May 2021 · " in text(page)
    assert "Reported by 1 article up to 1 May 2021, by 2 articles up to 10 May 2021." in text(page)
    assert "Show only what was known on 10 May 2021" in text(page)
    assert client.get("/rounds/talks/?then=2021-05-01&as_of=2021-04-01").status_code == 404


def test_then_and_now_is_titled_in_the_language_of_the_page(client, talks):
    type(talks).objects.update(translations={"uk": {"title": "Розмови"}})

    assert "<title>Розмови: " in text(client.get("/uk/rounds/talks/?then=2021-05-01"))


@pytest.mark.parametrize(("then", "now"), [("2021-05-10", "2021-05-10"), ("2098-01-01", "")])
def test_then_must_be_before_now(client, talks, then, now):
    answer = client.get(f"/rounds/talks/?then={then}&as_of={now}")

    assert answer.status_code == 400
    assert f"{then} is not before the day of the page; give an earlier day for “then”." in text(answer)


def test_transfers_provisions_delegations_and_accounts_are_set_side_by_side(client, talks):
    first, later = article("2021-05-04"), article("2021-05-09")
    one, other = PartyFactory(name="Freedonia"), PartyFactory(name="Sylvania")
    swap = reported("swap", "hats", first, start="2021-05-04")
    for source, count in ((first, 10), (later, 12)):
        TransferFactory(swap=swap, article=source, from_party=one, to_party=other, date=day("2021-05-04"), count=count)
    plan = reported("proposal", "plan", first, start="2021-05-04")
    issue = IssueFactory(title="Hats")
    ProvisionFactory(proposal=plan, article=first, issue=issue, key="a", text="All hats stay.")
    ProvisionFactory(proposal=plan, article=later, issue=issue, key="b", text="Gloves go.")
    AccountFactory(entry=plan, article=later, party=one, text="Fine hats.")
    delegation = DelegationFactory(round=talks, article=later, party=one)
    DelegateFactory(delegation=delegation, article=later, person=PersonFactory(name="Firefly"), head=True)
    settle(dict.fromkeys([swap.pk, plan.pk, talks.pk], "test"))

    lead, transfer = client.get("/swaps/hats/?then=2021-05-05").context["changed"]
    assert (lead.sort, transfer.sort) == ("lead", "transfers")
    states = (transfer.cells[0].then, transfer.cells[0].now)
    assert [[str(reading.value) for reading in one.counts] for one in states] == [["10"], ["10", "12"]]
    page = client.get("/proposals/plan/?then=2021-05-05")
    assert [row.sort for row in page.context["changed"]] == ["provisions", "accounts"]
    assert page.context["changed"][0].about == (issue, "b")
    assert [row.about[1] for row in page.context["same"] if row.sort == "provisions"] == ["a"]
    page = client.get("/rounds/talks/?then=2021-05-05")
    assert [row.sort for row in page.context["changed"]] == ["led", "delegations"]
    assert "Firefly" in text(page)


def test_a_comparison_of_rounds_shows_each_cell_then_and_now(client, talks):
    reported("round", "later", article("2021-05-20"), start="2021-05-19", city="Ruritz", status="held")

    page = client.get("/compare/rounds/?r=talks&r=later&then=2021-05-01")

    rows = {str(row.about): row for row in page.context["rows"] if row.sort == "facts"}
    assert {name: row.sayings for name, row in rows.items()} == {
        "Outcome": [True, False],
        "Date": [False, True],
        "Place": [False, True],
        "Status": [True, True],
    }
    assert rows["Place"].cells[1].then is None
    assert page.content.decode().count('content="noindex"') == 1
    assert "then=" not in client.get("/compare/rounds/?r=talks&r=later").content.decode()


def test_a_comparison_of_proposals_shows_each_cell_then_and_now(client):
    first, later = article("2021-05-04"), article("2021-05-09")
    issue = IssueFactory(title="Hats")
    for slug in ("one", "two"):
        reported("proposal", slug, first, start="2021-05-04")
    one, two = (reported("proposal", slug, later) for slug in ("one", "two"))
    ProvisionFactory(proposal=one, article=first, issue=issue, key="a", text="All hats stay.")
    ProvisionFactory(proposal=two, article=later, issue=issue, key="a", text="No hats.")
    settle({one.pk: "test", two.pk: "test"})

    page = client.get("/compare/proposals/?p=one&p=two&then=2021-05-05")

    ((_, rows),) = page.context["groups"]
    ((_, ((_, (first_turn, second_turn)),)),) = rows
    assert (first_turn.changed, second_turn.changed) == (False, True)
    assert (second_turn.then.points, [point.text for point in second_turn.now.points]) == ([], ["No hats."])
    assert [row.article for row in second_turn.brought] == [later]


def test_an_entry_offers_the_eve_of_its_day_and_an_earlier_state_the_day_it_shows(client, talks):
    assert 'href="?then=2021-05-01"' in client.get("/rounds/talks/").content.decode()
    page = client.get("/rounds/talks/?as_of=2021-05-01").content.decode()
    assert 'href="?then=2021-05-01"' in page
    assert "then=" not in client.get("/?as_of=2021-05-01").content.decode()
    once = reported("event", "once", article("2021-05-11"), start="2021-05-10")
    assert "then=" not in client.get(once.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_then_and_now_needs_as_many_queries_for_many_reports(client, talks, count):
    reported("round", "other", article("2021-04-20"), start="2021-04-19")
    for number in range(count):
        source = article(f"2021-06-{number + 1:02}")
        reported("round", "talks", source, outcome=f"Outcome {number}.")
        delegation = DelegationFactory(round=talks, article=source, party=PartyFactory())
        DelegateFactory(delegation=delegation, article=source, person=PersonFactory(), head=True)
        AccountFactory(entry=talks, article=source)
    settle({talks.pk: "test"})

    assert queries_of(client, "/rounds/talks/?then=2021-05-05") == 16
    assert queries_of(client, "/compare/rounds/?r=talks&r=other&then=2021-05-05") == 17
