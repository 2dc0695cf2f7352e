"""What holds of any record: of the small one and of fixtures/, tried on some pages of each sort.

The second is marked `long`, since its time grows with fixtures/. The files are read here by PyYAML alone, with all
values as the text that stands there, so that a fault of our own reader would show.
"""

import datetime
import functools
import gzip
import re
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.test import Client
from django.urls import reverse

from talks import models
from talks.derived.settle import settle
from talks.files import mistakes, reader, rows, schema
from talks.files.exporter import export
from talks.files.loader import load
from talks.models.counts import Count as Number
from talks.words.language import count_in_words
from tests import factories as make
from tests.admin_pages import url
from tests.article_files import history_count, snapshot
from tests.conftest import loaded
from tests.site_map import visits

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]

DAY = datetime.date(2025, 6, 1)
FEW, SOME = {"most": 7, "filtered": 1}, {"most": 20, "filtered": 3}  # pages of each sort that are read


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(settings.FIXTURES, id="small"),
        pytest.param(settings.BASE_DIR / "fixtures", id="whole", marks=pytest.mark.long),
    ],
    autouse=True,
)
def folder(request, django_db_setup, django_db_blocker):
    """The folder of the record that is loaded."""
    with django_db_blocker.unblock(), loaded(request.param):
        yield request.param


# Values


REFERENCE = {
    models.Process: "processes",
    models.Party: "parties",
    models.Person: "people",
    models.Issue: "issues",
    models.Publisher: "publishers",
}
SECTIONS = {"rounds": "round", "swaps": "swap", "proposals": "proposal", "events": "event"}
RENAMED = {"date": "start", "kind": "event_kind"}  # facts whose column has another name
NO_FACTS = ("slug", "title", "summary", "note", "paragraphs", "paragraphs_of", "delegations", "transfers", "provisions")


@functools.cache
def raw(path):
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)


def article_files(folder):
    return [raw(path) for path in sorted((folder / "articles").glob("*.yaml"))]


def text(part, name):
    return part.get(name, "").strip()


def paragraphs(part):
    return ", ".join(part["paragraphs"])


def written_rows(folder):
    """{model: (article, …, paragraphs) of all rows that the files report}, all values as text."""
    found = {model: [] for model in models.REPORTS}
    for content in article_files(folder):
        article = content["article"]["slug"]
        for section in SECTIONS:
            for part in content.get(section, []):
                add_entry(found, article, part)
        for part in content.get("accounts", []):
            told = (part["party"], part.get("speaker"), part.get("issue"), text(part, "text"))
            found[models.Account].append((article, part["entry"], *told, paragraphs(part)))
    return found


def add_entry(found, article, part):
    slug = part["slug"]
    texts = (text(part, "title"), text(part, "summary"), text(part, "note"))
    found[models.Citation].append((article, slug, "", "", *texts, paragraphs(part)))
    for name in part.keys() - NO_FACTS:
        value = ", ".join(part[name]) if isinstance(part[name], list) else part[name].strip()
        where = ", ".join(part.get("paragraphs_of", {}).get(name, part["paragraphs"]))
        row = (article, slug, RENAMED.get(name, name), value, "", "", "", where)
        found[models.Citation].append(row)
    for delegation in part.get("delegations", []):
        party, role = delegation["party"], delegation.get("role", "party")
        told = (role, delegation.get("size"), delegation.get("expected", "false"), text(delegation, "note"))
        found[models.Delegation].append((article, slug, party, *told, paragraphs(delegation)))
        for order, member in enumerate(delegation.get("members", [])):
            told = (text(member, "title"), member.get("head"), str(order))
            found[models.Delegate].append((article, slug, party, member["person"], *told, paragraphs(member)))
    for transfer in part.get("transfers", []):
        told = (transfer.get("date"), None, transfer["from"], transfer["to"], transfer["kind"], transfer.get("count"))
        found[models.Transfer].append((article, slug, *told, paragraphs(transfer)))
    for order, provision in enumerate(part.get("provisions", [])):
        told = (provision["key"], provision["issue"], provision.get("number"), text(provision, "text"), str(order))
        found[models.Provision].append((article, slug, *told, paragraphs(provision)))


COLUMNS = {
    models.Citation: "entry__slug field value title summary note",
    models.Delegation: "round__slug party__slug role size expected note",
    models.Delegate: "delegation__round__slug delegation__party__slug person__slug title head order",
    models.Transfer: "swap__slug date until from_party__slug to_party__slug kind count",
    models.Provision: "proposal__slug key issue__slug number text order",
    models.Account: "entry__slug party__slug speaker__slug issue__slug text",
}


