"""Totals of what was handed over: nobody is counted twice, and where sources differ both totals are named."""

import datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks import queries
from talks.models import Article, Party, Seen, Swap, Transfer
from talks.models.counts import NONE
from talks.record import ledger
from talks.record.merged import any_differ, transfers
from talks.record.totals import LISTS, Span, of_period, tallies, together

FREEDONIA = Party(pk=1, slug="freedonia", name="Freedonia", order=1)
SYLVANIA = Party(pk=2, slug="sylvania", name="Sylvania", order=2)
ARTICLES = [Article(pk=number, slug=f"article-{number}") for number in range(1, 6)]


def may(day):
    return day and datetime.date(2031, 5, day)


def row(day=1, count=10, *, until=None, article=0, to=SYLVANIA, kind="remains"):
    other = FREEDONIA if to == SYLVANIA else SYLVANIA
    ways = {"from_party": other, "to_party": to}
    return Transfer(article=ARTICLES[article], date=may(day), until=may(until), kind=kind, count=count, **ways)


def tally(*rows):
    """The one tally of these rows, which are of one direction and kind."""
    (found,) = tallies(transfers(rows))
    return found


def totals(*rows):
    found = tally(*rows)
    return found.low.plain, found.high.plain


# Transfers of one day


def test_transfers_of_several_days_are_added():
    assert totals(row(1, 270), row(2, 307), row(3, 303)) == (880, 880)


def test_one_transfer_that_several_articles_report_is_counted_once():
    assert totals(row(1, 270), row(1, 270, article=1), row(1, None, article=2)) == (270, 270)


def test_a_transfer_that_articles_count_differently_gives_two_totals():
    assert totals(row(1, 1212), row(2, 1248), row(2, 1245, article=1)) == (2457, 2460)


def test_directions_and_kinds_stay_apart_in_the_order_of_parties_and_kinds():
    rows = [row(kind="children"), row(kind="civilians"), row(to=FREEDONIA), row()]

    found = tallies(transfers(rows))

    assert [(one.to_party.name, one.kind, one.low.plain) for one in found] == [
        ("Freedonia", "remains", 10),
        ("Sylvania", "civilians", 10),
        ("Sylvania", "remains", 10),
        ("Sylvania", "children", 10),
    ]


def test_a_transfer_without_a_number_is_not_counted_and_is_told():
    found = tally(row(1, 270), row(2, None), row(3, None))

    assert (found.low.plain, found.high.plain) == (270, 270)
    assert [one.date for one in found.unnumbered] == [str(may(2)), str(may(3))]


# A whole and its parts


POWS, CIVILIANS, CHILDREN = "prisoners-of-war", "civilians", "children"


def told(rows):
    """{kind: (lower total, higher total)} of rows of one direction, and whether they contradict each other."""
    totals = {one.kind: (one.low.plain, one.high.plain) for one in tallies(transfers(rows))}
    return totals, any_differ(rows)


def test_a_whole_and_its_parts_are_no_contradiction_and_the_whole_is_in_no_total():
    rows = [row(1, 84, kind=POWS), row(1, 33, article=1, kind=POWS), row(1, 51, article=1, kind=CIVILIANS)]

    assert told(rows) == ({POWS: (33, 33), CIVILIANS: (51, 51)}, False)
    (whole,) = transfers(rows)[-1].wholes
    assert [one.article.pk for one in whole.rows] == [1, 2]


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("nothing adds up", [row(1, 33, article=1, kind=POWS), row(1, 50, article=1, kind=CIVILIANS)]),
        ("the parts are of another day", [row(1, 33, article=1, kind=POWS), row(2, 51, article=1, kind=CIVILIANS)]),
        ("bodies are no part of people", [row(1, 33, article=1, kind=POWS), row(1, 51, article=1)]),
        (
            "the article counts the others apart",
            [row(1, 33, article=1, kind=POWS), row(1, 51, article=1, kind=CIVILIANS), row(1, 51, kind=CIVILIANS)],
        ),
        (
            "who counts the others counts another number beside them",
            [row(1, 33, article=1, kind=POWS), row(1, 40, article=2, kind=POWS), row(1, 51, article=2, kind=CIVILIANS)],
        ),
    ],
)
def test_what_is_no_whole_stays_a_contradiction(why, rows):
    totals, contradiction = told([row(1, 84, kind=POWS), *rows])

    assert (totals[POWS], contradiction) == ((33, 84), True)


