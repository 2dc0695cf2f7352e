"""The overview band: positions to scale, stacks, bars, the chosen period."""

import datetime
import itertools
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from talks import queries
from talks.drawings import overview
from talks.drawings.overview.lanes import LARGEST
from talks.drawings.overview.shapes import BAR, LETTER, LINE, MARK, PIXEL, SPACE
from talks.models import KINDS, Seen
from talks.models.counts import Count
from talks.record.overview import Marked, Matching, Overview, People
from tests.factories import ArticleFactory, PartyFactory, ProcessFactory, TransferFactory, many_events, reported
from tests.html import folded

NUMBERS = itertools.count(1)


def day(text):
    return datetime.date.fromisoformat(text)


def mark(text, kind="event", precision="day", reports=1, people=None):
    number = next(NUMBERS)
    return Marked(number, text, kind, text, day(text), precision, "", reports, people)


def people(living=0, dead=0):
    return People(Count.exactly(living), Count.exactly(dead))


def by_month(marks):
    counts = {}
    for one in marks:
        key = one.stands.replace(day=1), one.kind
        counts[key] = counts.get(key, 0) + 1
    return counts


def record_with(*marks, series=(), named=(), barred=()):
    """An overview of these; those of the kinds in `barred` have no mark of their own."""
    of_kind = {kind: [one for one in marks if one.kind == kind] for kind in KINDS if kind not in barred}
    of_month = {}
    for one in marks:
        if one.people:
            of_month.setdefault(one.stands.replace(day=1), []).append(one.people)
    return Overview(by_month(marks), of_kind, list(named), of_month, list(series))


def extent_of(marks):
    return (min(one.stands for one in marks), max(one.stands for one in marks)) if marks else None


def drawn(*marks, matching=None, series=(), named=(), barred=(), **options):
    record = record_with(*marks, series=series, named=named, barred=barred)
    passing = matching and Matching(by_month(matching), {one.pk for one in matching})
    return overview.draw(record, extent_of(marks), matching=passing, **options)


def lane(drawing, kind):
    return next(lane for lane in drawing.lanes if lane.kind == kind)


def test_an_empty_record_has_no_band():
    assert drawn() is None


def test_marks_stand_to_scale_between_the_first_and_the_last_month():
    drawing = drawn(mark("2031-01-01"), mark("2031-07-02"), mark("2031-12-31"))

    assert (drawing.start, drawing.end, drawing.count) == (day("2031-01-01"), day("2031-12-31"), 3)
    assert [m.x for m in lane(drawing, "event").marks] == [0.14, 50.0, 99.87]


def test_what_stands_at_the_only_day_of_a_period_is_in_the_middle_of_it():
    period = {"since": day("2031-06-16"), "until": day("2031-06-16")}
    drawing = overview.draw(record_with(mark("2031-06-16")), (day("2031-01-01"), day("2031-12-31")), **period)

    assert [one.x for one in lane(drawing, "event").marks] == [50.0]


def test_marks_that_would_overlap_are_stacked_and_others_stay_on_the_line():
    marks = lane(drawn(mark("2031-01-10"), mark("2031-01-10"), mark("2031-01-11"), mark("2031-06-10")), "event").marks
    line = max(one.y for one in marks)

    step = MARK + 1

    assert [line - one.y for one in marks] == [0, step, 2 * step, 0]


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
    drawing = overview.draw(Overview(counts, {}, [], None, []), (day("2031-01-05"), day("2031-02-05")))
    bars = lane(drawing, "event").bars

    assert lane(drawing, "event").as_bars
    assert [(bar.height, bar.count) for bar in bars] == [(BAR - 4, 400), ((BAR - 4) / 4, 100)]
    assert [(bar.x, bar.width) for bar in bars] == [(0.0, 52.54), (52.54, 47.46)]


def test_marks_that_would_stand_too_high_become_bars():
    few, many = (lane(drawn(*(mark("2031-05-10") for _ in range(number))), "event") for number in (10, 20))

    assert (few.as_bars, len(few.marks)) == (False, 10)
    assert (many.as_bars, many.marks, [bar.count for bar in many.bars]) == (True, [], [20])


