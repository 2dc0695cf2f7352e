"""What counts as the same in what somebody looks for: letters, numbers, phrases, days; and the filter as the search.

Most of it asks the queries of both pages; that these pages ask them is seen at the end.
"""

import re

import pytest

from talks.derived.settle import settle
from talks.derived.stems import words_in
from talks.models import Seen
from talks.queries.days import days_asked
from tests.factories import AccountFactory, LocationFactory, PartyFactory, PersonFactory, reported
from tests.test_search import article, entries, filtered, searched

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def found(q):
    """The slugs of the entries that a search finds; the words filter of the timeline must choose the same."""
    slugs = sorted(entries(q))
    assert sorted(filtered(q)) == slugs, q
    return slugs


# Letters and numbers


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Istanbul", ["İstanbul", "istanbul", "ISTANBUL", "ıstanbul"]),
        ("Łódź and Ærø", ["lodz", "aero", "ŁÓDŹ", "ærø"]),
        ("Đorđe", ["dorde", "ĐORĐE"]),
        ("Erdoğan", ["erdogan", "ERDOĞAN"]),
        ("Лук’янов", ["Лук'янов", "Лукʼянов", "лукянов"]),
        ("Lukʼyanov", ["Luk'yanov", "luk’yanov"]),
        ("Ґаля", ["галя", "ґаля"]),
        ("L’Europe", ["europe", "l'europe"]),
    ],
)
def test_case_accents_and_apostrophes_do_not_count(title, asked):
    reported("event", "event", title=title)

    assert [found(q) for q in asked] == [["event"]] * len(asked)


NUMBERS = ["6000", "6,000", "6 000", "6.000", "6’000", "6\u00a0000", "6\u202f000"]


def test_a_number_is_the_same_however_its_thousands_stand_apart(client):
    for order, number in enumerate(NUMBERS):
        reported("event", f"event-{order}", title=f"They gave {number} hats")
    every = [f"event-{order}" for order in range(len(NUMBERS))]

    assert [found(q) for q in NUMBERS] == [every] * len(NUMBERS)
    assert found("000") == found("6") == []
    html = client.get("/search/?q=6000").content.decode()
    assert [number for number in NUMBERS if f"They gave <mark>{number}</mark> hats" not in html] == []


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("1,000-for-1,000", ["1000", "for", "1000"]),
        ("1,248,300 in all", ["1248300", "in", "all"]),
        ("In June 2025 300 came", ["in", "june", "2025", "300", "came"]),
        ("of 02.06.2025", ["of", "02", "06", "2025"]),
        ("3.5e10 or 12,34 or 1,0000", ["3", "5e10", "or", "12", "34", "or", "1", "0000"]),
        ("0.125", ["0", "125"]),
        ("Russia’s 6,000 hats’ rims", ["russia", "6000", "hats", "rims"]),
    ],
)
def test_only_thousands_are_put_together(title, words):
    assert words_in(title) == words


# Names in any case and alphabet

NAMES = {
    "place": ("Стамбул", "Istanbul"),
    "women": ("Женева", "Geneva"),
    "river": ("Київ", "Kyiv"),
    "state": ("Росія", "Russia"),
    "states": ("Сполучені Штати", "United States"),
    "adjective": ("Зеленський", "Volodymyr Zelenskyy"),
    "hard": ("Умєров", "Rustem Umerov"),
    "fleeting": ("Лубінець", "Dmytro Lubinets"),
    "shifting": ("Сибіга", "Andrii Sybiha"),
    "latin": ("", "Hakan Fidan"),
    "other": ("Путин", "Vladimir Putin"),
}


@pytest.fixture(scope="module")
def named(once):
    """For each of these an event whose title names it."""
    people = {
        "adjective": "Володимир",
        "hard": "Рустем",
        "fleeting": "Дмитро",
        "shifting": "Андрій",
        "other": "Владимир",
    }
    for sort, (name, english) in NAMES.items():
        event = reported("event", sort, title=f"A word on {english}")
        if sort in people or sort == "latin":
            aliases = [f"{people[sort]} {name}"] if name else []
            AccountFactory(entry=event, speaker=PersonFactory(name=english, aliases=aliases))
            settle({event.pk: ""})
        elif sort in ("state", "states"):
            PartyFactory(slug=sort, name=english, aliases=[name, "США"])
        else:
            LocationFactory(slug=sort, name=english, aliases=[name])


@pytest.mark.parametrize(
    ("sort", "asked"),
    [
        ("place", "Стамбулі стамбула Стамбулу Стамбулом Стамбуле Stambul"),
        ("women", "Женеві Женеви Женеву Женевою Женеве Женевой"),
        ("river", "Києві Києва Києву Києвом Киеве Киевом"),
        ("state", "Росії Росію Росією России Россией Rossiya"),
        ("states", '"Сполучених Штатів" "Сполученим Штатам" "Сполученими Штатами"'),
        (
            "adjective",
            "Зеленського Зеленському Зеленським Зеленського Зеленский Зеленскому Zelensky Zelenskiy Zelenskij",
        ),
        ("hard", "Умєрова Умєрову Умєровим Умєрові Умерова Umierov Oumerov:no"),
        ("fleeting", "Лубінця Лубінцю Лубінцем Лубинца Lubinets Lubinetz:no"),
        ("shifting", "Сибізі Сибіги Сибігу Сибігою Sybiga Sibiha"),
        ("latin", "Фідан Фідана Фідану Фіданом Фідані"),
        ("other", "Путіна Путіну Путіним Путину Путиным Putyn"),
    ],
)
def test_a_name_is_found_in_any_case_and_any_spelling_of_its_sound(named, sort, asked):
    every = re.findall('"[^"]+"|[^ ]+', asked)
    expected = [[] if one.endswith(":no") else [sort] for one in every]
    every = [one.removesuffix(":no") for one in every]

    assert [found(q) for q in every] == expected


