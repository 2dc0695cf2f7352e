"""The desk of an article: what is cited from each paragraph, and forms that add to the record from there."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from talks import models
from talks.admin.desk.pages import ADDS
from talks.derived.settle import settle
from tests import admin_pages as pages
from tests import factories as make
from tests.admin_pages import edit, form_page, saved, url

pytestmark = pytest.mark.django_db
TEXT = """Delegations of Freedonia and Sylvania met in Glockenberg on 2 May 2031.

Rufus T. Firefly led the Freedonian side.

“It was a fine duet,” Firefly said.

The sides agreed to exchange 120 prisoners of war."""


@pytest.fixture
def article():
    return make.ArticleFactory(slug="gazette", published=datetime.date(2031, 5, 3), text=TEXT)


@pytest.fixture
def later():
    return make.ArticleFactory(slug="herald", published=datetime.date(2031, 5, 9), text="One.\n\nTwo.")


@pytest.fixture
def firefly(freedonia):
    return make.PersonFactory(slug="firefly", name="Rufus T. Firefly", party=freedonia)


@pytest.fixture
def talks_held(article, freedonia, sylvania):
    return make.reported(
        "round", "glockenberg-2031-05-02", article, title="Talks in Glockenberg", start="2031-05-02", city="Glockenberg"
    )


@pytest.fixture
def swap(article, freedonia, sylvania):
    return make.reported("swap", "swap-2031-05", article, title="An exchange")


def desk_of(article):
    return reverse("admin:talks_article_desk", args=[article.pk])


def form_of(article, sort):
    return reverse("admin:talks_article_desk_add", args=[article.pk, sort])


def send(client, article, sort, **values):
    """Send a form of the desk with these values; the answer."""
    sent = {name: getattr(value, "pk", value) for name, value in values.items()}
    return client.post(form_of(article, sort), sent)


def done(answer):
    """True if the form was saved; with its complaints as the message otherwise."""
    assert answer.status_code == 302, answer.context["form"].errors
    return True


def complaints(answer):
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def paragraphs_of(page):
    """{number: [(title of an entry, its rows in words)]} as the desk shows them."""
    return {
        paragraph.number: [(entry.title, [line.words for line in lines]) for entry, lines in paragraph.reports.values()]
        for paragraph in page.context["sheet"].paragraphs
    }


def facts_of(entry):
    return {c.field: (c.value, c.paragraphs) for c in entry.citations.all()}


# The page


def test_each_paragraph_stands_beside_what_is_cited_from_it(admin_client, article, talks_held, firefly):
    make.AccountFactory(entry=talks_held, article=article, party=firefly.party, speaker=firefly, paragraphs="3")
    talks_held.citations.filter(field="city").update(paragraphs="1, 4")
    talks_held.citations.filter(field="").update(paragraphs="")

    page = admin_client.get(desk_of(article))

    assert paragraphs_of(page) == {
        1: [("Talks in Glockenberg", ["Date: 2 May 2031", "Place: Glockenberg"])],
        2: [],
        3: [("Talks in Glockenberg", ["Rufus T. Firefly: What they said, in own words."])],
        4: [("Talks in Glockenberg", ["Place: Glockenberg"])],
    }
    loose = page.context["sheet"].loose.reports.values()
    assert [[line.words for line in lines] for _, lines in loose] == [["reports it"]]
    assert "3 of 4 paragraphs used" in page.content.decode()
    assert page.content.decode().count(f'href="{url(models.Round, "change", talks_held.pk)}"') == 5


def test_a_fact_that_lists_parties_names_them_by_their_slugs(admin_client, article, sylvania):
    make.reported("swap", "swap-2031-05", article, title="An exchange", mediators="freedonia, sylvania")

    page = admin_client.get(desk_of(article))

    assert page.status_code == 200
    assert paragraphs_of(page)[1] == [("An exchange", ["reports it", "Mediated by: freedonia, sylvania"])]


def test_a_desk_without_text_lists_the_paragraphs_that_are_cited(admin_client, talks_held, article):
    models.Article.objects.update(text="")
    talks_held.citations.update(paragraphs="12")

    page = admin_client.get(desk_of(article))

    assert list(paragraphs_of(page)) == [12]
    assert "No text is stored." in page.content.decode()
    assert f"{form_of(article, 'account')}?paragraphs=12" in page.content.decode()


def test_a_number_that_the_text_does_not_have_is_listed_and_not_counted(admin_client, talks_held, article):
    talks_held.citations.update(paragraphs="9")

    page = admin_client.get(desk_of(article))

    assert list(paragraphs_of(page)) == [1, 2, 3, 4, 9]
    assert "0 of 4 paragraphs used" in page.content.decode()
    assert page.content.decode().count("The stored text has no such paragraph.") == 1


def test_the_desk_is_reached_from_the_page_of_an_article_and_from_the_list(admin_client, article):
    link = f'href="{desk_of(article)}"'

    assert link in admin_client.get(url(models.Article, "change", article.pk)).content.decode()
    assert link in admin_client.get(url(models.Article, "changelist")).content.decode()


@pytest.mark.parametrize(("text", "links"), [("One.\n\nTwo.", 1), ("", 0)])
def test_a_new_article_with_text_leads_on_to_its_desk(admin_client, text, links):
    publisher = make.PublisherFactory()
    values = {"slug": "gazette", "title": "Talks", "publisher": publisher.pk, "published": "2031-05-03"}

    page = admin_client.post(url(models.Article, "add"), values | {"language": "en", "text": text}, follow=True)

    address = desk_of(models.Article.objects.get())
    assert next(str(message) for message in page.context["messages"]).count(f'href="{address}"') == links


# Adding


def test_the_article_and_its_paragraphs_are_filled_in(admin_client, article, talks_held):
    page = admin_client.get(f"{form_of(article, 'account')}?paragraphs=3,1&entry={talks_held.pk}")

    form = page.context["form"]
    assert (form["paragraphs"].value(), form["entry"].value()) == ("1, 3", talks_held.pk)
    assert page.context["told"] == [(1, TEXT.split("\n\n", maxsplit=1)[0]), (3, TEXT.split("\n\n")[2])]


def test_what_makes_no_sense_in_an_address_is_left_out(admin_client, article):
    page = admin_client.get(
        f"{form_of(article, 'transfer')}?paragraphs=x&entry=y&kind=hats&count=-2&date=soon&from_party=8"
    )

    assert (page.status_code, page.context["form"].initial) == (200, {})


def test_an_account_is_added_and_the_desk_comes_back_at_its_paragraph(admin_client, article, talks_held, firefly):
    answer = send(
        admin_client,
        article,
        "account",
        entry=talks_held,
        speaker=firefly,
        party=firefly.party,
        text="Fine.",
        paragraphs="3",
    )

    row = models.Account.objects.get()
    assert answer.url == f"{desk_of(article)}?entry={talks_held.pk}&at=3#p3"
    back = admin_client.get(answer.url)
    assert [one.number for one in back.context["sheet"].paragraphs if one.reports and one.is_open] == [3]
    assert [str(name) for name, _ in back.context["adds"]] == ["Citation", "Account", "Delegate", "New entry"]
    assert (row.article, row.entry_id, row.paragraphs, row.text) == (article, talks_held.pk, "3", "Fine.")
    assert row.history.get().history_change_reason == "at the desk: gazette, paragraphs 3"
    assert [tie.person for tie in talks_held.person_ties.all()] == [firefly]


def test_whose_account_it_is_follows_from_the_speaker(admin_client, article, talks_held, firefly):
    stranger = make.PersonFactory(name="Ida Pinkie")
    values = {"entry": talks_held, "text": "Fine.", "paragraphs": "3"}

    done(send(admin_client, article, "account", **values, speaker=firefly))
    refused = send(admin_client, article, "account", **values, speaker=stranger)

    assert models.Account.objects.get().party == firefly.party
    told = "Say whose account it is: choose a party, or a speaker who has one."
    assert complaints(refused) == {"party": [told]}


def test_nothing_is_chosen_by_being_the_first(admin_client, article, talks_held, freedonia):
    page = admin_client.get(form_of(article, "transfer")).content.decode()

    assert re.findall(r'<select name="from_party"[^>]*>\s*<option value=""( selected)?>', page) == [" selected"]


def test_several_paragraphs_are_put_in_order(admin_client, article, talks_held, freedonia):
    done(send(admin_client, article, "account", entry=talks_held, party=freedonia, text="F.", paragraphs="4, 1-2 2"))

    assert models.Account.objects.get().paragraphs == "1, 2, 4"


@pytest.mark.parametrize(
    ("paragraphs", "message"),
    [
        ("5", "The article has 4 paragraphs; there is no 5."),
        ("two", "“two” is no paragraph; write numbers with commas between, such as 3, 7."),
        ("3-1", "“3-1” is no paragraph; write numbers with commas between, such as 3, 7."),
        ("0", "“0” is no paragraph; write numbers with commas between, such as 3, 7."),
    ],
)
def test_paragraphs_that_cannot_be_are_refused(admin_client, article, talks_held, freedonia, paragraphs, message):
    values = {"entry": talks_held, "party": freedonia, "text": "Fine."}

    answer = send(admin_client, article, "account", **values, paragraphs=paragraphs)

    assert complaints(answer) == {"paragraphs": [message]}
    assert answer.context["form"]["text"].value() == "Fine."


def test_a_fact_is_cited_and_the_entry_follows(admin_client, article, talks_held):
    done(
        send(admin_client, article, "citation", entry=talks_held, field="duration_minutes", value="65", paragraphs="2")
    )

    talks_held.refresh_from_db()
    assert facts_of(talks_held)["duration_minutes"] == ("65", "2")
    assert (talks_held.duration_minutes, talks_held.chosen) == (65, {})


def test_a_fact_of_another_article_stands_beside_the_first_as_on_the_entrys_page(admin_client, talks_held, later):
    done(send(admin_client, later, "citation", entry=talks_held, field="city", value="Strelsau", paragraphs="1"))

    at_the_desk = models.Round.objects.values().get(), facts_by_article(talks_held)
    models.Citation.objects.filter(article=later).delete()
    settle({talks_held.pk: "test"})
    saved(edit(admin_client, talks_held, new_citation(admin_client, talks_held, later, field="city", value="Strelsau")))

    on_its_page = models.Round.objects.values().get(), facts_by_article(talks_held)
    assert facts_by_article(talks_held)["herald", ""] == ("", "1", "Talks in Glockenberg")
    assert without_day(at_the_desk) == without_day(on_its_page)
    assert at_the_desk[0]["city"] == "Glockenberg"


def without_day(state):
    return {name: value for name, value in state[0].items() if name != "updated"}, state[1]


def facts_by_article(entry):
    return {
        (c.article.slug, c.field): (c.value, c.paragraphs, c.title) for c in entry.citations.select_related("article")
    }


def new_citation(client, entry, article, **values):
    data = pages.form_data(form_page(client, url(type(entry), "change", entry.pk)))
    return pages.with_row(data, "citations", article=article.pk, paragraphs="1", **values)


def test_the_first_report_of_a_draft_cites_what_was_filled_in(admin_client, article, freedonia, sylvania):
    draft = make.RoundFactory(city="Glockenberg", chosen={"parties": "freedonia, sylvania"})

    done(send(admin_client, article, "citation", entry=draft, field="city", value="Strelsau", paragraphs="2"))

    draft.refresh_from_db()
    assert facts_of(draft) == {"": ("", "2"), "city": ("Strelsau", "2"), "parties": ("freedonia, sylvania", "2")}
    assert (draft.city, draft.chosen) == ("Strelsau", {})


def test_citing_an_entry_again_adds_the_paragraph(admin_client, article, talks_held):
    done(send(admin_client, article, "citation", entry=talks_held, note="In the opera.", paragraphs="4"))
    done(send(admin_client, article, "citation", entry=talks_held, field="city", value="glockenberg", paragraphs="2"))

    mention = talks_held.citations.get(field="")
    assert (mention.paragraphs, mention.note) == ("1, 4", "In the opera.")
    assert facts_of(talks_held)["city"] == ("glockenberg", "1, 2")


def test_a_party_is_added_to_those_that_the_article_names(admin_client, article, talks_held):
    for slug, number in (("freedonia", "1"), ("sylvania", "2")):
        done(send(admin_client, article, "citation", entry=talks_held, field="parties", value=slug, paragraphs=number))

    assert facts_of(talks_held)["parties"] == ("freedonia, sylvania", "1, 2")
    assert {tie.party.slug for tie in talks_held.party_ties.all()} == {"freedonia", "sylvania"}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (
            {"field": "city", "value": "Strelsau"},
            {"__all__": ["This article is already cited for this fact of this entry."]},
        ),
        ({"field": "venue"}, {"value": ["Give the fact and its value together, or neither."]}),
        ({"value": "Strelsau"}, {"value": ["Give the fact and its value together, or neither."]}),
        (
            {"field": "number", "value": "many"},
            {"value": ["“many” is no whole number from 1 to 32,767; write digits only, such as 65."]},
        ),
        (
            {"field": "venue", "value": "Opera", "note": "Loud."},
            {"note": ["A note goes with a citation of the entry as such, not of one fact."]},
        ),
        (
            {"field": "mediators", "value": "freedonia"},
            {
                "field": [
                    "“Mediated by” is no fact of a round; choose one of these: first day, last day, local time, after, "
                    "process, number, round status, city, country, venue, length in minutes, format, outcome, parties, "
                    "issues."
                ]
            },
        ),
        ({"field": "venue", "value": "Opera", "entry": ""}, {"entry": ["This field is required."]}),
        (
            {"field": "venue", "value": "Opera", "entry": "x"},
            {"entry": ["Select a valid choice. That choice is not one of the available choices."]},
        ),
    ],
)
def test_a_citation_that_cannot_be_is_refused_with_a_sentence(admin_client, article, talks_held, values, found):
    answer = send(admin_client, article, "citation", **{"entry": talks_held, "paragraphs": "1", **values})

    assert complaints(answer) == found
    assert facts_of(talks_held) == {"": ("", "1"), "start": ("2031-05-02", "1"), "city": ("Glockenberg", "1")}


def test_a_second_note_of_an_article_is_refused(admin_client, article, talks_held):
    done(send(admin_client, article, "citation", entry=talks_held, note="Loud.", paragraphs="1"))

    answer = send(admin_client, article, "citation", entry=talks_held, note="Long.", paragraphs="2")

    told = "This article's note on it is there already: “Loud.” Change it on the entry's page."
    assert complaints(answer) == {"note": [told]}


def test_a_transfer_is_added_once(admin_client, article, swap, freedonia, sylvania):
    values = {"entry": swap, "kind": "prisoners-of-war", "count": "120", "from_party": freedonia, "to_party": sylvania}

    done(send(admin_client, article, "transfer", **values, paragraphs="4"))
    answer = send(admin_client, article, "transfer", **values, paragraphs="4")

    row = models.Transfer.objects.get()
    assert complaints(answer) == {"__all__": ["This article already reports this transfer."]}
    assert (row.swap_id, row.article, row.count.plain, row.paragraphs) == (swap.pk, article, 120, "4")
    assert {tie.party.slug for tie in swap.party_ties.all()} == {"freedonia", "sylvania"}


def test_a_transfer_goes_from_one_party_to_another(admin_client, article, swap, freedonia):
    values = {"entry": swap, "kind": "children", "from_party": freedonia, "to_party": freedonia}

    answer = send(admin_client, article, "transfer", **values)

    assert complaints(answer) == {"__all__": ["A transfer goes from one party to another."]}


def test_a_transfer_belongs_to_a_swap(admin_client, article, talks_held, freedonia, sylvania):
    values = {"entry": talks_held, "kind": "children", "from_party": freedonia, "to_party": sylvania}

    answer = send(admin_client, article, "transfer", **values)

    assert list(complaints(answer)) == ["entry"]


def test_provisions_are_added_in_their_order(admin_client, article):
    proposal = make.reported("proposal", "plan", article)
    issue = make.IssueFactory(slug="hats")
    values = {"entry": proposal, "issue": issue, "text": "Fewer hats.", "paragraphs": "2"}

    for key in ("fewer-hats", "no-hats"):
        done(send(admin_client, article, "provision", **values, key=key))
    again = send(admin_client, article, "provision", **values, key="no-hats")
    odd = send(admin_client, article, "provision", **values, key="No hats")
    for issue_text in ("Fewer hats, and that for all of the ten years to come.", "Fewer hats, and that for all of it."):
        done(send(admin_client, article, "provision", **values | {"text": issue_text}))
    twice = send(admin_client, article, "provision", **values | {"text": issue_text})
    form = admin_client.get(f"{form_of(article, 'provision')}?entry={proposal.pk}").context["form"]

    models.Article.objects.filter(pk=article.pk).update(text="Points:\n\n12. Fewer hats.")
    adds = admin_client.get(f"{desk_of(article)}?entry={proposal.pk}").context["sheet"].paragraphs[1].adds
    point = admin_client.get(dict(adds)["Provision"]).context["form"]["number"].value()

    assert point == 12
    proposed = proposal.provisions.filter(order__gt=1)
    assert [row.key for row in proposed] == ["fewer-hats-and-that-for-all", "fewer-hats-and-that-for-all-2"]
    assert "In use for this proposal: fewer-hats, fewer-hats-and-that-for-all, " in form["key"].help_text
    assert list(complaints(twice).values()) == [["This article already reports this demand of this proposal."]]
    proposed.delete()
    assert list(proposal.provisions.values_list("key", "order")) == [("fewer-hats", 0), ("no-hats", 1)]
    assert complaints(again) == {"__all__": ["This article already reports this demand of this proposal."]}
    assert complaints(odd) == {"key": ["Use small letters, digits and single hyphens, such as return-of-children."]}


def test_a_delegate_brings_the_delegation_along(admin_client, article, talks_held, firefly):
    other = make.PersonFactory(slug="pinkie", name="Ida Pinkie")
    first = {"entry": talks_held, "person": firefly, "title": "President", "head": "true", "paragraphs": "2"}
    second = {"entry": talks_held, "person": other, "head": "unknown", "paragraphs": "3"}

    done(send(admin_client, article, "delegate", **first))  # for the party of the person
    for_nobody = send(admin_client, article, "delegate", **second)
    done(send(admin_client, article, "delegate", **second, party=firefly.party))

    delegation = models.Delegation.objects.get()
    people = delegation.delegates.values_list("person__slug", "title", "head", "order", "paragraphs", "article__slug")
    assert (delegation.party, delegation.article, delegation.role, delegation.paragraphs) == (
        firefly.party,
        article,
        "party",
        "2",
    )
    assert list(people) == [
        ("firefly", "President", True, 0, "2", "gazette"),
        ("pinkie", "", None, 1, "3", "gazette"),
    ]
    assert {tie.person.slug for tie in talks_held.person_ties.all()} == {"firefly", "pinkie"}
    told = "Say for whom they came: choose a party, or a person who has one."
    assert complaints(for_nobody) == {"party": [told]}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"person": "firefly", "head": "false"}, {"__all__": ["This person is already in this delegation."]}),
        ({"person": "pinkie", "head": "true"}, {"__all__": ["This delegation already has a head."]}),
        (
            {"person": "pinkie", "role": "host"},
            {"role": ["This article reports that delegation already, and otherwise; change it on its own page."]},
        ),
        (
            {"person": "pinkie", "expected": "on"},
            {"expected": ["This article reports that delegation already, and otherwise; change it on its own page."]},
        ),
    ],
)
def test_a_delegate_that_cannot_be_is_refused(admin_client, article, talks_held, firefly, values, found):
    make.PersonFactory(slug="pinkie")
    delegation = make.DelegationFactory(round=talks_held, article=article, party=firefly.party)
    make.DelegateFactory(delegation=delegation, person=firefly, head=True)
    person = models.Person.objects.get(slug=values["person"])

    answer = send(
        admin_client, article, "delegate", **{"entry": talks_held, "party": firefly.party, **values, "person": person}
    )

    assert complaints(answer) == found
    assert models.Delegate.objects.count() == 1


def test_a_new_delegation_can_be_of_the_host(admin_client, article, talks_held, firefly):
    values = {"entry": talks_held, "party": firefly.party, "person": firefly, "role": "host", "expected": "on"}

    done(send(admin_client, article, "delegate", **values, paragraphs="2"))

    assert models.Delegation.objects.values_list("role", "expected").get() == ("host", True)


# A new entry


def test_a_new_entry_is_a_draft_that_the_paragraph_is_cited_for(admin_client, article):
    answer = send(
        admin_client,
        article,
        "entry",
        kind="round",
        title="Talks in Glockenberg",
        start="2031-05-02",
        summary="They met.",
        paragraphs="1",
    )

    entry = models.Round.objects.get()
    assert done(answer)
    assert answer.url == f"{desk_of(article)}?entry={entry.pk}&at=1#p1"
    assert (entry.slug, entry.title, entry.publication) == (
        "talks-in-glockenberg-2031-05-02",
        "Talks in Glockenberg",
        "draft",
    )
    assert (entry.start, entry.precision) == (datetime.date(2031, 5, 2), "day")
    assert facts_of(entry) == {"": ("", "1"), "start": ("2031-05-02", "1")}
    mention = entry.citations.get(field="")
    assert (mention.title, mention.summary) == ("Talks in Glockenberg", "They met.")


def test_a_new_event_says_its_sort(admin_client, article):
    values = {"kind": "event", "title": "Firefly speaks", "start": "2031-05", "paragraphs": "3"}

    refused = send(admin_client, article, "entry", **values)
    done(send(admin_client, article, "entry", **values, event_kind="statement"))
    day = {"title": "US–Sylvania talks, 2 May 2031: Firefly's plan", "start": "2031-05-02"}
    done(send(admin_client, article, "entry", **values | day, event_kind="statement"))

    assert models.Event.objects.filter(slug="us-sylvania-talks-fireflys-plan-2031-05-02").delete()[0]
    entry = models.Event.objects.get()
    assert complaints(refused) == {"event_kind": ["Say what sort of event it is."]}
    assert facts_of(entry) == {"": ("", "3"), "start": ("2031-05", "3"), "event_kind": ("statement", "3")}
    assert (entry.slug, entry.start, entry.precision) == ("firefly-speaks-2031-05", datetime.date(2031, 5, 1), "month")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (
            {"start": "May"},
            {"start": ["“May” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known."]},
        ),
        ({"slug": "taken"}, {"slug": ["Entry with this Slug already exists."]}),
        (
            {"slug": "former"},
            {"slug": ["“former” was the address of “Title of taken” and leads there; choose another."]},
        ),
        ({"slug": "No Slug"}, {"slug": ["Use small letters, digits and single hyphens, such as geneva-2031-06-02."]}),
        ({"title": "Переговори"}, {"slug": ["No slug can be made of this title; write one in Latin letters."]}),
        ({"kind": "opera"}, {"kind": ["Select a valid choice. opera is not one of the available choices."]}),
    ],
)
def test_a_new_entry_that_cannot_be_is_refused(admin_client, article, values, found):
    make.FormerSlugFactory(slug="former", entry=make.EventFactory(slug="taken"))

    answer = send(admin_client, article, "entry", **{"kind": "round", "title": "Talks", "paragraphs": "1", **values})

    assert complaints(answer) == found
    assert models.Entry.objects.count() == 1


# Suggestions on the page


def links_of(page, number):
    """{(sort, name): [address]} of what a paragraph's suggestions lead to."""
    paragraph = next(one for one in page.context["sheet"].paragraphs if one.number == number)
    return {(str(one["sort"]), one["name"]): [to for _, to in one["links"]] for one in paragraph.suggestions}


