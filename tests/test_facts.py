"""What follows from the reports about an entry: accepted values, versions that differ, what was known when."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.models import KINDS, LISTS, Article, Citation, Entry, Event, Publisher, Round, Rule, Seen
from talks.record.facts import KnownEntry, folded, resolve, versions_of

DAYS = {"mon": datetime.date(2031, 5, 5), "tue": datetime.date(2031, 5, 6), "wed": datetime.date(2031, 5, 7)}


def cited(day, value="", field="city", **columns):
    """A citation in an article of this day of May 2031; the day's name is its slug as well."""
    article = Article(slug=day, published=DAYS[day[:3]], publisher=Publisher(pk=1))
    return Citation(article=article, field=field, value=value, **columns)


def values(fact):
    return [version.value for version in fact.versions]


def sources(fact):
    """The articles that stand behind each version, and those behind the accepted value."""
    by_version = [[citation.article.slug for citation in version.citations] for version in fact.versions]
    return by_version, [citation.article.slug for citation in fact.citations]


def test_the_first_report_is_accepted_and_others_stand_beside_it():
    fact = resolve(
        "city", Rule.FIRST, [cited("mon", "Freedonia City"), cited("tue", "Sylvania"), cited("wed", "Sylvania")]
    )

    assert (fact.value, fact.disputed, values(fact)) == ("Freedonia City", True, ["Freedonia City", "Sylvania"])
    assert sources(fact) == ([["mon"], ["tue", "wed"]], ["mon"])


def test_case_accents_and_double_spaces_make_no_discrepancy():
    fact = resolve(
        "venue", Rule.FIRST, [cited("mon", "Çırağan Palace"), cited("tue", "ÇIRAĞAN  palace".replace("I", "ı"))]
    )

    assert (fact.value, fact.disputed) == ("Çırağan Palace", False)
    assert sources(fact) == ([["mon", "tue"]], ["mon", "tue"])


def test_two_texts_in_own_words_are_renderings_of_one_thing_and_contradict_nothing():
    reports = [cited("mon", "They agreed.", "outcome"), cited("tue", "Agreement was reached.", "outcome")]

    fact = KnownEntry(Round(kind="round"), reports, Seen.now()).facts["outcome"]

    assert (fact.value, fact.disputed, fact.retold) == ("They agreed.", False, True)
    assert fact.shown == fact.versions == versions_of("outcome", reports)


def test_numbers_that_differ_are_disputed():
    fact = resolve("number", Rule.FIRST, [cited("mon", "2"), cited("tue", "3")])

    assert (fact.value, fact.disputed) == ("2", True)


def test_the_latest_status_is_accepted_and_earlier_ones_are_no_discrepancy():
    fact = resolve("status", Rule.LATEST, [cited("mon", "scheduled"), cited("tue", "held")])

    assert (fact.value, fact.disputed, values(fact)) == ("held", False, ["held"])


def test_statuses_of_the_same_latest_day_stand_side_by_side():
    fact = resolve(
        "status", Rule.LATEST, [cited("mon", "scheduled"), cited("tue-1", "held"), cited("tue-2", "postponed")]
    )

    assert (fact.value, fact.disputed, values(fact)) == ("postponed", True, ["held", "postponed"])


def test_a_status_that_comes_back_is_the_latest_with_all_its_sources():
    fact = resolve(
        "status", Rule.LATEST, [cited("mon", "scheduled"), cited("tue", "postponed"), cited("wed", "scheduled")]
    )

    assert (fact.value, fact.disputed) == ("scheduled", False)
    assert sources(fact) == ([["mon", "wed"]], ["mon", "wed"])


@pytest.mark.parametrize("order", [("2022", "2022-03", "2022-03-29"), ("2022-03-29", "2022", "2022-03")])
def test_an_exact_date_refines_a_vague_one_without_dispute(order):
    fact = resolve("start", Rule.DATE, [cited(day, value) for day, value in zip(DAYS, order, strict=True)])

    assert (fact.value, fact.disputed) == ("2022-03-29", False)


