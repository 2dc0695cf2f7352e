"""Who sat at which round: the grid of people and rounds, and titles over time."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.models import Article, Delegate, Delegation, Party, Person, Round, Seen
from talks.record import attendance
from talks.record.attendance import FIRST, MOST, NAME, PARTY, Presence
from talks.record.facts import KnownEntry

FREEDONIA = Party(pk=1, slug="freedonia", name="Freedonia", order=1)
SYLVANIA = Party(pk=2, slug="sylvania", name="Sylvania", order=2)
PARTIES = [FREEDONIA, SYLVANIA]
FIREFLY = Person(pk=1, slug="firefly", name="Rufus Firefly", party=FREEDONIA)
TEASDALE = Person(pk=2, slug="teasdale", name="Gloria Teasdale", party=FREEDONIA)
TRENTINO = Person(pk=3, slug="trentino", name="Ambassador Trentino", party=SYLVANIA)
PINKY = Person(pk=4, slug="pinky", name="Pinky")
PEOPLE = [FIREFLY, TEASDALE, TRENTINO, PINKY]
ARTICLES = [
    Article(pk=number, slug=f"article-{number}", published=datetime.date(2031, 5, number)) for number in (1, 2, 3)
]
ROUNDS_HELD = [Round(pk=number, slug=f"round-{number}") for number in (1, 2, 3)]


def may(day):
    return datetime.date(2031, 5, day)


def delegate(person, round_=1, article=0, *, party=FREEDONIA, expected=False, **columns):
    """One article's row of a person at a round."""
    delegation = Delegation(
        round=ROUNDS_HELD[round_ - 1], round_id=round_, party=party, article=ARTICLES[article], expected=expected
    )
    return Delegate(delegation=delegation, article=delegation.article, person=person, **columns)


def told(readings):
    return [(reading.value, [row.article.slug for row in reading.rows]) for reading in readings]


# One cell


def test_a_seat_has_the_rows_of_all_articles_with_their_titles():
    rows = [delegate(FIREFLY, title="President"), delegate(FIREFLY, article=1, title="Leader", head=True)]

    seats = attendance.seats(rows)

    assert list(seats) == [(1, 1)]
    assert told(seats[1, 1].titles) == [("President", ["article-1"]), ("Leader", ["article-2"])]
    assert (seats[1, 1].head, seats[1, 1].differs, seats[1, 1].expected) == (True, False, False)


def test_a_seat_differs_where_one_article_says_head_and_another_plain_member():
    (seat,) = attendance.seats([delegate(FIREFLY, head=True), delegate(FIREFLY, article=1, head=False)]).values()

    assert (seat.head, seat.differs) == (True, True)


def test_a_seat_is_expected_until_an_article_saw_it():
    announced, seen = delegate(FIREFLY, expected=True), delegate(FIREFLY, article=1)

    assert [seat.expected for seat in attendance.seats([announced]).values()] == [True]
    assert [seat.expected for seat in attendance.seats([announced, seen]).values()] == [False]


def test_a_seat_in_the_delegation_of_another_party_says_whose():
    (seat,) = attendance.seats([delegate(FIREFLY), delegate(FIREFLY, article=1, party=SYLVANIA)]).values()

    assert (seat.parties, seat.others) == ([FREEDONIA, SYLVANIA], [SYLVANIA])


# Rows and their order

STANDS = {1: may(1), 2: may(2), 3: may(3)}


def test_presence_counts_rounds_and_finds_the_first_and_announcements_are_neither():
    named = [(1, 2, False), (1, 3, False), (1, 1, True), (2, 1, True)]

    assert attendance.presences(named, STANDS) == {1: Presence(2, may(2)), 2: Presence(0, None)}


def test_rounds_that_are_not_asked_for_do_not_count():
    assert attendance.presences([(1, 1, False), (1, 2, False), (2, 1, False)], {2: may(2)}) == {1: Presence(1, may(2))}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (PARTY, ["firefly", "teasdale", "trentino", "pinky"]),
        (FIRST, ["pinky", "firefly", "trentino", "teasdale"]),
        (MOST, ["trentino", "firefly", "pinky", "teasdale"]),
        (NAME, ["trentino", "teasdale", "pinky", "firefly"]),
    ],
)
def test_people_can_be_ordered_by_party_first_round_number_of_rounds_and_name(sort, expected):
    found = {1: Presence(1, may(2)), 2: Presence(0, None), 3: Presence(2, may(2)), 4: Presence(1, may(1))}

    assert [person.slug for person in attendance.ordered(PEOPLE, found, sort)] == expected


# Columns


def test_few_rounds_stand_in_one_window():
    shown = attendance.window([1, 2, 3])

    assert (shown.rounds, shown.start, shown.end, shown.earlier, shown.later) == ([1, 2, 3], 1, 3, None, None)


