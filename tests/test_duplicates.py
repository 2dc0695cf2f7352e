"""Two that are one: copies of an article are one source, and whoever makes a duplicate is told."""

import datetime
import re

import pytest
from django.urls import reverse

from talks.derived.alike import call_distinct, likenesses
from talks.derived.settle import settle
from talks.editing import imports
from talks.files.exporter import dump
from talks.models import Article, Distinct, Entry, Evidence, Import, Location, Party, Person, Publisher
from talks.models.keys import address_key, text_key
from talks.record.names import is_near, name_of
from tests import factories as make
from tests.admin_pages import edit, saved, url
from tests.article_files import REFERENCE, Folder, event
from tests.test_articles import alone, shares

WORDS = " ".join(f"word{number}" for number in range(40))


@pytest.mark.parametrize(
    "address",
    [
        "https://gazette.example/talks?id=3",
        "http://www.Gazette.example/talks/?id=3",
        "https://gazette.example/talks?utm_source=x&id=3&fbclid=y&gclid=z",
        "https://gazette.example:443/talks?id=3#comments",
    ],
)
def test_an_address_is_one_however_it_was_copied(address):
    assert address_key(address) == "gazette.example/talks?id=3"


def test_other_pages_and_posts_of_a_live_page_have_other_addresses():
    keys = ["talks?id=4", "talks", "live", "live#live-12:45", "live#live-13:00"]
    assert len({address_key(f"https://gazette.example/{key}") for key in keys}) == 5
    assert address_key("") == ""


def test_a_text_is_one_whatever_its_paragraphs_and_marks():
    assert text_key(WORDS.replace("word7 ", "Word7,\n\n")) == text_key(WORDS) != ""
    assert text_key(f"{WORDS} more") != text_key(WORDS)
    assert text_key("Read more") == ""


# Copies


@pytest.mark.sql
@pytest.mark.django_db
@pytest.mark.parametrize(
    "copied", [{"url": "https://gazette.example/talks"}, {"text": WORDS}], ids=["one address", "one text"]
)
def test_copies_are_one_source_of_an_entry_and_among_all(client, gazette, herald, copied):
    herald.published = datetime.date(2031, 5, 11)
    for article in (gazette, herald):
        vars(article).update(copied)
        article.save()
        entry = make.reported("event", "talks", article, start="2031-05-09")
    settle({entry.pk: "test"})
    assert Evidence.objects.get(entry=entry.pk).one_source is True
    assert "Reported by 2 articles from 1 independent source." in " ".join(
        client.get("/events/talks/").content.decode().split()
    )
    page = client.get("/articles/")
    assert shares(page, "sources") == [("gazette", 2, 4)]
    assert alone(page)[1] == ["talks"]
    assert Entry.objects.count() == 1


# Names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rufus T. Firefly", "Rufus Firefly"),
        ("Rufus Firefly", "firefly, RUFUS"),
        ("Rufus Firefly", "R. Firefly"),
        ("Rúfus Firefly", "Rufus Fireflay"),
        ("Musaed bin Muhammad Al-Aiban", "Musaed al Alban"),
        ("Sergei Lavrov", "Sergey Lavrov"),
        ("Rustem Umerov", "Рустем Умєров"),
        ("Umierov Rustem", "Рустем Умеров"),
        ("R. Umerov", "Рустем Умєров"),
        ("Volodymyr Zelenskyy", "Владимир Зеленский"),
        ("Vladimir Medinsky", "Володимир Мединський"),
        ("Sergey Ryabkov", "Сергій Рябков"),
        ("Oleksandr Diakov", "Олександр Дьяков"),
        ("Yelena Podobreyevskaya", "Олена Подобреєвська"),
        ("Serhii Kyslytsia", "Сергей Кислица"),
        ("Lukʼyanov Ivan", "Іван Лук’янов"),
        ("Emmanuel Macron", "Еммануель Макрон"),
    ],
)
def test_names_that_may_be_one_are_near(one, other):
    assert is_near(name_of(one), name_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rufus Firefly", "Gloria Firefly"),
        ("Firefly", "Rufus Firefly"),
        ("Ann Lee", "Ann Leo"),
        ("Volodymyr Zelenskyy", "Олена Зеленська"),
        ("Volodymyr Zelenskyy", "Володимир Залужний"),
        ("Alexander Fomin", "Андрій Фомін"),
        ("Andrei Rudenko", "Андрій Рудницький"),
        ("Vladimir Putin", "Владимир Путинцев"),
        ("Rustem Umerov", "Умєров"),
        ("Oleh Luhovskyi", "Олег Луганський"),
    ],
)
def test_names_of_two_people_are_not(one, other):
    assert not is_near(name_of(one), name_of(other))


