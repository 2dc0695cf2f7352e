"""What an entry lacks to be published, and what editors are told when they publish, take back and withdraw."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.derived.reports import Reports
from talks.derived.settle import settle
from talks.editing.readiness import lacking, problems
from talks.models import Change, Citation, Event, Proposal, Publication, Round, Swap
from tests import factories as make
from tests.admin_pages import WHY, edit, errors, form_data, form_page, saved, url

pytestmark = pytest.mark.django_db
CITE = "No article is cited; add a citation with its article and paragraphs."
DATE = "It has no date; fill in the first day, or cite an article, whose day then stands for it."
NOTHING_TO_WITHDRAW = "It was never published, so there is nothing to withdraw; leave it a draft, or delete it."


def lacks(entry):
    return lacking([entry])[entry.pk]


def draft(kind, slug, article=None, **facts):
    return make.reported(kind, slug, article, published=False, **facts)


def publication_of(entry):
    return type(entry).objects.values_list("publication", flat=True).get(pk=entry.pk)


# What is missing


def test_a_draft_that_an_article_reports_lacks_nothing(gazette):
    assert lacks(draft("round", "glee", gazette, start="2031-05-02")) == []


def test_the_day_of_the_first_report_is_date_enough(gazette):
    entry = draft("round", "glee", gazette)

    assert (entry.precision, lacks(entry)) == ("reported", [])


def test_a_draft_without_an_article_lacks_one_and_a_date():
    assert lacks(make.RoundFactory()) == [CITE, DATE]
    assert lacks(make.RoundFactory(start=datetime.date(2031, 5, 2))) == [CITE]


def test_an_entry_without_a_title_lacks_one(gazette):
    entry = draft("event", "hats", gazette)
    entry.citations.update(title="")
    entry.title = ""

    assert lacks(entry) == ["It has no title; write one."]


@pytest.mark.parametrize(
    ("kind", "fact", "noun", "label"),
    [
        ("round", "process", "process", "Series"),
        ("swap", "agreed_at", "round", "Agreed at"),
        ("proposal", "supersedes", "proposal", "Replaces"),
        ("proposal", "answers", "proposal", "Answers"),
        ("swap", "mediators", "party", "Mediated by"),
        ("event", "parties", "party", "Parties"),
        ("event", "issues", "issue", "Issues"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_citation(gazette, kind, fact, noun, label):
    entry = draft(kind, "glee", gazette, **{fact: "nobody"})

    assert lacks(entry) == [
        f"The citation of gazette for “{label}” names the {noun} “nobody”, which does not exist; "
        "add it, or correct the citation."
    ]


def test_of_a_list_only_the_broken_names_are_told(gazette, freedonia):
    entry = draft("event", "glee", gazette, parties="freedonia, nobody, noone")

    assert [sentence.partition("names ")[2].partition(",")[0] for sentence in lacks(entry)] == [
        "the party “nobody”",
        "the party “noone”",
    ]


def test_a_round_is_not_found_among_proposals(gazette):
    make.reported("round", "glee", gazette)

    assert lacks(draft("proposal", "offer", gazette, supersedes="glee")) == [
        "The citation of gazette for “Replaces” names the proposal “glee”, which does not exist; "
        "add it, or correct the citation."
    ]


@pytest.mark.parametrize(
    ("publication", "told"),
    [
        ("published", []),
        ("draft", ["which is a draft; publish that one too, or take the citation out."]),
        ("withdrawn", ["which was withdrawn; take the citation out, or name another."]),
    ],
)
def test_an_entry_that_is_named_must_be_public(gazette, publication, told):
    meeting = make.reported("round", "glee", gazette)
    Round.objects.filter(pk=meeting.pk).update(publication=publication)

    found = lacks(draft("swap", "hats", gazette, agreed_at="glee"))

    assert [
        sentence.removeprefix("The citation of gazette for “Agreed at” names the round “glee”, ") for sentence in found
    ] == told


def test_a_delegation_is_no_smaller_than_the_people_in_it(gazette, freedonia):
    entry = draft("round", "glee", gazette)
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia, size=2)
    make.DelegateFactory.create_batch(2, delegation=delegation)
    enough = lacks(entry)

    make.DelegateFactory(delegation=delegation)

    assert enough == []
    assert lacks(entry) == [
        "Delegation “Freedonia” (gazette): Its size is 2, but 3 people are named in it; correct the size or the people."
    ]


@pytest.mark.parametrize(("last", "sane"), [("date", True), ("date", False), ("until", True), ("until", False)])
def test_a_transfer_is_no_later_than_the_article_that_reports_it(gazette, last, sane):
    entry = draft("swap", "hats", gazette)
    day = datetime.date(2031, 5, 10 if sane else 11)
    days = {"date": day} if last == "date" else {"date": datetime.date(2031, 5, 9), "until": day}
    make.TransferFactory(swap=entry, article=gazette, **days)

    assert lacks(entry) == (
        []
        if sane
        else [
            f"Transfer “Prisoners of war, {days['date']}” (gazette): The transfer of 2031-05-11 is later than its "
            "article, which is of 2031-05-10; correct the day, or take it out until it has happened."
        ]
    )


def test_what_a_save_refuses_is_not_published_either(gazette):
    gazette.text = "One.\n\nTwo."
    gazette.save()
    entry = draft("round", "glee", gazette, status="held", start="2032-05-10")
    entry.citations.filter(field="status").update(paragraphs="2, 55")

    assert lacks(entry) == [
        f"{gazette}: it is “held” by an article of 2031-05-10, but begins later, 2032-05-10; correct the day or the "
        "status.",
        "Citation “status: held” (gazette): There is no paragraph 55: the text that is stored has 2; correct the "
        "number.",
    ]


def test_entries_published_together_may_name_each_other(gazette):
    meeting = draft("round", "glee", gazette)
    swap = draft("swap", "hats", gazette, agreed_at="glee")

    assert lacking([swap, meeting]) == {swap.pk: [], meeting.pk: []}


def test_what_names_an_entry_that_is_held_back_is_held_back_too(gazette):
    bare = make.ProposalFactory(slug="bare")
    second = draft("proposal", "second", gazette, supersedes="bare")
    third = draft("proposal", "third", gazette, supersedes="second")

    found = lacking([third, second, bare])

    told = "names the proposal “{}”, which is a draft; publish that one too, or take the citation out."
    assert {pk: [sentence.partition("Replaces” ")[2] for sentence in sentences] for pk, sentences in found.items()} == {
        bare.pk: ["", ""],
        second.pk: [told.format("bare")],
        third.pk: [told.format("second")],
    }


@pytest.mark.parametrize("count", [1, 5])
def test_asking_what_is_missing_takes_as_many_queries_for_many(gazette, django_assert_num_queries, count):
    meetings = [draft("round", f"glee-{number}", gazette, process="opera") for number in range(count)]
    swaps = [draft("swap", f"hats-{number}", gazette, agreed_at=f"glee-{number}") for number in range(count)]

    with django_assert_num_queries(7):  # five sorts of reports, processes, rounds
        found = lacking([*meetings, *swaps])

    assert [len(sentences) for sentences in found.values()] == [1] * 2 * count


def test_the_real_record_lacks_nothing(record):
    entries = [entry for model in (Round, Swap, Proposal, Event) for entry in model.objects.all()]

    assert {pk: sentences for pk, sentences in lacking(entries).items() if sentences} == {}


@given(
    named=st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=4, unique=True),
    held=st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(Publication.values)),
    together=st.sets(st.sampled_from(["a", "b", "c", "d"])),
)
def test_each_proposal_that_is_named_and_will_not_be_public_is_told_once(named, held, together):
    entry, reports = Proposal(slug="e", title="E", kind="proposal"), Reports()
    for number, slug in enumerate(named):
        article = make.ArticleFactory.build(slug=f"gazette-{number}", pk=number)
        reports.add(Citation(entry=entry, article=article, field="supersedes", value=slug))

    told = problems(entry, reports, {Proposal: held}, together)

    public = {slug for slug, publication in held.items() if publication == "published" or slug in together}
    assert sorted(sentence.partition("the proposal “")[2][0] for sentence in told) == sorted(set(named) - public)


# On the list


def act(client, action, *entries):
    data = {"action": action, "_selected_action": [entry.pk for entry in entries], **WHY}
    answer = client.post(url(type(entries[0]), "changelist"), data, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_what_is_ready_is_published_and_of_the_rest_it_is_told_what_is_missing(admin_client, gazette):
    ready = draft("proposal", "ready", gazette)
    broken = draft("proposal", "broken", gazette, presented_at="nowhere", title="The broken one")
    public = make.reported("proposal", "public", gazette)

    told = act(admin_client, "publish", ready, broken, public)

    assert [publication_of(entry) for entry in (ready, broken, public)] == ["published", "draft", "published"]
    assert told == [
        "1 entry is published.",
        "“The broken one” is not published yet. The citation of gazette for “Presented at” names the round “nowhere”, "
        "which does not exist; add it, or correct the citation.",
    ]
    assert [entry.history.count() - before for entry, before in ((ready, 2), (public, 3))] == [1, 0]
    assert ready.history.first().history_change_reason == "published in the admin"


def test_the_problems_of_many_entries_are_told_of_twenty(admin_client):
    bare = make.EventFactory.create_batch(22)

    told = act(admin_client, "publish", *bare)

    assert (told[0], len(told), told[-1]) == ("0 entries are published.", 22, "2 more are not published.")


def test_an_entry_is_withdrawn_and_published_again(admin_client, gazette):
    entry = make.reported("round", "glee", gazette)

    withdrawn = act(admin_client, "withdraw", entry), publication_of(entry)
    again = act(admin_client, "publish", entry), publication_of(entry)

    assert withdrawn == (["1 entry is withdrawn."], "withdrawn")
    assert again == (["1 entry is published."], "published")
    assert list(entry.history.values_list("history_change_reason", flat=True)[:2]) == [
        "published in the admin",
        "It was of another day.",
    ]


@pytest.mark.parametrize(("action", "then"), [("unpublish", "draft"), ("withdraw", "withdrawn")])
def test_hiding_what_readers_see_asks_why_first_and_keeps_what_was_typed(admin_client, gazette, action, then):
    entries = [make.reported("round", slug, gazette, title=f"Talks of {slug}") for slug in ("glee", "gloom")]
    sent = {"action": action, "_selected_action": [entry.pk for entry in entries]}
    asked = admin_client.post(url(Round, "changelist"), sent)
    refused = admin_client.post(url(Round, "changelist"), sent | {"post": "yes", "public_note": "It was two."})

    for page in (asked, refused):
        assert "Readers will no longer see 2 entries:" in page.content.decode()
        assert "Talks of glee" in page.content.decode()
        assert [publication_of(entry) for entry in entries] == ["published"] * 2
    assert (asked.context["form"].errors, list(refused.context["form"].errors)) == ({}, ["reason"])
    assert ("It was two." in refused.content.decode()) == (action == "withdraw")

    admin_client.post(url(Round, "changelist"), sent | WHY | {"public_note": "It was two."})

    assert [publication_of(entry) for entry in entries] == [then] * 2
    assert {entry.history.first().history_change_reason for entry in entries} == {WHY["reason"]}
    notes = set(Change.objects.filter(sort="withdrawn").values_list("note", flat=True))
    assert notes == ({"It was two."} if action == "withdraw" else set())


@pytest.mark.parametrize(("action", "then"), [("unpublish", "draft"), ("withdraw", "withdrawn")])
def test_what_readers_do_not_see_is_taken_back_or_withdrawn_without_a_question(admin_client, gazette, action, then):
    entry = make.reported("round", "glee", gazette)
    act(admin_client, "withdraw" if action == "unpublish" else "unpublish", entry)

    admin_client.post(url(Round, "changelist"), {"action": action, "_selected_action": [entry.pk]})

    assert publication_of(entry) == then


def test_what_was_never_public_is_not_withdrawn(admin_client, gazette):
    entry = draft("round", "glee", gazette, title="Glee")

    told = act(admin_client, "withdraw", entry)

    assert (told, publication_of(entry)) == (
        ["0 entries are withdrawn.", f"“Glee” is not withdrawn. {NOTHING_TO_WITHDRAW}"],
        "draft",
    )


def test_what_was_public_and_taken_back_can_be_withdrawn(admin_client, gazette):
    entry = make.reported("round", "glee", gazette)

    taken_back = act(admin_client, "unpublish", entry), publication_of(entry)
    act(admin_client, "withdraw", entry)

    assert taken_back == (["1 entry is taken back to draft."], "draft")
    assert publication_of(entry) == "withdrawn"


# On the page of the entry


@pytest.mark.parametrize("publication", ["published", "withdrawn", "draft"])
def test_the_page_publishes_takes_back_and_withdraws(admin_client, gazette, publication):
    entry = make.reported("round", "glee", gazette)
    Round.objects.filter(pk=entry.pk).update(publication="draft" if publication == "published" else "published")

    assert saved(edit(admin_client, entry, {"publication": publication}))

    assert publication_of(entry) == publication


def test_a_page_that_cannot_be_published_yet_is_saved_and_says_why(admin_client, gazette):
    entry = draft("proposal", "offer", gazette, title="An offer")
    meeting = draft("round", "glee", gazette)
    data = form_data(form_page(admin_client, url(Proposal, "change", entry.pk)))

    change = {"publication": "published", "presented_at": meeting.pk, "summary": "In other words."}
    answer = admin_client.post(url(Proposal, "change", entry.pk), data | change, follow=True)

    entry.refresh_from_db()
    assert (entry.publication, entry.presented_at, entry.summary) == ("draft", meeting, "In other words.")
    assert next(str(message) for message in answer.context["messages"]) == (
        "“An offer” is not published yet. The citation of gazette for “Presented at” names the round “glee”, which is "
        "a draft; publish that one too, or take the citation out."
    )


def test_a_published_page_is_saved_though_what_it_names_was_withdrawn_since(admin_client, gazette):
    make.reported("round", "glee", gazette)
    entry = make.reported("proposal", "offer", gazette, presented_at="glee")
    Round.objects.update(publication="withdrawn")

    assert saved(edit(admin_client, entry, {"summary": "In other words."}))

    entry.refresh_from_db()
    assert (entry.publication, entry.summary) == ("published", "In other words.")


def test_a_page_that_was_never_public_is_not_withdrawn(admin_client, gazette):
    answer = edit(admin_client, draft("round", "glee", gazette), {"publication": "withdrawn"})

    assert errors(answer) == [NOTHING_TO_WITHDRAW]


def test_a_new_entry_is_not_withdrawn(admin_client, db):
    data = form_data(form_page(admin_client, url(Event, "add"))) | {
        "slug": "hats",
        "title": "Hats",
        "event_kind": "statement",
    }

    answer = admin_client.post(url(Event, "add"), data | {"publication": "withdrawn", "citations-TOTAL_FORMS": 0})

    assert errors(answer) == [NOTHING_TO_WITHDRAW]


def test_the_page_of_a_draft_says_what_is_missing_and_that_of_a_published_one_does_not(admin_client, gazette):
    bare, ready, public = (
        make.RoundFactory(),
        draft("round", "ready", gazette),
        make.reported("round", "public", gazette),
    )

    shown = [admin_client.get(url(Round, "change", entry.pk)).content.decode() for entry in (bare, ready, public)]

    label = "Still missing before it can be published"
    assert [label in page for page in shown] == [True, True, False]
    assert [CITE in page for page in shown] == [True, False, False]


def test_the_page_leads_to_the_public_page_or_to_a_preview_of_it(admin_client, gazette):
    bare = make.RoundFactory()
    waiting = draft("round", "waiting", gazette)
    gone = make.reported("round", "gone", gazette)
    Round.objects.filter(pk=gone.pk).update(publication="withdrawn")
    public = make.reported("round", "public", gazette)

    pages = [admin_client.get(url(Round, "change", entry.pk)) for entry in (bare, waiting, gone, public)]

    assert [page.context.get("preview_address") for page in pages] == [
        None,
        "/rounds/waiting/?preview=1",
        "/rounds/gone/?preview=1",
        None,
    ]
    assert ["View on site" in page.content.decode() for page in pages] == [False, False, False, True]


def test_settling_leaves_what_was_withdrawn_withdrawn(gazette):
    entry = make.reported("round", "glee", gazette)
    Round.objects.filter(pk=entry.pk).update(publication="withdrawn")

    settle({entry.pk: "test"})

    assert publication_of(entry) == "withdrawn"