def test_a_date_that_disagrees_with_the_first_is_disputed_and_does_not_refine_it():
    fact = resolve(
        "start", Rule.DATE, [cited("mon", "2022-04"), cited("tue", "2022-03-29"), cited("wed", "2022-04-02")]
    )

    assert (fact.value, fact.disputed) == ("2022-04-02", True)
    assert values(fact) == ["2022-04", "2022-03-29", "2022-04-02"]


def test_a_union_has_all_that_any_report_names():
    fact = resolve("parties", Rule.UNION, [cited("mon", "a, b"), cited("tue", "b, a"), cited("wed", "b, c")])

    assert (fact.values, fact.disputed) == (["a", "b", "c"], False)
    assert sources(fact)[1] == ["mon", "tue", "wed"]


def test_a_list_in_another_order_is_the_same_value():
    fact = resolve("parties", Rule.FIRST, [cited("mon", "b, a"), cited("tue", "a, b"), cited("wed", "a")])

    assert (fact.value, fact.disputed, values(fact)) == ("b, a", True, ["b, a", "a"])


def test_what_an_editor_chose_is_accepted_and_the_others_stay_beside_it():
    reports = [cited("mon", "Freedonia City"), cited("tue", "Sylvania")]

    fact = resolve("city", Rule.FIRST, reports, "sylvania")

    assert (fact.value, fact.disputed, values(fact)) == ("Sylvania", True, ["Freedonia City", "Sylvania"])


def test_days_that_contradict_each_other_do_so_though_an_editor_chose_their_month():
    reports = [cited("mon", "2022-04"), cited("tue", "2022-04-02"), cited("wed", "2022-04-03")]

    fact = resolve("start", Rule.DATE, reports, "2022-04")

    assert (fact.value, fact.disputed) == ("2022-04", True)


@pytest.mark.parametrize("rule", [Rule.FIRST, Rule.LATEST])
def test_what_an_editor_chose_does_not_count_if_no_article_reports_it(rule):
    assert resolve("city", rule, [cited("mon", "Freedonia City")], "Sylvania").value == "Freedonia City"


def test_an_editor_may_choose_an_older_status_which_then_stands_beside_the_latest():
    reports = [cited("mon", "scheduled"), cited("tue", "held"), cited("wed", "postponed")]

    fact = resolve("status", Rule.LATEST, reports, "held")

    assert (fact.value, fact.disputed, values(fact)) == ("held", True, ["held", "postponed"])


def test_an_editor_may_choose_a_date_and_what_disagrees_is_disputed():
    reports = [cited("mon", "2022-03-29"), cited("tue", "2022-03-30"), cited("wed", "2022-03")]

    fact = resolve("start", Rule.DATE, reports, "2022-03-30")

    assert (fact.value, fact.disputed) == ("2022-03-30", True)


@given(st.lists(st.sampled_from(["Sylvania", "SYLVANIA", "Freedonia City"]), min_size=1, max_size=6))
def test_every_citation_stands_behind_one_version(reported):
    citations = [cited(f"mon-{index}", value) for index, value in enumerate(reported)]

    versions = versions_of("city", citations)

    assert sorted(c.article.slug for v in versions for c in v.citations) == [c.article.slug for c in citations]
    assert len(versions) == len({folded(value) for value in reported})


def known(citations, day=None, model=Event, **columns):
    columns.setdefault("last_reported", max(citation.published for citation in citations))
    return KnownEntry(model(slug="an-entry", kind=model.KIND, **columns), citations, Seen.on(day))


def test_an_entry_without_a_date_stands_at_the_day_of_its_first_report():
    entry = known([cited("mon", field=""), cited("tue", field="")])

    assert (entry.start, entry.precision, entry.end) == (DAYS["mon"], Entry.Precision.REPORTED, None)


