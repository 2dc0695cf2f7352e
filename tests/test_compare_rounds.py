"""Rounds side by side: rows by what they are about, the answer first."""

import re

import pytest

from tests.comparisons import rows_of
from tests.factories import (
    AccountFactory,
    DelegateFactory,
    DelegationFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    reported,
)

pytestmark = pytest.mark.django_db


def test_two_rounds_stand_in_columns_by_date_whatever_the_order_asked_for(client, gazette, freedonia):
    first = reported("round", "first", gazette, start="2031-05-01", city="Glee")
    reported("round", "second", gazette, start="2031-05-09", venue="Opera")
    DelegationFactory(round=first, party=freedonia, article=gazette, size=3)

    response = client.get("/compare/rounds/?r=second&r=first")
    rows = {str(row.about): row.cells for row in response.context["rows"]}
    facts = {label: [fact and fact.versions[0].words for fact in rows[label]] for label in ("Date", "Place", "Venue")}

    assert [one.entry.slug for one in response.context["columns"]] == ["first", "second"]
    assert facts == {"Date": ["1 May 2031", "9 May 2031"], "Place": ["Glee", None], "Venue": [None, "Opera"]}
    assert [bool(cell) for cell in rows["Freedonia"]] == [True, False]


def test_five_rounds_are_too_many(client, gazette):
    query = "&".join(f"r={reported('round', f'round-{n}', gazette).slug}" for n in range(5))

    response = client.get(f"/compare/rounds/?{query}")

    assert response.context["form"].complaints == ["r: 5 are chosen; choose at most 4."]
    assert len(response.context["columns"]) == 4


def test_a_round_stands_against_the_one_before_it_in_its_series_even_if_that_is_no_column(client, gazette):
    ProcessFactory(slug="opera-talks")
    for slug, day in (("first", "2031-05-01"), ("second", "2031-05-09"), ("third", "2031-06-01")):
        reported("round", slug, gazette, start=day, process="opera-talks")

    response = client.get("/compare/rounds/?r=second&r=third")
    [before] = rows_of(response, "interval").values()

    assert [one.entry.slug for one in before] == ["first", "second"]
    assert "8 days later" in response.content.decode()


def test_a_delegation_is_in_short_and_what_is_said_of_each_is_fetched_when_it_is_unfolded(client, gazette, freedonia):
    ProcessFactory(slug="opera-talks")
    firefly, teasdale, chicolini = (PersonFactory(name=name) for name in ("Firefly", "Teasdale", "Chicolini"))
    for slug, day, people in (
        ("first", "2031-05-01", (firefly, teasdale)),
        ("second", "2031-05-09", (firefly, chicolini)),
    ):
        meeting = reported("round", slug, gazette, start=day, process="opera-talks")
        DelegationFactory(round=meeting, article=gazette, party=PartyFactory(slug="sylvania"))
        delegation = DelegationFactory(round=meeting, article=gazette, party=freedonia, size=2)
        for person in people:
            DelegateFactory(delegation=delegation, person=person, title=f"Office of {person}")

    html = client.get("/compare/rounds/?r=first&r=second").content.decode()
    [opener] = re.findall(
        r'<a class="meta" href="/rounds/second/#delegations"[^>]*hx-target="#sat-second-freedonia"', html
    )
    part = client.get(
        "/rounds/second/", headers={"HX-Request": "true", "HX-Target": "sat-second-freedonia"}
    ).content.decode()

    assert 'hx-get="/rounds/second/"' in opener
    assert '<div class="details" id="sat-second-freedonia"></div>' in html
    assert "Office of Firefly" not in html
    assert re.findall(r"Office of (\w+)|>(. (?:new|returning))<|(Teasdale)", part) == [
        ("", "= returning", ""),
        ("Firefly", "", ""),
        ("", "+ new", ""),
        ("Chicolini", "", ""),
        ("", "", "Teasdale"),
    ]
    assert part.count("Size not reported") == 0  # of the other party
    assert set(re.findall(r'class="named source" href="(.*?)"', part)) == {"/articles/gazette/#p2"}


def test_only_differences_hides_the_rows_in_which_all_say_the_same_and_says_how_many(client, gazette):
    for slug, venue in (("first", "Opera"), ("second", "Palace")):
        reported("round", slug, gazette, start="2031-05-01", city="Glee", status="held", venue=venue)

    whole = client.get("/compare/rounds/?r=first&r=second")
    less = client.get("/compare/rounds/?r=first&r=second&only=differences")

    assert list(rows_of(whole, "facts")) == ["Venue", "Date", "Status", "Place"]
    assert list(rows_of(less, "facts")) == ["Venue"]
    assert less.context["hidden"] == 7
    assert "7 rows in which all columns say the same are hidden." in less.content.decode()
    assert client.get("/compare/rounds/?r=first&r=second&only=sums").status_code == 400


def test_how_far_rounds_differ_stands_before_the_rows_and_silence_about_one_is_no_difference(client, gazette, sylvania):
    for slug, venue, more in (("first", "Opera", {"format": "direct"}), ("second", "Palace", {})):
        meeting = reported("round", slug, gazette, start="2031-05-01", status="held", venue=venue, **more)
        DelegationFactory(round=meeting, article=gazette, party=sylvania)

    told = re.sub(r"<[^>]*>|\s+", " ", client.get("/compare/rounds/?r=first&r=second").content.decode())
    alone = client.get("/compare/rounds/?r=first").content.decode()

    lead = "1 row differs. 1 row is filled for only some of the rounds. The same in all: Delegation: SY Sylvania, "
    assert lead + "Date, Status. " in re.sub(r" +([,.])|  +", lambda one: one[1] or " ", told)
    assert "The same in all:" not in alone


