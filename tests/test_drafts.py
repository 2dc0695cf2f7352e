"""Nothing that a draft or a withdrawn entry says is ever public, and nothing of an article's text."""

import re
from io import BytesIO, StringIO
from itertools import product
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.urls import resolve, reverse
from django.utils.translation import override

from talks import urls
from talks.data.formats import citation
from talks.derived.settle import settle
from talks.models import Article, Entry, Finding, Party
from talks.public.assistants.tools import TOOLS
from talks.public.embeds import EMBEDS
from talks.public.outputs import CITED, citation_of
from talks.public.views import api, data
from tests.admin_pages import form_data, form_page, saved, url
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    FindingFactory,
    IssueFactory,
    LocationFactory,
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


@pytest.fixture(scope="module")
def published_and_marked(once):
    """A published entry and one with the mark of each kind, which share article, parties, person and issue."""
    article = ArticleFactory(slug="gazette")
    party, other = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    person, issue = PersonFactory(slug="firefly"), IssueFactory(slug="hats")
    ProcessFactory(slug="opera-talks")
    for published, word in ((True, "plain"), (False, MARK)):
        told = {"title": f"{word} title", "summary": f"{word} summary", "published": published}
        facts = {
            "round": {"process": "opera-talks", "start": "2031-05-01", "venue": f"{word} venue"},
            "swap": {"agreed_at": f"{MARK}-round"},
            "proposal": {"presented_at": f"{MARK}-round"},
            "event": {"parties": "freedonia"},
        }
        entries = {kind: reported(kind, f"{word}-{kind}", article, **told, **facts.get(kind, {})) for kind in KINDS}
        delegation = DelegationFactory(round=entries["round"], article=article, party=party, note=f"{word} note")
        DelegateFactory(delegation=delegation, person=person, title=f"{word} office")
        TransferFactory(swap=entries["swap"], article=article, from_party=party, to_party=other)
        ProvisionFactory(proposal=entries["proposal"], article=article, issue=issue, text=f"{word} demand")
        event = entries["event"]
        AccountFactory(entry=event, article=article, party=party, speaker=person, text=f"{word} account")
        event.citations.filter(field="").update(note=f"{word} note")
        settle({entry.pk: "" for entry in entries.values()})
    FindingFactory(page="/rounds/plain-round/", text="A plain finding.", sources=["gazette"])
    FindingFactory(page="/rounds/plain-round/", text=f"{MARK} finding", sources=["gazette"])
    FindingFactory(page=f"/rounds/{MARK}-round/", text=f"About what is {MARK}", sources=["gazette"])


@pytest.fixture(params=["draft", "withdrawn"])
def published_and_hidden(request, published_and_marked, db):
    """The entries with the mark are hidden. Gives what they are: drafts, or withdrawn."""
    Entry.objects.filter(slug__contains=MARK).update(publication=request.param)
    Finding.objects.filter(text__startswith=MARK).update(publication=request.param)
    return request.param


# A walk over all pages for either: templates know no difference, so one of them is enough for every day.
EITHER = ["draft", pytest.param("withdrawn", marks=pytest.mark.long)]


@pytest.mark.sweep
@pytest.mark.parametrize("published_and_hidden", EITHER, indirect=True)
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
        "/rounds/plain-round/?then=2031-05-01",
        "/compare/rounds/?r=plain-round&then=2031-05-01",
        "/as-of/?page=/rounds/plain-round/",
        "/changes/?kind=round",
    ]
    pages |= {address: client.get(address) for address in extra}
    asked = f"/?q={MARK}"  # this page repeats the visitor's own word

    told = [address for address, page in pages.items() if MARK in own_words(page)]
    assert Entry.objects.filter(slug__contains=MARK).count() == len(KINDS)
    assert sum("plain title" in page.content.decode() for page in pages.values()) > 10
    assert told == []
    assert pages[asked].context["total"] == 0


