"""What follows from an edit is worked out from one reading of the reports, and on copies before it is written."""

import pytest
from django.db import connection

from talks import models
from talks.derived import changes, settle
from talks.derived.reports import reports_of
from talks.editing import readiness, upkeep
from talks.editing.plan import carry_out
from talks.editing.upkeep import plan_edit
from tests import factories as make
from tests.admin_pages import DAY, filled_in, full_entry, saved, url, warm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def freedonia():
    return make.PartyFactory(slug="freedonia", name="Freedonia")


# How often the reports are read


@pytest.fixture
def calls(monkeypatch):
    """{name: number} of the calls that read an entry's reports, and that derive its columns from them."""
    numbers = {"reports_of": 0, "derive": 0}

    def count(module, name):
        function = getattr(module, name)

        def counting(*args, **kwargs):
            numbers[name] += 1
            return function(*args, **kwargs)

        monkeypatch.setattr(module, name, counting)

    for module in (changes, readiness, settle, upkeep):
        count(module, "reports_of")
    for module in (settle, upkeep):
        count(module, "derive")
    return numbers


def calls_of_save(calls, client, entry, **change):
    """The calls while an entry's page is sent with this change."""
    data = filled_in(client, entry) | change
    calls |= dict.fromkeys(calls, 0)
    assert saved(client.post(url(type(entry), "change", entry.pk), data))
    return calls


@pytest.mark.parametrize("kind", models.KINDS)
def test_a_published_entry_is_read_once_before_and_once_after_its_rows_are_saved(admin_client, kind, calls):
    entry = full_entry(kind, "entry-2031", 2)
    for mention in entry.citations.filter(field="") if kind == "event" else ():
        make.CitationFactory(entry=entry, article=mention.article, field="event_kind", value="meeting")
    settle.settle({entry.pk: "test"})

    assert calls_of_save(calls, admin_client, entry, summary="New words.") == {"reports_of": 2, "derive": 1}

    entry.refresh_from_db()
    assert entry.summary == "New words."


def test_a_draft_is_read_once(admin_client, calls):
    entry = make.reported("round", "talks-2031", make.ArticleFactory(), start=DAY, published=False)

    assert calls_of_save(calls, admin_client, entry, venue="Opera") == {"reports_of": 1, "derive": 1}


def test_what_a_draft_lacks_to_be_published_is_told_from_the_same_reading(admin_client, calls):
    entry = make.reported("round", "talks-2031", make.ArticleFactory(), start=DAY, published=False)

    assert calls_of_save(calls, admin_client, entry, publication="published") == {"reports_of": 1, "derive": 1}

    entry.refresh_from_db()
    assert entry.publication == "published"


def test_a_page_that_is_saved_as_it_is_reads_no_reports(admin_client, calls):
    entry = full_entry("round", "talks-2031", 1)

    assert calls_of_save(calls, admin_client, entry, reason="") == {"reports_of": 0, "derive": 0}


def test_a_report_at_the_desk_reads_the_entry_once_before_and_once_after(admin_client, calls):
    article = make.ArticleFactory(text="One.\n\nTwo.")
    entry = make.reported("round", "talks-2031", article, start=DAY)
    calls |= dict.fromkeys(calls, 0)

    answer = admin_client.post(
        url(models.Article, "desk_add", article.pk, "citation"),
        {"entry": entry.pk, "field": "venue", "value": "Opera", "paragraphs": "2"},
    )

    assert (answer.status_code, calls) == (302, {"reports_of": 2, "derive": 1})
    entry.refresh_from_db()
    assert entry.venue == "Opera"


@pytest.mark.sql
@pytest.mark.parametrize(
    ("rows", "queries"), [(1, {"sqlite": 115, "postgresql": 113}), (4, {"sqlite": 232, "postgresql": 230})]
)
def test_a_save_takes_so_many_queries(admin_client, django_assert_num_queries, rows, queries):
    entry = full_entry("round", "talks-2031", rows)
    data = filled_in(admin_client, entry) | {"summary": "New words."}
    warm()

    with django_assert_num_queries(queries[connection.vendor]):
        saved(admin_client.post(url(models.Round, "change", entry.pk), data))


# Plans


def written(pk):
    """What is reported of an entry, read again: {model: {row: its columns}}."""
    return in_columns(reports_of([pk])[pk])


def in_columns(reports):
    return {model: {row.pk: columns_of(row) for row in rows} for model, rows in reports.rows.items()}


def columns_of(row):
    return {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}


EDITS = {
    "nothing": {},
    "a new fact": {"venue": "Opera"},
    "another value": {"city": "Spa"},
    "a fact emptied": {"city": ""},
    "all of these": {"venue": "Opera", "city": "", "start": "2031-05-03", "number": "2"},
    "a value that says the same": {"city": "CAPITAL"},
}


@pytest.mark.parametrize("wanted", EDITS.values(), ids=EDITS)
def test_a_plan_says_what_is_reported_once_it_is_carried_out_and_changes_nothing_before(wanted):
    entry = make.reported("round", "talks-2031", make.ArticleFactory(), start=DAY, city="Capital")
    make.DelegationFactory(round=entry, article=entry.citations.first().article)
    before, reports = written(entry.pk), reports_of([entry.pk])[entry.pk]

    plan = plan_edit(entry, wanted, reports)

    assert (in_columns(reports), written(entry.pk)) == (before, before)
    carry_out(plan, "a test")
    assert in_columns(plan.reports) == written(entry.pk)


def test_a_plan_gives_each_article_a_mention_and_the_first_of_them_the_summary():
    first, second = make.ArticleFactory(slug="gazette-2031-05-01"), make.ArticleFactory(slug="herald-2031-05-02")
    entry = make.RoundFactory(title="Talks", summary="They talked.")
    for article, paragraphs in ((second, "4, 2"), (first, "3")):
        make.CitationFactory(entry=entry, article=article, field="city", value="Capital", paragraphs=paragraphs)

    plan = plan_edit(entry, {}, reports_of([entry.pk])[entry.pk])

    assert [(row.article, row.title, row.summary, row.paragraphs) for row in plan.saved] == [
        (first, "Talks", "They talked.", "3"),
        (second, "Talks", "", "2, 4"),
    ]
    carry_out(plan, "a test")
    assert in_columns(plan.reports) == written(entry.pk)


def test_a_plan_for_an_event_cites_each_article_for_what_sort_of_event_it_is():
    article, other = make.ArticleFactory(), make.ArticleFactory()
    event = make.reported("event", "meeting-2031", article, event_kind="meeting")
    make.CitationFactory(entry=event, article=other, field="start", value=DAY)

    plan = plan_edit(event, {}, reports_of([event.pk])[event.pk])

    assert [(row.article, row.field, row.value) for row in plan.saved] == [
        (other, "", ""),
        (other, "event_kind", event.event_kind),
    ]