@given(
    st.integers(1, 50),
    st.dictionaries(st.sampled_from([CIVILIANS, CHILDREN]), st.integers(1, 50), min_size=1),
    st.integers(1, 150),
    st.permutations(range(4)),
)
def test_a_number_contradicts_unless_it_is_another_one_with_some_of_the_other_kinds(number, others, total, order):
    parts = [row(1, number, article=1, kind=POWS), *(row(1, n, article=1, kind=kind) for kind, n in others.items())]
    rows = [one for _, one in sorted(zip(order, [row(1, total, kind=POWS), *parts], strict=False), key=lambda p: p[0])]
    sums = {number + sum(some) for size in range(3) for some in combinations(others.values(), size)}

    assert told(rows)[1] == (total not in sums)
    if total in sums:
        assert told(rows)[0] == told(parts)[0]


# Totals of several days


def test_a_total_that_says_the_same_as_its_stages_is_one_figure_and_the_stages_keep_their_days():
    found = tally(row(1, 390), row(2, 307), row(3, 303), row(1, 1000, until=3, article=1))

    assert (found.low.plain, found.high.plain) == (1000, 1000)
    assert [one.day for one in found.counted] == [may(1), may(2), may(3)]
    assert [one.until for one in found.repeated] == [str(may(3))]


@pytest.mark.parametrize("total", [980, 1020])
def test_a_total_that_differs_from_its_stages_gives_two_readings_of_the_same_people(total):
    found = tally(row(1, 390), row(2, 307), row(3, 303), row(1, total, until=3, article=1))

    assert (found.low.plain, found.high.plain) == (min(total, 1000), max(total, 1000))
    assert [(one.day, one.stages.low.plain) for one in found.counted] == [(may(3), 1000)]


def test_stages_without_a_number_are_covered_by_their_total():
    found = tally(row(1, 390), row(2, None), row(3, None), row(1, 1000, until=3))

    assert (found.low.plain, found.high.plain, found.unnumbered) == (1000, 1000, [])
    assert len(found.counted[0].covered) == 3


def test_stages_that_do_not_reach_both_ends_of_their_total_are_no_lower_reading_of_it():
    assert totals(row(1, 390), row(1, 1000, until=3)) == (1000, 1000)


def test_stages_of_which_one_has_no_number_are_no_lower_reading_of_their_total():
    assert totals(row(1, 50), row(2, None), row(3, 40), row(1, 100, until=3)) == (100, 100)


def test_stages_that_exceed_their_total_are_a_higher_reading_even_if_some_are_missing():
    assert totals(row(2, 1200), row(3, None), row(1, 1000, until=3)) == (1000, 1200)


def test_a_stage_that_articles_count_differently_within_a_total():
    assert totals(row(1, 50), row(3, 48), row(3, 50, article=1), row(1, 99, until=3)) == (98, 100)


def test_a_transfer_outside_a_total_is_added_to_it():
    assert totals(row(1, 50), row(3, 50), row(1, 100, until=3), row(4, 7)) == (107, 107)


def test_a_total_within_a_longer_one_is_left_out():
    assert totals(row(1, 60, until=2), row(1, 100, until=4)) == (100, 100)


def test_a_total_that_exceeds_the_longer_one_around_it_is_a_higher_reading():
    found = tally(row(1, 100, until=8), row(2, 150, until=4))

    assert (found.low.plain, found.high.plain) == (100, 150)
    assert [one.day for one in found.counted] == [may(8)]


def test_a_stage_that_counts_more_than_its_total_is_another_reading_with_its_source():
    found = tally(row(1, 100, until=8), row(3, 150, article=1))

    (counted,) = found.counted
    assert (counted.low.plain, counted.high.plain, counted.stages.high.plain) == (100, 150, 150)
    assert [one.article.pk for one in counted.rows] == [1, 2]


def test_a_stage_that_counts_less_than_its_total_is_no_other_reading_of_it():
    (counted,) = tally(row(1, 100, until=8), row(3, 50, article=1)).counted

    assert (counted.low.plain, counted.high.plain, counted.stages) == (100, 100, None)


def test_a_total_and_a_stage_can_be_the_stages_of_a_longer_total():
    found = tally(row(1, 60, until=2), row(4, 45), row(1, 100, until=4))

    assert (found.low.plain, found.high.plain) == (100, 105)


def test_totals_that_share_some_days_are_not_added_and_the_one_left_out_is_told():
    found = tally(row(1, 100, until=3), row(3, 150, until=5))

    assert (found.low.plain, found.high.plain) == (150, 150)
    assert [one.date for one in found.overlapping] == [str(may(1))]


def test_a_total_without_a_number_adds_nothing_to_stages_that_reach_both_its_ends():
    found = tally(row(1, None, until=3), row(1, 5), row(3, 6))

    assert (found.low.plain, found.high.plain, found.unnumbered) == (11, 11, [])


