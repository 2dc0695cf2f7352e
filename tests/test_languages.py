"""The interface in English and Ukrainian: which address speaks which language, and what it says."""

import datetime
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import find
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import clear_script_prefix, set_script_prefix
from django.utils.translation import override

from talks import words
from talks.derived.changes import note_additions, noting
from talks.derived.rewording import word_the_new
from talks.derived.settle import settle
from talks.models import KINDS, Article, Event, Issue, Kind, Party, Person, Process, Proposal, Round, Swap
from talks.models.counts import Count
from talks.templatetags.languages import translated_address
from tests.admin_pages import form_data, form_page, url
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
    PublisherFactory,
    TransferFactory,
    reported,
)
from tests.html import folded

pytestmark = pytest.mark.django_db
CATALOGUE = Path(settings.LOCALE_PATHS[0], "uk", "LC_MESSAGES", "django.po")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
HTML = {lang: f'<html lang="{lang}">' for lang in ("en", "uk")}


def day(text):
    return datetime.date.fromisoformat(text)


def test_an_address_is_in_the_language_of_the_page_below_the_path_of_the_site():
    asked = []
    for language, path in (("en", "/"), ("uk", "/"), ("en", "/talks/"), ("en", "/")):
        set_script_prefix(path)
        with override(language):
            asked.append(Round(slug="glee", kind="round").get_absolute_url())
    clear_script_prefix()

    assert asked == ["/rounds/glee/", "/uk/rounds/glee/", "/talks/rounds/glee/", "/rounds/glee/"]


@pytest.fixture
def ukrainian():
    with override("uk"):
        yield


# The address decides


@pytest.mark.parametrize(("address", "language"), [("/rounds/", "en"), ("/uk/rounds/", "uk")])
@pytest.mark.parametrize("browser", ["uk", "en", "de"])
def test_the_address_decides_the_language_whatever_browser_and_cookie_say(client, db, address, language, browser):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = browser

    response = client.get(address, headers={"accept-language": browser})

    assert (response.status_code, response["Content-Language"]) == (200, language)
    assert HTML[language] in response.content.decode()


@pytest.mark.parametrize("address", ["/", "/uk/", "/rounds/", "/uk/rounds/", "/nothing/", "/uk/nothing/", "/healthz"])
def test_no_page_varies_with_the_language_of_the_browser(client, db, address):
    assert "Accept-Language" not in client.get(address).get("Vary", "")


@pytest.mark.parametrize("address", ["/en/", "/en/rounds/", "/de/", "/uk-ua/", "/uk/healthz"])
def test_there_is_one_address_for_each_language(client, db, address):
    assert client.get(address, headers={"accept-language": "uk"}).status_code == 404


def test_an_address_without_its_last_slash_keeps_its_language(client, db):
    assert client.get("/uk/rounds").url == "/uk/rounds/"


def test_links_stay_in_the_language_of_the_page(client, db):
    reported("round", "glee-2031", start="2031-05-10")

    html = client.get("/uk/").content.decode()

    assert 'href="/uk/rounds/glee-2031/"' in html
    assert 'href="/rounds/' not in html


def test_a_former_address_leads_on_in_the_same_language(client, db):
    reported("round", "glee-2031", start="2031-05-10").former_slugs.create(slug="glee")

    assert client.get("/uk/rounds/glee/?as_of=2031-06-01").url == "/uk/rounds/glee-2031/?as_of=2031-06-01"


@pytest.mark.parametrize(
    ("address", "english", "ukrainian"),
    [
        ("/?kind=round&from=2031-05-01", "/?kind=round&from=2031-05-01", "/uk/?kind=round&from=2031-05-01"),
        ("/uk/rounds/glee-2031/", "/rounds/glee-2031/", "/uk/rounds/glee-2031/"),
        ("/uk/people/?page=2", "/people/?page=2", "/uk/people/?page=2"),
    ],
)
def test_a_page_knows_its_address_in_the_other_language(address, english, ukrainian):
    request = RequestFactory().get(address)
    with override("uk" if address.startswith("/uk/") else "en"):
        assert translated_address(request, "en") == english
        assert translated_address(request, "uk") == ukrainian


# Every page


