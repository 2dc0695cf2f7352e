"""What is written into an entry's columns, ties and placements after its reports change."""

import datetime

import pytest

from talks import models
from talks.derived.settle import settle
from talks.models.standing import FOREVER
from talks.models.writing import writing
from tests import factories
from tests.factories import reported

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def may(day):
    return datetime.date(2031, 5, day)


def article(day, suffix=""):
    gazette = factories.PublisherFactory(slug="gazette")
    return factories.ArticleFactory(slug=f"gazette-2031-05-{day:02}{suffix}", published=may(day), publisher=gazette)


def ties(entry):
    """{slug: since} of the parties, issues and people that an entry is tied to."""
    found = {}
    for rows, name in ((entry.party_ties, "party"), (entry.issue_ties, "issue"), (entry.person_ties, "person")):
        found |= dict(rows.values_list(f"{name}__slug", "since"))
    return found


def placements(entry):
    return list(entry.placements.order_by("since").values_list("start", "end", "since", "until"))


def test_first_and_last_report_and_the_introducing_article_are_kept():
    first = article(3)
    reported("event", "an-event", article(5))
    reported("event", "an-event", first)

    entry = reported("event", "an-event", article(9))

    assert (entry.first_reported, entry.last_reported, entry.introduced_by) == (may(3), may(9), first)


def test_a_report_other_than_a_citation_counts_as_the_last_but_not_as_the_first():
    entry = reported("event", "an-event", article(5))
    factories.AccountFactory(entry=entry, article=article(3))
    factories.AccountFactory(entry=entry, article=article(9))

    settle({entry.pk: "test"})

    entry.refresh_from_db()
    assert (entry.first_reported, entry.last_reported) == (may(5), may(9))


def test_facts_fill_the_columns_by_name_number_and_slug():
    factories.ProcessFactory(slug="a-process")
    place = reported("round", "a-round", process="a-process", number="2", city="Freedonia City", duration_minutes="65")

    swap = reported("swap", "a-swap", agreed_at="a-round", status="agreed")

    assert (place.process.slug, place.number, place.city, place.duration_minutes) == (
        "a-process",
        2,
        "Freedonia City",
        65,
    )
    assert (swap.agreed_at, swap.status) == (place, "agreed")


def test_a_fact_that_nothing_reports_any_more_is_emptied():
    entry = reported("round", "a-round", number="2", city="Freedonia City", start="2031-05-01", end="2031-05-02")
    models.Citation.objects.exclude(field="").delete()

    settle({entry.pk: "test"})

    entry.refresh_from_db()
    assert (entry.number, entry.city, entry.end, entry.precision) == (None, "", None, "reported")


def test_a_draft_without_any_report_keeps_what_an_editor_wrote():
    draft = factories.RoundFactory(title="Planned", start=may(1), city="Freedonia City")

    settle({draft.pk: "test"})

    draft.refresh_from_db()
    assert (draft.title, draft.start, draft.city, draft.first_reported) == ("Planned", may(1), "Freedonia City", None)


def test_a_date_that_becomes_known_later_ends_one_placement_and_begins_the_next():
    reported("event", "an-event", article(3))
    reported("event", "an-event", article(5), start="2031-04")
    reported("event", "an-event", article(6))

    entry = reported("event", "an-event", article(7), start="2031-04-20", end="2031-04-21")

    assert placements(entry) == [
        (may(3), None, may(3), may(5)),
        (datetime.date(2031, 4, 1), None, may(5), may(7)),
        (datetime.date(2031, 4, 20), datetime.date(2031, 4, 21), may(7), FOREVER),
    ]


def test_an_entry_whose_date_is_known_at_once_has_one_placement():
    reported("event", "an-event", article(3), start="2031-05-01")

    entry = reported("event", "an-event", article(5), start="2031-05-01")

    assert placements(entry) == [(may(1), None, may(3), FOREVER)]


def test_a_chosen_date_moves_the_entry_from_the_day_of_the_last_report():
    reported("event", "an-event", article(3), start="2031-05-01")
    entry = reported("event", "an-event", article(5), start="2031-05-02")
    factories.AccountFactory(entry=entry, article=article(9))
    models.Entry.objects.update(chosen={"start": "2031-05-02"})

    settle({entry.pk: "test"})

    entry.refresh_from_db()
    assert entry.start == may(2)
    assert placements(entry) == [
        (may(1), None, may(3), may(5)),
        (may(1), None, may(5), may(9)),  # disputed
        (may(2), None, may(9), FOREVER),
    ]


