"""Two doors, one rule: what files refuse the admin refuses, and what is typed is read as it is meant."""

import datetime
import tempfile
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks.files.exporter import export
from talks.files.loader import BadFilesError, load
from talks.models import Article, Party, Publisher, rules
from talks.record import typed
from talks.words import fields
from tests import factories as make
from tests.admin_pages import edit, errors, form_data, form_page, saved, url, with_row
from tests.article_files import Folder

DAY = datetime.date(2025, 6, 2)
TRANSFER = {"from": "freedonia", "to": "sylvania", "kind": "remains", "paragraphs": []}


# What is typed


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize(
    "text",
    [
        "2025-06-02",
        "2 June 2025",
        "June 2, 2025",
        "2 Jun 2025",
        "02.06.2025",
        "2.6.2025",
        "2 червня 2025",
        " 2025-06-02",
    ],
)
def test_a_day_is_read_alike_in_all_languages(language, text):
    with override(language):
        assert fields.DayField().clean(text) == DAY


@pytest.mark.parametrize("text", ["01/05/2026", "1-5-2026", "05.2026", "soon", "2 Juni 2025"])
def test_what_can_mean_two_days_or_none_is_refused_with_the_forms_there_are(text):
    with pytest.raises(ValidationError) as caught:
        fields.DayField().clean(text)
    told = f"“{text}” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025."
    assert caught.value.messages == [told]


@pytest.mark.parametrize(
    "text", ["1000", "1,000", "1 000", "1.000", "1\u00a0000", "1\u202f000", "“1000”", "1’000", " 1000 "]
)
def test_a_thousand_is_a_thousand_however_it_is_grouped(text):
    assert fields.NumberField().clean(text) == 1000


@pytest.mark.parametrize("text", ["1,00", "1.0", "10,00", "1,000.5", "1.000,000", "many", "1e3", "-5"])
def test_what_is_no_whole_number_is_refused_with_an_example(text):
    with pytest.raises(ValidationError) as caught:
        fields.NumberField().clean(text)
    assert caught.value.messages == [f"“{text}” is no whole number; write it in digits, such as 65 or 1,000."]


@pytest.mark.parametrize(
    ("text", "numbers"), [("7, 3-4", [3, 4, 7]), ("1–3", [1, 2, 3]), ("", []), ("3 5", [3, 5]), ("2, 2", [2])]
)
def test_paragraphs_are_read_as_numbers_and_ranges(text, numbers):
    assert typed.paragraphs(text) == numbers


def test_a_month_that_is_typed_is_a_partial_date():
    texts = ["June 2025", "2 June 2025", "2025-06", "червень 2025", "01/05/2026"]
    assert [typed.partial_date(text) for text in texts] == ["2025-06", "2025-06-02", "2025-06", "2025-06", "01/05/2026"]


# Values


@pytest.mark.parametrize(
    ("rule", "value", "told"),
    [
        (rules.language_code, "ua", "“ua” is no language code; write uk."),
        (rules.language_code, "EN", "“EN” is no language code; write en."),
        (rules.language_code, "Ukrainian", "“Ukrainian” is no language code; write uk."),
        (rules.language_code, "zz", "“zz” is no language code; write two small letters of ISO 639-1, such as en."),
        (rules.country_code, "UK", "“UK” is no country code; write GB."),
        (rules.country_code, "tr", "“tr” is no country code; write TR."),
        (rules.country_code, "India", "“India” is no country code; write IN."),
        (rules.country_code, "XX", "“XX” is no country code; write two capital letters of ISO 3166, such as TR."),
        (rules.web_address, "http://[", "“http://[” is no address; write it in full, from https:// on."),
        (rules.web_address, "https://u:p@a.example/", "This address holds a name or a password before the “@”; take them out."),  # noqa: E501 -- one line is clearer
        (rules.web_address, "javascript:alert(1)", "“javascript:alert(1)” is no address; write it in full, from https:// on."),  # noqa: E501 -- one line is clearer
        (rules.within_years, datetime.date(1648, 1, 1), "The year 1648 cannot be meant; it must be from 1900 to 2100."),
        (rules.fit_text, "a\x01b", "This text holds a control character; take it out."),
        (rules.not_in_the_future, datetime.date(2032, 1, 2), "2032-01-02 is in the future; write the day on which the article was published."),  # noqa: E501 -- one line is clearer
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_what_would_be_right(rule, value, told):
    with pytest.raises(ValidationError) as caught:
        rule(value)
    assert caught.value.messages == [told]


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"language": "ua"}, "“ua” is no language code; write uk"),
        ({"url": "http://["}, "“http://[” is no address; write it in full, from https:// on"),
        ({"published": "2032-01-02"}, "2032-01-02 is in the future; write the day on which the article was published"),
    ],
)
def test_both_doors_refuse_an_article_with_the_same_sentence(db, tmp_path, admin_client, own, told):
    folder = Folder(tmp_path)
    folder.article("gazette-a", article=own)
    with pytest.raises(BadFilesError) as caught:
        folder.load()

    answer = admin_client.post(url(Article, "add"), new_article() | own)

    assert [problem.message for problem in caught.value.problems] == [told]
    assert errors(answer) == [f"{told}."]


