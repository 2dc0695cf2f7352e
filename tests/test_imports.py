"""Imports in the admin: upload, mend, see what would change, load, undo; and articles as files."""

import io
import zipfile

import pytest
import yaml
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from talks import models
from talks.derived.settle import settle
from talks.editing import imports
from talks.files import uploads
from tests.article_files import Folder, entry, event, snapshot

pytestmark = pytest.mark.django_db

ADD = reverse("admin:talks_import_add")
CHANGED = "Nothing was written: the record has changed since. Below is what would change now."
LIST = reverse("admin:talks_import_changelist")


@pytest.fixture
def folder(tmp_path):
    """The vocabulary, loaded; and a place for article files that are not."""
    folder = Folder(tmp_path)
    folder.load()
    return folder


def sent(name, content):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def packed(files, name="articles.zip"):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return sent(name, content.getvalue())


def article_text(folder, slug="gazette-a", **sections):
    return folder.article(slug, **sections).read_text()


def upload(client, *files, **fields):
    return client.post(ADD, {"files": list(files), **fields}, follow=True)


def page(name, imported):
    return reverse(f"admin:talks_import_{name}", args=[imported.pk])


def load(client, answer):
    seen, imported = answer.context["mark"], answer.context["imported"]
    return client.post(page("load", imported), {"seen": seen}, follow=True)


def undo(client, answer):
    imported = answer.context["imported"]
    preview = client.get(page("undo", imported))
    return client.post(page("undo", imported), {"seen": preview.context["mark"]}, follow=True)


def lines(answer, name="told"):
    return {str(group.label): [line for line, _ in group.lines] for group in answer.context[name]["groups"]}


def mistakes(answer):
    """{sentence: its places} as the page shows them."""
    found = answer.context["mistakes"]
    return {
        group.message: [(place.name, place.line, place.field, place.text) for place in group.places] for group in found
    }


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def refused(answer):
    return answer.context["form"].errors["files"]


# The way of an import


def test_what_would_change_is_shown_before_anything_is_written(admin_client, folder):
    before = snapshot()

    answer = upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("hats")])))

    assert lines(answer) == {
        "Created": [
            "article gazette-a",
            "citation hats (gazette-a)",
            "citation hats/event_kind (gazette-a)",
            "event hats",
        ]
    }
    assert snapshot() == before
    assert models.Import.objects.get().state == "checked"


@pytest.mark.sql
def test_a_loaded_import_is_public_and_its_history_names_the_editor_and_the_file(admin_client, admin_user, folder):
    answer = upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("hats")])))

    answer = load(admin_client, answer)

    imported = models.Import.objects.get()
    assert told(answer) == ["The files were loaded."]
    assert (imported.state, imported.user) == ("done", admin_user)
    assert admin_client.get("/events/hats/").status_code == 200
    for model in (models.Article, models.Event, models.Citation):
        rows = model.history.values_list("history_user", "history_change_reason")
        assert set(rows) == {(admin_user.pk, "gazette-a.yaml")}


def test_values_that_change_are_shown_as_before_and_now(admin_client, folder):
    folder.article("gazette-a", rounds=[entry("a-round", city="Freedonia City")])
    folder.load()

    text = article_text(folder, rounds=[entry("a-round", city="Sylvania City")])
    answer = upload(admin_client, sent("gazette-a.yaml", text))

    assert [(str(group.label), group.lines) for group in answer.context["told"]["groups"]] == [
        (
            "Updated",
            [("citation a-round/city (gazette-a)", [["value", "Freedonia City", "Sylvania City"]])],
        )
    ]


@pytest.mark.parametrize(("overwrite", "city"), [({}, "Ruritania City"), ({"overwrite": "on"}, "Sylvania City")])
def test_what_an_editor_changed_is_kept_unless_the_files_word_is_taken(admin_client, folder, overwrite, city):
    folder.article("gazette-a", rounds=[entry("a-round", city="Freedonia City")])
    folder.load()
    models.Citation.objects.filter(field="city").update(value="Ruritania City")
    settle({models.Round.objects.get().pk: "an edit"})

    text = article_text(folder, rounds=[entry("a-round", city="Sylvania City")])
    load(admin_client, upload(admin_client, sent("gazette-a.yaml", text), **overwrite))

    assert models.Round.objects.get().city == city


def test_another_difference_than_the_one_seen_is_shown_and_not_written(admin_client, folder):
    answer = upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("hats")])))
    folder.load()  # somebody else was faster
    before = snapshot()

    answer = load(admin_client, answer)

    assert str(answer.context["note"]) == CHANGED
    assert lines(answer) == {}
    assert snapshot() == before
    assert models.Import.objects.get().state == "checked"


