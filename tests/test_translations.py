"""Names, titles and texts of the record in another language: in files, in the admin, on pages and in the search."""

import datetime
import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from talks.derived.rewording import reword
from talks.derived.settle import settle
from talks.editing import merging
from talks.editing.renaming import rename
from talks.files.difference import difference, look, reach
from talks.files.exporter import export
from talks.files.loader import find_files, prepare, read_files, write
from talks.files.recheck import faults
from talks.files.undo import take_back
from talks.management.commands.article_schema import schema_text
from talks.models import Entry, Issue, Party, Person, Round
from talks.models.translated import in_alphabet
from tests.admin_pages import errors, form_data, form_page, url
from tests.article_files import Folder, entry, history_count, snapshot
from tests.factories import (
    ArticleFactory,
    CitationFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    LocationFactory,
    PartyFactory,
    PersonFactory,
    ProcessFactory,
    TransferFactory,
    reported,
)
from tests.html import folded

pytestmark = pytest.mark.django_db
UK = {
    "parties": {"freedonia": "Фридонія"},
    "people": {"rufus-firefly": "Руфус Файрфлай"},
    "issues": {"borders": {"title": "Кордони", "description": "Де проходить межа."}},
    "entries": {"a-round": "Перша зустріч"},
}


def uk(name, **others):
    """Translations of a row whose name is such in Ukrainian."""
    return {"uk": {"name": name} | others}


# Files


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    folder.article("an-article", rounds=[entry("a-round", start="2021-05-02")])
    folder.write("translations/uk.yaml", UK)
    return folder


def test_a_file_of_translations_is_loaded_with_the_rows_that_it_names(folder):
    folder.load()

    assert Party.objects.get(slug="freedonia").translations == uk("Фридонія")
    assert Issue.objects.get(slug="borders").translations == {"uk": UK["issues"]["borders"]}
    assert Entry.objects.get(slug="a-round").translations == {"uk": {"title": "Перша зустріч"}}
    assert Party.objects.get(slug="sylvania").translations == {}


def test_new_rows_have_their_translations_from_their_first_record_in_history_on(folder):
    folder.load()

    assert [one.translations for one in Round.history.all()] == [{"uk": {"title": "Перша зустріч"}}]


def test_a_second_load_writes_nothing(folder):
    folder.load()
    before, history = snapshot(), history_count()

    outcome = folder.load()

    assert (outcome.changes, snapshot(), history_count()) == ([], before, history)


def test_what_changes_in_the_file_changes_in_the_record_and_its_history_says_why(folder):
    folder.load()
    folder.write("translations/uk.yaml", {"parties": {"freedonia": "Вільнія"}, "entries": UK["entries"]})

    outcome = folder.load()

    assert outcome.changes == [
        "updated party freedonia in uk",
        "updated person rufus-firefly in uk",
        "updated issue borders in uk",
    ]
    party = Party.objects.get(slug="freedonia")
    assert party.translations == uk("Вільнія")
    assert party.history.first().history_change_reason == "translations/uk.yaml"
    assert Person.objects.get(slug="rufus-firefly").translations == {}


def test_what_an_editor_translated_is_kept_and_told(folder):
    folder.load()
    Party.objects.filter(slug="freedonia").update(translations=uk("Країна свободи"))
    Party.objects.filter(slug="sylvania").update(translations=uk("Сильванія"))
    folder.write("translations/uk.yaml", UK | {"parties": {"freedonia": "Вільнія"}})

    outcome = folder.load()

    assert outcome.kept == [
        "party freedonia in uk: name is “Країна свободи” by an editor, “Вільнія” in the file",
    ]
    assert dict(Party.objects.values_list("slug", "translations")) == {
        "freedonia": uk("Країна свободи"),
        "sylvania": uk("Сильванія"),
        "ruritania": {},
    }


