"""What changes on a published entry is noted: what stood there before and what after, and nothing of a draft."""

import datetime

import pytest
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from talks.derived.changes import difference, note_additions, noting, states_of
from talks.derived.settle import settle
from talks.models import Change, Delegation, Entry, Event, Round, Transfer
from tests import factories as make
from tests.admin_pages import WHY, edit, errors, form_data, form_page, row_of, saved, url, with_row
from tests.article_files import entry, event
from tests.factories import reported

pytestmark = pytest.mark.django_db
DAY = "2031-05-02"


def told(one):
    """[(sort, note, lines as (what, before, after))] of the changes of an entry, oldest first."""
    return [
        (change.sort, change.note, [(tuple(line["what"]), line["before"], line["after"]) for line in change.lines])
        for change in Change.objects.filter(entry=one).order_by("made", "pk")
    ]


def cite(one, field, value):
    """Have the entry's first article report another value for a fact, as an editor would."""
    citation = one.citations.get(field=field)
    citation.value = value
    citation.save()
    settle({one.pk: "test"})


def publish(one, publication="published", **words):
    with noting([one.pk], **words):
        one.publication = publication
        one.save()


@pytest.fixture
def talks(gazette):
    return reported("round", "talks", gazette, start=DAY, venue="The palace", status="held")


# What an entry says


def test_all_that_a_page_shows_is_in_the_state_of_an_entry(gazette, herald, freedonia, sylvania):
    one = reported("round", "talks", gazette, title="Talks", summary="They met.", start=DAY, country="AT")
    reported("round", "talks", herald, country="CH", parties="sylvania, freedonia")
    one.citations.filter(field="", article=herald).update(note="It adds this.")
    for article, size in ((gazette, 3), (herald, 5)):
        delegation = make.DelegationFactory(round=one, article=article, party=freedonia, size=size)
        make.DelegateFactory(delegation=delegation, person=make.PersonFactory(slug="firefly"), title="Head", head=True)
    make.AccountFactory(entry=one, article=gazette, party=freedonia, speaker=None, text="We won.")
    settle({one.pk: "test"})

    assert states_of([one.pk])[one.pk].said == {
        ("title",): "Talks",
        ("summary",): "They met.",
        ("fact", "start"): [DAY],
        ("fact", "country"): ["AT", "CH"],
        ("fact", "parties"): ["freedonia, sylvania"],
        ("note", "herald"): "It adds this.",
        ("delegation", "freedonia"): {"roles": ["party"], "sizes": [3, 5], "expected": False, "notes": []},
        ("delegate", "freedonia", "firefly"): {"titles": ["Head"], "heads": [True]},
        ("account", "freedonia", "", "gazette"): "We won.",
    }


@pytest.mark.sql
def test_transfers_and_points_are_in_the_state_of_their_entry(gazette, herald, freedonia, sylvania):
    swap, plan = reported("swap", "a-swap", gazette, start=DAY), reported("proposal", "a-plan", gazette, start=DAY)
    for article, count in ((gazette, 12), (herald, 10)):
        parties = {"from_party": freedonia, "to_party": sylvania}
        make.TransferFactory(swap=swap, article=article, count=count, **parties)
    hats = make.IssueFactory(slug="hats")
    make.ProvisionFactory(proposal=plan, article=gazette, issue=hats, key="more", text="More hats.", number=2)
    states = states_of([swap.pk, plan.pk])

    transfer = ("transfer", "2031-05-12", "", "freedonia", "sylvania", "prisoners-of-war")
    assert states[swap.pk].said[transfer] == [10, 12]
    assert states[plan.pk].said["provision", "more"] == {
        "issue": "hats",
        "point": "",
        "texts": ["More hats."],
        "numbers": [2],
    }


def test_nothing_that_a_draft_says_is_looked_at(gazette):
    one = reported("event", "hats", gazette, published=False, start=DAY)

    assert states_of([one.pk, one.pk + 1]) == {one.pk: ("draft", None, None)}


