"""What the pages of the admin took can always be exported and loaded again."""

import datetime
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks.files import rows
from talks.files.exporter import export
from talks.files.loader import load
from talks.models import KINDS, Article, Delegation
from tests import factories as make
from tests.admin_pages import form_data, form_page, url, with_row
from tests.test_doors import WORDS

PARTIES, PARAGRAPHS = st.sampled_from(["freedonia", "sylvania"]), st.sampled_from(["", "1-3", "7, 2", "4"])
NUMBERS, REASONS = st.sampled_from(["", "3", "1,000", "250", "0"]), WORDS | st.just("")
ROWS = {
    "round": ("delegations", {
        "party": PARTIES, "role": st.sampled_from(["party", "host"]), "size": NUMBERS, "note": WORDS,
        "paragraphs": PARAGRAPHS, "right_because": REASONS,
    }),
    "swap": ("transfers", {
        "date": st.sampled_from(["", "2021-05-01", "2 May 2021", "2021-05-11"]),
        "until": st.sampled_from(["", "03.05.2021"]),
        "from_party": PARTIES, "to_party": PARTIES, "kind": st.sampled_from(["remains", "children"]), "count": NUMBERS,
        "paragraphs": PARAGRAPHS, "right_because": REASONS,
    }),
    "proposal": ("provisions", {
        "key": st.sampled_from(["one", "two", "Not a key"]), "issue": st.just("borders"), "text": WORDS,
        "number": NUMBERS, "order": st.sampled_from(["0", "2"]), "paragraphs": PARAGRAPHS,
    }),
}  # fmt: skip
# A row of each that the page takes for certain; of random ones it may be none.
TAKEN = {
    "round": {
        "party": "freedonia", "role": "party", "size": "3", "note": "A\x85b", "paragraphs": "4", "right_because": "",
    },
    "swap": {
        "date": "2021-05-01", "until": "", "from_party": "freedonia", "to_party": "sylvania", "kind": "remains",
        "count": "3", "paragraphs": "4", "right_because": "",
    },
    "proposal": {
        "key": "one", "issue": "borders", "text": "Peace.", "number": "3", "order": "0", "paragraphs": "4"
    },
}  # fmt: skip
SOUND = {
    "round": {"party": "freedonia", "role": "host", "size": "1,000", "note": "a: b #1", "paragraphs": "1-3",
              "right_because": "&c."},
    "swap": {"date": "2 May 2021", "until": "03.05.2021", "from_party": "freedonia", "to_party": "sylvania",
             "kind": "remains", "count": "250", "paragraphs": "4", "right_because": "*"},
    "proposal": {"key": "one", "issue": "borders", "text": "! So it is", "number": "3", "order": "0", "paragraphs": ""},
}  # fmt: skip


def reported():
    """{article: {row: what it says}} of all that is reported; in a list only the order counts, not the numbers."""
    slugs = dict(Article.objects.values_list("pk", "slug"))
    found = rows.from_database(slugs)
    return {
        slugs[pk]: {one: {**values, "order": None} for one, (_, values) in said.items()} for pk, said in found.items()
    }


def comes_back(client, kind, typed_in):
    """Type these rows, and a person of a delegation, into the admin: what was saved is what a load of its export says.

    Gives whether the page took them, and how many rows were saved.
    """
    model, prefix = KINDS[kind], ROWS[kind][0]
    with tempfile.TemporaryDirectory() as folder:
        with transaction.atomic():
            article = make.ArticleFactory(slug="gazette-a", published=datetime.date(2021, 5, 10))
            named = {slug: make.PartyFactory(slug=slug).pk for slug in ("freedonia", "sylvania")}
            named |= {"borders": make.IssueFactory(slug="borders").pk}
            data = form_data(form_page(client, url(model, "add"))) | {
                "slug": "a",
                "title": "A",
                "citations-0-article": article.pk,
            }
            for row in typed_in:
                columns = {name: named.get(text, text) for name, text in row.items()}
                data = with_row(data, prefix, article=article.pk, **columns)
            was_saved = client.post(url(model, "add"), data).status_code == 302
            for team in Delegation.objects.all():
                page = url(Delegation, "change", team.pk)
                person = {"person": make.PersonFactory().pk, "order": 0, "title": team.note[:200], "head": "true"}
                client.post(page, with_row(form_data(form_page(client, page)), "delegates", **person))
            export(Path(folder))
            said = reported()
            transaction.set_rollback(True)
        with transaction.atomic():
            load([folder])
            assert reported() == said
            transaction.set_rollback(True)
    return was_saved, sum(len(rows) for rows in said.values())


@pytest.mark.sql
@pytest.mark.parametrize(("kind", "count"), [("round", 3), ("swap", 2), ("proposal", 2)])
def test_what_was_typed_into_the_rows_of_a_page_comes_back(admin_client, kind, count):
    assert comes_back(admin_client, kind, [SOUND[kind]]) == (True, count)


@pytest.mark.long
@pytest.mark.parametrize("kind", list(ROWS))
def test_whatever_the_rows_of_a_page_took_comes_back(admin_client, kind):
    taken = []

    @hypothesis_settings(max_examples=25, deadline=None)
    @given(st.lists(st.fixed_dictionaries(ROWS[kind][1]), min_size=1, max_size=3))
    @example([TAKEN[kind]])
    def comes_back_always(typed_in):
        taken.append(comes_back(admin_client, kind, typed_in)[0])

    comes_back_always()
    assert {True, False} == set(taken)
