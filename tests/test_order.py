"""The order of entries within a day: what articles tell of it, and that nothing else decides."""

import datetime

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from talks import queries
from talks.derived.settle import settle
from talks.editing.merging import merge, plan
from talks.files.exporter import export
from talks.models import Citation, Entry, Event, Placement, Seen
from talks.public.forms.fields import CursorField
from tests.admin_pages import edit, errors, saved, url
from tests.article_files import Folder, entry, event
from tests.factories import ArticleFactory, CitationFactory, ProcessFactory, many_events, reported

pytestmark = pytest.mark.django_db

DAY = "2031-05-02"


def article(day=DAY):
    return ArticleFactory(slug=f"gazette-{day}", published=datetime.date.fromisoformat(day))


def told(slug, source, **facts):
    """An event of the day with these facts."""
    return reported("event", slug, source, start=DAY, event_kind="call", **facts)


def add(slug, source, **facts):
    """One more report of an entry that is there."""
    found = Entry.objects.get(slug=slug)
    for field, value in facts.items():
        CitationFactory(article=source, entry=found, field=field, value=value)
    settle({found.pk: "test"})


@pytest.fixture
def process():
    return ProcessFactory(slug="marx-talks")


def in_order(client, address="/?order=oldest"):
    return [known.entry.slug for known in client.get(address).context["page"].entries]


@pytest.fixture
def source():
    return article()


# What is shown


@pytest.mark.sql
def test_entries_of_a_day_stand_by_their_times_and_untold_ones_before_them(client, source):
    told("evening", source, time="20:15")
    told("morning", source, time="09:05")
    told("untold", source)
    told("midnight", source, time="00:00")

    assert in_order(client) == ["untold", "midnight", "morning", "evening"]
    assert in_order(client, "/") == ["evening", "morning", "midnight", "untold"]


def test_an_entry_stands_after_the_one_that_it_is_told_to_follow_and_moves_with_it(client, source):
    told("third", source)
    told("second", source)
    told("first", source)
    add("third", source, after="second")
    add("second", source, after="first")
    assert in_order(client) == ["first", "second", "third"]

    told("noon", source, time="12:00")
    add("first", source, time="13:00")

    assert in_order(client) == ["noon", "first", "second", "third"]


def test_a_page_says_the_time_and_what_came_before_it_with_the_source(client, source):
    told("talks", source, time="13:40")
    told("statement", source, after="talks")

    page = client.get("/events/statement/")
    assert [
        (fact.label, str(fact.versions[0].links[0])) for fact in page.context["facts"] if fact.field == "after"
    ] == [("After", "Title of talks")]
    shown = {fact.label: fact.versions[0] for fact in client.get("/events/talks/").context["facts"]}
    assert shown["Local time"].words == "13:40"
    assert [row.article for row in shown["Local time"].citations] == [source]


def test_columns_of_a_comparison_and_neighbours_in_a_series_follow_the_order(client, source, process):
    for slug, time in (("a-late", "18:00"), ("b-early", "08:00")):
        reported("round", slug, source, start=DAY, process="marx-talks", time=time)

    page = client.get("/compare/rounds/?r=a-late&r=b-early")
    assert [one.entry.slug for one in page.context["columns"]] == ["b-early", "a-late"]
    assert client.get("/rounds/a-late/").context["previous"].entry.slug == "b-early"
    assert client.get("/rounds/b-early/").context["following"].entry.slug == "a-late"
    series = client.get("/compare/rounds/?process=marx-talks").context
    assert [one.entry.slug for one in series["columns"]] == ["b-early", "a-late"]
    assert [(one.entry.slug, before.entry.slug) for one, before in series["presets"]] == [("a-late", "b-early")]


@pytest.mark.sql
def test_on_an_earlier_day_the_order_is_the_one_that_was_known_then(client, source):
    told("late", source)
    told("early", source)
    later, last = article("2031-05-04"), article("2031-05-06")
    add("late", later, after="early")
    add("early", last, time="10:00")
    told("nine", source, time="09:00")

    assert in_order(client, "/?order=oldest&as_of=2031-05-03") == ["late", "early", "nine"]
    assert in_order(client, "/?order=oldest&as_of=2031-05-05") == ["early", "late", "nine"]
    assert in_order(client) == ["nine", "early", "late"]
    assert in_order(client, "/?order=oldest&as_of=2031-05-06") == ["nine", "early", "late"]


def test_an_address_of_a_page_from_before_there_was_an_order_still_leads_on(client):
    many_events(20)
    cursor = client.get("/").context["page"].next
    day, rank, key = cursor.split(".")

    assert rank == "0"
    assert in_order(client, f"/?after={day}.{key}") == in_order(client, f"/?after={cursor}")


