"""Comparison pages: rounds, proposals and positions side by side."""

import re

import pytest

from talks.derived.settle import settle
from talks.public.views import compare
from tests.factories import (
    AccountFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    ProvisionFactory,
    reported,
)

pytestmark = pytest.mark.django_db


def rows_of(response, sort):
    """{what a row is about: its cells} of one sort of rows, also of those that are the same in all columns."""
    rows = [*response.context["rows"], *response.context["alike"]]
    return {str(row.about): row.cells for row in rows if row.sort == sort}


def in_row(cells):
    """The papers that stand in a row of positions."""
    return [paper for cell in cells for paper in cell.items]


def proposal(slug, article, issue, *texts, **facts):
    """A reported proposal with these demands on one issue."""
    made = reported("proposal", slug, article, **facts)
    for text in texts:
        ProvisionFactory(proposal=made, article=article, issue=issue, text=text)
    settle({made.pk: ""})
    return made


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


def test_two_proposals_stand_side_by_side_and_the_three_gaps_are_kept_apart(client, gazette):
    hats = IssueFactory(title="Hats", order=1)
    plan = reported("proposal", "plan", gazette, start="2031-05-01")
    ProvisionFactory(proposal=plan, article=gazette, issue=hats, text="No hats.")
    settle({plan.pk: ""})
    for number, coverage in enumerate(("whole", "not-public", "part"), start=2):
        reported("proposal", f"plan-{number}", gazette, start=f"2031-05-{number:02}", coverage=coverage)

    response = client.get("/compare/proposals/?p=plan&p=plan-2&p=plan-3&p=plan-4")
    [(_, [(issue, [(_, cells)])])] = response.context["groups"]
    html = response.content.decode()

    assert str(issue) == "Hats"
    assert [[point.text for point in cell.points] or cell.gap for cell in cells] == [
        ["No hats."],
        "not-addressed",
        "not-public",
        "nobody-says",
    ]
    for gap in ("not addressed in this text", "text not public", "no article here says"):
        assert html.count(gap) == 1


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("/compare/rounds/?r=first", "r: Only 1 is chosen; choose at least 2."),
        ("/compare/rounds/?r=first&r=first", "r: “first” is chosen twice; once is enough."),
        ("/compare/rounds/?r=first&r=frist", "r: There is no round “frist” here. Did you mean “first”?"),
        ("/compare/rounds/?r=first&r=draft", "r: There is no round “draft” here."),
        ("/compare/proposals/?p=first&p=x", "p: There is no proposal “first” here."),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why_and_keeps_what_was_valid(client, gazette, address, complaint):
    reported("round", "first", gazette)
    reported("round", "draft", gazette, published=False)

    response = client.get(address)

    assert response.status_code == 400
    assert complaint in response.context["form"].complaints
    assert [one.entry.slug for one in response.context["columns"]] == (["first"] if "r=first" in address else [])


def test_five_rounds_are_too_many(client, gazette):
    query = "&".join(f"r={reported('round', f'round-{n}', gazette).slug}" for n in range(5))

    response = client.get(f"/compare/rounds/?{query}")

    assert response.context["form"].complaints == ["r: 5 are chosen; choose at most 4."]
    assert len(response.context["columns"]) == 4


def test_positions_show_each_partys_latest_proposal_on_each_issue(client, gazette, herald, freedonia, sylvania):
    hats, gloves = IssueFactory(title="Hats", order=1), IssueFactory(title="Gloves", order=2)
    for slug, article, day, party, issue, demand in (
        ("old", gazette, "2031-05-01", "freedonia", hats, "Some hats."),
        ("new", herald, "2031-05-15", "freedonia", hats, "No hats."),
        ("other", gazette, "2031-05-02", "sylvania", gloves, "Gloves."),
    ):
        plan = reported("proposal", slug, article, start=day, parties=party)
        ProvisionFactory(proposal=plan, article=article, issue=issue, text=demand)
        settle({plan.pk: ""})

    def positions(address):
        return [
            (str(issue), [(paper.known.entry.slug, paper.points[0].reading.value) for paper in in_row(cells)])
            for issue, cells in client.get(address).context["rows"]
        ]

    assert positions("/compare/positions/") == [
        ("Hats", [("new", "No hats.")]),
        ("Gloves", [("other", "Gloves.")]),
    ]
    assert positions("/compare/positions/?as_of=2031-05-14") == [
        ("Hats", [("old", "Some hats.")]),
        ("Gloves", [("other", "Gloves.")]),
    ]
    assert [[len(cell.items) for cell in cells] for _, cells in client.get("/compare/positions/").context["rows"]] == [
        [1, 0],
        [0, 1],
    ]