def test_a_suggestion_leads_to_a_form_that_is_filled_in(admin_client, article, freedonia, firefly, swap):
    page = admin_client.get(f"{desk_of(article)}?entry={swap.pk}")

    found = links_of(page, 2) | links_of(page, 4)
    assert list(found) == [("Person", "Rufus T. Firefly"), ("Party", "Freedonia"), ("Count", "120, Prisoners of war")]
    (party,) = [one for one in page.context["sheet"].paragraphs[1].suggestions if one["name"] == "Freedonia"]
    assert [str(label) for label, _ in party["links"]] == ["Account", "A party to it"]
    transfer = found["Count", "120, Prisoners of war"][0]
    form = admin_client.get(transfer).context["form"]
    assert {name: form[name].value() for name in ("entry", "kind", "count", "paragraphs")} == {
        "entry": swap.pk,
        "kind": "prisoners-of-war",
        "count": "120",
        "paragraphs": "4",
    }


def test_a_party_is_suggested_by_its_other_names(admin_client, article):
    make.PartyFactory(name="Ruritania", aliases=["Sylvania", "Glockenberg Union"])

    found = links_of(admin_client.get(desk_of(article)), 1)

    assert [name for sort, name in found if sort == "Party"] == ["Ruritania"]


def test_an_entry_that_a_paragraph_seems_to_be_about_is_suggested_until_it_is_cited(
    admin_client, article, later, freedonia, sylvania
):
    talks = make.reported("round", "glock", later, title="Talks", start="2031-05-02", city="Glockenberg")
    name = ("About", "Talks (round, 2031-05-02)")

    before = admin_client.get(desk_of(article))
    done(send(admin_client, article, "citation", entry=talks, paragraphs="1"))

    assert name in links_of(before, 1)
    assert name not in links_of(admin_client.get(desk_of(article)), 1)


