"""What only those who write the site need is not sent."""

from django.core.files.storage import FileSystemStorage

from talks.lean import Storage

SHEET = """/* What it is for,
   in two lines. */
@layer print {
  @media print {
    .a :is(.b, .c) { color: red; } /* as blood */

    .d::before { content: "/* \\" as it is */"; }
  }
}
"""
LEAN_SHEET = """@layer print {
@media print {
.a :is(.b, .c) { color: red; }
.d::before { content: "/* \\" as it is */"; }
}
}
"""


def test_a_page_is_sent_without_the_indentation_of_its_templates_and_with_that_of_what_it_says(client, db):
    lines = client.get("/about/").text.splitlines()

    assert [line for line in lines if line.startswith(" ") and "<" in line] == []
    assert [line for line in lines if line.startswith("  title = ")] != []  # in BibTeX, to be copied


def test_own_scripts_and_styles_are_collected_without_comments_and_all_else_as_it_is(settings, tmp_path):
    settings.STATIC_URL = "/static/"
    names = ["talks/own.css", "talks/own.txt", "others/their.css"]
    for name in names:
        for folder in ("written", "collected"):
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(SHEET)
    written, collected = FileSystemStorage(tmp_path / "written"), Storage(tmp_path / "collected")

    list(collected.post_process({name: (written, name) for name in names}))

    sent = [(tmp_path / "collected" / collected.stored_name(name)).read_text() for name in names]
    assert sent == [LEAN_SHEET, SHEET, SHEET]
