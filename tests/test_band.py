"""The overview band: positions to scale, stacks, bars, the chosen period."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks import band, queries
from tests.factories import ArticleFactory, many_events, reported


def day(text):
    return datetime.date.fromisoformat(text)


def mark(text, kind="event"):
    return {"slug": text, "kind": kind, "title": text, "stands": day(text), "precision": "day"}


def drawn(*marks, **options):
    counts = {}
    for one in marks:
        key = one["stands"].replace(day=1), one["kind"]
        counts[key] = counts.get(key, 0) + 1
    return band.draw(counts, list(marks), **options)


def lane(drawing, kind):
    return next(lane for lane in drawing.lanes if lane.kind == kind)


def test_an_empty_record_has_no_band():
    assert band.draw({}, []) is None


def test_marks_stand_to_scale_between_the_first_and_the_last_month():
    drawing = drawn(mark("2031-01-01"), mark("2031-07-02"), mark("2031-12-31"))

    assert (drawing.start, drawing.end, drawing.count) == (day("2031-01-01"), day("2031-12-31"), 3)
    assert [m.x for m in lane(drawing, "event").marks] == [0.0, 49.86, 99.73]


def test_marks_that_would_overlap_are_stacked_and_others_stay_on_the_line():
    marks = lane(drawn(mark("2031-01-10"), mark("2031-01-10"), mark("2031-01-11"), mark("2031-06-10")), "event").marks
    line = max(one.y for one in marks)

    assert [line - one.y for one in marks] == [0, band.MARK, 2 * band.MARK, 0]


def test_each_kind_has_a_lane_in_one_order_even_without_entries():
    drawing = drawn(mark("2031-01-10", "swap"))

    assert [(lane.kind, lane.count) for lane in drawing.lanes] == [
        ("round", 0),
        ("swap", 1),
        ("proposal", 0),
        ("event", 0),
    ]


def test_too_many_entries_become_bars_whose_height_is_the_number():
    counts = {(day("2031-01-01"), "event"): 400, (day("2031-02-01"), "event"): 100}
    bars = lane(band.draw(counts, None), "event").bars

    assert [(bar.height, bar.count) for bar in bars] == [(band.BAR, 400), (band.BAR / 4, 100)]
    assert [(bar.x, bar.width) for bar in bars] == [(0.0, 52.54), (52.54, 47.46)]


def test_years_and_months_tell_their_period_and_count():
    drawing = drawn(mark("2031-11-10"), mark("2032-01-05"), mark("2032-01-06"))

    assert [(year.start, year.end, year.count) for year in drawing.years] == [
        (day("2031-01-01"), day("2031-12-31"), 1),
        (day("2032-01-01"), day("2032-12-31"), 2),
    ]
    assert [(month.start, month.end, month.count) for month in drawing.months] == [
        (day("2031-11-01"), day("2031-11-30"), 1),
        (day("2031-12-01"), day("2031-12-31"), 0),
        (day("2032-01-01"), day("2032-01-31"), 2),
    ]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, None),
        ("2031-01-01", "2031-12-31", (0.0, 100.0)),
        ("2031-07-02", None, (49.86, 50.14)),
        (None, "2031-01-31", (0.0, 8.49)),
        ("2030-01-01", "2031-01-31", (0.0, 8.49)),
        ("2033-01-01", None, None),
        (None, "2030-01-01", None),
    ],
)
def test_the_chosen_period_is_marked_where_it_meets_the_record(since, until, expected):
    drawing = drawn(mark("2031-01-01"), mark("2031-12-31"), since=since and day(since), until=until and day(until))

    assert drawing.chosen == expected


@given(days=st.lists(st.dates(day("2000-01-01"), day("2040-12-31")), min_size=1, max_size=40))
def test_everything_is_drawn_within_the_band_and_no_two_marks_overlap(days):
    drawing = drawn(*(mark(one.isoformat()) for one in sorted(days)))
    marks = lane(drawing, "event").marks
    rows = {}
    for one in marks:
        rows.setdefault(one.y, []).append(one.x)

    assert len(marks) == len(days)
    assert all(0 <= one.x <= 100 and 0 < one.y < lane(drawing, "event").height for one in marks)
    assert all(
        later - earlier >= band.STEP - 0.011 for xs in rows.values() for earlier, later in itertools.pairwise(xs)
    )
    assert sum(month.count for month in drawing.months) == sum(year.count for year in drawing.years) == len(days)


@pytest.mark.django_db
def test_the_overview_shows_what_was_known_on_the_day():
    early, late = ArticleFactory(published=day("2031-05-10")), ArticleFactory(published=day("2031-06-10"))
    reported("event", "event", early, title="Told early")
    reported("event", "event", late, title="Told late", start="2031-01-05")
    reported("round", "round", late, start="2031-05-01")

    counts, marks = queries.overview(day("2031-05-31"))

    assert counts == {(day("2031-05-01"), "event"): 1}
    assert [(one["slug"], one["title"], one["stands"], one["precision"]) for one in marks] == [
        ("event", "Told early", day("2031-05-10"), "reported")
    ]
    assert queries.overview()[0] == {(day("2031-01-01"), "event"): 1, (day("2031-05-01"), "round"): 1}


@pytest.mark.django_db
def test_the_band_stays_small_however_many_entries_there_are(client):
    many_events(1000)

    html = client.get("/").content.decode()

    assert html.count("<use ") == 0
    assert html.count('class="month-tick"') == 33