@pytest.mark.sql
def test_states_take_as_many_queries_for_many_entries_as_for_one(django_assert_num_queries, gazette):
    pks = [reported("event", f"hats-{number}", gazette, start=DAY).pk for number in range(3)]

    for some in (pks[:1], pks):
        with django_assert_num_queries(3):
            states_of(some)


# The difference


def test_a_difference_tells_what_came_went_and_changed_in_the_order_of_a_page():
    before = {("title",): "Talks", ("fact", "city"): ["Glee"], ("account", "f", "", "gazette"): "Gone."}
    after = {("note", "herald"): "New.", ("title",): "Talks", ("fact", "city"): ["Glee", "Hat"]}

    assert difference(before, after) == [
        {"what": ["fact", "city"], "before": ["Glee"], "after": ["Glee", "Hat"]},
        {"what": ["account", "f", "", "gazette"], "before": "Gone.", "after": None},
        {"what": ["note", "herald"], "before": None, "after": "New."},
    ]


def applied(lines, state):
    """The state after these lines, each of which must find what it says stood there before."""
    state = dict(state)
    for line in lines:
        key = tuple(line["what"])
        assert state.pop(key, None) == line["before"]
        if line["after"] is not None:
            state[key] = line["after"]
    return state


class HistoryTests(TestCase):
    @pytest.mark.long
    @settings(max_examples=12, deadline=None)
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(["venue", "city", "all", "article", "delegation", "account"]), st.integers(1, 4)),
            max_size=8,
        )
    )
    def test_the_lines_of_all_changes_lead_from_what_was_added_to_what_it_says_now(self, steps):
        articles = [make.ArticleFactory(slug=f"gazette-{n}", published=datetime.date(2031, 5, n)) for n in range(1, 6)]
        one = reported("round", "talks", articles[4], published=False, start=DAY, venue="The palace")
        party = make.PartyFactory(slug="freedonia")
        publish(one)
        added = states_of([one.pk])[one.pk].said

        for what, number in steps:
            with noting([one.pk]):
                self.step(one, what, number, articles[number - 1], party)
                settle({one.pk: "test"})

        lines = [line for change in Change.objects.order_by("made", "pk") for line in change.lines]
        assert applied(lines, added) == states_of([one.pk])[one.pk].said

    def step(self, one, what, number, article, party):
        rows = {
            "article": one.citations.filter(article=article, field=""),
            "delegation": one.delegations.filter(article=article),
            "account": one.accounts.filter(article=article),
        }.get(what, one.citations.filter(article=article, field=what))
        if what == "all":
            one.citations.filter(field="venue").update(value=f"Hall {number}")
        elif rows.exists():
            rows.delete()
        elif what == "article":
            make.CitationFactory(entry=one, article=article, title=f"Title {number}", summary=f"Summary {number}")
        elif what == "delegation":
            delegation = make.DelegationFactory(round=one, article=article, party=party, size=number)
            make.DelegateFactory(delegation=delegation, person=make.PersonFactory(slug=f"person-{number % 2}"))
        elif what == "account":
            make.AccountFactory(entry=one, article=article, party=party, text=f"Words {number}.")
        else:
            make.CitationFactory(entry=one, article=article, field=what, value=f"{what} {number % 3}")


# What is noted


def test_what_a_published_entry_said_before_and_says_now_is_noted(talks):
    with noting([talks.pk]):
        cite(talks, "venue", "The theatre")

    assert told(talks) == [("changed", "", [(("fact", "venue"), ["The palace"], ["The theatre"])])]
    assert Change.objects.get().reported == datetime.date(2031, 5, 10)


def test_a_correction_is_noted_with_its_note(talks):
    with noting([talks.pk], note="It was the theatre.", correction=True):
        cite(talks, "venue", "The theatre")

    assert [(sort, note) for sort, note, _ in told(talks)] == [("corrected", "It was the theatre.")]


