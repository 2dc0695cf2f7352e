"""Notes of sources: one link for all articles that a fact rests on, and the list that they lead to."""

import datetime
import re

import pytest
from django.utils.translation import override

from talks import words
from talks.derived.settle import settle
from talks.public import sources
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    CitationFactory,
    DelegateFactory,
    DelegationFactory,
    PublisherFactory,
    reported,
)

pytestmark = pytest.mark.django_db


def article(number, **fields):
    publisher = fields.pop("publisher", None) or PublisherFactory(slug=f"paper-{number}", name=f"Paper {number}")
    return ArticleFactory(slug=f"paper-{number}", publisher=publisher, published=f"2031-05-{10 + number}", **fields)


def notes(html):
    """[(what is shown, what is read out, what it cites)] of the notes of a page, without those that count."""
    return re.findall(r'<a class="source(?: retracted)?"[^>]* aria-label="([^"]*)" data-at="([^"]*)">([^<]*)<', html)


def listed(html):
    return html.partition('class="source-list"')[2]


def test_a_fact_has_one_note_that_leads_to_the_list_however_many_articles_report_it(client):
    for number in range(1, 6):
        meeting = reported("round", "glee", article(number), start="2031-05-09", city="Glee")
        meeting.citations.filter(article__slug=f"paper-{number}").update(paragraphs=f"{number}, 7, 8, 9")

    html = client.get("/rounds/glee/").content.decode()

    assert (
        "Sources 1–5: Paper 1, Paper 2, Paper 3 and 2 more",
        "1 1 and 7–9|2 2 and 7–9|3 3 and 7–9|4 4 and 7–9|5 5 and 7–9",
        "[1–5]",
    ) in notes(html)
    assert re.search(r'Glee\u2060<a class="source" id="n\d+" href="#source-1"', html)


def test_a_note_of_numbers_far_apart_shows_the_first_of_them(client):
    articles = [article(number) for number in range(1, 9)]
    for one in articles:
        facts = {} if one in articles[1::2] else {"venue": "Opera"}
        reported("round", "glee", one, start="2031-05-09", city="Glee", **facts)

    shown = {text for *_, text in notes(client.get("/rounds/glee/").content.decode())}

    assert "[1, 3, 5, …]" in shown


def test_a_retracted_article_stands_apart_from_the_others(client):
    for number in (1, 2, 3):
        retracted = datetime.date(2031, 5, 20) if number == 2 else None
        reported("round", "glee", article(number, retracted=retracted), start="2031-05-09", city="Glee")

    html = client.get("/rounds/glee/").content.decode()

    assert re.search(
        r'>\[1, 3\]</a>\u2060<a class="source retracted"[^>]*publisher on 20 May 2031"[^>]*>\[2\]</a>', html
    )
    assert "rests only on" not in html


def test_the_list_tells_all_of_an_article_and_leads_to_it_and_back(client):
    wire = PublisherFactory(slug="wire", name="Wire")
    owned = PublisherFactory(slug="herald", name="Herald", ownership="public")
    cited = article(
        1, publisher=owned, agency=wire, title="Glee", language="fr",
        url="https://herald.example/glee", archived_url="https://archive.example/glee",
    )  # fmt: skip
    meeting = reported("round", "glee", cited, start="2031-05-09")
    meeting.citations.update(paragraphs="3, 4")
    for _ in range(4):
        AccountFactory(entry=meeting, article=cited, paragraphs="9")

    html = listed(client.get("/rounds/glee/").content.decode())
    told = " ".join(re.sub("<[^>]+>", "", html).split())

    assert "Herald (report of Wire), 11 May 2031: Glee (in French), public. Original Archived copy" in told
    assert '<a href="/articles/paper-1/#p3">In the record, paragraphs 3, 4 and 9</a>' in html
    assert re.findall(r'href="#(n\d+)" aria-label="Back to note (\d)">(↑\d)<', html) == [
        ("n1", "1", "↑1"),
        ("n2", "2", "↑2"),
        ("n3", "3", "↑3"),
    ]


def test_of_many_articles_each_has_one_way_back(client, monkeypatch):
    monkeypatch.setattr(sources, "ALL_WAYS_BACK", 3)
    for number in (1, 2):
        reported("round", "glee", article(number), start="2031-05-09", city="Glee", venue="Opera")

    html = listed(client.get("/rounds/glee/").content.decode())

    assert html.count('class="back"') == 2


def test_a_list_says_how_many_independent_sources_there_are_or_names_the_only_one(client):
    wire = PublisherFactory(slug="wire", name="Wire")
    first, second = article(1), article(2)
    reported("round", "of-two", first), reported("round", "of-two", second)
    reported("round", "of-one", first)
    reported("round", "of-one", article(3, publisher=first.publisher))
    reported("round", "of-a-wire", article(4, agency=wire)), reported("round", "of-a-wire", article(5, agency=wire))

    def shown(address):
        html = client.get(address).content.decode()
        return dict(re.findall(r'href="/rounds/([\w-]+)/">.*?source count"[^>]*>([^<]+)<', html, re.DOTALL))

    assert shown("/rounds/") == {"of-two": "2 sources", "of-one": "Paper 1", "of-a-wire": "Wire"}