@pytest.fixture(scope="module")
def talks(once):
    """One row of everything that has a page."""
    article = ArticleFactory(slug="gazette")
    freedonia, sylvania = PartyFactory(slug="freedonia"), PartyFactory(slug="sylvania")
    IssueFactory(slug="hats"), ProcessFactory(slug="opera-talks")
    firefly = PersonFactory(slug="firefly")
    round_ = reported("round", "the-round", article, start="2031-05-01", issues="hats", process="opera-talks")
    delegation = DelegationFactory(round=round_, party=freedonia, article=article, size=5)
    DelegateFactory(delegation=delegation, person=firefly, head=True)
    AccountFactory(entry=round_, party=freedonia, speaker=firefly, article=article)
    swap = reported("swap", "the-swap", article, start="2031-05")
    TransferFactory(swap=swap, from_party=freedonia, to_party=sylvania, article=article, count=1000)
    reported("proposal", "the-proposal", article, parties="freedonia")
    reported("event", "the-event", article, start="2031")


PAGES = {
    "timeline": "/uk/?kind=round&kind=swap",
    "about": "/uk/about/",
    "as-of": "/uk/as-of/?page=/uk/rounds/the-round/",
    **{model.SECTION: f"/uk/{model.SECTION}/" for model in KINDS.values()},
    **{kind.value: f"/uk/{model.SECTION}/the-{kind.value}/" for kind, model in KINDS.items()},
    "compare-rounds": "/uk/compare/rounds/",
    "compare-proposals": "/uk/compare/proposals/",
    "compare-positions": "/uk/compare/positions/",
    "search": "/uk/search/",
    "people": "/uk/people/",
    "person": "/uk/people/firefly/",
    "parties": "/uk/parties/",
    "party": "/uk/parties/freedonia/",
    "issues": "/uk/issues/",
    "issue": "/uk/issues/hats/",
    "articles": "/uk/articles/",
    "article": "/uk/articles/gazette/",
    "changes": "/uk/changes/",
    "differences": "/uk/differences/",
    "coverage": "/uk/coverage/",
    "data": "/uk/data/",
    "api": "/uk/api/",
}


def test_the_sweep_covers_every_public_page():
    from talks.urls import pages

    names = {page.name for page in pages if getattr(page, "name", None)}
    assert set(PAGES) == {name for name in names if "." not in name and not name.startswith("api-")}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_every_page_is_there_in_ukrainian(client, talks, address):
    response = client.get(address)

    assert response.status_code == 200
    assert HTML["uk"] in response.content.decode()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/uk/rounds/glee/", "Раунду «glee» тут немає."),
        ("/uk/people/glee/", "Особи «glee» тут немає."),
        ("/uk/people/?page=9", "У цьому переліку немає такої сторінки."),
        ("/rounds/glee/", "There is no round “glee” here."),
    ],
)
def test_a_page_that_is_not_there_says_so_in_the_language_of_its_address(client, db, address, sentence):
    response = client.get(address)

    assert response.status_code == 404
    assert sentence in response.content.decode()
    assert HTML["uk" if address.startswith("/uk/") else "en"] in response.content.decode()


def test_an_address_that_leads_nowhere_has_the_language_of_its_prefix(client, db):
    assert HTML["uk"] in client.get("/uk/nothing/").content.decode()


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("party=fredonia", "party: Сторони «fredonia» тут немає. Можливо, ви мали на увазі «freedonia»?"),
        ("kind=rounds", "kind: «rounds» — не вид записів; оберіть із можливих: round, swap, proposal, event."),
        (
            "from=yesterday",
            "from: «yesterday» — це не день або може означати два; напишіть 2025-06-02, 2 червня 2025 або 02.06.2025.",
        ),
        ("order=sideways", "order: «sideways» — не порядок; напишіть newest або oldest."),
    ],
)
def test_complaints_are_ukrainian_under_a_ukrainian_address(client, talks, query, complaint):
    assert client.get(f"/uk/?{query}").context["form"].complaints == [complaint]


# Words of pages


VOID = {"input", "link", "meta"}
SPOKEN = {"aria-label", "title", "placeholder", "alt"}  # attributes that are read out or shown
# The record's names in sentences of the interface; in elements of their own they are marked as English.
NAMES = re.compile(
    r"Gazette|Wire|Freedonia|Sylvania|Firefly|Rufus|Minister|Title of [\w-]+|Opera Talks|Hats|English|They met|https://w.example/"
    r"|MIT|http://testserver/[a-z/]*"
    r"|TimelineJS(?: 3)?|oEmbed"
    r"|JSON Lines|SQLite|SHA|Frictionless Data Package|Datasette"  # of snapshots
    r"|CSV|JSON|XLSX|ZIP|OpenAPI|API|MCP|null|true|«(?:as_of|differs|value|total|items?|next)»"  # of data
    r"|firefly|wire|no ?body|nothing|ceasefire"  # what is asked for
)