# Forms


def asked(page):
    """[(why, who)] of what a refused form asks."""
    found = re.findall(r"([^<>]+): <a href=[^>]+>([^<]+)</a>\. <label>", page.content.decode())
    return [(why.strip(), who) for why, who in found]


def answers(page):
    return re.findall(r'name="another" value="(\d+)"', page.content.decode())


ADDS = {
    "address": (Article, {"url": "http://www.gazette.example/talks/?utm_source=x"}, "The same address"),
    "text": (Article, {"text": WORDS}, "The same text"),
    "title": (Article, {"title": "TALKS open ", "publisher": "gazette"}, "The same publisher, day and title"),
    "person": (Person, {"name": "Rufus Fireflay"}, "A name or spelling that is near"),
    "alias": (Person, {"name": "Someone", "aliases": "R. T. Firefly"}, "A name or spelling that is near"),
    "colour": (Party, {"name": "Ruritania", "colour": "1"}, "The same colour"),
    "alphabet": (Person, {"name": "Руфус Фірефлі"}, "A name or spelling that is near"),
    "party": (Party, {"name": "FREEDONIA", "colour": "0"}, "The same name"),
    "party in another alphabet": (Party, {"name": "Фредонія", "colour": "0"}, "The same name"),
    "place": (Location, {"name": "Глокенберг"}, "The same name"),
    "publisher": (Publisher, {"name": "gazette"}, "The same name"),
}


@pytest.fixture
def there(gazette):
    """What is there already, by model."""
    vars(gazette).update(url="https://gazette.example/talks", text=WORDS, title="Talks open")
    gazette.save()
    party = make.PartyFactory(slug="freedonia", name="Freedonia", short="FR", colour=1)
    person = make.PersonFactory(slug="firefly", name="Rufus T. Firefly", party=party)
    town = make.LocationFactory(slug="glockenberg", name="Glockenberg")
    return {Article: gazette, Party: party, Person: person, Publisher: gazette.publisher, Location: town}


def new(model, **fields):
    """What a browser sends to add such a row."""
    other = make.PublisherFactory(slug="herald", name="The Herald").pk
    least = {
        Article: {"title": "Another", "publisher": other, "published": "2031-05-10", "language": "en"},
        Person: {},
        Party: {"short": "XX", "kind": "state", "order": "9"},
        Publisher: {"kind": "newspaper"},
        Location: {},
    }[model]
    if fields.get("publisher") == "gazette":
        fields["publisher"] = Publisher.objects.get(slug="gazette").pk
    return {"slug": "new", **least, **fields}


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ADDS)
def test_whoever_makes_a_duplicate_is_asked_and_the_answer_is_kept(admin_client, there, sort):
    model, fields, why = ADDS[sort]
    data = new(model, **fields)
    page = admin_client.post(url(model, "add"), data)
    assert asked(page) == [(why, str(there[model]))]
    assert answers(page) == [str(there[model].pk)]
    assert saved(admin_client.post(url(model, "add"), data | {"another": answers(page)}))
    made = model.objects.get(slug="new")
    pair = sorted([made.pk, there[model].pk])
    assert list(Distinct.objects.values_list("model", "first", "second")) == [(model.__name__, *pair)]
    assert likenesses([made, there[model]]) == []


@pytest.mark.django_db
def test_a_row_that_stays_as_it_is_is_not_asked_about(admin_client, there):
    twin = make.ArticleFactory(slug="twin", url=there[Article].url)
    assert saved(edit(admin_client, twin, {"summary": "Own words."}))
    assert asked(edit(admin_client, twin, {"url": f"{twin.url}/"}))[0][0] == "The same address"


@pytest.mark.django_db
def test_an_answer_for_one_row_is_none_for_another(admin_client, there):
    make.PersonFactory(slug="second", name="Rufus Firefly")
    data = new(Person, name="Rufus Fireflay")
    page = admin_client.post(url(Person, "add"), data | {"another": [there[Person].pk]})
    assert len(asked(page)) == 2
    assert f'value="{there[Person].pk}" checked' in page.content.decode()


