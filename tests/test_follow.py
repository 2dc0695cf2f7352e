"""Following the record: feeds as feedparser reads them, calendars as icalendar does."""

import datetime

import feedparser
import icalendar
import pytest

from talks.derived.changes import note_additions, noting
from talks.derived.settle import settle
from talks.models import Change, Entry, FormerSlug
from tests import factories as make
from tests.factories import reported

pytestmark = pytest.mark.django_db

MARK = "zxqv"  # stands in what must not come out, and nowhere else


@pytest.fixture
def talks(gazette, freedonia):
    return make.talks_in_marx_hall(gazette, time="14:30", parties="freedonia")


def correct(one, field, value, note="We had misread it."):
    with noting([one.pk], note=note, correction=True):
        citation = one.citations.get(field=field)
        citation.value = value
        citation.save()
        settle({one.pk: "test"})


def set_to(publication, one, **words):
    one.refresh_from_db()
    with noting([one.pk], **words):
        one.publication = publication
        one.save()


def made_on(day, **changes):
    Change.objects.filter(**changes).update(made=datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def feed(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version) == (False, "atom10")
    return read


def titles(client, address):
    return [one.title for one in feed(client, address).entries]


def meetings(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


# Feeds


def test_a_feed_tells_of_an_entry_what_its_page_leads_with_and_who_says_so(client, talks, gazette):
    made_on("2025-05-11", entry=talks)

    told = feed(client, "/timeline.atom")

    (one,) = told.entries
    assert told.feed.title == "Ukraine–Russia talks: the record: Timeline"
    assert [(link.rel, link.href) for link in told.feed.links] == [
        ("alternate", "http://testserver/"),
        ("self", "http://testserver/timeline.atom"),
    ]
    assert (one.title, one.link, one.updated) == (
        "Talks <in> Marx Hall",
        "http://testserver/rounds/talks/",
        "2025-05-11T12:00:00+00:00",
    )
    assert one.summary == "They agreed on hats &amp; coats."
    assert [tag.term for tag in one.tags] == ["Round", "Freedonia"]
    assert "<p>Round, 2–3 May 2031</p>" in one.content[0].value
    assert '<a href="http://testserver/articles/gazette/">Gazette, 10 May 2031</a>' in one.content[0].value


def test_a_feed_takes_the_query_of_the_timeline(client, talks, gazette, herald):
    note_additions([reported("event", "hats", gazette, title="Hats", start="2031-05-02")])
    note_additions([reported("round", "more", herald, title="More", start="2031-05-12")])

    assert titles(client, "/timeline.atom?kind=event") == ["Hats"]
    assert titles(client, "/timeline.atom?from=2031-05-10&kind=round") == ["More"]
    assert titles(client, "/timeline.atom?as_of=2031-05-10&kind=round") == ["Talks <in> Marx Hall"]
    assert feed(client, "/timeline.atom?kind=event&pick=talks").feed.links[0].href == "http://testserver/?kind=event"
    assert client.get("/timeline.atom?kind=opera").status_code == 400


def test_the_feed_of_exchanges_takes_the_query_of_their_page(client, gazette, freedonia):
    other = make.PartyFactory(slug="sylvania")
    for slug, there, way in (("hats", "2031-05-01", (freedonia, other)), ("bells", "2031-06-01", (other, freedonia))):
        swap = reported("swap", slug, gazette, title=slug, start=there)
        make.TransferFactory(swap=swap, article=gazette, from_party=way[0], to_party=way[1], date=there, count=5)
        settle({swap.pk: ""})
        note_additions([swap])
    note_additions([reported("event", "song", gazette, title="song")])

    assert set(titles(client, "/swaps.atom")) == {"hats", "bells"}
    assert titles(client, "/swaps.atom?direction=freedonia-to-sylvania") == ["hats"]
    assert titles(client, "/swaps.atom?from=2031-05-15") == ["bells"]
    page = client.get("/swaps/?direction=freedonia-to-sylvania")
    assert '</swaps.atom?direction=freedonia-to-sylvania>; rel="alternate"' in page["Link"]
    read = feed(client, "/swaps.atom?direction=freedonia-to-sylvania").feed
    assert read.link == "http://testserver/swaps/?direction=freedonia-to-sylvania"


def test_an_entry_keeps_its_id_while_its_title_and_its_address_change(client, talks):
    before = feed(client, "/timeline.atom").entries[0]

    FormerSlug.objects.create(entry=talks, slug="talks")
    Entry.objects.filter(pk=talks.pk).update(slug="talks-2031", title="Other talks")
    after = feed(client, "/timeline.atom").entries[0]

    assert before.link != after.link
    assert before.id == after.id == f"tag:testserver,{talks.created:%Y-%m-%d}:entry/{talks.pk}"


def test_what_changed_last_stands_first(client, talks, gazette):
    hats = reported("event", "hats", gazette, title="Hats", start="2031-05-02")
    note_additions([hats])
    made_on("2025-05-11", entry=talks)
    made_on("2025-05-12", entry=hats)
    assert titles(client, "/timeline.atom")[0] == "Hats"

    correct(talks, "city", "Zurich")

    assert titles(client, "/timeline.atom")[0] == "Talks <in> Marx Hall"


@pytest.mark.parametrize("query", ["", "?kind=round", "?party=freedonia"])
def test_of_what_was_withdrawn_a_feed_says_only_that(client, gazette, query):
    make.PartyFactory(slug="freedonia")
    one = reported("round", f"{MARK}-talks", gazette, title=f"{MARK} talks", start="2031-05-02")
    note_additions([one])
    id_before = feed(client, "/timeline.atom").entries[0].id
    set_to("withdrawn", one, note="It never took place.")
    address = f"/timeline.atom{query}"

    told = feed(client, address)

    assert [(each.title, each.summary, each.id) for each in told.entries] == [
        ("Withdrawn: round", "It never took place.", id_before)
    ]
    assert MARK not in client.get(address).content.decode()
    assert titles(client, "/timeline.atom?kind=event") == []


def test_no_feed_and_no_calendar_has_a_draft(client, gazette):
    one = reported("round", f"{MARK}-talks", gazette, title=f"{MARK} talks", start="2031-05-02", published=False)
    make.ChangeFactory(entry=one, note=MARK)

    for address in ("/timeline.atom", "/changes.atom", "/rounds.ics"):
        assert MARK not in client.get(address).content.decode()
    assert client.get(f"/rounds/{MARK}-talks.ics").status_code == 404


def test_the_feed_of_changes_tells_what_stood_there_before_and_after(client, talks):
    correct(talks, "city", "Zurich")

    corrected, added = feed(client, "/changes.atom?entry=talks").entries

    assert (corrected.title, added.title) == ("Corrected: Talks <in> Marx Hall", "Added: Talks <in> Marx Hall")
    assert corrected.summary == "We had misread it."
    assert "Marx Hall" in corrected.content[0].value
    assert "Zurich" in corrected.content[0].value
    assert titles(client, "/changes.atom?only=corrections") == ["Corrected: Talks <in> Marx Hall"]


def test_the_feed_of_an_entry_that_was_withdrawn_is_gone(client, talks):
    set_to("withdrawn", talks)

    assert client.get("/changes.atom?entry=talks").status_code == 410


def test_entries_that_were_added_at_one_moment_are_one_item(client, gazette):
    note_additions([reported("event", f"hats-{n}", gazette, start="2031-05-02") for n in range(5)])
    made_on("2025-05-11")

    assert titles(client, "/changes.atom") == ["Added: 5 entries"]


def test_the_feed_of_changes_tells_of_findings_and_leads_to_their_page(client, talks, gazette):
    finding = make.FindingFactory(page="/rounds/talks/", text="They met twice.", sources=["gazette"])
    make.ChangeFactory(entry=None, finding=finding, sort="added", reported=datetime.date(2031, 5, 10))

    (told,) = [one for one in feed(client, "/changes.atom").entries if "finding" in one.title]

    assert told.title == "Added: a finding of the editors"
    assert told.link == "http://testserver/rounds/talks/"
    assert "They met twice." in told.content[0].value
    assert "finding" not in str(titles(client, "/changes.atom?kind=round"))


def test_a_feed_has_pages(client, talks, gazette, monkeypatch):
    note_additions([reported("event", "hats", gazette, title="Hats", start="2031-05-02")])
    monkeypatch.setattr("talks.public.views.follow.ITEMS", 1)

    first = feed(client, "/timeline.atom?order=oldest").feed.links
    assert ("next", "http://testserver/timeline.atom?order=oldest&page=2") in [(one.rel, one.href) for one in first]
    second = feed(client, "/timeline.atom?page=2").feed.links
    assert [one.rel for one in second] == ["alternate", "self", "previous"]
    assert client.get("/timeline.atom?page=3").status_code == 404


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 9])
def test_feeds_and_calendars_take_as_many_queries_for_many_entries(client, django_assert_num_queries, gazette, count):
    for n in range(count):
        note_additions([reported("round", f"talks-{n}", gazette, start="2031-05-02", outcome="Hats.")])

    for address, queries in (("/timeline.atom", 4), ("/changes.atom?kind=round", 6), ("/rounds.ics", 4)):
        with django_assert_num_queries(queries):
            client.get(address)


