"""Nothing that a draft says is public: an edit does not name one, and who hides what is named is told."""

import pytest
from django.urls import reverse

from talks.files.exporter import export
from talks.files.loader import load
from talks.models import Round
from tests import factories as make
from tests.admin_pages import edit, errors, form_data, form_page, saved, url, with_row
from tests.test_publication import draft

pytestmark = pytest.mark.django_db


def test_a_public_entry_does_not_come_to_name_a_draft(admin_client, gazette):
    entry = make.reported("proposal", "offer", gazette, title="An offer")
    meeting = draft("round", "glee", gazette)
    told = "The citation of gazette for “Presented at” names the round “glee”, which is a draft; publish that one too"
    desk = {"entry": entry.pk, "field": "presented_at", "value": "glee", "reason": "A test.", "paragraphs": "1"}

    on_page = edit(admin_client, entry, {"presented_at": meeting.pk})
    at_desk = admin_client.post(reverse("admin:talks_article_desk_add", args=[gazette.pk, "citation"]), desk)
    admin_client.post(url(Round, "changelist"), {"action": "publish", "_selected_action": [meeting.pk]})

    assert errors(on_page) == [f"{told}, or take the citation out."]
    assert at_desk.context["form"].errors == {"value": [f"{told}, or take the citation out."]}
    assert saved(edit(admin_client, entry, {"presented_at": meeting.pk}))


def test_who_takes_back_an_entry_is_told_what_names_it_and_a_load_tells_so_too(admin_client, gazette, tmp_path):
    meeting = make.reported("round", "glee", gazette, title="Glee")
    make.reported("proposal", "offer", gazette, title="An offer", presented_at="glee")
    action = {"action": "unpublish", "_selected_action": [meeting.pk], "post": "1", "reason": "A test."}

    page = admin_client.post(url(Round, "changelist"), action, follow=True)
    export(tmp_path)
    outcome = load([tmp_path])

    told = "“An offer” names “glee” for “Presented at”; readers do not see that while it is not public."
    assert [str(message) for message in page.context["messages"]][1:] == [told]
    assert [line.partition("presented_at: ")[2] for line in outcome.warnings] == [
        "“glee” is not public, so readers do not see this until it is; publish it, or leave it out"
    ]


def test_who_names_somebody_unseen_in_a_public_entry_is_told_that_readers_see_them_now(admin_client, gazette):
    meeting = make.reported("round", "glee", gazette, title="Glee")
    team = make.DelegationFactory(round=meeting, article=gazette, party=make.PartyFactory(slug="sylvania"))
    chico, harpo = make.PersonFactory(name="Chico"), make.PersonFactory(name="Harpo")
    told = "Readers see “{}” from now on, because “Glee” is public and rests on it."
    page = url(type(team), "change", team.pk)
    row = with_row(form_data(form_page(admin_client, page)), "delegates", person=chico.pk, order=0)
    desk = {"entry": meeting.pk, "person": harpo.pk, "party": team.party_id, "reason": "A test.", "paragraphs": "1"}

    on_page = admin_client.post(page, row | {"reason": "A test."}, follow=True)
    at_desk = admin_client.post(
        reverse("admin:talks_article_desk_add", args=[gazette.pk, "delegate"]), desk, follow=True
    )

    assert str(next(iter(on_page.context["messages"]))) == told.format("Chico")
    assert str(next(iter(at_desk.context["messages"]))) == told.format("Harpo")