def test_one_more_article_that_says_the_same_is_no_change(talks, herald):
    with noting([talks.pk]):
        reported("round", "talks", herald, start=DAY, venue="The Palace")

    assert told(talks) == []


def test_the_first_publication_of_a_draft_is_an_addition_that_tells_nothing_of_the_draft(gazette):
    one = reported("round", "talks", gazette, published=False, start=DAY, venue="A draft's venue")
    with noting([one.pk]):
        cite(one, "venue", "The palace")
        one.refresh_from_db()
    publish(one)

    assert told(one) == [("added", "", [])]


def test_what_changes_while_an_entry_is_a_draft_is_not_noted(talks):
    publish(talks, "draft")
    with noting([talks.pk]):
        cite(talks, "venue", "A draft's venue")
    talks.refresh_from_db()
    publish(talks)

    assert told(talks) == [("added", "", [])]


def test_a_withdrawal_is_noted_without_a_line(talks):
    publish(talks, "withdrawn", note="It did not take place.")

    assert told(talks) == [("withdrawn", "It did not take place.", [])]


@pytest.mark.sql
@pytest.mark.parametrize("seen", [True, False])
def test_the_withdrawal_of_a_draft_is_noted_only_if_it_was_once_public(gazette, seen):
    one = reported("round", "talks", gazette, published=False, start=DAY)
    if seen:
        publish(one)
        publish(one, "draft")
    publish(one, "withdrawn")

    assert [sort for sort, _, _ in told(one)] == (["added", "withdrawn"] if seen else [])


def test_the_changes_of_an_entry_go_with_it(talks):
    publish(talks, "withdrawn")
    with noting([talks.pk]):
        talks.delete()

    assert Change.objects.count() == 0


@pytest.mark.sql
def test_a_correction_without_a_note_is_refused_by_the_database(talks):
    with pytest.raises(IntegrityError, match="correction_has_a_note"):
        make.ChangeFactory(entry=talks, sort="corrected")


def test_additions_are_noted_at_one_moment_without_drafts():
    entries = [reported("event", f"hats-{n}", start=DAY, published=n != 1) for n in range(3)]
    note_additions(entries)

    assert sorted(Change.objects.values_list("entry__slug", "sort")) == [("hats-0", "added"), ("hats-2", "added")]
    assert Change.objects.values("made").distinct().count() == 1


# The admin

NOTE = "We had taken the venue of another round."


def edit_venue(client, one, venue="The theatre", **change):
    data = form_data(form_page(client, url(Round, "change", one.pk)))
    row = row_of(data, "citations", field="venue")
    change = {"venue": venue, f"citations-{row}-value": venue, **change}
    return edit(client, one, change)


@pytest.mark.sql
def test_an_edit_of_a_published_entry_is_noted_once_with_all_that_it_changes(admin_client, talks, freedonia):
    data = form_data(form_page(admin_client, url(Round, "change", talks.pk)))
    row = row_of(data, "citations", field="venue")
    data |= {"venue": "The theatre", f"citations-{row}-value": "The theatre", "reason": "inside only"}
    article = talks.citations.first().article
    data = with_row(data, "accounts", article=article.pk, party=freedonia.pk, text="We won.", paragraphs="2")
    saved(admin_client.post(url(Round, "change", talks.pk), data))

    assert told(talks) == [
        (
            "changed",
            "",
            [
                (("fact", "venue"), ["The palace"], ["The theatre"]),
                (("account", "freedonia", "", "gazette"), None, "We won."),
            ],
        )
    ]


def test_an_edit_is_marked_as_a_correction_on_its_form(admin_client, talks):
    saved(edit_venue(admin_client, talks, correction="on", public_note=NOTE, reason="inside only"))

    assert told(talks) == [("corrected", NOTE, [(("fact", "venue"), ["The palace"], ["The theatre"])])]