def test_the_area_of_an_exchange_is_as_large_as_the_number_of_its_people():
    numbers = [people(living=400), people(living=100, dead=1500), people(dead=6), people(living=10**6), None]
    marks = [mark(f"2031-0{month}-01", "swap", people=one) for month, one in enumerate(numbers, 1)]
    sizes = [(one.size, one.shape, one.look) for one in lane(drawn(*marks), "swap").marks]

    assert sizes == [
        (11.7, "swap", ""),
        (23.3, "swap", ""),
        (MARK, "swap", "of-dead"),
        (LARGEST, "swap", ""),
        (MARK, "unknown", ""),
    ]
    assert round(sizes[1][0] ** 2 / sizes[0][0] ** 2) == 1600 / 400


def test_bars_of_exchanges_tell_people_and_the_dead_among_them():
    marks = [
        mark("2031-01-05", "swap", people=people(living=200)),
        mark("2031-01-20", "swap", people=people(living=100, dead=500)),
        mark("2031-02-01", "swap"),
    ]
    drawing = drawn(*marks, barred=["swap"])
    [bar] = lane(drawing, "swap").bars

    assert (bar.month, bar.count, lane(drawing, "swap").of_people) == (day("2031-01-01"), 800, True)
    assert lane(drawing, "swap").dead == f"M0.0 {BAR}v-25.0h52.54v25.0z"


def test_what_does_not_pass_the_filters_stays_in_its_place_and_is_counted():
    passes = mark("2031-03-01", "round")
    marks = [mark("2031-01-01", "round"), passes, *(mark("2031-02-01") for _ in range(30))]
    everything, drawing = drawn(*marks), drawn(*marks, matching=[passes, *marks[2:12]])
    rounds, events = (lane(drawing, kind) for kind in ("round", "event"))

    assert (drawing.matching, drawing.count) == (11, 32)
    assert [(one.x, one.matches) for one in rounds.marks] == [
        (one.x, matches) for one, matches in zip(lane(everything, "round").marks, (False, True), strict=True)
    ]
    assert (rounds.matching, events.matching, events.as_bars) == (1, 10, True)
    assert (events.outline, lane(everything, "event").within) == (lane(everything, "event").outline, "")
    assert [(month.count, month.matching) for month in drawing.months] == [(1, 0), (30, 10), (1, 1)]


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
        (None, None, ("2031-01-01", "2031-12-31")),
        ("2031-07-02", None, ("2031-07-02", "2031-12-31")),
        (None, "2031-01-31", ("2031-01-01", "2031-01-31")),
        ("0001-01-01", "9999-12-31", ("2031-01-01", "2031-12-31")),
        ("2033-01-01", None, None),
        (None, "2030-01-01", None),
    ],
)
def test_a_drawing_spans_the_chosen_period_as_far_as_the_record_reaches(since, until, expected):
    drawing = drawn(mark("2031-01-01"), mark("2031-12-31"), since=since and day(since), until=until and day(until))

    assert (drawing and (drawing.start.isoformat(), drawing.end.isoformat())) == expected


def test_steps_lead_closer_and_back_within_the_record():
    marks = mark("2031-01-01"), mark("2031-12-31")
    period = {"since": day("2031-03-01"), "until": day("2031-04-09")}

    def steps(**period):
        told = drawn(*marks, **period).steps
        return {name: f"{span.start:%m-%d} {span.end:%m-%d}" for name, span in told.items()}

    assert steps(**period) == {
        "earlier": "02-13 03-24",
        "later": "03-17 04-25",
        "closer": "03-11 03-30",
        "wider": "02-09 04-29",
    }
    assert steps() == {"closer": "04-02 09-30"}
    assert steps(since=day("2031-12-18"), until=day("2031-12-31")) == {"earlier": "12-12 12-25", "wider": "12-04 12-31"}