def test_a_file_that_does_not_speak_of_translations_leaves_them(folder):
    folder.load()

    folder.load(folder.path / "reference", folder.path / "articles")

    assert Party.objects.get(slug="freedonia").translations == uk("Фридонія")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            "parties:\n  fredonia: Фридонія\n",
            "translations/uk.yaml:2: parties.fredonia: there is no party “fredonia”. Did you mean “freedonia”?",
        ),
        (
            "entries:\n  a-rond: Зустріч\n",
            "translations/uk.yaml:2: entries.a-rond: there is no entry “a-rond”. Did you mean “a-round”?",
        ),
        (
            "issues:\n  borders: {titel: Кордони}\n",
            "translations/uk.yaml:2: issues.borders.titel: there is no such field here. Did you mean “title”? "
            "There are: title, group, description",
        ),
        (
            "parties:\n  freedonia: ''\n",
            "translations/uk.yaml:2: parties.freedonia.name: this is empty; fill it in or leave it out",
        ),
        (
            f"parties:\n  freedonia: {'я' * 101}\n",
            "translations/uk.yaml:2: parties.freedonia.name: this is too long, 101 characters; shorten it to 100 or "
            "fewer",
        ),
    ],
)
def test_a_mistake_in_a_file_of_translations_is_told_with_what_would_be_right(folder, content, problem):
    folder.write("translations/uk.yaml", content)

    assert folder.problems() == [problem]


def test_a_language_that_the_site_does_not_speak_is_a_mistake(folder):
    folder.write("translations/xx.yaml", "parties: {}\n")

    assert folder.problems() == [
        "translations/xx.yaml:1: the site has no such language; the folder “translations” may hold uk.yaml"
    ]


def test_translations_are_exported_as_they_are_loaded(folder, tmp_path):
    folder.load()

    export(tmp_path / "out")

    written = (tmp_path / "out/translations/uk.yaml").read_text(encoding="utf-8")
    assert written == (
        "# yaml-language-server: $schema=../translations.schema.json\n"
        "parties:\n  freedonia: Фридонія\n"
        "people:\n  rufus-firefly: Руфус Файрфлай\n"
        "issues:\n  borders:\n    title: Кордони\n    description: Де проходить межа.\n"
        "entries:\n  a-round: Перша зустріч\n"
    )
    assert folder.load(tmp_path / "out").changes == []


def test_an_import_with_translations_can_be_undone(folder):
    folder.load(folder.path / "reference", folder.path / "articles")
    before = snapshot()
    files = read_files(find_files([folder.path]))
    reached = reach(files)
    looked = look(*reached)
    write(prepare(files))
    done = difference(looked, look(*reached))

    take_back(done)

    assert snapshot() == before


def test_a_renamed_row_is_found_by_its_former_slug_in_the_file(folder):
    folder.load()
    rename(Entry.objects.get(slug="a-round").round, "the-first-round", "A better slug.")

    outcome = folder.load()

    assert outcome.changes == []
    assert "entry “a-round” is “the-first-round” now; write that in an-article.yaml:8, uk.yaml:12" in outcome.former
    assert Entry.objects.get(slug="the-first-round").translations == {"uk": {"title": "Перша зустріч"}}


def test_people_that_become_one_keep_the_name_that_either_has():
    keep = PersonFactory(name="Rufus Firefly")
    old = PersonFactory(name="R. Firefly", translations=uk("Руфус Файрфлай"))

    merging.merge(merging.plan(keep, old), {}, "One and the same.")

    keep.refresh_from_db()
    assert (keep.translations, keep.aliases) == (uk("Руфус Файрфлай"), ["R. Firefly"])


def test_what_files_would_refuse_is_found_in_the_record():
    PartyFactory(slug="freedonia", translations={"uk": {"name": "я" * 101}})

    (fault,) = faults()

    assert (fault.model, fault.slug, fault.field) == (Party, "freedonia", "uk name")


def test_the_json_schema_of_translations_is_fresh():
    held = (settings.BASE_DIR / "fixtures/translations.schema.json").read_text(encoding="utf-8")

    assert held == schema_text("translations")


