"""Two editors on one page: the second is told what the first did, and nothing is overwritten unseen."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from talks import models
from talks.derived.settle import settle
from tests import factories as make
from tests.admin_pages import errors, filled_in, form_data, form_page, row_of, saved, url, with_row

pytestmark = pytest.mark.django_db

HEADING = (
    "Since you opened this page it was changed. Nothing of yours is saved yet: what you typed stands below, with what "
    "only others changed filled in. Look through it and save again."
)
NO_REASON = "Readers see this entry, so its history must say why it changes."


@pytest.fixture
def entry(gazette):
    return make.reported("round", "talks-2031", gazette, start="2031-05-02", city="Capital", venue="Opera")


@pytest.fixture
def anna():
    client = Client()
    client.force_login(User.objects.create_superuser("anna"))
    return client


@pytest.fixture
def ben():
    client = Client()
    client.force_login(User.objects.create_superuser("ben"))
    return client


def opened(client, row):
    """What the browser holds of a row's page: the same for all who open it before it changes."""
    return filled_in(client, row)


def send(client, row, data):
    return client.post(url(type(row), "change", row.pk), data)


def told(page):
    """What a page says of others' edits, without marks and times."""
    texts = [re.sub(r"<[^>]+>", " ", str(text)) for text in page.context["adminform"].form.non_field_errors()]
    return [" ".join(re.sub(r", \d{4}-\d\d-\d\d \d\d:\d\d", "", text).split()) for text in texts]


def city(entry):
    return type(entry).objects.get(pk=entry.pk).city


# The second of two


@pytest.mark.sql
def test_the_second_who_saves_is_told_what_the_first_did_and_nothing_is_saved(anna, ben, entry):
    of_ben = opened(ben, entry)
    saved(send(anna, entry, opened(anna, entry) | {"city": "Spa", "reason": "The article was corrected."}))

    page = send(ben, entry, of_ben | {"summary": "They talked.", "reason": "No summary yet."})

    assert told(page) == [
        HEADING,
        "anna (The article was corrected.): Round: City, as editors decided: nothing → Spa; City: Capital → Spa "
        "Citation: gazette, City: Value: Capital → Spa",
    ]
    entry.refresh_from_db()
    assert (entry.city, entry.summary) == ("Spa", "")


@pytest.mark.sql
def test_what_both_wanted_is_there_after_the_second_save(anna, ben, entry):
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"city": "Spa"}))
    page = send(ben, entry, of_ben | {"summary": "They talked.", "reason": "No summary yet."})
    again = form_data(page)

    assert (again["summary"], again["reason"], again["city"]) == ("They talked.", "No summary yet.", "Spa")
    saved(send(ben, entry, again))

    entry.refresh_from_db()
    assert (entry.city, entry.summary) == ("Spa", "They talked.")


def test_what_both_changed_is_named_and_the_second_decides(anna, ben, entry):
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"title": "The talks"}))

    page = send(ben, entry, of_ben | {"title": "Talks of May"})

    assert told(page)[-1] == "Both of you changed these, and yours stands below: Title."
    assert form_data(page)["title"] == "Talks of May"
    saved(send(ben, entry, form_data(page)))
    entry.refresh_from_db()
    assert entry.title == "Talks of May"


def test_who_is_told_once_is_told_again_if_somebody_is_faster_again(anna, ben, entry):
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"city": "Spa"}))
    page = send(ben, entry, of_ben | {"summary": "They talked."})
    saved(send(anna, entry, opened(anna, entry) | {"city": "Port", "reason": "Another slip."}))

    again = send(ben, entry, form_data(page))

    assert told(again)[1].startswith("anna (Another slip.): Round: City, as editors decided: Spa → Port;")


