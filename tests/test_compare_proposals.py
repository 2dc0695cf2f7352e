"""Proposals side by side, issue by issue, each set against a baseline."""

import re

import pytest

from talks.derived.settle import settle
from talks.models import Issue
from talks.public.views.compare import shared
from tests.comparisons import proposal
from tests.factories import IssueFactory, ProvisionFactory, reported

pytestmark = pytest.mark.django_db


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
    for gap in ("not in this text", "text not public", "not reported"):
        assert html.count(gap) == 1


def test_words_that_differ_from_the_baseline_are_marked_for_eyes_and_ears(client, gazette):
    hats = IssueFactory(title="Hats")
    proposal("plan", gazette, hats, "All hats are returned by noon.", start="2031-05-01")
    proposal("answer", gazette, hats, "All hats are returned by night.", start="2031-05-02")

    html = client.get("/compare/proposals/?p=plan&p=answer").content.decode()
    other = client.get("/compare/proposals/?p=plan&p=answer&baseline=answer").content.decode()

    assert '<del><span class="unseen">[not here] </span>noon.</del>' in html
    assert '<ins><span class="unseen">[added] </span>night.</ins>\u2060<a class="source"' in html  # joined
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
    assert [source.article.slug for source, _ in response.context["sources"].listed] == ["gazette", "herald"]


def test_the_summary_counts_issues_in_all_and_in_one_alone(client, gazette):
    hats, gloves = IssueFactory(title="Hats"), IssueFactory(title="Gloves")
    proposal("plan", gazette, hats, "Hats.", start="2031-05-01", title="Plan")
    answer = proposal("answer", gazette, hats, "No hats.", start="2031-05-02", title="Answer")
    ProvisionFactory(proposal=answer, article=gazette, issue=gloves, text="Gloves.")
    settle({answer.pk: ""})

    html = re.sub(r"\s+", " ", client.get("/compare/proposals/?p=plan&p=answer").content.decode())

    assert "1 of 2 issues is addressed by all of them; 1 only by “Answer”." in html


def test_a_long_comparison_has_pages_of_issues_and_its_rail_leads_to_all_of_them(client, gazette, monkeypatch):
    monkeypatch.setattr(shared, "ROOM", 20)
    for slug in ("plan", "answer"):
        entry = reported("proposal", slug, gazette, start="2031-05-01")
        for order, title in enumerate(("Hats", "Boots", "Opera"), start=1):
            issue = Issue.objects.filter(slug=title.lower()).first()
            issue = issue or IssueFactory(slug=title.lower(), title=title, order=order)
            for number in range(2):
                ProvisionFactory(proposal=entry, article=gazette, issue=issue, text=f"{title} {number} of the {slug}.")
        settle({entry.pk: ""})
    address = "/compare/proposals/?p=plan&p=answer"
    pages = [client.get(f"{address}&page={number}") for number in (1, 2, 3)]
    shown = [[str(issue) for _, rows in page.context["groups"] for issue, _ in rows] for page in pages]
    rails = [re.search('<nav class="rail".*?</nav>', page.content.decode(), re.DOTALL)[0] for page in pages]

    assert shown == [["Hats"], ["Boots"], ["Opera"]]
    assert [re.findall('href="([^"]*)"', rail) for rail in rails[:2]] == [
        ["#on-hats", "?p=plan&amp;p=answer&amp;page=2#on-boots", "?p=plan&amp;p=answer&amp;page=3#on-opera"],
        ["?p=plan&amp;p=answer&amp;page=1#on-hats", "#on-boots", "?p=plan&amp;p=answer&amp;page=3#on-opera"],
    ]
    assert all(f"Page {number} of 3" in words_of(page) for number, page in enumerate(pages, start=1))
    assert "3 of 3 issues are addressed by all" in words_of(pages[1])
    assert client.get(f"{address}&page=4").status_code == 404


def words_of(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", response.content.decode()))


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


@pytest.mark.parametrize(("proposals", "demands"), [(2, 3), (6, 60)])
def test_comparing_proposals_needs_eight_queries_however_much_they_demand(
    client, gazette, django_assert_num_queries, proposals, demands
):
    issues = [IssueFactory() for _ in range(10)]
    for number in range(proposals):
        plan = reported("proposal", f"plan-{number}", gazette)
        for demand in range(demands):
            text = f"Demand {demand} of plan {number}."
            ProvisionFactory(proposal=plan, article=gazette, issue=issues[demand % 10], text=text)
        settle({plan.pk: ""})

    with django_assert_num_queries(8):
        client.get("/compare/proposals/?" + "&".join(f"p=plan-{number}" for number in range(proposals)))
