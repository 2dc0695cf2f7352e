"""The drawing of running totals has the numbers of its table, at their days."""

import datetime
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.drawings import totals
from talks.models import Article, Party, Transfer
from talks.record import ledger, merged
from talks.record.totals import tallies

FREEDONIA = Party(pk=1, slug="freedonia", name="Freedonia", order=1)
SYLVANIA = Party(pk=2, slug="sylvania", name="Sylvania", order=2)
ARTICLES = [Article(pk=1), Article(pk=2)]


def day(number):
    return datetime.date(2031, 5, 1) + datetime.timedelta(days=number)


def runs_of(*told, kind="remains"):
    """The running totals of transfers: (day, count, article)."""
    ways = {"from_party": FREEDONIA, "to_party": SYLVANIA, "kind": kind}
    rows = [Transfer(article=ARTICLES[n], date=day(date), count=count, **ways) for date, count, n in told]
    return ledger.running([("swap", tallies(merged.transfers(rows)))], key=str)


def drawn(*told, kind="remains"):
    """The chart of these transfers."""
    return totals.draw(runs_of(*told, kind=kind)).get(kind)


def test_a_line_steps_at_each_day_up_to_the_running_total():
    found = drawn((0, 50, 0), (5, 30, 0), (10, 20, 0))

    [line] = found.lines
    assert (line.low, line.high, line.between) == ("M0 100V50H50V20H100V0", "", "")
    assert [(tick.at, tick.value) for tick in found.across] == [(180, 0), (96, 50), (12, 100)]


def test_where_sources_differ_there_is_a_line_for_each_total_and_the_space_between_is_filled():
    [line] = drawn((0, 50, 0), (10, 50, 0), (10, 40, 1)).lines

    assert line.low == "M0 100V50H100V10"
    assert line.high == "M0 100V50H100V0"
    assert line.between == "M0 100V50H100V0L100 10L100 10L100 50L0 50L0 100L0 100Z"


@pytest.mark.parametrize(
    ("last", "named", "words"),
    [
        (0, "day", ["2031-05-01"]),
        (20, "day", ["2031-05-01", "2031-05-21"]),
        (150, "month", ["2031-06-01", "2031-07-01", "2031-08-01", "2031-09-01"]),
        (1200, "year", ["2032-01-01", "2033-01-01", "2034-01-01"]),
    ],
)
def test_time_is_named_by_days_months_or_years(last, named, words):
    found = drawn((0, 5, 0)) if not last else drawn((0, 5, 0), (last, 5, 0))

    assert found.named == named
    assert [str(tick.value) for tick in found.along] == words[:: 2 if named == "month" else 1]


def test_a_line_is_broken_where_nothing_is_reported_and_goes_on_at_the_height_that_was_reached():
    [run] = runs_of((0, 50, 0), (100, 50, 0))

    chart = totals.draw([run], reported=[day(10), day(60), day(75)])["remains"]

    assert chart.gaps == [(13, 47), (78, 22)]
    assert chart.lines[0].low == "M0 100V50H13M60 50H78M100 50V0"


@pytest.mark.parametrize(
    ("reported", "since", "until", "expected"),
    [
        ([], -10, 40, (0, 20)),  # nothing is known of the rest
        ([-30, 90], -10, 40, (-10, 40)),
        ([-5, 30], -10, 40, (-5, 30)),
    ],
)
def test_the_time_of_a_period_is_that_of_which_something_is_reported(reported, since, until, expected):
    runs = runs_of((0, 50, 0), (20, 50, 0))

    chart = totals.draw(runs, [day(one) for one in reported], day(since), day(until))["remains"]

    assert (chart.start, chart.end) == tuple(day(one) for one in expected)


def test_all_charts_share_one_axis_of_time_and_directions_share_one_scale():
    rows = [
        Transfer(article=ARTICLES[0], date=day(date), count=count, from_party=giver, to_party=receiver, kind=kind)
        for date, count, giver, receiver, kind in (
            (0, 100, FREEDONIA, SYLVANIA, "remains"),
            (10, 50, SYLVANIA, FREEDONIA, "remains"),
            (5, 7, FREEDONIA, SYLVANIA, "civilians"),
        )
    ]

    charts = totals.draw(ledger.running([("swap", tallies(merged.transfers(rows)))], key=str))

    assert {(one.start, one.end) for one in charts.values()} == {(day(0), day(10))}
    assert [line.low for line in charts["remains"].lines] == ["M100 100V50", "M0 100V0H100"]
    assert charts["civilians"].lines[0].low.startswith("M50 100V")


def test_nothing_dated_is_not_drawn():
    assert totals.draw([]) == {}


@pytest.mark.parametrize(("value", "expected"), [(0.2, 1), (1, 1), (1.5, 2), (3, 5), (6, 10), (3015, 5000)])
def test_steps_across_are_round_numbers(value, expected):
    assert totals.nice(value) == expected


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 9000), st.integers(0, 1)), min_size=1, max_size=12))
def test_lines_stay_in_the_plot_and_never_fall(told):
    found = drawn(*{(one[0], one[2]): one for one in told}.values())

    for line in found.lines:
        for path in filter(None, (line.low, line.high)):
            heights = [float(height) for height in re.findall(r"V([\d.e+-]+)", path)]
            places = [float(place) for place in re.findall(r"H([\d.e+-]+)", path)]
            assert heights == sorted(heights, reverse=True)
            assert places == sorted(places)
            assert all(0 <= number <= 100 for number in heights + places)
    assert max(tick.value for tick in found.across) >= found.lines[0].run.steps[-1].high.most


@given(st.lists(st.floats(0, 180), min_size=1, max_size=5))
def test_names_beside_lines_do_not_lie_on_each_other(places):
    moved = sorted(totals.apart(places, 34, 180))

    assert all(after - before >= 33.9 for before, after in pairwise(moved))
    assert moved[-1] <= 180
