"""One page of each address of the site, so that each database has to give it; test_record.py walks over all pages."""

import pytest
from django.urls import resolve, reverse

from talks.models import KINDS, Article, Issue, Party, Person, Proposal
from talks.public.views.api import RESOURCES
from talks.urls import pages

pytestmark = [pytest.mark.usefixtures("record"), pytest.mark.sql]

WITH_SLUG = {"person": Person, "party": Party, "issue": Issue, "article": Article} | {
    kind.value: model for kind, model in KINDS.items()
}
MODELS_OF_API = {resource.name: resource.model for resource in RESOURCES if resource.is_one}


def slug_of(name):
    """[a slug] of what the address of this name is of: a page, data of one, or something of the API."""
    of_api = name.startswith("api-") and name.endswith("-one")
    if of_api:
        return [MODELS_OF_API[name].objects.earliest("slug").slug]
    page = name.partition(".")[0]
    return [WITH_SLUG[page].objects.earliest("slug").slug] if page in WITH_SLUG else []


def test_one_page_of_each_address_is_there(client):
    named = {page.name for page in pages if getattr(page, "name", None)}  # the admin has none
    names = {name for name in named if not name.startswith("snapshot.")}  # here are no snapshots
    addresses = [reverse(name, args=slug_of(name)) for name in names]

    assert {resolve(address).url_name for address in addresses} == names
    assert [address for address in addresses if client.get(address).status_code != 200] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/?kind=round&party=ukraine&party=russia&from=2025-05-01&as_of=2025-06-10&sort=oldest", "timeline"),
        ("/search/?q=Zelensky+ceasefire&as_of=2025-06-10", "search"),
        ("/articles/?language=en&as_of=2025-06-10", "articles"),
        ("/people/?party=ukraine&as_of=2025-06-10", "people"),
        ("/changes/?as_of=2025-06-10", "changes"),
    ],
)
def test_each_filtered_list_is_there(client, address, name):
    answer = client.get(address)

    assert (answer.status_code, answer.resolver_match.url_name) == (200, name)


def test_proposals_are_compared(client):
    first, second = Proposal.objects.order_by("slug")[:2]

    assert client.get(f"/compare/proposals/?p={first.slug}&p={second.slug}").status_code == 200
