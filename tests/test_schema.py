# ruff: noqa: E501 -- the tables below read best with one case to a line
"""What an article file may hold, and what its author reads where it is wrong."""

import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from talks.files import mistakes, reader, schema
from talks.files.loader import REFERENCE_FILES
from talks.files.rows import VOCABULARY
from talks.management.commands.article_schema import schema_text

ARTICLE = {"slug": "a", "publisher": "p", "title": "t", "published": "2021-05-10", "language": "en"}
ROUND_FIELDS = (
    "slug, title, draft, notable, summary, note, start, end, time, after, process, parties, issues, paragraphs, paragraphs_of, "
    "right_because, number, status, city, "
    "country, venue, duration_minutes, format, outcome, delegations"
)
MEMBER_FIELDS = "person, title, head, right_because, paragraphs"


def problems(part, value):
    """What is wrong with these plain values, as “field: message”."""
    document = reader.Document("file.yaml", value, {(): 1})
    return [f"{found.field}: {found.message}" for found in mistakes.validated(part, document)[1]]


def wrong_article(**fields):
    return problems(schema.ArticleFile, {"article": ARTICLE | fields})


def wrong_entry(section, **fields):
    """What is wrong with an entry of this section, its name left out."""
    entry = {"slug": "x", "title": "t", "paragraphs": [1]} | fields
    return [
        found.removeprefix(f"{section}[x]")
        for found in problems(schema.ArticleFile, {"article": ARTICLE, section: [entry]})
    ]


def wrong_round(**fields):
    return wrong_entry("rounds", **fields)


