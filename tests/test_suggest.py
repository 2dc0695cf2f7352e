"""What an article's paragraphs seem to name: rules one by one, and what they find in three made-up articles."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.suggest.counts import counts_in
from talks.suggest.days import dates_in
from talks.suggest.entries import entries_about
from talks.suggest.issues import issues_in
from talks.suggest.names import Known
from talks.suggest.paragraphs import suggest
from talks.suggest.text import Candidate, Name, Topic
from tests.suggested import FOLDER, SORTS, articles, compared, known, read

DAY = datetime.date(2031, 6, 3)
NAMES = (
    Name("person", "firefly", ("Rufus T. Firefly", "Rufus Firefly", "Руфус Фаєрфлай")),
    Name("person", "bob-roland", ("Bob Roland",)),
    Name("person", "zoe-roland", ("Zoé Roland",)),
    Name("party", "freedonia", ("Freedonia",), "FR"),
    Name("party", "upper-freedonia", ("Upper Freedonia",), "UF"),
)


def named(*texts):
    """The slugs of people and parties in the last of these paragraphs."""
    found = suggest(list(enumerate(texts, start=1)), Known(NAMES), DAY)
    return [row.value for row in found[len(texts)] if row.sort in ("person", "party")]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Rufus T. Firefly spoke.", ["firefly"]),
        ("RÚFUS FÍREFLY spoke, then rufus t. firefly again.", ["firefly"]),
        ("Говорив Руфус Фаєрфлай.", ["firefly"]),
        ("President Firefly spoke.", ["firefly"]),
        ("Then the Freedonian leader, Firefly, spoke.", ["freedonia", "firefly"]),
        ("A firefly glowed over fireflyville.", []),
        ("Maria Firefly spoke.", []),
        ("Roland spoke.", []),
        ("Zoe Roland spoke.", ["zoe-roland"]),
        ("Upper Freedonia is not Freedonia's, Freedonians say.", ["upper-freedonia", "freedonia"]),
        ("The road goes up. Upper. Freedonia is far.", ["freedonia"]),
        ("FR said no; fr. said nothing.", ["freedonia"]),
    ],
)
def test_names_are_whole_words_and_the_longest_counts(text, slugs):
    assert named(text) == slugs


def test_a_last_name_of_two_people_means_the_one_that_was_named_in_full():
    assert named("Bob Roland came.", "Roland spoke.") == ["bob-roland"]
    assert named("Bob Roland and Zoe Roland came.", "Roland spoke.") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 2031-06-02 and 02.06.2031.", ["2031-06-02"]),
        ("2 June 2025, June 3, 2025 and the 4th of June 2025", ["2025-06-02", "2025-06-03", "2025-06-04"]),
        ("From June 2 to 5 June", ["2031-06-02", "2031-06-05"]),
        ("From 30 May to 2 June 2024", ["2024-05-30", "2024-06-02"]),
        ("On 23–25 May and Jun. 1", ["2031-05-23", "2031-05-25", "2031-06-01"]),
        ("In April 2025", ["2025-04"]),
        ("They met yesterday.", ["2031-06-02"]),
        ("“We met yesterday,” he said of today’s talks.", []),
        ("On Monday, last week, in May, they may 2 times.", []),
        ("On 31 June and on 2031-13-01", []),
        ("In the winter of 2028, on 24 February, it began.", ["2028-02-24"]),
        ("It began on 24 February.", ["2031-02-24"]),
        ("It ended on 24 December.", ["2030-12-24"]),
        ("1,200 men, 31 of them on 12 June, 200 on foot", ["2031-06-12"]),
    ],
)
def test_dates_in_words_and_numbers(text, found):
    assert [row.value for row in dates_in(text, DAY)] == found


@given(
    st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d"]),
)
def test_any_day_is_found_as_it_is_written(day, form):
    assert [row.value for row in dates_in(f"They met on {day.strftime(form)}.", DAY)] == [day.isoformat()]


@given(st.dates(DAY - datetime.timedelta(days=60), DAY + datetime.timedelta(days=60)))
def test_a_day_near_the_article_needs_no_year(day):
    assert [row.value for row in dates_in(f"They met on {day:%d %B}.", DAY)] == [day.isoformat()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("307 prisoners of war", ["307 prisoners-of-war"]),
        ("At least 1,000 prisoners of war", ["at least 1,000 prisoners-of-war"]),
        ("about three hundred civilians were returned", ["about 300 civilians"]),
        ("Freedonia handed over 120 prisoners of war", ["120 prisoners-of-war"]),
        ("1,200, 1 200 and 1200 POWs", ["1200 prisoners-of-war"]),
        ("three hundred and seven badly wounded prisoners", ["307 prisoners-of-war"]),
        ("twenty-five or a hundred prisoners", ["25 prisoners-of-war", "100 prisoners-of-war"]),
        ("two thousand one hundred prisoners; a dozen prisoners", ["2100 prisoners-of-war", "12 prisoners-of-war"]),
        ("exchanged 79 civilians and 12 children", ["79 civilians", "12 children"]),
        ("12 civilians were killed", []),
        ("returned the bodies of 1,212 fallen soldiers", ["1212 remains"]),
        ("received 27 bodies", ["27 remains"]),
        ("5,000 soldiers were sent", []),
        ("swapped 5,000 soldiers", ["5000 prisoners-of-war"]),
        ("in 30 days all prisoners", []),
        ("on 2 June prisoners went home", []),
        ("1.5 million prisoners, 40% of prisoners, $300 prisoners", []),
        ("65 exchanges. Prisoners went home", []),
        ("12-year-old children came home", []),
    ],
)
def test_counts_with_their_unit(text, found):
    assert [row.value for row in counts_in(text)] == found


@given(st.integers(1, 9_999_999))
def test_any_number_with_separators_is_read(number):
    assert [row.value for row in counts_in(f"They freed {number:,} prisoners.")] == [f"{number} prisoners-of-war"]


TOPICS = (
    Topic("ceasefire", "Ceasefire"),
    Topic("prisoners", "Prisoners of war"),
    Topic("opera-houses", "Opera houses", "The shelling of theatres and the return of looted instruments."),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A truce was near.", ["ceasefire"]),
        ("The cease-fires of old", ["ceasefire"]),
        ("captured soldiers", ["prisoners"]),
        ("They shelled an opera house.", ["opera-houses"]),
        ("A theatre was shelled.", ["opera-houses"]),
        ("The opera was fine.", []),
    ],
)
def test_issues_by_keyword_or_by_their_own_words(text, found):
    assert [row.value for row in issues_in(text, TOPICS)] == found


def a_round(day, **options):
    return Candidate(f"glock-{day}", "round", "Talks", datetime.date(2031, 6, day), city="Glockenberg", **options)


def about(text, *candidates):
    found = dates_in(text, DAY)
    return [row.value for row in entries_about(text, found, candidates, DAY)]


def test_an_entry_is_suggested_by_its_day_and_city():
    assert about("In Glockenberg on 2 June", a_round(2), a_round(1)) == ["glock-2"]
    assert about("In Glockenberg on 12 June", a_round(2), a_round(1)) == []
    assert about("On 2 June", a_round(2)) == []


def test_a_month_alone_is_less_than_a_day():
    month = Candidate("in-june", "round", "Talks", datetime.date(2031, 6, 1), "month", city="Glockenberg")

    assert about("In Glockenberg on 2 June, delegations met", month) == []


@given(st.text())
def test_no_text_is_too_odd(text):
    found = suggest([(1, text)], known(), DAY)

    assert {row.sort for row in found[1]} <= set(SORTS)


# The three articles: what is found in them, what is missed and what is wrong, as docs/benchmarks.md counts it

MISSED = {
    "gazette-2031-06-03-second-talks": [
        (1, "date", "2031-06-02"),
        (2, "entry", "glockenberg-2031-06-02"),
        (3, "entry", "glockenberg-2031-06-02"),
        (5, "issue", "territory"),
        (6, "issue", "monitoring-and-enforcement"),
        (8, "count", "101 children"),
        (8, "count", "339 children"),
        (8, "entry", "glockenberg-2031-06-02"),
        (10, "issue", "leaders-summit"),
        (11, "issue", "prisoners"),
    ],
    "herald-2031-06-15-exchange-ends": [
        (2, "issue", "prisoners"),
        (3, "issue", "prisoners"),
        (4, "count", "27 remains"),
        (7, "date", "2031-06-14"),
        (7, "entry", "swap-2031-06-09"),
        (10, "count", "1000 prisoners-of-war"),
        (10, "entry", "swap-2031-05-23"),
        (10, "issue", "prisoners"),
    ],
    "tribune-2032-01-08-looking-back": [
        (4, "count", "1000 prisoners-of-war"),
        (4, "entry", "glockenberg-2031-05-16"),
        (4, "entry", "swap-2031-05-23"),
        (4, "issue", "prisoners"),
        (5, "issue", "territory"),
        (11, "count", "339 children"),
        (12, "issue", "monitoring-and-enforcement"),
        (12, "party", "league-of-operettas"),
    ],
}
WRONG = {
    "gazette-2031-06-03-second-talks": [
        (9, "entry", "trentino-statement-2031-06-05"),
        (12, "issue", "civilians-and-children"),
    ],
    "herald-2031-06-15-exchange-ends": [],
    "tribune-2032-01-08-looking-back": [(6, "date", "2032-01-08")],
}


def test_what_is_found_in_the_three_articles_is_pinned():
    result = compared()

    assert {name: missed for name, (_, missed, _) in result.items()} == MISSED
    assert {name: wrong for name, (*_, wrong) in result.items()} == WRONG
    assert {name: len(right) for name, (right, *_) in result.items()} == {
        "gazette-2031-06-03-second-talks": 50,
        "herald-2031-06-15-exchange-ends": 44,
        "tribune-2032-01-08-looking-back": 44,
    }


def test_the_expected_suggestions_name_what_there_is():
    held = read(FOLDER / "known.yaml")
    slugs = {sort: {row["slug"] for row in held[name]} for sort, name in SORTS.items() if name in held}

    for _, _, expected in articles().values():
        for sorts in expected.values():
            assert set(sorts) <= set(SORTS)
            assert [
                value for sort in sorts.keys() & slugs.keys() for value in sorts[sort] if value not in slugs[sort]
            ] == []