# Rounds


def test_a_round_stands_against_the_one_before_it_in_its_series_even_if_that_is_no_column(client, gazette, freedonia):
    ProcessFactory(slug="opera-talks")
    firefly, teasdale, chicolini = (PersonFactory(name=name) for name in ("Firefly", "Teasdale", "Chicolini"))
    for slug, day, people in (
        ("first", "2031-05-01", (firefly, teasdale)),
        ("second", "2031-05-09", (firefly, chicolini)),
        ("third", "2031-06-01", ()),
    ):
        meeting = reported("round", slug, gazette, start=day, process="opera-talks")
        delegation = DelegationFactory(round=meeting, article=gazette, party=freedonia, size=len(people) or None)
        for person in people:
            DelegateFactory(delegation=delegation, person=person)

    response = client.get("/compare/rounds/?r=second&r=third")
    [(_, came), (_, none)] = rows_of(response, "delegations")["Freedonia"]
    [before] = rows_of(response, "interval").values()

    assert [str(one.person) for one in came.new] == ["Chicolini"]
    assert [str(one.person) for one in came.returning] == ["Firefly"]
    assert [str(one.person) for one in came.unnamed] == ["Teasdale"]
    assert none is None
    assert [one.entry.slug for one in before] == ["first", "second"]
    assert "8 days later" in response.content.decode()


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
    assert html.count("14 people, 1 named") == 2
    assert html.count('href="#row-') == html.count('<tr id="row-') == 6


def test_a_narrow_window_shows_the_first_two_columns_or_those_that_the_reader_chose(client, gazette):
    for number in (1, 2, 3):
        reported("round", f"round-{number}", gazette, start=f"2031-05-0{number}")
    three = "/compare/rounds/?r=round-1&r=round-2&r=round-3"

    chosen = client.get(f"{three}&pair=round-3&pair=round-1&as_of=2031-05-20")
    html = chosen.content.decode()

    assert client.get(three).context["pair"] == [0, 1]
    assert chosen.context["pair"] == [0, 2]
    assert re.findall(r'<option value="([^"]*)" selected', html[html.index("pair-of") :]) == ["round-1", "round-3"]
    for kept in ("as_of", "r"):
        assert f'<input type="hidden" name="{kept}"' in html[html.index("pair-of") : html.index("<select")]
    refused = client.get("/compare/rounds/?r=round-1&r=round-2&pair=round-3&pair=round-1")
    assert (refused.status_code, refused.context["pair"]) == (400, [0, 1])
    assert refused.context["form"].complaints == ["pair: Choose two of the columns that are compared."]
    assert client.get(f"{three}&pair=round-1").status_code == 400


def test_series_and_the_most_reported_are_offered_and_every_choice_stands_under_its_year(client, gazette, herald):
    ProcessFactory(slug="opera-talks", title="Opera talks")
    for slug, day in (("old", "2030-05-01"), ("new", "2031-05-01"), ("newest", "2031-05-02")):
        reported("proposal", slug, gazette, start=day, process="opera-talks")
    reported("proposal", "lonely", gazette, start="2031-05-03")
    reported("proposal", "lonely", herald)

    response = client.get("/compare/proposals/")
    offered = [
        (one.series and one.series.slug, [known.entry.slug for known in one.entries])
        for one in response.context["often"]
    ]
    html = response.content.decode()

    assert offered == [
        ("opera-talks", ["newest", "new", "old"]),
        (None, ["lonely", "newest", "new"]),
    ]
    assert re.findall(r'of-year">(\d+)<|name="p" value="([^"]+)"', html) == [
        ("2031", ""),
        ("", "lonely"),
        ("", "newest"),
        ("", "new"),
        ("2030", ""),
        ("", "old"),
    ]
    assert client.get("/proposals/").content.decode().count('class="pick"') == 4
    assert client.get("/search/?q=lonely").content.decode().count('class="pick"') == 1


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


