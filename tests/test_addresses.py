"""One page of each address of the site, so that each database has to give it; test_record.py walks over all pages."""

import pytest
from django.urls import resolve, reverse

from talks.models import KINDS, Article, Issue, Party, Person, Proposal
from talks.urls import pages

pytestmark = [pytest.mark.usefixtures("record"), pytest.mark.sql]

WITH_SLUG = {"person": Person, "party": Party, "issue": Issue, "article": Article} | {
    kind.value: model for kind, model in KINDS.items()
}


def test_one_page_of_each_address_is_there(client):
    names = {page.name for page in pages if getattr(page, "name", None)}  # the admin has none
    addresses = [
        reverse(name, args=[WITH_SLUG[name].objects.earliest("slug").slug] if name in WITH_SLUG else [])
        for name in names
    ]

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