def test_a_load_of_files_counts_as_somebody_else(ben, entry, herald):
    of_ben = opened(ben, entry)
    make.CitationFactory(entry=entry, article=herald, field="city", value="Spa")
    settle({entry.pk: "herald.yaml"})

    page = send(ben, entry, of_ben | {"summary": "They talked."})

    assert told(page)[0] == HEADING
    assert row_of(form_data(page), "citations", article=herald.pk, field="city") == 4


def test_another_entry_and_a_mere_look_do_not_count(anna, ben, entry, gazette):
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"reason": ""}))
    make.reported("round", "other-2031", gazette)

    saved(send(ben, entry, of_ben | {"summary": "They talked."}))


# Rows


def test_a_row_that_only_the_other_changed_is_taken_over(anna, ben, entry):
    of_ben = of_anna = opened(ben, entry)
    place = row_of(of_anna, "citations", field="venue")
    saved(send(anna, entry, of_anna | {f"citations-{place}-paragraphs": "7, 8"}))
    page = send(ben, entry, of_ben | {"summary": "They talked."})

    saved(send(ben, entry, form_data(page)))

    assert entry.citations.get(field="venue").paragraphs == "7, 8"


def test_a_row_that_both_changed_is_named(anna, ben, entry):
    of_ben = of_anna = opened(ben, entry)
    place = row_of(of_anna, "citations", field="venue")
    saved(send(anna, entry, of_anna | {f"citations-{place}-paragraphs": "7"}))

    page = send(ben, entry, of_ben | {f"citations-{place}-paragraphs": "8"})

    assert told(page)[-1] == "Both of you changed these, and yours stands below: Paragraphs of “venue: Opera”."
    saved(send(ben, entry, form_data(page)))
    assert entry.citations.get(field="venue").paragraphs == "8"


def test_a_row_that_the_other_deleted_stays_deleted_if_nothing_was_done_to_it(anna, ben, entry, gazette, freedonia):
    account = make.AccountFactory(entry=entry, article=gazette, party=freedonia)
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"accounts-0-DELETE": "on"}))
    page = send(ben, entry, of_ben | {"summary": "They talked."})

    saved(send(ben, entry, form_data(page)))

    assert not models.Account.objects.filter(pk=account.pk).exists()


@pytest.mark.sql
def test_a_row_that_the_other_deleted_stands_as_a_new_one_if_it_was_changed(anna, ben, entry, gazette, freedonia):
    make.AccountFactory(entry=entry, article=gazette, party=freedonia)
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"accounts-0-DELETE": "on"}))

    page = send(ben, entry, of_ben | {"accounts-0-text": "They said more."})

    assert told(page)[-1] == (
        "These were deleted meanwhile, but you changed them, so they stand below as new rows; tick their deletion to "
        "leave them out: Freedonia on Title of talks-2031."
    )
    saved(send(ben, entry, form_data(page)))
    assert models.Account.objects.get().text == "They said more."


def test_a_row_that_both_deleted_is_no_matter(anna, ben, entry, gazette, freedonia):
    make.AccountFactory(entry=entry, article=gazette, party=freedonia)
    of_ben = opened(ben, entry) | {"accounts-0-DELETE": "on"}
    saved(send(anna, entry, opened(anna, entry) | {"accounts-0-DELETE": "on"}))
    page = send(ben, entry, of_ben)

    saved(send(ben, entry, form_data(page)))

    assert models.Account.objects.count() == 0


def test_rows_that_both_added_stand_side_by_side(anna, ben, entry, gazette, freedonia, sylvania):
    of_ben = opened(ben, entry)
    row = {"article": gazette.pk, "text": "Well."}
    saved(send(anna, entry, with_row(of_ben, "accounts", party=freedonia.pk, **row)))
    page = send(ben, entry, with_row(of_ben, "accounts", party=sylvania.pk, **row))

    saved(send(ben, entry, form_data(page)))

    assert sorted(entry.accounts.values_list("party__slug", flat=True)) == ["freedonia", "sylvania"]