def wrong_transfer(**fields):
    transfer = {"from": "f", "to": "s", "kind": "remains", "paragraphs": [1]} | fields
    return [found.removeprefix(".transfers[1]") for found in wrong_entry("swaps", transfers=[transfer])]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"slug": "Not a slug"}, "article.slug: “Not a slug” is no slug; use small letters, digits and single hyphens"),
        ({"slug": None}, "article.slug: nothing stands here; fill it in or leave it out"),
        ({"slug": "a" * 121}, "article.slug: this is too long, 121 characters; shorten it to 120 or fewer"),
        ({"title": " \n "}, "article.title: this is empty; fill it in or leave it out"),
        ({"title": 1984}, "article.title: “1984” is a number, text is needed; put it in quotes if it is meant as text"),
        ({"title": "t" * 301}, "article.title: this is too long, 301 characters; shorten it to 300 or fewer"),
        ({"url": "javascript:alert(1)"}, "article.url: “javascript:alert(1)” is no address; write it in full, from https:// on"),
        ({"url": "www.example.org"}, "article.url: “www.example.org” is no address; write it in full, from https:// on"),
        ({"archived_url": "ftp://x"}, "article.archived_url: “ftp://x” is no address; write it in full, from https:// on"),
        ({"language": "english"}, "article.language: “english” is no language code; write en"),
        ({"published": "2021-05"}, "article.published: “2021-05” is no exact date; write year, month and day, such as 2025-06-02"),
        ({"published": "2099-01-01"}, "article.published: 2099-01-01 is in the future; write the day on which the article was published"),
        ({"published": "1821-01-01"}, "article.published: the year 1821 cannot be meant; it must be from 1900 to 2100"),
        ({"published": "last May"}, "article.published: “last May” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known"),
        ({"titel": "t"}, "article.titel: there is no such field here. Did you mean “title”? There are: slug, publisher, agency, title, byline, url, archived_url, published, language, summary, retracted, updated, notice, released"),
        ({"text": "copied"}, "article.text: there is no such field here. There are: slug, publisher, agency, title, byline, url, archived_url, published, language, summary, retracted, updated, notice, released"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_article_says_what_is_wrong_and_what_would_be_right(fields, message):
    assert wrong_article(**fields) == [message]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": "2021-02-30"}, ".start: “2021-02-30” is not in the calendar; write a day that exists, such as 2025-06-02"),
        ({"start": "21 May"}, ".start: “21 May” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known"),
        ({"start": "2021-05-10", "end": "2021-05-09"}, ": it ends on 2021-05-09, before it starts on 2021-05-10; correct one of them"),
        ({"start": "2021-05", "end": "2021-04-30"}, ": it ends on 2021-04-30, before it starts on 2021-05; correct one of them"),
        ({"status": "helt"}, ".status: “helt” is not one of scheduled, held, postponed, cancelled. Did you mean “held”?"),
        ({"status": ["held"]}, ".status: “['held']” is not one of scheduled, held, postponed, cancelled. Did you mean “held”?"),
        ({"number": 0}, ".number: 0 is too small; it must be at least 1. Leave it out if unknown"),
        ({"number": 32768}, ".number: 32768 is out of range; input should be less than or equal to 32767"),
        ({"number": "two"}, ".number: “two” is text, a whole number is needed; write it in digits, without quotes"),
        ({"number": True}, ".number: “True” is true or false, a whole number is needed; write it in digits, without quotes"),
        ({"duration_minutes": 10_000_000}, ".duration_minutes: 10000000 is out of range; input should be less than or equal to 9999999"),
        ({"country": "Freedonia"}, ".country: “Freedonia” is no country code; write two capital letters of ISO 3166, such as TR"),
        ({"city": "c" * 101}, ".city: this is too long, 101 characters; shorten it to 100 or fewer"),
        ({"parties": []}, ".parties: this is empty; fill it in or leave it out"),
        ({"parties": "freedonia"}, ".parties: this is text, a list is needed; write [freedonia] or one line with “- ” for each"),
        ({"parties": ["f", "s", "f"]}, ".parties: “f” stands here twice; keep one of them"),
        ({"paragraphs": 3}, ".paragraphs: this is a number, a list is needed; write [3]"),
        ({"paragraphs": None}, ".paragraphs: nothing stands here; fill it in or leave it out"),
        ({"paragraphs": [0]}, ".paragraphs[1]: 0 is too small; it must be at least 1. Leave it out if unknown"),
        ({"paragraphs": list(range(1, 42))}, ".paragraphs: this is too long, 41 entries; shorten it to 40 or fewer"),
        ({"paragraphs_of": {"city": [3]}}, ": paragraphs_of names “city”, which is no fact that this entry gives here"),
        ({"paragraphs_of": {"note": [3]}}, ": paragraphs_of names “note”, which is no fact that this entry gives here"),
        ({"paragraphs_of": {"city": 3}, "city": "c"}, ".paragraphs_of.city: this is a number, a list is needed; write [3]"),
        ({"delegations": ["f"]}, ".delegations[1]: this is text, fields with names are needed, such as “slug: …”"),
        ({"delegations": [{"party": "f"}]}, ".delegations[f].paragraphs: this is missing; add it"),
        ({"delegations": [{"party": "f", "paragraphs": [], "expected": "yes"}]}, ".delegations[f].expected: “yes” is text; write true or false, without quotes"),
        ({"delegations": [{"party": "f", "paragraphs": [], "members": [{"person": "p", "paragraphs": [], "haed": True}]}]},
         f".delegations[f].members[p].haed: there is no such field here. Did you mean “head”? There are: {MEMBER_FIELDS}"),
        ({"statsu": "held"}, f".statsu: there is no such field here. Did you mean “status”? There are: {ROUND_FIELDS}"),
        ({"zzz": None}, f".zzz: there is no such field here. There are: {ROUND_FIELDS}"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_entry_says_what_is_wrong_and_what_would_be_right(fields, message):
    assert wrong_round(**fields) == [message]


TOTAL = ": write `date` for one day, or `start` and `end` for a total of several days"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"to": "f"}, ": it goes from “f” to “f”; name the other party in one of them"),
        ({"start": "2021-05-01"}, TOTAL),
        ({"end": "2021-05-01"}, TOTAL),
        ({"date": "2021-05-01", "start": "2021-05-01", "end": "2021-05-02"}, TOTAL),
        (
            {"start": "2021-05-02", "end": "2021-05-02"},
            ": the total ends on 2021-05-02, which is not after its start 2021-05-02",
        ),
        (
            {"date": "May"},
            ".date: “May” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known",
        ),
        ({"count": 0}, ".count: a count is at least 1; leave it out if no number is reported"),
        ({"count": 2.5}, ".count: this is no count; write a number such as 1000, or its words, such as at least 1000"),
        ({"count": 10_000_000}, ".count: it can be at most 9999999"),
    ],
)
def test_a_mistake_in_a_transfer_says_what_would_be_right(fields, message):
    assert wrong_transfer(**fields) == [message]


