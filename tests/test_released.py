"""Rows that entries rest on are public once something published does, or an editor releases them."""

import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User

from talks.derived.rewording import word_the_new
from talks.derived.settle import settle
from talks.files.exporter import export
from talks.files.loader import load
from talks.models import Article, Entry, FormerSlug, Issue, Party, Person, Process, Publisher, Seen
from tests import factories as make
from tests.admin_pages import form_data, form_page, saved, url
from tests.article_files import Folder
from tests.site_map import walk
from tests.staff import in_role, made

pytestmark = pytest.mark.django_db
MARK = "zxqv"  # stands in all that only a hidden row says
SORTS = ["articles", "people", "parties", "issues"]
PAGES = ["/articles/zxqv-gazette/", "/people/zxqv-driftwood/", "/parties/zxqv-land/", "/issues/zxqv-hats/"]
REASON = {"reason": "A test."}


def marked(published=False, expected=False):
    """An entry, and what only it rests on: article, publisher and people with the mark in all they say."""
    paper = make.PublisherFactory(slug=f"{MARK}-press", name=f"{MARK} press", country="ZQ")
    article = make.ArticleFactory(
        slug=f"{MARK}-gazette",
        publisher=paper,
        title=f"{MARK} title",
        summary=f"{MARK} told",
        byline=MARK,
        language="zu",
    )
    land = make.PartyFactory(slug=f"{MARK}-land", name=f"{MARK} Land", short="ZX", aliases=[MARK], released=False)
    issue = make.IssueFactory(slug=f"{MARK}-hats", title=f"{MARK} hats", group=MARK, released=False)
    series = make.ProcessFactory(slug=f"{MARK}-series", title=f"{MARK} series", released=False)
    named = {"process": series.slug, "issues": issue.slug}
    entry = make.reported("round", "glee", article, start="2031-05-02", published=published, **named)
    delegation = make.DelegationFactory(round=entry, article=article, party=land, expected=expected)
    delegate = make.PersonFactory(
        slug=f"{MARK}-driftwood", name=f"{MARK} Driftwood", aliases=[f"{MARK} alias"], party=land
    )
    make.DelegateFactory(delegation=delegation, person=delegate)
    speaker = make.PersonFactory(slug=f"{MARK}-firefly", name=f"{MARK} Firefly")
    make.AccountFactory(entry=entry, article=article, party=delegation.party, speaker=speaker)
    for row in (article, delegate, land, issue):
        owner = row._meta.model_name
        FormerSlug.objects.create(slug=f"{MARK}-once", **{owner: row})
    settle({entry.pk: ""})
    word_the_new("test")
    return entry


def status(client, address):
    return client.get(address).status_code


# As in tests/test_drafts.py, one of the two is enough for every day.
@pytest.mark.sweep
@pytest.mark.parametrize("publication", ["draft", pytest.param("withdrawn", marks=pytest.mark.long)])
def test_no_page_shows_articles_people_or_publishers_of_what_is_hidden(client, publication):
    make.reported("round", "plain", title="Plain talks", start="2031-05-03")
    Entry.objects.filter(pk=marked().pk).update(publication=publication)

    pages = walk(client)
    asked = [f"/search/?q={MARK}", "/search/?q=talks", "/articles/?publishers=all", "/people/?who=others", "/changes/"]
    asked += ["/articles/?language=xx", "/?person=driftwood", "/articles/?publisher=press", "/?as_of=2031-06-01"]
    asked += [f"/articles/?publisher={MARK}-pres", f"/?person={MARK}-fire", "/search/?q=driftwood"]
    asked += ["/parties/", "/issues/", "/parties/?as_of=2031-06-01", "/compare/rounds/", "/compare/positions/"]
    asked += ["/people/?party=lan", "/?party=land", "/?issue=hat", "/?process=serie", "/?direction=z-to-x"]
    near = [f"/?party={MARK}-lan", f"/?issue={MARK}-hat", f"/?process={MARK}-serie", f"/parties/{MARK}-lan/"]
    asked += near
    pages |= {address: client.get(address) for address in asked}

    told = [one for one, page in pages.items() if MARK not in one and MARK in page.content.decode()]
    assert told == []
    assert f"{MARK}-press" not in pages[f"/articles/?publisher={MARK}-pres"].content.decode()
    assert f"{MARK}-firefly" not in pages[f"/?person={MARK}-fire"].content.decode()
    slugs = (f"{MARK}-land", f"{MARK}-hats", f"{MARK}-series", f"{MARK}-land")
    assert [slug in pages[one].content.decode() for one, slug in zip(near, slugs, strict=True)] == [False] * 4
    assert pages[f"/search/?q={MARK}"].context["sections"] == []
    assert [len(pages["/articles/"].context[name]) for name in ("page", "publishers")] == [1, 1]


@pytest.fixture(scope="module")
def hidden_once(once):
    marked()