def test_the_same_row_added_by_both_is_refused_with_its_own_sentence(anna, ben, entry, gazette, freedonia):
    of_ben = opened(ben, entry)
    row = {"article": gazette.pk, "party": freedonia.pk, "text": "Well."}
    saved(send(anna, entry, with_row(of_ben, "accounts", **row)))
    page = send(ben, entry, with_row(of_ben, "accounts", **row))

    answer = send(ben, entry, form_data(page))

    assert errors(answer) == ["This article's account by this party and speaker, on this issue, is already here."]


def test_parties_that_the_other_changed_are_taken_over(anna, ben, entry, freedonia, sylvania):
    of_ben = opened(ben, entry)
    saved(send(anna, entry, of_ben | {"fact_parties": [freedonia.pk]}))
    page = send(ben, entry, of_ben | {"summary": "They talked."})

    assert form_data(page)["fact_parties"] == [str(freedonia.pk)]
    saved(send(ben, entry, form_data(page)))
    assert [tie.party for tie in entry.party_ties.all()] == [freedonia]


# Pages without a mark


@pytest.mark.parametrize("mark", ["", "nonsense"])
def test_a_page_that_does_not_say_what_it_showed_is_told_to_reload_and_keeps_what_was_typed(ben, entry, mark):
    data = opened(ben, entry) | {"summary": "They talked.", "opened": mark}

    page = send(ben, entry, data)

    when = f"{entry.history.first().history_date:%Y-%m-%d %H:%M}"
    assert told(page) == [
        "This page does not say what it showed when you opened it, so nothing is saved; what you typed stands below. "
        f"Open the page anew in another tab and compare: no user changed it last, on {when}. If you save here again, "
        "what stands below counts."
    ]
    assert form_data(page)["summary"] == "They talked."
    saved(send(ben, entry, form_data(page)))


def test_rows_deleted_since_an_old_page_are_no_crash(ben, entry, gazette, freedonia):
    account = make.AccountFactory(entry=entry, article=gazette, party=freedonia)
    data = opened(ben, entry) | {"opened": ""}
    account.delete()

    page = send(ben, entry, data)

    assert form_data(page)["accounts-0-text"] == account.text
    saved(send(ben, entry, form_data(page)))
    assert models.Account.objects.get().text == account.text


def test_a_page_that_did_not_arrive_whole_is_told_plainly(ben, entry):
    data = {name: value for name, value in opened(ben, entry).items() if not name.startswith("accounts-")}

    page = send(ben, entry, data)

    assert "The page did not arrive whole, so these rows cannot be read. Open it anew and fill them in again." in (
        page.content.decode()
    )


def test_a_refused_form_still_knows_what_its_page_showed(anna, ben, entry):
    page = send(ben, entry, opened(ben, entry) | {"number": "0"})
    saved(send(anna, entry, opened(anna, entry) | {"city": "Spa"}))

    again = send(ben, entry, form_data(page) | {"number": "2"})

    assert told(again)[0] == HEADING


# Other pages


def version_data(source, address=None):
    """What the form of an earlier version would send; `source`: a page, or the client that opens it."""
    page = source.get(address) if address else source
    form = page.context["adminform"].form
    values = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value is not None} | {"reason": "A test."}


DELETED = (
    "It was deleted since you opened its page: anna (deleted in the admin). Nothing of yours is saved: what you typed "
    "stands below, as a new one. Save it to add it anew, or leave the page."
)


def delete(client, row):
    assert client.post(url(type(row), "delete", row.pk), {"post": "yes"}).status_code == 302


def test_what_was_typed_of_an_entry_deleted_meanwhile_stands_as_a_new_one(anna, ben, entry, gazette, freedonia):
    data = with_row(opened(ben, entry), "delegations", article=gazette.pk, party=freedonia.pk, role="party", size=6)
    delete(anna, entry)

    page = send(ben, entry, data | {"summary": "They talked."})

    again = form_data(page)
    assert (page.status_code, told(page), models.Round.objects.count()) == (200, [DELETED], 0)
    assert (again["slug"], again["summary"]) == ("talks-2031", "They talked.")
    assert page.context["form_url"] == url(models.Round, "add")
    saved(ben.post(page.context["form_url"], again))

    new = models.Round.objects.get()
    assert (new.slug, new.summary, new.city) == ("talks-2031", "They talked.", "Capital")
    assert [row.size.plain for row in new.delegations.all()] == [6]


