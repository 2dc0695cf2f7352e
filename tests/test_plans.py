"""How a database goes about what a page asks: by an index, however large the record."""

import datetime
from contextlib import contextmanager

import pytest
from django.db import connection

from talks.models import Round, Seen
from talks.queries import followed_by, know_briefly, lineage, named_by, timeline
from talks.queries.known import reporting

pytestmark = [
    pytest.mark.django_db,
    # PostgreSQL goes by what a table holds, and reads a small one whole.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite tells by an empty table what it would do."),
]

NOW, THEN = Seen.now(), Seen(datetime.date(2031, 7, 1), None)
DAYS = {"since": datetime.date(2031, 6, 2), "until": datetime.date(2031, 6, 12)}
NAMING = "citation_naming_a_row"


@contextmanager
def plans():
    """The plans, as texts, of what is asked within."""
    asked, found = [], []

    def note(execute, sql, params, *rest):
        asked.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        yield found
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))


ASKED = {
    "what was agreed or tabled at a round": (
        lambda: named_by(NOW, ["agreed_at", "presented_at"], ["geneva"], know_briefly),
        NAMING,
    ),
    "the same as of a day": (lambda: named_by(THEN, ["agreed_at", "presented_at"], ["geneva"], know_briefly), NAMING),
    "what replaces or answers a proposal": (lambda: followed_by(NOW, "plan"), NAMING),
    "what leads to proposals and follows on them": (lambda: lineage(NOW, ["plan", "reply"]), NAMING),
    "the rounds of a series": (lambda: list(Round.objects.filter(pk__in=reporting(NOW, "process", ["p"]))), NAMING),
    "what stands in a period": (lambda: list(timeline(NOW, **DAYS).in_order()[:9]), "entry_with_an_end"),
    "the same as of a day, the latest first": (
        lambda: list(timeline(THEN, **DAYS).newest_first()[:9]),
        "placement_with_an_end",
    ),
}


@pytest.mark.parametrize(("ask", "index"), ASKED.values(), ids=ASKED)
def test_an_index_finds_what_a_page_looks_for_in_the_whole_record(ask, index):
    with plans() as found:
        ask()
    assert [index for plan in found if index in plan] != []
    assert [plan for plan in found if "SCAN " in plan] == []
