"""Parts of pages that are kept: a page says the same with them, and they follow the record."""

import datetime
import types

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from talks import queries
from talks.derived.settle import settle
from talks.models import Entry, Revision, Seen
from talks.public.forms.pages import TimelineForm
from talks.queries import parts
from talks.queries.parts import STORE, Parts, Store
from tests.admin_pages import add_rows
from tests.factories import (
    CitationFactory,
    EventFactory,
    FindingFactory,
    PartyFactory,
    ProcessFactory,
    article_of,
    reported,
)
from tests.staff import in_role

pytestmark = pytest.mark.django_db

DAY = "2031-05-05"
TWO_ROUNDS = "/compare/rounds/?r=round-1&r=round-2"
LISTS = ["/", f"/?as_of={DAY}", "/rounds/", "/swaps/", "/search/?q=talks"]
ADDRESSES = [
    *LISTS,
    *(f"/uk{address}" for address in LISTS),
    "/?order=oldest",
    "/?kind=round",
    "/?pick=round-1",
    f"/rounds/?as_of={DAY}",
    "/swaps/?kind=prisoners-of-war",
    f"/swaps/?as_of={DAY}",
    "/parties/freedonia/",
    "/embed/?kind=swap",
    *(f"/{section}/{kind}-1/" for section, kind in (("rounds", "round"), ("swaps", "swap"), ("proposals", "proposal"))),
    f"/rounds/round-2/?as_of={DAY}",
    "/rounds/round-2/?then=2031-05-04",
    "/uk/rounds/round-2/",
    TWO_ROUNDS,
    "/articles/gazette-1/",
    "/people/",
    "/compare/proposals/?p=proposal-1&p=proposal-2",
    f"/compare/proposals/?p=proposal-1&p=proposal-2&then={DAY}",
    "/compare/positions/",
    f"/compare/positions/?then={DAY}",
]


@pytest.fixture(scope="module")
def entries(once):
    """Two of each kind, of which two articles tell on different days, and not the same."""
    PartyFactory(slug="freedonia", name="Freedonia")
    ProcessFactory(slug="opera-talks")
    early, late = article_of("gazette", "2031-05-03"), article_of("herald", "2031-05-09")
    for kind in ("round", "swap", "proposal", "event"):
        for number in "12":
            for article, start in ((early, f"2031-05-0{number}"), (late, "2031-05-02")):
                told = {"start": start, "parties": "freedonia", "summary": "Talks."}
                told |= {"process": "opera-talks"} if kind == "round" else {}
                entry = reported(kind, f"{kind}-{number}", article, **told)
                add_rows(kind, entry, article, f"{number}-{article.slug}")
            settle({entry.pk: "test"})


def pages(client, addresses):
    return {address: client.get(address).content.decode() for address in addresses}


def test_a_page_says_the_same_whatever_is_kept(client, entries, kept, settings):
    cold = pages(client, ADDRESSES)
    warm = pages(client, reversed(ADDRESSES))
    settings.READY_PAGES = False
    made_anew = pages(client, ADDRESSES)

    assert len(kept.parts) > 50
    assert cold == made_anew
    assert warm == made_anew


def test_a_part_that_htmx_asks_for_says_the_same_whatever_is_kept(client, entries, kept, settings):
    asked = {"hx-request": "true", "hx-target": "results"}
    answers = [client.get("/", headers=headers).content for headers in (asked, {}, asked)]
    settings.READY_PAGES = False

    assert answers[0] == answers[2] == client.get("/", headers=asked).content


def test_a_list_asks_for_no_report_of_an_entry_that_another_list_has_shown(client, entries, kept):
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/?kind=round&kind=swap")

    assert [one["sql"] for one in captured if '"talks_citation"."note"' in one["sql"]] == []


@pytest.mark.parametrize(
    ("before", "page", "column"),
    [
        (["/"], "/swaps/swap-1/", '"talks_transfer"."count"'),
        (["/rounds/round-1/"], "/uk/rounds/round-1/", '"talks_delegate"."title"'),
        (["/proposals/proposal-1/", "/proposals/proposal-2/"], "/compare/positions/", '"talks_provision"."text"'),
        (["/rounds/round-1/", "/rounds/round-2/"], TWO_ROUNDS, '"talks_delegate"."title"'),
        (["/rounds/round-1/", "/rounds/round-2/"], TWO_ROUNDS, '"talks_account"."text"'),
        (["/rounds/round-1/"], "/rounds/round-2/", '"talks_finding"."page"'),
        (["/rounds/round-1/"], "/rounds/round-2/", '"citations__value"'),  # which rounds its series has
        (["/rounds/round-1/"], "/rounds/round-2/", '"talks_process"."title"'),
    ],
)
def test_a_page_asks_for_nothing_that_others_have_asked_of_its_entries(client, entries, kept, before, page, column):
    pages(client, before)

    asked = asked_of(client, page, column)
    kept.clear()

    assert (asked, asked_of(client, page, column)) == (0, 1)