@pytest.mark.parametrize("language", ["", "/uk"])
@pytest.mark.parametrize("query", ["", "?preview=1", "?as_of=2031-06-01"])
@pytest.mark.parametrize("page", [*PAGES, *(f"/{sort}/{MARK}-once/" for sort in SORTS)])
def test_what_is_hidden_answers_as_what_is_not_there(client, hidden_once, page, language, query):
    slug = page.strip("/").partition("/")[2]
    other = page.replace(slug, "y" * len(slug))

    hidden, unknown = client.get(f"{language}{page}{query}"), client.get(f"{language}{other}{query}")

    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.content == unknown.content.replace(b"y" * len(slug), slug.encode())
    assert dict(hidden.headers) == dict(unknown.headers)


def test_a_draft_asked_for_as_a_preview_answers_as_what_is_not_there(client):
    marked()

    hidden, unknown = (client.get(f"/rounds/{slug}/?preview=1") for slug in ("glee", "glen"))

    assert hidden.content == unknown.content.replace(b"glen", b"glee")
    assert dict(hidden.headers) == dict(unknown.headers)


def test_a_filter_by_what_is_hidden_is_refused_as_one_by_what_is_not_there(client):
    marked()

    refused = [f"/?person={MARK}-driftwood", f"/?person={MARK}-once", f"/articles/?publisher={MARK}-press"]
    refused += ["/articles/?language=zu", "/articles/?country=ZQ", f"/?party={MARK}-land", "/?party=ZX"]
    refused += [f"/?issue={MARK}-hats", f"/?process={MARK}-series", f"/?party={MARK}-once", f"/?party={MARK}"]
    refused += [f"/people/?party={MARK}-land", f"/compare/positions/?process={MARK}-series"]
    refused += [f"/swaps/?direction=freedonia-to-{MARK}-land", f"/swaps/?direction=freedonia-to-{MARK}-once"]
    make.PartyFactory(slug="freedonia")
    assert [status(client, one) for one in refused] == [400] * len(refused)


@pytest.mark.sql
@pytest.mark.parametrize("expected", [False, True])
def test_publishing_shows_all_that_it_rests_on_and_taking_back_hides_it_again(client, expected):
    entry = marked(expected=expected)
    answers = []
    for publication in ("draft", "published", "withdrawn", "published", "draft"):
        entry.publication = publication
        entry.save()
        sections = client.get(f"/search/?q={MARK}").context["sections"]
        found = sum(section.count for section in sections if section.sort != "entries")
        lists = [len(client.get(f"/{sort}/").context["page"]) for sort in ("articles", "parties", "issues")]
        series = status(client, f"/?process={MARK}-series")
        answers.append(([status(client, page) for page in PAGES], lists, series, found))

    hidden, shown = ([404] * 4, [0] * 3, 400, 0), ([200] * 4, [1] * 3, 200, 3)
    assert answers == [hidden, shown, hidden, shown, hidden]


@pytest.mark.sql
def test_what_is_visible_follows_from_the_reports_known_by_then():
    marked(published=True)
    for day, count in ((9, 0), (10, 1)):
        seen = Seen.on(datetime.date(2031, 5, day))
        counts = [model.objects.visible(seen).count() for model in (Article, Person, Publisher, Party, Issue, Process)]
        assert counts == [count, 2 * count, count, count, count, count]


@pytest.mark.sql
def test_what_is_released_is_visible_without_a_report():
    make.ArticleFactory(released=True), make.PersonFactory(released=True), make.PartyFactory(released=True)
    make.IssueFactory(released=True), make.ProcessFactory(released=True)
    seen = [Seen.now(), Seen.on(datetime.date(2031, 5, 10)), Seen.on(datetime.date(2031, 5, 9))]

    assert [Article.objects.visible(one).count() for one in seen] == [1, 1, 0]
    assert [Publisher.objects.visible(one).count() for one in seen] == [1, 1, 0]
    for model in (Person, Party, Issue, Process):  # since when is not on record
        assert [model.objects.visible(one).count() for one in seen] == [1, 0, 0]


@pytest.mark.sql
def test_a_party_is_public_by_whoever_names_it():
    """By what is reported of a published entry, on either side, in a list or by a quote, or by one of its people."""
    entry, article = make.reported("swap", "swap", parties="listed", mediators="mediator"), make.ArticleFactory()
    for slug in ("listed", "mediator", "giver", "taker", "quoted", "home", "nobody", "of-nobody"):
        make.PartyFactory(slug=slug, released=False)
    named = {party.slug: party for party in Party.objects.all()}
    make.TransferFactory(swap=entry, article=article, from_party=named["giver"], to_party=named["taker"])
    speaker = make.PersonFactory(party=named["home"])
    make.PersonFactory(party=named["of-nobody"])
    make.AccountFactory(entry=entry, article=article, party=named["quoted"], speaker=speaker)
    settle({entry.pk: ""})

    public = set(Party.objects.visible(Seen.now()).values_list("slug", flat=True))

    assert public == {"listed", "mediator", "giver", "taker", "quoted", "home"}
    Entry.objects.update(publication="withdrawn")
    assert not Party.objects.visible(Seen.now()).exists()