@pytest.mark.sql
def test_an_import_is_loaded_once(admin_client, folder):
    answer = upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("hats")])))
    load(admin_client, answer)

    again = load(admin_client, answer)

    assert again.status_code == 404


def test_a_zip_brings_vocabulary_along(admin_client, folder):
    text = article_text(folder, events=[event("hats", parties=["osterlich"])])
    people = "- {slug: osterlich, name: Osterlich, short: OS, kind: state}\n"
    parties = (folder.path / "reference/parties.yaml").read_text() + people
    files = packed({"all/articles/gazette-a.yaml": text, "all/reference/parties.yaml": parties, "all/": ""})

    answer = upload(admin_client, files)

    assert answer.context["imported"].files.keys() == {"gazette-a.yaml", "reference/parties.yaml"}
    load(admin_client, answer)
    assert [party.slug for party in models.Event.objects.get().parties.all()] == ["osterlich"]


@pytest.mark.sql
def test_an_import_that_is_never_confirmed_gives_way_to_the_next(admin_client, admin_user, folder):
    other = User.objects.create_user("other")
    day = timezone.timedelta(days=1)
    recent = models.Import.objects.create(user=other)
    done = models.Import.objects.create(user=admin_user, state="done")
    models.Import.objects.create(user=other, made=timezone.now() - day)
    models.Import.objects.create(user=admin_user)

    answer = upload(admin_client, sent("gazette-a.yaml", article_text(folder)))

    assert set(models.Import.objects.all()) == {recent, done, answer.context["imported"]}


# Mistakes


def test_every_mistake_is_shown_with_its_file_line_and_remedy_and_can_be_mended_there(admin_client, folder):
    wrong = article_text(folder, rounds=[entry("a-round", parties=["freedonya"])])
    good = article_text(folder, "gazette-b", events=[event("hats")])
    answer = upload(admin_client, sent("gazette-a.yaml", wrong), sent("gazette-b.yaml", good))

    line = wrong.splitlines().index("  - freedonya") + 1
    assert mistakes(answer) == {
        "there is no party “freedonya”. Did you mean “freedonia”?": [
            ("gazette-a.yaml", line, "rounds[a-round].parties[1]", "  - freedonya")
        ]
    }
    mend = answer.context["mend"]
    assert [form["text"].value() for form in mend] == [wrong]

    answer = admin_client.post(
        page("change", answer.context["imported"]), mended(mend, wrong.replace("freedonya", "freedonia")), follow=True
    )

    assert "event hats" in lines(answer)["Created"]
    assert "round a-round" in lines(answer)["Created"]


def mended(formset, *texts, **fields):
    data = {f"form-{name}": value for name, value in formset.management_form.initial.items()}
    data = {name: value for name, value in data.items() if value is not None}
    for index, (form, text) in enumerate(zip(formset, texts, strict=True)):
        data |= {f"form-{index}-name": form["name"].value(), f"form-{index}-text": text.replace("\n", "\r\n")}
    return data | fields


def test_what_is_mended_wrongly_is_kept_as_typed(admin_client, folder):
    wrong = article_text(folder, rounds=[entry("a-round", parties=["freedonya"])])
    answer = upload(admin_client, sent("gazette-a.yaml", wrong))

    typed = wrong.replace("freedonya", "freedoniaa") + "# noted\n"
    answer = admin_client.post(
        page("change", answer.context["imported"]), mended(answer.context["mend"], typed), follow=True
    )

    assert [form["text"].value() for form in answer.context["mend"]] == [typed]


def test_a_wrong_file_can_be_left_out_or_uploaded_again(admin_client, folder):
    wrong = article_text(folder, rounds=[entry("a-round", parties=["freedonya"])])
    other = article_text(folder, "gazette-b", rounds=[entry("a-round", parties=["silvania"])])
    answer = upload(admin_client, sent("gazette-a.yaml", wrong), sent("gazette-b.yaml", other))

    data = mended(answer.context["mend"], wrong, other) | {"form-0-leave_out": "on"}
    again = sent("gazette-b.yaml", other.replace("silvania", "sylvania"))
    answer = admin_client.post(page("change", answer.context["imported"]), data | {"files": again}, follow=True)

    assert answer.context["imported"].files.keys() == {"gazette-b.yaml"}
    assert "round a-round" in lines(answer)["Created"]


NO_FILE = "is no article file and no table; the name of one ends in .yaml, .yml, .csv, .xlsx, .json"


