"""Whose articles the record stands on, counted; and what only some of them report."""

from hypothesis import given
from hypothesis import strategies as st

from talks.record import balance
from talks.record.balance import Source

SOURCES = {
    1: Source("gazette", "Gazette", "FR", "state"),
    2: Source("herald", "Herald", "FR", "private"),
    3: Source("clarion", "Clarion", "SY", ""),
    4: Source("leaflet", "Leaflet", "", ""),
    5: Source("argus", "Argus", "AA", "public"),
}


def shares(listed):
    return [(share.key, share.articles, share.facts) for share in listed]


def test_articles_and_facts_are_counted_by_source_country_and_language():
    articles = [(1, "en", 2), (1, "uk", 1), (2, "en", 1), (3, "en", 3)]
    facts = [(1, "en", 10), (3, "en", 5), (3, "en", 2), (2, "en", 1)]

    counted = balance.balance(SOURCES, articles, facts)

    assert (counted.articles, counted.facts) == (7, 18)
    assert shares(counted.sources) == [("clarion", 3, 7), ("gazette", 3, 10), ("herald", 1, 1)]
    assert shares(counted.countries) == [("FR", 4, 11), ("SY", 3, 7)]
    assert shares(counted.languages) == [("en", 6, 18), ("uk", 1, 0)]


def test_countries_of_parties_come_first_in_their_order_and_the_unknown_last():
    articles = [(pk, "en", 1) for pk in SOURCES]

    assert [share.key for share in balance.balance(SOURCES, articles, [], ["SY", "FR"]).countries] == [
        "SY",
        "FR",
        "AA",
        "unknown",
    ]


def test_articles_of_a_country_are_told_apart_by_the_ownership_of_their_sources():
    counted = balance.balance(SOURCES, [(1, "en", 2), (2, "en", 1), (3, "en", 1)], [])

    assert [share.ownerships for share in counted.countries] == [[2, 0, 0, 1, 0], [0, 0, 0, 0, 1]]


def span(entry, articles, sources, countries):
    return entry, *(end(values) for values in (articles, sources, countries) for end in (min, max))


def test_entries_that_one_article_or_one_source_reports_are_found_in_their_order():
    spans = [
        span(1, [7], [1], ["FR"]),
        span(2, [7, 8], [1], ["FR"]),
        span(3, [7, 9], [1, 2], ["FR"]),
        span(4, [7, 10], [1, 3], ["FR", "SY"]),
    ]

    assert balance.alone([4, 3, 2, 1], spans) == balance.Alone([1], [2, 1], {"FR": [3, 2, 1]})


def test_reports_of_all_sorts_count_together():
    spans = [span(1, [7], [1], ["FR"]), span(1, [8], [3], ["SY"]), span(2, [7], [1], ["FR"]), span(2, [7], [1], ["FR"])]

    assert balance.alone([1, 2], spans) == balance.Alone([2], [2], {"FR": [2]})


def test_a_source_without_a_country_on_record_leaves_its_entries_to_no_country():
    spans = [span(1, [7], [4], [""]), span(2, [7, 8], [1, 4], ["", "FR"])]

    assert balance.alone([1, 2], spans).countries == {}


def test_entries_that_may_not_be_shown_are_left_out():
    assert balance.alone([], [span(1, [7], [1], ["FR"])]) == balance.Alone([], [], {})


REPORTED = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9)), max_size=25)  # (entry, article)
OF_ARTICLE = {article: article % len(SOURCES) + 1 for article in range(1, 10)}


@given(st.lists(REPORTED, min_size=1, max_size=4))
def test_who_reports_alone_is_what_counting_the_reports_says(sorts):
    """Each sort of report is grouped by itself, as the database does it."""
    spans = []
    for reports in sorts:
        for entry in {entry for entry, _ in reports}:
            articles = [article for one, article in reports if one == entry]
            sources = [OF_ARTICLE[article] for article in articles]
            spans.append(span(entry, articles, sources, [SOURCES[one].country for one in sources]))
    reports = [pair for sort in sorts for pair in sort]
    entries = sorted({entry for entry, _ in reports})
    articles = {entry: {article for one, article in reports if one == entry} for entry in entries}
    sources = {entry: {OF_ARTICLE[article] for article in articles[entry]} for entry in entries}
    countries = {entry: {SOURCES[one].country for one in sources[entry]} for entry in entries}

    found = balance.alone(entries, spans)

    assert found.article == [entry for entry in entries if len(articles[entry]) == 1]
    assert found.source == [entry for entry in entries if len(sources[entry]) == 1]
    assert found.countries == {
        code: [entry for entry in entries if countries[entry] == {code}]
        for code in {code for of_one in countries.values() for code in of_one} - {""}
        if any(of_one == {code} for of_one in countries.values())
    }


COUNTS = st.lists(st.tuples(st.sampled_from(list(SOURCES)), st.sampled_from(["en", "uk"]), st.integers(1, 9)))


@given(COUNTS, COUNTS)
def test_each_table_has_all_articles_and_facts_once(articles, facts):
    counted = balance.balance(SOURCES, articles, facts)

    for table in (counted.sources, counted.countries, counted.languages):
        assert sum(share.articles for share in table) == sum(number for *_, number in articles) == counted.articles
        assert sum(share.facts for share in table) == sum(number for *_, number in facts) == counted.facts
        assert all(sum(share.ownerships) == share.articles for share in table)


@given(COUNTS.flatmap(lambda counts: st.tuples(st.just(counts), st.permutations(counts))))
def test_the_order_of_the_input_changes_nothing(pair):
    first, second = (balance.balance(SOURCES, counts, counts) for counts in pair)

    assert first == second