@pytest.mark.parametrize("translations", [{"xx": {"name": "A"}}, {"uk": {"short": "А"}}, {"uk": {"name": " "}}])
def test_a_row_takes_no_other_language_column_or_empty_text(translations):
    with pytest.raises(ValidationError):
        PartyFactory.build(slug="freedonia", short="FR", kind="state", translations=translations).full_clean()


# Pages


@pytest.fixture(scope="module")
def talks(once):
    """A round of two parties, of which one has a Ukrainian name; and an exchange."""
    article = ArticleFactory(slug="gazette", published=datetime.date(2031, 5, 3))
    freedonia = PartyFactory(slug="freedonia", name="Freedonia", short="FR", translations=uk("Фридонія"))
    sylvania = PartyFactory(slug="sylvania", name="Sylvania", short="SY")
    words = {"title": "Капелюхи", "group": "Вбрання", "description": "Про головне."}
    IssueFactory(slug="hats", title="Hats", group="Clothes", translations={"uk": words})
    ProcessFactory(slug="opera-talks", title="Opera talks", translations={"uk": {"title": "Оперні переговори"}})
    LocationFactory(slug="glee", name="Glee", translations=uk("Радісне"))
    person = PersonFactory(slug="firefly", name="Firefly", party=freedonia, translations=uk("Файрфлай"))
    facts = {"city": "Glee", "venue": "Opera house", "issues": "hats", "process": "opera-talks"}
    held = reported("round", "the-round", article, title="The round", summary="They met.", start="2031-05-02", **facts)
    delegation = DelegationFactory(round=held, party=freedonia, article=article)
    DelegateFactory(delegation=delegation, person=person, head=True)
    swap = reported("swap", "the-swap", article, title="The exchange", start="2031-05-01")
    TransferFactory(swap=swap, from_party=freedonia, to_party=sylvania, article=article, count=40)
    Entry.objects.filter(slug="the-round").update(
        translations={"uk": {"title": "Перша зустріч", "summary": "Вони зустрілися."}}
    )
    settle(dict.fromkeys(Entry.objects.values_list("pk", flat=True), "translated"))
    reword({Person: [person.pk]}, "translated")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/", ["Перша зустріч", "Вони зустрілися.", "Радісне", "Фридонія", "Капелюхи", "Оперні переговори"]),
        ("/rounds/the-round/", ["<title>Перша зустріч", ': Вони зустрілися.">', "Файрфлай", "Радісне"]),
        ("/swaps/the-swap/", ["Передано: Фридонія → Sylvania — 40"]),
        ("/?party=freedonia", ["Фридонія"]),
        ("/people/", ["Файрфлай"]),
        ("/people/firefly/", ["<title>Файрфлай", "Перша зустріч"]),
        ("/parties/", ["Фридонія"]),
        ("/parties/freedonia/", ["<title>Фридонія", "Файрфлай"]),
        ("/issues/", ["Капелюхи", "Вбрання", "Про головне."]),
        ("/issues/hats/", ["<title>Капелюхи"]),
        ("/articles/gazette/", ["Перша зустріч", "Радісне"]),
        ("/swaps/", ["Фридонія"]),
        ("/rounds/", ["Перша зустріч"]),
    ],
)
def test_a_ukrainian_page_gives_names_titles_and_summaries_in_ukrainian(client, talks, address, shown):
    html = client.get(f"/uk{address}").content.decode()

    assert [one for one in shown if one not in html] == []
    html = re.sub("інші написання: .*", "", html)  # where the other spellings of a name stand, too
    assert re.findall("Freedonia|The round|They met|Hats|Clothes|Opera talks|Glee|Firefly", html) == []


def test_an_english_page_shows_nothing_of_the_translations(client, talks):
    html = client.get("/rounds/the-round/").content.decode()

    assert "The round" in html
    assert [one for one in ("Перша", "Фридонія", "Файрфлай", "Радісне", "Капелюхи") if one in html] == []