# Proposals


def test_words_that_differ_from_the_baseline_are_marked_for_eyes_and_ears(client, gazette):
    hats = IssueFactory(title="Hats")
    proposal("plan", gazette, hats, "All hats are returned by noon.", start="2031-05-01")
    proposal("answer", gazette, hats, "All hats are returned by night.", start="2031-05-02")

    html = client.get("/compare/proposals/?p=plan&p=answer").content.decode()
    other = client.get("/compare/proposals/?p=plan&p=answer&baseline=answer").content.decode()

    assert '<del><span class="unseen">[not here] </span>noon.</del>' in html
    assert '<ins><span class="unseen">[added] </span>night.</ins>' in html
    assert '<del><span class="unseen">[not here] </span>night.</del>' in other
    assert '<ins><span class="unseen">[added] </span>noon.</ins>' in other


def test_the_same_words_stand_once_with_the_sources_of_both(client, gazette, herald):
    hats = IssueFactory(title="Hats")
    proposal("plan", gazette, hats, "All hats are returned.", start="2031-05-01")
    proposal("answer", herald, hats, "All hats are returned.", start="2031-05-02")

    response = client.get("/compare/proposals/?p=plan&p=answer")
    html = re.sub(r"\s+", " ", response.content.decode())

    assert html.count("All hats are returned.") == 1
    assert "The same words as in" in html
    assert [article.slug for article, _ in response.context["sources"].listed] == ["gazette", "herald"]


def test_the_summary_counts_issues_in_all_and_in_one_alone(client, gazette):
    hats, gloves = IssueFactory(title="Hats"), IssueFactory(title="Gloves")
    proposal("plan", gazette, hats, "Hats.", start="2031-05-01", title="Plan")
    answer = proposal("answer", gazette, hats, "No hats.", start="2031-05-02", title="Answer")
    ProvisionFactory(proposal=answer, article=gazette, issue=gloves, text="Gloves.")
    settle({answer.pk: ""})

    html = re.sub(r"\s+", " ", client.get("/compare/proposals/?p=plan&p=answer").content.decode())

    assert "1 issue of 2 is addressed by all of them; 1 only by “Answer”." in html


def test_a_baseline_that_is_not_compared_is_refused(client, gazette):
    hats = IssueFactory()
    for slug in ("plan", "answer", "other"):
        proposal(slug, gazette, hats, "Hats.")

    response = client.get("/compare/proposals/?p=plan&p=answer&baseline=other")

    assert response.status_code == 400
    assert response.context["form"].complaints == [
        "baseline: The baseline must be one of the proposals that are compared."
    ]
    assert len(response.context["columns"]) == 2


def test_what_replaced_or_answered_what_is_told_with_its_source_unless_one_is_a_draft(client, gazette):
    hats = IssueFactory()
    for slug in ("plan", "hidden"):
        proposal(slug, gazette, hats, "Hats.", start="2031-05-01", published=slug == "plan")
    proposal("new-plan", gazette, hats, "Hats.", start="2031-05-02", supersedes="plan")
    proposal("reply", gazette, hats, "Hats.", start="2031-05-03", answers="new-plan", supersedes="hidden")

    response = client.get("/compare/proposals/?p=new-plan&p=reply")
    steps = [
        (old.entry.slug, fact.field, new.entry.slug, [citation.article.slug for citation in fact.citations])
        for old, new, fact in response.context["lineage"]
    ]

    assert steps == [
        ("plan", "supersedes", "new-plan", ["gazette"]),
        ("new-plan", "answers", "reply", ["gazette"]),
    ]
    html = response.content.decode()
    assert (html.count("was replaced by"), html.count("was answered by")) == (1, 1)


