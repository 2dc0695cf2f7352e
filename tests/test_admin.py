"""The admin: editors find, add and decide; the record stays sourced, and no page asks the database once a row."""

import datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from simple_history.models import registered_models

from talks import models
from talks.derived.settle import settle
from talks.files.exporter import export
from talks.files.loader import load
from tests import admin_pages as pages
from tests import factories as make
from tests.admin_pages import (
    AT_THE_FACT,
    DAY,
    WHY,
    edit,
    errors,
    filled_in,
    form_data,
    form_page,
    row_of,
    saved,
    url,
    with_row,
)


@pytest.fixture
def article(db):
    return make.ArticleFactory(slug="gazette-2031-05-01", published=datetime.date(2031, 5, 1))


@pytest.fixture
def later(db):
    return make.ArticleFactory(slug="herald-2031-05-09", published=datetime.date(2031, 5, 9))


@pytest.fixture
def parties(db):
    return [make.PartyFactory(slug="freedonia", name="Freedonia"), make.PartyFactory(slug="sylvania", name="Sylvania")]


def a_round(article, **facts):
    return make.reported("round", "freedonia-city-2031-05-02", article, **{"start": DAY, **facts})


def facts_of(entry):
    """{fact: value} that the citations of an entry report; "" is its mention."""
    return dict(entry.citations.values_list("field", "value"))


# Adding


def add_round(client, change=(), citations=(), publication="published"):
    address = url(models.Round, "add")
    data = form_data(form_page(client, address)) | {
        "slug": "freedonia-city-2031-05-02",
        "title": "Talks in Freedonia City",
        "summary": "They talked.",
        "publication": publication,
        **dict(change),
    }
    data["citations-TOTAL_FORMS"] = 0
    for citation in citations:
        data = with_row(data, "citations", **citation)
    return client.post(address, data)


def test_a_new_round_with_one_article_is_cited_fact_by_fact(admin_client, article, parties):
    facts = {"start": DAY, "city": "Freedonia City", "status": "held", "number": 2, "fact_parties": [parties[1].pk]}

    answer = add_round(admin_client, facts, [{"article": article.pk, "paragraphs": "2, 3"}])

    entry = models.Round.objects.get()
    assert saved(answer)
    assert facts_of(entry) == {
        "": "",
        "start": DAY,
        "city": "Freedonia City",
        "status": "held",
        "number": "2",
        "parties": "sylvania",
    }
    # which of the two says which fact, nobody has said
    assert dict(entry.citations.values_list("field", "paragraphs")) == dict.fromkeys(facts_of(entry), "") | {"": "2, 3"}
    assert (entry.start, entry.city, entry.number, entry.status) == (
        datetime.date(2031, 5, 2),
        "Freedonia City",
        2,
        "held",
    )
    assert [tie.party.slug for tie in entry.party_ties.all()] == ["sylvania"]
    assert (entry.publication, entry.introduced_by, entry.chosen) == ("published", article, {})


def test_the_mention_of_a_new_round_has_its_title_and_summary(admin_client, article):
    saved(add_round(admin_client, {}, [{"article": article.pk}]))

    mention = models.Citation.objects.get(field="")
    assert (mention.title, mention.summary) == ("Talks in Freedonia City", "They talked.")


def test_a_new_round_without_a_date_stands_at_its_first_report(admin_client, article):
    saved(add_round(admin_client, {}, [{"article": article.pk}]))

    entry = models.Round.objects.get()
    assert (entry.start, entry.precision) == (datetime.date(2031, 5, 1), "reported")


def test_a_month_is_cited_as_a_month(admin_client, article):
    saved(add_round(admin_client, {"start": "2031-05-01", "precision": "month"}, [{"article": article.pk}]))

    assert facts_of(models.Round.objects.get())["start"] == "2031-05"


def test_a_draft_needs_no_article_and_keeps_what_is_filled_in(admin_client, parties):
    facts = {"start": DAY, "city": "Freedonia City", "fact_parties": [parties[0].pk]}

    saved(add_round(admin_client, facts, publication="draft"))

    entry = models.Round.objects.get()
    page = admin_client.get(url(models.Round, "change", entry.pk))
    assert (entry.city, entry.start, entry.citations.count()) == ("Freedonia City", datetime.date(2031, 5, 2), 0)
    assert form_data(page)["fact_parties"] == [parties[0].pk]


