"""Search: what it finds, in which order, what it shows of it, and what it never finds."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from modelsearch.backends import get_search_backend

from talks.derived.rewording import word_the_new
from talks.derived.settle import settle
from talks.models import Entry, Seen, Wording
from talks.queries import matching, search, timeline
from tests.admin_pages import edit, form_data, form_page
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    CitationFactory,
    DelegateFactory,
    DelegationFactory,
    EventFactory,
    LocationFactory,
    PartyFactory,
    PersonFactory,
    ProvisionFactory,
    PublisherFactory,
    reported,
)
from tests.html import folded

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def day(text):
    return datetime.date.fromisoformat(text)


def article(published, **columns):
    return ArticleFactory(slug=f"gazette-{published}", published=day(published), **columns)


def searched(client, address):
    """{sort: its rows} of a page of results, as slugs; entries first lose the reported rows beside them."""
    sections = client.get(address).context["sections"]
    return {section.sort: [_slug(row) for row in section.rows] for section in sections}


def _slug(row):
    return row[0].entry.slug if isinstance(row, tuple) else row.slug


def seen_on(as_of):
    return Seen.on(day(as_of)) if as_of else Seen.now()


def entries(q, as_of=None):
    """The slugs of the entries that a search finds, in order; of the query, which is a tenth of what the page costs."""
    found = search.found(seen_on(as_of), "entries", matching.asked(q))
    return [wording.entry.slug for wording in found.select_related("entry")]


def filtered(q, as_of=None):
    """The slugs of the entries that the words filter of the timeline chooses; of the query, too."""
    chosen = timeline(seen_on(as_of), words=matching.asked(q))
    return [entry.slug for entry in chosen.newest_first()]


# What is found


def test_an_entry_is_found_by_any_of_its_words_in_any_of_their_forms():
    reported("event", "opera", title="Exchanges of hats", summary="The Ambassador's demand was refused.")

    queries = ["exchange", "EXCHANGED hat", "hats demands", "ambassador", "refusing"]

    assert [entries(q) for q in queries] == [["opera"]] * 5
    assert entries("hats umbrellas") == []


def test_everything_that_articles_report_in_words_is_found():
    freedonia = PartyFactory(slug="freedonia", name="Freedonia")
    meeting = reported("round", "round", city="Glee", venue="Opera house", outcome="Applause.", parties="freedonia")
    plan = reported("proposal", "plan")
    ProvisionFactory(proposal=plan, text="Umbrellas for all.")
    speaker = PersonFactory(slug="firefly", name="Rufus Firefly")
    AccountFactory(entry=plan, party=freedonia, speaker=speaker, text="He praised the soup.")
    CitationFactory(entry=EventFactory(slug="event"), note="A duck came down.", title="Noted")
    delegate = DelegateFactory(delegation=DelegationFactory(round=meeting), person__name="Ambassador Trentino")
    event = Entry.objects.get(slug="event")
    settle({meeting.pk: "", plan.pk: "", event.pk: ""})
    Entry.objects.filter(pk=event.pk).update(publication="published")

    assert delegate.person.entry_ties.count() == 1
    assert [entries(q) for q in ("glee", "opera", "applause", "freedonia", "trentino")] == [["round"]] * 5
    assert [entries(q) for q in ("umbrella", "soup", "firefly")] == [["plan"]] * 3
    assert entries("duck") == ["event"]


def test_entries_people_and_articles_stand_in_sections_with_their_counts(client):
    person = PersonFactory(slug="firefly", name="Rufus Firefly", aliases=["Rufus T. Firefly"])
    told = article("2031-05-10", title="Firefly speaks", summary="On hats.")
    event = reported("event", "speech", told, title="A speech")
    AccountFactory(entry=event, article=told, speaker=person)
    settle({event.pk: ""})
    word_the_new("test")

    assert searched(client, "/search/?q=firefly") == {
        "people": ["firefly"],
        "entries": ["speech"],
        "articles": ["gazette-2031-05-10"],
    }
    assert searched(client, "/search/?q=firefly&in=people") == {"people": ["firefly"]}
    assert searched(client, "/search/?q=firefly&in=articles") == {"articles": ["gazette-2031-05-10"]}


def test_an_article_is_found_by_title_summary_publisher_and_agency(client):
    paper, wire = PublisherFactory(name="Sylvanian Observer"), PublisherFactory(name="Klopstokia Wire")
    ArticleFactory(slug="a", title="On umbrellas", summary="It rained.", publisher=paper, agency=wire, released=True)
    word_the_new("test")

    assert [searched(client, f"/search/?q={q}") for q in ("umbrella", "rained", "observer", "klopstokia")] == [
        {"articles": ["a"]}
    ] * 4


def test_the_staff_only_text_of_an_article_is_never_found(client):
    told = ArticleFactory(text="Zxqv stands here alone.", title="Plain")
    reported("event", "event", told)
    word_the_new("test")
    call_command("rebuild_modelsearch_index", verbosity=0)

    assert searched(client, "/search/?q=zxqv") == {}
    assert searched(client, "/search/?q=plain") == {"articles": [told.slug]}


# Order


def test_what_has_the_words_in_its_title_comes_first_however_often_others_repeat_them():
    reported("event", "often", title="A long evening", summary="Hats. " * 30)
    reported("event", "once", title="A very long title of many words that speaks of hats in the end", summary="x " * 60)
    reported("event", "half", title="Hats", summary="and an umbrella")
    reported("event", "both", title="Hats and umbrellas and other things that one may wear", summary="x " * 60)

    assert entries("hats") == ["half", "both", "once", "often"]
    assert entries("hats umbrella") == ["both", "half"]


def test_of_texts_the_one_that_speaks_more_of_the_words_comes_first():
    reported("event", "aside", title="First", summary="They met, ate, sang, slept, and someone lost a hat on the way.")
    reported("event", "about", title="Second", summary="A hat was lost, the hat of the hatter.")

    assert entries("hat") == ["about", "aside"]


def test_what_is_reported_later_does_not_change_the_order():
    reported("event", "hats", article("2031-05-10"), title="One", summary="Hats hats umbrella.")
    reported("event", "umbrellas", article("2031-05-10"), title="Two", summary="Umbrella umbrella hats words.")
    before = entries("hats umbrella", as_of="2031-05-10")
    for number in range(20):
        reported("event", f"later-{number}", article("2031-06-01"), title="Hats")

    assert before == ["hats", "umbrellas"]
    assert entries("hats umbrella", as_of="2031-05-10") == before


# As known on a day


def test_a_word_is_found_from_the_day_on_which_it_is_reported():
    reported("event", "event", article("2031-05-10"), title="A speech")
    event = reported("event", "event", article("2031-05-20"), title="A speech", summary="On umbrellas.")
    AccountFactory(entry=event, article=article("2031-05-25"), text="It was too long.")
    settle({event.pk: ""})

    found = {
        on: [bool(entries(q, as_of=on)) for q in ("speech", "umbrellas", "too long")]
        for on in ("2031-05-09", "2031-05-10", "2031-05-19", "2031-05-20", "2031-05-24", "2031-05-25", "2031-06-30")
    }

    assert found == {
        "2031-05-09": [False, False, False],
        "2031-05-10": [True, False, False],
        "2031-05-19": [True, False, False],
        "2031-05-20": [True, True, False],
        "2031-05-24": [True, True, False],
        "2031-05-25": [True, True, True],
        "2031-06-30": [True, True, True],
    }


def test_a_word_that_is_no_longer_accepted_is_found_only_on_the_days_when_it_was():
    event = reported("event", "event", article("2031-05-10"), title="A speech on hats")
    event.chosen = {"title": "A speech on umbrellas"}
    event.save()
    reported("event", "event", article("2031-05-20"))

    assert [entries("hats", as_of=on) for on in ("2031-05-10", "2031-05-19", "2031-05-20")] == [
        ["event"],
        ["event"],
        [],
    ]
    assert entries("hats") == []
    assert entries("umbrellas") == ["event"]
    assert entries("umbrellas", as_of="2031-05-19") == []


def test_a_page_of_an_earlier_day_shows_that_days_text_and_no_later_row(client):
    event = reported("event", "event", article("2031-05-10"), title="A speech on hats")
    AccountFactory(entry=event, article=article("2031-05-20"), text="Hats again, wrongly.")
    settle({event.pk: ""})

    assert "wrongly" in client.get("/search/?q=hats").content.decode()
    assert "wrongly" not in client.get("/search/?q=hats&as_of=2031-05-19").content.decode()


def test_a_person_is_found_from_the_first_entry_on_and_an_article_from_its_day_on(client):
    told = article("2031-05-10", title="Firefly speaks")
    event = reported("event", "event", told)
    AccountFactory(entry=event, article=article("2031-05-20", title="Later"), speaker=PersonFactory(name="Firefly"))
    settle({event.pk: ""})
    word_the_new("test")

    found = [list(searched(client, f"/search/?q=firefly&as_of={on}")) for on in ("2031-05-09", "2031-05-10")]
    found += [list(searched(client, "/search/?q=firefly&as_of=2031-05-20"))]

    assert found == [[], ["articles"], ["people", "entries", "articles"]]


def test_links_keep_the_day(client):
    reported("event", "event", article("2031-05-10"), title="Hats")

    page = client.get("/search/?q=hats&as_of=2031-05-19").content.decode().partition("<main")[2]

    links = re.findall(r'href="(/[^"]*)"', page)
    assert "/events/event/?as_of=2031-05-19" in links
    assert [link for link in links if "as_of=2031-05-19" not in link and "/as-of/" not in link] == []
    assert '<input type="hidden" name="as_of" value="2031-05-19">' in page


# Drafts, and what is gone


def test_nothing_of_a_draft_is_found_until_it_is_published_nor_afterwards_when_it_is_taken_back(client):
    draft = reported("event", "draft", title="Zxqv", published=False)
    AccountFactory(entry=draft, article=draft.introduced_by, speaker=PersonFactory(slug="zx", name="Zxqv"))
    settle({draft.pk: ""})
    word_the_new("test")
    hidden = searched(client, "/search/?q=zxqv"), client.get("/search/?q=zxqw").context["near"]

    draft = Entry.objects.get(slug="draft")
    draft.publication = "published"
    draft.save()
    shown = searched(client, "/search/?q=zxqv")
    draft.publication = "draft"
    draft.save()

    assert hidden == ({}, [])
    assert shown == {"people": ["zx"], "entries": ["draft"]}
    assert searched(client, "/search/?q=zxqv") == {}


def test_a_deleted_entry_leaves_nothing_in_the_index():
    event = reported("event", "event", title="Zxqv")
    index = get_search_backend().get_index_for_model(Wording)
    before = index.entries.count()
    event.delete()

    assert (before, index.entries.count(), Wording.objects.count()) == (1, 0, 0)
    assert entries("zxqv") == []


def test_what_settling_finds_unchanged_stays_in_the_index_as_it_is():
    event = reported("event", "event", title="Hats")
    before = Wording.objects.get(entry=event).pk

    settle({event.pk: ""})

    assert Wording.objects.get(entry=event).pk == before
    assert entries("hats") == ["event"]


# Upkeep


def test_a_renamed_person_is_found_by_the_new_name_and_so_are_its_entries(client, admin_client):
    person = PersonFactory(slug="firefly", name="Rufus Firefly")
    event = reported("event", "event")
    AccountFactory(entry=event, speaker=person)
    settle({event.pk: ""})
    word_the_new("test")

    columns = {"name": "Rufus Pinky", "aliases": "Chicolini", "party": ""}
    address = f"/admin/talks/person/{person.pk}/change/"
    saved = admin_client.post(address, form_data(form_page(admin_client, address)) | columns)

    assert saved.status_code == 302
    assert searched(client, "/search/?q=pinky") == {"people": ["firefly"], "entries": ["event"]}
    assert list(searched(client, "/search/?q=chicolini")) == ["people", "entries"]
    assert searched(client, "/search/?q=firefly") == {}


def test_an_article_and_its_publisher_are_found_by_what_the_admin_saved_last(client, admin_client):
    told = ArticleFactory(slug="a", title="Old", released=True, publisher=PublisherFactory(name="Old Observer"))
    word_the_new("test")

    publisher = {"name": "Sylvanian Observer", "kind": "newspaper"}
    address = f"/admin/talks/publisher/{told.publisher.pk}/change/"
    admin_client.post(address, form_data(form_page(admin_client, address)) | publisher)
    columns = {"title": "New", "publisher": told.publisher.pk, "published": "2031-05-11", "language": "en"}
    address = f"/admin/talks/article/{told.pk}/change/"
    admin_client.post(address, form_data(form_page(admin_client, address)) | columns)

    assert searched(client, "/search/?q=old") == {}
    assert searched(client, "/search/?q=sylvanian+new") == {"articles": ["a"]}
    assert searched(client, "/search/?q=new&as_of=2031-05-10") == {}


def test_an_entry_saved_in_the_admin_is_found_by_its_new_title(admin_client):
    event = reported("event", "event", title="Old", event_kind="call")

    saved = edit(admin_client, event, {"title": "New umbrellas"})

    assert saved.status_code == 302
    assert entries("umbrella") == ["event"]
    assert entries("old") == []


# Spellings


@pytest.fixture
def spelled():
    """A speaker of three spellings, of whose names each entry uses another."""
    person = PersonFactory(slug="firefly", name="Rufus Firefly", aliases=["Rufus Fyrefly", "Руфус Файрфлай"])
    PersonFactory(name="Rufus Trentino")
    for slug, title in (("a", "Firefly sings"), ("b", "Fyrefly dances"), ("c", "Файрфлай sleeps"), ("d", "Rufus eats")):
        event = reported("event", slug, title=title, start=f"2031-05-0{ord(slug) - 96}")
    AccountFactory(entry=event, article=event.introduced_by, speaker=person, text="Soup.")
    settle({event.pk: ""})
    word_the_new("test")


@pytest.mark.parametrize("spelling", ["firefly", "FYREFLY", "файрфлай"])
def test_a_last_name_finds_its_other_spellings(client, spelled, spelling):
    assert sorted(entries(spelling)) == ["a", "b", "c", "d"]
    assert entries(f"{spelling} dances") == ["b"]
    assert "<mark>Fyrefly</mark> <mark>dances</mark>" in client.get(f"/search/?q={spelling}+danced").content.decode()


@pytest.mark.parametrize("spelling", ["firefly", "FYREFLY", "файрфлай"])
def test_the_words_filter_of_the_timeline_takes_other_spellings_too(client, spelled, spelling):
    found = client.get("/", {"q": spelling}).context["page"].entries

    assert [known.entry.slug for known in found] == ["d", "c", "b", "a"]
    assert [known.entry.slug for known in client.get(f"/?q={spelling}+dance").context["page"].entries] == ["b"]


@pytest.mark.parametrize(
    "name", ["Rufus Firefly", "Rufus Fyrefly", "Руфус Файрфлай", "FIREFLY, Rufus", "Руфус Фірефлі", '"Rufus Fyrefly"']
)
def test_a_full_name_finds_the_same_in_each_spelling_order_and_alphabet_and_in_the_filter(client, name):
    person = PersonFactory(slug="firefly", name="Rufus Firefly", aliases=["Rufus Fyrefly", "Руфус Файрфлай"])
    told = reported("event", "told", title="A song")
    AccountFactory(entry=told, article=told.introduced_by, speaker=person)
    settle({told.pk: ""})
    for slug, title in (("latin", "Rufus Fyrefly dances"), ("cyrillic", "Руфус Файрфлай sleeps")):
        reported("event", slug, title=title)
    reported("event", "another", title="Firefly eats")
    word_the_new("test")

    assert sorted(entries(name)) == ["cyrillic", "latin", "told"]
    assert sorted(filtered(name)) == ["cyrillic", "latin", "told"]
    assert searched(client, f"/search/?q={name}&in=people") == {"people": ["firefly"]}


@pytest.mark.parametrize("name", ["Мединський", "Мединский", "Медінський", "medinsky"])
def test_a_last_name_in_cyrillic_goes_by_its_sound(name):
    PersonFactory(name="Rufus Medinsky", released=True, aliases=["Руфус Мединский"])
    reported("event", "event", title="Medinsky sings")

    assert entries(name) == filtered(name) == ["event"]


def test_a_first_name_has_no_other_spellings(spelled):
    assert [term.spellings for term in matching.asked("Rufus nobody").terms] == [(("rufus",),), (("nobodi",),)]


def test_a_name_has_twenty_spellings_at_most():
    PersonFactory(name="Firefly", released=True, aliases=[f"Firefly{number}" for number in range(30)])

    assert [len(term.spellings) for term in matching.asked("firefly").terms] == [20]


@pytest.mark.parametrize(
    "name", ["Freedonia", "Fredonia", "FRÉDONIE", "Фрідонія", "Glee", "Joy City", "city joy", "Ґлі", "Глі"]
)
def test_parties_and_places_are_found_by_each_of_their_names(name):
    PartyFactory(slug="freedonia", name="Freedonia", aliases=["Fredonia", "Frédonie", "Фрідонія"])
    LocationFactory(name="Glee", aliases=["Joy City", "Ґлі"])
    reported("round", "round", city="Glee", parties="freedonia")
    reported("event", "event", title="Fredonia sings in Joy City")

    assert sorted(entries(name)) == sorted(filtered(name)) == ["event", "round"]


def test_names_of_parties_and_places_come_from_the_admin_too(admin_client):
    reported("event", "event", title="Glee sings")
    party = PartyFactory(name="Sylvania")
    reported("event", "other", title="Sylvania sings")

    place = {"slug": "glee", "name": "Glee", "aliases": "Joy City\nҐлі"}
    address = "/admin/talks/location/add/"
    added = admin_client.post(address, form_data(form_page(admin_client, address)) | place)
    address = f"/admin/talks/party/{party.pk}/change/"
    saved = admin_client.post(address, form_data(form_page(admin_client, address)) | {"aliases": "Silvanien"})

    assert (added.status_code, saved.status_code) == (302, 302)
    assert [entries(q) for q in ("Joy City", "ґлі", "silvanien")] == [["event"], ["event"], ["other"]]


# What is shown


def test_matched_words_are_marked_and_html_is_escaped(client):
    reported("event", "event", title="<b>&Hats</b> & hatter", summary="Exchanging <hats> for umbrellas")

    html = client.get("/search/?q=hat+exchange").content.decode()

    assert "&lt;b&gt;&amp;<mark>Hats</mark>&lt;/b&gt; &amp; hatter</a>" in html
    assert "<mark>Exchanging</mark> &lt;<mark>hats</mark>&gt; for umbrellas" in html


def test_the_query_is_escaped(client):
    html = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert" not in html
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in html


def test_two_reported_rows_at_most_stand_below_an_entry_each_with_its_source(client):
    told = article("2031-05-10")
    plan = reported("proposal", "plan", told, title="A plan")
    for number, text in enumerate(("Hats for all.", "Soup.", "Umbrellas and hats.", "More hats.")):
        ProvisionFactory(proposal=plan, article=told, text=text, key=f"demand-{number}", paragraphs=f"{number + 3}")
    settle({plan.pk: ""})

    [section] = client.get("/search/?q=hats").context["sections"]
    html = client.get("/search/?q=umbrella+hat").content.decode()

    assert [text for text, _ in section.rows[0][1]] == ["Hats for all.", "Umbrellas and hats."]
    assert "<li><mark>Umbrellas</mark>and<mark>hats</mark>." in folded(html)
    assert html.count('data-at="1 5"') == 1
    assert '<h2 id="sources">Sources</h2>' in html


def test_what_is_not_found_is_said_plainly_and_close_names_are_offered(client):
    event = reported("event", "event", parties=PartyFactory(slug="sylvania", name="Sylvania").slug)
    AccountFactory(entry=event, article=event.introduced_by, speaker=PersonFactory(name="Rufus Firefly"))
    PartyFactory(name="Firefligh")
    settle({event.pk: ""})

    html = folded(client.get("/search/?q=firofly").content.decode())

    assert "No results for “firofly”. Did you mean" in html
    assert '<a href="/search/?q=Rufus+Firefly">Rufus Firefly</a>?' in html
    assert client.get("/search/?q=silvania").context["near"] == ["Sylvania"]
    assert client.get("/search/?q=silvania&as_of=2031-05-09").context["near"] == []
    assert "No results for “quite other”." in client.get("/search/?q=quite+other").content.decode()


@pytest.mark.parametrize("q", ["", "   ", "* %", "_", '"', "-"])
def test_without_a_word_the_page_has_its_box_and_no_results(client, q):
    reported("event", "event", title="Hats % _ *")

    response = client.get("/search/", {"q": q})

    assert (response.status_code, response.context["sections"]) == (200, [])
    assert '<input id="words" type="search" name="q"' in response.content.decode()


def test_more_than_a_page_shows_is_one_link_away_and_paged_by_number(client):
    for number in range(23):
        reported("event", f"event-{number}", title="Hats")

    first = client.get("/search/?q=hats")
    pages = [searched(client, f"/search/?q=hats&in=entries&page={number}")["entries"] for number in (1, 2)]

    assert '<a href="/search/?q=hats&amp;in=entries">All 23 entries</a>' in folded(first.content.decode())
    assert [len(page) for page in pages] == [20, 3]
    assert len(set(pages[0] + pages[1])) == 23
    assert client.get("/search/?q=hats&in=entries&page=3").status_code == 404


# What is asked for


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("q=" + "x" * 101, "q: Write at most 100 characters."),
        ("q=a+b+c+d+e+f+g+h+i", "q: Write at most 8 words."),
        ("q=a-b-c-d-e-f-g-h-i", "q: Write at most 8 words."),
        ("q=a&q=b", "q: This is given twice; give it once."),
        ("q=a&in=dreams", "in: There is no search in “dreams”; choose from entries, people, articles."),
        ("q=a&page=0", "page: Pages are counted from 1."),
        ("q=a&as_of=soon", "as_of: “soon” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025."),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(client, query, complaint):
    response = client.get(f"/search/?{query}")

    assert (response.status_code, response.context["form"].complaints) == (400, [complaint])


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("hats NOT umbrellas", []),
        ("hats OR nothing", []),
        ("NEAR(hats umbrellas)", []),
        ('"umbrellas hats"', []),
        ("title:hats", []),
        ("ha*", []),
        ("hats*", ["event"]),
        ("hats & !umbrellas", ["event"]),
        ("hats | nothing", []),
        ("hats <-> umbrellas", ["event"]),
        ("hats:*", ["event"]),
        ("{body} : hats", []),
        ("h_ts", []),
        ("%", []),
        ("hats' OR 1=1 --", []),
        ("hats\\", ["event"]),
        ("^hats + umbrellas", ["event"]),
    ],
)
def test_operators_of_a_query_language_are_plain_words_or_nothing(q, expected):
    reported("event", "event", title="Hats and umbrellas")

    assert entries(q) == expected


class AnyTextTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        reported("event", "event", title="Hats")

    @settings(max_examples=25, deadline=None)
    @given(q=st.text(max_size=110), sort=st.sampled_from(["", "entries", "people", "articles"]))
    def test_any_text_is_answered_with_200_or_400(self, q, sort):
        assert self.client.get("/search/", {"q": q, "in": sort}).status_code in (200, 400)
        assert self.client.get("/", {"q": q}).status_code in (200, 400)


@pytest.mark.parametrize(
    "title", ["Überraschung", "ÇIRAĞAN", "Руслан Умєров", "東京", "Straße 12", "3.5e10", "O’Hara", "①"]
)
def test_a_title_in_any_letters_is_found_by_itself(title):
    reported("event", "event", title=title)

    assert entries(title) == ["event"]
    assert entries(title.lower()) == ["event"]


# Queries


QUERIES = {"": 13, "&in=entries": 9, "&as_of=2031-06-01": 13}


@pytest.mark.parametrize("count", [2, 15])
def test_the_number_of_queries_does_not_grow_with_what_is_found(client, count):
    for number in range(count):
        told = ArticleFactory(slug=f"article-{number}", title="Hats")
        event = reported("event", f"event-{number}", told, title="Hats", summary="Hats.")
        person = PersonFactory(slug=f"person-{number}", name="Hats", aliases=["Hat"])
        AccountFactory(entry=event, article=told, speaker=person, text="Hats?")
        settle({event.pk: ""})
    word_the_new("test")
    numbers = {}
    for query in QUERIES:
        address = f"/search/?q=hats{query}"
        cache.clear()
        client.get(address)  # so that content types are known
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        numbers[query] = len(asked)

    assert numbers == QUERIES
