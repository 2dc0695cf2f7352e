"""Comparisons: rows that differ, words that differ, gaps, and what stands in the same words."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.models import Article, Issue, Proposal, Provision
from talks.record import comparison
from talks.record.merged import MergedProvision

HATS = Issue(pk=1, slug="hats", title="Hats")
GAZETTE = Article(pk=1, slug="gazette")
WORDS = st.lists(st.sampled_from(["all", "hats", "are", "returned", "by", "noon", "never"]), min_size=1, max_size=8)
SENTENCES = WORDS.map(" ".join)
GRIDS = st.integers(2, 5).flatmap(
    lambda columns: st.lists(st.lists(SENTENCES, max_size=3, unique=True), min_size=columns, max_size=columns)
)


def test_rows_are_put_in_as_many_pages_as_their_sizes_need():
    def pages(*sizes):
        return comparison.in_pages(sizes, lambda size: size, room=10)

    assert pages(4, 6, 1, 9, 9, 12, 2) == [[4, 6], [1, 9], [9], [12], [2]]
    assert pages(12, 1) == [[12], [1]]
    assert pages() == []


def provisions(*texts):
    return [
        MergedProvision(text, HATS, [Provision(article=GAZETTE, key=text, issue=HATS, text=text)]) for text in texts
    ]


def cells(*columns, coverages=None, base=0):
    coverages = coverages or [Proposal.Coverage.PART] * len(columns)
    return comparison.cells([provisions(*texts) for texts in columns], coverages, base)


def told(pieces):
    return [(piece.change, piece.text) for piece in pieces]


# Rows


@pytest.mark.parametrize(
    ("values", "same"),
    [
        (["a", "a", "a"], True),
        (["a", "b"], False),
        (["a", None], False),
        ([None, None], True),
        (["a", "a", "b"], False),
    ],
)
def test_a_row_is_the_same_if_all_its_cells_say_the_same(values, same):
    assert comparison.row("facts", "Place", values, said=lambda value: value).same is same


def test_a_fact_says_its_versions_whatever_case_and_accents_they_have():
    def fact(*words):
        return SimpleNamespace(versions=[SimpleNamespace(words=one, links=[]) for one in words], disputed=disputed)

    disputed = True
    assert comparison.said_of_fact(fact("Élan")) == comparison.said_of_fact(fact("elan"))
    assert comparison.said_of_fact(fact("12", "14")) != comparison.said_of_fact(fact("12"))
    disputed = False  # a list, whose names stand apart where other articles give them
    assert comparison.said_of_fact(fact("Élan", "Freedonia")) == comparison.said_of_fact(fact("Freedonia", "elan"))


# Words


def test_differences_are_told_word_by_word():
    assert told(comparison.differences("All hats are returned by noon", "All caps are returned")) == [
        ("", "All"),
        ("removed", "hats"),
        ("added", "caps"),
        ("", "are returned"),
        ("removed", "by noon"),
    ]


@given(one=SENTENCES, other=SENTENCES)
def test_differences_hold_both_texts_whole(one, other):
    pieces = comparison.differences(one, other)

    assert " ".join(piece.text for piece in pieces if piece.change != "added") == one
    assert " ".join(piece.text for piece in pieces if piece.change != "removed") == other


@given(text=SENTENCES)
def test_a_text_departs_from_itself_in_nothing(text):
    assert told(comparison.differences(text, text)) == [("", text)]


@given(one=SENTENCES, other=SENTENCES)
def test_what_is_added_one_way_is_removed_the_other_way(one, other):
    def words(pieces, change):
        return sum(len(piece.text.split()) for piece in pieces if piece.change == change)

    there, back = comparison.differences(one, other), comparison.differences(other, one)

    assert words(there, "added") - words(there, "removed") == words(back, "removed") - words(back, "added")


# Cells


def test_a_demand_in_the_same_words_stands_once_with_the_columns_that_have_it_too():
    first, second, third = cells(["Hats are returned."], ["hats are returned."], ["Caps.", "Hats are returned."])

    assert [(point.same_as, point.also_in) for point in first.points] == [(None, [1, 2])]
    assert [(point.same_as, point.also_in) for point in second.points] == [(0, [])]
    assert [(point.same_as, point.also_in) for point in third.points] == [(None, []), (0, [])]
    assert [cell.same_as for cell in (first, second, third)] == [None, 0, None]


def test_a_demand_departs_from_the_most_like_one_of_the_baseline():
    _, second = cells(["Caps go.", "All hats are returned by noon"], ["All hats are returned never"])

    assert told(second.points[0].pieces) == [("", "All hats are returned"), ("removed", "by noon"), ("added", "never")]


def test_a_demand_that_is_like_none_of_the_baseline_is_not_set_against_one():
    _, second = cells(["All hats are returned by noon"], ["Ministers resign"])

    assert second.points[0].pieces == []


def test_texts_that_share_just_half_are_versions_of_one_demand():
    """Half of the words of both: two of four."""
    _, second = cells(["hats return"], ["hats never"])

    assert told(second.points[0].pieces) == [("", "hats"), ("removed", "return"), ("added", "never")]
    assert [told(side) for side in comparison.both_sides("hats return", "hats never")] == [
        [("", "hats"), ("removed", "return")],
        [("", "hats"), ("added", "never")],
    ]


def test_texts_that_share_less_than_half_are_two_demands():
    """Four words of eight and of nine: 8/17."""
    before, after = "all the hats return to town by noon", "all the hats return unless it rains on Monday"
    _, second = cells([before], [after])

    assert second.points[0].pieces == []
    assert [told(side) for side in comparison.both_sides(before, after)] == [[("removed", before)], [("added", after)]]


@pytest.mark.parametrize(("columns", "base"), [(["hats by noon", "hats at noon", "hats at noon"], 0),
                                               (["hats at noon", "hats at noon", "hats by noon"], 2)])  # fmt: skip
def test_what_stands_in_a_column_before_is_set_against_the_baseline_there_alone(columns, base):
    made = cells(*([text] for text in columns), base=base)
    first, second = (cell.points[0] for number, cell in enumerate(made) if number != base)

    assert (told(first.pieces) != [], first.same_as, len(first.also_in)) == (True, None, 1)
    assert (second.pieces, second.same_as, second.also_in) == ([], 1 if base == 0 else 0, [])


def test_the_reader_picks_the_baseline():
    first, second = cells(["All hats are returned by noon"], ["All hats are returned never"], base=1)

    assert told(first.points[0].pieces) == [("", "All hats are returned"), ("removed", "never"), ("added", "by noon")]
    assert second.points[0].pieces == []


def test_the_three_kinds_of_gap_are_kept_apart():
    coverages = [Proposal.Coverage.WHOLE, Proposal.Coverage.NOT_PUBLIC, Proposal.Coverage.PART, Proposal.Coverage.WHOLE]

    assert [cell.gap for cell in cells([], [], [], ["Hats."], coverages=coverages)] == [
        "not-addressed",
        "not-public",
        "nobody-says",
        "",
    ]


@given(grid=GRIDS)
def test_each_cell_has_points_or_a_gap_and_loses_no_demand(grid):
    made = cells(*grid)

    assert [bool(cell.points) != bool(cell.gap) for cell in made] == [True] * len(grid)
    assert [[point.text for point in cell.points] for cell in made] == grid


@given(grid=GRIDS)
def test_the_order_of_columns_changes_no_gap_and_no_summary(grid):
    there = comparison.summary([grid])
    back = comparison.summary([[*reversed(grid)]])

    assert there.in_all == back.in_all
    assert [number for _, number in there.only_in] == [number for _, number in reversed(back.only_in)]


def test_the_summary_counts_issues_that_all_have_and_that_one_alone_has():
    issues = [[["x"], ["y"]], [["x"], []], [["x"], []], [[], ["y"]]]

    assert comparison.summary(issues) == comparison.Summary(in_all=1, only_in=[(0, 2), (1, 1)], issues=4)
    assert comparison.summary([]) == comparison.Summary(0, [], 0)