def test_looking_at_suggestions_saves_nothing(admin_client, article, firefly, talks_held, swap):
    before = [model.objects.count() for model in (*models.REPORTS, models.Entry)]

    page = admin_client.get(desk_of(article))
    for _, addresses in sorted(links_of(page, 1).items()):
        assert [admin_client.get(address).status_code for address in addresses] == [200] * len(addresses)

    assert [model.objects.count() for model in (*models.REPORTS, models.Entry)] == before


# Without JavaScript


def options(page, name):
    """What a select lists, read from the page itself."""
    select = re.search(rf'<select name="{name}".*?</select>', page.content.decode(), re.DOTALL)[0]
    return re.findall(r'<option value="[^"]+"[^>]*>([^<]*)<', select)


def test_choices_are_listed_without_javascript(admin_client, article, talks_held, firefly):
    page = admin_client.get(f"{form_of(article, 'account')}?paragraphs=3")

    assert options(page, "entry") == ["Talks in Glockenberg (round, 2031-05-02)"]
    assert options(page, "speaker") == ["Rufus T. Firefly"]
    assert options(page, "party") == ["Freedonia", "Sylvania"]


def test_others_are_looked_for_without_javascript_and_nothing_typed_is_lost(admin_client, article, freedonia):
    make.PersonFactory(name="Ida Pinkie")
    make.reported("event", "gala", title="A gala")

    page = send(admin_client, article, "account", text="Fine.", paragraphs="3", party=freedonia, look="1", seek="gala")
    people = send(admin_client, article, "account", text="Fine.", paragraphs="3", look="1", seek="pinkie")

    assert options(page, "entry") == ["A gala (event)"]
    assert options(people, "speaker") == ["Ida Pinkie"]
    form = page.context["form"]
    assert (form["text"].value(), form["paragraphs"].value(), form["party"].value()) == (
        "Fine.",
        "3",
        str(freedonia.pk),
    )
    assert (models.Account.objects.count(), form.errors) == (0, {})


