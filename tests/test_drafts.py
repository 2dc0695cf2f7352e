"""Nothing that a draft or a withdrawn entry says is ever public."""

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
MARK = "zxqv"  # stands in every word that only a hidden entry says, and in no other
KINDS = ["round", "swap", "proposal", "event"]
PREVIEW = "?preview=1"


@pytest.fixture(params=["draft", "withdrawn"])
def published_and_hidden(request):
    """A published entry and a hidden one of each kind, which share article, parties, person and issue.

    Gives what the hidden ones are: drafts, or withdrawn.
    """
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
    Entry.objects.filter(slug__contains=MARK).update(publication=request.param)
    return request.param


def test_no_page_says_anything_that_only_a_hidden_entry_says(client, published_and_hidden):
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
        "/rounds/plain-round/?preview=1",
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


@pytest.mark.parametrize("query", ["", PREVIEW, "?preview=0", "?as_of=2031-06-01", "?preview=1&as_of=2031-06-01"])
@pytest.mark.parametrize("language", ["", "/uk"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_address_of_what_is_hidden_shows_nothing_of_it(client, published_and_hidden, kind, language, query):
    slug = f"{MARK}-{kind}"

    response = client.get(f"{language}/{kind}s/{slug}/{query}")

    assert response.status_code == {"draft": 404, "withdrawn": 410}[published_and_hidden]
    assert MARK not in response.content.decode().replace(slug, "")  # which the visitor wrote


def test_counts_leave_out_what_is_hidden(client, published_and_hidden):
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


def test_the_staff_only_text_of_an_article_is_on_no_page(client, published_and_hidden):
    ArticleFactory._meta.model.objects.update(text=f"{MARK} text of the article")

    assert [address for address, page in walk(client).items() if MARK in page.content.decode()] == []
