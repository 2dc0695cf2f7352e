"""The same software for other talks: the record of docs/other-talks/ loads into an empty site, and all works."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from talks import models
from talks.environment import env_languages
from talks.files.loader import load
from talks.files.recheck import faults
from talks.suggest.vocabulary import words_of_record

FOLDER = Path(settings.BASE_DIR, "docs/other-talks")
PAGES = ["/", "/rounds/", "/swaps/", "/proposals/", "/events/", "/people/", "/parties/", "/issues/", "/articles/"]
PAGES += ["/coverage/", "/differences/", "/changes/", "/about/", "/as-of/", "/compare/positions/", "/search/?q=Firefly"]
PAGES += [
    "/rounds/strelsau-2021-05-09/",
    "/swaps/zenda-bridge-2021-05-19/",
    "/issues/border/",
    "/people/rufus-firefly/",
]
PAGES += ["/compare/proposals/?p=freedonia-paper-2021-05&p=sylvania-paper-2021-05", "/?as_of=2021-05-09", "/uk/"]


@pytest.fixture(scope="module")
def loaded_once(once):
    return load([FOLDER])


@pytest.fixture
def opera(loaded_once, db, settings):
    """What the load said. What a test changes is rolled back after it."""
    settings.SITE_NAME = "Opera talks: the record"
    settings.SITE_DESCRIPTION = "The talks of Freedonia and Sylvania."
    settings.SUGGESTIONS = FOLDER / "suggestions.json"
    return loaded_once


def test_the_record_loads_into_an_empty_site_and_could_be_loaded_again(opera):
    assert (opera.files, opera.warnings) == (4, [])
    assert faults() == []
    assert sorted(models.Entry.objects.values_list("slug", "publication")) == [
        ("anthem-dispute-2021-05-21", "published"),
        ("freedonia-paper-2021-05", "published"),
        ("strelsau-2021-05-09", "published"),
        ("strelsau-2021-06-02", "published"),
        ("sylvania-paper-2021-05", "published"),
        ("zenda-bridge-2021-05-19", "published"),
    ]


def test_the_article_of_the_readme_loads_beside_it(opera, tmp_path):
    readme = Path(settings.BASE_DIR, "README.md").read_text()
    article = re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)[1]
    path = tmp_path / f"{re.search('slug: (.*)', article)[1]}.yaml"
    path.write_text(article)

    outcome = load([path])

    assert (outcome.files, outcome.alike, outcome.warnings) == (1, [], [])
    assert models.Entry.objects.filter(slug="freedonia-city-2021-05-10", publication="published").count() == 1


@pytest.mark.parametrize("address", PAGES)
def test_every_sort_of_page_is_about_these_talks_and_no_others(client, opera, address):
    html = client.get(address).content.decode()

    assert "Opera talks" in html
    assert [word for word in ("Ukrain", "Russia", "Україн", "Росі") if word in html.replace("Українська", "")] == []


def test_what_differs_is_told_and_what_was_exchanged_is_counted(client, opera):
    assert client.get("/differences/").content.decode().count('href="/rounds/strelsau-2021-05-09/') > 0
    assert "41 to 42" in client.get("/swaps/zenda-bridge-2021-05-19/").content.decode()


def test_names_are_found_in_either_alphabet_and_shown_in_the_other_language(client, opera):
    assert "Trentino" in client.get("/search/?q=Трентіно").content.decode()
    assert "Фридонія" in client.get("/uk/parties/freedonia/").content.decode()


def test_the_words_by_which_articles_name_its_parties_and_issues_are_of_the_record(opera):
    words_of_record.cache_clear()
    told = words_of_record()
    words_of_record.cache_clear()

    assert set(told["parties"]) == set(models.Party.objects.values_list("slug", flat=True))
    assert set(told["issues"]) == set(models.Issue.objects.values_list("slug", flat=True))


# A site in one language


def test_the_languages_of_a_site_are_english_and_what_there_is_a_catalogue_of(monkeypatch):
    monkeypatch.delenv("LANGUAGES", raising=False)
    assert env_languages() == [("en", "English"), ("uk", "Українська")]
    monkeypatch.setenv("LANGUAGES", "en")
    assert env_languages() == [("en", "English")]
    for wrong in ("uk", "en,xx", "en,en"):
        monkeypatch.setenv("LANGUAGES", wrong)
        with pytest.raises(ImproperlyConfigured, match=f"LANGUAGES is '{wrong}'; write en, then any of uk"):
            env_languages()


def test_pages_in_one_language_offer_no_other(client, opera, settings):
    settings.LANGUAGES = [("en", "English")]

    html = client.get("/parties/freedonia/").content.decode()

    assert ('id="languages"' in html, 'hreflang="uk"' in html, "/uk/" in html) == (False, False, False)
