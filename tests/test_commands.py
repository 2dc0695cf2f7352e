"""The commands: what they print, and with which status they end."""

import io

import pytest
from django.conf import settings
from django.core.management import call_command

from talks import models
from talks.management.commands.article_schema import schema_text
from tests.article_files import entry, event, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    """Runs load_articles; gives its exit status, and the lines it printed to stdout and stderr."""

    def load_articles(*arguments, **options):
        status = 0
        try:
            call_command("load_articles", *map(str, arguments), **options)
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return status, printed.out.splitlines(), printed.err.splitlines()

    return load_articles


def test_a_load_says_how_much_it_wrote(folder, run):
    folder.article("gazette-a", events=[event("x")])

    assert run(folder.path) == (
        0,
        ["1 article file: 15 created, 0 updated, 0 removed, 0 kept as editors left them, 0 new discrepancies."],
        [],
    )


def test_a_second_load_says_that_nothing_changed(folder, run):
    folder.article("gazette-a", events=[event("x")])
    run(folder.path)

    assert run(folder.path) == (0, ["1 article file: nothing changed."], [])


def test_without_a_path_all_of_fixtures_is_loaded(folder, run, monkeypatch):
    monkeypatch.setattr(settings, "FIXTURES", folder.path)
    folder.article("gazette-a")

    status, _, _ = run()

    assert (status, models.Article.objects.get().slug) == (0, "gazette-a")


def test_a_dry_run_prints_every_change_and_every_new_discrepancy_and_writes_nothing(folder, run):
    folder.article("gazette-a", rounds=[entry("x", city="Freedonia City"), entry("y")])
    run(folder.path)
    models.Party.objects.filter(slug="sylvania").update(name="By an editor")
    before = snapshot()
    folder.article("gazette-a", rounds=[entry("x", city="Freedonia")])
    folder.article("gazette-b", rounds=[entry("x", city="Sylvania City")])

    told = run(folder.path, "--dry-run")

    assert told == (
        0,
        [
            "  updated citation x/city (gazette-a)",
            "  removed citation y (gazette-a)",
            "  created article gazette-b",
            "  created citation x (gazette-b)",
            "  created citation x/city (gazette-b)",
            "  removed round y",
            "  kept party sylvania: name is “By an editor” by an editor, “Sylvania” in the file",
            "  new discrepancy: x: city is “Freedonia” (gazette-a) or “Sylvania City” (gazette-b)",
            "Would be: 2 article files: 3 created, 1 updated, 2 removed, 1 kept as editors left them, "
            "1 new discrepancy.",
        ],
        [],
    )
    assert snapshot() == before


def test_what_is_kept_is_said_also_when_nothing_changed_and_overwrite_takes_the_files_word(folder, run):
    folder.article("gazette-a")
    run(folder.path)
    models.Party.objects.filter(slug="sylvania").update(name="By an editor")

    kept, overwritten = run(folder.path), run(folder.path, "--overwrite")

    assert kept[1] == [
        "  kept party sylvania: name is “By an editor” by an editor, “Sylvania” in the file",
        "1 article file: nothing changed.",
    ]
    assert overwritten[1] == [
        "1 article file: 0 created, 1 updated, 0 removed, 0 kept as editors left them, 0 new discrepancies."
    ]
    assert models.Party.objects.get(slug="sylvania").name == "Sylvania"


def test_bad_files_end_with_status_1_and_every_problem_on_stderr(folder, run):
    folder.article("gazette-a", events=[event("x", parties=["fredonia"], start="2021-02-30")])
    broken = folder.write("articles/gazette-b.yaml", "article: [\n")

    assert run(folder.path) == (
        1,
        [],
        [
            f"{folder.path}/articles/gazette-a.yaml:14: events[x].parties[1]: there is no party “fredonia”. "
            "Did you mean “freedonia”?",
            f"{folder.path}/articles/gazette-a.yaml:15: events[x].start: “2021-02-30” is not in the calendar; "
            "write a day that exists, such as 2025-06-02",
            f"{broken}:2: a value is missing here, or stands in brackets that are not closed",
            "3 problems; nothing was written.",
        ],
    )
    assert models.Party.objects.count() == 0


def test_one_problem_is_one_problem(tmp_path, run):
    status, _, told = run(tmp_path / "missing")

    assert (status, told) == (
        1,
        [f"{tmp_path}/missing:0: there is no such file or folder; check the path", "1 problem; nothing was written."],
    )


def test_a_folder_without_files_ends_with_status_1(tmp_path, run):
    assert run(tmp_path)[::2] == (
        1,
        [
            f"{tmp_path}:0: this folder holds no article file (*.yaml); check the path",
            "1 problem; nothing was written.",
        ],
    )


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_is_told_what_is_left_of_a_load_in_one_line(folder, monkeypatch):
    monkeypatch.setattr("talks.management.commands.load_articles.EVERY", -1)
    for number in range(3):
        folder.article(f"gazette-{number}", events=[event("meeting")])
    terminal = Terminal()

    call_command("load_articles", folder.path, stdout=terminal)

    *lines, last = terminal.getvalue().split("\r\x1b[K")
    files = len(list(folder.path.rglob("*.yaml")))
    assert lines[1] == f"1 of {files} files read, {files - 1} left"
    assert [line for line in lines if "compared" in line] == [
        "1 of 3 files compared, 2 left",
        "2 of 3 files compared, 1 left",
    ]
    assert "\n" not in "".join(lines)
    assert last.startswith("3 article files: ")


def test_a_load_that_nobody_watches_tells_only_what_it_did(folder, run):
    folder.article("gazette-one")

    _, told, _ = run(folder.path)

    assert len(told) == 1


def test_the_schema_is_printed_for_editors(capsys):
    call_command("article_schema")

    assert capsys.readouterr().out == schema_text()


def test_the_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