def test_a_circle_of_old_reports_comes_to_an_end(source):
    first, second = told("first", source), told("second", source)
    for one, other in ((first, second), (second, first)):
        CitationFactory(article=source, entry=one, field="after", value=other.slug)
    settle({first.pk: "test", second.pk: "test"})

    assert sorted(Entry.objects.values_list("rank", flat=True)) == [99, 99]


@pytest.mark.sql
@pytest.mark.long
class PagingInTheToldOrderTests(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(data=st.data(), size=st.integers(1, 4), newest_first=st.booleans())
    def test_paging_both_ways_shows_every_entry_once_in_the_told_order(self, data, size, newest_first):
        Citation.objects.all().delete()
        Placement.objects.all().delete()
        Entry.objects.update(after=None)
        Event.objects.all().delete()
        source = ArticleFactory(published=datetime.date(2031, 5, 9))
        pairs = []
        for number in range(data.draw(st.integers(1, 7))):
            facts = (
                {"time": data.draw(st.sampled_from(["09:00", "09:01", "17:30"]))} if data.draw(st.booleans()) else {}
            )
            if number and not facts and data.draw(st.booleans()):
                facts["after"] = f"e{data.draw(st.integers(0, number - 1))}"
                pairs.append((facts["after"], f"e{number}"))
            told(f"e{number}", source, **facts)
        times = dict(Event.objects.exclude(time="").values_list("slug", "time"))
        pairs += [(one, other) for one in times for other in times if times[one] < times[other]]

        entries = queries.timeline(Seen.now())
        forwards = [queries.page_of(Seen.now(), entries, newest_first=newest_first, size=size)]
        while forwards[-1].next:
            cursor = CursorField().clean(forwards[-1].next)
            forwards.append(queries.page_of(Seen.now(), entries, newest_first=newest_first, size=size, after=cursor))
        slugs = [one.entry.slug for page in forwards for one in page.entries]
        assert sorted(slugs) == sorted(Event.objects.values_list("slug", flat=True))
        place = {slug: -number if newest_first else number for number, slug in enumerate(slugs)}
        assert [pair for pair in pairs if place[pair[0]] > place[pair[1]]] == []
        for page, before in zip(forwards[1:], forwards, strict=False):
            cursor = CursorField().clean(page.previous)
            back = queries.page_of(Seen.now(), entries, newest_first=newest_first, size=size, before=cursor)
            assert [one.entry.slug for one in back.entries] == [one.entry.slug for one in before.entries]


# Files


def test_files_tell_the_order_and_an_export_gives_it_back(folder, tmp_path):
    folder.article(
        "gazette-one",
        events=[
            event("answer", start="2021-05-03", after="talks"),
            event("talks", start="2021-05-03", time="14:30"),
            event("reply", start="2021-05-03", after="answer"),
        ],
    )
    folder.load()

    assert list(Event.objects.order_by("rank").values_list("slug", "rank", "time", "after__slug")) == [
        ("talks", 87100, "14:30", None),
        ("answer", 87101, "", "talks"),
        ("reply", 87102, "", "answer"),
    ]
    assert list(Placement.objects.order_by("rank").values_list("rank", flat=True)) == [87100, 87101, 87102]
    assert settle(dict.fromkeys(Entry.objects.values_list("pk", flat=True), "again")) == []
    export(tmp_path / "out")
    written = (tmp_path / "out/articles/gazette-one.yaml").read_text()
    assert "time: 14:30" in written.replace("'", "")
    assert "after: talks" in written
    assert Folder(tmp_path / "out").problems() == []


IMPOSSIBLE = {
    "a circle": (
        [event("a", start="2021-05-03", after="b"), event("b", start="2021-05-03", after="a")],
        "“a”: it comes after “b”, which comes after it in turn; take one of them out",
    ),
    "another day": (
        [event("a", start="2021-05-04", after="b"), event("b", start="2021-05-03")],
        "“a”: it comes after “b”, but no article gives both the same day, and only the order within a day can be told; "
        "correct the days, or leave it out",
    ),
    "times against it": (
        [
            event("a", start="2021-05-03", after="b", time="09:00"),
            event("b", start="2021-05-03", after="c"),
            event("c", start="2021-05-03", time="11:00"),
        ],
        "“a”: it is told at 09:00, but comes after “b”, which is not before 11:00; correct the times or the order",
    ),
    "no day": (
        [event("a", start="2021-05", time="09:00")],
        "“a”: it has a time, but no article gives its day; write the day as well, or leave the time out",
    ),
    "no time of day": (
        [event("a", start="2021-05-03", time="25:00")],
        "“25:00” is no time of day; write hours and minutes, such as 09:30 or 14:05",
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_files_are_refused_for_an_order_that_cannot_be(folder, name):
    events, sentence = IMPOSSIBLE[name]
    folder.article("gazette-one", events=events)

    assert folder.problems()[0].partition(": ")[2].partition(": ")[2] == sentence


def test_a_file_that_moves_an_entry_away_from_the_one_that_follows_it_is_refused(folder):
    folder.article("gazette-one", events=[event("a", start="2021-05-03", after="b")])
    folder.article("gazette-two", events=[event("b", start="2021-05-03")])
    folder.load()
    moved = folder.article("gazette-two", events=[event("b", start="2021-05-04")])

    assert [problem.partition("events")[2] for problem in folder.problems(folder.path / "reference", moved)] == [
        "[b].start: “a”: it comes after “b”, but no article gives both the same day, and only the order within a day "
        "can be told; correct the days, or leave it out"
    ]


def test_an_entry_follows_one_of_any_kind_that_is_there(folder):
    folder.article("gazette-one", rounds=[entry("a-round", start="2021-05-03")])
    folder.load()
    folder.article("gazette-two", events=[event("a", start="2021-05-03", after="a-rund")])

    assert [problem.partition("after: ")[2] for problem in folder.problems()] == [
        "there is no entry “a-rund”. Did you mean “a-round”?"
    ]


# The admin


def test_an_editor_tells_the_order_on_the_page_of_an_entry(admin_client, source):
    first, second = told("first", source), told("second", source)

    assert saved(edit(admin_client, first, {"after": second.pk}))

    first.refresh_from_db()
    assert (first.after.slug, first.rank) == ("second", 1)
    assert Citation.objects.get(field="after").value == "second"
    assert admin_client.get(url(Event, "change", first.pk)).status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"after": "other-day"}, IMPOSSIBLE["another day"][1]),
        ({"after": "follower"}, IMPOSSIBLE["a circle"][1]),
        ({"after": "late", "time": "09:00"}, IMPOSSIBLE["times against it"][1].replace("11:00", "17:00")),
        ({"start": "2031-05-01"}, IMPOSSIBLE["another day"][1].replace("“a”", "“follower”").replace("“b”", "“a”")),
    ],
)
def test_the_page_of_an_entry_refuses_an_order_that_cannot_be(admin_client, source, change, sentence):
    entries = {slug: told(slug, source) for slug in ("a", "b")}
    entries["follower"] = told("follower", source, after="a")
    entries["late"] = told("late", source, time="17:00")
    entries["other-day"] = reported("event", "other-day", source, start="2031-05-03")
    change = {name: entries[value].pk if value in entries else value for name, value in change.items()}

    answer = edit(admin_client, entries["a"], change)

    named = next((slug for slug in ("other-day", "late", "follower") if entries[slug].pk == change.get("after")), "a")
    assert errors(answer) == [sentence.replace("“b”", f"“{named}”") + "."]