# Entries


@pytest.mark.django_db
def test_entries_of_one_kind_and_day_are_alike_unless_something_tells_them_apart(gazette, herald, freedonia, sylvania):
    facts = {"start": "2031-05-09", "city": "Glee", "parties": "freedonia"}
    first = make.reported("round", "first", gazette, **facts)
    near = make.reported("round", "near", herald, start="2031-05-09", published=False)
    make.reported("round", "elsewhere", gazette, **facts | {"city": "Spa"})
    make.reported("round", "of-others", gazette, **facts | {"parties": "sylvania"})
    make.reported("round", "later", gazette, **facts | {"start": "2031-05-10"})
    make.reported("swap", "of-another-kind", gazette, start="2031-05-09")
    assert {one.other.slug for one in likenesses([first])} == {"near"}
    assert {one.other.slug for one in likenesses([near])} == {"first", "elsewhere", "of-others"}


@pytest.mark.django_db
def test_the_desk_asks_before_an_entry_is_made_again(admin_client, gazette):
    first = make.reported("round", "first", gazette, start="2031-05-09")
    address = reverse("admin:talks_article_desk_add", args=[gazette.pk, "entry"])
    data = {"kind": "round", "title": "Talks", "start": "2031-05-09", "paragraphs": "1"}
    page = admin_client.post(address, data)
    assert asked(page) == [("The same kind and day", first.title)]
    assert admin_client.post(address, data | {"another": [first.pk]}).status_code == 302
    assert likenesses([Entry.objects.get(title="Talks")]) == []


@pytest.mark.django_db
def test_the_page_of_an_entry_asks_too(admin_client, gazette):
    make.reported("round", "first", gazette, start="2031-05-09")
    entry = make.reported("round", "second", gazette, start="2031-05-08")
    data = {"start": "2031-05-09"}
    assert [why for why, _ in asked(edit(admin_client, entry, data))] == ["The same kind and day"]


# Files


@pytest.mark.django_db
def test_a_load_tells_what_looks_like_something_that_is_there(tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-one", article={"url": "https://gazette.example/a"})
    assert folder.load().alike == []
    folder.article("gazette-two", article={"url": "https://www.gazette.example/a/?utm_source=x"})
    people = [{"slug": "chicolini", "name": "Chicolini"}, {"slug": "chico", "name": "Чіколіні"}]
    folder.reference("people", [*REFERENCE["people"][:2], *people])
    told = folder.load(dry_run=True).alike
    assert told == [
        ("person chico: a name or spelling that is near as chicolini", "Person", "chicolini"),
        ("article gazette-two: the same address as gazette-one", "Article", "gazette-one"),
    ]
    assert folder.load().alike == told
    assert folder.load().alike == []


@pytest.mark.django_db
def test_a_new_entry_of_a_known_day_is_told_and_what_an_editor_called_another_one_is_not(tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-one", events=[event("outcry", start="2021-05-01")])
    folder.load()
    folder.article("gazette-two", events=[event("uproar", start="2021-05-01")])
    told = [("event uproar: the same kind and day as outcry", "Entry", "outcry")]
    assert folder.load(dry_run=True).alike == told
    folder.load()
    call_distinct(Entry.objects.get(slug="uproar"), [Entry.objects.get(slug="outcry").pk])
    folder.article("gazette-three", events=[event("tumult", start="2021-05-01")])
    assert {one.other for one in folder.load().alike} == {"outcry", "uproar"}


@pytest.mark.django_db
def test_the_page_of_an_import_links_to_the_other_one(admin_client, gazette):
    gazette.url = "https://gazette.example/a"
    gazette.save()
    text = dump({"article": {"slug": "two", "publisher": "gazette", "title": "T", "published": "2021-05-10"}})
    text = text.rstrip() + "\n  language: en\n  url: https://gazette.example/a/\n"
    made = Import(files={"two.yaml": text})
    imports.check(made)
    made.save()
    page = admin_client.get(url(Import, "change", made.pk)).content.decode()
    assert "Looks like what is there already" in page
    assert f'the same address as gazette (<a href="{url(Article, "change", gazette.pk)}">' in page