def test_what_is_not_translated_is_marked(client, talks):
    html = folded(client.get("/uk/swaps/the-swap/").content.decode())

    assert '<span lang="en" class="untranslated">The exchange</span></h1>' in html


def test_a_description_for_others_sites_is_in_the_language_of_the_page(client, db):
    reported("event", "a-speech", title="A speech", summary="Somebody spoke.", start="2031-05-02")
    Entry.objects.update(translations={"uk": {"title": "Промова"}})

    assert ': Промова; 2 травня 2031">' in client.get("/uk/events/a-speech/").content.decode()


@pytest.mark.parametrize(("day", "title"), [("2031-05-03", "The meeting"), ("2031-05-05", "Перша зустріч")])
def test_a_translation_of_a_later_title_is_not_shown_on_a_page_of_an_earlier_day(client, db, day, title):
    held = reported("round", "a-round", ArticleFactory(published=datetime.date(2031, 5, 2)), title="The meeting")
    later = ArticleFactory(published=datetime.date(2031, 5, 4))
    CitationFactory(entry=held, article=later, field="", title="")
    held.chosen = {"title": "The first meeting"}
    held.translations = {"uk": {"title": "Перша зустріч"}}
    held.save()
    settle({held.pk: "translated"})

    html = client.get(f"/uk/rounds/a-round/?as_of={day}").content.decode()

    assert [one for one in ("The meeting", "Перша зустріч") if one in html] == [title]


def test_people_stand_in_the_order_of_the_ukrainian_alphabet(client, db):
    for name, ukrainian in [("Adam", "Яків"), ("Boris", "Ігор"), ("Carl", "Ґарет"), ("Dora", "Анна"), ("Eve", "Ївга")]:
        PersonFactory(name=name, slug=name.lower(), translations=uk(ukrainian))

    with override("uk"):
        in_ukrainian = [str(person) for person in sorted(Person.objects.all(), key=in_alphabet)]
    in_english = [str(person) for person in sorted(Person.objects.all(), key=in_alphabet)]

    assert in_ukrainian == ["Анна", "Ґарет", "Ігор", "Ївга", "Яків"]
    assert in_english == ["Adam", "Boris", "Carl", "Dora", "Eve"]


def test_parties_stand_in_the_order_of_the_alphabet_of_the_page(client, db):
    for name, ukrainian in [("Alpha", "Янтарія"), ("Beta", "Англія")]:
        PartyFactory(name=name, slug=name.lower(), order=1, translations=uk(ukrainian), released=True)

    def order(address):
        return re.findall("/parties/(alpha|beta)/", client.get(address).content.decode())

    assert (order("/parties/"), order("/uk/parties/")) == (["alpha", "beta"], ["beta", "alpha"])


@pytest.mark.parametrize(("address", "more"), [("/", 1), ("/rounds/the-round/", 1), ("/people/", 1), ("/swaps/", 0)])
def test_a_ukrainian_page_asks_once_for_the_names_of_places_and_for_nothing_else(client, talks, address, more):
    counts = []
    for prefix in ("", "/uk"):
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{prefix}{address}")
        counts.append(len(asked))

    assert counts[1] - counts[0] == more


# Search


@pytest.mark.sql
@pytest.mark.parametrize("prefix", ["", "/uk"])
@pytest.mark.parametrize("asked", ["Перша зустріч", "the round", "файрфлай", "Firefly", "Вони зустрілися"])
def test_search_finds_an_entry_by_its_words_in_either_language(client, talks, prefix, asked):
    html = client.get(f"{prefix}/search/", {"q": asked}).content.decode()

    assert f"{prefix}/rounds/the-round/" in html


@pytest.mark.sql
@pytest.mark.parametrize("asked", ["зустріч", "Фридонія", "round"])
def test_the_filter_of_words_finds_them_as_well(client, talks, asked):
    page = client.get("/uk/", {"q": asked}).context["page"]

    assert "the-round" in [one.entry.slug for one in page.entries]