# Who releases


@pytest.mark.parametrize(("role", "may"), [("Author", False), ("Editor", True)])
def test_only_editors_release_an_article(client, role, may):
    article = made(make.ArticleFactory(), user := in_role(role))
    client.force_login(user)
    page = url(Article, "change", article.pk)

    saved(client.post(page, form_data(form_page(client, page)) | {"released": "on", "title": "New"} | REASON))

    article.refresh_from_db()
    assert (article.title, article.released) == ("New", may)
    assert status(client, article.get_absolute_url()) == 200  # those who edit see it anyway
    client.logout()
    assert status(client, article.get_absolute_url()) == (200 if may else 404)


def test_an_author_adds_a_person_whom_readers_do_not_see(client):
    client.force_login(in_role("Author"))
    sent = {"slug": "otis", "name": "Otis", "released": "on", "aliases": ""}

    saved(client.post(url(Person, "add"), form_data(form_page(client, url(Person, "add"))) | sent))

    client.logout()
    assert (Person.objects.get().released, status(client, "/people/otis/")) == (False, 404)


def test_an_author_no_longer_changes_an_article_that_was_released(client):
    article = made(make.ArticleFactory(), user := in_role("Author"))
    client.force_login(user)
    page = url(Article, "change", article.pk)
    data = form_data(form_page(client, page)) | {"title": "New"}
    Article.objects.update(released=True)

    assert client.post(page, data).status_code == 403


def test_an_author_who_restores_a_version_that_was_released_releases_nothing(client):
    article = made(make.ArticleFactory(), user := in_role("Author"))
    for released in (True, False):
        article.released = released
        article.save()
    client.force_login(user)
    old = url(Article, "simple_history", article.pk, article.history.order_by("history_id")[1].pk)

    shown = SimpleNamespace(context={"adminform": client.get(old).context["adminform"], "inline_admin_formsets": []})

    answer = client.post(old, form_data(shown) | {"title": "Other"} | REASON)

    article.refresh_from_db()
    assert (answer.status_code, article.title, article.released) == (302, "Other", False)


@pytest.mark.parametrize("factory", [make.PartyFactory, make.IssueFactory, make.ProcessFactory])
def test_an_editor_releases_a_party_an_issue_or_a_series_before_anything_rests_on_it(client, factory):
    row = factory(released=False)
    client.force_login(in_role("Editor"))
    page = url(type(row), "change", row.pk)

    saved(client.post(page, form_data(form_page(client, page)) | {"released": "on"} | REASON))

    assert type(row).objects.visible(Seen.now()).get() == row


# Who sees what is not public


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("role", "sees"), [("Author", True), ("Editor", True), ("Nobody", False)])
def test_those_who_edit_see_it_with_a_notice_and_no_cache_keeps_it(client, page, role, sees):
    marked()
    client.force_login(in_role(role))

    answer = client.get(page)

    assert answer.status_code == (200 if sees else 404)
    if sees:
        assert answer["Cache-Control"] == "private, no-store"
        assert "Not public: only editors see this" in answer.content.decode()
        assert '<meta name="robots" content="noindex">' in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_is_the_same_for_editors_and_visitors(client, admin_client, page):
    marked(published=True)

    assert client.get(page).content == admin_client.get(page).content


def test_who_is_no_longer_staff_sees_nothing(client):
    marked()
    client.force_login(in_role("Editor"))
    User.objects.update(is_staff=False)

    assert [status(client, page) for page in PAGES] == [404] * 4


def test_what_is_released_stands_in_files_and_nothing_stands_there_of_the_rest(db, tmp_path):
    folder = Folder(tmp_path / "in")
    folder.reference("people", [{"slug": slug, "name": slug.title()} for slug in ("chico", "harpo")])
    folder.article("gazette-a")
    folder.load()
    words = {Process: "marx-talks", Party: "freedonia", Issue: "borders", Person: "chico"}
    for model, slug in words.items():
        model.objects.filter(slug=slug).update(released=True)
    Article.objects.update(released=True)

    again = folder.load()
    export(tmp_path / "out")
    for model in (Article, *words):
        model.objects.all().delete()
    load([tmp_path / "out"])

    people = (tmp_path / "out" / "reference" / "people.yaml").read_text()
    assert again.kept == [
        *(
            f"{model._meta.model_name} {slug}: released is “True” by an editor, “False” in the file"
            for model, slug in words.items()
        ),
        "article gazette-a: released is “True” by an editor, “False” in the file",
    ]
    assert people.count("released: true") == 1
    assert "released: false" not in people
    for model, slug in words.items():
        assert [row.slug for row in model.objects.filter(released=True)] == [slug]
    assert [article.slug for article in Article.objects.visible(Seen.now())] == ["gazette-a"]