def test_many_rounds_are_shown_the_latest_first_and_links_lead_to_the_rest():
    rounds = list(range(1, 61))
    windows = [attendance.window(rounds, number) for number in (1, 2, 5)]

    assert [(one.start, one.end, one.later, one.earlier) for one in windows] == [
        (49, 60, None, 2),
        (37, 48, 1, 3),
        (1, 12, 4, None),
    ]
    assert [one.rounds for one in windows] == [rounds[48:], rounds[36:48], rounds[:12]]
    assert attendance.window(rounds, 6) is None


def test_no_rounds_are_one_empty_window():
    assert (attendance.window([]).rounds, attendance.window([], 2)) == ([], None)


# Titles over time


def known(round_):
    return KnownEntry(ROUNDS_HELD[round_ - 1], [], Seen.now())


def tenures(*rows):
    """[(titles with their articles, numbers of the rounds)] of a person's rows, rounds in order."""
    seats = attendance.seats(rows)
    appearances = [(known(round_), seat) for (_, round_), seat in sorted(seats.items(), key=lambda item: item[0])]
    return [
        (told(tenure.titles), [one.entry.pk for one in tenure.rounds]) for tenure in attendance.tenures(appearances)
    ]


def test_a_title_lasts_until_a_round_at_which_another_is_reported():
    rows = [delegate(FIREFLY, 1, title="Leader"), delegate(FIREFLY, 2, 1, title="leader")]

    assert tenures(*rows, delegate(FIREFLY, 3, 2, title="President")) == [
        ([("Leader", ["article-1", "article-2"])], [1, 2]),
        ([("President", ["article-3"])], [3]),
    ]


def test_titles_on_which_the_articles_of_a_round_differ_stand_side_by_side():
    rows = [delegate(FIREFLY, 1, title="Leader"), delegate(FIREFLY, 1, 1, title="President")]

    assert tenures(*rows) == [([("Leader", ["article-1"]), ("President", ["article-2"])], [1])]


def test_a_round_without_a_title_ends_none():
    rows = [delegate(FIREFLY, 1, title="Leader"), delegate(FIREFLY, 2), delegate(FIREFLY, 3, title="Leader")]

    assert tenures(*rows) == [([("Leader", ["article-1", "article-1"])], [1, 3])]


# What holds for any reports

ROWS = st.lists(
    st.builds(
        delegate,
        st.sampled_from(PEOPLE),
        st.sampled_from([1, 2, 3]),
        st.sampled_from([0, 1, 2]),
        party=st.sampled_from(PARTIES),
        expected=st.booleans(),
        head=st.sampled_from([True, False, None]),
        title=st.sampled_from(["", "Leader", "President", "LEADER"]),
    ),
    max_size=12,
)


def in_order_of_report(rows):
    return sorted(rows, key=lambda row: (row.article.published, row.article.slug, id(row)))


def grid(rows):
    rows = in_order_of_report(rows)
    named = {(person, round_, seat.expected) for (person, round_), seat in attendance.seats(rows).items()}
    found = attendance.presences(named, STANDS)
    people = attendance.ordered([person for person in PEOPLE if person.pk in found], found)
    return attendance.grid(people, found, list(STANDS), rows)


@given(ROWS)
def test_each_row_is_in_exactly_one_cell_that_of_its_person_and_round(rows):
    placed = [
        (id(row), line.person, list(STANDS)[column])
        for line in grid(rows)
        for column, seat in enumerate(line.cells)
        for row in (seat.rows if seat else ())
    ]

    assert sorted(placed, key=lambda one: one[0]) == sorted(
        ((id(row), row.person, row.delegation.round_id) for row in rows), key=lambda one: one[0]
    )


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_input_changes_nothing(pair):
    first, second = (
        [(line.person, line.presence, [seat and seat.rows for seat in line.cells]) for line in grid(rows)]
        for rows in pair
    )

    assert first == second


@given(ROWS)
def test_every_title_of_every_row_is_in_one_tenure(rows):
    rows = [row for row in in_order_of_report(rows) if row.person == FIREFLY]
    appearances = [(known(round_), seat) for (_, round_), seat in sorted(attendance.seats(rows).items())]
    listed = [row for tenure in attendance.tenures(appearances) for reading in tenure.titles for row in reading.rows]

    assert sorted(map(id, listed)) == sorted(id(row) for row in rows if row.title)


@given(ROWS)
def test_presence_is_what_the_cells_show(rows):
    for line in grid(rows):
        seen = [day for day, seat in zip(STANDS.values(), line.cells, strict=True) if seat and not seat.expected]
        assert line.presence == Presence(len(seen), min(seen, default=None))
