"""Load, export and load again: nothing is lost, nothing is added, and nothing is shown that must not be."""

import contextlib
import datetime
import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks import models
from talks.derived.settle import settle
from talks.files import mistakes, reader, rows, schema
from talks.files.exporter import dump, export
from talks.files.loader import load
from tests import factories
from tests.article_files import Folder, entry, event, snapshot

pytestmark = pytest.mark.django_db

ODD_TEXTS = [
    "NO",
    "no",
    "null",
    "~",
    "true",
    "tRUE",
    "2025-06-02",
    "2025-02-30",
    "14",
    "1_000",
    "0x1F",
    "1.5",
    "12:30:45",
    "- a dash",
    "? a question",
    ": a colon",
    "key: value",
    "a # comment",
    "# a comment",
    "&anchor",
    "*alias",
    "!tag",
    "%percent",
    "@at",
    "`tick`",
    "{brace",
    "[bracket]",
    "a, b",
    "'single'",
    '"double"',
    "it's “quoted”",
    "back\\slash",
    "two\nlines",
    "two\n\nparagraphs",
    "a line\n  indented",
    "a line \nwith a blank before the break",
    "tab\tinside",
    "<b>bold</b> &amp;",
    "---",
    "...",
    "=",
    "<<",
    "Çırağan, Рустем Умєров, 伊斯坦布尔, \u05e9\u05dc\u05d5\u05dd",
    "\U0001f54a\ufe0f dove",
    "no-break\u00a0space and \u2028 separators \x85 here",
    "zero\u200bwidth \ufeff mark",
    "long words " * 30 + "end",
    "x" * 195,
]
ANY_CHARACTER = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t")
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(ANY_CHARACTER, min_size=1, max_size=150).filter(str.strip)
LINES = TEXTS.map(lambda text: text.strip()[:90].strip()).filter(bool)
PARAGRAPHS = st.lists(st.integers(1, 99), max_size=3)
DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2021, 12, 31))
PARTIES = st.sampled_from(["freedonia", "sylvania", "ruritania"])
PEOPLE = st.sampled_from(["rufus-firefly", "ambassador-trentino", "chicolini"])
ISSUES = st.sampled_from(["borders", "prisoners"])
NUMBERS = st.integers(1, 30_000)
SLUGS = {
    section: [f"{section}-{number}" for number in (1, 2)] for section in ("rounds", "swaps", "proposals", "events")
}


def parts(required, **optional):
    """Plain values of a part of a file: the required fields and any of the optional ones."""
    return st.fixed_dictionaries(required, optional=optional)


def lists(part, *names):
    """Lists of parts that differ in the fields `names`."""
    return st.lists(part, max_size=3, unique_by=lambda found: tuple(found.get(name) for name in names))


def one_head(members):
    for member in members[1:]:
        member.pop("head", None)
    return members


MEMBER = parts(
    {"person": PEOPLE, "paragraphs": PARAGRAPHS},
    title=TEXTS.map(lambda text: text[:200]),
    head=st.booleans(),
    right_because=LINES,
)
WORDS_OF_COUNTS = (
    "at least {:,}",
    "more than {:,}",
    "up to {:,}",
    "fewer than {:,}",
    "about {:,}",
    "{:,} to 30,001",
    "about {:,} to 30,001",
)
COUNTS = NUMBERS | st.builds(str.format, st.sampled_from(WORDS_OF_COUNTS), st.integers(3, 30_000))
DELEGATION = parts(
    {"party": PARTIES, "paragraphs": PARAGRAPHS},
    role=st.sampled_from(models.Delegation.Role.values),
    size=st.integers(3, 30_000) | st.integers(4, 30_000).map("at least {:,}".format),
    expected=st.booleans(),
    note=TEXTS,
    right_because=LINES,
    members=lists(MEMBER, "person").map(one_head),
)
TRANSFER_KEY = ("date", "start", "end", "from", "to", "kind")
TRANSFER = st.builds(
    lambda when, direction, rest: when | direction | rest,
    st.sampled_from([{}, {"date": "2021-05-01"}, {"date": "2021-05"}, {"start": "2021-05-01", "end": "2021-05-02"}]),
    st.sampled_from([{"from": "freedonia", "to": "sylvania"}, {"from": "sylvania", "to": "freedonia"}]),
    parts(
        {"kind": st.sampled_from(models.Transfer.TransferKind.values), "paragraphs": PARAGRAPHS},
        count=COUNTS,
        right_because=LINES,
    ),
)
PROVISION = parts(
    {"key": st.sampled_from(["one", "two", "three"]), "issue": ISSUES, "text": TEXTS, "paragraphs": PARAGRAPHS},
    number=NUMBERS,
)


