"""What an entry leads with: what came of it, wherever its page, a list or the search tells of it."""

import datetime
import re

import pytest
from django.conf import settings
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from talks import queries
from talks.models import Article, Citation, Entry, Kind, Round, Seen, Swap
from talks.record.facts import KnownEntry
from talks.record.merged import transfers
from talks.record.totals import tallies
from talks.words import lead
from talks.words.swaps import handed_over
from tests.conftest import loaded
from tests.factories import ArticleFactory, PartyFactory, PublisherFactory, TransferFactory, reported
from tests.html import folded
from tests.test_ledger import FREEDONIA, row

# What announces something, in the summaries of the record.
ASIDE = {"ankara-2023-01-11"}  # its lead also says that another meeting was to follow
ANNOUNCED = re.compile(r"\b(set for|planned|is to|are to|was to|were to|will|expected to|scheduled)\b", re.IGNORECASE)


def may(day):
    return datetime.date(2031, 5, day)


def gazette(day):
    return ArticleFactory(
        slug=f"gazette-2031-05-{day:02}", publisher=PublisherFactory(slug="gazette"), published=may(day)
    )


@pytest.fixture
def glee(db):
    """A round of 10 and 11 May that is announced, begins, is held, and whose outcome is told at last."""
    dates = {"start": "2031-05-10", "end": "2031-05-11"}
    for day, summary, facts in (
        (5, "Set for 10 May.", {"status": "scheduled", **dates}),
        (10, "They sit down.", {"status": "held"}),
        (11, "They sang.", {}),
        (14, "They sang well.", {}),
        (20, "", {"outcome": "A duet was agreed."}),
    ):
        reported("round", "glee", gazette(day), title="Round of glee", summary=summary, **facts)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (5, "Before the round, Gazette, 5 May: Set for 10 May."),
        (10, "Before the round, Gazette, 5 May: Set for 10 May."),
        (11, "They sang."),
        (14, "They sang well."),
        (20, "A duet was agreed."),
    ],
)
def test_page_description_lists_and_search_lead_with_what_came_of_it_by_then(client, glee, day, told):
    label, text = told.rsplit(": ", 1) if ": " in told else ("", told)
    shown = f'<i class="told-before">{label}:</i>{text}' if label else text

    page = client.get(f"/rounds/glee/?as_of=2031-05-{day}").content.decode()
    assert f'<p class="lead">{shown}' in folded(page)
    assert f'<meta name="description" content="Ukraine–Russia talks: {told}">' in page
    for address in ("/?", "/rounds/?", "/search/?q=glee&"):
        listed = folded(client.get(f"{address}as_of=2031-05-{day}").content.decode())
        assert f'<p class="summary">{shown}' in listed, address
    word = text.split()[-1].strip(".")
    assert 'href="/rounds/glee/' in client.get(f"/search/?q={word}&as_of=2031-05-{day}").content.decode()


def test_what_is_told_within_the_days_of_an_entry_is_marked_as_such_in_both_languages(client, db):
    reported("event", "fair", gazette(10), summary="It opens.", start="2031-05-10", end="2031-05-12")
    reported("proposal", "plan", gazette(4), summary="It is near.", start="2031-05")

    assert "Before its last day, Gazette, 10 May:" in client.get("/events/fair/").content.decode()
    assert "До останнього дня, Gazette, 10 травня:" in client.get("/uk/events/fair/").content.decode()
    assert '<i class="told-before">Gazette, 4 May:</i>' in client.get("/proposals/plan/").content.decode()


def test_an_editors_summary_leads_before_those_of_articles_but_not_before_the_outcome(client, glee):
    entry = Round.objects.get(slug="glee")
    entry.chosen = {"summary": "An editor's words."}
    entry.save()
    page = folded(client.get("/rounds/glee/").content.decode())

    assert '<p class="lead">A duet was agreed.' in page
    assert "<p>An editor&#x27;s words." in page


SUMMARIES = st.lists(
    st.tuples(st.integers(1, 20), st.sampled_from(["", "one", "two", "three"])), min_size=1, max_size=5
).map(sorted)