def test_the_first_article_of_a_draft_reports_all_that_was_filled_in(admin_client, article, parties):
    saved(add_round(admin_client, {"city": "Freedonia City", "fact_parties": [parties[0].pk]}, publication="draft"))
    entry = models.Round.objects.get()

    data = form_data(form_page(admin_client, url(models.Round, "change", entry.pk))) | {"publication": "published"}
    saved(admin_client.post(url(models.Round, "change", entry.pk), with_row(data, "citations", article=article.pk)))

    entry.refresh_from_db()
    assert facts_of(entry) == {"": "", "city": "Freedonia City", "parties": "freedonia"}
    assert (entry.publication, entry.city, entry.chosen) == ("published", "Freedonia City", {})


def test_an_editor_has_an_entry_named_on_the_overview_and_the_history_says_so(admin_client):
    entry = make.reported("round", "glee", start="2021-05-10")
    page = admin_client.get(url(models.Round, "change", entry.pk))

    saved(admin_client.post(url(models.Round, "change", entry.pk), form_data(page) | {"notable": "on", "reason": "x"}))

    entry.refresh_from_db()
    assert (entry.notable, entry.chosen) == (True, {})
    assert [row.notable for row in entry.history.all()[:2]] == [True, False]


@pytest.mark.parametrize("facts", [{}, {"city": "Freedonia City"}])
def test_a_round_cannot_be_published_without_an_article(admin_client, facts):
    answer = add_round(admin_client, facts)

    assert errors(answer) == ["A published entry needs at least one citation."]
    assert models.Round.objects.count() == 0


def test_a_delegation_is_report_enough_to_publish(admin_client, article, parties):
    page = admin_client.get(url(models.Round, "add"))
    data = form_data(page) | {
        "slug": "a-2031",
        "title": "Talks",
        "publication": "published",
        "citations-TOTAL_FORMS": 0,
    }
    data = with_row(data, "delegations", article=article.pk, party=parties[0].pk, role="party", paragraphs="4")

    saved(admin_client.post(url(models.Round, "add"), data))

    mention = models.Citation.objects.get()
    assert (mention.article, mention.field, mention.paragraphs, mention.title) == (article, "", "4", "Talks")
    assert models.Round.objects.get().publication == "published"


def test_a_former_address_is_refused_for_a_new_entry(admin_client, article):
    models.FormerSlug.objects.create(slug="freedonia-city-2031-05-02", entry=make.EventFactory(title="The event"))

    answer = add_round(admin_client, {}, [{"article": article.pk}])

    assert errors(answer) == [
        "“freedonia-city-2031-05-02” was the address of “The event” and leads there; choose another."
    ]


def test_a_slug_is_frozen_once_the_entry_is_there(admin_client, article):
    entry = a_round(article)

    saved(edit(admin_client, entry, {"slug": "other-2031", "venue": "Opera"}))

    entry.refresh_from_db()
    assert (entry.slug, entry.venue) == ("freedonia-city-2031-05-02", "Opera")


def add(client, model, **values):
    """Add a published entry with one citation, and send the form as it then stands."""
    address = url(model, "add")
    data = form_data(form_page(client, address)) | {
        "slug": "new-2021",
        "title": "New",
        "publication": "published",
        **values,
    }
    return client.post(address, data)


@pytest.mark.parametrize(
    ("model", "facts"),
    [
        (models.Round, {"number": 2, "city": "Capital", "start": "2021-05-01", "precision": "month"}),
        (models.Swap, {"status": "agreed"}),
        (models.Proposal, {"form": "plan", "coverage": "whole"}),
        (models.Event, {"event_kind": "call"}),
    ],
)
def test_what_was_added_in_the_admin_comes_back_from_its_files(admin_client, tmp_path, parties, model, facts):
    articles = [make.ArticleFactory(published=datetime.date(2021, 5, day)) for day in (3, 4)]
    saved(add(admin_client, model, **facts, **{"citations-0-article": articles[0].pk, "fact_parties": [parties[0].pk]}))
    entry = model.objects.get()
    data = filled_in(admin_client, entry)
    saved(admin_client.post(url(model, "change", entry.pk), with_row(data, "citations", article=articles[1].pk)))
    before = model.objects.values().get(), sorted(facts_of(entry).items())

    export(tmp_path)
    outcome = load([tmp_path])

    assert (outcome.changes, outcome.kept) == ([], [])
    assert (model.objects.values().get(), sorted(facts_of(entry).items())) == before


def test_an_event_needs_its_kind(admin_client, article):
    answer = add(admin_client, models.Event, **{"citations-0-article": article.pk})

    assert errors(answer) == ["This field is required."]


# Deciding