def test_a_total_without_a_number_beside_some_of_its_stages_is_told():
    found = tally(row(1, None, until=3), row(1, 5))

    assert (found.low.plain, [one.until for one in found.unnumbered]) == (5, [str(may(3))])


# Transfers without a date


def test_a_transfer_without_a_date_is_counted():
    found = tally(row(None, 9))

    assert (found.low.plain, found.high.plain, found.dated, len(found.undated)) == (9, 9, [], 1)


def test_a_transfer_without_a_date_is_added_where_one_article_tells_it_from_those_with_a_date():
    assert totals(row(1, 5), row(None, 9)) == (14, 14)


def test_a_transfer_without_a_date_may_be_the_one_that_another_article_dates_so_it_is_told_and_not_added():
    found = tally(row(1, 9), row(None, 9, article=1))

    assert (found.low.plain, found.high.plain) == (9, 9)
    assert [one.date for one in found.undecided] == [None]


def test_a_transfer_without_a_date_is_not_told_from_those_with_one_by_a_month_that_is_not_counted_itself():
    may, undated = row(count=4, article=1), row(None, 3, article=1)
    may.date = "2031-05"
    found = tally(row(1, 5), may, undated)

    assert (found.low.plain, found.high.plain) == (5, 5)
    assert [one.date for one in found.undecided] == ["2031-05", None]


# Several swaps, and time


def test_swaps_are_put_together_by_direction_and_kind():
    first = tallies(transfers([row(1, 5), row(1, 6, article=1), row(2, 3, to=FREEDONIA)]))
    second = tallies(transfers([row(1, 10), row(2, None)]))

    found = together(first + second)

    assert [(one.to_party.name, one.low.plain, one.high.plain, len(one.unnumbered)) for one in found] == [
        ("Freedonia", 3, 3, 0),
        ("Sylvania", 15, 16, 1),
    ]


def test_a_running_total_has_a_step_for_each_transfer_by_date_and_the_undated_stand_apart():
    late = tallies(transfers([row(9, 100)]))
    early = tallies(transfers([row(1, 5), row(1, 6, article=1), row(2, 10), row(None, 7)]))

    (run,) = ledger.running([("late", late), ("early", early)], key=str)

    assert [(step.owner, step.day, step.low.plain, step.high.plain) for step in run.steps] == [
        ("early", may(1), 5, 6),
        ("early", may(2), 15, 16),
        ("late", may(9), 115, 116),
    ]
    assert [(owner, one.low.plain) for owner, one in run.undated] == [("early", 7)]
    assert (run.whole.low.plain, run.whole.high.plain) == (122, 123)


# Periods


@given(st.lists(st.tuples(st.integers(1, 20), st.none() | st.integers(1, 9)), max_size=8), st.integers(1, 20))
def test_two_periods_have_together_what_both_have_at_once(told, cut):
    found = transfers([row(day, count) for day, count in {one[0]: one for one in told}.values()])

    def total(first, last):
        own = Span(may(1), may(20))
        within, partly = of_period(found, Span(may(first), may(last)), own)
        assert partly == []
        counted = tallies(within)
        return sum((one.low for one in counted), NONE), sum(len(one.unnumbered) for one in counted)

    (before, some), (after, others), (whole, every) = total(1, cut), total(cut + 1, 20), total(1, 20)
    assert (before + after, some + others) == (whole, every)


# What holds whatever is reported

days = st.integers(1, 8)
counts = st.none() | st.integers(1, 9)


@st.composite
def reports(draw):
    """Rows of one direction, kind and swap; each article reports a transfer once."""
    told = draw(st.lists(st.tuples(st.none() | days, st.none() | days, st.integers(0, 4)), unique=True, max_size=9))
    rows = []
    for first, last, article in told:
        until = last if first and last and last > first else None
        rows.append(row(first, draw(counts), until=until, article=article))
    return list({(one.date, one.until, one.article_id): one for one in rows}.values())


def spans(transfers):
    return sorted((str(one.date), str(one.until)) for one in transfers)


def summary(rows):
    """(lower total, higher total, what is counted, the spans of all that stands beside) of each tally."""
    return [
        (
            found.low.plain,
            found.high.plain,
            [(spans([one.transfer]), one.low.plain, one.high.plain, spans(one.covered)) for one in found.counted],
            [spans(getattr(found, name)) for name in LISTS[1:]],
        )
        for found in tallies(transfers(rows))
    ]