class Unmarked(HTMLParser):
    """All that a page says outside of elements that are marked as being in another language."""

    def __init__(self, language):
        super().__init__()
        self.language, self.open, self.said = language, [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        other = self.other or attributes.get("lang", self.language) != self.language
        if not other:
            self.said += [attributes[name] for name in SPOKEN & set(attributes)]
        if tag not in VOID:
            self.open.append((tag, other))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.other:
            self.said.append(data)

    @property
    def other(self):
        return bool(self.open) and self.open[-1][1]


def english_in(html):
    """What a Ukrainian page says in Latin letters, but for names and the codes of parties."""
    page = Unmarked("uk")
    page.feed(html)
    return [text.strip() for text in page.said if re.search(r"[A-Za-z]{3}", NAMES.sub("", text))]


@pytest.fixture(scope="module")
def rich_talks(talks):
    """What `talks` has, and whatever else a page has words of its own for."""
    wire = ArticleFactory(
        slug="wire", agency=PublisherFactory(name="Wire", ownership="state"), url="https://w.example/"
    )
    wire.publisher.ownership = "state"
    wire.publisher.save()
    freedonia, sylvania = Party.objects.get(slug="freedonia"), Party.objects.get(slug="sylvania")
    first = reported("round", "the-first", wire, start="2031-04-20", process="opera-talks", summary="A round.")
    for round_, people in ((first, ["firefly", "rufus"]), (Round.objects.get(slug="the-round"), ["firefly"])):
        delegation = DelegationFactory(round=round_, party=freedonia, article=wire, size=2, expected=len(people) == 1)
        for slug in people:
            DelegateFactory(delegation=delegation, person=PersonFactory(slug=slug), title="Minister", head=False)
    DelegationFactory(round=first, party=sylvania, article=wire)
    reported("round", "the-round", wire, start="2031-05-02", outcome="They met.", duration_minutes="65")
    swap = reported("swap", "the-swap", wire, start="2031-05", status="agreed", agreed_at="the-round")
    TransferFactory(swap=swap, from_party=freedonia, to_party=sylvania, article=wire, count=1001)
    TransferFactory(swap=swap, from_party=sylvania, to_party=freedonia, article=wire, count=None, date=None)
    TransferFactory(
        swap=swap, from_party=sylvania, to_party=freedonia, article=wire, kind="remains", until=day("2031-05-14")
    )
    proposal = reported("proposal", "the-proposal", wire, presented_at="the-round", form="plan", coverage="part")
    ProvisionFactory(proposal=proposal, article=wire, issue=Issue.objects.get(slug="hats"), number="1")
    reported("proposal", "a-later-proposal", wire, start="2031-05-03", supersedes="the-proposal", parties="freedonia")
    for slug in ("a-speech", "a-call"):
        reported("event", slug, wire, parties="freedonia", summary="Words of the wire.")
    word_the_new("test")
    change_talks(freedonia, wire)


def change_talks(freedonia, wire):
    """Changes of all sorts, with lines of all sorts."""
    first, swap = Round.objects.get(slug="the-first"), Swap.objects.get(slug="the-swap")
    withdrawn = reported("event", "withdrawn", wire)
    plan = Proposal.objects.get(slug="the-proposal")
    pks = [first.pk, swap.pk, plan.pk, withdrawn.pk]
    note_additions([first, swap, plan, Event.objects.get(slug="a-call")])
    note_additions([Event.objects.get(slug="a-speech")])
    with noting(pks, note="Words of the editors.", correction=True):
        first.delegations.filter(party=freedonia).update(size=Count.exactly(3), role="host", note="A note.")
        first.delegations.get(party=freedonia).delegates.filter(person__slug="firefly").update(head=True, title="")
        first.citations.filter(field="").update(note="A note.", summary="Another round.")
        swap.transfers.filter(count=1001).update(count=1000)
        swap.citations.filter(field="agreed_at").delete()
        swap.citations.filter(field="status").update(value="completed")
        plan.provisions.filter(number=1).update(number=2, text="Words.")
        AccountFactory(entry=first, article=wire, party=freedonia, text="Words.")
        Event.objects.filter(pk=withdrawn.pk).update(publication="withdrawn")
        settle(dict.fromkeys(pks, "test"))


OTHER_PAGES = [
    "/uk/",
    "/uk/?order=oldest&person=firefly&from=2031-05-01&to=2031-05-31&scale=period",
    "/uk/?from=2031-05-01&at=2031-05-02",
    "/uk/?process=opera-talks&kind=event",
    "/uk/?as_of=2031-05-09",
    "/uk/?as_of=2031-05-20&pick=the-round",
    "/uk/?pick=the-round&pick=the-first&pick=the-proposal",
    "/uk/rounds/the-first/?as_of=2031-05-20",
    "/uk/rounds/?as_of=2031-05-09",
    "/uk/compare/rounds/?r=the-round&r=the-first",
    "/uk/compare/proposals/?p=the-proposal&p=a-later-proposal",
    "/uk/compare/positions/?as_of=2031-05-09",
    "/uk/people/?as_of=2031-05-09",
    "/uk/people/?who=others",
    "/uk/people/?sort=rounds&process=opera-talks&party=freedonia",
    "/uk/people/?process=opera-talks",
    "/uk/people/rufus/",
    "/uk/people/firefly/?as_of=2031-05-09",
    "/uk/articles/?as_of=2031-05-09",
    "/uk/articles/?country=unknown",
    "/uk/articles/?publishers=all&language=en",
    "/uk/articles/?countries=all",
    "/uk/coverage/",
    "/uk/coverage/?as_of=2031-05-09",
    "/uk/swaps/?show=numbers",
    "/uk/swaps/?show=agreed",
    "/uk/articles/?only=article",
    "/uk/articles/?only=source",
    "/uk/articles/wire/",
    "/uk/issues/hats/?as_of=2031-05-09",
    "/uk/rounds/the-round/?as_of=2031-05-09",
    "/uk/search/?q=firefly",
    "/uk/search/?q=wire",
    "/uk/search/?q=wire&in=entries",
    "/uk/search/?q=nobody",
    "/uk/search/?q=no+body&as_of=2031-05-20",
    "/uk/search/?q=...",
    "/uk/changes/?entry=the-first&as_of=2031-05-20",
    "/uk/changes/?only=corrections",
    "/uk/rounds/the-round/?as_of=2031-05-20",
    "/uk/nothing/",
    "/uk/rounds/nothing/",
    "/uk/people/?page=9",
]


@pytest.mark.parametrize("address", [*PAGES.values(), *OTHER_PAGES])
def test_no_word_of_the_interface_is_left_in_english(client, rich_talks, address):
    assert english_in(client.get(address).content.decode()) == []


@pytest.mark.parametrize("address", ["/uk/", "/uk/rounds/"])
def test_no_word_of_a_part_of_a_page_is_left_in_english(client, rich_talks, address):
    html = client.get(address, headers={"HX-Request": "true", "HX-Target": "results"}).content.decode()

    assert "<html" not in html
    assert english_in(html) == []


TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
BLOCK = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SHOWN_ATTRIBUTE = re.compile(rf'(?:{"|".join(SPOKEN)})="([^"]*)"')
GIVEN = re.compile(r'{% include [^%]* with [^%]*="([A-Z][^"]*)"')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_can_be_translated(path):
    text = path.read_text()
    bare = TAG.sub("", BLOCK.sub("", text))
    said = [*re.sub("<[^>]*>", "\n", bare).split("\n"), *SHOWN_ATTRIBUTE.findall(bare), *GIVEN.findall(text)]

    assert [words for words in said if re.search("[A-Za-z]", words)] == []


def test_what_the_record_holds_is_marked_as_english(client, rich_talks):
    html = client.get("/uk/rounds/the-round/").content.decode()

    assert '<span lang="en" class="untranslated">Title of the-round</span></h1>' in html
    assert '<span lang="en">They met.</span>' in html
    assert '<abbr lang="en" class="chip' in html
    assert "1 год 5 хв\u2060<a class" in html


def test_a_word_that_is_looked_for_is_marked_in_english_text(client, rich_talks):
    html = client.get("/uk/search/?q=words").content.decode()

    assert '<span lang="en" class="untranslated"><mark>Words</mark> of the wire.</span>' in html


@pytest.mark.parametrize("address", [*PAGES.values(), *OTHER_PAGES])
def test_english_pages_mark_nothing_as_english(client, rich_talks, address):
    Article.objects.update(language="de")

    html = client.get(address.removeprefix("/uk")).content.decode()

    assert re.findall(r'<(\w+)[^>]* lang="en"', html) == ["html"]


def test_sources_name_their_language_where_it_is_not_that_of_the_page(client, rich_talks):
    def listed(address):
        return client.get(address).content.decode().partition('class="source-list"')[2]

    assert "мова: англійська" in listed("/uk/rounds/")
    assert "in English" not in listed("/rounds/")
    Article.objects.update(language="uk")
    assert "мова:" not in listed("/uk/rounds/")
    assert "(in Ukrainian)" in listed("/rounds/")


def test_numbers_on_a_page_have_their_plural(client):
    def said(address):
        return folded(client.get(address).content.decode())

    DelegationFactory(round=reported("round", "the-round", start="2031-05-01"), size=5)
    TransferFactory(swap=reported("swap", "the-swap", start="2031-05"), count=1000)
    for number in range(2, 6):
        reported("round", f"round-{number}", start=f"2031-05-0{number}")
        expected = {2: "2 раунди", 3: "3 раунди", 4: "4 раунди", 5: "5 раундів"}[number]
        assert f'role="status">{expected}</p>' in said("/uk/rounds/")
    assert "Чисельність: 5 осіб" in said("/uk/rounds/the-round/")
    assert "1\xa0000 військовополонених" in said("/uk/swaps/")


def test_drawings_have_decimal_points(client, rich_talks):
    html = client.get("/uk/").content.decode()
    drawn = re.findall(r' (?:x|y|x1|x2|y2|width|height)="([^"]*)"', html)

    assert any("." in number for number in drawn)
    assert [number for number in drawn if not re.fullmatch(r"-?[\d.]+%?", number)] == []


# The switch


def switch(html):
    return html.partition('class="languages"')[2].partition("</nav>")[0]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/?kind=round&as_of=2031-06-01", "/uk/?kind=round&amp;as_of=2031-06-01"),
        ("/uk/rounds/the-round/?pick=the-round", "/rounds/the-round/?pick=the-round"),
        ("/people/?page=9", "/uk/people/?page=9"),
        ("/uk/?q=a+b&kind=", "/?q=a+b"),
    ],
)
def test_the_switch_keeps_path_and_query(client, talks, address, link):
    other = "en" if address.startswith("/uk/") else "uk"

    assert f'<a href="{link}" lang="{other}" hreflang="{other}">' in switch(client.get(address).content.decode())