@pytest.mark.parametrize(
    "asked",
    [
        *("Зеленська", "Зеленської", "Зеленчук", "Стамбулов", "Стамб", "стан", "роса", "росою", "рос", "Женя", "жнива"),
        *("Кий", "Кияни", "Умер", "умерла", "Луб", "сибір", "Сибірі", "Фіда", "фігури", "Путь", "путі", "Putnam"),
        *("sha", "Rosa", "Rossi", "Stamp", "Genova", "Kyi", "Umber", "Fidani", "states of", "Sibir", "Zelenograd"),
    ],
)
def test_what_only_looks_like_a_name_is_none(named, asked):
    assert found(asked) == []


def test_a_full_name_is_found_in_any_case_and_in_the_other_language(named):
    asked = [
        "Володимира Зеленського",
        "Владимир Зеленский",
        "Volodymyr Zelenskij",
        "Володимиру Путіну",
        "Рустемом Умєровим",
    ]

    assert [found(q) for q in asked] == [["adjective"], ["adjective"], ["adjective"], ["other"], ["hard"]]
    assert found("Рустема Зеленського") == []


# Phrases


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('"hats umbrella"', ["event"]),
        ("“Hats, umbrellas”", ["event"]),
        ("«hat umbrellas» soup", ["event"]),
        ('"umbrella hats"', []),
        ('"hats soup"', []),
        ('"umbrellas soup"', []),  # one ends the title, the other begins the summary
        ('"umbrella hats', ["event"]),
        ('"umbrellas" hats', ["event"]),
        ('""', []),
    ],
)
def test_a_quoted_phrase_is_found_word_by_word(q, expected):
    reported("event", "event", title="Hats, umbrellas", summary="Soup and hats.")

    assert found(q) == expected


def test_only_the_phrase_is_marked(client):
    reported("event", "event", title="Umbrellas and hats and umbrellas")

    html = client.get("/search/", {"q": '"hat and umbrella"'}).content.decode()

    assert "Umbrellas and <mark>hats</mark> <mark>and</mark> <mark>umbrellas</mark>" in html


# Days


@pytest.fixture(scope="module")
def dated(once):
    reported("event", "long", start="2031-05-23", end="2031-05-25")
    reported("event", "later", start="2032-05-25")
    reported("event", "draft", start="2033-05-25", published=False)


@pytest.mark.parametrize(
    ("q", "days"),
    [
        ("2031-05-25", ["2031-05-25"]),
        ("25.05.2031", ["2031-05-25"]),
        ("25 May 2031", ["2031-05-25"]),
        ("May 25th, 2031", ["2031-05-25"]),
        ("25 травня 2031", ["2031-05-25"]),
        ("25 May", ["2032-05-25", "2031-05-25"]),
        ("24 may", ["2031-05-24"]),
        ("29 Feb", []),
        ("2031-02-30", []),
        ("25 hats", []),
        ("25 May 2031 hats", []),
        ("hats", []),
    ],
)
def test_a_date_means_its_day(dated, q, days):
    assert [day.isoformat() for day in days_asked(Seen.now(), q)] == days


@pytest.mark.parametrize("page", ["/search/", "/"])
def test_a_date_leads_to_its_days(client, dated, page):
    html = client.get(page, {"q": "25 May"}).content.decode()

    assert re.findall(r'<a href="/\?from=([\d-]+)&amp;to=\1">', html) == ["2032-05-25", "2031-05-25"]


# The words filter of the timeline


def chosen_by_page(client, q, on):
    return [known.entry.slug for known in client.get("/", {"q": q, "as_of": on}).context["page"].entries]


def test_the_filter_finds_what_the_search_finds_and_on_the_same_days(client):
    event = reported("event", "event", article("2031-05-10"), title="A speech on hats")
    AccountFactory(entry=event, article=article("2031-05-20"), text="It was about soup.")
    reported("event", "draft", title="Soup", published=False)
    settle({event.pk: ""})
    asked = [(q, on) for q in ("hats", "soup", "soup speech") for on in ("2031-05-09", "2031-05-19", "2031-05-20", "")]

    chosen = {(q, on): chosen_by_page(client, q, on) for q, on in asked}

    assert chosen == {(q, on): searched(client, f"/search/?q={q}&as_of={on}").get("entries", []) for q, on in asked}
    assert [q for q, on in asked if on == "2031-05-19" and chosen[q, on]] == ["hats"]
    assert chosen["soup", ""] == ["event"]


@pytest.mark.parametrize(
    ("q", "sentence"),
    [
        ("hats", "2 entries that mention “hats”"),
        ("soup", "1 entry that mentions “soup”"),
        ('"soup"', "1 entry that mentions “soup”"),
        ("noodles", "0 entries that mention “noodles”"),
    ],
)
def test_how_many_entries_mention_a_word_agrees_with_their_number(client, q, sentence):
    reported("event", "both", title="Hats", summary="Soup.")
    reported("event", "one", title="Hats")

    assert client.get("/", {"q": q}).context["in_words"] == sentence