@given(reports().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_reports_changes_nothing(orders):
    assert summary(orders[0]) == summary(orders[1])


@given(reports())
def test_the_order_of_merged_transfers_changes_nothing(rows):
    merged = transfers(rows)

    assert tallies(merged[::-1]) == tallies(merged)


@given(reports())
def test_the_lower_total_is_never_above_the_higher(rows):
    for found in tallies(transfers(rows)):
        assert all(0 < one.low.plain <= one.high.plain for one in found.counted)
        assert found.low.plain <= found.high.plain


@given(reports())
def test_nothing_counted_shares_a_day_with_anything_else_counted(rows):
    for found in tallies(transfers(rows)):
        for one, other in combinations(found.dated, 2):
            assert str(one.day) < other.transfer.date or str(other.day) < one.transfer.date


@given(reports())
def test_each_numbered_transfer_is_counted_covered_or_told_and_only_once(rows):
    for found in tallies(transfers(rows)):
        told = [one.transfer for one in found.counted] + [other for one in found.counted for other in one.covered]
        told += [one for name in LISTS[1:] for one in getattr(found, name)]
        numbered = [one for one in transfers(rows) if one.counts]

        assert len(spans(told)) == len(set(spans(told)))
        assert set(spans(numbered)) - set(spans(told)) == set()


@given(reports(), st.data())
def test_another_report_of_the_same_number_changes_no_total(rows, data):
    dated = [one for one in rows if one.date]
    if dated:
        again = data.draw(st.sampled_from(dated))
        copy = row(int(again.date[-2:]), again.count, until=again.until and int(again.until[-2:]))
        copy.article = Article(pk=99)

        assert [one[:2] for one in summary([*rows, copy])] == [one[:2] for one in summary(rows)]


@given(st.lists(st.tuples(days, st.lists(st.integers(1, 9), min_size=1, max_size=3)), unique_by=lambda told: told[0]))
def test_days_apart_add_up_to_the_lowest_and_the_highest_of_each(told):
    rows = [row(day, count, article=n) for day, numbers in told for n, count in enumerate(numbers)]

    if rows:
        assert totals(*rows) == (sum(min(n) for _, n in told), sum(max(n) for _, n in told))


@given(st.lists(reports(), max_size=4))
def test_a_running_total_never_falls_and_ends_at_the_whole_without_the_undated(swaps):
    found = [(str(number), tallies(transfers(rows))) for number, rows in enumerate(swaps)]

    for run in ledger.running(found, key=str):
        for name in ("low", "high"):
            reached = [0, *(getattr(step, name).plain for step in run.steps)]
            assert reached == sorted(reached)
            assert (
                reached[-1] + sum(getattr(one, name).plain for _, one in run.undated) == getattr(run.whole, name).plain
            )
        assert [step.day for step in run.steps] == sorted(step.day for step in run.steps)
    assert ledger.running(found[::-1], key=str) == ledger.running(found, key=str)


# The real record


def of_record(slug, seen):
    pk = Swap.objects.get(slug=slug).pk
    found = tallies(queries.transfers_of(seen, [pk]).get(pk, []))
    return {(one.from_party.short, one.to_party.short, one.kind): (one.low.plain, one.high.plain) for one in found}


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        (
            "thousand-for-thousand-2025-05",
            {
                ("UA", "RU", "prisoners-of-war"): (880, 880),
                ("UA", "RU", "civilians"): (120, 120),
                ("RU", "UA", "prisoners-of-war"): (880, 880),
                ("RU", "UA", "civilians"): (120, 120),
            },
        ),
        (
            "six-thousand-bodies-2025-06",
            {("UA", "RU", "remains"): (78, 78), ("RU", "UA", "remains"): (6057, 6060)},
        ),
        (
            "swap-2025-08-14",
            {
                ("UA", "RU", "prisoners-of-war"): (84, 84),
                ("RU", "UA", "prisoners-of-war"): (33, 33),  # the 84 of another paper are these and the civilians
                ("RU", "UA", "civilians"): (51, 51),
            },
        ),
    ],
)
def test_totals_of_the_real_record(slug, expected):
    assert of_record(slug, Seen.now()) == expected


@pytest.mark.usefixtures("record")
def test_totals_of_the_real_record_as_known_on_a_day_have_nothing_later():
    assert of_record("thousand-for-thousand-2025-05", Seen.on(datetime.date(2025, 5, 25))) == {
        ("UA", "RU", "prisoners-of-war"): (270, 270),
        ("UA", "RU", "civilians"): (120, 120),
        ("RU", "UA", "prisoners-of-war"): (577, 577),
        ("RU", "UA", "civilians"): (120, 120),
    }


@pytest.mark.usefixtures("record")
def test_transfers_of_the_real_record_without_a_number_are_told():
    pk = Swap.objects.get(slug="all-for-all-wounded-and-young-2025-06").pk
    (found,) = tallies(queries.transfers_of(Seen.now(), [pk])[pk])

    assert (found.counted, len(found.unnumbered)) == ([], 5)