@pytest.mark.parametrize(("address", "name"), [("/", "English"), ("/uk/", "Українська")])
def test_the_current_language_is_no_link(client, talks, address, name):
    html = switch(client.get(address).content.decode())

    assert f'<span aria-current="true">{name}</span>' in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize("address", ["/?kind=round&pick=the-round", "/uk/?kind=round&pick=the-round"])
def test_search_engines_are_told_of_both_languages_and_of_no_tray(client, talks, address):
    html = client.get(address).content.decode()
    english, ukrainian = "http://testserver/?kind=round", "http://testserver/uk/?kind=round"

    assert re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]*)"', html) == [
        ("en", english),
        ("x-default", english),
        ("uk", ukrainian),
    ]
    assert re.findall(r'rel="canonical" href="([^"]*)"', html) == [ukrainian if "/uk/" in address else english]


@pytest.mark.parametrize("address", ["/nothing/", "/uk/nothing/"])
def test_an_address_that_leads_nowhere_has_no_other_language(client, db, address):
    html = client.get(address).content.decode()

    assert "hreflang" not in html
    assert 'class="languages"' not in html


def test_an_unknown_host_is_answered_all_the_same(client, db):
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize("address", ["/uk/?kind=round", "/uk/rounds/?order=oldest"])
def test_the_switch_comes_along_with_a_part_of_a_page(client, talks, address):
    html = client.get(address, headers={"HX-Request": "true", "HX-Target": "results"}).content.decode()

    assert re.search(r'id="languages"[^>]*\shx-swap-oob="true"', html)
    assert f'href="{address.removeprefix("/uk")}" lang="en"' in html