def test_the_way_out_leads_by_the_year_to_the_whole_record():
    marks = mark("2031-03-01"), mark("2032-12-31")

    def way(*period):
        told = drawn(*marks, since=day(period[0]), until=day(period[1])).crumbs if period else drawn(*marks).crumbs
        return [f"{span.start} {span.end}" for span in told]

    whole, year = "2031-03-01 2032-12-31", "2031-01-01 2031-12-31"
    assert way() == [whole]
    assert way("2031-01-01", "2031-12-31") == [whole, year]
    assert way("2031-05-01", "2031-07-31") == [whole, year, "2031-05-01 2031-07-31"]
    assert way("2031-05-01", "2032-07-31") == [whole, "2031-05-01 2032-07-31"]


@given(days=st.lists(st.dates(day("2000-01-01"), day("2040-12-31")), min_size=1, max_size=40))
def test_everything_is_drawn_within_the_band_and_no_two_marks_overlap(days):
    drawing = drawn(*(mark(one.isoformat()) for one in sorted(days)))
    marks = lane(drawing, "event").marks
    pixel = overview.NARROW_PIXEL if drawing.near else PIXEL
    rows = {}
    for one in marks:
        rows.setdefault(round(one.y, 1), []).append(one.x)

    assume(not lane(drawing, "event").as_bars)
    assert len(marks) == len(days)
    assert all(0 <= one.x <= 100 and 0 < one.y < lane(drawing, "event").height for one in marks)
    apart = (MARK + SPACE) * pixel - 0.011
    assert all(later - earlier >= apart for xs in rows.values() for earlier, later in itertools.pairwise(xs))
    assert sum(month.count for month in drawing.months) == sum(one.count for one in drawing.axis) == len(days)


def test_a_drawing_of_few_months_names_them_instead_of_years():
    drawing = drawn(mark("2031-11-10"), mark("2032-01-05"))

    assert drawing.by_month
    assert drawing.axis == drawing.months


def test_undated_entries_of_one_day_are_one_mark_with_their_number():
    undated = [mark("2031-05-10", precision="reported") for _ in range(9)]
    marks = lane(drawn(mark("2031-05-10"), *undated, mark("2031-05-10", "swap", "reported")), "event").marks

    assert [(one.entry.precision, one.folded) for one in marks] == [("day", 1), ("reported", 9)]


def test_close_up_the_most_reported_are_named_where_their_names_meet_nothing():
    marks = [
        mark("2031-01-01", reports=3),
        mark("2031-01-20", reports=9),
        mark("2031-01-22", reports=5),
        mark("2031-07-01", reports=2),
        mark("2031-12-31", reports=1),
    ]
    named = lane(drawn(*marks, names=lambda entry: ["x" * 8]), "event").marks

    assert [(one.entry.slug, one.place) for one in named if one.name] == [
        ("2031-01-20", "after"),
        ("2031-01-22", "before"),
        ("2031-07-01", "after"),
    ]


def test_over_years_those_are_named_that_are_to_be_and_among_bars_they_keep_a_mark():
    chosen = mark("2031-05-01", "round"), mark("2031-06-01", "swap", people=people(living=20))
    marks = [*chosen, mark("2033-05-01", "round", reports=9), *(mark("2032-05-01", "swap") for _ in range(30))]
    drawing = drawn(*marks, named=chosen, names=lambda entry: [entry.slug * 20, entry.slug])

    assert [(one.entry.slug, one.name) for kind in ("round", "swap") for one in lane(drawing, kind).marks] == [
        ("2031-05-01", "2031-05-01"),
        ("2033-05-01", ""),
        ("2031-06-01", "2031-06-01"),
    ]
    assert lane(drawing, "swap").as_bars


