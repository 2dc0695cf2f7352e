"""How well entries are borne out: what is kept of it follows every report."""

import datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from talks.derived.reports import reports_of
from talks.derived.rewording import word_the_new
from talks.derived.settle import settle
from talks.files.discrepancies import discrepancies
from talks.models import Entry, Evidence, Seen
from talks.record.facts import KnownEntry
from tests.article_files import Folder, event
from tests.factories import (
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    PartyFactory,
    PublisherFactory,
    TransferFactory,
    reported,
)

pytestmark = pytest.mark.django_db


def evidence(entry):
    """(articles, one source only, disputed)"""
    settle({entry.pk: "test"})
    return Evidence.objects.values_list("articles", "one_source", "disputed").get(entry=entry.pk)


def test_two_articles_of_one_publisher_are_one_source(gazette):
    reported("event", "talks", gazette)
    entry = reported("event", "talks", ArticleFactory(publisher=gazette.publisher))

    assert evidence(entry) == (2, True, False)


def test_copies_of_one_wire_are_one_source(gazette, herald):
    wire = PublisherFactory(slug="wire")
    for article in (gazette, herald):
        article.agency = wire
        article.save()
        entry = reported("event", "talks", article)

    assert evidence(entry) == (2, True, False)


def test_articles_of_two_publishers_are_two_sources(gazette, herald):
    reported("event", "talks", gazette)

    assert evidence(reported("event", "talks", herald)) == (2, False, False)


def test_two_cities_are_a_discrepancy_until_one_is_taken_back(gazette, herald):
    reported("round", "talks", gazette, city="Freedonia City")
    entry = reported("round", "talks", herald, city="Sylvania Spa")
    assert evidence(entry) == (2, False, True)

    entry.citations.filter(article=herald, field="city").delete()

    assert evidence(entry) == (2, False, False)


def test_two_sizes_of_a_delegation_are_a_discrepancy(gazette, herald, freedonia):
    reported("round", "talks", gazette)
    entry = reported("round", "talks", herald)
    DelegationFactory(round=entry, article=gazette, party=freedonia, size=3)
    other = DelegationFactory(round=entry, article=herald, party=freedonia)
    assert evidence(entry) == (2, False, False)

    other.size = 4
    other.save()

    assert evidence(entry) == (2, False, True)


def test_a_draft_that_no_article_reports_has_none(gazette):
    entry = reported("event", "talks", gazette, published=False)
    entry.citations.all().delete()
    settle({entry.pk: "test"})

    assert Evidence.objects.count() == 0


def test_a_load_keeps_it_for_new_entries_and_when_an_article_turns_out_to_be_a_wire(tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-a", events=[event("x")])
    folder.article("wire-b", article={"publisher": "wire"}, events=[event("x")])
    folder.load()
    before = list(Evidence.objects.values_list("articles", "one_source"))

    folder.article("gazette-a", article={"agency": "wire"}, events=[event("x")])
    folder.load()

    assert before == [(2, False)]
    assert list(Evidence.objects.values_list("articles", "one_source")) == [(2, True)]


def test_entries_that_are_older_than_it_get_it_with_the_next_load(gazette):
    entry = reported("event", "talks", gazette)
    Evidence.objects.all().delete()

    word_the_new("test")

    assert Evidence.objects.get().entry_id == entry.pk


SIZES = st.sampled_from([None, 2, 3])


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(rows=st.lists(st.tuples(SIZES, SIZES, st.sampled_from([None, True, False]), st.sampled_from("ab")), max_size=3))
@example(rows=[(None, None, True, "a"), (None, None, False, "a")])
@example(rows=[(None, 2, None, "a"), (None, 3, None, "b")])
@example(rows=[(2, None, None, "a"), (3, None, None, "b")])
def test_an_entry_is_disputed_if_a_load_would_tell_of_a_discrepancy(db, rows):
    Entry.objects.all().delete()
    party, other = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    person = None
    for number, (size, count, head, agency) in enumerate(rows):
        article = ArticleFactory(
            slug=f"article-{number}",
            agency=PublisherFactory(slug=agency),
            published=datetime.date(2031, 5, 1 + number),
        )
        meeting = reported("round", "meeting", article, city=str(size or "Capital"))
        swap = reported("swap", "swap", article)
        row = DelegateFactory(
            delegation=DelegationFactory(round=meeting, article=article, party=party, size=size),
            head=head,
            **({"person": person} if person else {}),
        )
        person = row.person
        TransferFactory(swap=swap, article=article, from_party=party, to_party=other, count=count)
    settle(dict.fromkeys(Entry.objects.values_list("pk", flat=True), "test"))

    for entry in Entry.objects.all():
        reports = reports_of([entry.pk])[entry.pk]
        known = KnownEntry(entry, reports.citations, Seen.now())
        assert (entry.evidence.articles, entry.evidence.one_source, entry.evidence.disputed) == (
            len(known.articles),
            known.source_count == 1,
            bool(list(discrepancies(entry, reports))),
        )