def test_nothing_chosen_is_told(admin_client, folder):
    assert refused(upload(admin_client)) == ["This field is required."]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "notes.txt",
            "x",
            f"“notes.txt” {NO_FILE}, .zip.",
        ),
        ("a.yaml", " \n", "“a.yaml” is empty; choose a file that holds an article."),
        ("a.yaml", b"a: b\nc: \xff", "“a.yaml” is not UTF-8 text in line 2; save the file as UTF-8."),
        ("a.yaml", "a: \0", "“a.yaml” holds a zero byte; save the file as plain text."),
        ("a.yaml", "x" * 1_000_001, "“a.yaml” is too large; an article file has up to 1 MB."),
        ("a.csv", "x" * 10_000_001, "“a.csv” is too large; a table has up to 10 MB."),
        ("a.zip", "no zip", "“a.zip” is no zip that can be read; pack the files again."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(admin_client, folder, name, content, sentence):
    assert refused(upload(admin_client, sent(name, content))) == [sentence]
    assert models.Import.objects.count() == 0


@pytest.mark.parametrize(
    ("files", "sentences"),
    [
        ({}, ["“articles.zip” holds no file."]),
        ({"__MACOSX/._a.yaml": "x"}, ["“articles.zip” holds no file."]),
        (
            {"one/a.yaml": "x", "two/a.yaml": "y"},
            ["Two files are called “a.yaml”; give one of them another name."],
        ),
        (
            {"../../etc/a.txt": "x", "b.yaml": ""},
            [
                f"“a.txt” {NO_FILE}.",
                "“b.yaml” is empty; choose a file that holds an article.",
            ],
        ),
        (
            {"inner.zip": "x"},
            [f"“inner.zip” {NO_FILE}."],
        ),
        ({"a.yaml": "x" * 1_000_001}, ["“a.yaml” is too large; an article file has up to 1 MB."]),
        (
            {f"{number}.yaml": "x" * 999_999 for number in range(21)},
            ["All files together are too large; an import takes up to 20 MB, so load them in parts."],
        ),
    ],
)
def test_a_zip_is_looked_through_before_it_is_taken(admin_client, folder, files, sentences):
    assert refused(upload(admin_client, packed(files))) == sentences


def test_a_zip_that_says_less_than_it_holds_is_not_unpacked(admin_client, folder):
    content = packed({"a.yaml": "x" * 5_000_000}).read()
    lie = content.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    found = refused(upload(admin_client, sent("a.zip", lie)))

    assert found == ["“a.zip” is no zip that can be read; pack the files again."]


def test_more_files_than_an_import_takes_are_refused(admin_client, folder, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILES", 1)
    two = {"a.yaml": "x", "b.yaml": "y"}

    assert refused(upload(admin_client, packed(two))) == [
        "“articles.zip” holds 2 files; an import takes up to 1, so load them in parts."
    ]
    assert refused(upload(admin_client, sent("a.yaml", "x"), sent("b.yaml", "y"))) == [
        "These are 2 files; an import takes up to 1, so load them in parts."
    ]


def test_a_locked_zip_is_refused(admin_client, folder):
    content = bytearray(packed({"a.yaml": "x"}).read())
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refused(upload(admin_client, sent("a.zip", bytes(content)))) == [
        "“a.yaml” is locked with a password; pack it without one."
    ]


# Undo


@pytest.mark.sql
def test_the_last_import_is_undone_after_a_look(admin_client, admin_user, folder):
    before = snapshot()
    answer = load(admin_client, upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("x")]))))

    preview = admin_client.get(page("undo", answer.context["imported"]))
    assert lines(preview)["Removed"] == [
        "citation x (gazette-a)",
        "citation x/event_kind (gazette-a)",
        "event x",
        "article gazette-a",
    ]
    assert snapshot() != before

    answer = undo(admin_client, answer)

    assert told(answer) == ["The import was undone."]
    assert (answer.context["by"], answer.context["at"]) == (admin_user, models.Job.objects.get(action="undo").ended)
    assert "event x" in lines(answer)["Removed"]
    assert snapshot() == before
    assert models.Import.objects.get().state == "undone"


@pytest.mark.sql
def test_imports_are_undone_from_the_last_one_on(admin_client, folder):
    first = load(admin_client, upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("x")]))))
    text = article_text(folder, "gazette-b", events=[event("x")])
    second = load(admin_client, upload(admin_client, sent("gazette-b.yaml", text)))

    answer = admin_client.get(page("undo", first.context["imported"]), follow=True)
    assert told(answer) == ["A later import must be undone first."]
    assert answer.context["may_undo"] is False

    undo(admin_client, second)
    undo(admin_client, first)

    assert models.Entry.objects.count() == 0


def test_an_undo_that_would_change_something_else_than_seen_is_shown_again(admin_client, folder):
    answer = load(admin_client, upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("x")]))))
    imported = answer.context["imported"]
    seen = admin_client.get(page("undo", imported)).context["mark"]
    models.Citation.objects.filter(field="").update(note="An editor's.")

    answer = admin_client.post(page("undo", imported), {"seen": seen})

    assert str(answer.context["note"]) == CHANGED
    assert lines(answer)["Kept as editors left it"] == [
        "citation x (gazette-a): it was changed since; before the import it was not there",
        "article gazette-a: it still reports what was changed since",
    ]
    assert models.Import.objects.get().state == "done"