def as_text(value):
    value = value.plain if isinstance(value, Number) else value
    return value if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def held_rows(model, **only):
    names = ("article__slug", *COLUMNS[model].split(), "paragraphs")
    found = model.objects.filter(**only).order_by().values_list(*names)
    return [tuple(as_text(value) for value in row) for row in found]


@pytest.mark.parametrize("model", models.REPORTS)
def test_the_database_holds_what_the_files_report_and_nothing_else(folder, model):
    written = written_rows(folder)[model]

    assert len(written) > 30
    assert sorted(held_rows(model), key=str) == sorted(written, key=str)


def test_every_article_is_held_as_its_file_has_it(folder):
    names = ("slug", *rows.ARTICLE)
    held = [
        tuple(as_text(value or "") for value in row) for row in models.Article.objects.order_by().values_list(*names)
    ]
    written = [
        tuple(text(file["article"], name.removesuffix("__slug")) for name in names) for file in article_files(folder)
    ]

    assert len(written) > 30
    assert sorted(held) == sorted(written)


@pytest.mark.parametrize("model", REFERENCE)
def test_every_word_is_held_as_its_reference_file_has_it(folder, model):
    names = ("slug", *rows.VOCABULARY[model][1])

    def plain(value):
        return "" if value in (None, "", [], 0, "0") else value if isinstance(value, list) else str(value).strip()

    held = [[plain(value) for value in row] for row in model.objects.order_by().values_list(*names)]
    items = raw(folder / f"reference/{REFERENCE[model]}.yaml")
    written = [[plain(item.get(name.removesuffix("__slug"))) for name in names] for item in items]

    assert len(written) > 2
    assert sorted(held, key=str) == sorted(written, key=str)


def test_every_entry_of_the_files_is_published_and_has_a_placement(folder):
    written = {part["slug"] for file in article_files(folder) for name in SECTIONS for part in file.get(name, [])}
    placed = models.Entry.objects.visible(models.Seen.now()).filter(placements__isnull=False)

    assert set(placed.values_list("slug", flat=True)) == written
    assert models.Entry.objects.count() == len(written)


def test_the_exported_record_is_the_record_and_loading_it_changes_nothing(folder, tmp_path):
    before, history = snapshot(), history_count()

    export(tmp_path)
    outcome = load([tmp_path])

    def parsed(folder, kind="articles", part=schema.ArticleFile):
        documents = {path.name: reader.read(path) for path in Path(folder, kind).glob("*.yaml")}
        return {name: mistakes.validated(part, document) for name, document in documents.items()}

    assert parsed(tmp_path) == parsed(folder)
    translated = ("translations", schema.TranslationsFile)
    assert parsed(tmp_path, *translated) == parsed(folder, *translated) != {}
    assert (outcome.changes, outcome.kept, outcome.discrepancies) == ([], [], [])
    assert (snapshot(), history_count()) == (before, history)


# Pages

NOTE = re.compile(r'<a class="source[^>]*href="#source-(\d+)"[^>]* data-at="([^"]+)"')
LISTED = re.compile(r'<li id="source-(\d+)">.*?href="(/articles/[^"?#]+/)(?:\?[^"#]*)?(?:#p\d+)?"', re.DOTALL)
NAMES = {
    "timeline", "rounds", "round", "swaps", "swap", "proposals", "proposal", "events", "event", "compare-rounds",
    "compare-proposals", "compare-positions", "people", "person", "parties", "party", "issues", "issue", "articles",
    "article", "changes", "differences", "about", "search", "coverage", "data", "api",
}  # fmt: skip
MARK = "zxqv"  # stands in everything that only editors may read, and nowhere else


class Page(NamedTuple):
    name: str
    status: int
    html: str


def plant(article):
    """Put `MARK` into drafts of each kind that this article reports, and into whatever else is not for readers."""
    told = {"title": f"{MARK} title", "summary": f"{MARK} summary", "published": False}
    drafts = {kind: make.reported(kind, f"{MARK}-{kind}", article, **told, start="2025-05-20") for kind in models.KINDS}
    party, other = models.Party.objects.all()[:2]
    person, issue = models.Person.objects.first(), models.Issue.objects.first()
    delegation = make.DelegationFactory(round=drafts["round"], article=article, party=party, note=f"{MARK} note")
    make.DelegateFactory(delegation=delegation, person=person, title=f"{MARK} office")
    make.TransferFactory(swap=drafts["swap"], article=article, from_party=party, to_party=other)
    make.ProvisionFactory(proposal=drafts["proposal"], article=article, issue=issue, text=f"{MARK} demand")
    make.AccountFactory(entry=drafts["event"], article=article, party=party, speaker=person, text=f"{MARK} account")
    for entry in drafts.values():
        entry.translations = {"uk": {"title": f"{MARK} title in Ukrainian", "summary": f"{MARK} summary in Ukrainian"}}
        entry.save()
    settle({entry.pk: "" for entry in drafts.values()})
    models.Article.objects.update(text=f"{MARK} text")
    make.LinkCheckFactory(article=article, url=f"https://gazette.example/{MARK}")
    editor = User.objects.create_user(f"{MARK}-editor")
    for model in (models.Entry, *models.KINDS.values(), *models.REPORTS, models.Article):
        if hasattr(model, "history"):
            model.history.update(history_user=editor, history_change_reason=f"{MARK} reason")


