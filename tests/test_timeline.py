"""The timeline: what it shows, filters, pages, and what it showed on an earlier day."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from talks import queries, words
from talks.derived.settle import settle
from talks.models import Entry, Placement, Seen
from talks.public.forms.fields import CursorField
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    TransferFactory,
    many_events,
    reported,
)
from tests.html import folded

pytestmark = pytest.mark.django_db


def shown(client, address="/"):
    """The slugs of the entries on the page, in order."""
    return [known.entry.slug for known in client.get(address).context["page"].entries]


def day(text):
    return datetime.date.fromisoformat(text)


def article(published, **columns):
    return ArticleFactory(slug=f"gazette-{published}", published=day(published), **columns)


# Order, months, cards


def test_entries_stand_newest_first_and_oldest_first_when_asked(client):
    reported("event", "b", start="2031-05-02")
    reported("event", "a", start="2031-05-01")
    reported("event", "c", start="2031-05-03")

    assert shown(client) == ["c", "b", "a"]
    assert shown(client, "/?order=oldest") == ["a", "b", "c"]


@pytest.mark.sql
def test_entries_of_one_day_keep_one_order_both_ways(client):
    for slug in ("a", "b", "c"):
        reported("event", slug, start="2031-05-01")

    assert shown(client, "/?order=oldest") == ["a", "b", "c"]
    assert shown(client) == ["c", "b", "a"]


def test_months_are_headings_and_an_entry_of_which_only_the_year_is_known_stands_apart(client):
    reported("event", "in-may", start="2031-05-02")
    reported("event", "sometime-in-may", start="2031-05")
    reported("event", "in-january", start="2031-01-01")
    reported("event", "sometime", start="2031")

    months = client.get("/?order=oldest").context["page"].months

    assert [
        (words.heading(first), [card.known.entry.slug for at in days for card in at.cards]) for first, days in months
    ] == [
        ("January 2031", ["in-january"]),
        ("2031, month not reported", ["sometime"]),
        ("May 2031", ["sometime-in-may", "in-may"]),
    ]


def test_an_entry_without_a_date_stands_at_its_first_report_and_says_so(client):
    reported("event", "undated", article("2031-05-10"))

    response = client.get("/")

    assert response.context["page"].entries[0].start == day("2031-05-10")
    assert "first reported; no article gives a date" in response.content.decode()


def test_a_card_shows_title_summary_parties_and_a_number_that_leads_to_the_paragraph(client):
    freedonia = PartyFactory(slug="freedonia", name="Freedonia", short="FR")
    reported(
        "round", "glee-2031", article("2031-05-10"), title="Round of glee", summary="They sang.", parties="freedonia"
    )

    html = client.get("/").content.decode()
    name = article("2031-05-10").publisher.name
    told = f"{name}, 10 May 2031, paragraph 1"

    assert freedonia.short == "FR"
    assert '<a href="/rounds/glee-2031/">Round of glee</a>' in html
    assert "They sang." in re.search(r'<p class="summary">.*?</p>', html, re.DOTALL)[0]
    assert '<abbr class="chip slot-0" title="Freedonia">FR</abbr>' in html
    assert f'<a class="source" id="n1" href="#source-1" aria-label="Source 1: {told}" data-at="1 1">[1]</a>' in html
    assert f'<a class="source count" id="n2" href="#source-1" aria-label="{told}" data-at="1 1">{name}</a></p>' in html


def test_a_card_shows_all_versions_of_a_disputed_fact(client):
    reported("proposal", "plan", article("2031-05-10"), form="plan")
    reported("proposal", "plan", article("2031-05-11"), form="roadmap")

    html = client.get("/").content.decode()

    assert "Proposal · Plan or roadmap" in html
    assert "Sources differ on: form." in html


# Filters


@pytest.fixture(scope="module")
def mixed(once):
    """A round of Freedonia and Sylvania, a swap of Freedonia, and an event of nobody."""
    freedonia, sylvania = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    ProcessFactory(slug="opera-talks")
    firefly = PersonFactory(slug="firefly")
    meeting = reported("round", "round", start="2031-05-01", end="2031-05-03", process="opera-talks", city="Glee")
    for party in (freedonia, sylvania):
        delegation = DelegationFactory(round=meeting, party=party)
    DelegateFactory(delegation=delegation, person=firefly)
    swap = reported("swap", "swap", start="2031-05-20", parties="freedonia")
    AccountFactory(entry=swap, party=freedonia, speaker=firefly)
    reported(
        "event", "event", start="2031-06-10", title="Überraschung in the OPERA", issues=IssueFactory(slug="hats").slug
    )
    settle({meeting.pk: "", swap.pk: ""})


@pytest.mark.sql
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=round", ["round"]),
        ("kind=round&kind=event", ["event", "round"]),
        ("party=freedonia", ["swap", "round"]),
        ("party=freedonia&party=sylvania", ["round"]),
        ("party=freedonia&kind=swap", ["swap"]),
        ("party=sylvania&kind=swap", []),
        ("issue=hats", ["event"]),
        ("process=opera-talks", ["round"]),
        ("person=firefly", ["swap", "round"]),
        ("person=firefly&party=sylvania&from=2031-05-01&to=2031-05-31&kind=round", ["round"]),
        ("from=2031-05-20", ["event", "swap"]),
        ("from=2031-05-02", ["event", "swap", "round"]),
        ("from=2031-05-03&to=2031-05-04", ["round"]),
        ("from=2031-05-04&to=2031-05-19", []),
        ("to=2031-05-20", ["swap", "round"]),
        ("q=ÜBERRASCHUNG", ["event"]),
        ("q=überraschung+opera", ["event"]),
        ("q=überraschung+hats", []),
        ("q=%25", []),
        ("q=_pera", []),
        ("", ["event", "swap", "round"]),
        ("kind=&party=&q=&from=&to=&as_of=&order=", ["event", "swap", "round"]),
        ("utm_source=newsletter", ["event", "swap", "round"]),
    ],
)
def test_filters_choose_entries(client, mixed, query, expected):
    response = client.get(f"/?{query}")

    assert response.status_code == 200
    assert [known.entry.slug for known in response.context["page"].entries] == expected
    assert response.context["total"] == len(expected)


def test_the_form_shows_what_is_chosen(client, mixed):
    html = client.get("/?kind=round&party=freedonia&process=opera-talks&from=2031-05-01&q=title").content.decode()

    assert '<input id="kind-round" type="checkbox" name="kind" value="round" checked>' in html
    assert '<input id="kind-swap" type="checkbox" name="kind" value="swap">' in html
    assert '<input id="party-freedonia" type="checkbox" name="party" value="freedonia" checked>' in html
    assert '<option value="opera-talks" selected>' in html
    assert 'name="from" value="2031-05-01"' in html
    assert 'name="q" value="title"' in html


def test_an_empty_choice_says_so_and_leads_on(client, mixed):
    html = client.get("/?party=sylvania&kind=swap").content.decode()

    assert "No entry matches." in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "3 entries"),
        ("kind=round", "1 round"),
        ("kind=round&kind=swap&party=freedonia", "2 rounds and exchanges with Freedonia"),
        ("party=freedonia&party=sylvania&person=firefly", "1 entry with Freedonia, Sylvania and Firefly"),
        ("issue=hats&q=opera", "1 entry on hats that mentions “opera”"),
        ("process=opera-talks", "1 entry of Opera Talks"),
        ("from=2031-05-01&to=2031-05-31", "2 entries, May 2031"),
        ("from=2031-03-01&to=2031-06-30", "3 entries, March to June 2031"),
        ("from=2031-05-20", "2 entries, from 20 May 2031"),
    ],
)
def test_the_filter_is_said_in_words(client, mixed, query, expected):
    html = client.get(f"/?{query}").content.decode()

    assert f'<p class="in-words">{expected}</p>' in folded(html)


@pytest.mark.sql
def test_each_choice_shows_how_many_entries_it_leads_to_after_the_other_filters(client, mixed):
    def counts(address, name):
        return {str(getattr(o, "slug", o)): n for o, n, _ in client.get(address).context["choices"][name]}

    assert counts("/", "kind") == {"round": 1, "swap": 1, "proposal": 0, "event": 1}
    assert counts("/", "party") == {"freedonia": 2, "sylvania": 1}
    assert counts("/", "process") == {"opera-talks": 1}
    assert counts("/", "person") == {"firefly": 2}
    assert counts("/?kind=round", "kind") == {"round": 1, "swap": 1, "proposal": 0, "event": 1}
    assert counts("/?kind=swap", "party") == {"freedonia": 1}
    assert counts("/?party=sylvania", "kind") == {"round": 1, "swap": 0, "proposal": 0, "event": 0}
    assert counts("/?party=sylvania", "party") == {"freedonia": 1, "sylvania": 1}
    assert counts("/?kind=event&person=firefly", "person") == {"firefly": 0}


def test_each_chosen_filter_can_be_taken_away_alone(client, mixed):
    response = client.get("/?kind=round&kind=swap&party=freedonia&from=2031-05-01&q=title&after=2031-05-30.1")

    assert response.context["form"].chips == [
        ("“title”", "kind=round&kind=swap&party=freedonia&from=2031-05-01"),
        ("Rounds", "q=title&kind=swap&party=freedonia&from=2031-05-01"),
        ("Exchanges", "q=title&kind=round&party=freedonia&from=2031-05-01"),
        ("Freedonia", "q=title&kind=round&kind=swap&from=2031-05-01"),
        ("from 1 May 2031", "q=title&kind=round&kind=swap&party=freedonia"),
    ]


def test_the_timeline_can_start_at_a_day(client, mixed):
    assert shown(client, "/?at=2031-05-20") == ["swap", "round"]
    assert shown(client, "/?at=2031-05-20&order=oldest") == ["swap", "event"]
    assert client.get("/?at=2031-05-20").context["page"].previous is not None


def test_a_card_opens_in_place_with_sources_by_name(client, mixed):
    opener = re.search('<a href="([^"]*)" hx-get="([^"]*)" hx-target="#(details-round)"', client.get("/").text)
    assert opener.groups() == ("/rounds/round/", "/rounds/round/", "details-round")

    headers = {"HX-Request": "true", "HX-Target": "details-round"}
    html = client.get("/rounds/round/", headers=headers).content.decode()

    assert "<h1" not in html
    assert "<dt>Place</dt><dd>" in html.replace("\n", "").replace("  ", "")
    notes = re.findall(r'class="named source" href="/articles/[^"]+#p1" aria-label="([^,]+),[^"]*">([^<]+)<', html)
    assert notes
    assert [shown for _, shown in notes] == [publisher for publisher, _ in notes]


def test_a_choice_of_rows_is_given_with_its_number_and_the_language_of_its_name(client):
    ProcessFactory(slug="opera", title="Opera & ballet", translations={"uk": {"title": "Опера <й> балет"}})
    ProcessFactory(slug="rivers", title="Rivers")
    for slug, process in (("one", "opera"), ("two", "opera"), ("three", "rivers")):
        reported("round", slug, start="2031-05-01", process=process)

    def choices(address):
        select = re.search('<select id="process".*?</select>', folded(client.get(address).text))[0]
        return sorted(re.findall("<option[^>]*>[^<]*</option>", select)[1:])

    assert choices("/?process=rivers") == [
        '<option value="opera">Opera &amp; ballet (2)</option>',
        '<option value="rivers" selected>Rivers (1)</option>',
    ]
    assert choices("/uk/") == [
        '<option value="opera">Опера &lt;й&gt; балет (2)</option>',
        '<option value="rivers" lang="en">Rivers (1)</option>',
    ]


def test_a_chip_shows_what_a_party_is_called_now(client):
    party = PartyFactory(slug="freedonia", name="Freedonia", short="FR")
    reported("event", "parade", start="2031-05-01", parties="freedonia")

    def chips():
        return set(re.findall('<abbr[^>]*title="([^"]*)">([^<]*)</abbr>', client.get("/").text))

    assert chips() == {("Freedonia", "FR")}
    party.name, party.short = 'The "Free" Land', "F&L"
    party.save()
    assert chips() == {("The &quot;Free&quot; Land", "F&amp;L")}


# Bad parameters


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        (
            "from=yesterday",
            "from: “yesterday” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025.",
        ),
        ("to=2031-02-30", "to: “2031-02-30” is not in the calendar; write a day that exists, such as 2025-06-02."),
        ("as_of=1", "as_of: “1” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025."),
        ("kind=rounds", "kind: “rounds” is not a kind of entry; choose from round, swap, proposal, event."),
        ("party=fredonia", "party: There is no party “fredonia” here. Did you mean “freedonia”?"),
        ("issue=%00", "issue: There is no issue “\x00” here."),
        ("person=fireflyy", "person: There is no person “fireflyy” here. Did you mean “firefly”?"),
        ("process=zzzzzz", "process: There is no series “zzzzzz” here."),
        ("party=freedonia&party=freedonia", "party: “freedonia” is chosen twice; once is enough."),
        ("order=sideways", "order: “sideways” is not an order; write newest or oldest."),
        ("after=x", "after: This link to a page of the timeline is broken; start from its first page."),
        ("after=2031-02-30.1", "after: This link to a page of the timeline is broken; start from its first page."),
        ("after=2031-05-01.1&before=2031-05-01.1", "before: Give either after or before, not both."),
        ("as_of=2031-05-01&as_of=2031-05-02", "as_of: This is given twice; give it once."),
        (
            "from=2031-05-02&to=2031-05-01",
            "to: The period ends on 2031-05-01, before it starts on 2031-05-02; swap the two.",
        ),
        ("q=a+b+c+d+e+f+g+h+i", "q: Write at most 8 words."),
        ("q=" + "a" * 101, "q: Write at most 100 characters."),
        ("q=%00", "q: Null characters are not allowed."),
    ],
)
def test_a_bad_parameter_is_answered_with_the_page_and_what_would_be_right(client, mixed, query, complaint):
    response = client.get(f"/?{query}&kind=round")

    assert response.status_code == 400
    assert response.context["form"].complaints == [complaint]
    assert [known.entry.slug for known in response.context["page"].entries] == ["round"]
    assert "This address asks for something that cannot be shown" in response.content.decode()


@pytest.mark.sql  # PostgreSQL planned a join for each choice until it had no memory left
def test_more_choices_than_a_form_takes_are_refused(client, mixed):
    slugs = "&".join(f"party={PartyFactory().slug}" for _ in range(21))

    assert client.get(f"/?{slugs}").context["form"].complaints == ["party: 21 are chosen; choose at most 20."]


# Pages


@pytest.mark.sql
def test_a_page_has_twelve_entries_and_links_to_the_next_and_the_one_before(client):
    many_events(32)

    first = client.get("/").context["page"]
    second = client.get(f"/?after={first.next}").context["page"]
    third = client.get(f"/?after={second.next}").context["page"]
    back = client.get(f"/?before={third.previous}").context["page"]

    def slugs(page):
        return [known.entry.slug for known in page.entries]

    assert slugs(first) == [f"event-{n}" for n in range(31, 19, -1)]
    assert slugs(second) == [f"event-{n}" for n in range(19, 7, -1)]
    assert slugs(third) == [f"event-{n}" for n in range(7, -1, -1)]
    assert slugs(back) == slugs(second)
    assert (first.previous, third.next) == (None, None)


def test_a_next_link_keeps_the_filters(client):
    many_events(60, party=PartyFactory(slug="freedonia"))

    html = client.get("/?party=freedonia&kind=event").content.decode()

    assert 'rel="next" href="?party=freedonia&amp;kind=event&amp;after=2020-02-18.' in html


@pytest.mark.sql
class PagingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        many_events(12)

    @settings(max_examples=15, deadline=None)
    @given(
        places=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2)), max_size=12),
        newest_first=st.booleans(),
        size=st.integers(1, 5),
    )
    def test_paging_forwards_and_backwards_shows_every_entry_once(self, places, newest_first, size):
        Entry.objects.exclude(slug__in=[f"event-{number}" for number in range(len(places))]).delete()
        for number, (of_may, rank) in enumerate(places):
            placed = {"start": day(f"2031-05-{of_may:02}"), "rank": rank}
            Entry.objects.filter(slug=f"event-{number}").update(**placed)
            Placement.objects.filter(entry__slug=f"event-{number}").update(**placed)
        entries = queries.timeline(Seen.now())
        in_order = sorted((entry.start, entry.rank, entry.pk) for entry in Entry.objects.all())
        expected = [place[-1] for place in (reversed(in_order) if newest_first else in_order)]

        def walk(direction):
            cursor, pages = None, []
            while True:
                asked = {direction: cursor} if cursor else {}
                page = queries.page_of(Seen.now(), entries, newest_first=newest_first, size=size, **asked)
                pages.append(page)
                cursor = getattr(page, "next" if direction == "after" else "previous")
                if cursor is None:
                    return pages
                cursor = CursorField().clean(cursor)

        forwards = walk("after")
        assert [known.entry.pk for page in forwards for known in page.entries] == expected
        if len(forwards) > 1:
            cursor = CursorField().clean(forwards[-1].previous)
            before = queries.page_of(Seen.now(), entries, newest_first=newest_first, size=size, before=cursor)
            assert [known.entry.pk for known in before.entries] == [known.entry.pk for known in forwards[-2].entries]


# As known on a day


def test_as_of_hides_what_was_reported_later(client):
    reported("event", "early", article("2031-05-10"), start="2031-05-09")
    reported("event", "late", article("2031-05-11"), start="2031-05-01")

    assert shown(client, "/?as_of=2031-05-10") == ["early"]
    assert shown(client, "/?as_of=2031-05-11") == ["early", "late"]
    assert shown(client, "/?as_of=2031-05-09") == []


def test_as_of_shows_an_entry_at_the_date_and_with_the_status_that_were_known_then(client):
    reported("swap", "swap", article("2031-05-10"), title="Swap of hats", status="agreed")
    reported("swap", "swap", article("2031-05-20"), title="Swap of hats", start="2031-05-18", status="completed")

    then = client.get("/?as_of=2031-05-15")
    now = client.get("/")

    assert then.context["page"].entries[0].start == day("2031-05-10")
    assert "Exchange · Agreed" in then.content.decode()
    assert "Completed" not in then.content.decode()
    assert now.context["page"].entries[0].start == day("2031-05-18")
    assert "Exchange · Completed" in now.content.decode()


@pytest.mark.sql
def test_as_of_orders_and_filters_by_the_dates_known_then(client):
    reported("event", "moved", article("2031-05-10"))
    reported("event", "moved", article("2031-05-20"), start="2031-01-01")
    reported("event", "fixed", article("2031-05-10"), start="2031-03-01")

    assert shown(client, "/?as_of=2031-05-15") == ["moved", "fixed"]
    assert shown(client) == ["fixed", "moved"]
    assert shown(client, "/?as_of=2031-05-15&to=2031-02-01") == []
    assert shown(client, "/?to=2031-02-01") == ["moved"]


@pytest.mark.sql
def test_as_of_begins_with_what_was_announced_for_later_as_that_was_known_then(client):
    reported("event", "past", article("2031-05-01"), start="2031-05-01")
    reported("event", "announced", article("2031-05-02"), start="2031-09-01")
    reported("event", "moved", article("2031-05-03"))
    reported("event", "moved", article("2031-05-20"), start="2031-12-01")
    reported("event", "unforeseen", article("2031-06-01"), start="2031-06-01")
    assert shown(client, "/?as_of=2031-05-15") == ["announced", "moved", "past"]
    assert shown(client, "/?as_of=2031-05-25") == ["moved", "announced", "past"]


def test_as_of_filters_by_parties_words_and_process_known_then(client):
    PartyFactory(slug="freedonia")
    ProcessFactory(slug="opera-talks")
    reported("event", "event", article("2031-05-10"), title="A statement", start="2031-05-09")
    reported("event", "event", article("2031-05-20"), summary="Hats", parties="freedonia", process="opera-talks")

    for query in ("party=freedonia", "q=hats", "process=opera-talks"):
        assert shown(client, f"/?{query}") == ["event"]
        assert shown(client, f"/?{query}&as_of=2031-05-15") == []


def test_as_of_is_kept_by_every_link_and_can_be_left(client):
    reported("event", "event", article("2021-05-10"), start="2021-05-09")

    html = client.get("/?as_of=2021-05-15").content.decode()

    assert "<strong>As known on 15 May 2021.</strong>" in html
    assert '<a href="?">Show what is known today</a>' in html
    assert 'href="/events/event/?as_of=2021-05-15"' in html
    assert 'href="/articles/gazette-2021-05-10/?as_of=2021-05-15#p1"' in html


@pytest.mark.sql
def test_an_earlier_state_says_how_many_later_reports_it_leaves_out(client):
    early, late = article("2031-05-10"), article("2031-05-20")
    event = reported("event", "event", early, start="2031-05-09")  # two reports: the event as such, and its date
    reported("event", "event", late, title="A statement", start="2031-05-09", event_kind="call")
    AccountFactory(entry=event, article=late)
    reported("event", "other", late)
    reported("event", "draft", late, published=False)

    assert client.get("/?as_of=2031-05-15").context["later"] == 5
    assert "5 later reports are left out." in client.get("/?as_of=2031-05-15").content.decode()
    assert client.get("/events/event/?as_of=2031-05-15").context["later"] == 4
    assert (
        "4 later reports are left out on this page." in client.get("/events/event/?as_of=2031-05-15").content.decode()
    )
    assert client.get("/?as_of=2031-05-20").context["later"] == 0
    assert "There are no later reports here." in client.get("/?as_of=2031-05-20").content.decode()
    assert client.get("/").context["later"] is None


def test_a_day_is_called_an_earlier_state_only_if_something_is_later_and_none_is_known_before_it_comes(client):
    reported("event", "event", article("2021-05-10"), start="2021-05-09")
    reported("event", "other", article("2021-05-20"), start="2021-05-19")

    def notice(day):
        return re.findall("<strong>(.+)</strong>", client.get(f"/?as_of={day}").content.decode())[0]

    assert [notice(day) for day in ("2021-05-15", "2021-05-20", "9998-01-01")] == [
        "This is an earlier state: as known on 15 May 2021.",
        "As known on 20 May 2021.",
        "1 January 9998 has not come yet: this is what is known today.",
    ]


@pytest.mark.parametrize(
    "address", ["/", "/events/", "/events/event/", "/people/", "/compare/positions/", "/articles/"]
)
def test_every_page_has_the_choice_of_the_day_whose_knowledge_it_shows(client, address):
    reported("event", "event", article("2021-05-10"))

    html = client.get(f"{address}?as_of=2021-05-15").content.decode()

    assert re.findall(r'<input id="as-of" [^>]*value="([^"]*)"', html) == ["2021-05-15"]
    assert html.partition('id="taking"')[0].count("As known on 15 May 2021.") == 1


# The overview


def test_the_overview_names_a_series_as_it_is_called_now(client):
    process = ProcessFactory(slug="opera-talks", title="Opera talks")
    for day in (2, 9):
        reported("round", f"opera-{day}", start=f"2031-05-0{day}", process="opera-talks")
    assert "Opera talks" in client.get("/").content.decode()

    process.title = "Operetta talks"
    process.save()

    page = client.get("/").content.decode()
    assert ("Opera talks" in page, "Operetta talks" in page) == (False, True)


def test_bars_of_which_nothing_passes_the_filters_are_faded(client):
    many_events(200)

    faded = [client.get(f"/?{query}").text.count('class="bars faded"') for query in ("kind=event", "kind=round")]

    assert faded == [3, 4]  # of four lanes; those of rounds, exchanges and proposals are empty


def test_the_overview_shows_the_chosen_period_and_says_what_of_it_passes_the_filters(client):
    many_events(100, party=PartyFactory(slug="freedonia"))
    reported("round", "glee", start="2020-02-10")

    def heading(query):
        page = client.get(f"/?{query}")
        return page.context["band"].count, re.search('band-title">([^<]+)<', page.content.decode())[1].strip()

    assert heading("") == (101, "101 entries, January to April 2020")
    assert heading("from=2020-02-01&to=2020-02-29") == (30, "30 entries, February 2020")
    assert heading("from=2020-02-01&to=2020-02-29&kind=round") == (30, "1 of 30 entries, February 2020")
    assert heading("q=nothing+of+the+kind") == (101, "0 of 101 entries, January to April 2020")


@pytest.mark.sql
def test_the_panel_of_the_overview_tells_of_each_mark_what_was_known_then(client):
    early, late = article("2021-05-10"), article("2021-06-10")
    reported("round", "glee", early, start="2021-05-09", title="Round of glee", summary="They sang.")
    reported("round", "glee", late, outcome="They agreed on hats.")
    reported("event", "hats", late, start="2021-05-20", title="Hats are thrown")
    reported("event", "secret", early, published=False, start="2021-05-09", title="A draft")

    def told(query):
        html = client.get(query, headers={"HX-Request": "true", "HX-Target": "told-all"}).content.decode()
        return re.findall('data-of="([^"]+)"', html), "They agreed on hats." in html, "They sang." in html, len(html)

    now, then = told("/"), told("/?as_of=2021-05-31")
    page = client.get("/?as_of=2021-05-31", headers={"HX-Request": "true", "HX-Target": "told-all"})

    assert now[:3] == (["/rounds/glee/", "/events/hats/"], True, False)
    assert then[:3] == (["/rounds/glee/?as_of=2021-05-31"], False, True)
    assert now[3] < 3000
    assert "HX-Push-Url" not in page
    assert 'data-of="/rounds/glee/"' not in client.get("/").content.decode()


# Days


def test_what_stands_on_one_day_stands_under_one_date(client):
    reported("event", "b", start="2031-05-01")
    reported("event", "a", start="2031-05-01")
    reported("event", "to-the-third", start="2031-05-01", end="2031-05-03")
    reported("event", "c", start="2031-05-02")

    [(_, days)] = client.get("/?order=oldest").context["page"].months

    assert [(words.stands_short(at.first), [card.known.entry.slug for card in at.cards]) for at in days] == [
        ("1 May", ["b", "a"]),
        ("1–3 May", ["to-the-third"]),
        ("2 May", ["c"]),
    ]


def test_undated_events_of_one_article_are_folded_from_the_third_on(client):
    one, other = article("2031-05-10"), ArticleFactory(slug="other", published=day("2031-05-10"))
    for number in range(4):
        reported("event", f"one-{number}", one)
    reported("event", "other", other)
    reported("round", "round", one)

    response = client.get("/?order=oldest")
    [(_, [at])] = response.context["page"].months

    assert [card.known.entry.slug for card in at.cards] == ["one-0", "one-1", "other", "round"]
    assert [card.known.entry.slug for card in at.folded] == ["one-2", "one-3"]
    assert "2 more of the same article, without a date" in response.content.decode()


def test_cards_tell_what_an_exchange_handed_over_as_its_page_does_and_whether_sources_differ(client):
    freedonia, sylvania = PartyFactory(name="Freedonia"), PartyFactory(name="Sylvania")
    told, later = article("2031-05-20"), article("2031-05-22")
    swap = reported("swap", "swap", told, start="2031-05-12", status="completed", summary="It took two days.")
    sent = {"swap": swap, "from_party": freedonia, "to_party": sylvania}
    TransferFactory(**sent, article=told, date="2031-05-12", count=57)
    TransferFactory(**sent, article=later, date="2031-05-12", count=60)
    TransferFactory(**sent, article=told, date="2031-05-13", count=20)
    settle({swap.pk: ""})
    by_day = {
        "": ("Freedonia handed over 77 to 80 prisoners of war to Sylvania, 12–13 May 2031", True),
        "as_of=2031-05-21": ("Freedonia handed over 77 prisoners of war to Sylvania, 12–13 May 2031", False),
    }

    for query, (sentence, differ) in by_day.items():
        for address in ("/", "/swaps/"):
            html = client.get(f"{address}?{query}").content.decode()
            card = folded(re.search(r'<li class="entry entry-swap">.*?</ol>', html, re.DOTALL)[0])
            assert sentence in card
            assert ("Sources differ on: how many were handed over." in card) is differ
            assert "It took two days." not in card
        assert sentence in folded(client.get(f"/swaps/swap/?{query}").content.decode())


# The tray


def tray(response):
    return [(one.kind, [known.entry.slug for known in one.entries], one.can_start) for one in response.context["tray"]]


def test_what_is_picked_stands_in_the_tray_by_kind_in_the_order_of_columns(client):
    reported("round", "late", start="2031-05-09")
    reported("round", "early", start="2031-05-01")
    reported("proposal", "plan", start="2031-05-02")

    response = client.get("/?pick=late&pick=plan&pick=early")

    assert tray(response) == [("round", ["early", "late"], True), ("proposal", ["plan"], False)]
    assert tray(client.get("/")) == []


@pytest.mark.parametrize("address", ["/", "/rounds/", "/rounds/glee/", "/people/", "/articles/", "/compare/positions/"])
def test_every_link_and_form_of_a_page_keeps_the_tray(client, address):
    reported("round", "glee", start="2031-05-01", parties=PartyFactory(slug="freedonia").slug)

    html = client.get(f"{address}?pick=glee").content.decode()
    pages = re.sub(r'<section id="taking".*?</section>', "", html, flags=re.DOTALL)  # what leaves the site has no tray
    links = [link for link in re.findall(r'<a [^>]*href="(/[^"]*)"', pages) if not link.startswith("/static/")]
    forms = re.findall(r"<form.*?</form>", html, re.DOTALL)

    assert len(links) > 10
    assert [link for link in links if "pick=glee" not in link] == []
    assert [form for form in forms if 'name="pick" value="glee"' not in form] == []


def test_a_round_is_picked_and_taken_out_again_by_a_link(client):
    reported("round", "glee", start="2031-05-01")
    reported("event", "event", start="2031-05-01")

    html = client.get("/?kind=round&kind=event").content.decode()
    picked = client.get("/?kind=round&kind=event&pick=glee").content.decode()

    assert re.findall(r'class="pick"[^>]* href="([^"]*)"', html) == ["?kind=round&amp;kind=event&amp;pick=glee"]
    assert re.findall(r'class="pick"[^>]* href="([^"]*)"', picked) == ["?kind=round&amp;kind=event"]


def test_the_tray_leads_to_the_comparison(client):
    reported("round", "late", start="2031-05-09")
    reported("round", "early", start="2031-05-01")

    html = client.get("/?pick=late&pick=early").content.decode()
    form = re.search(r'<form method="get" action="/compare/rounds/">.*?</form>', html, re.DOTALL)[0]

    assert re.findall(r'name="(\w+)" value="([\w-]+)"', form) == [
        ("pick", "late"),
        ("pick", "early"),
        ("r", "early"),
        ("r", "late"),
    ]


def test_a_tray_of_too_many_says_how_many_are_compared(client):
    for number in range(5):
        reported("round", f"round-{number}", start=f"2031-05-0{number + 1}")

    response = client.get("/?" + "&".join(f"pick=round-{number}" for number in range(5)))

    assert tray(response)[0][2] is False
    assert "at most 4 rounds can be compared; remove some" in response.content.decode()


@pytest.mark.parametrize("slug", ["draft", "later", "event", "nowhere"])
def test_only_visible_rounds_and_proposals_can_be_picked(client, slug):
    reported("round", "draft", published=False, start="2031-05-09")
    reported("round", "later", article("2031-06-01"), start="2031-05-09")
    reported("event", "event", article("2031-05-01"))
    reported("round", "seen", article("2031-05-01"))

    response = client.get(f"/?as_of=2031-05-15&pick={slug}&pick=seen")

    assert response.status_code == 400
    assert f"There is no round or proposal “{slug}” here." in response.content.decode()
    assert tray(response) == [("round", ["seen"], False)]


# Drafts


@pytest.mark.sql
def test_a_draft_is_not_on_the_timeline(client):
    reported("event", "draft", published=False, start="2031-05-09")
    reported("event", "event", start="2031-05-09")

    assert shown(client) == ["event"]


# htmx


def test_htmx_gets_the_results_alone_and_an_address_without_empty_parameters(client):
    reported("event", "event", start="2031-05-09")

    response = client.get("/?kind=event&q=&party=", headers={"HX-Request": "true", "HX-Target": "results"})

    assert response.content.decode().strip().startswith('<div id="results"')
    assert "<h1>" not in response.content.decode()
    assert response["HX-Push-Url"] == "/?kind=event"
    assert response["Vary"] == "HX-Request, HX-Target, HX-History-Restore-Request, Accept-Encoding"


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Target": "elsewhere"},
        {"HX-Request": "true", "HX-Target": "results", "HX-History-Restore-Request": "true"},
        {},
    ],
)
def test_any_other_request_gets_the_whole_page(client, headers):
    assert client.get("/", headers=headers).content.decode().count("<h1>") == 1


# How well entries are borne out


@pytest.fixture
def borne_out(gazette, herald):
    """Told by the Gazette (10 May) alone; by the Herald (20 May), too; and so that the two contradict each other."""
    reported("round", "alone", gazette, start="2031-05-01", venue="Opera")
    for slug, venue in (("agreed", "Opera"), ("disputed", "Theatre")):
        reported("round", slug, gazette, start="2031-05-02", venue="Opera")
        reported("round", slug, herald, venue=venue)


@pytest.mark.sql
@pytest.mark.parametrize(
    ("query", "found", "words", "counts"),
    [
        ("sources=one", {"alone"}, "1 entry by one source only", {"one": 1, "differ": 1}),
        ("sources=differ", {"disputed"}, "1 entry on which sources differ", {"one": 1, "differ": 1}),
        ("sources=differ&kind=event", set(), "0 events on which sources differ", {"differ": 0}),
        (
            "sources=one&as_of=2031-05-19",
            {"alone", "agreed", "disputed"},
            "3 entries by one source only",
            {"one": 3},
        ),
        ("sources=differ&as_of=2031-05-20", {"disputed"}, "1 entry on which sources differ", {"one": 1, "differ": 1}),
    ],
)
def test_entries_are_chosen_by_how_they_are_borne_out(client, borne_out, query, found, words, counts):
    context = client.get(f"/?{query}").context

    assert {one.entry.slug for one in context["page"].entries} == found
    assert (context["total"], context["in_words"]) == (len(found), words)
    assert {asked: count for asked, count, _ in context["choices"]["sources"]} == counts


def test_another_choice_of_sources_is_refused(client, borne_out):
    page = client.get("/?sources=many")

    assert (page.status_code, page.context["total"]) == (400, 3)
    assert page.context["form"].complaints == [
        "sources: There is no choice “many”; write one or differ, or leave it out."
    ]


# Queries


QUERIES = {
    "": 26,
    "order=oldest": 26,
    "kind=event&from=2020-01-02&to=2021-01-01&q=event": 28,
    "as_of=2020-06-01": 27,
    "party=freedonia": 28,
    "sources=differ": 25,
}


def queries_for(client, queries):
    """{query: the number of database queries of the timeline, while nothing is kept in the cache}"""
    numbers = {}
    for query in queries:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/?{query}")
        numbers[query] = len(captured)
    return numbers


@pytest.mark.parametrize("count", [20, 60])
def test_the_number_of_queries_does_not_grow_with_the_record(client, count):
    many_events(count, party=PartyFactory(slug="freedonia"))

    assert queries_for(client, QUERIES) == QUERIES


def test_a_record_too_large_for_marks_needs_no_more_queries(client):
    many_events(1000, party=PartyFactory(slug="freedonia"))
    queries = {"": 24, "as_of=2020-06-01": 25, "party=freedonia": 25}

    assert queries_for(client, queries) == queries


def test_what_is_counted_over_all_entries_is_counted_once_for_each_state_of_the_record(
    client, django_assert_num_queries
):
    many_events(10)
    client.get("/")

    with django_assert_num_queries(9):
        client.get("/")


def test_counts_follow_the_record_at_the_next_request(client):
    entry = reported("event", "event", start="2031-05-09")

    def counts():
        context = client.get("/").context
        return (
            context["total"],
            context["band"] and context["band"].count,
            [n for _, n, _ in context["choices"]["party"]],
        )

    assert counts() == (1, 1, [])
    reported("event", "event", ArticleFactory(), parties=PartyFactory(slug="freedonia").slug)
    assert counts() == (1, 1, [1])
    entry.refresh_from_db()
    entry.publication = "draft"
    entry.save()
    assert counts() == (0, None, [])
    entry.publication = "published"
    entry.save()
    assert counts() == (1, 1, [1])
    entry.delete()
    assert counts() == (0, None, [])


def test_beside_a_title_versions_run_on_in_small_letters_but_names_keep_their_capitals(client):
    for slug, status, city in (("gazette-a", "held", "Ruritz"), ("herald-b", "postponed", "Glockenberg")):
        article = ArticleFactory(slug=slug, published=datetime.date(2021, 5, 3))
        talks = reported("round", "talks", article, start="2021-05-02", status=status, city=city)
    settle({talks.pk: "test"})

    assert words.brief(client.get("/rounds/talks/").context["known"]) == ["Ruritz or Glockenberg", "Held or postponed"]


# Counts without filters


@pytest.mark.sql
def test_counts_of_all_are_those_of_a_period_that_holds_all():
    process, party = ProcessFactory(), PartyFactory()
    meetings = [reported("round", f"meeting-{n}", start="2025-06-01", process=process.slug) for n in range(3)]
    for meeting in meetings:
        DelegationFactory(round=meeting, party=party)
    settle({meeting.pk: "" for meeting in meetings})
    many_events(3, party=party)
    Entry.objects.filter(slug__in=["meeting-0", "event-2"]).update(publication="draft")

    counts = queries.facets(Seen.now())

    assert counts == queries.facets(Seen.now(), since=day("1950-01-01"))
    assert (counts["process"], counts["party"]) == ({process.slug: 2}, {party.slug: 4})