def test_an_error_is_told_in_the_language_of_the_page(ukrainian):
    assert "Сталася помилка" in render_to_string("500.html")


def test_an_iso_day_is_read_in_both_languages(client, talks):
    assert client.get("/uk/?from=2031-05-01&as_of=2031-06-01").status_code == 200


# Words


@pytest.mark.parametrize(
    ("total", "rounds", "entries"),
    [
        (1, "1 раунд", "1 запис"),
        (2, "2 раунди", "2 записи"),
        (5, "5 раундів", "5 записів"),
        (11, "11 раундів", "11 записів"),
        (21, "21 раунд", "21 запис"),
        (1000, "1\xa0000 раундів", "1\xa0000 записів"),
    ],
)
def test_ukrainian_has_three_forms_of_the_plural(ukrainian, total, rounds, entries):
    nothing = {"party": [], "issue": [], "process": [], "person": []}

    assert words.counted("round", total) == rounds
    assert words.filter_in_words(total, kind=[], **nothing) == entries


def test_ukrainian_counts_every_kind(ukrainian):
    assert [words.counted(kind, 3) for kind in Kind] == ["3 раунди", "3 обміни", "3 пропозиції", "3 події"]
    assert [words.kinds_label(kind) for kind in Kind] == ["Раунди", "Обміни", "Пропозиції", "Події"]
    assert [words.kind_label(kind) for kind in Kind] == ["Раунд", "Обмін", "Пропозиція", "Подія"]


