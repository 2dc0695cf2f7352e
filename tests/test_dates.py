"""Dates of which only the year or the month may be known."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.record import dates


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2022", datetime.date(2022, 1, 1), "year"),
        ("2022-04", datetime.date(2022, 4, 1), "month"),
        ("2022-04-15", datetime.date(2022, 4, 15), "day"),
        ("2024-02-29", datetime.date(2024, 2, 29), "day"),
    ],
)
def test_a_partial_date_is_a_day_and_how_much_of_it_is_known(text, day, precision):
    assert dates.parse(text) == (day, precision)
    assert dates.text(day, precision) == text


@pytest.mark.parametrize(
    "text", ["", "22", "2022-4", "2022-04-1", "2022/04/15", "15.4.2022", "2022-04-15T10", "２０２２", "x"]
)
def test_what_is_no_date_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="is not a date; write 2025-06-02, or 2025-06 or 2025"):
        dates.parse(text)


@pytest.mark.parametrize("text", ["2022-02-30", "2023-02-29", "2022-13", "2022-00", "2022-04-00", "0000"])
def test_what_is_no_day_of_the_calendar_is_refused(text):
    with pytest.raises(ValueError, match=f"“{text}” is not in the calendar"):
        dates.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2022", "2022-03-29", True),
        ("2022-03", "2022-03-29", True),
        ("2022-03-29", "2022-03-29", True),
        ("2022", "2023-03-29", False),
        ("2022-04", "2022-03-29", False),
        ("2022-03-28", "2022-03-29", False),
    ],
)
def test_partial_dates_agree_if_both_can_be_true(one, other, agree):
    assert dates.agree(one, other) is agree
    assert dates.agree(other, one) is agree


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_day_comes_back_from_its_text(day):
    assert dates.parse(dates.text(day, "day")) == (day, "day")


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_refused_by_value_error(text):
    try:
        day, precision = dates.parse(text)
    except ValueError:
        return
    assert dates.text(day, precision) == text