def entries(section, **optional):
    """Lists of entries of one section. The paragraphs of single facts are given for some."""
    part = parts(
        {"slug": st.sampled_from(SLUGS[section]), "title": LINES, "paragraphs": PARAGRAPHS},
        summary=TEXTS,
        note=TEXTS,
        process=st.just("marx-talks"),
        issues=st.lists(ISSUES, min_size=1, unique=True),
        parties=st.lists(PARTIES, min_size=1, unique=True),
        **optional,
    )
    of_facts = st.fixed_dictionaries({"paragraphs_of": PARAGRAPHS, "right_because": LINES})
    with_facts = st.builds(
        lambda found, own: found | {name: {"process": said} for name, said in own.items() if "process" in found},
        part,
        of_facts,
    )
    return lists(with_facts, "slug")


LATER = st.dates(datetime.date(2022, 1, 1), datetime.date(2023, 12, 31))  # all that is reported has happened by then
DATES = st.sampled_from(["2021", "2021-05"]) | DAYS.map(str)
ENDS = {"start": DATES, "end": st.sampled_from(["2022-01-01", "2022-01", "2022"])}
SECTIONS = {
    "rounds": entries(
        "rounds",
        **ENDS,
        number=NUMBERS,
        status=st.sampled_from(models.Round.RoundStatus.values),
        city=LINES,
        country=st.sampled_from(["NO", "TR"]),
        venue=LINES,
        duration_minutes=NUMBERS,
        outcome=TEXTS,
        delegations=lists(DELEGATION, "party"),
    ),
    "swaps": entries(
        "swaps",
        **ENDS,
        status=st.sampled_from(models.Swap.SwapStatus.values),
        mediators=st.lists(PARTIES, min_size=1, unique=True),
        transfers=lists(TRANSFER, *TRANSFER_KEY),
    ),
    "proposals": entries(
        "proposals",
        date=DATES,
        form=st.sampled_from(models.Proposal.Form.values),
        status=st.sampled_from(models.Proposal.ProposalStatus.values),
        coverage=st.sampled_from(models.Proposal.Coverage.values),
        provisions=lists(PROVISION, "key"),
    ),
    "events": entries("events", **ENDS).map(
        lambda found: [part | {"kind": kind} for part, kind in zip(found, models.Event.EventKind.values, strict=False)]
    ),
}
OWN = parts(
    {"title": TEXTS.map(lambda text: text[:250].strip()).filter(bool), "published": LATER.map(str), "language": st.just("en")},  # noqa: E501 -- one line is clearer
    agency=st.just("wire"),
    byline=LINES,
    released=st.just(True),
    url=st.sampled_from(["https://example.org/a?b=c#d", "http://пример.example/ü"]),
    summary=TEXTS,
)  # fmt: skip


@st.composite
def article_files(draw):
    """One or two articles on the same entries; accounts and relations name entries that one of them mentions."""
    contents = []
    for number in range(draw(st.integers(1, 2))):
        own = {"slug": f"gazette-{number}", "publisher": "gazette", **draw(OWN)}
        contents.append({"article": own, **{name: found for name, part in SECTIONS.items() if (found := draw(part))}})
    there = {name: [part["slug"] for content in contents for part in content.get(name, [])] for name in SECTIONS}
    everything = [slug for slugs in there.values() for slug in slugs]
    for content in contents:
        for part in (*content.get("swaps", []), *content.get("proposals", [])):
            if there["rounds"] and draw(st.booleans()):
                name = "agreed_at" if part["slug"] in there["swaps"] else "presented_at"
                part[name] = draw(st.sampled_from(there["rounds"]))
        if everything:
            described = parts(
                {"entry": st.sampled_from(everything), "party": PARTIES, "text": TEXTS, "paragraphs": PARAGRAPHS},
                speaker=PEOPLE,
            )
            content["accounts"] = draw(lists(described, "entry", "party", "speaker"))
    return contents