@given(
    days=st.lists(
        st.tuples(st.dates(day("2030-01-01"), day("2034-12-31")), st.integers(1, 9)), min_size=1, max_size=30
    ),
    letters=st.integers(1, 40),
)
def test_names_lie_neither_on_marks_nor_on_each_other_nor_beside_the_drawing(days, letters):
    marks = [mark(one.isoformat(), reports=n) for one, n in sorted(days)]
    of_lane = lane(drawn(*marks, named=marks[::4], names=lambda entry: ["x" * letters]), "event")
    width, boxes = letters * LETTER, []
    for one in of_lane.marks:
        half, apart = MARK / 2 * PIXEL, one.beside * PIXEL
        boxes.append((one.x - half, one.x + half, one.y - 4, one.y + 4))
        if one.name:
            starts = {"after": one.x + apart, "before": one.x - apart - width, "above": one.x - width / 2}
            start = starts[one.place]
            assert start >= 0
            assert start + width <= 100
            assert one.name_y >= 0
            boxes.append((start, start + width, one.name_y - 3, one.name_y + 3))
    named = [box for box in boxes if box[1] - box[0] > 1 or letters == 1]
    met = [
        (a, b)
        for a in named
        for b in boxes
        if a is not b and a[0] < b[1] - 0.01 and b[0] < a[1] - 0.01 and a[2] < b[3] - 0.01 and b[2] < a[3] - 0.01
    ]

    assert of_lane.as_bars or letters == 1 or met == []


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

    assert [(bar.title, bar.y // LINE, bar.place) for bar in bars] == [
        ("Opera talks", 0, "after"),
        ("Hat talks", 1, "after"),
        ("Late talks", 0, "before"),
    ]


def test_a_series_over_the_whole_drawing_keeps_its_name_above_its_bar():
    marks = [mark("2031-01-01"), mark("2031-12-31")]
    [bar] = drawn(*marks, series=[("Long talks", day("2030-01-01"), day("2032-01-01"))]).series

    assert (bar.place, bar.span.x, bar.span.width) == ("above", 0.0, 100.0)


def test_what_began_before_the_period_stands_and_counts_at_its_start():
    marks = mark("2031-01-10"), mark("2031-06-16")
    period = {"since": day("2031-06-01"), "until": day("2031-06-30")}
    drawing = overview.draw(record_with(*marks), (day("2031-01-01"), day("2031-12-31")), **period)

    assert [one.x for one in lane(drawing, "event").marks] == [0.0, 51.66]
    assert (drawing.count, [month.count for month in drawing.months]) == (2, [2])


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
    assert [(one.slug, one.title, one.stands, one.precision) for one in then.marks["event"]] == [
        ("event", "Told early", day("2031-05-10"), "reported")
    ]
    assert queries.overview(Seen.now()).counts == {(day("2031-01-01"), "event"): 1, (day("2031-05-01"), "round"): 1}


@pytest.fixture
def exchange():
    """An exchange: 100 prisoners each way by an early article, 300 bodies and more prisoners by a later one."""
    early, late = ArticleFactory(published=day("2031-05-10")), ArticleFactory(published=day("2031-06-10"))
    freedonia, sylvania = (PartyFactory(slug=slug) for slug in ("freedonia", "sylvania"))
    swap = reported("swap", "swap", early, start="2031-05-09")
    reported("swap", "swap", late)
    told = {"swap": swap, "date": "2031-05-09"}
    for giver, receiver in ((freedonia, sylvania), (sylvania, freedonia)):
        TransferFactory(**told, article=early, from_party=giver, to_party=receiver, count=Count.exactly(100))
    way = {"from_party": freedonia, "to_party": sylvania}
    TransferFactory(**told, **way, article=late, count=Count.exactly(120))
    TransferFactory(**told, **way, article=late, kind="remains", count=Count.exactly(300))
    TransferFactory(**told, **way, article=late, kind="civilians", count=Count.exactly(20))
    TransferFactory(**told, **way, article=late, kind="children", count=Count.exactly(5))
    return swap


@pytest.mark.django_db
@pytest.mark.sql
def test_an_exchange_is_as_large_as_its_totals_known_then_and_nobody_counts_twice(exchange):
    def shown(seen):
        record = queries.overview(seen)
        return record.marks["swap"][0].people, record.people

    then, now = People(Count.exactly(200), Count.exactly(0)), People(Count(220, 240), Count.exactly(300))

    assert shown(Seen.on(day("2031-05-31"))) == (then, {day("2031-05-01"): [then]})
    assert shown(Seen.now()) == (now, {day("2031-05-01"): [now]})


@pytest.mark.django_db
@pytest.mark.sql
def test_the_most_reported_of_each_half_year_is_named_unless_editors_chose():
    articles = [ArticleFactory(published=day(f"2031-12-0{number}")) for number in range(1, 4)]
    reports_of = {"a": ("2031-02-01", 2), "b": ("2031-06-30", 3), "c": ("2031-07-01", 2), "d": ("2032-01-01", 1)}
    for slug, (start, reports) in reports_of.items():
        for article in articles[:reports]:
            entry = reported("event", slug, article, start=start)
    by_reports = [one.slug for one in queries.overview(Seen.now()).named]
    entry.notable = True
    entry.save()
    reported("event", "d", articles[2])

    assert by_reports == ["b", "c"]
    assert [one.slug for one in queries.overview(Seen.now()).named] == ["d"]
    assert [one.slug for one in queries.overview(Seen.on(day("2031-12-02"))).named] == ["a", "c"]


@pytest.mark.django_db
def test_a_mark_leads_to_its_entry_and_its_numbers_are_written_for_drawings_in_every_language(client):
    article = ArticleFactory(published=day("2031-05-20"))
    reported("event", "parade", article, title="Parade of <geese>", start="2031-05-03")
    reported("round", "talks", article, start="2031-06-30", status="scheduled", city="Sylvan Springs")
    for slug in ("undated", "also-undated", "undated-too"):
        reported("event", slug, article)

    def marks(address):
        return re.findall('<svg class="marks".*?</svg>', folded(client.get(address).text))

    size = 'width="8" height="8" transform="translate(-4.0 -4.0)"/>'
    assert re.findall("<a .*?</a>", "".join(marks("/"))) == [
        '<a href="/rounds/talks/"><title>30 June 2031 (expected): Title of talks</title>'
        f'<use href="#mark-round" class="coming" x="99.18%" y="20.0" {size}</a>',
        '<a href="/events/parade/"><title>3 May 2031: Parade of &lt;geese&gt;</title>'
        f'<use href="#mark-event" x="4.1%" y="20.0" {size}</a>',
        '<a href="/?kind=event&amp;from=2031-05-20&amp;to=2031-05-20">'
        "<title>20 May 2031: 3 first reported, without a date</title>"
        f'<use href="#mark-event" class="open" x="31.97%" y="20.0" {size}'
        '<text x="31.97%" dx="8" y="20.0" dy="4">3</text></a>',
    ]
    assert re.findall(' (?:x|y|width|transform)="([^"]*,[^"]*)"', "".join(marks("/uk/"))) == []


@pytest.mark.django_db
@pytest.mark.sql
def test_the_overview_counts_by_month_and_kind_what_the_timeline_lists_on_any_day():
    articles = [ArticleFactory(published=day(f"2031-12-0{number}")) for number in range(1, 4)]
    starts = ("2030-12-31", "2031-01-01", "2031-01-31", "2031-02-28", "2031-11-30")
    for number, (kind, start) in enumerate(itertools.product(("event", "round"), starts)):
        reported(kind, f"{kind}-{start}", articles[number % 3], start=start)
    reported("event", "event-2030-12-31", articles[2], start="2031-02-01")  # later told otherwise
    reported("event", "draft", articles[0], start="2031-01-01", published=False)
    sights = [Seen.now(), *(Seen.on(article.published) for article in articles)]

    for seen in sights:
        listed = [
            (one["stands"].replace(day=1), one["kind"]) for one in queries.timeline(seen).values("stands", "kind")
        ]
        counts = queries.overview(seen).counts
        assert counts == {key: listed.count(key) for key in listed}
        assert queries.matching_of(seen, [], kind=["round"]).counts == {
            key: number for key, number in counts.items() if key[1] == "round"
        }


@pytest.mark.django_db
def test_the_band_stays_small_however_many_entries_there_are(client):
    many_events(1000)

    html = client.get("/").content.decode()

    assert html.count("<use ") == 0
    assert html.count('class="tick"') == 3