@pytest.fixture(scope="module")
def sites(folder, django_db_blocker):
    """({address: page} of the site today, the same as known on a day), read with secrets planted."""
    some = FEW if folder == settings.FIXTURES else SOME
    with django_db_blocker.unblock(), transaction.atomic():
        plant(models.Article.objects.filter(published__lt=DAY).latest("published"))
        today, then = (
            {
                address: Page(response.resolver_match.url_name, response.status_code, response.content.decode())
                for address, response in visits(Client(), **options, **some)
            }
            for options in ({}, {"start": f"/?as_of={DAY}", "day": DAY})
        )
        transaction.set_rollback(True)
    return today, then


@pytest.fixture
def pages(sites):
    return sites[0]


def test_the_walk_finds_every_sort_of_page(pages):
    assert {page.name for page in pages.values()} == NAMES
    assert len(pages) > 140


def test_every_link_leads_to_a_page(sites):
    assert {address: page.status for pages in sites for address, page in pages.items() if page.status != 200} == {}


def test_every_page_has_one_main_heading_and_a_title_of_its_own(pages):
    headings = {address: page.html.count("<h1") for address, page in pages.items()}

    assert {address: count for address, count in headings.items() if count != 1} == {}
    assert all(
        re.search(r"<title>\S.* · Ukraine–Russia talks: the record</title>", page.html) for page in pages.values()
    )


def test_every_page_says_of_which_talks_it_is(pages):
    described = re.compile(r'<meta name="description" content="[^"]*Ukraine[^"]*Russia')
    undescribed = {page.name for page in pages.values() if not described.search(page.html)}
    unheaded = {
        page.name
        for page in pages.values()
        if not re.search(r"<h1[^>]*>[^<]*(<span[^>]*>)?Ukraine–Russia talks", page.html)
    }

    assert undescribed == set()
    assert unheaded == set()


def test_every_list_has_a_title_and_a_description_of_its_own(pages):
    lists = {address: page for address, page in pages.items() if "?" not in address and address.count("/") <= 2}
    told = [
        (re.search("<title>(.+)</title>", page.html)[1], re.search('description" content="([^"]+)', page.html)[1])
        for page in lists.values()
    ]

    assert len(lists) >= 11
    assert len({title for title, _ in told}) == len({words for _, words in told}) == len(lists)


def too_much(pages):
    """{address: its elements, bytes, bytes when compressed} of the pages {address: html} that exceed a budget.

    The budgets of a page: 1,500 elements and 400 KB of HTML, 50 KB of them compressed.
    """
    told = {
        address: (len(re.findall("<[a-z]", html)), len(html.encode()), len(gzip.compress(html.encode())))
        for address, html in pages.items()
    }
    assert max(elements for elements, *_ in told.values()) > 800
    return {address: size for address, size in told.items() if size > (1500,) or size[1] > 4e5 or size[2] > 5e4}


def test_no_page_is_too_long_or_too_heavy(sites):
    assert too_much({address: page.html for pages in sites for address, page in pages.items()}) == {}


def test_the_largest_comparisons_that_can_be_chosen_keep_to_the_budgets():
    """On all their pages; of then and now those days on which much was known, or hardly anything."""

    def most(model, counted, number):
        shown = model.objects.visible(models.Seen.now()).annotate(counted=Count(counted, distinct=True))
        return list(shown.order_by("-counted", "slug")[:number].values_list("slug", flat=True))

    chosen = {
        "/compare/proposals/": {"p": [most(models.Proposal, "provisions", 6), most(models.Proposal, "citations", 6)]},
        "/compare/rounds/": {"r": [most(models.Round, "accounts", 4), most(models.Round, "citations", 4)]},
    }
    parties = most(models.Party, "entries", 6)
    addresses = [f"/compare/positions/?{urlencode({'party': parties}, doseq=True)}"]
    for path, asked in chosen.items():
        for name, several in asked.items():
            for slugs in several:
                address = f"{path}?{urlencode({name: slugs}, doseq=True)}"
                addresses += [address, f"{address}&then=2025-05-15", f"{address}&then=2025-11-20"]
    pages, client = {}, Client()
    for address in addresses:
        first = client.get(address)
        pages[address] = first.content.decode()
        for number in range(2, first.context["page"].paginator.num_pages + 1):
            pages[f"{address}&page={number}"] = client.get(f"{address}&page={number}").content.decode()

    assert too_much(pages) == {}


