"""What becomes of rows: three versions of each compared, without the database."""

from pathlib import Path

import pytest

from talks.files.compare import BY_AN_EDITOR, ArticleClaim, Rules, Ruling, compare, kept, ruling
from talks.files.held import Held
from talks.files.reader import Document
from talks.files.rows import Row
from talks.models import Delegate, Delegation, Entry

NOTHING, KEEP, REMOVE = Ruling(""), Ruling("keep"), Ruling("remove")
OLD, NEW, OTHER = {"city": "Old"}, {"city": "New"}, {"city": "Other"}


@pytest.mark.parametrize(
    ("last", "wanted", "held", "ruled", "overruled"),
    [
        (OLD, None, None, NOTHING, NOTHING),
        (None, None, OTHER, NOTHING, NOTHING),
        (OLD, None, OLD, REMOVE, REMOVE),
        (OLD, None, OTHER, KEEP, REMOVE),
        (None, NEW, None, Ruling("create", NEW), Ruling("create", NEW)),
        (OLD, NEW, None, KEEP, Ruling("create", NEW)),
        (OLD, NEW, NEW, NOTHING, NOTHING),
        (OLD, NEW, OLD, Ruling("update", NEW), Ruling("update", NEW)),
        (OLD, NEW, OTHER, KEEP, Ruling("update", NEW)),
        (None, NEW, OTHER, KEEP, Ruling("update", NEW)),
    ],
)
def test_the_files_word_counts_where_no_editor_had_a_hand_in_it(last, wanted, held, ruled, overruled):
    assert (ruling(last, wanted, held), ruling(last, wanted, held, overwrite=True)) == (ruled, overruled)


def test_each_value_of_a_row_is_ruled_on_by_itself_and_what_is_kept_is_told():
    last, wanted, held = {"a": 1, "b__slug": 1}, {"a": 2, "b__slug": 2}, {"a": 1, "b__slug": 3}

    ruled = ruling(last, wanted, held)

    assert ruled == Ruling("update", {"a": 2})
    assert kept(ruled, wanted, held, BY_AN_EDITOR) == "b is “3” by an editor, “2” in the file"


# A delegation and its people


class KnownKeys:
    pks = {Entry: {"a-round": 1}}


TEAM, MEMBER = (Delegation, ("a-round", "freedonia")), (Delegate, ("a-round", "freedonia", "chicolini"))


def changes_of(last, wanted, held):
    """What is to be done to the rows of one article, each version given as {row: its values}."""
    rows = {row: Row((), *row, values) for row, values in wanted.items()}
    claim = ArticleClaim("gazette-a", Document(Path("gazette-a.yaml"), None, {(): 1}), "gazette-a.yaml", last, rows)
    reported = {row: (number, values) for number, (row, values) in enumerate(held.items())}
    changes = compare([], [claim], Held({}, {"gazette-a": reported}, KnownKeys()), Rules())
    return [(change.action, change.model) for change in changes.rows], changes.kept


def test_a_delegation_goes_with_its_people():
    rows = {TEAM: {"size": 2}, MEMBER: {"title": "Leader"}}

    assert changes_of(rows, {}, rows) == ([("remove", Delegation), ("remove", Delegate)], [])


@pytest.mark.parametrize("last", [{TEAM: {"size": 2}}, {TEAM: {"size": 2}, MEMBER: {"title": "Leader"}}])
def test_a_delegation_stays_with_people_whom_an_editor_added_or_changed(last):
    changes, told = changes_of(last, {}, {TEAM: {"size": 2}, MEMBER: {"title": "Mended"}})

    assert changes == []
    assert told[0] == (
        "delegation a-round/freedonia (gazette-a): an editor had a hand in it; the file no longer has it"
    )


def test_a_new_member_needs_the_delegation():
    member = {MEMBER: {"title": "Leader"}}

    assert changes_of({}, member, {TEAM: {"size": 2}}) == ([("create", Delegate)], [])
    assert changes_of({}, {TEAM: {"size": 2}} | member, {}) == ([("create", Delegation), ("create", Delegate)], [])
    assert changes_of({TEAM: {"size": 2}}, {TEAM: {"size": 2}} | member, {}) == (
        [],
        [
            "delegation a-round/freedonia (gazette-a): an editor removed it",
            "delegate a-round/freedonia/chicolini (gazette-a): an editor removed it",
        ],
    )