def new_article():
    return {
        "slug": "gazette-a",
        "publisher": make.PublisherFactory(slug="gazette").pk,
        "title": "A title",
        "published": "2021-05-10",
        "language": "en",
    }


def test_the_admin_reads_a_day_as_it_is_printed_and_says_the_forms(admin_client):
    refused = admin_client.post(url(Article, "add"), new_article() | {"published": "01/05/2026"})
    taken = admin_client.post(url(Article, "add"), new_article() | {"published": "18 February 2025"})

    assert errors(refused) == [
        "“01/05/2026” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025."
    ]
    assert saved(taken)
    assert Article.objects.get().published == datetime.date(2025, 2, 18)


# What an article cannot have said


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        (
            {"swaps": [{"transfers": [TRANSFER | {"date": "2062-01-04"}]}]},
            "the transfer of 2062-01-04 is later than its article, which is of 2021-05-10; correct the day, or take it "
            "out until it has happened",
        ),
        (
            {"rounds": [{"status": "held", "start": "2062-01-04"}]},
            "it is “held” by an article of 2021-05-10, but begins later, 2062-01-04; correct the day or the status",
        ),
        (
            {"rounds": [{"start": "2021-04", "end": "2021-04-01"}]},
            "it ends on 2021-04-01, within its start 2021-04; write the day on which it started, or leave the end out",
        ),
        (
            {
                "rounds": [
                    {
                        "delegations": [
                            {
                                "party": "freedonia",
                                "size": 1,
                                "paragraphs": [],
                                "members": [
                                    {"person": slug, "paragraphs": []} for slug in ("rufus-firefly", "chicolini")
                                ],
                            }
                        ]
                    }
                ]
            },
            "its size is 1, but 2 people are named in it; correct the size or the people",
        ),
        ({"rounds": [{"paragraphs": "1-3"}]}, "this is text, a list is needed; write [1, 2, 3]"),
        ({"rounds": [{"paragraphs": ["1-3"]}]}, "“1-3” is text, a whole number is needed; write 1, 2, 3"),
        ({"rounds": [{"number": "1,000"}]}, "“1,000” is text, a whole number is needed; write 1000"),
    ],
)
def test_a_file_is_refused_for_what_its_article_cannot_have_said(db, tmp_path, sections, told):
    folder = Folder(tmp_path)
    name, (part,) = next(iter(sections.items()))
    folder.article("gazette-a", **{name: [{"slug": "a", "title": "A", "paragraphs": []} | part]})

    with pytest.raises(BadFilesError) as caught:
        folder.load()

    assert [problem.message for problem in caught.value.problems] == [told]


def test_a_file_names_no_paragraph_that_the_stored_text_has_not(db, tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-a", events=[{"slug": "a", "title": "A", "kind": "call", "paragraphs": [3]}])
    folder.load()
    article = Article.objects.get()
    article.text = "One.\n\nTwo."
    article.save()

    with pytest.raises(BadFilesError, match="there is no paragraph 3: the text that is stored has 2"):
        folder.load()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"date": "2031-06-01"},
            "The transfer of 2031-06-01 is later than its article, which is of 2031-05-10; correct the day, or take it "
            "out until it has happened.",
        ),
        (
            {"paragraphs": "55"},
            "There is no paragraph 55: the text that is stored has 2; correct the number.",
        ),
        ({"count": "99,999,999"}, "It can be at most 9999999."),
    ],
)
def test_a_published_swap_takes_no_transfer_that_cannot_be(admin_client, change, told):
    article = make.ArticleFactory(text="One.\n\nTwo.")
    swap = make.reported("swap", "hats", article)
    row = make.TransferFactory(swap=swap, article=article, date=datetime.date(2031, 5, 9), paragraphs="1")

    answer = edit(admin_client, swap, {f"transfers-0-{name}": value for name, value in change.items()})

    assert errors(answer) == [told]
    row.refresh_from_db()
    assert (row.date, row.paragraphs, row.count.plain) == ("2031-05-09", "1", 10)


def test_a_swap_takes_a_grouped_number_and_a_range_of_paragraphs(admin_client):
    article = make.ArticleFactory()
    swap = make.reported("swap", "hats", article)
    row = make.TransferFactory(swap=swap, article=article, date=datetime.date(2031, 5, 9), paragraphs="1")

    assert saved(edit(admin_client, swap, {"transfers-0-count": "1.000", "transfers-0-paragraphs": "3-5"}))

    row.refresh_from_db()
    assert (row.count.plain, row.paragraphs) == (1000, "3, 4, 5")