@given(SUMMARIES, st.integers(1, 20), st.integers(1, 20))
def test_on_no_day_is_a_lead_of_a_later_day_and_none_from_before_the_end_is_unmarked(summaries, end, day):
    reports = [
        Citation(article=Article(pk=n, slug=str(n), published=may(told)), summary=text)
        for n, (told, text) in enumerate(summaries)
        if told <= day
    ]
    start = Citation(article=Article(pk=0, slug="0", published=may(1)), field="start")
    start.value = f"2031-05-{end:02}"
    known = KnownEntry(Round(slug="glee", kind=Kind.ROUND), [start, *reports], Seen.on(may(day)))
    found, summed_up = known.lead, [one for one in reports if one.summary]

    assert (found is None) == (not summed_up)
    if found:
        after = [one for one in summed_up if one.published >= may(end)]
        assert found.citations == [after[-1] if after else summed_up[0]]
        assert found.older == (not after)


# Exchanges


def back(day, count, **columns):
    return row(day, count, to=FREEDONIA, **columns)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [back(1, 6057), back(1, 6060, article=1), row(6, 78)],
            "6,057 to 6,060 bodies, Freedonia 78, 1–6 May 2031",
        ),
        ([back(1, 1, kind="children")], "1 child to Freedonia, 1 May 2031"),
        ([back(None, 40)], "40 bodies to Freedonia"),
        ([back(1, None)], "an unreported number of bodies to Freedonia, 1 May 2031"),
        ([back(1, 5), back(3, None)], "at least 5 bodies to Freedonia, 1–3 May 2031"),
        (
            [back(1, 2, kind="civilians"), back(1, 9, kind="prisoners-of-war"), row(1, None)],
            "9 prisoners of war and 2 civilians, Freedonia an unreported number of bodies, 1 May 2031",
        ),
    ],
)
def test_an_exchange_is_told_in_a_sentence_with_ranges_and_what_is_not_numbered(rows, told):
    assert handed_over(tallies(transfers(rows))) == f"Sylvania handed over {told}"


def test_an_exchange_is_told_in_ukrainian_with_its_plurals():
    rows = [back(1, 2), row(1, 5)]

    with override("uk"):
        told = handed_over(tallies(transfers(rows)))
    assert told == "Передано: Sylvania → Freedonia — 2 тіла загиблих, Freedonia → Sylvania — 5; 1 травня 2031"
    assert handed_over([]) == ""


def test_a_completed_exchange_leads_with_the_sentence_and_one_only_agreed_with_its_reports(client, db):
    freedonia, sylvania = (PartyFactory(slug=slug, name=slug.title()) for slug in ("freedonia", "sylvania"))
    for slug, status in (("done", "completed"), ("agreed", "agreed")):
        swap = reported("swap", slug, gazette(2), summary="3 are planned.", start="2031-05-08", status=status)
        TransferFactory(
            swap=swap,
            article=gazette(9),
            from_party=freedonia,
            to_party=sylvania,
            kind="civilians",
            count=3,
            date=may(8),
        )
    sentence = "Freedonia handed over 3 civilians to Sylvania, 8 May 2031"

    done, agreed = (folded(client.get(f"/swaps/{slug}/").content.decode()) for slug in ("done", "agreed"))
    assert f'<p class="lead">{sentence}' in done
    assert f'<meta name="description" content="Ukraine–Russia talks: {sentence}">' in done
    assert "3 are planned." not in done
    assert sentence not in agreed
    assert "Before the exchange, Gazette, 2 May:" in agreed
    assert sentence in folded(client.get("/search/?q=done").content.decode())


# The whole record


@pytest.mark.long
@pytest.mark.parametrize("folder", ["fixtures"])
def test_no_lead_of_a_held_round_or_a_completed_exchange_speaks_of_what_is_to_come(db, folder):
    """What was told before it is marked as such; an outcome may be that something is to follow."""
    with loaded(settings.BASE_DIR / folder):
        known = queries.know(Seen.now(), Entry.objects.visible(Seen.now()).in_order())
        handed = queries.transfers_of(Seen.now(), [one.entry.pk for one in known if one.entry.kind == Kind.SWAP])
        over = [
            one
            for one in known
            if "status" in one.facts
            and one.facts["status"].value in (Round.RoundStatus.HELD, Swap.SwapStatus.COMPLETED)
            and "outcome" not in one.facts
        ]
        leads = {one.entry.slug: lead(one, handed.get(one.entry.pk)) for one in over}

    announced = {slug for slug, one in leads.items() if one and not one.label and ANNOUNCED.search(one.text)}
    assert len(leads) > 20
    assert announced == ASIDE