def test_the_time_of_day_is_checked_where_editors_type_it(admin_client, source):
    answer = edit(admin_client, told("first", source), {"time": "9.30"})

    assert errors(answer) == ["“9.30” is no time of day; write hours and minutes, such as 09:30 or 14:05."]


def test_the_desk_refuses_an_order_that_cannot_be(admin_client, source):
    told("a", source, after="b")
    follower = told("b", source)
    address = reverse("admin:talks_article_desk_add", args=[source.pk, "citation"])

    answer = admin_client.post(address, {"entry": follower.pk, "field": "after", "value": "a", "paragraphs": ""})

    assert answer.context["form"].errors == {
        "value": [
            "“b”: it comes after “a”, which comes after it in turn; take one of them out.",
        ]
    }


def test_merging_leads_what_follows_the_old_entry_to_the_one_that_stays(source):
    old = told("old", source, time="10:00")
    keep = told("keep", article("2031-05-04"), time="11:00")
    follower = told("follower", source, after="old")

    merge(plan(keep, old), {}, "They are one.")

    follower.refresh_from_db()
    assert (follower.after_id, follower.rank) == (keep.pk, 60101)
    assert follower.history.latest().after_id == keep.pk


def test_an_entry_is_not_merged_with_the_one_that_it_follows(source):
    old, keep = told("old", source), told("keep", article("2031-05-04"), after="old")

    assert plan(keep, old).refusals == [
        "One of the two comes after the other, and no entry comes after itself. Correct that fact first."
    ]
