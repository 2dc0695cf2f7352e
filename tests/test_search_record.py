"""Search in the real record, which the loader leaves in bulk."""

import pytest
from django.core.management import call_command
from modelsearch.backends import get_search_backend

from talks.derived.rewording import without_words
from talks.derived.settle import settle
from talks.files.loader import load
from talks.models import Article, Entry, Location, Party, Person, Seen, Wording
from talks.queries import matching, timeline
from tests.test_search import searched

pytestmark = [pytest.mark.usefixtures("record"), pytest.mark.sql]


def test_everything_that_is_loaded_can_be_found(client):
    assert without_words() == {Entry: set(), Person: set(), Article: set()}
    index = get_search_backend().get_index_for_model(Wording)
    assert index.entries.count() == Wording.objects.count()


def test_every_spelling_of_a_name_finds_the_same(client):
    found = [
        {sort: sorted(slugs) for sort, slugs in searched(client, f"/search/?q={q}").items()}
        for q in ("Zelensky", "zelenskyy", "Зеленський")
    ]

    assert found[0]["people"] == ["volodymyr-zelenskyy"]
    assert found == [found[0]] * 3


def test_each_alias_finds_what_the_name_finds():
    def found(q):
        return set(timeline(Seen.now(), words=matching.asked(q)).values_list("slug", flat=True))

    named = [row for model in (Person, Party, Location) for row in model.objects.all()]

    differing = [(row.name, alias) for row in named for alias in row.aliases if found(alias) != found(row.name)]

    assert differing == []
    assert sum(len(row.aliases) for row in named) > 20


@pytest.mark.parametrize(
    "spellings",
    [
        ["Serhii Kyslytsia", "Serhiy Kyslytsya"],
        ["Istanbul", "İstanbul", "Стамбул"],
        ["Türkiye", "Turkiye", "Turkey", "Туреччина"],
        ["Kyiv", "Kiev", "Київ"],
        ["Medinsky", "Мединський", "Мединский"],
        ["6,000", "6000", "6 000"],
    ],
)
def test_the_filter_and_the_search_find_the_same_in_every_spelling(client, spellings):
    totals = [client.get("/uk/", {"q": q}).context["total"] for q in spellings]
    sections = [client.get("/uk/search/", {"q": q, "in": "entries"}).context["sections"] for q in spellings]

    assert totals == [totals[0]] * len(spellings)
    assert totals[0] > 0
    assert [section.count for [section] in sections] == totals


def test_the_index_that_is_rebuilt_holds_the_same(client):
    before = searched(client, "/search/?q=prisoner+exchange")
    get_search_backend().reset_indexes()
    gone = searched(client, "/search/?q=prisoner+exchange")

    call_command("rebuild_modelsearch_index", verbosity=0)

    assert (gone, searched(client, "/search/?q=prisoner+exchange")) == ({}, before)
    assert before["entries"] != []


def test_a_second_load_fills_in_what_search_does_not_know(client, settings):
    Wording.objects.all().delete()
    load([settings.FIXTURES])

    assert list(searched(client, "/search/?q=Umerov")) == ["people", "entries", "articles"]


def test_settling_anew_changes_no_wording_of_the_bulk_load():
    before = set(Wording.objects.values_list("pk", flat=True))

    settle(dict.fromkeys(Entry.objects.values_list("pk", flat=True), "test"))

    assert set(Wording.objects.values_list("pk", flat=True)) == before
