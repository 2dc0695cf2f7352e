"""What a query may show: the record as known on a day, and one draft to those who edit it."""

import datetime
import inspect

import pytest

from talks import queries
from talks.models import Article, Citation, Entry, Seen
from talks.queries import search
from talks.record.facts import KnownEntry
from tests.factories import ArticleFactory, IssueFactory, ProvisionFactory, reported

MAY_1, MAY_2 = datetime.date(2031, 5, 1), datetime.date(2031, 5, 2)
WITHOUT = {
    "Choice",
    "LINEAGE",
    "MANY",
    "Overview",
    "articles_from",
    "counted_under",
    "first_report_of",
    "kept",
    "with_sources",
}  # they read no record, or narrow what a query gave


def test_the_present_has_no_day_and_previews_nothing():
    assert Seen.now() == Seen.on(None) == Seen(day=None, preview=None)
    assert (Seen.now().is_now, Seen.on(MAY_1).is_now) == (True, False)


def test_a_preview_is_of_one_entry_and_keeps_the_day():
    assert Seen.on(MAY_1).previewing(7) == Seen(day=MAY_1, preview=7)


@pytest.mark.parametrize("name", sorted(set(queries.__all__) - WITHOUT))
def test_every_query_must_be_told_first_what_it_may_show(name):
    first = next(iter(inspect.signature(getattr(queries, name)).parameters.values()))

    assert (first.name, first.annotation, first.default) == ("seen", Seen, inspect.Parameter.empty)


@pytest.mark.parametrize("query", [search.found, search.names_near])
def test_search_must_be_told_first_what_it_may_show(query):
    first = next(iter(inspect.signature(query).parameters.values()))

    assert (first.annotation, first.default) == (Seen, inspect.Parameter.empty)


def test_forgetting_it_is_an_error_and_shows_nothing():
    for forgetful in (Entry.objects.visible, Entry.objects.known, Citation.objects.visible, Article.objects.visible):
        with pytest.raises(TypeError):
            forgetful()
    with pytest.raises(TypeError):
        KnownEntry(Entry(), [])
    with pytest.raises(TypeError):
        Seen()


def test_only_days_that_had_come_by_then_pass(db):
    early, late = (ArticleFactory(published=day, released=True) for day in (MAY_1, MAY_2))

    assert set(Article.objects.visible(Seen.on(MAY_1))) == {early}
    assert set(Article.objects.visible(Seen.now())) == {early, late}


def test_a_draft_is_shown_only_where_it_is_previewed_and_was_known(db):
    draft = reported("event", "draft", ArticleFactory(published=MAY_2), published=False)

    assert list(Entry.objects.visible(Seen.now())) == []
    assert [entry.pk for entry in Entry.objects.visible(Seen.now().previewing(draft.pk))] == [draft.pk]
    assert list(Entry.objects.visible(Seen.on(MAY_1).previewing(draft.pk))) == []


def test_an_issue_has_no_proposal_whose_demand_on_it_was_reported_later(db):
    early, late = ArticleFactory(published=MAY_1), ArticleFactory(published=MAY_2)
    hats, gloves = IssueFactory(slug="hats"), IssueFactory(slug="gloves")
    paper = reported("proposal", "paper", early)
    ProvisionFactory(proposal=paper, article=early, key="keep-gloves", issue=gloves)
    demand = ProvisionFactory(proposal=paper, article=late, key="keep-hats", issue=hats)

    assert queries.marks_on(Seen.on(MAY_1), hats) == []
    marks = queries.marks_on(Seen.now(), hats)
    [shown] = queries.track(Seen.now(), hats, marks, marks).values()
    assert (shown.known.entry.pk, [point.provision.key for point in shown.points]) == (paper.pk, [demand.key])
