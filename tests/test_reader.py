"""YAML to plain values, with the line of each."""

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talks.files import reader
from talks.files.reader import Problem, UnreadableError, did_you_mean, read

NAMED = (
    "“&” and “*” at the beginning name or repeat a value, which is not allowed here; write the value out; if it is "
    "text, put the text in double quotes: "
)
SORTED = (
    "“!” at the beginning says of what sort a value is, which is not allowed here; write the plain value; if it is "
    "text, put the text in double quotes: "
)


@pytest.fixture
def written(tmp_path):
    """Writes a file and reads it."""

    def write_and_read(content):
        path = tmp_path / "file.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path)

    return write_and_read


@pytest.fixture
def problem(written):
    """Writes a file that cannot be read; gives line and message of the problem."""

    def write_and_fail(content):
        with pytest.raises(UnreadableError) as caught:
            written(content)
        return caught.value.problem.line, caught.value.problem.message

    return write_and_fail


def test_every_value_has_its_line(written):
    document = written("""\
# A comment.
article:
  slug: a-slug

  title: >-
    Two
    lines
rounds:
  - slug: one
    paragraphs: [1,
      2]
  - {slug: two}
""")

    assert document.value == {
        "article": {"slug": "a-slug", "title": "Two lines"},
        "rounds": [{"slug": "one", "paragraphs": [1, 2]}, {"slug": "two"}],
    }
    assert document.lines == {
        (): 2,
        ("article",): 2,
        ("article", "slug"): 3,
        ("article", "title"): 5,
        ("rounds",): 8,
        ("rounds", 0): 9,
        ("rounds", 0, "slug"): 9,
        ("rounds", 0, "paragraphs"): 10,
        ("rounds", 0, "paragraphs", 0): 10,
        ("rounds", 0, "paragraphs", 1): 11,
        ("rounds", 1): 12,
        ("rounds", 1, "slug"): 12,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ('"true"', "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("'null'", "null"),
        ("0", 0),
        ("14", 14),
        ("-3", -3),
        ('"14"', "14"),
        ("014", "014"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1.5", "1.5"),
        ("1٢", "1٢"),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, "9" * 19),
        ("12:30", "12:30"),
        ("2025-06-02", datetime.date(2025, 6, 2)),
        ('"2025-06-02"', "2025-06-02"),
        ("2025-06", "2025-06"),
        ("2025-02-30", "2025-02-30"),
        ("2025-6-2", "2025-6-2"),
        ("2025-06-02 10:00:00", "2025-06-02 10:00:00"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_a_word_without_quotes_is_what_yaml_1_2_makes_of_it(written, text, value):
    found = written(f"value: {text}\n").value["value"]

    assert (found, type(found)) == (value, type(value))


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text(written):
    document = written("\ufeffone: 1\r\ntwo: 2\r\n".encode())

    assert (document.value, document.lines["two",]) == ({"one": 1, "two": 2}, 2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", (1, "the file is empty; it needs at least the section “article”")),
        ("# Nothing but a comment.\n", (1, "the file is empty; it needs at least the section “article”")),
        ("a: 1\nb: 2\na: 3\n", (3, "“a” stands here twice; keep one of them")),
        ("a:\n  - {b: 1, b: 2}\n", (2, "“b” stands here twice; keep one of them")),
        ("a: &x 1\n", (1, f'{NAMED}a: "&x 1"')),
        ("a: 1\nb: &x [1]\n", (2, f'{NAMED}b: "&x [1]"')),
        ("a: *x\n", (1, f'{NAMED}a: "*x"')),
        ("a: *Talks* resume\n", (1, f'{NAMED}a: "*Talks* resume"')),
        ("a:\n  - & so on\n", (2, f'{NAMED}"& so on"')),
        ("a: ! so it is\n", (1, f'{SORTED}a: "! so it is"')),
        ("a: !Alert\n", (1, f'{SORTED}a: "!Alert"')),
        ("&x a: 1\n", (1, "a plain name is expected here, then a colon")),
        ("a: !!os x\n", (1, f'{SORTED}a: "!!os x"')),
        ("a: 1\nb: !!set {x}\n", (2, f'{SORTED}b: "!!set {{x}}"')),
        ("a: !!str 1\n", (1, f'{SORTED}a: "!!str 1"')),
        ("a: 1\n? [b, c]\n: 2\n", (2, "a name is expected here, then a colon")),
        ("a: 1\n---\nb: 2\n", (2, "a second document starts here; write one file for each article")),
        ('a: 1\nb: "x\\0y"\n', (2, "this text holds a control character; take it out")),
        ('a: "\\e[31m"\n', (1, "this text holds a control character; take it out")),
        ('"a\\0": 1\n', (1, "a plain name is expected here, then a colon")),
        (b"a: 1\nb: caf\xe9\n", (2, "this line is not UTF-8 text; save the file as UTF-8")),
        ("a: 1\n\tb: 2\n", (2, "a tab stands here; indent with spaces instead")),
        ("a: 1\nb: [1, 2\nc: 3\n", (3, "a list in square brackets is not closed, or lacks a comma; write it as [1, 2]")),  # noqa: E501 -- one line is clearer
        ("a: 'x\n", (2, 'put the text of line 1 in double quotes: a: "\'x"')),
        ("a: b: c\n", (1, 'put the text in double quotes: a: "b: c"')),
        ("title: Kyiv: talks open\n", (1, 'put the text in double quotes: title: "Kyiv: talks open"')),
        ("title: 'No deal' say envoys\n", (1, 'put the text in double quotes: title: "\'No deal\' say envoys"')),
        ('title: "No deal" say envoys\n', (1, 'put the text in double quotes: title: "\\"No deal\\" say envoys"')),
        ("a:\n  - title: @home\n", (2, 'put the text in double quotes: title: "@home"')),
        ("title: \tKyiv: talks\n", (1, 'put the text in double quotes: title: "Kyiv: talks"')),
        ("# ééé\na: 1\nb: \x01\nc: 2\nd: 3\n", (3, "this is not YAML: control characters are not allowed")),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_where_and_why(problem, content, expected):
    assert problem(content) == expected


@pytest.mark.parametrize(
    ("content", "line", "better"),
    [
        ("a:\n  title: Round #2 opens\n", 2, 'put the text in double quotes: title: "Round #2 opens"'),
        ("title: #2 opens\n", 1, 'put the text in double quotes: title: "#2 opens"'),
        ("a:\n  - Round #2\n", 2, 'put the text in double quotes: "Round #2"'),
        ('title: "No deal" #2\n', 1, 'put the text in double quotes: title: "\\"No deal\\" #2"'),
        ("a: They met\n  in room #2\nb: 1\n", 2, "quote the whole text"),
    ],
)
def test_a_text_that_would_be_cut_at_a_number_sign_is_told_with_the_line_to_type(written, content, line, better):
    told = f"what stands from “#” on is not read; {better} (if it is a comment, put two spaces before the “#”)"
    assert [(problem.line, problem.message) for problem in written(content).cut] == [(line, told)]


@pytest.mark.parametrize(
    "content",
    [
        "title: Talks  # of May\n",
        "size: 3 # people\n",
        "a:  # all\n  b: 1\n",
        "a: # unknown\n",
        "a: C#\n",
        "a: >\n  x #2\n",
    ],
)
def test_a_comment_is_a_comment(written, content):
    assert written(content).cut == []


def test_a_bomb_of_aliases_is_refused_before_it_unfolds(problem):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))

    assert problem(bomb) == (1, f'{NAMED}a0: "&a0 [x, x]"')


@pytest.mark.parametrize(
    "bomb", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "\n".join(" " * n + "a:" for n in range(900))]
)
def test_a_file_nested_too_deep_is_refused(problem, bomb):
    assert problem(bomb)[1] == "this is nested more than 20 levels deep"


def test_a_file_that_is_too_large_is_not_even_read(problem, monkeypatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 10)

    assert problem("a: 123456789\n") == (1, "the file has 13 bytes; an article file has at most 10")


@pytest.mark.parametrize(("name", "reason"), [("missing.yaml", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_opened_says_why(tmp_path, name, reason):
    with pytest.raises(UnreadableError, match=rf"the file cannot be opened \({reason}\)"):
        read(tmp_path / name)


YAML_LIKE = st.text("ab:-[]{}&*!|>'\"#%@?,\n \t~0", max_size=60)


@given(st.one_of(st.binary(), st.text().map(str.encode), YAML_LIKE.map(str.encode)))
@example(b"\xff\xfea\0")
@example("a: \ud7ff\ufffe".encode())
@example(b"%YAML 3.0\n---\na")
@example(b"%TAG ! x\n---\n!a b")
@example(b"a: \x85")
@example(b"? ")
@example(b"...")
def test_any_bytes_are_read_or_refused_as_unreadable(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)

    try:
        outcome = read(path)
    except UnreadableError as error:
        outcome = error.problem

    assert isinstance(outcome, Problem) or () in outcome.lines


def test_a_place_is_told_by_names_and_slugs(written):
    document = written("rounds:\n  - slug: one\n    delegations:\n      - {party: freedonia, members: [{size: 3}]}\n")

    places = [("rounds", 0, "city"), ("rounds", 0, "delegations", 0, "members", 0, "person"), ("rounds", 7, "city"), ()]

    assert [(document.problem(place, "").line, document.label(place)) for place in places] == [
        (2, "rounds[one].city"),
        (4, "rounds[one].delegations[freedonia].members[1].person"),
        (1, "rounds[8].city"),
        (1, ""),
    ]


def test_a_problem_reads_as_path_line_field_and_message(written, tmp_path):
    problem = written("a:\n  b: 1\n").problem(("a", "b"), "is wrong; mend it")

    assert str(problem) == f"{tmp_path}/file.yaml:2: a.b: is wrong; mend it"


def test_a_close_word_is_suggested():
    assert did_you_mean("freedonnia", ["sylvania", "freedonia"]) == " Did you mean “freedonia”?"
    assert did_you_mean("xyz", ["sylvania", "freedonia"]) == ""