def test_who_hears_how_many_sources_there_are_hears_the_names_of_as_many(client):
    wire = PublisherFactory(slug="wire", name="Wire")
    for number, agency in enumerate((wire, wire, None), start=1):
        reported("round", "glee", article(number, agency=agency))

    assert 'aria-label="2 sources: Wire and Paper 3"' in client.get("/rounds/").content.decode()


def test_an_article_that_is_cited_for_a_fact_alone_is_among_the_sources_that_are_counted(client):
    entry = reported("round", "glee", article(1))
    for number in (2, 3):
        CitationFactory(entry=entry, article=article(number), field="city", value="Ruritz")

    assert 'aria-label="3 sources: Paper 1, Paper 2 and Paper 3"' in client.get("/rounds/").content.decode()


def test_the_name_of_the_only_source_breaks_at_the_dots_of_an_address_and_of_no_abbreviation(client):
    for slug, name in (("site", "news.site.example"), ("us", "U.S. Herald")):
        publisher = PublisherFactory(slug=slug, name=name)
        reported("event", slug, ArticleFactory(slug=slug, publisher=publisher), start="2031-05-09")

    html = client.get("/").content.decode()

    assert re.findall(r'class="source count"[^>]*>(.*?)</a>', html) in (
        ["news<wbr>.site<wbr>.example", "U.S. Herald"],
        ["U.S. Herald", "news<wbr>.site<wbr>.example"],
    )


def test_the_head_of_a_column_has_no_notes(client):
    first = article(1)
    for slug in ("first", "second"):
        meeting = reported("round", slug, first, start="2031-05-09", city="Glee")
        DelegateFactory(delegation=DelegationFactory(round=meeting, article=first))
        settle({meeting.pk: "test"})

    for address in ("/people/", "/compare/rounds/?r=first&r=second"):
        [head] = re.findall(r"<thead.*?</thead>", client.get(address).content.decode(), re.DOTALL)
        assert "/rounds/first/" in head
        assert "source" not in head


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([], "paragraph not recorded"),
        ([7], "paragraph 7"),
        ([7, 8], "paragraphs 7 and 8"),
        ([7, 8, 9], "paragraphs 7–9"),
        ({9, 2, 1, 3, 7}, "paragraphs 1–3, 7 and 9"),
    ],
)
def test_paragraphs_are_told_in_short(numbers, told):
    assert words.paragraphs(numbers) == told


def test_a_card_that_is_opened_does_not_repeat_its_outcome_unless_sources_differ_on_it(client):
    for slug in ("agreed", "disputed"):
        reported("round", slug, article(1), start="2031-05-09", city="Glee", outcome="They sang.")
    reported("round", "disputed", article(2), outcome="They danced.")

    def labels(slug):
        part = client.get(f"/rounds/{slug}/", headers={"HX-Request": "true", "HX-Target": f"details-{slug}"})
        return re.findall(r"<dt>(.*?)</dt>", part.content.decode())

    assert labels("agreed") == ["Place"]
    assert sorted(labels("disputed")) == ["Outcome", "Place"]


def test_a_round_opens_with_the_titles_of_what_was_agreed_and_tabled(client):
    reported("round", "glee", article(1), start="2031-05-09")
    reported("swap", "hats", article(1), title="Hats for gloves", agreed_at="glee")
    reported("proposal", "plan", article(1), title="Plan of hats", presented_at="glee")

    strip = re.search(r'<dl class="strip">.*?</dl>', client.get("/rounds/glee/").content.decode(), re.DOTALL)[0]

    assert "<li>Hats for gloves</li>" in strip
    assert "<li>Plan of hats</li>" in strip


def test_the_longest_bar_of_the_sources_fills_its_cell(client):
    for number in (1, 2, 3, 4):
        publisher = PublisherFactory(slug="herald", name="Herald") if number > 2 else None
        reported("round", f"round-{number}", article(number, publisher=publisher))

    table = re.search(r'<table class="shares">.*?</table>', client.get("/articles/").content.decode(), re.DOTALL)[0]

    assert re.findall(r'<rect width="([\d.]+)%"', table)[::2] == ["100.0", "50.0", "50.0"]


def test_what_a_note_reads_out_is_kept_for_each_language():
    numbers = words.kept_by_language(lambda *numbers: words.all_of(numbers))

    told = {}
    for language in ("en", "uk", "en"):
        with override(language):
            told[language] = numbers("1", "2")

    assert told == {"en": "1 and 2", "uk": "1 та 2"}