def test_the_autocomplete_finds_entries_of_the_kinds_that_are_asked_for(admin_client, talks_held, swap):
    address = reverse("admin:talks_article_desk_entries")

    found = [
        admin_client.get(address, query).json()["results"] for query in ({"term": "glock talks"}, {"kind": "swap"})
    ]

    assert found == [
        [{"id": str(talks_held.pk), "text": "Talks in Glockenberg (round, 2031-05-02)"}],
        [{"id": str(swap.pk), "text": "An exchange (exchange)"}],
    ]


@pytest.mark.parametrize("language", ["en", "uk"])
def test_the_desk_says_of_which_kinds_a_new_entry_can_be(admin_client, article, language):
    with override(language):
        page = admin_client.get(reverse("admin:talks_article_desk", args=[article.pk]))
        meaning = str(dict(page.context["legend"])[ADDS["entry"][0]])
        kinds = [kind.label.lower() for kind in models.Kind]

    assert [kind for kind in kinds if kind not in meaning] == []


# Permissions


def user_who(client, *codenames):
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=[*codenames, "publish_entry"]))
    client.force_login(user)


def test_who_may_not_change_an_article_has_no_desk(client, article, talks_held):
    user_who(client, "view_article", "change_round", "view_round")

    addresses = [desk_of(article), form_of(article, "account"), reverse("admin:talks_article_desk_entries")]

    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    assert [client.post(address).status_code for address in addresses[1:2]] == [403]
    assert desk_of(article) not in client.get(url(models.Article, "change", article.pk)).content.decode()
    assert desk_of(article) not in client.get(url(models.Article, "changelist")).content.decode()