def test_a_changed_city_is_chosen_and_reported_by_the_only_article(admin_client, article):
    entry = a_round(article, city="Freedonia City")

    saved(edit(admin_client, entry, {"city": "Sylvania Spa"}))

    entry.refresh_from_db()
    assert (entry.city, entry.chosen) == ("Sylvania Spa", {"city": "Sylvania Spa"})
    assert facts_of(entry) == {"": "", "start": DAY, "city": "Sylvania Spa"}


def test_a_choice_between_two_articles_is_kept_when_a_file_is_loaded(admin_client, tmp_path):
    load([write_file(tmp_path, "gazette-2021-05-01", "Freedonia City")])
    load([write_file(tmp_path, "gazette-2021-05-03", "Sylvania Spa")])
    entry = models.Round.objects.get()

    saved(edit(admin_client, entry, {"city": "Sylvania Spa"}))
    write_file(tmp_path, "gazette-2021-05-01", "Freedonia")
    outcome = load([tmp_path])

    entry.refresh_from_db()
    assert (entry.city, entry.chosen) == ("Sylvania Spa", {"city": "Sylvania Spa"})
    assert outcome.kept == ["round freedonia-city-2031-05-02: an editor chose “Sylvania Spa” for city"]


def write_file(folder, slug, city):
    make.PublisherFactory(slug="gazette")
    path = folder / f"{slug}.yaml"
    path.write_text(
        f"article: {{slug: {slug}, publisher: gazette, title: T, published: {slug[-10:]}, language: en}}\n"
        f"rounds: [{{slug: freedonia-city-2031-05-02, title: Talks, city: {city}, paragraphs: [1]}}]\n"
    )
    return path


@pytest.fixture
def two(article, later):
    """A round that two articles place in two cities."""
    a_round(article, city="Freedonia City")
    return a_round(later, city="Sylvania Spa")


def test_a_value_that_no_article_reports_is_refused_with_the_way_to_mend_it(admin_client, two):
    answer = edit(admin_client, two, {"city": "Capital", "number": "4"})

    two.refresh_from_db()
    assert errors(answer) == [
        AT_THE_FACT,
        AT_THE_FACT,
        "Number is “4”, but no citation below reports it. Add one with fact “number” and value “4”.",
        "City is “Capital”, but no citation below reports it. Add one with fact “city” and value “Capital”.",
    ]
    assert form_data(answer)["city"] == "Capital"
    assert two.city == "Freedonia City"


def test_a_page_with_more_than_a_thousand_fields_is_saved(admin_client, article):
    entry = make.reported("proposal", "plan-2031", article)
    for number in range(110):
        make.ProvisionFactory(proposal=entry, article=article, number=number + 1)
    data = filled_in(admin_client, entry)
    assert len(data) > 1000

    saved(admin_client.post(url(models.Proposal, "change", entry.pk), data | {"title": "The plan"}))

    entry.refresh_from_db()
    assert entry.title == "The plan"


def test_a_value_is_accepted_with_the_citation_that_reports_it(admin_client, two, later):
    data = filled_in(admin_client, two) | {"number": "4"}
    data = with_row(data, "citations", article=later.pk, field="number", value="4", paragraphs="2")

    saved(admin_client.post(url(models.Round, "change", two.pk), data))

    two.refresh_from_db()
    assert (two.number, two.chosen) == (4, {"number": "4"})


def test_a_fact_is_not_emptied_while_articles_report_it(admin_client, two, article, later):
    answer = edit(admin_client, two, {"city": ""})

    assert errors(answer) == [
        AT_THE_FACT,
        f"City is empty, but a citation below reports “Freedonia City” ({article}). "
        "Delete that citation too, or fill the fact in again.",
        f"City is empty, but a citation below reports “Sylvania Spa” ({later}). "
        "Delete that citation too, or fill the fact in again.",
    ]


def test_emptying_a_fact_takes_it_out_of_the_only_article(admin_client, article):
    entry = a_round(article, city="Freedonia City")

    saved(edit(admin_client, entry, {"city": ""}))

    entry.refresh_from_db()
    assert (entry.city, facts_of(entry)) == ("", {"": "", "start": DAY})


def test_deleting_a_citation_empties_the_fact_that_nothing_else_reports(admin_client, article):
    entry = a_round(article, city="Freedonia City")
    data = filled_in(admin_client, entry)

    saved(edit(admin_client, entry, {f"citations-{row_of(data, 'citations', field='city')}-DELETE": "on"}))

    entry.refresh_from_db()
    assert (entry.city, facts_of(entry)) == ("", {"": "", "start": DAY})


