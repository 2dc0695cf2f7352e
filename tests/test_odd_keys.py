"""Addresses and forms of the admin with keys that no row can have: an answer that says so, never a failure."""

import pytest
from django.urls import reverse

from talks import models
from tests import factories as make
from tests.admin_pages import filled_in, url

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
ODD = ["9" * 25, "9" * 5000, "abc", "²", "0"]
PAGES = ["change", "delete", "history"]


@pytest.mark.parametrize("key", ODD)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model", [models.Round, models.Party, models.Article, models.Citation])
def test_a_key_that_no_row_has_leads_away_or_to_nothing(admin_client, model, page, key):
    assert admin_client.get(url(model, page, key)).status_code in (302, 403, 404)


@pytest.mark.parametrize("key", ODD)
def test_there_is_no_such_import(admin_client, key):
    assert admin_client.get(url(models.Import, "change", key)).status_code == 404


@pytest.mark.parametrize("key", ODD)
@pytest.mark.parametrize("page", ["rename", "merge"])
def test_such_a_row_can_be_neither_renamed_nor_merged(admin_client, page, key):
    party = make.PartyFactory()

    assert admin_client.get(url(models.Party, page, key)).status_code == 404
    assert admin_client.get(url(models.Party, "merge", party.pk), {"with": key}).status_code in (200, 404)
    assert admin_client.get(url(models.Party, "merge", key), {"with": party.pk}).status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        {"opened": "0-0-0-0-0-0"},
        {"opened": "-".join(["9" * 30] * 6)},
        {"opened": "0-0-0-0-0-0", "citations-0-id": "²"},
        {"opened": "0-0-0-0-0-0", "citations-0-id": "9" * 5000},
        {"opened": "0-0-0-0-0-0", "citations-TOTAL_FORMS": "9" * 5000},
    ],
    ids=["mark", "large mark", "key", "large key", "large number"],
)
def test_a_page_that_was_tampered_with_saves_nothing(admin_client, gazette, odd):
    entry = make.reported("round", "talks-2031", gazette, start="2031-05-02", city="Capital")
    data = filled_in(admin_client, entry) | {"city": "Spa"} | odd

    assert admin_client.post(url(models.Round, "change", entry.pk), data).status_code == 200
    assert models.Round.objects.get().city == "Capital"


@pytest.mark.parametrize("key", ["9" * 25, "²"])
def test_a_version_that_never_was_is_not_found(admin_client, key):
    party = make.PartyFactory()

    address = reverse("admin:talks_party_simple_history", args=[party.pk, "0"])
    assert admin_client.get(address).status_code == 404
    assert admin_client.get(address.replace(f"/{party.pk}/", f"/{key}/")).status_code == 404
