"""The first page of the admin: what waits, and lists that give the same."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from talks.derived.settle import settle
from talks.editing.paragraphs import follow
from talks.models import Account, Article, Event, LinkCheck, Revision, Round
from talks.queries import waiting
from tests import factories as make
from tests.admin_pages import url, warm

pytestmark = pytest.mark.django_db
INDEX = "admin:index"


@pytest.fixture
def index(admin_client):
    """Asks for the first page; gives {name of a block: it}."""
    return lambda client=admin_client: {block.name: block for block in client.get(reverse(INDEX)).context["waiting"]}


def titles(block):
    return [title for _, title in block.first]


def listed(client, block):
    """The rows, by their names, of all lists that a block leads to."""
    return [str(row) for address, _ in block.all for row in client.get(address).context["cl"].result_list]


def a_draft():
    make.reported("round", "a-draft", published=False)
    return "drafts", ["Title of a-draft"]


def a_dispute():
    for number, city in enumerate(["Freedonia City", "Sylvania Spa"]):
        article = make.ArticleFactory(slug=f"article-{number}")
        make.reported("round", "disputed", article, start="2031-05-02", city=city)
        make.reported("round", "disputed-draft", article, published=False, city=city)
    return "disputed", ["Title of disputed"]


def one_source():
    wire = make.PublisherFactory(slug="wire")
    for slug, agency in (("alone", wire), ("borne-out", None)):
        for number in range(2):
            make.reported("event", slug, make.ArticleFactory(agency=agency), start=f"2031-05-0{number + 1}")
    return "one_source", ["Title of alone"]


def undated():
    make.reported("swap", "undated")
    make.reported("swap", "dated", start="2031-05-01")
    return "undated", ["Title of undated"]


def a_draft_finding():
    make.FindingFactory(text="They may have met.", publication="draft")
    for publication in ("published", "withdrawn"):
        make.FindingFactory(publication=publication)
    return "findings", ["They may have met."]


def unused_paragraphs():
    for slug, cited in (("some", ["1", "2"]), ("all", ["1, 2", "3"]), ("without-text", ["9"])):
        text = "" if slug == "without-text" else "One.\n\nTwo.\n\n \n\nThree."
        article = make.ArticleFactory(slug=slug, title=f"Title of {slug}", text=text)
        for paragraphs in cited:
            make.AccountFactory(article=article, paragraphs=paragraphs)
    return "unused", ["Title of some"]


def lost_paragraphs():
    article = make.ArticleFactory(slug="rewritten", title="Title of rewritten", text="Two.")
    make.AccountFactory(article=article, paragraphs="1")
    follow(article, "One.", "test")
    return "lost", ["Title of rewritten"]


def dead_link():
    for slug, outcome in (("gone", "dead"), ("there", "alive"), ("unclear", "unclear")):
        article = make.ArticleFactory(slug=slug, url=f"https://gazette.example/{slug}")
        make.LinkCheckFactory(article=article, url=article.url, outcome=outcome)
    return "dead", ["Title of gone"]


def test_entries_are_called_as_the_language_of_the_page_has_them(index, admin_client):
    draft = make.reported("round", "a-draft", published=False)
    Round.objects.filter(pk=draft.pk).update(translations={"uk": {"title": "Чернетка"}})

    page = admin_client.get(f"/uk{reverse(INDEX)}")

    assert {block.name: titles(block) for block in page.context["waiting"]}["drafts"] == ["Чернетка"]


@pytest.mark.parametrize(
    "add", [a_draft, a_dispute, one_source, undated, a_draft_finding, unused_paragraphs, lost_paragraphs, dead_link]
)
def test_each_block_shows_what_waits_and_leads_to_the_same_list(admin_client, index, add):
    name, expected = add()

    block = index()[name]

    found = listed(admin_client, block)
    assert (block.total, titles(block)) == ("1", expected)
    assert [one.rpartition(": ")[2] for one in found] == expected
    assert [admin_client.get(address).status_code for address, _ in block.first] == [200]


def test_an_empty_record_waits_for_nothing(index):
    assert [(block.name, block.total, block.first, block.all) for block in index().values()] == [
        (name, "0", [], [])
        for name in (
            "drafts",
            "disputed",
            "one_source",
            "undated",
            "findings",
            "amendments",
            "improbable",
            "unused",
            "lost",
            "dead",
        )
    ]


def test_what_is_improbable_waits_until_it_is_mended_or_somebody_says_why_it_is_right(admin_client, index):
    article = make.ArticleFactory(title="A misprint?", published=datetime.date(2031, 5, 10))
    talks = make.reported("round", "talks", article, start="2027-05-02", end="2027-07-02")
    twelve = make.DelegationFactory(round=talks, article=make.ArticleFactory(), size=12)
    make.DelegationFactory(round=talks, article=article, party=twelve.party, size=120)
    told = [
        "A misprint?: it began 2027-05-02, years before its article of 2031-05-10; look at the year",
        "A misprint?: it ends on 2027-07-02, 61 days after 2027-05-02; look at both days",
        "A misprint?: 120 is ten times as many as any other article reports, 12; look at the zeros",
    ]

    assert (index()["improbable"].total, titles(index()["improbable"])) == ("3", told)
    [(address, _), *_] = index()["improbable"].first
    assert admin_client.get(address).status_code == 200

    for row in (*talks.citations.filter(field__in=["start", "end"]), *talks.delegations.filter(article=article)):
        row.right_because = "It says so twice."
        row.save()
    Revision.advance()
    assert index()["improbable"].total == "0"


def test_the_first_few_are_the_latest_and_the_numbers_are_by_kind(index):
    for number in range(1, 8):
        make.reported("event", f"event-{number}", published=False, start=f"2031-05-0{number}")
    make.reported("round", "round", published=False, start="2031-04-01")

    block = index()["drafts"]

    assert titles(block) == [f"Title of event-{number}" for number in (7, 6, 5, 4, 3)]
    assert (block.total, [told for _, told in block.all]) == ("8", ["1 round", "7 events"])


def test_a_number_is_counted_up_to_a_limit(index, monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 3)
    for number in range(5):
        make.reported("event", f"event-{number}", published=False, start="2031-05-01")

    block = index()["drafts"]

    assert (block.total, [told for _, told in block.all]) == ("more than 3", ["events: more than 3"])


def test_of_articles_with_unused_paragraphs_the_latest_are_listed(admin_client, index, monkeypatch):
    monkeypatch.setattr(waiting, "MOST_UNUSED", 2)
    for day in (1, 2, 3):
        make.ArticleFactory(title=f"Article {day}", text="One.", published=datetime.date(2031, 5, day))

    block = index()["unused"]

    assert (block.total, titles(block)) == ("more than 2", ["Article 3", "Article 2", "Article 1"])
    assert [one[-9:] for one in listed(admin_client, block)] == ["Article 3", "Article 2"]


def test_what_was_dealt_with_is_gone_at_the_next_look(index):
    entry = make.reported("event", "event", published=False)
    assert index()["drafts"].total == "1"

    entry.publication = "published"
    entry.save()

    assert index()["drafts"].total == "0"


def test_a_citation_of_the_last_paragraph_ends_the_wait(index):
    unused_paragraphs()
    assert index()["unused"].total == "1"

    account = make.AccountFactory(article=Article.objects.get(slug="some"), paragraphs="3")
    settle({account.entry_id: "test"})

    assert index()["unused"].total == "0"


def test_a_changed_address_is_no_dead_link_any_more(index):
    dead_link()
    article = Article.objects.get(slug="gone")

    article.url = "https://gazette.example/moved"
    article.save()

    assert (index()["dead"].total, LinkCheck.objects.filter(outcome="dead").count()) == ("0", 1)


def test_no_dead_links_are_told_from_links_that_nobody_checked(index):
    assert index()["dead"].meaning == "No address was checked yet: “manage.py check_links” does."

    make.LinkCheckFactory(outcome="alive")

    assert index()["dead"].meaning == "Articles whose address leads nowhere, as “manage.py check_links” found."


def test_an_archived_address_can_be_dead_too(index):
    check = make.LinkCheckFactory(outcome="dead", url="https://archive.example/talks")
    Article.objects.filter(pk=check.article_id).update(archived_url=check.url)

    assert index()["dead"].total == "1"


def test_the_number_of_paragraphs_follows_the_text():
    article = make.ArticleFactory(text="One.\n\nTwo.\n \nThree.")
    assert article.paragraph_count == 3

    article = Article.objects.defer("text").get()
    article.save()
    assert Article.objects.get().paragraph_count == 3
    article.text = ""
    article.save()
    assert Article.objects.get().paragraph_count is None


def test_who_may_see_some_models_sees_what_waits_in_these(client, index):
    a_draft()
    make.reported("event", "an-event", published=False)
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_event"))
    client.force_login(user)

    found = index(client)

    assert list(found) == ["drafts", "disputed", "one_source", "undated"]
    assert (found["drafts"].total, titles(found["drafts"])) == ("1", ["Title of an-event"])


def test_an_article_page_says_what_came_of_its_links(admin_client):
    article = make.ArticleFactory(url="https://gazette.example/talks")
    page = admin_client.get(url(Article, "change", article.pk)).content.decode()
    assert "Not checked yet." in page

    when = datetime.datetime(2031, 5, 20, tzinfo=datetime.UTC)
    make.LinkCheckFactory(article=article, url=article.url, outcome="dead", status=404, checked=when)

    page = admin_client.get(url(Article, "change", article.pk)).content.decode()
    assert "<div>https://gazette.example/talks: Dead 404 (2031-05-20)</div>" in page


def queries_of(client, address):
    warm()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_needs_as_many_queries_for_many_as_for_one(admin_client, count):
    for _ in range(count):
        article = make.ArticleFactory(text="One.\n\nTwo.", url="https://gazette.example/")
        make.LinkCheckFactory(article=article, url=article.url, outcome="dead")
        for model in (Round, Event):
            kind = model.KIND
            make.reported(kind, f"{kind}-{article.pk}", article, published=False)
            make.reported(kind, f"{kind}-{article.pk}-out", article)

    after_a_change = queries_of(admin_client, reverse(INDEX))

    assert (after_a_change, queries_of(admin_client, reverse(INDEX))) == (39, 9)


def test_no_text_of_an_article_is_read_for_the_page(admin_client):
    unused_paragraphs()
    Revision.advance()

    with CaptureQueriesContext(connection) as queries:
        admin_client.get(reverse(INDEX))

    texts = [query["sql"] for query in queries if '"text"' in query["sql"] and "talks_finding" not in query["sql"]]
    assert texts == []
    assert Account.objects.count() == 5
