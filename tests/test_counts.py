"""Counts as articles report them: read, said, added and compared as what they are."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from talks.derived.settle import settle
from talks.files.exporter import export
from talks.models import Article, Party, Transfer
from talks.models.counts import NONE, Count, read_count
from talks.record import merged
from talks.record.dates import agree
from talks.record.totals import tallies
from talks.words import count_in_words, counted, transfer_days
from tests import factories as make
from tests.admin_pages import edit, errors, saved
from tests.article_files import Folder
from tests.factories import ArticleFactory, TransferFactory, reported
from tests.html import NOTE

FREEDONIA = Party(pk=1, slug="freedonia", name="Freedonia", order=1)
SYLVANIA = Party(pk=2, slug="sylvania", name="Sylvania", order=2)
POW, CIVILIANS, TOGETHER = "prisoners-of-war", "civilians", "together"

numbers = st.integers(1, 99_999)
counts = st.one_of(
    numbers.map(Count.exactly),
    numbers.map(lambda number: Count.exactly(number).approximately()),
    st.tuples(numbers, numbers).map(lambda told: Count(told[0], told[0] + told[1])),
    st.tuples(numbers, numbers).map(lambda told: Count(told[0], told[0] + told[1]).approximately()),
    st.tuples(numbers, st.booleans()).map(lambda told: Count(told[0] + told[1], None, beyond=told[1])),
    st.tuples(numbers, st.booleans()).map(lambda told: Count(0, told[0], beyond=told[1])),
)


# Read and said


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (["1000", "1,000", "1 000", "1.000", "“1000”"], Count.exactly(1000)),
        (["at least 1,000", "1,000+", "≥ 1000", "No fewer than 1000", "1000 or more"], Count(1000, None)),
        (["щонайменше 1000", "не менше 1 000", "Не менше ніж 1000", "1000 або більше"], Count(1000, None)),
        (["more than 1,000", "over 1000", ">1000", "понад 1 000", "більше ніж 1000"], Count(1001, None, beyond=True)),
        (["up to 300", "no more than 300", "≤300", "до 300", "не більше 300"], Count(0, 300)),
        (["fewer than 300", "less than 300", "<300", "менш ніж 300", "менше 300"], Count(0, 299, beyond=True)),
        (
            ["about 250", "around 250", "some 250", "~250", "близько 250", "приблизно 250"],
            Count(250, 250).approximately(),
        ),
        (["200 to 250", "200–250", "200-250", "between 200 and 250", "from 200 to 250"], Count(200, 250)),
        (["від 200 до 250", "між 200 і 250", "200 — 250"], Count(200, 250)),
        (["about 200 to 250", "близько 200–250"], Count(200, 250).approximately()),
        (["1,000 to 1,200", "1 000–1 200"], Count(1000, 1200)),
    ],
)
def test_a_count_is_read_in_the_words_of_articles_in_either_language(texts, count):
    assert [read_count(text) for text in texts] == [count] * len(texts)


@pytest.mark.parametrize(
    "text", ["", "many", "0", "-5", "1,5", "250 to 200", "200 to 200", "hundreds", "at least 200 to 250", "1-2-3",
             "fewer than 1", "over", "300 people", "1 0000"]
)  # fmt: skip
def test_what_can_be_read_in_no_way_or_in_two_is_refused_with_the_forms_there_are(text):
    with pytest.raises(ValidationError, match="at least 1000, more than 1000, up to 300, about 250, or 200 to 250"):
        read_count(text)


@given(counts, st.sampled_from(["en", "uk"]))
def test_what_a_count_says_in_words_is_read_as_that_count(count, language):
    with override(language):
        assert read_count(count_in_words(count)) == count
    assert Count.of(count.plain) == count
    assert isinstance(count.plain, int) == (count == Count.exactly(count.low))


def test_counts_are_said_as_articles_say_them():
    said = [Count.of(text) for text in ("at least 1000", ">1000", "up to 300", "<300", "~250", "200-250")]

    assert [count_in_words(one) for one in said] == [
        "at least 1,000",
        "more than 1,000",
        "up to 300",
        "fewer than 300",
        "about 250",
        "200 to 250",
    ]
    with override("uk"):
        assert [count_in_words(one).replace("\xa0", " ") for one in said] == [
            "щонайменше 1 000",
            "понад 1 000",
            "до 300",
            "менш ніж 300",
            "близько 250",
            "200–250",
        ]


@pytest.mark.parametrize(
    ("text", "english", "ukrainian"),
    [
        ("22", "22 people", "22 особи"),
        ("at least 22", "at least 22 people", "щонайменше 22 особи"),
        ("12 to 22", "12 to 22 people", "12–22 особи"),
        ("about 22", "about 22 people", "близько 22 осіб"),
        ("up to 22", "up to 22 people", "до 22 осіб"),
    ],
)
def test_what_is_counted_stands_in_the_form_that_the_words_of_its_count_ask_for(text, english, ukrainian):
    assert counted("people", Count.of(text)) == english
    with override("uk"):
        assert counted("people", Count.of(text)) == ukrainian


# Added and compared


@given(counts, counts)
@example(read_count("fewer than 300"), read_count("at least 1"))
def test_a_sum_is_the_same_either_way_and_never_less_than_its_parts(one, other):
    whole = one + other

    assert whole == other + one
    assert whole.least >= max(one.least, other.least)
    assert whole.most >= max(one.most, other.most)
    assert one + NONE == NONE + one == one
    assert read_count(count_in_words(whole)).low == whole.low


@given(numbers, numbers)
def test_plain_numbers_add_and_differ_as_numbers(one, other):
    assert Count.exactly(one) + Count.exactly(other) == Count.exactly(one + other)
    assert Count.exactly(one).agrees(Count.exactly(other)) == (one == other)


@given(counts, counts, counts)
def test_agreement_goes_both_ways_and_a_larger_part_makes_a_larger_sum(one, other, third):
    assert one.agrees(one)
    assert one.agrees(other) == other.agrees(one)
    if one.low <= other.low:
        assert (one + third).low <= (other + third).low
    if one.within(other):
        assert one.agrees(other)


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ("at least 1,000", "1,200", True),
        ("at least 1,000", "999", False),
        ("more than 1,000", "1,000", False),
        ("up to 300", "300", True),
        ("fewer than 300", "300", False),
        ("200 to 250", "251", False),
        ("200 to 250", "at least 250", True),
        ("about 250", "275", True),
        ("about 250", "276", False),
        ("about 250", "224", False),
    ],
)
def test_counts_differ_only_if_they_cannot_both_be_true(one, other, agrees):
    assert read_count(one).agrees(read_count(other)) == agrees


# Transfers and totals


def row(count, date="2031-05-06", *, article=1, kind=POW, until=None):
    ways = {"from_party": FREEDONIA, "to_party": SYLVANIA, "date": date, "until": until, "kind": kind, "count": count}
    return Transfer(article=Article(pk=article, slug=f"article-{article}"), **ways)


def totals(*rows):
    """{kind: (lower total, higher total)} in words."""
    found = tallies(merged.transfers(rows))
    return {tally.kind: tuple(map(count_in_words, (tally.low, tally.high))) for tally in found}


@pytest.mark.parametrize(
    ("told", "total"),
    [
        (["at least 1,000", "1,200"], ("1,200", "1,200")),  # the more exact of what can both be true
        (["at least 1,000", "up to 1,200"], ("1,000 to 1,200", "1,000 to 1,200")),
        (["more than 1,000", "at least 900", "about 1,500"], ("about 1,500", "about 1,500")),
        (["more than 1,000", "at least 900"], ("more than 1,000", "more than 1,000")),
        (["at least 1,000", "1,200", "1,300"], ("1,200", "1,300")),
        (["at least 1,000", "900"], ("900", "at least 1,000")),
        (["about 250", "200 to 240"], ("200 to 240", "200 to 240")),
        ([1245, 1248], ("1,245", "1,248")),
    ],
)
def test_the_most_exact_of_agreeing_counts_makes_the_total_and_those_that_differ_make_two(told, total):
    rows = [row(count, article=number) for number, count in enumerate(told)]

    assert totals(*rows) == {POW: total}
    assert merged.any_differ(rows) == (total[0] != total[1])


def test_totals_add_counts_as_ranges():
    first, *others = (row(count, f"2031-05-0{day}") for day, count in enumerate([1000, "200 to 250", "~50"], start=1))

    assert totals(first, others[0]) == {POW: ("1,200 to 1,250",) * 2}
    assert totals(first, others[1]) == {POW: ("about 1,050",) * 2}
    assert totals(first, *others, row("at least 5", "2031-05-09")) == {POW: ("at least about 1,255",) * 2}


def test_what_stands_beside_a_total_of_about_so_many_makes_no_number_that_nobody_said():
    unnumbered = row(None, "2031-05-09")

    def whole(*told):
        (tally,) = tallies(merged.transfers([*told, unnumbered]))
        return str(tally.whole)

    assert whole(row("about 250", "2031-05-01")) == "at least about 250"
    assert whole(row("more than 1,000", "2031-05-01")) == "more than 1,000"
    assert whole(row("200 to 250", "2031-05-01")) == "at least 200"


def test_a_total_of_days_that_can_be_true_with_its_stages_is_no_other_reading_of_them():
    stages = [row(390, "2031-05-01"), row(610, "2031-05-03")]

    assert totals(*stages, row("at least 900", "2031-05-01", until="2031-05-03", article=2)) == {POW: ("1,000",) * 2}
    assert totals(*stages, row("at least 1,100", "2031-05-01", until="2031-05-03", article=2)) == {
        POW: ("1,000", "at least 1,100")
    }


# Months


def test_a_month_is_shown_sorted_and_compared_as_a_month():
    month, day = row(205, "2031-05"), row(205, "2031-05-06", article=2)
    found = merged.transfers([row(1, None), day, month, row(9, "2031-06"), row(9, "2031-04-30")])

    assert [transfer_days(one) for one in found] == [
        "30 April 2031",
        "May 2031",
        "6 May 2031",
        "June 2031",
        "no date given",
    ]
    assert [agree("2031-05", other) for other in ("2031-05-06", "2031-06-06")] == [True, False]
    assert transfer_days(row(5, "2031-05", until="2031-06")) == "May 2031 – June 2031"


def test_a_transfer_of_a_month_counts_unless_it_may_be_one_of_those_with_a_day():
    month = row(205, "2031-05")

    assert totals(month, row(100, "2031-06-01", article=2)) == {POW: ("305", "305")}
    assert totals(month, row(100, "2031-05-06", article=2)) == {POW: ("100", "100")}  # perhaps among the 205
    assert totals(month, row(100, "2031-05-06")) == {POW: ("305", "305")}  # one article tells them apart
    [tally] = tallies(merged.transfers([month, row(100, "2031-05-06", article=2)]))
    assert [one.date for one in tally.undecided] == ["2031-05"]


# Prisoners of war and civilians together


@pytest.mark.parametrize(("civilians", "differs"), [(120, False), (200, True), ("at least 100", False)])
def test_a_number_for_both_is_compared_with_the_sum_of_its_parts_and_counted_once(civilians, differs):
    rows = [row(1000, kind=TOGETHER), row(880, article=2), row(civilians, article=2, kind=CIVILIANS)]
    said = count_in_words(Count.of(civilians))

    assert totals(*rows) == {POW: ("880", "880"), CIVILIANS: (said, said), TOGETHER: ("0", "0")}
    assert merged.any_differ(rows) == differs
    assert [len(tally.parted) for tally in tallies(merged.transfers(rows))] == [0, 0, 1]


def test_a_number_for_both_counts_by_itself_where_not_all_of_it_is_counted_apart():
    together = row(1000, kind=TOGETHER)

    assert totals(together) == {TOGETHER: ("1,000", "1,000")}
    assert totals(together, row(880, article=2))[TOGETHER] == ("1,000", "1,000")
    assert not merged.any_differ([together, row(880, article=2)])
    assert merged.any_differ([together, row(1001, article=2)])  # more than both


# In the database, in files, on pages


@pytest.mark.sql
@pytest.mark.django_db
def test_the_database_keeps_a_count_whole_and_refuses_what_cannot_be_one():
    transfer = TransferFactory(count="more than 1,000", date="2031-05")

    for told in ("more than 1,000", "about 200 to 250", "up to 300", 7, None):
        transfer.count = told
        transfer.full_clean()
        transfer.save()
        held = Transfer.objects.get().count
        assert (held and held.plain) == (Transfer.history.first().count and transfer.count.plain) == told
    for count, sentence in [
        (Count(0, 0), "A count is at least 1; leave it empty if no number is reported."),
        (Count(0, None), "A count is at least 1; leave it empty if no number is reported."),
        (Count(250, 200), "A range of numbers runs from the lower to the higher one."),
    ]:
        transfer.count = count
        with pytest.raises(ValidationError, match=sentence):
            transfer.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            transfer.save()
    TransferFactory(count=5), TransferFactory(count="at least 40")
    ordered = Transfer.objects.exclude(count=None).order_by("count__low").values_list("count", flat=True)
    assert [count.plain for count in ordered] == [5, "at least 40"]


def read(client, address):
    """What a page says, with single spaces, without the numbers of sources."""
    plain = re.sub(NOTE, " ", client.get(address).content.decode())
    return " ".join(re.sub(r"<[^>]*>", " ", plain).replace("\xa0", " ").split())


SWAP = """
article: {slug: gazette-a, publisher: gazette, title: A, published: 2021-05-20, language: en}
rounds:
  - slug: glee
    title: Talks
    start: 2021-05-10
    end: 2021-05
    paragraphs: [1]
    delegations:
      - {party: freedonia, size: at least 12, paragraphs: [2]}