def test_the_last_citation_of_a_published_entry_stays(admin_client, article):
    entry = a_round(article)
    data = filled_in(admin_client, entry)

    answer = edit(admin_client, entry, {f"citations-{i}-DELETE": "on" for i in range(data["citations-TOTAL_FORMS"])})

    assert errors(answer) == ["A published entry needs at least one citation."]
    assert entry.citations.count() == 2


def test_the_mention_of_an_article_comes_back_while_it_reports_a_fact(admin_client, article):
    entry = a_round(article)
    data = filled_in(admin_client, entry)

    saved(edit(admin_client, entry, {f"citations-{row_of(data, 'citations', field='')}-DELETE": "on"}))

    assert facts_of(entry) == {"": "", "start": DAY}


def test_a_dropped_choice_lets_the_sources_decide_again(admin_client, two):
    saved(edit(admin_client, two, {"city": "Sylvania Spa"}))

    saved(edit(admin_client, two, {"dropped": ["city"]}))

    two.refresh_from_db()
    assert (two.city, two.chosen) == ("Freedonia City", {})


def test_a_changed_title_is_chosen_and_the_articles_keep_theirs(admin_client, article):
    entry = a_round(article)

    saved(edit(admin_client, entry, {"title": "The second round"}))

    entry.refresh_from_db()
    assert (entry.title, entry.chosen) == ("The second round", {"title": "The second round"})
    assert entry.citations.get(field="").title == "Title of freedonia-city-2031-05-02"


def test_the_next_report_of_a_status_counts_after_an_editor_changed_it(admin_client, article, later):
    entry = a_round(article, status="scheduled")
    saved(edit(admin_client, entry, {"status": "held"}))

    a_round(later, status="postponed")

    entry.refresh_from_db()
    assert (entry.status, entry.chosen) == ("postponed", {})


def test_an_earlier_status_can_be_chosen_against_the_latest(admin_client, article, later):
    a_round(article, status="scheduled")
    entry = a_round(later, status="held")

    saved(edit(admin_client, entry, {"status": "scheduled"}))

    entry.refresh_from_db()
    assert (entry.status, entry.chosen) == ("scheduled", {"status": "scheduled"})


def test_an_exact_date_in_place_of_the_first_report_is_cited(admin_client, article):
    entry = make.reported("round", "freedonia-city-2031-05-02", article)

    saved(edit(admin_client, entry, {"start": DAY}))

    entry.refresh_from_db()
    assert (entry.start, entry.precision, entry.chosen) == (datetime.date(2031, 5, 2), "day", {"start": DAY})


def test_parties_of_the_only_article_follow_the_form(admin_client, article, parties):
    entry = a_round(article, parties="freedonia")

    saved(edit(admin_client, entry, {"fact_parties": [parties[1].pk]}))

    assert facts_of(entry)["parties"] == "sylvania"
    assert [tie.party.slug for tie in entry.party_ties.all()] == ["sylvania"]


def test_parties_of_several_articles_are_changed_in_their_citations(admin_client, article, later, parties):
    a_round(article, parties="freedonia")
    entry = a_round(later)

    answer = edit(admin_client, entry, {"fact_parties": [parties[1].pk]})

    assert errors(answer) == [
        AT_THE_FACT,
        "Parties: no citation below reports “sylvania”. "
        "Add one with fact “parties” and value “sylvania”, or add it to the value of one.",
        "Parties: citations below report “freedonia”, and all that any report names is shown. "
        "Take it out of their values to leave it out.",
    ]


def test_whose_proposal_it_is_can_be_chosen(admin_client, article, later, parties):
    make.reported("proposal", "plan-2031", article, start=DAY, parties="freedonia")
    entry = make.reported("proposal", "plan-2031", later, parties="sylvania")

    saved(edit(admin_client, entry, {"fact_parties": [parties[1].pk]}))

    entry.refresh_from_db()
    assert entry.chosen == {"parties": "sylvania"}


def test_another_entry_is_cited_by_its_slug(admin_client, article):
    agreed = a_round(article)
    swap = make.reported("swap", "swap-2031", article)

    saved(edit(admin_client, swap, {"agreed_at": agreed.pk}))

    swap.refresh_from_db()
    assert (swap.agreed_at, swap.chosen) == (agreed, {"agreed_at": "freedonia-city-2031-05-02"})
    assert facts_of(swap)["agreed_at"] == "freedonia-city-2031-05-02"


def test_a_page_saved_as_it_was_opened_changes_nothing(admin_client, two):
    before = models.Round.objects.values().get(), list(models.Citation.objects.values().order_by("pk"))

    saved(edit(admin_client, two, {"reason": ""}))

    assert (models.Round.objects.values().get(), list(models.Citation.objects.values().order_by("pk"))) == before