def test_a_visitor_is_asked_to_log_in(client, article):
    assert client.get(desk_of(article)).url == f"{reverse('admin:login')}?next={desk_of(article)}"


def test_the_desk_offers_what_the_user_may_add(client, article):
    user_who(client, "change_article", "change_round", "add_event")

    page = client.get(desk_of(article))

    assert [str(name) for name, _ in page.context["adds"]] == ["Citation", "Account", "Delegate", "New entry"]
    assert [client.get(form_of(article, sort)).status_code for sort in ("account", "transfer", "entry")] == [
        200,
        403,
        200,
    ]
    assert client.get(form_of(article, "entry")).context["form"].fields["kind"].choices == [("event", "Event")]


def test_nothing_is_added_to_an_entry_that_the_user_may_not_change(client, article, talks_held, swap, freedonia):
    user_who(client, "change_article", "change_swap")

    refused = send(client, article, "account", entry=talks_held, party=freedonia, text="Fine.", paragraphs="3")
    done(send(client, article, "account", entry=swap, party=freedonia, text="Fine.", paragraphs="3"))

    told = "You may not change “Talks in Glockenberg”, so nothing can be added to it; ask an editor."
    assert complaints(refused) == {"entry": [told]}
    assert [row.entry_id for row in models.Account.objects.all()] == [swap.pk]