# Positions


def test_a_position_says_whether_the_proposal_before_had_other_words(client, gazette, herald, freedonia):
    hats = IssueFactory(slug="hats", title="Hats")
    gloves = IssueFactory(slug="gloves", title="Gloves")
    for slug, article, day, hat, glove in (
        ("old", gazette, "2031-05-01", "Some hats.", "Gloves."),
        ("new", herald, "2031-05-15", "No hats.", "Gloves."),
    ):
        plan = proposal(slug, article, hats, hat, start=day, parties="freedonia")
        ProvisionFactory(proposal=plan, article=article, issue=gloves, text=glove)
        settle({plan.pk: ""})

    page = client.get("/compare/positions/")
    rows = {str(issue): in_row(cells)[0] for issue, cells in page.context["rows"]}
    [then] = in_row(client.get("/compare/positions/?as_of=2031-05-14").context["rows"][0][1])

    assert [(last.known.entry.slug, last.moved) for last in rows["Hats"].lasts] == [("old", True)]
    assert [(last.known.entry.slug, last.moved) for last in rows["Gloves"].lasts] == [("old", False)]
    assert ("Changed since 1 May 2031" in page.text, "The same words as on 1 May 2031" in page.text) == (True, True)
    assert (then.known.entry.slug, then.lasts) == ("old", [])


def test_a_joint_proposal_lies_across_its_parties_or_is_told_once(client, gazette, freedonia, sylvania):
    hats, gloves = IssueFactory(slug="hats", title="Hats"), IssueFactory(title="Gloves")
    PartyFactory(slug="osterlich", name="Osterlich", order=freedonia.order)
    proposal("own", gazette, gloves, "Gloves.", start="2031-05-01", parties="osterlich")
    proposal("joint", gazette, hats, "No hats.", start="2031-05-02", parties="freedonia, sylvania")

    def cells(query):
        page = client.get(f"/compare/positions/?party=freedonia&party=sylvania{query}")
        row = dict(page.context["rows"])[hats]
        return page.text.count("No hats."), [(cell.span, len(cell.items), len(cell.elsewhere)) for cell in row]

    assert cells("") == (1, [(2, 1, 0)])
    assert cells("&party=osterlich") == (1, [(1, 1, 0), (1, 0, 0), (1, 0, 1)])


def test_positions_can_be_of_one_series_and_period(client, gazette, freedonia):
    ProcessFactory(slug="opera-talks")
    hats = IssueFactory(title="Hats")
    proposal("in-series", gazette, hats, "Some.", start="2031-05-01", parties="freedonia", process="opera-talks")
    proposal("late", gazette, hats, "None.", start="2031-06-01", parties="freedonia")

    def shown(query):
        rows = client.get(f"/compare/positions/?{query}").context["rows"]
        return [paper.known.entry.slug for _, cells in rows for paper in in_row(cells)]

    assert shown("") == ["late"]
    assert shown("process=opera-talks") == ["in-series"]
    assert shown("to=2031-05-31") == ["in-series"]
    assert shown("from=2031-06-02") == []
    assert client.get("/compare/positions/?from=2031-06-02&to=2031-05-01").status_code == 400


def test_of_many_parties_those_with_most_issues_stand_there_or_those_that_the_reader_chose(client, gazette):
    hats, gloves = IssueFactory(title="Hats"), IssueFactory(title="Gloves")
    for number in range(1, 7):
        party = PartyFactory(slug=f"party-{number}", order=number)
        plan = proposal(f"plan-{number}", gazette, hats, "Hats.", parties=party.slug)
        if number > 2:
            ProvisionFactory(proposal=plan, article=gazette, issue=gloves, text="Gloves.")
            settle({plan.pk: ""})

    def parties(query=""):
        return [party.slug for party in client.get(f"/compare/positions/{query}").context["parties"]]

    assert parties() == ["party-3", "party-4", "party-5", "party-6"]
    assert parties("?party=party-6&party=party-1") == ["party-1", "party-6"]
    assert client.get("/compare/positions/?party=nobody").status_code == 400


