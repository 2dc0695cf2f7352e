"""Promises that hold on every page, tried on the real record."""

import datetime
import re

import pytest

from talks.models import REPORTS, Account, Article, Citation, Delegate, Entry, Provision, Transfer
from talks.record.attendance import Presence
from talks.words.language import number
from tests.site_map import walk

pytestmark = pytest.mark.usefixtures("record")

SEED = "reuters-2025-06-02-second-round-begins"
SOURCE = re.compile(r'<a class="source" href="(/articles/[^"?#]+/)(?:\?[^"#]*)?(?:#(p\d+))?"')
NAMES = {
    "timeline", "rounds", "round", "swaps", "swap", "proposals", "proposal", "events", "event", "compare-rounds",
    "compare-proposals", "compare-positions", "people", "person", "parties", "party", "issues", "issue", "articles",
    "article", "changes",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(_loaded, django_db_blocker):
    """All pages that links lead to from the timeline."""
    from django.test import Client

    with django_db_blocker.unblock():
        return walk(Client())


def test_the_walk_finds_every_sort_of_page(pages):
    assert {response.resolver_match.url_name for response in pages.values()} == NAMES
    assert len(pages) > 400


def test_every_link_leads_to_a_page(pages):
    assert {address: r.status_code for address, r in pages.items() if r.status_code != 200} == {}


def test_every_page_has_one_main_heading_and_a_title_of_its_own(pages):
    headings = {address: r.content.decode().count("<h1") for address, r in pages.items()}

    assert {address: count for address, count in headings.items() if count != 1} == {}
    assert all(re.search(r"<title>\S.* · The record of the talks</title>", r.content.decode()) for r in pages.values())


def test_every_source_number_leads_to_the_paragraph_on_its_articles_page(pages):
    notes = {note for response in pages.values() for note in SOURCE.findall(response.content.decode())}
    broken = [
        (address, anchor)
        for address, anchor in notes
        if anchor and f'id="{anchor}"' not in pages[address].content.decode()
    ]

    assert len(notes) > 300
    assert broken == []


def test_no_page_has_inline_script_or_style(pages):
    for response in pages.values():
        html = response.content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert re.findall(r"<script(?![^>]* src=)", html) == []
        assert re.findall(r" on[a-z]+=", html) == []


def test_nothing_that_was_reported_later_is_on_any_page_as_of_a_day(client):
    day = datetime.date(2025, 6, 1)
    later = set(Article.objects.filter(published__gt=day).values_list("slug", flat=True))
    pages = walk(client, "/?as_of=2025-06-01")
    told = {
        address: {slug for slug in later if slug in response.content.decode()}
        for address, response in pages.items()
        if "as_of=2025-06-01" in address and response.status_code == 200
    }

    assert len(later) > 40
    assert len(told) > 150
    assert {address: slugs for address, slugs in told.items() if slugs} == {}


def test_as_of_links_lead_only_to_pages_as_of_the_same_day_or_to_today(client):
    first = client.get("/?as_of=2025-06-01")
    links = re.findall(r'class="what">.*?href="([^"]+)"', first.content.decode(), re.DOTALL)

    assert len(links) == 25
    assert [link for link in links if not link.partition("#")[0].endswith("?as_of=2025-06-01")] == []


# The seed article: each of its facts is on a page, with this article as its source


def page_of(client, kind, slug):
    return re.sub(r"\s+", " ", client.get(f"/{kind}s/{slug}/").content.decode().replace("&#x27;", "'"))


def note(html, paragraph):
    """True if the page has a source number that leads to that paragraph of the seed article."""
    return f'href="/articles/{SEED}/#p{paragraph}"' in html


def test_every_entry_of_the_seed_article_links_to_it_from_its_page(client):
    mentions = Citation.objects.filter(article__slug=SEED, field="").select_related("entry")

    assert len(mentions) == 19
    for mention in mentions:
        assert note(page_of(client, mention.entry.kind, mention.entry.slug), mention.paragraph_numbers[0])


def test_every_note_demand_account_and_delegate_of_the_seed_article_is_on_the_page_of_its_entry(client):
    def shows(entry, text):
        return " ".join(text.split()) in page_of(client, entry.kind, entry.slug)

    of_seed = {"article__slug": SEED}
    notes = Citation.objects.filter(**of_seed).exclude(note="").select_related("entry")
    provisions = Provision.objects.filter(**of_seed).select_related("proposal")
    accounts = Account.objects.filter(**of_seed).select_related("entry")
    delegates = Delegate.objects.filter(**of_seed).select_related("delegation__round", "person")

    assert (len(notes), len(provisions), len(accounts), len(delegates)) == (6, 20, 7, 4)
    assert [row for row in notes if not shows(row.entry, row.note)] == []
    assert [row for row in provisions if not shows(row.proposal, row.text)] == []
    assert [row for row in accounts if not shows(row.entry, row.text)] == []
    assert [row for row in delegates if not shows(row.delegation.round, row.person.name)] == []


def test_the_second_round_shows_the_facts_of_the_seed_article(client):
    html = page_of(client, "round", "istanbul-2025-06-02")

    for words in (
        "Istanbul direct talks, 2025",
        "2 June 2025",
        "Held",
        "Türkiye",
        "Size: 14 people",
        "Defense Minister",
    ):
        assert words in html
    for paragraph in (1, 2, 3, 4, 8, 9):
        assert note(html, paragraph)


def test_the_seed_articles_own_page_tells_paragraph_by_paragraph_what_it_is_cited_for(client):
    html = client.get(f"/articles/{SEED}/").content.decode()

    assert re.findall(r'id="p(\d+)"', html) == [str(number) for number in range(1, 13)]
    assert "Paragraph not recorded" not in html


# Counts, checked by hand against the files


def test_the_grid_of_people_has_what_the_files_say(client):
    response = client.get("/people/")
    attended = response.context["attended"]
    rows = {row.person.slug: row for row in response.context["rows"]}
    at = {known.entry.slug: place for place, known in enumerate(attended.window.rounds)}
    arakhamia = rows["davyd-arakhamia"].cells[at["istanbul-2022-03-29"]]

    assert rows["rustem-umerov"].presence == Presence(11, datetime.date(2022, 2, 28))  # 19 reports of 11 rounds
    assert rows["mykhailo-podolyak"].presence == Presence(3, datetime.date(2022, 2, 28))
    assert (attended.everyone, attended.window.all, attended.nameless) == (65, 18, 3)
    assert (arakhamia.differs, len(arakhamia.rows)) == (True, 2)


def test_the_balance_of_sources_has_what_the_files_say(client):
    response = client.get("/articles/")
    counted, alone = response.context["balance"], response.context["alone"]
    of_turkey = Entry.objects.filter(pk__in=alone.countries["TR"]).values_list("slug", flat=True)

    assert {one.key: one.articles for one in counted.languages} == {
        "en": 76,
        "ru": 12,
        "zh": 3,
        "ro": 1,
        "hr": 1,
        "uk": 1,
    }
    assert next(one.articles for one in counted.sources if one.key == "tass") == 12  # 11 of its own, 1 republished
    assert counted.facts == sum(model.objects.count() for model in REPORTS)  # the record has no drafts
    assert set(of_turkey) == {
        "antalya-2022-03-10",
        "azovstal-medvedchuk-2022-09",
        "paris-2025-04-17",
        "erdogan-offers-leaders-summit-2025-06-02",
        "russia-working-groups-2025-07",
    }


# Disagreement


@pytest.mark.parametrize(
    ("address", "versions"),
    [
        ("/swaps/six-thousand-bodies-2025-06/", ["<strong>1,248</strong>", "<strong>1,245</strong>"]),
        ("/swaps/swap-2025-08-14/", ["<strong>84</strong>", "<strong>33</strong>", "<strong>51</strong>"]),
        ("/rounds/gomel-2022-02-28/", ["Belarus", "Ukraine"]),
        ("/rounds/istanbul-2022-03-29/", ["head of delegation</strong>", "Sources differ: a plain member"]),
        ("/proposals/ukraine-roadmap-2025-06/", ["Plan", "Roadmap"]),
        ("/swaps/swap-2026-02-05/", ["Agreed", "Completed"]),
    ],
)
def test_both_versions_of_each_known_discrepancy_are_on_the_page(client, address, versions):
    html = re.sub(r"\s+", " ", client.get(address).content.decode())

    assert "Sources differ" in html
    assert [version for version in versions if version not in html] == []


def test_every_count_of_every_transfer_is_on_the_page_of_its_swap(client):
    counted = Transfer.objects.exclude(count=None).select_related("swap")
    missing = [
        row
        for row in counted
        if f"<strong>{number(row.count)}</strong>" not in client.get(row.swap.get_absolute_url()).content.decode()
    ]

    assert len(counted) == 80
    assert missing == []
