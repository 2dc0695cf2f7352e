"""Which demands of several papers are about the same point, and how the sides of a round met."""

import pytest

from talks.derived.settle import settle
from talks.files.exporter import export
from talks.files.loader import load
from talks.models import Provision, Round
from tests.admin_pages import DAY, form_data, saved, url
from tests.article_files import Folder, entry, snapshot
from tests.comparisons import rows_of
from tests.factories import IssueFactory, ProvisionFactory, reported

pytestmark = pytest.mark.django_db


def paper(slug, article, issue, *demands, **facts):
    """A reported proposal with these demands on one issue: (point, text)."""
    made = reported("proposal", slug, article, **facts)
    for order, (point, text) in enumerate(demands):
        ProvisionFactory(proposal=made, article=article, issue=issue, point=point, text=text, order=order)
    settle({made.pk: ""})
    return made


def rows_on_issue(client, address):
    """[(point, [texts or gap of each column])] of the one issue of a comparison."""
    [(_, [(_, points)])] = client.get(address).context["groups"]
    return [(point, [[one.text for one in cell.points] or cell.gap for cell in cells]) for point, cells in points]


def test_demands_that_are_told_to_be_on_one_point_stand_in_one_row_and_others_below(client, gazette):
    hats = IssueFactory(title="Hats")
    first = [("Size of the hat", "Ten inches."), ("", "No feathers."), ("Colour", "Black.")]
    paper("plan", gazette, hats, *first, start="2031-05-01")
    paper("answer", gazette, hats, ("Colour", "White."), ("Size of the hat", "Twelve inches."), start="2031-05-02")
    paper("silent", gazette, hats, ("", "Hats off."), start="2031-05-03", coverage="whole")
    reported("proposal", "whole", gazette, start="2031-05-04", coverage="whole")
    address = "/compare/proposals/?p=plan&p=answer&p=silent&p=whole"
    html = client.get(address).content.decode()

    assert rows_on_issue(client, address) == [
        ("Size of the hat", [["Ten inches."], ["Twelve inches."], "other-rows", "not-addressed"]),
        ("Colour", [["Black."], ["White."], "other-rows", "not-addressed"]),
        ("", [["No feathers."], "other-rows", ["Hats off."], "not-addressed"]),
    ]
    assert (html.count("is in other rows"), html.count("Other points"), html.count('id="on-')) == (3, 1, 1)
    assert "1 of 1 issues is addressed by all of them" not in html


def test_without_points_an_issue_is_one_row(client, gazette):
    hats = IssueFactory(title="Hats")
    paper("plan", gazette, hats, ("", "No hats."), start="2031-05-01")
    paper("answer", gazette, hats, start="2031-05-02")

    assert rows_on_issue(client, "/compare/proposals/?p=plan&p=answer") == [("", [["No hats."], "nobody-says"])]


def test_the_point_that_a_later_report_gives_is_not_known_before_it(client, gazette, herald):
    hats = IssueFactory(title="Hats")
    plan = paper("plan", gazette, hats, ("", "Ten inches."), start="2031-05-01")
    paper("answer", gazette, hats, ("Size", "Twelve inches."), start="2031-05-02")
    key = plan.provisions.get().key
    ProvisionFactory(proposal=plan, article=herald, issue=hats, key=key, point="Size", text="Ten inches.")
    settle({plan.pk: ""})
    address = "/compare/proposals/?p=plan&p=answer"

    assert rows_on_issue(client, address) == [("Size", [["Ten inches."], ["Twelve inches."]])]
    assert rows_on_issue(client, f"{address}&as_of={gazette.published}") == [
        ("Size", ["other-rows", ["Twelve inches."]]),
        ("", [["Ten inches."], "other-rows"]),
    ]


def test_points_and_formats_go_through_files_and_back(tmp_path):
    folder = Folder(tmp_path / "files")
    demands = [
        {"key": "size", "issue": "borders", "point": "Size of the hat", "text": "Ten.", "paragraphs": [3]},
        {"key": "other", "issue": "borders", "text": "Black.", "paragraphs": [4]},
    ]
    rounds = [entry("talks", format="proximity", paragraphs_of={"format": [2]})]
    folder.article("gazette-one", rounds=rounds, proposals=[entry("plan", provisions=demands)])
    folder.load()
    before = snapshot()
    export(tmp_path / "exported")
    outcome = load([tmp_path / "exported"])

    assert [*Provision.objects.order_by("order").values_list("point", flat=True)] == ["Size of the hat", ""]
    assert Round.objects.get().format == "proximity"
    assert (outcome.changes, snapshot()) == ([], before)


def test_a_format_that_is_none_is_refused(tmp_path):
    folder = Folder(tmp_path / "files")
    folder.article("gazette-one", rounds=[entry("talks", format="by-letter")])

    assert [one.partition("format: ")[2] for one in folder.problems()] == [
        "“by-letter” is not one of direct, proximity, shuttle, mixed."
    ]


def test_an_editor_chooses_a_point_among_those_in_use(admin_client, gazette):
    hats = IssueFactory(title="Hats")
    paper("plan", gazette, hats, ("Size of the hat", "Ten inches."))
    answer = paper("answer", gazette, hats, ("", "Twelve inches."))
    address = url(type(answer), "change", answer.pk)
    page = admin_client.get(address)
    data = form_data(page) | {"provisions-0-point": " Size  of the hat ", "reason": "A test."}
    saved(admin_client.post(address, data))
    desk = admin_client.get(url(type(gazette), "desk_add", gazette.pk, "provision")).content.decode()

    assert page.content.decode().count('<option value="Size of the hat" label="Hats">') == 1
    assert answer.provisions.get().point == "Size of the hat"
    assert (desk.count('<datalist id="points">'), desk.count('list="points"')) == (1, 1)


def test_how_the_sides_met_stands_on_the_page_and_in_comparisons_with_who_says_so(client, gazette, herald):
    reported("round", "first", gazette, start=DAY, format="direct")
    second = reported("round", "second", gazette, start="2031-05-09")
    reported("round", "second", herald, format="shuttle")
    settle({second.pk: ""})
    page, before = (
        client.get(f"/rounds/second/{query}").content.decode() for query in ("", f"?as_of={gazette.published}")
    )
    cells = rows_of(client.get("/compare/rounds/?r=first&r=second"), "facts")["How they met"]

    assert (page.count("Shuttle talks, each side with mediators"), "How they met" in before) == (2, False)
    assert [cell.versions[0].words for cell in cells] == [
        "Direct talks, at one table",
        "Shuttle talks, each side with mediators",
    ]