def test_english_keeps_its_dates_and_numbers():
    assert words.day(day("2025-06-02")) == "2 June 2025"
    assert words.month(day("2025-06-01")) == "June 2025"
    assert words.number(1234567) == "1,234,567"
    assert [words.counted("round", total) for total in (1, 2, 1000)] == ["1 round", "2 rounds", "1,000 rounds"]


def test_ukrainian_dates(ukrainian):
    assert words.day(day("2025-06-02")) == "2 червня 2025"
    assert words.partial_date("2025-06") == "червень 2025"
    assert words.partial_date("2025") == "2025"
    assert words.period(day("2025-05-23"), day("2025-05-25")) == "23–25 травня 2025"
    assert words.period(day("2025-05-30"), day("2025-06-02")) == "30 травня – 2 червня 2025"
    assert words.period(day("2024-12-30"), day("2025-01-02")) == "30 грудня 2024 – 2 січня 2025"


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("2025-05-01", "2025-07-31", "травень–липень 2025"),
        ("2024-05-01", "2025-07-31", "травень 2024 – липень 2025"),
        ("2024-01-01", "2025-12-31", "2024–2025"),
        ("2025-05-03", None, "з 3 травня 2025"),
        (None, "2025-05-03", "до 3 травня 2025"),
    ],
)
def test_ukrainian_periods(ukrainian, since, until, told):
    assert words.months(since and day(since), until and day(until)) == told


def test_ukrainian_names_of_countries_and_languages_and_lists(ukrainian):
    assert words.country("UA") == "Україна"
    assert words.language("en") == "англійська"
    assert words.all_of(["Україна", "Росія"]) == "Україна та Росія"
    assert words.all_of(["Україна", "Росія", "Туреччина"]) == "Україна, Росія та Туреччина"
    assert words.any_of(["раунд", "обмін"]) == "раунд або обмін"
    assert words.length(65) == "1 год 5 хв"


def test_a_filter_is_said_in_clauses_that_need_no_case(ukrainian):
    told = words.filter_in_words(
        14,
        kind=["round"],
        party=["Freedonia", "Sylvania"],
        person=[],
        issue=[Issue(title="Hats")],
        process=[Process(title="Opera talks")],
        q="мир",
        since=day("2025-05-01"),
        until=day("2025-07-31"),
    )

    assert told == (
        "14 раундів; за участі: Freedonia та Sylvania; теми: hats; серія: Opera talks; зі словами «мир»; "
        "травень–липень 2025"
    )


def test_several_kinds_stand_behind_their_number(ukrainian):
    told = words.filter_in_words(2, kind=["round", "swap"], party=[], person=[], issue=[], process=[])

    assert told == "2 записи (раунди та обміни)"


def test_facts_and_what_articles_report_are_said_in_ukrainian(client, talks):
    cited_for = client.get("/uk/articles/gazette/").context["cited_for"]
    said = [words for _, lines in cited_for for words, _ in lines]

    assert "Дата: 1 травня 2031" in said
    assert "Делегація (Freedonia): сторона переговорів, 5 осіб" in said
    assert "Firefly, голова делегації" in said
    assert "Військовополонені, Freedonia → Sylvania: 1\xa0000, 12 травня 2031" in said