# What forms refuse


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "start",
            "yesterday",
            "“yesterday” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known.",
        ),
        ("start", "2031-02-30", "“2031-02-30” is not in the calendar; write a day that exists, such as 2025-06-02."),
        ("end", "May", "“May” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known."),
        ("number", "two", "“two” is no whole number from 1 to 32,767; write digits only, such as 65."),
        ("number", "0", "“0” is no whole number from 1 to 32,767; write digits only, such as 65."),
        ("duration_minutes", "²", "“²” is no whole number from 1 to 9,999,999; write digits only, such as 65."),
        ("status", "hold", "“hold” is not one of scheduled, held, postponed, cancelled. Did you mean “held”?"),
        ("country", "UK", "“UK” is no country code; write GB."),
        ("process", "istanbul-2030", "There is no process “istanbul-2030”. Did you mean “istanbul-2031”?"),
        ("parties", "freedonia, silvania", "There is no party “silvania”. Did you mean “sylvania”?"),
        ("parties", "freedonia, x", "There is no party “x”. Write the slug of a party."),
    ],
)
def test_a_citation_of_a_value_that_cannot_be_says_what_would_be_right(
    admin_client, article, parties, field, value, message
):
    make.ProcessFactory(slug="istanbul-2031")

    answer = add_round(admin_client, {}, [{"article": article.pk, "field": field, "value": value}])

    assert message in errors(answer)
    assert models.Round.objects.count() == 0


@pytest.mark.parametrize(
    ("citation", "message"),
    [
        ({"field": "city"}, "Give the fact and its value together, or neither."),
        ({"value": "Opera"}, "Give the fact and its value together, or neither."),
        (
            {"field": "city", "value": "Capital", "note": "More"},
            "A note goes with a citation of the entry as such, not of one fact.",
        ),
        ({"paragraphs": "7-3"}, "“7-3” is no paragraph; write numbers with commas between, such as 3, 7."),
    ],
)
def test_a_citation_that_is_not_whole_is_refused(admin_client, article, citation, message):
    answer = add_round(admin_client, {}, [{"article": article.pk, **citation}])

    assert errors(answer) == [message]


def test_an_article_is_cited_once_for_a_fact(admin_client, article):
    citation = {"article": article.pk, "field": "city", "value": "Capital"}

    answer = add_round(admin_client, {}, [citation, citation])

    assert errors(answer) == ["This article is already cited for this fact of this entry."]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": DAY, "end": "2031-05-01"}, "It cannot end before it starts."),
        ({"end": "2031-05-01"}, "It has a last day but no first one; give that too, or leave both empty."),
        ({"start": DAY, "precision": "month"}, "With the month only, the date is the first day of that month."),
        ({"start": "2031-02-01", "precision": "year"}, "With the year only, the date is 1 January of that year."),
        ({"number": 0}, "Rounds are counted from 1."),
        ({"slug": "Big City"}, "Use small letters, digits and single hyphens, such as geneva-2031-06-02."),
    ],
)
def test_a_round_that_cannot_be_is_refused_with_a_sentence(admin_client, article, change, message):
    answer = add_round(admin_client, change, [{"article": article.pk}])

    assert errors(answer) == [message]


def test_the_same_transfer_twice_by_one_article_is_refused(admin_client, article, parties):
    swap = make.reported("swap", "swap-2031", article)
    row = {"article": article.pk, "from_party": parties[0].pk, "to_party": parties[1].pk, "kind": "remains"}
    data = filled_in(admin_client, swap)
    data = with_row(with_row(data, "transfers", **row), "transfers", **row)

    answer = admin_client.post(url(models.Swap, "change", swap.pk), data)

    assert errors(answer) == ["This article already reports this transfer."]


def test_a_demand_has_a_key_that_files_can_hold(admin_client, article):
    proposal = make.reported("proposal", "plan-2031", article)
    row = {"article": article.pk, "key": "No Fly Zone", "issue": make.IssueFactory().pk, "text": "None.", "order": 0}
    data = filled_in(admin_client, proposal)

    answer = admin_client.post(url(models.Proposal, "change", proposal.pk), with_row(data, "provisions", **row))

    assert errors(answer) == ["Use small letters, digits and single hyphens, such as return-of-children."]