def test_a_second_source_and_a_contradiction_end_a_placement():
    """On the 7th another paper reports, on the 9th it gives another size of the delegation."""
    herald = factories.PublisherFactory(slug="herald")
    entry = reported("round", "talks", article(3), start="2031-05-01")
    reported("round", "talks", article(5))
    for day, size in ((7, None), (9, 4)):
        report = factories.ArticleFactory(published=may(day), publisher=herald)
        reported("round", "talks", report)
        factories.DelegationFactory(round=entry, article=report, party=factories.PartyFactory(slug="a"), size=size)
    factories.DelegationFactory(round=entry, article=article(7), party=factories.PartyFactory(slug="a"), size=3)

    settle({entry.pk: "test"})

    held = entry.placements.order_by("since").values_list("since", "one_source", "disputed")
    assert list(held) == [(may(3), True, False), (may(7), False, False), (may(9), False, True)]
    assert (entry.evidence.one_source, entry.evidence.disputed) == (False, True)


def test_ties_begin_with_the_first_report_that_says_so():
    for slug in ("freedonia", "sylvania", "ruritania"):
        factories.PartyFactory(slug=slug)
    reported("event", "an-event", article(3), parties="freedonia")

    entry = reported("event", "an-event", article(5), parties="sylvania, freedonia")

    assert ties(entry) == {"freedonia": may(3), "sylvania": may(5)}


def test_ties_do_not_begin_before_the_entry_is_reported():
    entry = reported("event", "an-event", article(5))
    factories.AccountFactory(entry=entry, article=article(3), speaker=factories.PersonFactory(slug="speaker"))

    settle({entry.pk: "test"})

    assert ties(entry) == {"speaker": may(5)}


def test_all_reported_rows_tie_their_parties_issues_and_people():
    source = article(3)
    round_ = reported("round", "a-round", source)
    delegation = factories.DelegationFactory(round=round_, article=source, party__slug="at-the-table")
    factories.DelegateFactory(delegation=delegation, person__slug="delegate")
    swap = reported("swap", "a-swap", source, mediators="at-the-table")
    factories.TransferFactory(swap=swap, article=source, from_party__slug="giver", to_party__slug="taker")
    proposal = reported("proposal", "a-proposal", source)
    factories.ProvisionFactory(proposal=proposal, article=source, issue__slug="an-issue")

    settle(dict.fromkeys([round_.pk, swap.pk, proposal.pk], "test"))

    assert [set(ties(entry)) for entry in (round_, swap, proposal)] == [
        {"at-the-table", "delegate"},
        {"at-the-table", "giver", "taker"},
        {"an-issue"},
    ]


def test_a_delegation_that_was_only_expected_makes_no_tie_until_one_was_seen():
    entry = reported("round", "a-round", article(3))
    party = factories.PartyFactory(slug="freedonia")
    expected = factories.DelegationFactory(round=entry, article=article(3), party=party, expected=True)
    factories.DelegateFactory(delegation=expected, person__slug="firefly")
    settle({entry.pk: "test"})
    before = ties(entry)

    factories.DelegationFactory(round=entry, article=article(5), party=party)
    settle({entry.pk: "test"})

    assert (before, ties(entry)) == ({}, {"freedonia": may(5)})


def test_a_tie_that_nothing_reports_any_more_goes():
    factories.PartyFactory(slug="freedonia")
    entry = reported("event", "an-event", article(3), parties="freedonia")
    models.Citation.objects.filter(field="parties").delete()

    settle({entry.pk: "test"})

    assert ties(entry) == {}


def test_settling_twice_writes_nothing():
    factories.PartyFactory(slug="freedonia")
    entry = reported("round", "a-round", article(3), parties="freedonia", start="2031-05", number="2")

    def state():
        return (
            models.Round.objects.values().get(),
            models.Round.history.count(),
            list(models.EntryParty.objects.values()),
            list(models.Placement.objects.values()),
        )

    before = state()
    settle({entry.pk: "again"})

    assert state() == before


def test_history_gives_the_reason_of_a_change():
    entry = reported("round", "a-round", article(3), published=False)
    factories.CitationFactory(entry=entry, article=article(5), field="city", value="Freedonia City")

    settle({entry.pk: "gazette.yaml"})

    assert entry.history.first().history_change_reason == "gazette.yaml"


@pytest.mark.parametrize("count", [1, 6])
def test_settling_takes_as_many_queries_for_six_reports_as_for_one(django_assert_num_queries, count):
    for day in range(1, count + 1):
        entry = reported("event", "an-event", article(day))

    with writing(), django_assert_num_queries(11):
        settle({entry.pk: "test"})