swaps:
  - slug: hats
    title: Hats
    start: 2021-05-01
    paragraphs: [1]
    transfers:
      - {date: 2021-05-01, from: freedonia, to: sylvania, kind: prisoners-of-war, count: at least 1000, paragraphs: [1]}
      - {date: 2021-05-02, from: freedonia, to: sylvania, kind: prisoners-of-war, count: 200-250, paragraphs: [1]}
      - {date: 2021-05, from: sylvania, to: freedonia, kind: remains, count: "1,050", paragraphs: [1]}
      - {date: 2021-05-03, from: freedonia, to: sylvania, kind: together, count: 20, paragraphs: [1]}
"""


@pytest.mark.sql
@pytest.mark.django_db
def test_files_give_counts_and_months_in_words_and_pages_show_them_so(tmp_path, client):
    folder = Folder(tmp_path)
    folder.write("articles/gazette-a.yaml", SWAP)
    folder.load()

    assert folder.load().changes == []
    export(tmp_path / "again")
    text = (tmp_path / "again/articles/gazette-a.yaml").read_text()
    assert [line.strip() for line in text.splitlines() if "count:" in line or "size:" in line] == [
        "size: at least 12",
        "count: at least 1,000",
        "count: 200 to 250",
        "count: 1050",
        "count: 20",
    ]
    ledger_page, swap, ukrainian = (read(client, f"{at}") for at in ("/swaps/", "/swaps/hats/", "/uk/swaps/hats/"))
    assert "at least 1,200 FR → to SY sum of 2 transfers" in ledger_page
    assert "May 2021 SY Sylvania FR Freedonia Remains 1,050" in swap
    assert "Prisoners of war: at least 1,200" in swap
    assert [words in ukrainian for words in ("щонайменше 1 200", "травень 2021")] == [True, True]
    talks = read(client, "/rounds/glee/")
    assert "10 May 2021 – May 2021 last day not reported" in talks
    assert "Size: at least 12 people" in talks
    assert "May 2021" in read(client, "/swaps/?as_of=2021-05-20")


@pytest.mark.django_db
def test_files_refuse_a_count_that_can_be_read_in_two_ways_and_a_month_after_the_article(tmp_path):
    folder = Folder(tmp_path)
    folder.write(
        "articles/gazette-a.yaml", SWAP.replace("200-250", "many").replace("{date: 2021-05,", "{date: 2021-06,")
    )

    assert folder.problems() == [
        "articles/gazette-a.yaml:18: swaps[hats].transfers[2].count: “many” is no count that can be read in one way; "
        "write 1000, at least 1000, more than 1000, up to 300, about 250, or 200 to 250",
        "articles/gazette-a.yaml:19: swaps[hats].transfers[3].date: the transfer of 2021-06 is later than its article, "
        "which is of 2021-05-20; correct the day, or take it out until it has happened",
    ]


@pytest.mark.django_db
def test_the_admin_reads_counts_and_months_as_files_do(admin_client):
    article = ArticleFactory()
    swap = reported("swap", "hats", article)
    row = TransferFactory(swap=swap, article=article)

    typed = {"count": "понад 1 000", "date": "травень 2031"}
    assert saved(edit(admin_client, swap, {f"transfers-0-{name}": text for name, text in typed.items()}))
    row.refresh_from_db()
    assert (row.count, row.date) == (Count(1001, None, beyond=True), "2031-05")

    answer = edit(admin_client, swap, {"transfers-0-count": "lots", "transfers-0-date": "01/05/2031"})
    assert errors(answer) == [
        "“01/05/2031” is not a date; write 2025-06-02, or 2025-06 or 2025 where the rest is not known.",
        "“lots” is no count that can be read in one way; write 1000, at least 1000, more than 1000, up to 300, about "
        "250, or 200 to 250.",
    ]
    assert [f'value="{text}"' in answer.content.decode() for text in ("lots", "01/05/2031")] == [True, True]


@pytest.mark.django_db
def test_an_end_of_which_only_the_month_is_known_is_kept_and_made_exact_by_a_later_report():
    early, late = ArticleFactory(published="2031-05-20"), ArticleFactory(published="2031-06-20")
    swap = reported("swap", "hats", early, start="2031-05-01", end="2031-06")

    assert (str(swap.end), swap.end_precision) == ("2031-06-30", "month")
    make.CitationFactory(entry=swap, article=late, field="end", value="2031-06-04")
    settle({swap.pk: ""})
    swap.refresh_from_db()
    assert (str(swap.end), swap.end_precision, swap.evidence.disputed) == ("2031-06-04", "day", False)


@pytest.mark.django_db
def test_an_editor_gives_the_month_of_an_end_as_that_of_a_start(admin_client):
    swap = reported("swap", "hats", ArticleFactory(), start="2031-05-01", end="2031-06-04")

    assert saved(edit(admin_client, swap, {"end": "9 July 2031", "end_precision": "month", "reason": "Read again."}))

    swap.refresh_from_db()
    assert (str(swap.end), swap.end_precision) == ("2031-07-31", "month")
    assert swap.citations.get(field="end").value == "2031-07"