@contextlib.contextmanager
def undone():
    """Whatever is written to the database inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def said(path):
    """What an article's file says: its own columns, and all rows without their places."""
    file, problems = mistakes.validated(schema.ArticleFile, reader.read(path))
    assert problems == []
    reported = [(row.model.__name__, row.key, row.values, row.kind) for row in rows.from_file(file)]
    return rows.article_values(file.article), sorted(reported, key=str)


EVERY_ODD_TEXT = [event(f"event-{n}", title=text[:90].strip(), note=text) for n, text in enumerate(ODD_TEXTS)]


@pytest.mark.long
@pytest.mark.sql
@given(article_files())
@example(
    [
        {
            "article": {"slug": "a", "publisher": "gazette", "title": "t", "published": "2021-05-01", "language": "en"},
            "events": EVERY_ODD_TEXT,
        }
    ]
)
@hypothesis_settings(max_examples=8)
def test_load_export_and_load_again_is_the_identity(contents):
    with tempfile.TemporaryDirectory() as name:
        folder, again = Folder(Path(name, "files")), Path(name, "exported")
        for content in contents:
            folder.write(f"articles/{content['article']['slug']}.yaml", content)

        with undone():
            folder.load()
            before = snapshot()
            export(again)
            outcome = load([again])
        with undone():
            load([again])
            after = snapshot()

        written = {path.name: said(path) for path in (folder.path / "articles").iterdir()}
        assert {path.name: said(path) for path in (again / "articles").iterdir()} == written
        assert (outcome.changes, outcome.kept) == ([], [])
        assert after == before


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_an_odd_text_comes_back_from_yaml_as_it_was(tmp_path, text):
    path = tmp_path / "file.yaml"
    content = {"one": text, "many": [text, text], "inside": [{"text": text}]}

    path.write_text(dump(content), encoding="utf-8")

    assert reader.read(path).value == content