def asked_of(client, page, column):
    """How many queries of a page read this column."""
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return len([one for one in captured if column in one["sql"]])


def test_what_changes_shows_at_the_next_request(client, entries, kept):
    before = client.get("/").content.decode()
    entry = Entry.objects.get(slug="event-1")
    CitationFactory(entry=entry, article=article_of("tribune", "2031-05-10"))
    entry.chosen = {"title": "A title of the editors"}
    entry.save()

    assert "A title of the editors" not in before
    assert "A title of the editors" in client.get("/").content.decode()
    assert kept.state.startswith(Revision.current())


def test_a_finding_shows_though_other_pages_were_told_that_there_is_none(client, entries, kept):
    pages(client, ["/rounds/round-1/", "/rounds/round-2/"])
    FindingFactory(page="/rounds/round-2/", text="A plain finding.", sources=["gazette-1"])
    Revision.advance()

    shown = pages(client, ["/rounds/round-1/", "/rounds/round-2/"]).values()
    assert ["A plain finding." in page for page in shown] == [False, True]


def test_what_was_made_while_the_record_changed_is_not_kept(client, entries, kept, monkeypatch):
    def cards_of(seen, rows):
        Revision.advance()
        return made(seen, rows)

    made = queries.cards_of
    monkeypatch.setattr(queries, "cards_of", cards_of)
    client.get("/")

    assert not kept.parts


def test_what_is_made_of_rows_from_before_an_edit_is_not_kept_as_of_after_it(entries, kept):
    form = TimelineForm(QueryDict())
    rows = list(Entry.objects.visible(form.seen))
    entry = Entry.objects.get(slug="event-1")
    entry.chosen = {"title": "A title of the editors"}
    entry.save()
    form.cards(form.seen, rows)
    form.parts.keep()
    later = TimelineForm(QueryDict())

    titles = [str(card.known) for card in later.cards(later.seen, list(Entry.objects.visible(later.seen)))]

    assert titles.count("A title of the editors") == 1


def test_nothing_that_is_kept_says_what_a_draft_says(client, entries, kept):
    article = article_of("canary", "2031-05-04")
    told = {"start": "2031-05-01", "parties": "freedonia", "summary": "canary-summary"}
    reported("event", "canary-draft", article, title="canary-title", published=False, **told)
    EventFactory(slug="canary-other", title="canary-other", introduced_by=article)
    client.force_login(in_role("Editor"))
    preview = client.get("/events/canary-draft/?preview=1").content.decode()
    pages(client, [*LISTS, "/events/canary-draft/", "/events/canary-draft/?preview=1", "/articles/", "/people/"])

    assert "canary-title" in preview
    assert kept.parts
    assert sorted(text for text in texts(kept.parts) if "canary" in text) == []


def texts(kept):
    """All texts that can be reached from what is kept, but for those of classes and modules."""
    found, seen, waiting = set(), set(), [kept]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | types.ModuleType | types.CodeType):
            continue
        seen.add(id(one))
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif isinstance(one, types.FunctionType):
            waiting += [cell.cell_contents for cell in one.__closure__ or ()]
        elif hasattr(one, "__dict__"):
            waiting += vars(one).values()
    return found


def test_of_a_preview_nothing_is_kept(kept):
    own = Parts(Seen.now().previewing(1), Revision.current())
    answers = [own.once(("name",), lambda: "told", 1) for _ in range(2)]
    asked = [own.reported(lambda seen, pks: {pk: [seen] for pk in pks}, own.seen, [1]) for _ in range(2)]
    own.keep()

    assert (answers, asked, dict(kept.parts)) == (["told", "told"], [{1: [own.seen]}] * 2, {})


def test_parts_take_no_more_memory_than_they_may_and_those_asked_for_last_stay():
    store = Store(100)
    store.put("first", {name: (name.upper(), 30) for name in "abc"})
    store.get("first", "a")
    store.put("first", {"d": ("D", 30), "large": ("L", 51)})

    assert ({*store.parts}, store.parts.currsize) == ({"c", "a", "d"}, 90)
    assert [store.get("first", name) for name in ("a", "b", "large")] == ["A", None, None]


def test_of_another_state_nothing_is_kept():
    store = Store(100)
    store.put("first", {"a": ("A", 30)})
    before = store.get("second", "a")
    store.put("second", {"b": ("B", 30)})

    assert (before, [*store.parts], store.parts.currsize) == (None, ["b"], 30)
    assert store.get("first", "b") is None


def test_a_new_day_is_a_new_state(client, entries, kept, monkeypatch):
    client.get("/")
    monkeypatch.setattr(parts, "today", lambda: datetime.date(2040, 1, 1))
    client.get("/")

    assert kept.state.endswith(":2040-01-01")


def test_nothing_is_kept_where_no_pages_are(client, entries, settings):
    settings.READY_PAGES = False
    STORE.clear()
    client.get("/")

    assert not STORE.parts