def test_an_entry_stands_at_its_reported_dates():
    entry = known([cited("mon", "2031-04", "start"), cited("mon", "2031-04-20", "end")])

    assert (entry.start, entry.precision, entry.end) == (datetime.date(2031, 4, 1), "month", datetime.date(2031, 4, 20))


def test_an_end_before_the_accepted_start_is_not_accepted():
    reports = [
        cited("mon", "2031-04-20", "start"),
        cited("tue", "2031-04-01", "start"),
        cited("tue", "2031-04-03", "end"),
    ]

    assert known(reports).end is None


def test_an_end_that_fits_the_accepted_start_is_taken_instead():
    reports = [
        cited("mon", "2031-04-20", "start"),
        cited("mon", "2031-04-03", "end"),
        cited("tue", "2031-04-21", "end"),
    ]

    assert known(reports).end == datetime.date(2031, 4, 21)


def test_an_end_on_the_first_day_is_none():
    assert known([cited("mon", "2031-04-20", "start"), cited("mon", "2031-04-20", "end")]).end is None


def test_an_end_without_a_start_is_none():
    assert known([cited("mon", "2031-04-20", "end")]).end is None


def test_title_and_summary_are_those_of_the_first_report_that_has_one():
    first = cited("mon", field="", title="First title")
    second = cited("tue", field="", title="Second title", summary="Second summary.")

    entry = known([first, second], title="Column", summary="Column")

    assert (entry.title, entry.summary) == ("First title", "Second summary.")


def test_without_reported_texts_those_of_the_entry_stand_but_not_on_an_earlier_day():
    reports = [cited("mon", field=""), cited("tue", field="")]

    assert known(reports, title="By an editor").title == "By an editor"
    assert known(reports[:1], DAYS["mon"], title="By an editor", last_reported=DAYS["tue"]).title == ""


def test_what_an_editor_chose_counts_only_where_no_report_is_left_out():
    reports = [cited("mon", "Freedonia City"), cited("mon-2", "Sylvania"), cited("tue", field="", title="Title")]
    columns = {"chosen": {"city": "Sylvania", "title": "Chosen"}, "last_reported": DAYS["tue"], "model": Round}

    cities = {
        day: known(reports[:upto], DAYS[day], **columns).facts["city"].value for day, upto in (("mon", 2), ("tue", 3))
    }

    assert cities == {"mon": "Freedonia City", "tue": "Sylvania"}
    assert known(reports, **columns).title == "Chosen"


def test_facts_stand_in_the_order_of_the_kind_and_unreported_ones_are_left_out():
    entry = known(
        [cited("mon", "held", "status"), cited("mon", "2031-05-05", "start"), cited("mon", "1", "number")], model=Round
    )

    assert list(entry.facts) == ["start", "number", "status"]
    assert entry.disputed == []


def test_disputed_facts_are_told():
    entry = known([cited("mon", "Freedonia City"), cited("tue", "Sylvania"), cited("tue", "1", "number")], model=Round)

    assert [fact.field for fact in entry.disputed] == ["city"]


def test_copies_of_one_wire_are_one_source():
    wire, site, other = Publisher(pk=1), Publisher(pk=2), Publisher(pk=3)
    articles = [
        Article(pk=1, slug="a", publisher=wire),
        Article(pk=2, slug="b", publisher=site, agency=wire),
        Article(pk=3, slug="c", publisher=other),
    ]

    citations = [Citation(article=article) for article in articles for _ in range(2)]
    entry = KnownEntry(Event(kind="event"), citations, Seen.now())

    assert [article.slug for article in entry.articles] == ["a", "b", "c"]
    assert entry.source_count == 2


def test_every_fact_of_every_kind_is_a_column_or_a_list():
    unknown = [
        (kind.value, name)
        for kind, model in KINDS.items()
        for name in model.FACTS
        if name not in LISTS and name not in {field.name for field in model._meta.concrete_fields}
    ]

    assert unknown == []