NAMED = {"person": "firefly", "party": "freedonia", "issue": "hats", "article": "gazette"}
COMPARED = {
    "compare-rounds": f"?r=plain-round&r={MARK}-round",
    "compare-proposals": f"?p={MARK}-proposal&p=plain-proposal",
}
ASKED = COMPARED | {"search": "?q=title", "as-of": "?page=/rounds/plain-round/"}
FEEDS = ["timeline-feed", "swaps-feed", "changes-feed", "rounds-calendar"]


def addresses_of_data():
    """Every page in every format and frame, of the entries that are hidden too, all of the API, feeds and calendars."""
    for page, form in data.VIEWS:
        slugs = [f"plain-{page}", f"{MARK}-{page}"] if page in KINDS else [NAMED.get(page)]
        yield from (reverse(form.of(page), args=[slug] if slug else []) + ASKED.get(page, "") for slug in slugs)
    for page, ending in product(CITED, citation.FORMATS):
        if page != "round" and ending != "ris":
            continue  # all formats are of one citation, and one of them says what it holds
        slugs = [f"plain-{page}", f"{MARK}-{page}"] if page in KINDS else [NAMED.get(page)]
        name = citation_of(page, ending)
        yield from (reverse(name, args=[slug] if slug else []) + ASKED.get(page, "") for slug in slugs)
    for resource in api.RESOURCES:
        kind = resource.kind.replace("entry", "event")
        slugs = [NAMED[kind]] if kind in NAMED else [f"plain-{kind}", f"{MARK}-{kind}"] if kind else [None]
        yield from (reverse(resource.name, args=[slug] if slug else []) for slug in slugs)
    yield reverse("api-description")
    yield from map(reverse, FEEDS)
    yield from (reverse("round-calendar", args=[f"{word}-round"]) for word in ("plain", MARK))
    yield from (f"{reverse('changes-feed')}?entry={word}-round" for word in ("plain", MARK))
    yield reverse("search.json") + "?q=demand&in=entries"
    yield reverse("round.json", args=["plain-round"]) + "?then=2021-05-01"
    for one in EMBEDS:
        slugs = [f"plain-{one.page}", f"{MARK}-{one.page}"] if one.page in KINDS else [None]
        for slug in slugs:
            frame = reverse(one.name, args=[slug] if slug else []) + COMPARED.get(one.page, "")
            yield from (frame, f"{reverse('oembed')}?{urlencode({'url': f'http://testserver{frame}'})}")


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["en", pytest.param("uk", marks=pytest.mark.long)])
@pytest.mark.parametrize("published_and_hidden", EITHER, indirect=True)
def test_no_data_says_what_only_a_hidden_entry_or_the_text_of_an_article_says(
    admin_client, published_and_hidden, language
):
    """Whoever asks, a preview or not, and of a day."""
    Article.objects.update(text=f"{MARK} text")
    with override(language):
        found = list(addresses_of_data())
    asked = [f"{one}{'&' if '?' in one else '?'}preview=1&as_of=2031-06-01" for one in found]

    answers = {one: admin_client.get(one) for one in [*found, *asked]}

    texts = {one: re.sub(f"{MARK}-[a-z]+", "", in_words(answer)) for one, answer in answers.items()}
    assert [one for one, text in texts.items() if MARK in text] == []
    gone = {"draft": 404, "withdrawn": 410}[published_and_hidden]
    assert {one.status_code for one in answers.values()} == {200, 400, 404, gone}  # 404: oEmbed, of what is gone too
    assert sum("plain title" in text for text in texts.values()) > 50


@pytest.mark.parametrize("published_and_hidden", EITHER, indirect=True)
def test_no_file_of_a_snapshot_says_what_only_a_hidden_entry_or_the_text_of_an_article_says(
    published_and_hidden, tmp_path
):
    Article.objects.update(text=f"{MARK} text")
    LocationFactory(name=f"{MARK} venue", slug=f"{MARK}-venue")

    call_command("snapshot", tmp_path, stdout=StringIO())

    (record,) = tmp_path.rglob("record.zip")
    with ZipFile(record) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert [name for name, text in files.items() if MARK.encode() in text] == []
    assert sum(b"plain title" in text for text in files.values()) == 3
    assert [path for path in tmp_path.rglob("*.json") if MARK in path.read_text()] == []