# Calendars


def test_a_round_stands_on_its_days_and_says_the_time_in_words(client, talks, gazette):
    (one,) = meetings(client, "/rounds/talks.ics")

    assert (one["summary"], one["location"], one["status"]) == ("Talks <in> Marx Hall", "Marx Hall", "CONFIRMED")
    assert (one.decoded("dtstart"), one.decoded("dtend")) == (datetime.date(2031, 5, 2), datetime.date(2031, 5, 4))
    assert one["description"] == (
        "2–3 May 2031\n\nLocal time: 14:30\n\nThey agreed on hats & coats.\n\n"
        "Sources:\nGazette, 10 May 2031: Title of gazette\n\nhttp://testserver/rounds/talks/"
    )
    assert one["url"] == "http://testserver/rounds/talks/"


def test_a_round_to_come_is_tentative_and_what_is_called_off_says_so(client, gazette):
    reported("round", "soon", gazette, title="Soon", start="2032-02-01")
    reported("round", "off", gazette, title="Off", start="2031-02-01", status="cancelled")
    reported("round", "late", gazette, title="Late", start="2031-01-01", status="postponed")
    reported("round", "silent", gazette, title="Silent", start="2025-12-01")

    assert [(str(one["summary"]), one.get("status")) for one in meetings(client, "/rounds.ics")] == [
        ("Soon", "TENTATIVE"),
        ("Cancelled: Off", "CANCELLED"),
        ("Postponed: Late", "CANCELLED"),
        ("Silent", None),
    ]