def test_a_person_who_was_deleted_meanwhile_can_be_added_anew(anna, ben):
    person = make.PersonFactory(slug="firefly", name="Firefly")
    data = opened(ben, person) | {"name": "Rufus Firefly"}
    delete(anna, person)

    page = send(ben, person, data)

    assert told(page) == [DELETED]
    saved(ben.post(page.context["form_url"], form_data(page)))
    assert models.Person.objects.get().name == "Rufus Firefly"


def version_page(row):
    return url(type(row), "simple_history", row.pk, row.history.earliest("history_id").history_id)


def test_an_earlier_version_overwrites_nothing_unseen(anna, ben):
    party = make.PartyFactory(name="Freedonia")
    address = version_page(party)
    data = version_data(ben, address)
    saved(send(anna, party, opened(anna, party) | {"name": "Free Freedonia", "reason": "It is called so."}))

    page = ben.post(address, data)

    assert told(page) == [
        "It was changed since you opened this version: anna (It is called so.). Nothing is saved yet; save "
        "again if this version is to stand all the same."
    ]
    assert models.Party.objects.get().name == "Free Freedonia"
    assert ben.post(address, version_data(page)).status_code == 302
    assert models.Party.objects.get().name == "Freedonia"


@pytest.mark.sql
def test_a_deleted_row_does_not_come_back_with_the_slug_of_another(anna, ben):
    party = make.PartyFactory(slug="freedonia")
    address = version_page(party)
    data = version_data(ben, address)
    delete(anna, party)
    other = make.PartyFactory(slug="freedonia", name="The other")

    answer = ben.post(address, data, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "“freedonia” is the slug of “The other” by now, so this version cannot come back."
    ]
    assert list(models.Party.objects.all()) == [other]


def test_what_is_deleted_from_a_list_says_so_in_its_history(ben, entry):
    data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}

    assert ben.post(url(models.Round, "changelist"), data).status_code == 302

    last = models.Round.history.first()
    assert (last.history_type, last.history_change_reason) == ("-", "deleted in the admin")


def test_what_never_was_there_is_told_as_django_does(ben, entry):
    address = url(models.Round, "change", entry.pk + 1)

    assert ben.post(address, {"title": "Talks"})["Location"] == "/admin/"