@pytest.mark.sql
def test_search_finds_a_person_by_a_translated_name_and_marks_it(client, talks):
    html = client.get("/uk/search/", {"q": "файрфлай"}).content.decode()

    assert "<mark>Файрфлай</mark></a>" in html


def test_a_row_can_be_asked_for_by_its_translated_name(client, talks):
    page = client.get("/uk/", {"party": "Фридонія"})

    assert [row.slug for row in page.context["form"].fields["party"].valid] == ["freedonia"]


def test_a_title_of_a_later_day_is_not_found_on_an_earlier_one(client, db):
    held = reported("round", "a-round", ArticleFactory(published=datetime.date(2031, 5, 2)), title="The meeting")
    CitationFactory(entry=held, article=ArticleFactory(published=datetime.date(2031, 5, 4)), field="", title="")
    held.chosen, held.translations = {"title": "The first meeting"}, {"uk": {"title": "Перша зустріч"}}
    held.save()
    settle({held.pk: "translated"})

    def found(day):
        return "/uk/rounds/a-round/" in client.get("/uk/search/", {"q": "зустріч", "as_of": day}).content.decode()

    assert (found("2031-05-03"), found("2031-05-05")) == (False, True)


# The admin


def test_an_editor_translates_on_the_page_of_the_row_and_history_tells_it(admin_client, talks):
    party = Party.objects.get(slug="sylvania")
    page = admin_client.get(url(Party, "change", party.pk))

    admin_client.post(url(Party, "change", party.pk), form_data(page) | {"name_uk": "Сильванія"})

    party.refresh_from_db()
    assert party.translations == uk("Сильванія")
    history = admin_client.get(url(Party, "history", party.pk)).content.decode()
    assert "edited in the admin" in history


def test_a_translation_of_an_entry_is_saved_with_its_reason_and_found(admin_client, client, talks):
    held = Round.objects.get(slug="the-round")
    address = url(Round, "change", held.pk)
    data = form_data(form_page(admin_client, address))
    assert data["title_uk"] == "Перша зустріч"

    refused = admin_client.post(address, data | {"title_uk": "Зустріч у Радісному"})
    assert errors(refused) == ["Readers see this entry, so its history must say why it changes."]
    admin_client.post(address, data | {"title_uk": "Зустріч у Радісному", "reason": "Better words."})

    held.refresh_from_db()
    assert held.translations["uk"] == {"title": "Зустріч у Радісному", "summary": "Вони зустрілися."}
    version = url(Round, "simple_history", held.pk, held.history.first().history_id)
    assert "<div>Title (Українська): Зустріч у Радісному</div>" in admin_client.get(version).content.decode()
    assert "/uk/rounds/the-round/" in client.get("/uk/search/", {"q": "Радісному"}).content.decode()
    history = admin_client.get(f"/admin/talks/round/{held.pk}/history/").content.decode()
    assert "Title (Українська)" in history


def test_a_translation_that_is_too_long_is_refused_at_its_field(admin_client, talks):
    party = Party.objects.get(slug="sylvania")
    page = admin_client.get(url(Party, "change", party.pk))

    refused = admin_client.post(url(Party, "change", party.pk), form_data(page) | {"name_uk": "я" * 101})

    assert "name_uk" in refused.context["adminform"].form.errors


def test_every_page_of_the_admin_leads_to_its_ukrainian_side_and_back(admin_client, talks):
    party = Party.objects.get(slug="freedonia")
    address = f"{url(Party, 'changelist')}?q=free"

    there = folded(admin_client.get(address).content.decode())
    back = folded(admin_client.get(f"/uk/admin/talks/party/{party.pk}/change/").content.decode())

    assert f'href="/uk{address}" lang="uk"' in there
    assert f'href="/admin/talks/party/{party.pk}/change/" lang="en"' in back
    assert "Назва або ім’я (Українська)" in back