def test_a_proposal_cannot_supersede_or_answer_itself():
    assert wrong_entry("proposals", supersedes="x") == [
        ": it supersedes itself; name the earlier proposal, or leave it out"
    ]
    assert wrong_entry("proposals", answers="x") == [
        ": it answers itself; name the other side's proposal, or leave it out"
    ]


def test_a_proposal_has_a_date_and_no_start():
    assert [found.split(". ")[0] for found in wrong_entry("proposals", start="2021-05-01")] == [
        ".start: there is no such field here"
    ]


def test_a_file_without_an_article_or_of_another_shape_says_so():
    assert problems(schema.ArticleFile, {"rounds": []}) == ["article: this is missing; add it"]
    assert problems(schema.ArticleFile, ["a"]) == [": this is a list, fields with names are needed, such as “slug: …”"]
    assert problems(schema.ArticleFile, None) == [": nothing stands here; fill it in or leave it out"]


def test_a_series_cannot_end_before_it_starts():
    process = {"slug": "x", "title": "t", "start": "2021-05-02", "end": "2021-05-01"}

    assert problems(schema.ProcessPart, process) == [
        ": the series ends on 2021-05-01, before it starts; correct `start` or `end`"
    ]


def test_all_mistakes_are_told_each_in_its_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "article:\n  slug: A\n  publisher: p\n  title: t\n  language: en\nrounds:\n  - slug: x\n    paragraphs: []\n"
    )

    _, found = mistakes.validated(schema.ArticleFile, reader.read(path))

    assert [str(problem) for problem in found] == [
        f"{path}:2: article.slug: “A” is no slug; use small letters, digits and single hyphens",
        f"{path}:1: article.published: this is missing; add it",
        f"{path}:7: rounds[x].title: this is missing; add it",
    ]


def test_a_long_wrong_value_is_shortened_to_one_line():
    (message,) = wrong_round(country="Freedonia\n" * 100)

    assert "\n" not in message
    assert len(message) < 150


def test_texts_lose_the_blanks_around_them():
    article = schema.ArticlePart.model_validate(ARTICLE | {"title": "  A title \n", "byline": " By "})

    assert (article.title, article.byline) == ("A title", "By")


@pytest.mark.parametrize(
    ("given", "start"), [("2021", "2021"), (2021, "2021"), ("2021-05", "2021-05"), ("2021-05-01", "2021-05-01")]
)
def test_a_date_of_which_only_a_part_is_known_stays_as_it_is(given, start):
    part = schema.EntryPart.model_validate({"slug": "x", "title": "t", "paragraphs": [], "start": given})

    assert part.start == start


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ROUND_FIELDS.split(", ")) | st.text(max_size=5), inner, max_size=4),
    max_leaves=9,
)  # fmt: skip


@given(PLAIN)
def test_any_wrong_values_give_problems_with_a_sentence(value):
    for content in (
        value,
        {"article": value},
        {"article": ARTICLE, "rounds": value},
        {"article": ARTICLE, "swaps": [value]},
    ):
        file, found = mistakes.validated(schema.ArticleFile, reader.Document("file.yaml", content, {(): 1}))

        assert (file is None) == bool(found)
        assert [problem.message for problem in found if "Input should be a" in problem.message] == []


def test_the_json_schema_in_fixtures_is_fresh():
    assert (settings.BASE_DIR / "fixtures/article.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_json_schema_has_a_description_or_a_plain_type_for_every_field():
    described = json.loads(schema_text())

    assert set(described["properties"]) == {"article", "rounds", "swaps", "proposals", "events", "accounts"}
    assert list(described["$defs"]["TransferPart"]["properties"]) == ["date", "start", "end", "from", "to", "kind", "count", "right_because", "paragraphs"]  # fmt: skip


def test_every_vocabulary_has_a_reference_file():
    assert {path.stem for path in (settings.BASE_DIR / "fixtures/reference").iterdir()} == set(REFERENCE_FILES)
    assert set(REFERENCE_FILES.values()) == set(VOCABULARY)
