"""What assistants ask: the tools and their answers, over HTTP and pipes, by a client of the protocol's own package."""

import datetime
import json
import os
import sys

import anyio
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client

from talks.models import Citation, Entry
from talks.public.assistants.answers import text
from talks.public.assistants.tools import TOOLS, MistakeError
from talks.ready.limit import DATA
from tests.factories import (
    FormerSlugFactory,
    IssueFactory,
    PartyFactory,
    ProvisionFactory,
    TransferFactory,
    article_of,
    many_events,
    reported,
)

pytestmark = pytest.mark.django_db
ORIGIN = "https://talks.example"


@pytest.fixture
def gazette():
    return article_of("gazette", "2031-05-10", title="Talks", url="https://g.example/1")


@pytest.fixture
def herald():
    return article_of("herald", "2031-05-20", title="More", url="https://h.example/1")


def ask(tool, **arguments):
    return TOOLS[tool].ask(arguments, ORIGIN)


def mistake(tool, **arguments):
    with pytest.raises(MistakeError) as raised:
        ask(tool, **arguments)
    return str(raised.value)


def slugs(answer):
    return [one.slug for one in answer.items]


# What is answered


def test_a_fact_has_article_paragraph_and_permalink_and_says_where_sources_differ(gazette, herald):
    glee = reported("round", "glee", gazette, city="Glee", start="2031-05-09")
    reported("round", "glee", herald, city="Sorrow")
    Citation.objects.filter(entry=glee, field="city", article=gazette).update(paragraphs="3, 7")

    answer = ask("entry", slug="glee")

    (item,) = answer.items
    (city,) = (one for one in item.facts if one.label == "Place")
    assert (item.permalink, item.differs, city.words, city.differs) == (f"{ORIGIN}/rounds/glee/", True, "Glee", True)
    assert [(one.source, one.paragraphs, one.permalink, one.says) for one in city.cited] == [
        (1, (3, 7), f"{ORIGIN}/articles/gazette-1/#p3", ""),
        (2, (1,), f"{ORIGIN}/articles/herald-1/#p1", "Sorrow"),
    ]
    assert [(one.number, one.publisher, one.title, one.original) for one in answer.sources] == [
        (1, "Gazette", "Talks", "https://g.example/1"),
        (2, "Herald", "More", "https://h.example/1"),
    ]


def test_the_text_of_an_answer_tells_the_same_a_fact_a_line(gazette, herald):
    reported("round", "glee", gazette, city="Glee", start="2031-05-09", status="held", title="Glee")
    reported("round", "glee", herald, city="Sorrow", title="Glee")

    assert text(ask("entry", slug="glee")).splitlines() == [
        "Round.",
        "",
        "## Glee · 9 May 2031 · sources differ",
        f"{ORIGIN}/rounds/glee/",
        "- Reported [1 ¶1; 2 ¶1]",
        "- Date: 9 May 2031 [1 ¶1]",
        "- Status: Held [1 ¶1]",
        "- Place (sources differ): Glee [1 ¶1]; Sorrow [2 ¶1]",
        "",
        "Sources (a paragraph’s own address ends with #p and its number):",
        f"[1] Gazette, 10 May 2031, “Talks”: {ORIGIN}/articles/gazette-1/ · https://g.example/1",
        f"[2] Herald, 20 May 2031, “More”: {ORIGIN}/articles/herald-1/ · https://h.example/1",
    ]


def test_every_tool_answers_as_known_on_a_day(gazette, herald):
    reported("round", "glee", gazette, city="Glee", start="2031-05-09")
    reported("round", "glee", herald, city="Sorrow")
    reported("round", "woe", gazette, start="2031-05-08")
    reported("event", "later", herald)
    day = {"as_of": "2031-05-10"}

    entry, compared = ask("entry", slug="glee", **day), ask("comparison", of="rounds", r=["glee", "woe"], **day)

    assert [one.article for one in entry.sources] == ["gazette-1"]
    assert entry.items[0].permalink == f"{ORIGIN}/rounds/glee/?as_of=2031-05-10"
    assert (entry.items[0].differs, compared.items[1].differs, slugs(compared)) == (False, False, ["woe", "glee"])
    assert slugs(ask("search", **day)) == ["glee", "woe"]
    assert (slugs(ask("differences", **day)), slugs(ask("differences"))) == ([], ["glee"])
    assert {ask(tool, **day).as_of for tool in ("search", "totals", "differences")} == {datetime.date(2031, 5, 10)}


def test_a_search_gives_a_few_at_a_time_each_entry_once(gazette):
    many_events(12, article=gazette)

    first = ask("search", kind="event", limit=8)
    second = ask("search", kind=["event"], limit=8, **first.next)

    assert (first.total, len(first.items), len(second.items), second.next) == (12, 8, 4, {})
    assert sorted({*slugs(first), *slugs(second)}) == sorted(f"event-{n}" for n in range(12))
    assert len(ask("search").items) == 10