def test_a_note_without_the_box_goes_with_a_change(admin_client, talks):
    saved(edit_venue(admin_client, talks, public_note=NOTE))

    assert [(sort, note) for sort, note, _ in told(talks)] == [("changed", NOTE)]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"correction": "on"}, "A correction tells readers what was wrong; write the public note."),
        (
            {"correction": "on", "public_note": "  "},
            "A correction tells readers what was wrong; write the public note.",
        ),
        (
            {"correction": "on", "public_note": NOTE, "publication": "draft"},
            "Only what stays published can be corrected; untick this.",
        ),
        ({"public_note": NOTE, "publication": "draft"}, "Readers see nothing of a draft; leave this empty."),
    ],
)
def test_what_readers_cannot_be_told_is_refused_and_nothing_typed_is_lost(admin_client, talks, change, complaint):
    page = edit_venue(admin_client, talks, **change)

    assert errors(page) == [complaint]
    assert page.context["adminform"].form["venue"].value() == "The theatre"
    assert 'name="public_note"' in page.content.decode()
    assert told(talks) == []


def test_a_draft_has_no_words_for_readers(admin_client, gazette):
    draft = reported("round", "talks", gazette, published=False, start=DAY)

    for address in (url(Round, "change", draft.pk), url(Round, "add")):
        assert "public_note" not in admin_client.get(address).content.decode()

    data = form_data(form_page(admin_client, url(Round, "change", draft.pk)))
    data = {name: value for name, value in data.items() if name != "title"} | {"publication": "published", "title": ""}
    page = admin_client.post(url(Round, "change", draft.pk), data)

    assert errors(page) == ["This field is required."]


def test_words_for_readers_that_come_with_a_draft_all_the_same_are_left_out(admin_client, gazette):
    draft = reported("round", "talks", gazette, published=False, start=DAY)
    saved(edit(admin_client, draft, {"publication": "published", "correction": "on", "public_note": NOTE}))

    assert told(draft) == [("added", "", [])]


def test_an_edit_that_changes_nothing_is_not_noted(admin_client, talks):
    saved(edit(admin_client, talks, {"reason": "a look"}))

    assert told(talks) == []


def test_actions_of_the_list_note_additions_and_nothing_of_what_is_taken_back(admin_client, gazette):
    one = reported("event", "hats", gazette, published=False, start=DAY)

    for action in ("publish", "unpublish"):
        admin_client.post(url(Event, "changelist"), {"action": action, "_selected_action": [one.pk], **WHY})

    assert told(one) == [("added", "", [])]


def test_a_delegations_page_notes_one_change_of_its_round_with_its_people(admin_client, talks, freedonia):
    delegation = make.DelegationFactory(round=talks, article=talks.citations.first().article, party=freedonia, size=3)
    person = make.PersonFactory(slug="firefly")
    settle({talks.pk: "test"})
    address = url(Delegation, "change", delegation.pk)
    data = form_data(form_page(admin_client, address)) | {
        "size": 4,
        "correction": "on",
        "public_note": NOTE,
        "reason": "The article was corrected.",
    }
    data = with_row(data, "delegates", person=person.pk, order=0, head="unknown", title="Head")
    saved(admin_client.post(address, data))

    before, after = ({"roles": ["party"], "sizes": [size], "expected": False, "notes": []} for size in (3, 4))
    assert told(talks) == [
        (
            "corrected",
            NOTE,
            [
                (("delegation", "freedonia"), before, after),
                (("delegate", "freedonia", "firefly"), None, {"titles": ["Head"], "heads": []}),
            ],
        )
    ]


@pytest.mark.parametrize("by_action", [True, False])
def test_a_deleted_delegation_is_noted_as_gone(admin_client, talks, freedonia, by_action):
    delegation = make.DelegationFactory(round=talks, article=talks.citations.first().article, party=freedonia)
    settle({talks.pk: "test"})
    if by_action:
        data = {"action": "delete_selected", "_selected_action": [delegation.pk], "post": "yes"}
        admin_client.post(url(Delegation, "changelist"), data)
    else:
        admin_client.post(url(Delegation, "delete", delegation.pk), {"post": "yes"})

    gone = {"roles": ["party"], "sizes": [], "expected": False, "notes": []}
    assert told(talks) == [("changed", "", [(("delegation", "freedonia"), gone, None)])]