@pytest.mark.long
@pytest.mark.parametrize("published_and_hidden", EITHER, indirect=True)
def test_no_file_of_the_static_site_says_what_only_a_hidden_entry_or_the_text_of_an_article_says(
    published_and_hidden, settings, tmp_path
):
    """Of what was withdrawn, there is a page that says so, and no more."""
    settings.ALLOWED_HOSTS = ["timeline.example"]
    Article.objects.update(text=f"{MARK} text")

    call_command("write_site", tmp_path, origin="https://timeline.example", stdout=StringIO(), stderr=StringIO())

    files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    texts = {name: re.sub(f"{MARK}-[a-z]+", "", unpacked(content)) for name, content in files.items()}
    assert [name for name, text in texts.items() if MARK in text] == []
    assert sum("plain title" in text for text in texts.values()) > 50
    named = [name for name in files if MARK in name and "/site/_gone/" not in name]
    assert named == []
    assert any(MARK in name for name in files) == (published_and_hidden == "withdrawn")


@pytest.mark.parametrize("published_and_hidden", EITHER, indirect=True)
def test_no_assistant_is_told_what_only_a_hidden_entry_or_the_text_of_an_article_says(client, published_and_hidden):
    Article.objects.update(text=f"{MARK} text")
    entries = [{"slug": f"{word}-{kind}"} for word in ("plain", MARK) for kind in KINDS]
    asked = {
        "search": [{}, {"limit": 20}, {"q": "title"}, {"order": "oldest"}, {"person": "firefly"}, {"issue": "hats"}],
        "entry": entries,
        "comparison": [
            {"of": "rounds", "r": ["plain-round", f"{MARK}-round"]},
            {"of": "proposals", "p": ["plain-proposal", f"{MARK}-proposal"]},
            {"of": "rounds", "r": ["plain-round"]},
            {"of": "positions"},
        ],
        "totals": [{}, {"direction": "freedonia-to-sylvania"}],
        "differences": [{}, {"party": "freedonia"}],
    }

    told = {}
    for tool, ways in asked.items():
        for arguments in [*ways, *({**one, "as_of": "2031-06-01"} for one in ways)]:
            call = {"name": tool, "arguments": arguments}
            sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
            answer = client.post("/mcp", sent, "application/json", headers={"Accept": "application/json"})
            told[str(call)] = re.sub(f"{MARK}-[a-z]+", "", str(answer.json()["result"]))

    assert list(asked) == list(TOOLS)
    assert [one for one, text in told.items() if MARK in text] == []
    assert sum("plain title" in text for text in told.values()) > 20