def test_a_search_takes_parties_by_name(gazette):
    reported("event", "glee", gazette, parties=PartyFactory(slug="freedonia", name="Freedonia").slug)
    reported("event", "woe", gazette)

    assert slugs(ask("search", party="Freedonia")) == ["glee"]


def test_differences_hold_nothing_on_which_sources_agree(gazette, herald):
    for article, city in ((gazette, "Glee"), (herald, "Sorrow")):
        reported("round", "glee", article, city=city, start="2031-05-09")

    assert [one.label for one in ask("differences").items[0].facts] == ["Place"]


def test_totals_come_with_the_transfers_that_they_are_counted_from(gazette, herald):
    freedonia, sylvania = (
        PartyFactory(slug="freedonia", name="Freedonia"),
        PartyFactory(slug="sylvania", name="Sylvania"),
    )
    for slug, article, count in (("one", gazette, 300), ("two", herald, 1000)):
        swap = reported("swap", slug, article, start=article.published.isoformat(), status="completed")
        TransferFactory(swap=swap, article=article, from_party=freedonia, to_party=sylvania, count=count)

    whole, first = ask("totals"), ask("totals", limit=1)

    total, one, two = whole.items
    assert (total.kind, total.title) == ("total", "Prisoners of war: Freedonia → Sylvania")
    assert [(fact.label, fact.words) for fact in total.facts] == [("Handed over", "1,300"), ("In exchanges", "2")]
    assert [(one.slug, one.facts[0].words, one.facts[0].cited[0].source) for one in (one, two)] == [
        ("one", "300", 1),
        ("two", "1,000", 2),
    ]
    assert (first.next, slugs(ask("totals", limit=1, **first.next))) == ({"page": "2"}, ["", "two"])


def test_positions_lead_to_the_proposal_that_states_them(gazette):
    freedonia, hats = PartyFactory(slug="freedonia", name="Freedonia"), IssueFactory(slug="hats", title="Hats")
    plan = reported("proposal", "plan", gazette, title="Plan", start="2031-05-01", parties="freedonia")
    ProvisionFactory(proposal=plan, article=gazette, issue=hats, text="More hats")

    (item,) = ask("comparison", of="positions", party=freedonia.slug).items

    assert (item.title, item.permalink) == ("Hats: Freedonia (Plan)", f"{ORIGIN}/proposals/plan/")
    assert [(one.words, one.cited[0].source) for one in item.facts] == [("More hats", 1)]


# Mistakes


def test_a_mistake_is_told_in_the_words_of_the_page(gazette):
    reported("round", "glee", gazette)
    FormerSlugFactory(slug="once", entry=Entry.objects.get())

    assert mistake("search", kind="opera", as_of="soon").startswith("as_of: “soon” is not a day")
    assert mistake("search", words="glee").startswith("There is no argument “words” here; there are as_of, ")
    assert mistake("search", party={"slug": "x"}) == "party: write a text, or a list of texts."
    assert mistake("search", limit=21) == "limit: Give a whole number from 1 to 20, or leave it out."
    assert mistake("entry", slug="gle") == "slug: There is no entry “gle” here. Did you mean “glee”?"
    assert "first reported on 10 May 2031" in mistake("entry", slug="glee", as_of="2031-05-01")
    assert mistake("comparison", of="hats") == "“hats” is no choice; write one of rounds, proposals, positions as “of”."
    assert mistake("comparison", of="rounds").startswith("r: Name what to compare")
    assert mistake("totals", page=9) == "This list has no such page."
    assert slugs(ask("entry", slug="once")) == ["glee"]


def test_drafts_are_not_there_and_of_what_is_withdrawn_only_that_is_told(gazette):
    for slug in ("draft", "gone"):
        reported("event", slug, gazette, city="Hidden")
    Entry.objects.filter(slug="draft").update(publication="draft")
    Entry.objects.filter(slug="gone").update(publication="withdrawn")

    assert (mistake("entry", slug="draft"), mistake("entry", slug="gone")) == (
        "slug: There is no entry “draft” here.",
        "slug: This entry was withdrawn.",
    )
    assert slugs(ask("search")) == []


# Over HTTP


def post(client, body, address="/mcp", **headers):
    told = {"Accept": "application/json, text/event-stream", **headers}
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(address, content, content_type="application/json", headers=told)


def call(tool, **arguments):
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def result(response):
    return json.loads(response.content)["result"]


@pytest.mark.sql
@pytest.mark.parametrize("count", [3, 18])
def test_a_search_over_http_takes_a_fixed_number_of_queries(client, gazette, count):
    many_events(count, article=gazette)

    with CaptureQueriesContext(connection) as asked:
        found = result(post(client, call("search", limit=20)))

    assert (found["structuredContent"]["total"], len(asked)) == (count, 11)


def test_it_speaks_the_language_of_its_address(client, gazette):
    reported("event", "glee", gazette, start="2031-05-09")

    found = result(post(client, call("search"), "/uk/mcp"))["structuredContent"]

    assert (found["language"], found["items"][0]["dates"]) == ("uk", "9 травня 2031")
    assert found["items"][0]["permalink"] == "http://testserver/uk/events/glee/"