def test_a_round_is_not_held_after_its_article(admin_client):
    meeting = make.reported("round", "glee", make.ArticleFactory(slug="gazette-a"), status="held", start="2031-05-09")

    answer = edit(admin_client, meeting, {"start": "2062-01-04"})

    assert [message.partition(": it")[2] for message in errors(answer)] == [
        " is “held” by an article of 2031-05-10, but begins later, 2062-01-04; correct the day or the status."
    ]


def test_an_article_is_not_moved_before_what_it_reports(admin_client):
    article = make.ArticleFactory()
    row = make.TransferFactory(article=article, date=datetime.date(2031, 5, 9))
    make.reported("round", "glee", article, title="Glee", status="held", start="2031-05-09")

    with_transfer = edit(admin_client, article, {"published": "2031-05-01"})
    row.delete()
    with_round = edit(admin_client, article, {"published": "2031-05-01"})

    assert [message.partition(";")[0] for message in errors(with_transfer) + errors(with_round)] == [
        "The transfer of 2031-05-09 is later than its article, which is of 2031-05-01",
        "Glee: it is “held” by an article of 2031-05-01, but begins later, 2031-05-09",
    ]


def test_a_text_without_empty_lines_does_not_hide_cited_paragraphs(admin_client):
    article = make.ArticleFactory()
    make.CitationFactory(article=article, paragraphs="3")

    answer = edit(admin_client, article, {"text": "One.\nTwo.\nThree."})

    assert errors(answer) == [
        "There is no paragraph 3: the text that is stored has 1; correct the number. "
        "An empty line must stand between paragraphs; it is cited for paragraphs that are missing."
    ]


# What was saved can be exported and loaded again

ODD = st.sampled_from(
    ["Kyiv: talks open", "'No deal' say envoys", "a\x01b", "[x]", "1,000", "NO", "2025-06-02", "…", "#1"]
)
WORDS = ODD | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)
ADDRESSES = st.sampled_from(["", "http://[", "https://u:p@a.example/", "https://a.example/?b=c#d", "ftp://a.example/"])
DAYS = st.sampled_from(["2021-05-10", "2032-06-01", "01/05/2026", "2 June 2025", "02.06.2025", "1648-10-24"])


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({
    "title": WORDS, "byline": WORDS, "summary": WORDS, "url": ADDRESSES, "published": DAYS,
    "language": st.sampled_from(["en", "uk", "ua", "zz"]), "note": WORDS,
    "paragraphs": st.sampled_from(["", "1-3", "0", "3, 1"]),
}))  # fmt: skip
def test_what_the_admin_saved_can_be_loaded_into_an_empty_database(admin_client, typed_in):
    own = {name: value for name, value in typed_in.items() if name not in ("note", "paragraphs")}
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        answer = admin_client.post(url(Article, "add"), new_article() | own)
        if answer.status_code == 302:
            article = Article.objects.get()
            event = make.reported("event", "an-event", article, event_kind="call")
            data = form_data(form_page(admin_client, url(type(event), "change", event.pk)))
            data |= {"reason": "A test.", "citations-0-note": typed_in["note"]}
            data |= {"citations-0-paragraphs": typed_in["paragraphs"]}
            admin_client.post(url(type(event), "change", event.pk), data)
            export(Path(folder))
            said = Article.objects.values("title", "byline", "url", "published", "language", "summary").get()
            for row in (event.citations.all(), Article.objects.filter(pk=0)):
                row.delete()
            event.delete()
            article.delete()
            Publisher.objects.all().delete()
            Party.objects.all().delete()
            load([folder])
            again = Article.objects.values(*said).get()
            assert {name: str(value).split() for name, value in again.items()} == {
                name: str(value).split() for name, value in said.items()
            }
        transaction.set_rollback(True)


def test_what_django_reads_by_itself_as_on_the_pages_of_users_is_no_day_that_can_mean_two():
    with pytest.raises(ValidationError):
        forms.DateField().clean("03/04/2025")

    assert forms.DateField().clean("2025-04-03") == datetime.date(2025, 4, 3)


def test_no_form_of_the_admin_reads_days_or_numbers_by_djangos_own_fields(admin_client):
    page = admin_client.get(url(Article, "add"))
    swap = make.reported("swap", "hats", make.ArticleFactory())
    data = form_data(form_page(admin_client, url(type(swap), "change", swap.pk)))

    answer = admin_client.post(url(type(swap), "change", swap.pk), with_row(data, "transfers", count="x", date="x"))

    assert type(page.context["adminform"].form.fields["published"]) is fields.DayField
    assert {"Enter a valid date.", "Enter a whole number."} & set(errors(answer)) == set()
    assert issubclass(fields.DayField, forms.DateField)
