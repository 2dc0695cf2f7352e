"""What stands on the pages of the small record: each fact of one article, counts, and both sides of disagreements."""

import datetime
import re

import pytest

from talks.models import REPORTS, Account, Citation, Delegate, Entry, Provision
from talks.record.attendance import Presence

pytestmark = pytest.mark.usefixtures("record")

SEED = "reuters-2025-06-02-second-round-begins"


def test_as_of_links_lead_only_to_pages_as_of_the_same_day_or_to_today(client):
    first = client.get("/?as_of=2025-06-01")
    links = re.findall(r'class="what">.*?href="([^"]+)"', first.content.decode(), re.DOTALL)

    assert len(links) == 12
    assert [link for link in links if not link.partition("#")[0].endswith("?as_of=2025-06-01")] == []


# The seed article: each of its facts is on a page, with this article as its source


def page_of(client, kind, slug):
    return re.sub(r"\s+", " ", client.get(f"/{kind}s/{slug}/").content.decode().replace("&#x27;", "'"))


def note(html, paragraph):
    """True if the page has a note of that paragraph of the seed article."""
    number = re.search(rf'<li id="source-(\d+)">(?:(?!</li>).)*"/articles/{SEED}/', html, re.DOTALL)[1]
    cited = re.findall(rf'data-at="(?:[^"]*\|)?{number} ([^"|]*)', html)
    return paragraph in {number for told in cited for number in in_full(told)}


def in_full(told):
    """The numbers of “1–3 and 7”."""
    runs = [run.partition("–") for run in re.findall(r"[\d–]+", told)]
    return [number for first, _, last in runs for number in range(int(first), int(last or first) + 1)]


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


def test_the_seed_articles_own_page_tells_each_thing_once_and_has_a_place_for_each_paragraph(client):
    page = client.get(f"/articles/{SEED}/")
    html = page.content.decode()

    told = [(known.entry.slug, words) for known, lines in page.context["cited_for"] for words, _ in lines]

    assert sorted(map(int, re.findall(r'id="p(\d+)"', html))) == list(range(1, 13))
    assert "paragraph not recorded" not in html
    assert len(told) == len(set(told)) == 110


# Counts, checked by hand against the files


def test_the_grid_of_people_has_what_the_files_say(client):
    response = client.get("/people/")
    attended = response.context["attended"]
    rows = {row.person.slug: row for row in response.context["rows"]}
    at = {known.entry.slug: place for place, known in enumerate(attended.window.rounds)}
    arakhamia = rows["davyd-arakhamia"].cells[at["istanbul-2022-03-29"]]

    assert rows["rustem-umerov"].presence == Presence(3, datetime.date(2022, 2, 28))  # 5 reports of 3 rounds
    assert rows["mykhailo-podolyak"].presence == Presence(2, datetime.date(2022, 2, 28))
    assert (attended.everyone, attended.window.all, attended.nameless) == (24, 7, 2)
    assert (arakhamia.differs, len(arakhamia.rows)) == (True, 2)


def test_the_balance_of_sources_has_what_the_files_say(client):
    response = client.get("/articles/")
    counted, alone = response.context["balance"], response.context["alone"]
    named = {
        country: set(Entry.objects.filter(pk__in=alone.countries[country]).values_list("slug", flat=True))
        for country in ("TR", "RU")
    }

    assert {one.key: one.articles for one in counted.languages} == {"en": 25, "ru": 4, "zh": 2}
    assert next(one.articles for one in counted.sources if one.key == "tass") == 5  # 4 of its own, 1 republished
    assert counted.facts == sum(model.objects.count() for model in REPORTS)  # the record has no drafts
    assert named == {
        "TR": {"antalya-2022-03-10"},
        "RU": {
            "second-round-expected-2022-03-02",
            "russia-announces-deescalation-2022-03-29",
            "ukraine-istanbul-proposals-2022-03-29",
            "ukraine-draft-treaty-2022-04-06",
            "russia-local-truce-2025-06",
            "russia-memorandum-2025-06",
        },
    }


# Disagreement


@pytest.mark.parametrize(
    ("address", "versions"),
    [
        ("/swaps/six-thousand-bodies-2025-06/", ["<strong>1,248</strong>", "<strong>1,245</strong>"]),
        ("/rounds/gomel-2022-02-28/", ["Belarus", "Ukraine"]),
        ("/rounds/istanbul-2022-03-29/", ["head of delegation</strong>", "Sources differ: an ordinary member"]),
        ("/proposals/ukraine-roadmap-2025-06/", ["Plan", "Roadmap"]),
        ("/swaps/swap-2026-02-05/", ["Agreed", "Completed"]),
    ],
)
def test_both_versions_of_each_known_discrepancy_are_on_the_page(client, address, versions):
    html = re.sub(r"\s+", " ", client.get(address).content.decode())

    assert "Sources differ" in html
    assert [version for version in versions if version not in html] == []
