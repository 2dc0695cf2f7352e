"""The style sheets, read as text: what must hold in every script direction; and the length of lines in templates."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import reported

TEMPLATES = Path(settings.BASE_DIR, "templates")
LONGEST_LINE = 160
SHEETS = sorted(Path(settings.BASE_DIR, "static/talks").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?<=[{};])\s*([a-z-]+)\s*:\s*([^;{}]+)")
CLASS = re.compile(r"\.([a-z][a-z-]*)")
SIDE = re.compile(r"\b(left|right)\b")
SIDED_VALUES = {"text-align", "float", "clear", "caption-side", "justify-content", "justify-items", "resize"}


def physical(css):
    """The declarations that name a side, left or right, which stays where it is when the script turns around."""
    declared = [(name, value.strip()) for name, value in DECLARATION.findall(COMMENT.sub("", css))]
    return [
        f"{name}: {value}"
        for name, value in declared
        if SIDE.search(name) or (name in SIDED_VALUES and SIDE.search(value))
    ]


def test_declarations_that_name_a_side_are_found():
    css = (
        "a { /* left: 1px */ left: 0; color: red } @media print { b { text-align:right; margin-left : 1rem; top: 0 } }"
    )

    assert physical(css) == ["left: 0", "text-align: right", "margin-left: 1rem"]


def test_there_are_style_sheets():
    assert [sheet.name for sheet in SHEETS][-2:] == ["site.css", "tables.css"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_declaration_names_a_side(sheet):
    assert physical(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.django_db
def test_a_timeline_is_sent_no_styles_of_other_pages_and_lacks_none(client):
    for name, kind in zip("abc", ("round", "swap", "event"), strict=True):
        reported(kind, name, start="2031-05-02")
    named = set(CLASS.findall(styles("tables.css"))) - set(CLASS.findall(styles("site.css")))

    timeline, about = (client.get(page).content.decode() for page in ("/", "/about/"))

    assert [sheet in page for page in (timeline, about) for sheet in ("site.css", "tables.css")] == [
        *(True, False),
        *(True, True),
    ]
    assert named & {name for names in re.findall(r'class="([^"]*)"', timeline) for name in names.split()} == set()


def styles(sheet):
    return COMMENT.sub("", Path(settings.BASE_DIR, "static/talks", sheet).read_text(encoding="utf-8"))


def test_no_line_of_a_template_is_too_long_to_read_in_a_diff():
    long = [
        f"{template.relative_to(TEMPLATES)}:{number}"
        for template in sorted(TEMPLATES.rglob("*.html"))
        for number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]

    assert long == []