def test_every_note_leads_through_the_list_of_sources_to_the_paragraphs_on_its_articles_pages(pages):
    cited, unlisted = set(), []
    for page in pages.values():
        addresses = dict(LISTED.findall(page.html))
        for first, at in NOTE.findall(page.html):
            parts = [part.partition(" ") for part in at.split("|")]
            unlisted += {first, *(number for number, *_ in parts)} - set(addresses)
            cited |= {
                (addresses.get(number), paragraph)
                for number, _, paragraphs in parts
                for paragraph in re.findall(r"\d+", paragraphs)
            }
    within = {(address, paragraph) for address, paragraph in cited if address in pages}
    broken = [(address, paragraph) for address, paragraph in within if f'id="p{paragraph}"' not in pages[address].html]

    assert len(within) > 20
    assert unlisted == []
    assert broken == []


def test_every_way_back_leads_to_a_note(pages):
    ways = {address: re.findall(r'class="back" href="#(n\d+)"', page.html) for address, page in pages.items()}
    broken = [
        (address, way) for address, found in ways.items() for way in found if f' id="{way}"' not in pages[address].html
    ]

    assert sum(map(len, ways.values())) > 100
    assert broken == []


def test_no_page_has_inline_script_or_style(pages):
    for page in pages.values():
        assert re.findall(r"<\w[^>]* style=", page.html) == []
        assert "<style" not in page.html
        assert (
            re.findall(r"<script(?![^>]* (?:src|type=.application/ld\+json))", page.html) == []
        )  # of which that is data
        assert re.findall(r" on[a-z]+=", page.html) == []


def test_every_count_of_every_transfer_is_on_the_page_of_its_swap(pages):
    counted = models.Transfer.objects.exclude(count=None).select_related("swap")
    shown = [row for row in counted if row.swap.get_absolute_url() in pages]

    assert len(shown) > 15
    assert [
        row
        for row in shown
        if f"<strong>{count_in_words(row.count)}</strong>" not in pages[row.swap.get_absolute_url()].html
    ] == []


def test_nothing_that_only_editors_may_read_is_on_any_page(sites):
    assert [address for pages in sites for address, page in pages.items() if MARK in page.html] == []


def test_nothing_that_was_reported_later_is_on_any_page_as_of_a_day(sites):
    articles = models.Article.objects.filter(published__gt=DAY)
    entries = models.Entry.objects.filter(first_reported__gt=DAY)
    later = {slug for rows in (articles, entries) for slug in rows.values_list("slug", flat=True)}
    told = {address: {slug for slug in later if slug in page.html} for address, page in sites[1].items()}

    assert len(later) > 30
    assert len(told) > 90
    assert {address: slugs for address, slugs in told.items() if slugs} == {}


# Staff pages


STAFF = 20  # articles, and entries of each kind, whose staff pages are opened


def sample(model):
    """Rows of a model that a hash of their slugs chooses, and those that hold or report the most."""
    rows = list(model.objects.annotate(reports=Count("citations")))
    rows.sort(key=lambda row: sha1(row.slug.encode(), usedforsecurity=False).digest())
    return {*rows[:STAFF], *sorted(rows, key=lambda row: -row.reports)[:5]}


def rare_articles():
    """Those without an address, and those in a language of few."""
    few = models.Article.objects.values("language").annotate(Count("pk")).filter(pk__count__lt=3)
    return models.Article.objects.filter(Q(url="") | Q(language__in=few.values("language")))


def staff_pages():
    """The addresses of the staff's pages of some rows of each model, and of all articles of a rare sort."""
    articles = sample(models.Article) | set(rare_articles())
    for article in articles:
        yield reverse("admin:talks_article_desk", args=[article.pk])
        yield url(models.Article, "change", article.pk)
    for model in models.KINDS.values():
        yield from (url(model, "change", row.pk) for row in sample(model))
    for model in (*REFERENCE, models.Delegation, *models.KINDS.values()):
        rows = model.objects.order_by("pk")[:3]
        yield from (url(model, page, row.pk) for row in rows for page in ("change", "history", "delete"))


@pytest.mark.long
def test_every_staff_page_opens(folder, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("editor"))
    addresses = list(staff_pages())

    assert len(addresses) > 80
    assert [address for address in addresses if client.get(address).status_code != 200] == []
