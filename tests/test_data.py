"""What is taken along: entries as told, with each fact, reported row and source, as JSON and CSV."""

import csv
import datetime
import io
import json
from dataclasses import fields
from zipfile import ZipFile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from talks import queries
from talks.data import shapes, told
from talks.data.formats.as_csv import harmless
from talks.data.lines import LONG
from talks.derived.settle import settle
from talks.models import KINDS, REPORTS, Citation, Entry, Issue, Party, Process, Seen
from talks.public.outputs import FORMATS
from tests.factories import (
    AccountFactory,
    DelegateFactory,
    DelegationFactory,
    FindingFactory,
    FormerSlugFactory,
    IssueFactory,
    LocationFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    ProvisionFactory,
    TransferFactory,
    article_of,
    many_events,
    reported,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def gazette():
    return article_of("gazette", "2031-05-10", title="Talks", url="https://g.example/1")


@pytest.fixture
def herald():
    return article_of("herald", "2031-05-11", language="uk")


def entry(slug="glee", origin="https://talks.example", seen=None):
    seen = seen or Seen.now()
    return told.tell(seen, [queries.know_one(seen, Entry, slug)], origin)[0]


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def as_json(client, address):
    return json.loads(body(client.get(address)))


def as_csv(client, address):
    """The lines of a table, each as {column: text}."""
    return list(csv.DictReader(io.StringIO(body(client.get(address)).decode("utf-8-sig"), newline="")))


# Entries as told


def test_a_fact_has_its_value_and_each_article_that_reports_it(gazette, herald):
    reported("round", "glee", gazette, city="Glee", duration_minutes="65", start="2031-05")
    reported("round", "glee", herald, city="Sorrow", start="2031-05-09")

    city, length, start = (entry().fact(name) for name in ("city", "duration_minutes", "start"))

    assert (city.label, city.value, city.differs) == ("Place", "Glee", True)
    assert [(one.publisher, one.value, one.agrees) for one in city.reports] == [
        ("Gazette", "Glee", True),
        ("Herald", "Sorrow", False),
    ]
    assert (length.value, length.words, length.differs) == (65, "1 h 5 min", False)
    assert [(one.value, one.words, one.agrees) for one in start.reports] == [
        ("2031-05", "May 2031", True),
        ("2031-05-09", "9 May 2031", True),
    ]
    assert (start.value, entry().dates.start) == ("2031-05-09", "2031-05-09")


def test_a_list_that_differs_from_the_accepted_one_does_not_agree_with_it(gazette, herald):
    for slug in ("freedonia", "sylvania"):
        PartyFactory(slug=slug)
    reported("proposal", "plan", gazette, parties="freedonia")
    reported("proposal", "plan", herald, parties="freedonia, sylvania")

    parties = entry("plan").fact("parties")

    assert [(one.value, one.agrees) for one in parties.reports] == [("freedonia", True), ("freedonia, sylvania", False)]


def test_an_article_is_told_with_the_status_that_it_reports_though_a_later_one_took_its_place(client, gazette, herald):
    reported("round", "glee", gazette, status="scheduled")
    reported("round", "glee", herald, status="held")

    def statuses(article):
        (told,) = as_json(client, f"/articles/{article.slug}.json")["entries"]
        return [(fact["value"], one["value"], one["agrees"]) for fact in told["facts"] for one in fact["reports"]]

    assert statuses(gazette) == [("held", "scheduled", None)]
    assert statuses(herald) == [("held", "held", True)]
    assert [one.value for one in entry().fact("status").reports] == ["held"]


def test_a_report_says_where_to_read_it(gazette):
    glee = reported("round", "glee", gazette, city="Glee")
    Citation.objects.filter(entry=glee, field="city").update(paragraphs="3, 7")

    (report,) = entry().fact("city").reports

    assert report.paragraphs == (3, 7)
    assert report.address == "https://talks.example/articles/gazette-1/#p3"
    assert (report.article, report.title, report.original) == ("gazette-1", "Talks", "https://g.example/1")
    assert (report.published, report.language) == (datetime.date(2031, 5, 10), "en")


def test_an_entry_of_an_earlier_day_knows_no_later_report_and_leads_back_to_that_day(gazette, herald):
    reported("round", "glee", gazette, city="Glee")
    reported("round", "glee", herald, city="Sorrow")
    day = datetime.date(2031, 5, 10)

    known = entry(seen=Seen.on(day))

    assert [(report.publisher, report.value) for report in known.fact("city").reports] == [("Gazette", "Glee")]
    assert (known.differs, known.last_reported) == (False, day)
    assert known.address == "https://talks.example/rounds/glee/?as_of=2031-05-10"
    assert known.fact("city").reports[0].address.endswith("/articles/gazette-1/?as_of=2031-05-10#p1")


def test_what_a_fact_names_is_left_out_while_it_is_a_draft(gazette):
    reported("round", "secret", gazette, published=False)
    ProcessFactory(slug="opera", title="Opera talks")
    reported("swap", "glee", gazette, agreed_at="secret", process="opera")

    assert [fact.field for fact in entry().facts] == ["process"]
    assert entry().process.names == (shapes.Name("opera", "Opera talks"),)


def test_numbers_that_contradict_each_other_give_none_that_is_accepted(gazette, herald):
    freedonia, sylvania = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    swap = reported("swap", "glee", gazette)
    same = {"swap": swap, "from_party": freedonia, "to_party": sylvania, "date": "2031-05-09"}
    TransferFactory(article=gazette, count=10, **same)
    TransferFactory(article=herald, count="at least 12", **same)
    TransferFactory(article=gazette, count=None, kind="remains", **same)
    settle({swap.pk: ""})

    counted, without = entry().rows_of("transfer")

    assert counted.about == {
        "date": "2031-05-09",
        "until": None,
        "from_party": shapes.Name("freedonia", "Freedonia", "https://talks.example/parties/freedonia/"),
        "to_party": shapes.Name("sylvania", "Sylvania", "https://talks.example/parties/sylvania/"),
        "kind": "prisoners-of-war",
    }
    (count,) = counted.facts
    assert (count.value, count.differs, counted.differs, entry().differs) == (None, True, True, True)
    assert [(one.value, one.words, one.agrees) for one in count.reports] == [
        (10, "10", None),
        ("at least 12", "at least 12", None),
    ]
    assert (without.facts, [one.publisher for one in without.reports]) == ((), ["Gazette"])


def test_a_delegation_that_one_article_saw_is_not_merely_expected(gazette, herald):
    party, glee = PartyFactory(slug="freedonia"), reported("round", "glee", gazette)
    DelegationFactory(round=glee, article=gazette, party=party, expected=True, size=4)
    DelegationFactory(round=glee, article=herald, party=party, expected=False, size="at least 3")
    settle({glee.pk: ""})

    (delegation,) = entry().rows_of("delegation")

    assert {fact.field: fact.value for fact in delegation.facts} == {"role": "party", "size": 4, "expected": False}


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_declared_of_a_kind_is_told(gazette, kind):
    """So a new fact stands in every output by itself."""
    glee = reported(kind, "glee", gazette)
    for name in KINDS[kind].FACTS:
        Citation.objects.create(entry=glee, article=gazette, field=name, value=value_of(kind, name, gazette))
    settle({glee.pk: ""})

    assert [fact.field for fact in entry().facts] == list(KINDS[kind].FACTS)


def value_of(kind, name, article):
    """A value of a fact that may be shown."""
    times = {"start": "2031-05-09", "end": "2031-05-10", "time": "14:30"}
    if name in times:
        return times[name]
    model = KINDS[kind].named_by(name)
    if model is None:
        column = KINDS[kind]._meta.get_field(name)
        return column.choices[0][0] if column.choices else "3"
    if issubclass(model, Entry):
        return reported(getattr(model, "KIND", "") or "event", f"named-by-{name}", article).slug
    return {Party: PartyFactory, Process: ProcessFactory, Issue: IssueFactory}[model]().slug


def test_all_columns_of_reported_rows_are_told_but_what_is_for_editors(gazette):
    party = PartyFactory(slug="freedonia")
    talks_, paper = reported("round", "glee", gazette), reported("proposal", "paper", gazette)
    swap, event = reported("swap", "swap", gazette), reported("event", "event", gazette)
    delegation = DelegationFactory(round=talks_, article=gazette, party=party, size=3, note="A note.")
    DelegateFactory(delegation=delegation, title="Minister", head=True)
    TransferFactory(swap=swap, article=gazette, from_party=party, count=10, right_because="An editor knows.")
    ProvisionFactory(proposal=paper, article=gazette, point="Hats", number=3)
    AccountFactory(entry=event, article=gazette, party=party)
    settle({one.pk: "" for one in (talks_, paper, swap, event)})

    found = {row.sort: row for slug in ("glee", "paper", "swap", "event") for row in entry(slug).rows}

    for model in REPORTS[1:]:
        row = found[model._meta.model_name]
        assert list(row.about) == [name.rpartition("__")[2] for name in model.KEY]
        assert [fact.field for fact in row.facts] == [name for name in model.VALUES if name not in model.UNTOLD]
    assert {name for model in REPORTS[1:] for name in model.UNTOLD} == {"order", "right_because"}


@pytest.mark.sql
@pytest.mark.parametrize("count", [3, 30])
def test_entries_are_told_in_a_fixed_number_of_queries(gazette, count):
    many_events(count, article=gazette)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = list(told.entries(Seen.now(), queries.timeline(Seen.now()).in_order()))

    assert (len(found), len(asked)) == (count, 10)


def test_a_place_is_asked_for_once_in_another_language(gazette):
    LocationFactory(name="Glee", translations={"uk": {"name": "Радість"}})
    for slug in ("glee-1", "glee-2"):
        reported("round", slug, gazette, city="Glee")

    with override("uk"), CaptureQueriesContext(connection) as asked:
        found = list(told.entries(Seen.now(), queries.timeline(Seen.now()).in_order()))

    assert [one.fact("city").words for one in found] == ["Радість", "Радість"]
    assert sum("talks_location" in query["sql"] for query in asked) == 1


# Pages as data


def test_the_timeline_as_data_has_all_entries_that_its_filters_choose(client, gazette):
    many_events(30, article=gazette)
    reported("round", "glee", gazette, start="2031-05-09")

    every = as_json(client, "/timeline.json?order=oldest&page=2&after=2020-01-05.0.1")
    rounds = as_json(client, "/timeline.json?kind=round&as_of=2031-05-20")

    assert (every["count"], len(every["entries"]), every["address"]) == (31, 31, "http://testserver/?order=oldest")
    assert [one["slug"] for one in every["entries"]] == [*(f"event-{n}" for n in range(30)), "glee"]
    assert ([one["slug"] for one in rounds["entries"]], rounds["as_of"]) == (["glee"], "2031-05-20")


def test_what_editors_found_about_a_page_is_told_with_its_sources(client, gazette):
    reported("round", "glee", gazette)
    FindingFactory(page="/rounds/glee/", text="They met twice.", sources=["gazette-1"], day="2031-05-10")
    FindingFactory(page="/rounds/glee/", text="A draft.", sources=["gazette-1"], publication="draft")

    (finding,) = as_json(client, "/rounds/glee.json")["findings"]

    assert (finding["text"], [one["article"] for one in finding["reports"]]) == ("They met twice.", ["gazette-1"])
    assert as_json(client, "/rounds.json")["findings"] == []


def test_a_table_has_a_line_for_each_fact_and_source(client, gazette, herald):
    reported("round", "glee", gazette, city="Glee")
    reported("round", "glee", herald, city="Sorrow")

    lines = as_csv(client, "/rounds/glee.csv")

    told_of = [(one["fact_field"], one["fact_value"], one["report_value"], one["report_publisher"]) for one in lines]
    assert told_of == [
        ("", "", "", "Gazette"),
        ("", "", "", "Herald"),
        ("city", "Glee", "Glee", "Gazette"),
        ("city", "Glee", "Sorrow", "Herald"),
    ]
    assert {one["entry_slug"] for one in lines} == {"glee"}
    assert (lines[3]["fact_differs"], lines[3]["report_agrees"]) == ("yes", "no")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(client, gazette, start):
    venue = f'{start}HYPERLINK("https://evil.example")'
    reported("round", "glee", gazette, venue=venue)

    line = next(one for one in as_csv(client, "/rounds/glee.csv") if one["fact_field"] == "venue")

    assert line["fact_value"] == f"'{venue}"
    assert harmless("glee") == "glee"


def test_a_table_is_utf_8_that_spreadsheets_know(client, gazette):
    reported("round", "glee", gazette, title="Переговори")

    response = client.get("/rounds.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="rounds.csv"'
    assert body(response).startswith(b"\xef\xbb\xbfentry_id,")


def test_columns_are_the_fields_of_the_shapes():
    assert len(LONG) == len(set(LONG))
    reports = {f"report_{one.name}" for one in fields(shapes.Report)}
    assert reports <= set(LONG)


def test_a_mistake_is_told_in_the_sentence_of_the_page(client):
    response = client.get("/timeline.csv?kind=opera&as_of=soon")

    problem = json.loads(response.content)
    page = client.get("/?kind=opera&as_of=soon").context["form"].complaints
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert problem["detail"] == " ".join(page)
    assert [one["parameter"] for one in problem["errors"]] == ["as_of", "kind"]


def test_data_of_what_was_withdrawn_is_gone_and_of_a_draft_was_never_there(client, gazette):
    for slug, publication in (("draft", "draft"), ("gone", "withdrawn")):
        made = reported("event", slug, gazette, title="zxqv")
        Entry.objects.filter(pk=made.pk).update(publication=publication)

    answers = [client.get(f"/events/{slug}.json") for slug in ("draft", "gone", "nowhere")]

    assert [one.status_code for one in answers] == [404, 410, 404]
    assert not any(b"zxqv" in one.content for one in answers)
    assert json.loads(answers[0].content)["detail"] == "There is no event “draft” here."


def test_a_former_slug_leads_to_the_data_of_the_present_one(client, gazette):
    FormerSlugFactory(slug="once", entry=reported("event", "glee", gazette))

    response = client.get("/events/once.csv?as_of=2031-05-20")

    assert (response.status_code, response["Location"]) == (301, "/events/glee.csv?as_of=2031-05-20")


def test_a_page_links_its_data_with_its_filters(client, gazette):
    reported("round", "glee", gazette)

    response = client.get("/?kind=round&as_of=2031-05-20&page=2&pick=glee")

    query = "as_of=2031-05-20&kind=round"
    links = [f'</timeline.{one.ending}?{query}>; rel="alternate"; type="{one.type}"' for one in FORMATS["timeline"]]
    assert response["Link"].startswith(", ".join(links))
    page = response.content.decode()
    assert page.count(f'href="/timeline.csv?{query.replace("&", "&amp;")}"') == 2


def test_what_the_timeline_swaps_in_has_the_links_of_its_filters(client, gazette):
    headers = {"HX-Request": "true", "HX-Target": "results"}

    part = client.get("/?kind=round", headers=headers).content.decode()

    assert 'id="taking"' in part
    assert 'href="/timeline.csv?kind=round"' in part


# Workbooks


def workbook(client, address):
    return openpyxl.load_workbook(io.BytesIO(body(client.get(address))))


def cells(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_a_comparison_is_a_workbook_whose_last_sheet_names_the_sources(client, gazette, herald):
    reported("round", "glee", gazette, start="2021-05-01", city="Glee", number="1", title="First")
    reported("round", "glee", herald, city="Sorrow")
    reported("round", "mirth", gazette, start="2021-05-02", city="Mirth", title="Second")

    table, sources = workbook(client, "/compare/rounds.xlsx?r=mirth&r=glee")

    assert cells(table) == [
        ["Compare rounds", "First\n1 May 2021", "Second\n2 May 2021"],
        ["Date", "1 May 2021 [1]", "2 May 2021 [1]"],
        ["Number in the series", "1 [1]", None],
        ["Place", "Glee [1] ≠ Sorrow [2]", "Mirth [1]"],
    ]
    assert [line[:3] for line in cells(sources)] == [
        ["№", "Publisher", "Title"],
        [1, "Gazette", "Talks"],
        [2, "Herald", "Title of herald-1"],
    ]


def test_a_workbook_stays_in_view_and_fits_on_paper(client, record_of_swaps):
    for sheet in workbook(client, "/swaps.xlsx"):
        assert (sheet.freeze_panes, sheet.print_title_rows, sheet.print_title_cols) == ("B2", "$1:$1", "$A:$A")
        setup = sheet.page_setup
        assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.column_dimensions["A"].width >= 7


@pytest.fixture
def record_of_swaps(gazette, herald):
    freedonia, sylvania = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    swap = reported("swap", "glee", gazette, start="2031-05-09", title="=glee")
    same = {"swap": swap, "from_party": freedonia, "to_party": sylvania, "date": "2031-05-09"}
    TransferFactory(article=gazette, count=10, **same)
    TransferFactory(article=herald, count=12, **same)
    settle({swap.pk: ""})


def test_exchanges_are_a_workbook_of_totals_and_transfers(client, record_of_swaps):
    totals, transfers, _ = workbook(client, "/swaps.xlsx")

    assert cells(totals)[1] == ["Prisoners of war", "Freedonia", "Sylvania", 10, 12, "10 to 12", 0, 0]
    assert cells(transfers)[1][0] == "=glee"
    assert transfers["A2"].data_type == "s"
    assert cells(transfers)[1][-2:] == ["10 [1] ≠ 12 [2]", "yes"]


def test_people_are_a_grid_of_rounds(client, gazette):
    glee = reported("round", "glee", gazette, start="2031-05-01", title="First")
    delegation = DelegationFactory(round=glee, article=gazette, party=PartyFactory(slug="freedonia"))
    DelegateFactory(delegation=delegation, person=PersonFactory(name="Rufus T. Firefly"), head=True)
    settle({glee.pk: ""})

    table, _ = workbook(client, "/people.xlsx")

    assert cells(table) == [
        ["People", "Party", "Rounds", "2031-05-01\nFirst"],
        ["Rufus T. Firefly", None, 1, "head [1]"],
    ]


# Packed


def test_a_zip_holds_the_data_its_sources_and_what_it_is(client, gazette, herald):
    reported("round", "glee", gazette, city="Glee")
    reported("round", "glee", herald, city="Sorrow")
    address = "/timeline.zip?as_of=2031-05-20"

    packed = ZipFile(io.BytesIO(body(client.get(address))))

    read = {name: packed.read(name) for name in packed.namelist()}
    assert list(read) == ["README.txt", "data.csv", "data.json", "sources.csv", "metadata.json"]
    assert read["data.csv"] == body(client.get("/timeline.csv?as_of=2031-05-20"))
    assert read["data.json"] == body(client.get("/timeline.json?as_of=2031-05-20"))
    sources = list(csv.DictReader(io.StringIO(read["sources.csv"].decode("utf-8-sig"))))
    assert [(one["article"], one["publisher"]) for one in sources] == [("gazette-1", "Gazette"), ("herald-1", "Herald")]
    about = json.loads(read["metadata.json"])
    assert (about["count"], about["as_of"], about["address"]) == (
        1,
        "2031-05-20",
        "http://testserver/?as_of=2031-05-20",
    )
    assert "As known on 20 May 2031." in read["README.txt"].decode()
    assert "Items: 1. Articles that they are drawn from: 2." in read["README.txt"].decode()


def test_a_zip_of_one_state_always_has_the_same_bytes(client, gazette):
    """Nor does it hold when it was made."""
    reported("round", "glee", gazette, city="Glee")

    one, other = (body(client.get("/timeline.zip")) for _ in range(2))

    assert one == other
    assert {part.date_time for part in ZipFile(io.BytesIO(one)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