def test_only_the_forms_that_there_are_have_an_address(admin_client, article):
    assert admin_client.get(form_of(article, "opera")).status_code == 404
    assert admin_client.get(reverse("admin:talks_article_desk", args=[article.pk + 1])).status_code == 404


# Queries

QUERIES = {"desk": 15, "citation": 17, "account": 20, "delegate": 19, "transfer": 19, "provision": 20, "entry": 16}


@pytest.mark.parametrize(("count", "rows"), [(1, 2), (2, 5)])
def test_the_desk_needs_as_many_queries_for_many_rows_as_for_one(admin_client, count, rows):
    pages.fill(count, rows)
    article = models.Delegation.objects.order_by("pk").first().article
    people = models.Person.objects.values_list("name", flat=True)
    text = "\n\n".join(f"{name} of Freedonia came on 2 May 2031 to hand over 12 prisoners." for name in people)
    models.Article.objects.filter(pk=article.pk).update(text=text)
    addresses = {"desk": desk_of(article)}
    addresses |= {sort: f"{form_of(article, sort)}?paragraphs=1" for sort in QUERIES if sort != "desk"}

    counts = {}
    for name, address in addresses.items():
        pages.warm()
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address).status_code == 200
        counts[name] = len(queries)

    assert counts == QUERIES


@pytest.mark.parametrize("paragraphs", ["3-4", "3,4", "3 4", "3; 4", "9" * 5000, "²", ""])
@pytest.mark.parametrize("sort", ["citation", "account", "entry"])
def test_paragraphs_however_they_are_typed_stand_in_a_form_that_is_refused(admin_client, article, sort, paragraphs):
    answer = send(admin_client, article, sort, paragraphs=paragraphs, entry="²", text="Typed.")

    assert answer.status_code == 200
    assert answer.context["form"]["paragraphs"].value() == paragraphs


def test_the_paragraphs_that_a_refused_form_names_stand_beside_it(admin_client, article):
    answer = send(admin_client, article, "account", paragraphs="2-3")

    assert [number for number, _ in answer.context["told"]] == [2, 3]