def test_the_answer_stands_first_and_what_is_equal_in_one_line(client, gazette, freedonia, sylvania):
    for slug, outcome in (("first", "Hats."), ("second", "Gloves.")):
        meeting = reported("round", slug, gazette, start="2031-05-01", city="Glee", outcome=outcome)
        AccountFactory(entry=meeting, article=gazette, party=freedonia, text=outcome)
        reported("proposal", f"plan-of-{slug}", gazette, presented_at=slug)
        reported("swap", f"swap-of-{slug}", gazette, agreed_at=slug)
        delegation = DelegationFactory(round=meeting, article=gazette, party=freedonia, size=14)
        DelegateFactory(delegation=delegation, person=PersonFactory(name=f"Head of {slug}"), head=True)

    response = client.get("/compare/rounds/?r=first&r=second")
    html = re.sub(r"\s+", " ", response.content.decode())
    [led] = rows_of(response, "led").values()

    assert [row.sort for row in response.context["rows"]] == [
        *("facts", "led", "swaps", "proposals", "accounts", "delegations")
    ]
    assert [[str(one.heads[0].person) for one in cell] for cell in led] == [["Head of first"], ["Head of second"]]
    assert [row.about for row in response.context["alike"]] == ["Date", "Place"]
    assert [row.sort for row in response.context["untold"]] == ["interval"]
    assert re.findall(r"1 of 14 named.{,200}?: (Head of \w+)", html) == ["Head of first", "Head of second"]
    assert html.count('href="#row-') == html.count('<tr id="row-') == 6


def test_all_rounds_of_a_series_stand_in_columns_by_date(client, gazette):
    ProcessFactory(slug="opera-talks")
    for number in (3, 1, 2, 5, 4):
        reported("round", f"round-{number}", gazette, start=f"2031-05-0{number}", process="opera-talks")
    reported("round", "other", gazette, start="2031-05-03")
    reported("round", "draft", gazette, start="2031-05-03", process="opera-talks", published=False)

    response = client.get("/compare/rounds/?process=opera-talks")

    assert [one.entry.slug for one in response.context["columns"]] == [f"round-{n}" for n in range(1, 6)]


def test_of_a_long_series_the_latest_rounds_stand_there_with_a_way_to_the_others(client, gazette):
    ProcessFactory(slug="opera-talks")
    for number in range(1, 9):
        reported("round", f"round-{number}", gazette, start=f"2031-05-0{number}", process="opera-talks")

    def columns(query):
        return [one.entry.slug for one in client.get(f"/compare/rounds/?process=opera-talks{query}").context["columns"]]

    assert columns("") == [f"round-{number}" for number in range(3, 9)]
    assert columns("&rounds=2&pair=round-2&pair=round-1") == ["round-1", "round-2"]
    assert 'rounds=2">← Earlier rounds' in client.get("/compare/rounds/?process=opera-talks").content.decode()
    assert client.get("/compare/rounds/?process=opera-talks&rounds=3").status_code == 404


def test_rounds_and_a_series_at_once_are_refused(client, gazette):
    ProcessFactory(slug="opera-talks")
    reported("round", "first", gazette)
    reported("round", "second", gazette)

    response = client.get("/compare/rounds/?r=first&r=second&process=opera-talks")

    assert response.status_code == 400
    assert response.context["form"].complaints == ["process: Give either rounds or a series, not both."]
    assert len(response.context["columns"]) == 2


def test_what_each_party_said_is_aligned_by_party(client, gazette, freedonia, sylvania):
    first, second = reported("round", "first", gazette, start="2031-05-01"), reported("round", "second", gazette)
    AccountFactory(entry=first, article=gazette, party=sylvania, text="It went badly.")
    AccountFactory(entry=second, article=gazette, party=freedonia, text="It went well.")

    rows = rows_of(client.get("/compare/rounds/?r=first&r=second"), "accounts")

    assert {party: [cell and [one.text for one in cell] for cell in cells] for party, cells in rows.items()} == {
        "Freedonia": [None, ["It went well."]],
        "Sylvania": [["It went badly."], None],
    }


def test_as_of_leaves_out_what_was_reported_later(client, gazette, herald):
    for slug in ("first", "second"):
        reported("round", slug, gazette, start="2031-05-01")
    reported("round", "first", herald, venue="Opera")

    def facts(address):
        return list(rows_of(client.get(address), "facts"))

    assert facts("/compare/rounds/?r=first&r=second&as_of=2031-05-15") == ["Date"]
    assert facts("/compare/rounds/?r=first&r=second") == ["Venue", "Date"]


@pytest.mark.parametrize("count", [2, 4])
def test_the_number_of_queries_of_rounds_does_not_grow(client, gazette, freedonia, django_assert_num_queries, count):
    ProcessFactory(slug="opera-talks")
    for number in range(count):
        slug = f"round-{number}"
        meeting = reported("round", slug, gazette, start=f"2031-05-0{number + 1}", process="opera-talks")
        delegation = DelegationFactory(round=meeting, article=gazette, party=freedonia)
        DelegateFactory(delegation=delegation)
        AccountFactory(entry=meeting, article=gazette, party=freedonia)
        reported("proposal", f"plan-{number}", gazette, presented_at=slug)
        reported("swap", f"swap-{number}", gazette, agreed_at=slug)

    with django_assert_num_queries(18):
        client.get("/compare/rounds/?" + "&".join(f"r=round-{number}" for number in range(count)))