def test_an_undo_that_is_not_possible_says_what_to_mend(admin_client, folder):
    folder.article("gazette-a", article={"agency": "wire"}, events=[event("x")])
    folder.load()
    text = article_text(folder, events=[event("x")])
    answer = load(admin_client, upload(admin_client, sent("gazette-a.yaml", text)))
    models.Publisher.objects.get(slug="wire").delete()

    answer = admin_client.get(page("undo", answer.context["imported"]))

    assert [*mistakes(answer)] == ["the publisher “wire” was removed since; make it again first, then undo the import"]


# Who may do what


def test_every_page_is_for_those_who_may(client, admin_client, folder):
    answer = load(admin_client, upload(admin_client, sent("gazette-a.yaml", article_text(folder))))
    done = answer.context["imported"]
    waiting = models.Import.objects.create(files={"a.yaml": "a: b"})
    imports.check(waiting)
    waiting.save()
    addresses = [
        ("get", LIST),
        ("get", ADD),
        ("post", ADD),
        ("get", page("change", waiting)),
        ("post", page("change", waiting)),
        ("post", page("load", waiting)),
        ("get", page("undo", done)),
        ("post", page("undo", done)),
    ]

    def codes(*permissions):
        user = User.objects.create_user("-".join(["one", *permissions]), is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(user)
        return [getattr(client, method)(address).status_code for method, address in addresses]

    assert codes() == [403] * 8
    assert codes("view_article") == [403] * 8
    assert codes("view_import") == [200, 403, 403, 200, 403, 403, 403, 403]
    assert codes("change_import") == [200, 403, 403, 200, 403, 403, 200, 200]
    assert codes("add_import") == [200, 200, 200, 200, 200, 302, 403, 403]


def test_nobody_deletes_an_import(admin_client):
    imported = models.Import.objects.create(state="done")

    assert admin_client.get(reverse("admin:talks_import_delete", args=[imported.pk])).status_code == 403


# The list


def test_the_list_tells_who_when_and_how_much(admin_client, folder):
    load(admin_client, upload(admin_client, sent("gazette-a.yaml", article_text(folder, events=[event("x")]))))

    imported = admin_client.get(LIST).context["cl"].result_list[0]

    assert (imported.size, imported.counts["created"], imported.counts["removed"]) == (1, 4, 0)


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 20])
def test_the_list_takes_the_same_queries_at_any_size(admin_client, count):
    for number in range(count):
        user = User.objects.create_user(f"user-{number}")
        models.Import.objects.create(user=user, files={"a.yaml": "x"}, summary={"files": 1, "counts": {"created": 1}})
    admin_client.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        admin_client.get(LIST)

    assert len(queries) == 4
    assert not any('"talks_import"."files"' in query["sql"] for query in queries)


# Export


def export(client, *articles):
    return client.post(
        reverse("admin:talks_article_changelist"),
        {"action": "export_articles", "_selected_action": [article.pk for article in articles]},
    )


def test_one_article_is_exported_as_its_file(admin_client, folder):
    folder.article("gazette-a", events=[event("x", note="Own words.")])
    folder.load()
    models.Article.objects.update(text="Staff only.")

    answer = export(admin_client, models.Article.objects.get())

    assert answer["Content-Disposition"] == 'attachment; filename="gazette-a.yaml"'
    assert yaml.safe_load(answer.content)["article"]["slug"] == "gazette-a"
    assert "Staff only" not in answer.content.decode()


def test_what_is_exported_loads_again_and_changes_nothing(admin_client, folder):
    for slug in ("gazette-a", "gazette-b"):
        folder.article(slug, rounds=[entry("a-round", city="Freedonia City", start="2021-05")], events=[event(slug)])
    folder.load()
    models.Article.objects.update(text="Staff only.")

    answer = export(admin_client, *models.Article.objects.all())

    assert answer["Content-Disposition"] == 'attachment; filename="articles.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["articles/gazette-a.yaml", "articles/gazette-b.yaml"]
        assert not any(b"Staff only" in archive.read(name) for name in archive.namelist())
    answer = upload(admin_client, sent("articles.zip", answer.content))
    assert lines(answer) == {}


def test_the_export_is_for_those_who_may_see_articles(client, folder):
    folder.article("gazette-a")
    folder.load()
    client.force_login(User.objects.create_user("one", is_staff=True))

    assert export(client, models.Article.objects.get()).status_code == 403
