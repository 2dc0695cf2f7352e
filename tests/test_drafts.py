"""Nothing that a draft says is ever public."""

import re

import pytest

from talks.models import Entry
from talks.settle import settle
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    ProvisionFactory,
    TransferFactory,
    reported,
)
from tests.site_map import walk

pytestmark = pytest.mark.django_db
MARK = "zxqv"  # stands in every word that only a draft says, and in no other


@pytest.fixture
def published_and_drafts():
    """A published entry and a draft of each kind, which share article, parties, person and issue."""
    article = ArticleFactory(slug="gazette")
    party, other = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    person, issue = PersonFactory(slug="firefly"), IssueFactory(slug="hats")
    ProcessFactory(slug="opera-talks")
    for published, word in ((True, "plain"), (False, MARK)):
        told = {"title": f"{word} title", "summary": f"{word} summary", "published": published}
        meeting = reported(
            "round", f"{word}-round", article, **told, process="opera-talks", start="2031-05-01", venue=f"{word} venue"
        )
        swap = reported("swap", f"{word}-swap", article, **told, agreed_at=f"{MARK}-round")
        proposal = reported("proposal", f"{word}-proposal", article, **told, presented_at=f"{MARK}-round")
        event = reported("event", f"{word}-event", article, **told, parties="freedonia")
        delegation = DelegationFactory(round=meeting, article=article, party=party, note=f"{word} note")
        DelegateFactory(delegation=delegation, person=person, title=f"{word} office")
        TransferFactory(swap=swap, article=article, from_party=party, to_party=other)
        ProvisionFactory(proposal=proposal, article=article, issue=issue, text=f"{word} demand")
        AccountFactory(entry=event, article=article, party=party, speaker=person, text=f"{word} account")
        event.citations.filter(field="").update(note=f"{word} note")
        settle({entry.pk: "" for entry in (meeting, swap, proposal, event)})


def test_no_page_says_anything_that_only_a_draft_says(client, published_and_drafts):
    pages = walk(client)
    extra = [
        "/?q=" + MARK,
        "/search/?q=" + MARK,
        "/search/?q=plain",
        "/?order=oldest",
        "/compare/rounds/?r=plain-round",
        "/?as_of=2031-06-01",
        "/compare/positions/",
        "/people/?sort=rounds",
        "/people/?who=others",
        "/articles/?only=source",
        "/articles/?publishers=all",
        "/?from=2031-01-01&to=2031-12-31&scale=period",
        "/rounds/plain-round/?pick=plain-proposal",
        "/changes/?kind=round",
    ]
    pages |= {address: client.get(address) for address in extra}
    asked = f"/?q={MARK}"  # this page repeats the visitor's own word

    told = [address for address, page in pages.items() if MARK in own_words(page)]
    assert Entry.objects.filter(slug__contains=MARK).count() == 4
    assert sum("plain title" in page.content.decode() for page in pages.values()) > 10
    assert told == []
    assert pages[asked].context["total"] == 0


def own_words(page):
    """The page without the word that the visitor asked for."""
    return re.sub(f'“{MARK}”|value="{MARK}"|q={MARK}|<title>{MARK}', "", page.content.decode())


@pytest.mark.parametrize("kind", ["round", "swap", "proposal", "event"])
def test_the_address_of_a_draft_is_not_found(client, published_and_drafts, kind):
    response = client.get(f"/{kind}s/{MARK}-{kind}/")

    assert response.status_code == 404
    assert "title" not in response.content.decode().partition("<main")[2]


def test_counts_leave_drafts_out(client, published_and_drafts):
    assert client.get("/").context["total"] == 4
    assert [party.entry_count for party in client.get("/parties/").context["page"]] == [3, 1]
    assert [person.entry_count for person in client.get("/people/").context["page"]] == [2]
    assert [issue.entry_count for issue in client.get("/issues/").context["page"]] == [1]
    assert [article.entry_count for article in client.get("/articles/").context["page"]] == [4]


def test_publishing_shows_at_the_next_request(client):
    entry = reported("event", "event", published=False, start="2031-05-01")
    assert client.get("/").context["total"] == 0

    entry.publication = "published"
    entry.save()

    assert client.get("/").context["total"] == 1


def test_the_staff_only_text_of_an_article_is_on_no_page(client, published_and_drafts):
    ArticleFactory._meta.model.objects.update(text=f"{MARK} text of the article")

    assert [address for address, page in walk(client).items() if MARK in page.content.decode()] == []