def test_source_notes_are_said_in_ukrainian(client, talks):
    source = ArticleFactory(slug="gazette").publisher.name

    assert re.search(
        f'aria-label="Джерело [0-9]: {source}, 10 травня 2031, абзац 1"', client.get("/uk/rounds/").content.decode()
    )


# Editing


def test_the_admin_has_a_login_in_ukrainian(client, db):
    response = client.get("/uk/admin/", follow=True)

    assert response.redirect_chain == [("/uk/admin/login/?next=/uk/admin/", 302)]
    assert 'lang="uk"' in response.content.decode()
    assert "Переговори України та Росії: хроніка · редагування" in response.content.decode()


def test_the_admin_names_columns_in_ukrainian_and_reads_iso_days(client, talks):
    client.force_login(User.objects.create_superuser("editor"))
    with override("uk"):
        address = url(Process, "add")

    html = client.get(address).content.decode()
    client.post(address, {"slug": "hat-talks", "title": "Hat talks", "start": "2031-05-02"})

    assert "Короткий виклад:" in html
    assert Process.objects.get(slug="hat-talks").start == day("2031-05-02")


def test_dates_in_the_english_admin_have_the_day_before_the_month(client, talks):
    client.force_login(User.objects.create_superuser("editor"))

    assert "10 May 2031" in client.get("/admin/talks/article/").content.decode()


def test_what_is_kept_of_an_edit_is_in_english_under_any_address(client, talks):
    client.force_login(User.objects.create_superuser("editor"))
    person = Person.objects.get(slug="firefly")
    with override("uk"):
        address = url(Person, "change", person.pk)

    client.post(address, form_data(form_page(client, address)) | {"name": "Otis Driftwood", "aliases": ""})

    assert person.history.first().history_change_reason == "edited in the admin"


def test_scripts_of_the_admin_speak_the_language_of_the_page(admin_client):
    script = find("admin/js/SelectFilter2.js")
    said = re.findall(r"gettext\(\s*'([^']*)'", Path(script).read_text(encoding="utf-8"))

    catalogue = admin_client.get("/uk/admin/jsi18n/").content.decode()

    assert len(said) > 8
    assert [words for words in said if f"{json.dumps(words)}: " not in catalogue] == []
    assert json.dumps("Обрати все (%s)") in catalogue


# The catalogue


def messages(catalogue):
    """{(context, first msgid): translations} of a catalogue."""
    found = {}
    for message in catalogue:
        if message.id:
            first = message.id[0] if message.pluralizable else message.id
            context = message.context.decode() if isinstance(message.context, bytes) else message.context  # of a .mo
            found[context, first] = [message.string] if isinstance(message.string, str) else [*message.string]
    return found


def read(path):
    with path.open("rb") as file:
        return read_po(file) if path.suffix == ".po" else read_mo(file)


def test_everything_is_translated_and_nothing_is_a_guess():
    catalogue = read(CATALOGUE)

    assert len(messages(catalogue)) > 300
    assert [m.id for m in catalogue if m.id and not all(m.string if m.pluralizable else [m.string])] == []
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []


def test_a_translation_names_what_its_original_names():
    def names(texts):
        return {name for text in ([texts] if isinstance(texts, str) else texts) for name in PLACEHOLDER.findall(text)}

    assert [m.id for m in read(CATALOGUE) if m.id and not names(m.string) <= names(m.id)] == []


@pytest.mark.parametrize("catalogue", [CATALOGUE, CATALOGUE.with_name("djangojs.po")])
def test_the_compiled_catalogue_is_that_of_the_text(catalogue):
    assert messages(read(catalogue.with_suffix(".mo"))) == messages(read(catalogue))


def test_the_catalogue_has_just_what_the_sources_mark(tmp_path, monkeypatch):
    if not shutil.which("xgettext"):
        assert "CI" not in os.environ, "gettext is missing"
        pytest.skip("gettext is not installed")
    for folder in ("talks", "templates", "locale"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    copied = tmp_path / CATALOGUE.relative_to(settings.BASE_DIR)
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", all=True, no_obsolete=True, add_location="file", verbosity=0)

    assert set(messages(read(copied))) == set(messages(read(CATALOGUE)))
