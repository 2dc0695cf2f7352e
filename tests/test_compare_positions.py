"""What each party proposed last on each issue."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.derived.settle import settle
from talks.public.views.compare import positions
from tests.comparisons import proposal
from tests.factories import ArticleFactory, IssueFactory, PartyFactory, ProcessFactory, ProvisionFactory, reported

pytestmark = pytest.mark.django_db


def in_row(cells):
    """The papers that stand in a row of positions."""
    return [paper for cell in cells for paper in cell.items]


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


def test_positions_on_many_issues_are_paged_by_how_many_columns_there_are(client, gazette, freedonia, monkeypatch):
    monkeypatch.setattr(positions, "CELLS", 2)
    for number in range(3):
        issue = IssueFactory(title=f"Issue {number}", order=number)
        proposal(f"plan-{number}", gazette, issue, "Hats.", parties="freedonia")

    pages = [client.get(f"/compare/positions/?page={number}") for number in (1, 2, 3)]

    assert [page.status_code for page in pages] == [200, 200, 404]
    assert [[str(issue) for issue, _ in page.context["rows"]] for page in pages[:2]] == [
        ["Issue 0", "Issue 1"],
        ["Issue 2"],
    ]


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


@pytest.fixture
def papers():
    """Articles of 10 and 20 May 2021."""
    return [ArticleFactory(published=datetime.date(2021, 5, day)) for day in (10, 20)]


def test_positions_stand_as_known_on_an_earlier_day_beside_now_where_they_changed(client, papers, freedonia, sylvania):
    hats, gloves, caps = (IssueFactory(title=title, order=at) for at, title in enumerate(["Hats", "Gloves", "Caps"]))
    proposal("old", papers[0], hats, "Some hats.", start="2021-05-01", parties="freedonia")
    proposal("other", papers[0], hats, "Any hats.", start="2021-05-01", parties="sylvania")
    proposal("same", papers[0], gloves, "Gloves.", start="2021-05-01", parties="sylvania")
    proposal("new", papers[1], hats, "No hats.", start="2021-05-02", parties="freedonia")
    proposal("first", papers[1], caps, "Caps.", start="2021-05-02", parties="freedonia")
    draft = proposal("draft", papers[1], gloves, "Told nobody.", start="2021-05-03", parties="sylvania")
    type(draft).objects.filter(pk=draft.pk).update(publication="draft")

    page = client.get("/compare/positions/?then=2021-05-14")
    before = client.get("/compare/positions/?as_of=2021-05-14").text

    def told(paper):
        return paper and paper.points[0].reading.value

    assert [
        (str(issue), [(told(turn.then), told(turn.now), turn.changed) for turn in turns])
        for issue, turns in page.context["rows"]
    ] == [
        ("Hats", [("Some hats.", "No hats.", True), ("Any hats.", "Any hats.", False)]),
        ("Caps", [(None, "Caps.", True), (None, None, False)]),
    ]
    assert [row.article for row in page.context["rows"][0][1][0].brought] == [papers[1]]
    assert page.context["unchanged"] == [gloves]
    assert "Told nobody." not in page.text
    assert page.text.count('content="noindex"') == 1
    assert 'href="?then=2021-05-14"' in before
    assert client.get("/compare/positions/?then=2098-01-01").status_code == 400


def test_a_position_that_was_known_then_and_is_none_any_more_has_its_row_too(client, papers, freedonia):
    plan = proposal("plan", papers[0], IssueFactory(title="Hats"), "Hats.", parties="freedonia")
    reported("proposal", "plan", papers[1], start="2020-01-01")
    settle({plan.pk: ""})

    [(issue, [turn])] = client.get("/compare/positions/?then=2021-05-14&from=2021-01-01").context["rows"]

    assert (str(issue), turn.then.known.entry.slug, turn.now, turn.changed) == ("Hats", "plan", None, True)


@pytest.mark.parametrize("count", [1, 4])
def test_positions_then_and_now_need_as_many_queries_for_many_issues(client, papers, freedonia, count):
    for number in range(count):
        issue = IssueFactory(title=f"Issue {number}")
        proposal(f"old-{number}", papers[0], issue, "Hats.", parties="freedonia")
        proposal(f"new-{number}", papers[1], issue, "No hats.", start="2021-05-16", parties="freedonia")

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/compare/positions/?then=2021-05-14").status_code == 200

    assert len(asked) == 19