def test_it_takes_short_questions_from_its_own_host_and_keeps_no_session(client, gazette):
    good = post(client, call("search"), Origin="http://testserver")

    assert (good.status_code, good["Content-Type"], good["Cache-Control"]) == (200, "application/json", "no-store")
    assert (good.cookies, good.has_header("Mcp-Session-Id")) == ({}, False)
    assert post(client, call("search"), Origin="https://elsewhere.example").status_code == 403
    assert post(client, call("search"), Host="elsewhere.example").status_code == 400
    long = post(client, b" " * 70_000)
    assert (long.status_code, long["Content-Type"]) == (413, "application/problem+json")
    assert post(client, b"{").status_code == 400
    assert (client.get("/mcp").status_code, client.delete("/mcp").status_code) == (405, 405)
    assert DATA.match("/mcp")
    assert DATA.match("/uk/mcp")


def test_what_fails_within_is_noted_and_not_told(client, gazette, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("a secret")

    monkeypatch.setattr("talks.queries.disputed_by", fail)

    answer = result(post(client, call("differences")))

    assert (answer["isError"], answer["content"][0]["text"]) == (True, "Something went wrong here; the error is noted.")
    assert "a secret" in caplog.text


# By a real client


def talk(server, mode="auto", **calls):
    """What a client of the package is told: its tools, the results of these calls, what is said about the server."""

    async def run():
        async with Client(server, mode=mode) as client:
            tools = (await client.list_tools()).tools
            results = {name: await client.call_tool(name, arguments) for name, arguments in calls.items()}
            with pytest.raises(MCPError):
                await client.call_tool("publish", {})
            return {one.name: one for one in tools}, results, client.instructions

    return anyio.run(run)


ASKED = {
    "search": {"q": "istanbul", "limit": 3},
    "entry": {"slug": "istanbul-2025-06-02"},
    "comparison": {"of": "rounds", "r": ["istanbul-2025-05-16", "istanbul-2025-06-02"]},
    "totals": {"limit": 5},
    "differences": {"as_of": "2025-12-31"},
}


# A request closes the connection that the server has from the tests; in SQLite's memory that does nothing.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the tests would lose their connection")
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_over_http_finds_tools_that_tell_what_they_take_and_answer(record, reading_server, mode):
    """The client itself holds each answer against the schema that the tool gives of it."""
    tools, results, guide = talk(f"{reading_server}/mcp", mode, **ASKED)

    assert list(tools) == list(TOOLS) == list(ASKED)
    assert all(one.description and one.annotations.read_only_hint for one in tools.values())
    assert "20 at a time" in tools["search"].description
    described = tools["search"].input_schema["properties"]
    assert described["kind"]["items"]["enum"] == ["round", "swap", "proposal", "event"]
    assert {"q", "as_of", "limit", "after", "from", "to"} <= set(described)
    assert guide.startswith(settings.SITE_NAME)
    assert [one.is_error for one in results.values()] == [False] * 5
    for one in results.values():
        permalinks = list(cited(one.structured_content))
        assert len(permalinks) > 3
        assert all(address.startswith(f"{reading_server}/articles/") for address in permalinks)
        assert "Sources (" in one.content[0].text


def cited(value):
    """The addresses of all that is cited in an answer."""
    if isinstance(value, dict):
        yield from (one["permalink"] for one in value.get("cited", ()))
        for one in value.values():
            yield from cited(one)
    elif isinstance(value, list):
        for one in value:
            yield from cited(one)


@pytest.mark.long
def test_a_client_over_pipes_is_answered_by_the_command(tmp_path):
    environ = os.environ | {"DEBUG": "1", "DATABASE_URL": f"sqlite:///{tmp_path}/talks.sqlite3"}
    environ["DJANGO_SETTINGS_MODULE"] = "talks.settings"
    manage = str(settings.BASE_DIR / "manage.py")

    async def run():
        await anyio.run_process([sys.executable, manage, "migrate", "-v0"], env=environ)
        arguments = [manage, "mcp", "--origin", ORIGIN, "--language", "uk"]
        pipes = stdio_client(StdioServerParameters(command=sys.executable, args=arguments, env=environ))
        async with Client(pipes) as client:
            tools = (await client.list_tools()).tools
            return tools, await client.call_tool("search", {}), await client.call_tool("search", {"kind": "opera"})

    tools, found, wrong = anyio.run(run)

    assert [one.name for one in tools] == list(TOOLS)
    assert (found.structured_content["total"], found.structured_content["language"]) == (0, "uk")
    assert (wrong.is_error, "opera" in wrong.content[0].text) == (True, True)


# How assistants learn of it


def test_llms_txt_says_where_and_how_to_ask(client, settings):
    settings.SITE_NAME, settings.SITE_DESCRIPTION = "Opera talks: the record", "Talks & songs"

    response = client.get("/llms.txt")

    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert (lines[0], lines[2]) == ("# Opera talks: the record", "> Talks & songs")
    assert "(http://testserver/mcp)" in response.content.decode()
    assert "/llms.txt" in client.get("/data/").content.decode()
