"""The overview band: positions to scale, stacks, bars, the chosen period."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks import queries
from talks.drawings import overview
from talks.models import Seen
from tests.factories import ArticleFactory, ProcessFactory, many_events, reported


def day(text):
    return datetime.date.fromisoformat(text)


def mark(text, kind="event", precision="day", reports=1):
    told = {"slug": text, "kind": kind, "title": text, "stands": day(text), "precision": precision}
    return told | {"city": "", "reports": reports}


def record_with(*marks, series=()):
    counts = {}
    for one in marks:
        key = one["stands"].replace(day=1), one["kind"]
        counts[key] = counts.get(key, 0) + 1
    return queries.Overview(counts, list(marks), list(series))


def drawn(*marks, series=(), **options):
    return overview.draw(record_with(*marks, series=series), **options)


def lane(drawing, kind):
    return next(lane for lane in drawing.lanes if lane.kind == kind)


def test_an_empty_record_has_no_band():
    assert drawn() is None


def test_marks_stand_to_scale_between_the_first_and_the_last_month():
    drawing = drawn(mark("2031-01-01"), mark("2031-07-02"), mark("2031-12-31"))

    assert (drawing.start, drawing.end, drawing.count) == (day("2031-01-01"), day("2031-12-31"), 3)
    assert [m.x for m in lane(drawing, "event").marks] == [0.0, 49.86, 99.73]


def test_marks_that_would_overlap_are_stacked_and_others_stay_on_the_line():
    marks = lane(drawn(mark("2031-01-10"), mark("2031-01-10"), mark("2031-01-11"), mark("2031-06-10")), "event").marks
    line = max(one.y for one in marks)

    assert [line - one.y for one in marks] == [0, overview.MARK, 2 * overview.MARK, 0]


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
    drawing = overview.draw(queries.Overview(counts, None, []))
    bars = lane(drawing, "event").bars

    assert drawing.dense
    assert [(bar.height, bar.count) for bar in bars] == [(overview.BAR - 4, 400), ((overview.BAR - 4) / 4, 100)]
    assert [(bar.x, bar.width) for bar in bars] == [(0.0, 52.54), (52.54, 47.46)]


def test_years_and_months_tell_their_period_and_count():
    drawing = drawn(mark("2031-07-10"), mark("2033-01-05"), mark("2033-01-06"))

    assert [(year.start, year.end, year.count) for year in drawing.axis] == [
        (day("2031-01-01"), day("2031-12-31"), 1),
        (day("2032-01-01"), day("2032-12-31"), 0),
        (day("2033-01-01"), day("2033-12-31"), 2),
    ]
    assert [(month.start, month.end, month.count) for month in drawing.months][::18] == [
        (day("2031-07-01"), day("2031-07-31"), 1),
        (day("2033-01-01"), day("2033-01-31"), 2),
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
        ("0001-01-01", "9999-12-31", (0.0, 100.0)),
    ],
)
def test_the_chosen_period_is_marked_where_it_meets_the_record(since, until, expected):
    drawing = drawn(mark("2031-01-01"), mark("2031-12-31"), since=since and day(since), until=until and day(until))

    assert (drawing.chosen and (drawing.chosen.x, drawing.chosen.width)) == expected


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
        later - earlier >= overview.STEP - 0.011 for xs in rows.values() for earlier, later in itertools.pairwise(xs)
    )
    assert sum(month.count for month in drawing.months) == sum(one.count for one in drawing.axis) == len(days)


def test_a_drawing_of_few_months_names_them_instead_of_years():
    drawing = drawn(mark("2031-11-10"), mark("2032-01-05"))

    assert drawing.by_month
    assert drawing.axis == drawing.months


def test_undated_entries_of_one_day_are_one_mark_with_their_number():
    undated = [mark("2031-05-10", precision="reported") for _ in range(9)]
    marks = lane(drawn(mark("2031-05-10"), *undated, mark("2031-05-10", "swap", "reported")), "event").marks

    assert [(one.entry["precision"], one.folded) for one in marks] == [("day", 1), ("reported", 9)]


def test_the_most_reported_are_named_where_their_names_meet_nothing():
    marks = [
        mark("2031-01-01", reports=3),
        mark("2031-01-20", reports=9),
        mark("2031-01-24", reports=5),
        mark("2031-07-01", reports=2),
        mark("2031-12-31", reports=1),
    ]
    named = lane(drawn(*marks, name=lambda entry: "x" * 8), "event").marks

    assert [(one.entry["slug"], one.before) for one in named if one.name] == [
        ("2031-01-24", False),
        ("2031-07-01", False),
    ]


@given(
    days=st.lists(
        st.tuples(st.dates(day("2030-01-01"), day("2034-12-31")), st.integers(1, 9)), min_size=1, max_size=30
    ),
    letters=st.integers(1, 40),
)
def test_names_lie_neither_on_marks_nor_on_each_other_nor_beside_the_drawing(days, letters):
    marks = lane(
        drawn(*(mark(one.isoformat(), reports=n) for one, n in sorted(days)), name=lambda entry: "x" * letters), "event"
    ).marks
    width = letters * overview.LETTER
    taken = [(one.x - overview.STEP / 2, one.x + overview.STEP / 2, one.y, one) for one in marks]
    for one in marks:
        if one.name:
            start = one.x - overview.STEP - width if one.before else one.x + overview.STEP
            assert start >= 0
            assert start + width <= 100
            taken.append((start, start + width, one.y, one))
    met = [
        (a, b)
        for a, b in itertools.combinations(taken, 2)
        if a[3] is not b[3]
        and abs(a[2] - b[2]) < 1
        and a[0] < b[1]
        and b[0] < a[1]
        and (a[1] - a[0] > 1 or b[1] - b[0] > 1)
    ]

    assert met == []
    assert sum(bool(one.name) for one in marks) <= overview.NAMED


def test_months_without_any_entry_are_a_gap_from_three_on():
    drawing = drawn(mark("2031-01-10"), mark("2031-04-10"), mark("2031-08-10"))

    assert [(gap.start, gap.end) for gap in drawing.gaps] == [(day("2031-05-01"), day("2031-07-31"))]


def test_series_of_talks_are_bars_in_rows_where_nothing_meets():
    marks = [mark("2031-01-01"), mark("2031-12-31")]
    series = [
        ("Opera talks", day("2031-02-01"), day("2031-03-31")),
        ("Hat talks", day("2031-03-01"), day("2031-04-30")),
        ("Late talks", day("2031-11-01"), day("2031-12-31")),
    ]
    bars = drawn(*marks, series=series).series

    assert [(bar.title, bar.y // overview.ROW, bar.place) for bar in bars] == [
        ("Opera talks", 0, "after"),
        ("Hat talks", 1, "after"),
        ("Late talks", 0, "before"),
    ]


def test_a_series_over_the_whole_drawing_has_no_name_beside_it():
    marks = [mark("2031-01-01"), mark("2031-12-31")]
    [bar] = drawn(*marks, series=[("Long talks", day("2030-01-01"), day("2032-01-01"))]).series

    assert (bar.place, bar.span.x, bar.span.width) == ("", 0.0, 100.0)


def test_a_zoomed_drawing_spans_the_chosen_period_only():
    whole = record_with(mark("2031-01-10"), mark("2031-06-16"), mark("2031-12-10"))
    period = {"since": day("2031-06-01"), "until": day("2031-06-30")}
    drawing = overview.draw(whole, **period, zoomed=record_with(mark("2031-06-16")))

    assert (drawing.start, drawing.end, drawing.count) == (day("2031-06-01"), day("2031-06-30"), 1)
    assert [one.x for one in lane(drawing, "event").marks] == [50.0]
    assert drawing.chosen is None


def test_a_zoomed_drawing_never_reaches_beyond_the_record():
    whole = record_with(mark("2031-01-10"))

    assert overview.draw(whole, since=day("0001-01-01"), zoomed=whole).start == day("2031-01-01")
    assert overview.draw(whole, since=day("2040-01-01"), zoomed=record_with()) is None


@pytest.mark.django_db
def test_a_series_runs_from_its_first_to_its_last_dated_round_that_was_known():
    ProcessFactory(slug="opera-talks", title="Opera talks")
    early, late = ArticleFactory(published=day("2031-05-10")), ArticleFactory(published=day("2031-06-10"))
    reported("round", "first", early, start="2031-05-01", process="opera-talks")
    reported("round", "undated", early, process="opera-talks")
    reported("event", "event", early, start="2031-04-01", process="opera-talks")
    reported("round", "second", late, start="2031-06-01", process="opera-talks")

    assert queries.overview(Seen.now()).series == [("Opera talks", day("2031-05-01"), day("2031-06-01"))]
    assert queries.overview(Seen.on(day("2031-05-31"))).series == [
        ("Opera talks", day("2031-05-01"), day("2031-05-01"))
    ]


@pytest.mark.django_db
def test_the_overview_shows_what_was_known_on_the_day():
    early, late = ArticleFactory(published=day("2031-05-10")), ArticleFactory(published=day("2031-06-10"))
    reported("event", "event", early, title="Told early")
    reported("event", "event", late, title="Told late", start="2031-01-05")
    reported("round", "round", late, start="2031-05-01")

    then = queries.overview(Seen.on(day("2031-05-31")))

    assert then.counts == {(day("2031-05-01"), "event"): 1}
    assert [(one["slug"], one["title"], one["stands"], one["precision"]) for one in then.marks] == [
        ("event", "Told early", day("2031-05-10"), "reported")
    ]
    assert queries.overview(Seen.now()).counts == {(day("2031-01-01"), "event"): 1, (day("2031-05-01"), "round"): 1}


@pytest.mark.django_db
def test_the_band_stays_small_however_many_entries_there_are(client):
    many_events(1000)

    html = client.get("/").content.decode()

    assert html.count("<use ") == 0
    assert html.count('class="tick"') == 33