def test_an_address_of_today_cannot_be_a_former_one(admin_client, article):
    entry = a_round(article)
    data = filled_in(admin_client, entry)

    answer = admin_client.post(
        url(models.Round, "change", entry.pk), with_row(data, "former_slugs", slug="freedonia-city-2031-05-02")
    )

    assert errors(answer) == [
        "“freedonia-city-2031-05-02” is the address of an entry today, so it cannot lead elsewhere."
    ]


# Publishing


def test_publishing_passes_over_what_has_no_article(admin_client, article):
    ready = make.reported("event", "ready-2031", article, published=False)
    bare = make.EventFactory(slug="bare-2031", title="A bare event")

    answer = admin_client.post(
        url(models.Event, "changelist"), {"action": "publish", "_selected_action": [ready.pk, bare.pk]}, follow=True
    )

    assert dict(models.Event.objects.values_list("slug", "publication")) == {
        "ready-2031": "published",
        "bare-2031": "draft",
    }
    assert [str(message) for message in answer.context["messages"]] == [
        "1 entry is published.",
        "“A bare event” is not published yet. No article is cited; add a citation with its article and paragraphs. "
        "It has no date; fill in the first day, or cite an article, whose day then stands for it.",
    ]


def test_entries_can_be_taken_back_to_draft(admin_client, article):
    entry = a_round(article)

    admin_client.post(url(models.Round, "changelist"), {"action": "unpublish", "_selected_action": [entry.pk], **WHY})

    entry.refresh_from_db()
    assert entry.publication == "draft"
    assert entry.history.first().history_change_reason == "It was of another day."


# Delegations and articles


def test_people_added_to_a_delegation_are_tied_to_the_round(admin_client, article, parties):
    entry = a_round(article)
    delegation = make.DelegationFactory(round=entry, article=article, party=parties[0])
    person = make.PersonFactory(slug="rufus-firefly")
    data = filled_in(admin_client, delegation)
    data = with_row(data, "delegates", person=person.pk, head="true", order=0)

    saved(admin_client.post(url(models.Delegation, "change", delegation.pk), data))

    assert [tie.person for tie in entry.person_ties.all()] == [person]
    assert delegation.delegates.get().article == article


def test_a_delegation_of_a_draft_leaves_what_was_filled_in(admin_client, article, parties):
    draft = make.RoundFactory(city="Freedonia City", start=datetime.date(2031, 5, 2), chosen={"parties": "sylvania"})
    row = {"round": draft.pk, "article": article.pk, "party": parties[0].pk, "paragraphs": "4"}

    saved(
        admin_client.post(
            url(models.Delegation, "add"), form_data(form_page(admin_client, url(models.Delegation, "add"))) | row
        )
    )

    draft.refresh_from_db()
    assert (draft.city, str(draft.start)) == ("Freedonia City", DAY)
    assert facts_of(draft) == {"": "", "city": "Freedonia City", "start": DAY, "parties": "sylvania"}


def test_deleted_delegations_leave_no_tie(admin_client, article, parties):
    entry = a_round(article)
    delegations = [make.DelegationFactory(round=entry, article=article, party=party) for party in parties]
    for delegation in delegations:
        make.DelegateFactory(delegation=delegation)
    settle({entry.pk: "test"})
    assert entry.person_ties.count() == 2

    admin_client.post(url(models.Delegation, "delete", delegations[0].pk), {"post": "yes"})
    assert [tie.party for tie in entry.party_ties.all()] == [parties[1]]
    admin_client.post(
        url(models.Delegation, "changelist"),
        {"action": "delete_selected", "_selected_action": [delegations[1].pk], "post": "yes"},
    )

    assert (entry.person_ties.count(), entry.party_ties.count()) == (0, 0)


def test_the_people_of_a_delegation_follow_it_to_another_article(admin_client, article, later, parties):
    entry = a_round(article)
    delegation = make.DelegationFactory(round=entry, article=article, party=parties[0])
    delegate = make.DelegateFactory(delegation=delegation)

    saved(edit(admin_client, entry, {"delegations-0-article": later.pk}))

    delegate.refresh_from_db()
    assert delegate.article == later
    assert list(entry.citations.filter(article=later).values_list("field", "paragraphs")) == [("", "2")]


def test_another_head_can_take_the_place_of_the_first(admin_client, article, parties):
    delegation = make.DelegationFactory(round=a_round(article), article=article, party=parties[0])
    first = make.DelegateFactory(delegation=delegation, head=None, order=1)
    second = make.DelegateFactory(delegation=delegation, head=True, order=2)

    saved(edit(admin_client, delegation, {"delegates-0-head": "true", "delegates-1-head": "false"}))

    assert dict(delegation.delegates.values_list("pk", "head")) == {first.pk: True, second.pk: False}