def test_positions_on_many_issues_are_paged_by_how_many_columns_there_are(client, gazette, freedonia, monkeypatch):
    monkeypatch.setattr(compare, "CELLS", 2)
    for number in range(3):
        issue = IssueFactory(title=f"Issue {number}", order=number)
        proposal(f"plan-{number}", gazette, issue, "Hats.", parties="freedonia")

    pages = [client.get(f"/compare/positions/?page={number}") for number in (1, 2, 3)]

    assert [page.status_code for page in pages] == [200, 200, 404]
    assert [[str(issue) for issue, _ in page.context["rows"]] for page in pages[:2]] == [
        ["Issue 0", "Issue 1"],
        ["Issue 2"],
    ]


def test_an_issue_named_by_a_fact_alone_hides_no_earlier_demand(client, gazette, freedonia):
    hats = IssueFactory(slug="hats", title="Hats")
    proposal("old", gazette, hats, "Some hats.", start="2031-05-01", parties="freedonia")
    reported("proposal", "new", gazette, start="2031-05-15", parties="freedonia", issues="hats")

    [(_, cells)] = client.get("/compare/positions/").context["rows"]

    assert [paper.known.entry.slug for paper in in_row(cells)] == ["old"]


def test_two_parties_are_set_side_by_side_by_counts_of_issues_only(client, gazette, freedonia, sylvania):
    hats, gloves = IssueFactory(title="Hats"), IssueFactory(title="Gloves")
    proposal("one", gazette, hats, "Hats.", parties="freedonia")
    proposal("two", gazette, gloves, "Gloves.", parties="freedonia")
    proposal("three", gazette, hats, "No hats.", parties="sylvania")

    shared = client.get("/compare/positions/").context["shared"]

    assert [(str(one), str(other), *counts) for one, other, *counts in shared] == [("Freedonia", "Sylvania", 1, 1, 0)]


def test_a_row_leads_to_the_track_of_the_issue_and_a_cell_to_that_of_its_party(
    client, gazette, herald, freedonia, sylvania
):
    hats = IssueFactory(slug="hats", title="Hats")
    proposal("old", gazette, hats, "Some hats.", start="2031-05-01", parties="freedonia")
    proposal("new", herald, hats, "No hats.", start="2031-05-15", parties="freedonia")
    proposal("other", gazette, hats, "Caps.", start="2031-05-02", parties="sylvania")

    page = client.get("/compare/positions/").text
    years = client.get("/issues/hats/?party=freedonia").context["years"]

    assert ('class="of-row" href="/issues/hats/"' in page, 'href="/issues/hats/?party=freedonia"' in page) == (
        True,
        True,
    )
    assert [in_row(row)[0].known.entry.slug for year in years for day in year.days for row in day.rows] == [
        "old",
        "new",
    ]
    assert client.get("/issues/hats/?party=nobody").status_code == 400


# Queries


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

    with django_assert_num_queries(29):
        client.get("/compare/rounds/?" + "&".join(f"r=round-{number}" for number in range(count)))


@pytest.mark.parametrize(("proposals", "demands"), [(2, 3), (6, 60)])
def test_comparing_proposals_needs_seven_queries_however_much_they_demand(
    client, gazette, django_assert_num_queries, proposals, demands
):
    issues = [IssueFactory() for _ in range(10)]
    for number in range(proposals):
        plan = reported("proposal", f"plan-{number}", gazette)
        for demand in range(demands):
            text = f"Demand {demand} of plan {number}."
            ProvisionFactory(proposal=plan, article=gazette, issue=issues[demand % 10], text=text)
        settle({plan.pk: ""})

    with django_assert_num_queries(7):
        client.get("/compare/proposals/?" + "&".join(f"p=plan-{number}" for number in range(proposals)))