def test_who_may_not_add_is_led_away_from_what_was_deleted(anna, entry):
    client, user = Client(), User.objects.create_user("carl", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_round", "change_round", "publish_entry"]))
    client.force_login(user)
    data = opened(client, entry)
    delete(anna, entry)

    assert send(client, entry, data)["Location"] == "/admin/"


@pytest.mark.sql
def test_the_people_of_a_delegation_are_guarded_too(anna, ben, entry, gazette, freedonia):
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    person = make.PersonFactory(name="Rufus Firefly")
    of_ben = opened(ben, delegation)
    data = with_row(of_ben, "delegates", person=person.pk, head="true", order=0)
    saved(send(anna, delegation, data))

    page = send(ben, delegation, of_ben | {"size": 5})

    assert told(page)[1] == (
        "anna (A test.): Delegate: Freedonia, Rufus Firefly: Article: gazette; Head of delegation: yes; Order: 0"
    )
    saved(send(ben, delegation, form_data(page)))
    delegation.refresh_from_db()
    assert (delegation.size.plain, [row.head for row in delegation.delegates.all()]) == (5, [True])


def test_an_entrys_page_is_told_of_changes_on_the_page_of_a_delegation(anna, ben, entry, gazette, freedonia):
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    of_ben = opened(ben, entry)
    saved(send(anna, delegation, opened(anna, delegation) | {"size": 5}))

    page = send(ben, entry, of_ben | {"summary": "They talked."})

    assert told(page)[1] == "anna (A test.): Delegation: gazette, Freedonia: Size: nothing → 5"
    assert form_data(page)["delegations-0-size"] == "5"


@pytest.mark.sql
@pytest.mark.parametrize(
    ("factory", "theirs", "mine"),
    [
        (make.ArticleFactory, {"title": "New"}, {"byline": "R. Firefly"}),
        (make.PublisherFactory, {"name": "New"}, {"country": "FR"}),
        (make.PartyFactory, {"name": "New"}, {"order": 7}),
        (make.PersonFactory, {"name": "New"}, {"aliases": "R. Firefly"}),
        (make.IssueFactory, {"title": "New"}, {"description": "What it is."}),
        (make.ProcessFactory, {"title": "New"}, {"summary": "What it is."}),
    ],
)
def test_sources_and_vocabulary_are_guarded_too(anna, ben, factory, theirs, mine):
    row = factory()
    of_ben = opened(ben, row)
    saved(send(anna, row, of_ben | theirs))

    page = send(ben, row, of_ben | mine)

    (column,) = theirs
    label = row._meta.get_field(column).verbose_name.capitalize()
    sort = row._meta.verbose_name.capitalize()
    before = getattr(row, column)
    assert told(page) == [HEADING, f"anna (A test.): {sort}: {label}: {before} → New"]
    saved(send(ben, row, form_data(page)))
    row.refresh_from_db()
    values = {name: getattr(row, name) for name in (theirs | mine)}
    assert values == theirs | mine | ({"aliases": ["R. Firefly"]} if "aliases" in mine else {})


# Why


def test_a_change_of_a_published_entry_needs_a_reason(ben, entry):
    page = send(ben, entry, opened(ben, entry) | {"city": "Spa", "reason": " "})

    assert errors(page) == [NO_REASON]
    assert city(entry) == "Capital"


def test_a_changed_row_of_a_published_entry_needs_a_reason(ben, entry):
    data = opened(ben, entry)
    place = row_of(data, "citations", field="venue")

    page = send(ben, entry, data | {f"citations-{place}-paragraphs": "7", "reason": ""})

    assert errors(page) == [NO_REASON]


def test_a_save_that_changes_nothing_needs_no_reason(ben, entry):
    before = entry.history.count()

    saved(send(ben, entry, opened(ben, entry) | {"reason": ""}))

    assert entry.history.count() == before


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_what_readers_do_not_see_needs_no_reason(ben, entry, publication):
    models.Round.objects.update(publication=publication)

    saved(send(ben, entry, opened(ben, entry) | {"city": "Spa", "reason": ""}))

    assert entry.history.first().history_change_reason == "edited in the admin"


def test_taking_back_a_published_entry_on_its_page_needs_a_reason(ben, entry):
    page = send(ben, entry, opened(ben, entry) | {"publication": "draft", "reason": ""})

    assert errors(page) == [NO_REASON]


@pytest.mark.parametrize(("publication", "wanted"), [("published", [NO_REASON]), ("draft", None)])
def test_a_delegation_needs_a_reason_if_its_round_is_published(ben, entry, gazette, freedonia, publication, wanted):
    models.Round.objects.update(publication=publication)
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)

    answer = send(ben, delegation, opened(ben, delegation) | {"size": 5, "reason": ""})

    assert (errors(answer) if answer.status_code == 200 else None) == wanted


def test_a_new_delegation_of_a_published_round_needs_a_reason(ben, entry, gazette, freedonia):
    address = url(models.Delegation, "add")
    row = {"round": entry.pk, "article": gazette.pk, "party": freedonia.pk}

    page = ben.post(address, form_data(form_page(ben, address)) | row)

    assert errors(page) == [NO_REASON]