def test_two_heads_of_one_delegation_are_refused(admin_client, article, parties):
    delegation = make.DelegationFactory(round=a_round(article), article=article, party=parties[0])
    for order in (1, 2):
        make.DelegateFactory(delegation=delegation, order=order)

    answer = edit(admin_client, delegation, {"delegates-0-head": "true", "delegates-1-head": "true"})

    assert errors(answer) == ["This delegation already has a head."]


def test_another_day_of_an_article_moves_what_it_reports(admin_client, article):
    entry = make.reported("event", "event-2031", article)

    saved(edit(admin_client, article, {"published": "2031-04-30"}))

    entry.refresh_from_db()
    assert (entry.first_reported, entry.start) == (datetime.date(2031, 4, 30), datetime.date(2031, 4, 30))


def test_an_article_shows_its_paragraphs_by_number_and_what_it_is_cited_for(admin_client, article):
    article.text = "First <b>words</b>.\n\nSecond words."
    article.save()
    entry = a_round(article, city="Capital")

    page = admin_client.get(url(models.Article, "change", article.pk)).content.decode()

    assert "<p>1. First &lt;b&gt;words&lt;/b&gt;.</p><p>2. Second words.</p>" in page
    assert f'<a href="{url(models.Round, "change", entry.pk)}">{entry.title}</a>' in page
    assert "<li>citation: city: Capital (1)</li>" in page


def test_other_spellings_of_a_name_are_written_one_on_a_line(admin_client, db):
    person = make.PersonFactory(aliases=["Rufus T.", "Firefly"])
    page = admin_client.get(url(models.Person, "change", person.pk))
    assert form_data(page)["aliases"] == "Rufus T.\nFirefly"

    saved(edit(admin_client, person, {"aliases": "Rufus T.\r\n\r\n R.  Firefly \r\nRufus T."}))

    person.refresh_from_db()
    assert person.aliases == ["Rufus T.", "R. Firefly"]


def test_what_is_in_use_is_not_deleted_and_the_page_says_by_what(admin_client, article, parties):
    a_round(article, parties="freedonia")

    page = admin_client.get(url(models.Party, "delete", parties[0].pk))

    assert page.context["protected"] == ["1 entry party"]


def test_a_deleted_round_takes_its_reports_along(admin_client, article, parties):
    entry = a_round(article, city="Capital")
    make.DelegationFactory(round=entry, article=article, party=parties[0])

    page = admin_client.get(url(models.Round, "delete", entry.pk))
    admin_client.post(url(models.Round, "delete", entry.pk), {"post": "yes"})

    assert page.context["perms_lacking"] == set()
    assert dict(page.context["model_count"])["citations"] == 3
    assert (models.Round.objects.count(), models.Delegation.objects.count()) == (0, 0)


# History


def test_history_tells_who_changed_what_and_why(admin_client, admin_user, article):
    entry = a_round(article, city="Freedonia City")

    saved(edit(admin_client, entry, {"city": "Sylvania Spa", "reason": "The article was corrected."}))

    latest = [entry.history.first(), models.Citation.history.filter(field="city").first()]
    assert [(row.history_user, row.history_change_reason) for row in latest] == [
        (admin_user, "The article was corrected.")
    ] * 2
    page = admin_client.get(url(models.Round, "history", entry.pk)).content.decode()
    assert "<strong>City:</strong> Freedonia City → Sylvania Spa" in page
    assert "<strong>Value:</strong> Freedonia City → Sylvania Spa" in page


def test_one_edit_is_one_step_in_history(admin_client, article):
    entry = a_round(article, city="Freedonia City")
    before = entry.history.count()

    saved(edit(admin_client, entry, {"city": "Sylvania Spa", "venue": "Opera", "title": "Talks"}))

    assert entry.history.count() == before + 1


def test_an_old_version_of_an_entry_is_for_reading_only(admin_client, article):
    entry = a_round(article, city="Freedonia City")
    version = url(models.Round, "simple_history", entry.pk, entry.history.first().pk)

    assert admin_client.get(version).context["adminform"].readonly_fields
    assert admin_client.post(version, {}).status_code == 403


def test_an_old_version_of_an_article_can_be_restored(admin_client, article):
    entry = make.reported("event", "event-2031", article)
    saved(edit(admin_client, article, {"published": "2031-04-30"}))
    version = url(models.Article, "simple_history", article.pk, article.history.last().pk)

    admin_client.post(version, form_data_of_version(admin_client.get(version)))

    entry.refresh_from_db()
    assert entry.first_reported == datetime.date(2031, 5, 1)