@given(st.text(ANY_CHARACTER))
@hypothesis_settings(max_examples=200)
def test_any_text_comes_back_from_yaml_as_it_was(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "text.yaml"
    content = {"one": text, "many": [text, text], "inside": [{"text": text}]}

    path.write_text(dump(content), encoding="utf-8")

    document = reader.read(path)
    assert (document.value, document.cut) == (content, [])


@pytest.mark.sql
def test_what_an_editor_changed_is_exported_and_loads_into_an_empty_database(tmp_path):
    folder = Folder(tmp_path / "files")
    transfers = [
        {"from": "freedonia", "to": "sylvania", "kind": kind, "count": 3, "paragraphs": [1]}
        for kind in ("remains", "children")
    ]
    folder.article("gazette-a", rounds=[entry("x", city="Freedonia City")], swaps=[entry("y", transfers=transfers)])
    with undone():
        folder.load()
        mended = models.Transfer.objects.get(kind="remains")
        mended.count = 4
        mended.save()
        models.Transfer.objects.get(kind="children").delete()
        article, a_round = models.Article.objects.get(), models.Round.objects.get()
        freedonia = models.Party.objects.get(slug="freedonia")
        factories.DelegationFactory(round=a_round, article=article, party=freedonia, size=5)
        factories.CitationFactory(entry=a_round, article=article, field="venue", value="Palace", paragraphs="8")
        models.Party.objects.filter(slug="sylvania").update(name="Kingdom of Sylvania")
        settle({a_round.pk: "an editor"})
        export(tmp_path / "exported")
        before = snapshot("filed")

    load([tmp_path / "exported"])

    assert snapshot("filed") == before
    assert models.Round.objects.get().venue == "Palace"


def test_a_row_that_an_editor_added_for_another_article_is_exported_with_a_mention_of_its_entry(tmp_path):
    folder = Folder(tmp_path / "files")
    folder.article("gazette-a", events=[event("x")])
    folder.article("gazette-b")
    with undone():
        folder.load()
        other, found = models.Article.objects.get(slug="gazette-b"), models.Event.objects.get()
        factories.CitationFactory(entry=found, article=other, field="start", value="2021-05-01", paragraphs="8")
        export(tmp_path / "exported")

    load([tmp_path / "exported"])

    citations = models.Citation.objects.filter(article__slug="gazette-b").order_by("field")
    assert [(c.field, c.title, c.value, c.paragraphs) for c in citations] == [
        ("", "Title of x", "", "8"),
        ("start", "", "2021-05-01", "8"),
    ]


def test_the_text_for_staff_is_in_no_exported_file(tmp_path):
    folder = Folder(tmp_path / "files")
    folder.article("gazette-a", events=[event("x")])
    folder.load()
    models.Article.objects.update(text="Copyrighted words of the paper.")

    written = export(tmp_path / "exported")

    assert len(written) == 8
    assert [path for path in written if "Copyrighted" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("there", ["a file in it", "a file of its name"])
def test_the_command_writes_into_no_folder_that_holds_something(tmp_path, there):
    taken = tmp_path / "exported"
    if there == "a file in it":
        taken.mkdir()
        (taken / "precious.txt").write_text("precious")
    else:
        taken.write_text("precious")

    with pytest.raises(CommandError, match="is not an empty folder; name a new one, so that no file is lost"):
        call_command("export_articles", str(taken))


def test_the_command_says_how_many_files_it_wrote(tmp_path, capsys):
    folder = Folder(tmp_path / "files")
    folder.article("gazette-a")
    folder.load()

    call_command("export_articles", str(tmp_path / "exported"))

    assert capsys.readouterr().out == f"8 files written to {tmp_path / 'exported'}.\n"
    assert sorted(path.name for path in (tmp_path / "exported").rglob("*.yaml")) == [
        "findings.yaml",
        "gazette-a.yaml",
        "issues.yaml",
        "parties.yaml",
        "people.yaml",
        "places.yaml",
        "processes.yaml",
        "publishers.yaml",
    ]


def test_an_exported_file_names_its_schema_and_reads_as_people_write(tmp_path):
    folder = Folder(tmp_path / "files")
    folder.article(
        "gazette-a", rounds=[entry("x", title="Çırağan", country="NO", start="2021", summary="Words. " * 20)]
    )
    folder.load()
    folded = " ".join(["Words."] * 16) + "\n      " + " ".join(["Words."] * 4)

    export(tmp_path / "exported")

    assert (
        (tmp_path / "exported/articles/gazette-a.yaml").read_text(encoding="utf-8")
        == f"""\
# yaml-language-server: $schema=../article.schema.json
article:
  slug: gazette-a
  publisher: gazette
  title: Title of gazette-a
  published: 2021-05-10
  language: en
rounds:
  - slug: x
    title: Çırağan
    summary: >-
      {folded}
    start: '2021'
    paragraphs: [1]
    country: 'NO'
"""
    )


@pytest.mark.sql
def test_a_draft_is_exported_as_a_draft_and_stays_one(tmp_path):
    article = factories.ArticleFactory(slug="gazette-2031-05-10", published=datetime.date(2025, 5, 10))
    factories.reported("event", "secret", article, published=False, start="2025-05-09")
    factories.reported("event", "open", article, start="2025-05-09")
    export(tmp_path)
    for model in (models.Citation, models.Event, models.Entry, models.Article):
        model.objects.all().delete()

    load([tmp_path])

    assert dict(models.Entry.objects.values_list("slug", "publication")) == {"secret": "draft", "open": "published"}


def test_what_is_notable_is_exported_so_and_an_editors_later_word_is_kept(tmp_path):
    article = factories.ArticleFactory(slug="gazette-2031-05-10", published=datetime.date(2025, 5, 10))
    for slug in ("named", "other"):
        factories.reported("event", slug, article, start="2025-05-09")
    models.Entry.objects.filter(slug="named").update(notable=True)
    export(tmp_path)
    for model in (models.Citation, models.Event, models.Entry, models.Article):
        model.objects.all().delete()

    load([tmp_path])
    loaded = dict(models.Entry.objects.values_list("slug", "notable"))
    models.Entry.objects.update(notable=False)
    load([tmp_path])

    assert loaded == {"named": True, "other": False}
    assert set(models.Entry.objects.values_list("notable", flat=True)) == {False}


def test_what_was_withdrawn_is_exported_as_a_draft_and_so_is_not_public_elsewhere(tmp_path):
    article = factories.ArticleFactory(slug="gazette-2031-05-10", published=datetime.date(2025, 5, 10))
    entry = factories.reported("event", "gone", article, start="2025-05-09")
    entry.publication = "withdrawn"
    entry.save()
    export(tmp_path)
    for model in (models.Citation, models.Event, models.Entry, models.Article):
        model.objects.all().delete()

    load([tmp_path])

    assert dict(models.Entry.objects.values_list("slug", "publication")) == {"gone": "draft"}
