"""What a load holds of many files, kept small while nobody reads it."""

from pathlib import PurePath

import pytest

from talks.files import loader
from talks.files.folded import Folded
from talks.files.loader import prepare, read_files
from talks.files.reader import Source
from tests.factories import PublisherFactory

FILE = """
article: {slug: gazette-a, publisher: gazette, title: Hats, published: 2031-05-02, language: en}
events:
  - {slug: hats, title: Hats, start: 2031-05-01, paragraphs: [1]}
"""


def test_what_is_folded_is_gone_through_as_often_as_one_likes():
    folded = Folded(name for name in ("one", "two", "three"))

    assert [[*folded], [*folded], folded[1], folded[:2], len(folded)] == [
        ["one", "two", "three"],
        ["one", "two", "three"],
        "two",
        ["one", "two"],
        3,
    ]


@pytest.mark.django_db
def test_a_large_load_holds_the_rows_that_it_read_and_those_that_it_will_write_folded(monkeypatch):
    monkeypatch.setattr(loader, "MANY", 0)
    PublisherFactory(slug="gazette")
    prepared = prepare(read_files([Source(PurePath("gazette-a.yaml"), FILE)]))
    (filed,), (created,) = prepared.files.articles, prepared.changes.new

    assert (type(filed.rows), type(created), [row.key for row in filed.rows]) == (
        Folded,
        Folded,
        [change.key for change in created],
    )


@pytest.mark.django_db
def test_a_file_of_a_large_load_is_folded_and_still_tells_its_lines(monkeypatch):
    monkeypatch.setattr(loader, "MANY", 0)
    PublisherFactory(slug="gazette")
    (filed,) = read_files([Source(PurePath("gazette-a.yaml"), FILE)]).articles
    held = {"value", "lines"} & vars(filed.document).keys()

    assert (held, filed.document.problem(("events", 0, "start"), "…").line) == (set(), 4)