def form_data_of_version(page):
    values = {bound.html_name: bound.value() for bound in page.context["adminform"].form}
    return {name: "" if value is None else value for name, value in values.items()}


# Pages without a query per row

QUERIES = {  # model: list, page, history, old version, add, delete
    models.Round: (9, 21, 14, 10, 5, 21),
    models.Swap: (9, 19, 11, 10, 6, 18),
    models.Proposal: (9, 19, 12, 9, 6, 20),
    models.Event: (9, 16, 10, 9, 5, 17),
    models.Process: (6, 5, 6, 6, 3, 4),
    models.Party: (4, 5, 6, 6, 4, 10),
    models.Person: (5, 6, 6, 7, 3, 8),
    models.Issue: (5, 5, 6, 6, 3, 7),
    models.Location: (4, 5, 6, 6, 3, 3),
    models.Finding: (6, 7, 6, 8, 3, 4),
    models.Publisher: (5, 5, 6, 6, 3, 5),
    models.Article: (8, 12, 6, 16, 3, 14),
    models.Delegation: (5, 6, 6, 8, 3, 4),
}
SHOWN = {  # cannot be added or deleted on their own: list, page, history, old version
    models.Citation: (4, 4, 6, 7),
    models.Delegate: (4, 4, 6, 10),
    models.Transfer: (4, 4, 6, 9),
    models.Provision: (5, 4, 6, 8),
    models.Account: (6, 4, 6, 9),
    models.FormerSlug: (4, 5, 6, 5),
}


def addresses_of(model):
    """The pages of a model's first row, in the order of QUERIES."""
    row = model.objects.order_by("pk").first()
    version = row.history.first().history_id
    found = [url(model, "changelist"), url(model, "change", row.pk), url(model, "history", row.pk)]
    found.append(url(model, "simple_history", row.pk, version))
    return found + ([url(model, "add"), url(model, "delete", row.pk)] if model in QUERIES else [])


@pytest.mark.parametrize(("count", "rows"), [(1, 2), (2, 5)])
def test_each_page_needs_as_many_queries_for_many_rows_as_for_one(admin_client, db, count, rows, count_queries):
    pages.fill(count, rows)

    counts = {
        model: tuple(count_queries(admin_client, address) for address in addresses_of(model))
        for model in (*QUERIES, *SHOWN)
    }

    if connection.vendor == "sqlite":  # its search index has a second table, which the page of a deletion counts
        for model in models.KINDS.values():
            *others, deletion = counts[model]
            counts[model] = (*others, deletion - 1)
    assert counts == QUERIES | SHOWN


AUTOCOMPLETES = [
    (models.Citation, "article"),
    (models.Swap, "agreed_at"),
    (models.Proposal, "supersedes"),
    (models.Entry, "parties"),
    (models.Entry, "issues"),
    (models.Round, "process"),
    (models.Delegate, "person"),
    (models.Article, "publisher"),
]


@pytest.mark.parametrize("count", [1, 3])
def test_each_autocomplete_needs_as_many_queries_for_three_as_for_one(admin_client, db, count, count_queries):
    pages.fill(count, 1)
    addresses = [reverse("admin:autocomplete", query=pages.autocomplete(*column)) for column in AUTOCOMPLETES]
    assert all(len(admin_client.get(address).json()["results"]) >= count for address in addresses)

    assert [count_queries(admin_client, address) for address in addresses] == [4] * len(AUTOCOMPLETES)


def test_who_may_only_look_cannot_restore_an_old_version(client, article):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    client.force_login(user)

    answer = client.post(url(models.Article, "simple_history", article.pk, article.history.first().pk), {"title": "X"})

    assert answer.status_code == 403


@pytest.fixture
def count_queries():
    def count(client, address):
        pages.warm()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        return len(queries) if answer.status_code == 200 else answer.status_code

    return count


def test_every_model_with_history_has_its_page(db):
    with_history = {model for model in registered_models.values() if model._meta.app_label == "talks"}

    pages_of = {model for model in admin.site._registry if model._meta.app_label == "talks"}
    of_themselves = {models.Import, models.Amendment}  # they say themselves what was done with them
    assert pages_of - of_themselves == with_history == {*QUERIES, *SHOWN}


def test_who_may_only_look_sees_each_page_without_a_form(client, db):
    pages.fill(1, 1)
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)

    for model in (*QUERIES, *SHOWN):
        page = client.get(url(model, "change", model.objects.first().pk))
        assert (model, page.status_code, page.context["has_change_permission"]) == (model, 200, False)