def test_another_day_of_an_article_is_noted_where_it_changes_what_is_accepted(admin_client, talks, gazette, herald):
    reported("round", "talks", herald, venue="The theatre")
    saved(edit(admin_client, gazette, {"published": "2031-05-30"}))

    assert told(talks) == [
        ("changed", "", [(("fact", "venue"), ["The palace", "The theatre"], ["The theatre", "The palace"])])
    ]


# The loader


def test_the_first_load_notes_one_addition_for_each_published_entry_at_one_moment(folder):
    folder.article("gazette-a", events=[event("one"), event("two", draft=True)], rounds=[entry("three")])
    folder.load()

    assert sorted(Change.objects.values_list("entry__slug", "sort", "lines")) == [
        ("one", "added", []),
        ("three", "added", []),
    ]
    assert Change.objects.values("made").distinct().count() == 1


@pytest.mark.sql
def test_a_later_load_notes_what_it_changes_and_what_it_adds(folder):
    folder.article("gazette-a", events=[event("one", title="One"), event("two")])
    folder.load()
    folder.article("gazette-a", events=[event("one", title="One hat"), event("two")])
    folder.article("gazette-b", "2021-05-12", events=[event("two"), event("three")])
    folder.load()

    assert told(Entry.objects.get(slug="one"))[1:] == [("changed", "", [(("title",), "One", "One hat")])]
    assert [len(told(Entry.objects.get(slug=slug))) for slug in ("two", "three")] == [1, 1]


def test_a_load_of_what_is_loaded_notes_nothing(folder):
    folder.article("gazette-a", events=[event("one")])
    folder.load()
    folder.load()

    assert Change.objects.count() == 1


def test_a_load_that_moves_an_article_notes_what_is_accepted_from_then_on(folder):
    folder.article("gazette-a", "2021-05-10", events=[event("one", title="One")])
    folder.article("gazette-b", "2021-05-12", events=[event("one", title="Another")])
    folder.load()
    folder.article("gazette-a", "2021-05-14", events=[event("one", title="One")])
    folder.load()

    assert told(Entry.objects.get())[1:] == [("changed", "", [(("title",), "One", "Another")])]


def test_a_load_that_overrules_editors_notes_what_they_had_chosen(folder):
    folder.article("gazette-a", events=[event("one", title="One")])
    folder.load()
    one = Event.objects.get()
    one.chosen = {"title": "An editor's title"}
    one.save()
    settle({one.pk: "test"})
    folder.load(overwrite=True)

    assert told(one)[1:] == [("changed", "", [(("title",), "An editor's title", "One")])]


def test_a_dry_run_notes_nothing(folder):
    folder.article("gazette-a", events=[event("one")])
    folder.load(dry_run=True)

    assert Change.objects.count() == 0


def test_what_a_load_does_to_a_draft_is_not_noted(folder):
    folder.article("gazette-a", events=[event("one", title="One", draft=True)])
    folder.load()
    folder.article("gazette-a", events=[event("one", title="Two", draft=True)])
    folder.load()

    assert Change.objects.count() == 0


def test_counts_of_a_transfer_are_noted_with_all_versions(gazette, herald, freedonia, sylvania):
    swap = reported("swap", "a-swap", gazette, start=DAY)
    parties = {"swap": swap, "from_party": freedonia, "to_party": sylvania}
    make.TransferFactory(article=gazette, count=10, **parties)
    with noting([swap.pk]):
        make.TransferFactory(article=herald, count=12, **parties)

    assert [lines[0][1:] for _, _, lines in told(swap)] == [([10], [10, 12])]
    assert Transfer.objects.count() == 2