def in_words(answer):
    """All that an answer holds, unpacked."""
    return unpacked(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def unpacked(content):
    """A file as text, with all that is packed in it."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


def own_words(page):
    """The page without the word that the visitor asked for, and without what repeats its title."""
    return re.sub(f'“{MARK}”|value="{MARK}"|q(?:=|%3D){MARK}|<title>{MARK}', "", untitled(page))


def untitled(page):
    """A page without its citation and what networks are told."""
    html = page.content.decode()
    return re.sub('<section id="taking".*?</section>|<meta property="og:title"[^>]*>', "", html, flags=re.DOTALL)


@pytest.mark.parametrize("query", ["", PREVIEW, "?preview=0", "?as_of=2031-06-01", "?preview=1&as_of=2031-06-01"])
@pytest.mark.parametrize("language", ["", "/uk"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_address_of_what_is_hidden_shows_nothing_of_it(client, published_and_hidden, kind, language, query):
    slug = f"{MARK}-{kind}"

    response = client.get(f"{language}/{kind}s/{slug}/{query}")

    assert response.status_code == {"draft": 404, "withdrawn": 410}[published_and_hidden]
    assert MARK not in response.content.decode().replace(slug, "")  # which the visitor wrote


@pytest.mark.sql
def test_counts_leave_out_what_is_hidden(client, published_and_hidden):
    assert client.get("/").context["total"] == len(KINDS)
    assert [party.entry_count for party in client.get("/parties/").context["page"]] == [3, 1]
    assert [person.entry_count for person in client.get("/people/").context["page"]] == [2]
    assert [issue.entry_count for issue in client.get("/issues/").context["page"]] == [1]
    assert [article.entry_count for article in client.get("/articles/").context["page"]] == [len(KINDS)]


def test_publishing_shows_at_the_next_request(client):
    entry = reported("event", "event", published=False, start="2031-05-01")
    assert client.get("/").context["total"] == 0

    entry.publication = "published"
    entry.save()

    assert client.get("/").context["total"] == 1


# The text of an article, which only editors may read

TEXT_WORD = "qworb"  # stands in the text of every article, and nowhere else


@pytest.fixture
def read_by_editors(published_and_hidden, admin_client):
    """Every article has a text, saved in the admin, and an editor has looked at it and cited from it at the desk."""
    for article in Article.objects.all():
        page = url(Article, "change", article.pk)
        text = f"{TEXT_WORD} Freedonia.\n\nSecond {TEXT_WORD}." + "\n\nMore." * 9
        saved(admin_client.post(page, form_data(form_page(admin_client, page)) | {"text": text}))
        desk = reverse("admin:talks_article_desk", args=[article.pk])
        assert TEXT_WORD in admin_client.get(desk).content.decode()
        entry = article.citations.first().entry
        sent = {"entry": entry.pk, "party": Party.objects.first().pk, "text": "Said.", "paragraphs": "2"}
        assert admin_client.post(f"{desk}account/", sent).status_code == 302


@pytest.mark.sweep
@pytest.mark.parametrize("published_and_hidden", EITHER, indirect=True)
def test_the_text_of_an_article_is_on_no_public_page_in_either_language_nor_kept_elsewhere(client, read_by_editors):
    others = [f"/search/?q={TEXT_WORD}", f"/?q={TEXT_WORD}", "/?as_of=2031-06-01", "/as-of/", "/nowhere/"]
    pages = walk(client) | {address: client.get(address) for address in others}
    with override("en"):
        sorts = {resolve(one.partition("?")[0]).url_name for one, page in pages.items() if page.status_code == 200}
    pages |= {f"/uk{address}": client.get(f"/uk{address}") for address in list(pages)}

    repeated = re.compile(f'“{TEXT_WORD}”|«{TEXT_WORD}»|value="{TEXT_WORD}"|q(?:=|%3D){TEXT_WORD}|<title>{TEXT_WORD}')
    told = [address for address, page in pages.items() if TEXT_WORD in repeated.sub("", untitled(page))]
    assert sorts == public_sorts()
    assert told == []
    assert tables_with_text() == {"talks_article", "talks_historicalarticle"}
    kept = list(cache._cache.values())
    assert len(kept) > 0
    assert not any(holds_text([value]) for value in kept)


def public_sorts():
    """The names of all pages but those of the admin; another test asks for data."""
    names = {pattern.name for pattern in urls.pages if getattr(pattern, "name", None)}
    return {name for name in names if "." not in name and not name.startswith("api-")}


@pytest.mark.sql
def test_the_text_of_an_article_is_in_no_table_but_its_own(read_by_editors):
    assert tables_with_text() == {"talks_article", "talks_historicalarticle"}


def tables_with_text():
    return {table for table in connection.introspection.table_names() if any(map(holds_text, every_row(table)))}


def every_row(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return cursor.fetchall()


def holds_text(values):
    return TEXT_WORD.encode() in b" ".join(v if isinstance(v, bytes) else str(v).encode() for v in values)


def test_the_text_of_an_article_is_in_no_exported_file(read_by_editors, tmp_path):
    call_command("export_articles", tmp_path, stdout=StringIO())

    files = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.*")]
    assert sum("plain title" in text for text in files) == 1
    assert [text for text in files if TEXT_WORD in text] == []