def test_a_calendar_takes_no_side_where_sources_differ(client, gazette):
    reported("round", "talks", gazette, start="2031-05-02", status="held")
    reported("round", "talks", make.ArticleFactory(slug="other"), start="2031-05-02", status="cancelled")

    (one,) = meetings(client, "/rounds/talks.ics")

    assert "status" not in one
    assert "Sources differ on: status" in one["description"]


def test_a_calendar_counts_each_change_and_keeps_the_uid(client, talks):
    made_on("2025-05-11", entry=talks)
    (before,) = meetings(client, "/rounds/talks.ics")
    correct(talks, "start", "2031-05-01")
    (after,) = meetings(client, "/rounds/talks.ics")

    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("last-modified") > before.decoded("last-modified")
    assert after.decoded("dtstart") == datetime.date(2031, 5, 1)


def test_a_round_of_which_no_day_is_reported_is_on_no_day(client, talks, gazette):
    reported("round", "may", gazette, start="2031-05")
    reported("swap", "swap", gazette, start="2031-05-05")

    answer = client.get("/rounds.ics")

    calendar = icalendar.Calendar.from_ical(answer.content)
    assert [one["summary"] for one in calendar.walk("VEVENT")] == ["Talks <in> Marx Hall"]
    assert str(calendar["description"]).endswith("Left out, because no article gives the day: 1 round.")
    assert meetings(client, "/rounds.ics?kind=swap") == []


def test_a_calendar_follows_a_slug_and_says_what_was_withdrawn(client, talks):
    FormerSlug.objects.create(entry=talks, slug="old-talks")
    assert client.get("/rounds/old-talks.ics")["Location"] == "/rounds/talks.ics"

    set_to("withdrawn", talks)

    assert client.get("/rounds/talks.ics").status_code == 410
    assert meetings(client, "/rounds.ics") == []
