"""Merging two rows that are one, and renaming: everything moves, nothing doubles, nothing goes in silence."""

import re
import tempfile
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks import models
from talks.derived.settle import settle
from talks.editing.merging import holders, merge, plan
from talks.editing.renaming import rename
from talks.files import rows
from talks.files.former import ASIDE, in_row
from talks.files.loader import load
from talks.queries.matching import asked
from talks.queries.search import found
from tests import factories as make
from tests.article_files import Folder, snapshot
from tests.site_map import walk
from tests.test_exporter import article_files, export, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def rufus():
    return make.PersonFactory(slug="rufus-firefly", name="Rufus Firefly", aliases=["R. T. Firefly"])


@pytest.fixture
def rufus_again():
    return make.PersonFactory(slug="firefly", name="Firefly", aliases=["R. T. Firefly", "Руфус"])


def unite(keep, old, **stays):
    planned = plan(keep, old)
    assert planned.refusals == []
    merge(planned, stays, "they are one")
    return type(keep).objects.get(pk=keep.pk)


def delegate(article, talks, party, person, **values):
    delegation = models.Delegation.objects.filter(article=article, round=talks, party=party).first()
    delegation = delegation or make.DelegationFactory(article=article, round=talks, party=party)
    row = make.DelegateFactory(delegation=delegation, person=person, **values)
    settle({talks.pk: "test"})
    return row


# Any small record


def reports():
    """[(article, row)] of the whole record."""
    slugs = dict(models.Article.objects.values_list("pk", "slug"))
    return [
        (slugs[article], rows.Row((), model, key, values))
        for article, of_it in rows.from_database(slugs).items()
        for (model, key), (_, values) in of_it.items()
    ]


def told(reported, now):
    """{(article, fact, value)}: each report with the slugs `now`, without its paragraphs and its place in a list.

    Of a list of parties or issues the order says nothing.
    """
    mapped = ((article, in_row(row, now)) for article, row in reported)
    return {(article, row.model, row.key, *said_by(row)) for article, row in mapped}


def said_by(row):
    for name, value in row.values.items():
        is_list = name == "value" and row.key[1] in models.LISTS
        if name not in ASIDE:
            yield f"{name}: {sorted(value.split(', ')) if is_list else value}"


def handed_over():
    """The total of all transfers."""
    return sum(transfer.count.low for transfer in models.Transfer.objects.all() if transfer.count)


SORTS = [models.Person, models.Party, *models.KINDS.values()]


@pytest.mark.long
@given(article_files(), st.data())
@hypothesis_settings(max_examples=5, phases=[Phase.generate, Phase.reuse])
def test_merging_keeps_every_report_but_those_that_an_editor_let_go(contents, data):
    with tempfile.TemporaryDirectory() as name, undone():
        folder = Folder(Path(name, "files"))
        for content in contents:
            folder.write(f"articles/{content['article']['slug']}.yaml", content)
        folder.load()
        sort = data.draw(st.sampled_from([sort for sort in SORTS if sort.objects.count() > 1]))
        keep, old = data.draw(st.permutations(list(sort.objects.order_by("slug"))))[:2]
        slug, before, held, total = old.slug, reports(), snapshot(), handed_over()
        planned = plan(keep, old)
        if planned.refusals:
            assert snapshot() == held
            return
        stays = {pair.name: data.draw(st.sampled_from(list(pair.rows))) for pair in planned.undecided}
        gone = [
            (pair.article, row) for pair in planned.undecided for pk, row in pair.rows.items() if pk != stays[pair.name]
        ]
        now = planned.now

        merge(planned, stays, "they are one")

        assert told(reports(), {}) == told(before, now) - told(gone, now)
        assert len(reports()) == len(told(reports(), {}))
        if sort not in (models.Party, models.Swap):
            assert handed_over() == total
        assert not sort.objects.filter(slug=slug).exists()
        cache.clear()  # what a rolled-back record was counted for
        pages = walk(Client())
        named = re.compile(rf"(?<![\w-]){re.escape(slug)}(?![\w-])")  # “events-2” is not named by “events-2026”
        assert [address for address, page in pages.items() if named.search(page.content.decode())] == []
        assert {page.status_code for page in pages.values()} == {200}
        again = folder.load()
        assert again.changes == []
        export(Path(name, "exported"))
        exported = load([Path(name, "exported")])
        assert (exported.changes, exported.kept) == ([], [])


@pytest.mark.sql
def test_everything_that_refers_to_a_row_is_moved_or_follows_from_reports():
    of_entry = ["Account.entry", "Amendment.entry", "Change.entry", "Citation.entry", "FormerSlug.entry"]
    of_entry = sorted([*of_entry, *(f"{kind.__name__}.after" for kind in models.KINDS.values())])
    found = {model.__name__: sorted(f"{of.__name__}.{name}" for of, name in holders(model)) for model in SORTS}
    assert found == {
        "Person": ["Account.speaker", "Delegate.person", "FormerSlug.person"],
        "Party": [
            "Account.party",
            "Delegation.party",
            "FormerSlug.party",
            "Person.party",
            "Transfer.from_party",
            "Transfer.to_party",
        ],
        "Round": sorted([*of_entry, "Delegation.round", "Proposal.presented_at", "Swap.agreed_at"]),
        "Swap": sorted([*of_entry, "Transfer.swap"]),
        "Proposal": sorted([*of_entry, "Proposal.answers", "Proposal.supersedes", "Provision.proposal"]),
        "Event": of_entry,
    }


# People


def test_a_merged_person_is_another_spelling_of_the_one_that_stays(rufus, rufus_again):
    assert unite(rufus, rufus_again).aliases == ["R. T. Firefly", "Firefly", "Руфус"]


def test_a_name_that_both_have_is_no_other_spelling_of_itself(rufus):
    namesake = make.PersonFactory(slug="firefly", name=rufus.name)

    assert unite(rufus, namesake).aliases == ["R. T. Firefly"]


def test_what_was_named_after_a_merged_person_is_found_under_the_one_that_stays(
    gazette, herald, freedonia, rufus, rufus_again
):
    one, other = make.reported("round", "one", gazette), make.reported("round", "other", herald)
    delegate(gazette, one, freedonia, rufus)
    delegate(herald, other, freedonia, rufus_again, title="President", head=True)

    unite(rufus, rufus_again)

    ties = models.EntryPerson.objects.order_by("entry__slug").values_list("person__slug", "entry__slug")
    assert list(ties) == [("rufus-firefly", "one"), ("rufus-firefly", "other")]
    assert [row.person for row in found(models.Seen.now(), "people", asked("Руфус"))] == [rufus]
    assert list(models.Delegate.objects.filter(title="President").values_list("person__slug", "head")) == [
        ("rufus-firefly", True)
    ]


def test_one_person_twice_in_a_delegation_with_another_title_is_asked_about(gazette, freedonia, rufus, rufus_again):
    talks = make.reported("round", "talks", gazette)
    one = delegate(gazette, talks, freedonia, rufus, title="President")
    other = delegate(gazette, talks, freedonia, rufus_again, title="Minister", order=1)
    third = delegate(gazette, talks, freedonia, make.PersonFactory(), order=2)

    asked_about = plan(rufus, rufus_again)
    assert [(pair.model, pair.differing, list(pair.rows)) for pair in asked_about.undecided] == [
        (models.Delegate, ["title"], [one.pk, other.pk])
    ]
    merge(asked_about, {asked_about.undecided[0].name: other.pk}, "they are one")

    assert list(models.Delegate.objects.values_list("pk", "person__slug", "title", "order")) == [
        (other.pk, "rufus-firefly", "Minister", 0),
        (third.pk, third.person.slug, "", 1),
    ]


def test_a_person_of_both_spellings_in_one_delegation_is_one_with_the_paragraphs_of_both(
    gazette, freedonia, rufus, rufus_again
):
    talks = make.reported("round", "talks", gazette)
    delegate(gazette, talks, freedonia, rufus, paragraphs="3")
    delegate(gazette, talks, freedonia, rufus_again, paragraphs="1, 7")

    unite(rufus, rufus_again)

    assert list(models.Delegate.objects.values_list("person__slug", "paragraphs")) == [("rufus-firefly", "1, 3, 7")]


# Parties


@pytest.mark.sql
def test_the_people_transfers_and_lists_of_a_merged_party_are_those_of_the_other(gazette, freedonia, sylvania):
    fredonia = make.PartyFactory(slug="fredonia", name="Fredonia")
    person = make.PersonFactory(party=fredonia)
    swap = make.reported("swap", "swap", gazette, mediators="sylvania, fredonia", parties="fredonia, freedonia")
    make.TransferFactory(swap=swap, article=gazette, from_party=fredonia, to_party=sylvania, count=7)
    swap.chosen = {"parties": "fredonia, freedonia"}
    swap.save()

    assert plan(freedonia, fredonia).cited == 2
    unite(freedonia, fredonia)

    person.refresh_from_db()
    assert person.party == freedonia
    assert dict(swap.citations.exclude(field="").values_list("field", "value")) == {
        "mediators": "sylvania, freedonia",
        "parties": "freedonia",
    }
    assert models.Swap.objects.get().chosen == {"parties": "freedonia"}
    assert list(models.Transfer.objects.values_list("from_party__slug", "to_party__slug", "count__low")) == [
        ("freedonia", "sylvania", 7)
    ]
    assert sorted(models.EntryParty.objects.values_list("party__slug", flat=True)) == ["freedonia", "sylvania"]


def test_parties_that_handed_over_to_each_other_are_not_merged(gazette, freedonia, sylvania):
    swap = make.reported("swap", "swap", gazette, title="The swap")
    make.TransferFactory(swap=swap, article=gazette, from_party=freedonia, to_party=sylvania)

    assert plan(freedonia, sylvania).refusals == [
        "“The swap” reports a transfer between the two, and nobody hands over to themselves. "
        "Correct that transfer first."
    ]


def test_delegations_with_two_heads_are_not_merged(gazette, freedonia, rufus, rufus_again):
    fredonia = make.PartyFactory(slug="fredonia")
    talks = make.reported("round", "talks", gazette, title="The talks")
    delegate(gazette, talks, freedonia, rufus, head=True)
    delegate(gazette, talks, fredonia, rufus_again, head=True)

    assert plan(freedonia, fredonia).refusals == [
        "“The talks”: Rufus Firefly and Firefly would both be head of one delegation, by the same article (gazette). "
        "Correct one of them first."
    ]


@pytest.mark.sql
def test_delegations_of_one_article_become_one_with_the_people_of_both(gazette, freedonia, rufus, rufus_again):
    fredonia = make.PartyFactory(slug="fredonia")
    talks = make.reported("round", "talks", gazette)
    delegate(gazette, talks, fredonia, rufus, head=True)
    delegate(gazette, talks, freedonia, rufus, head=True)
    delegate(gazette, talks, freedonia, rufus_again, order=1)

    unite(freedonia, fredonia)

    assert list(models.Delegation.objects.values_list("party__slug", flat=True)) == ["freedonia"]
    assert list(models.Delegate.objects.values_list("person__slug", "head", "order")) == [
        ("rufus-firefly", True, 0),
        ("firefly", None, 1),
    ]


# Entries


@pytest.mark.sql
def test_the_reports_choices_and_changes_of_a_merged_entry_are_those_of_the_other(gazette, herald):
    keep = make.reported("event", "keep", herald, start="2031-05-02", event_kind="meeting")
    old = make.reported("event", "old", gazette, start="2031-05-01", event_kind="meeting")
    old.chosen = {"event_kind": "meeting", "title": "Another title"}
    old.save()
    make.AccountFactory(entry=old, article=gazette)
    make.ChangeFactory(entry=old, note="Told before.")

    keep = unite(keep, old)

    assert (str(keep.start), keep.first_reported, keep.chosen) == (
        "2031-05-01",
        gazette.published,
        {"event_kind": "meeting"},
    )
    assert (keep.citations.count(), keep.accounts.count()) == (6, 1)
    assert [change.note for change in keep.changes.all()] == ["", "Told before."]  # the merge is a change, too
    assert set(models.Placement.objects.values_list("entry__slug", flat=True)) == {"keep"}


@pytest.mark.parametrize(("publication", "told"), [("published", ["Told before."]), ("draft", []), ("withdrawn", [])])
def test_what_readers_were_told_of_a_hidden_entry_does_not_show_again(client, gazette, herald, publication, told):
    keep = make.reported("event", "keep", herald, start="2031-05-02")
    old = make.reported("event", "old", gazette, start="2031-05-02")
    make.ChangeFactory(entry=old, note="Told before.")
    make.ChangeFactory(entry=old, note="It was a mistake.", sort="withdrawn")
    old.publication = publication
    old.save()

    moving = list(plan(keep, old).moves.get((models.Change, "entry"), ()))
    keep = unite(keep, old)

    assert [change.note for change in moving] == told
    assert [change.note for change in keep.changes.exclude(note="")] == told
    page = client.get("/changes/").content.decode()
    assert ("Told before." in page, "It was a mistake." in page) == (bool(told), False)


def test_what_one_article_says_of_both_entries_is_asked_about_where_it_differs(gazette):
    keep = make.reported("round", "keep", gazette, title="Talks", city="Freedonia City", venue="Palace")
    old = make.reported("round", "old", gazette, title="Talks", city="Freedonia Town", venue="Palace")

    asked_about = plan(keep, old)
    assert [(pair.same, pair.differing) for pair in asked_about.pairs] == [(True, []), (False, ["value"]), (True, [])]
    town = old.citations.get(field="city")
    merge(asked_about, {pair.name: town.pk for pair in asked_about.undecided}, "they are one")

    assert models.Round.objects.get().city == "Freedonia Town"
    assert sorted(keep.citations.values_list("field", flat=True)) == ["", "city", "venue"]


def test_entries_that_name_a_merged_one_name_the_one_that_stays(gazette):
    keep, old = (make.reported("round", slug, gazette, title="Talks") for slug in ("keep", "old"))
    make.reported("swap", "swap", gazette, agreed_at="old")
    make.reported("proposal", "paper", gazette, presented_at="old")
    draft = make.SwapFactory(agreed_at=old)

    unite(keep, old)

    assert models.Swap.objects.get(slug="swap").agreed_at == models.Proposal.objects.get().presented_at == keep
    draft.refresh_from_db()
    assert draft.agreed_at == keep
    assert sorted(models.Citation.objects.filter(value="keep").values_list("field", flat=True)) == [
        "agreed_at",
        "presented_at",
    ]


@pytest.mark.parametrize("fact", ["supersedes", "answers"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_proposal_is_not_merged_with_one_that_it_names(gazette, herald, fact, turned):
    one = make.reported("proposal", "one", gazette)
    other = make.reported("proposal", "other", herald, **{fact: "one"})
    pair = (other, one) if turned else (one, other)

    assert plan(*pair).refusals == [
        "One of the two supersedes or answers the other, and no proposal does that to itself. Correct that fact first."
    ]


@pytest.mark.sql
def test_the_demands_of_two_proposals_are_one_list(gazette):
    keep, old = (make.reported("proposal", slug, gazette, title="Paper") for slug in ("keep", "old"))
    for order, key in enumerate(("one", "two")):
        make.ProvisionFactory(proposal=keep, article=gazette, key=key, order=order, issue=make.IssueFactory(slug="b"))
    for order, key in enumerate(("three", "two", "four")):
        make.ProvisionFactory(proposal=old, article=gazette, key=key, order=order, issue=make.IssueFactory(slug="b"))

    unite(keep, old)

    assert list(keep.provisions.values_list("key", "order")) == [("one", 0), ("two", 1), ("three", 2), ("four", 3)]


def test_demands_that_were_noted_first_still_follow_those_of_the_first_proposal(gazette):
    keep, old = (make.reported("proposal", slug, gazette, title="Paper") for slug in ("keep", "old"))
    for proposal, key in ((old, "last"), (keep, "first")):
        make.ProvisionFactory(proposal=proposal, article=gazette, key=key, order=0, issue=make.IssueFactory(slug="b"))

    unite(keep, old)

    assert list(keep.provisions.values_list("key", "order")) == [("first", 0), ("last", 1)]


def test_a_draft_in_a_published_entry_is_warned_of_and_the_other_way_round(gazette, herald):
    public = make.reported("event", "public", gazette, title="Public")
    draft = make.reported("event", "draft", herald, title="Draft", published=False)
    empty = make.EventFactory(title="Empty")

    assert plan(public, draft).warnings == ["“Draft” is not public. What is reported of it will be, with “Public”."]
    assert plan(draft, public).warnings == [
        "“Draft” is not public, so the page of “Public” will be gone until it is published."
    ]
    assert plan(draft, empty).warnings == [
        "No article is cited for “Empty”. What is filled in on its page goes with it."
    ]


def test_a_choice_that_goes_is_warned_of(gazette, herald):
    keep, old = make.reported("event", "keep", gazette), make.reported("event", "old", herald, title="Old")
    old.chosen = {"title": "The better title"}

    assert plan(keep, old).warnings == ["An editor chose “The better title” for “title” of “Old”. That choice goes."]


# What is left behind


def test_the_slug_of_a_merged_row_and_its_former_ones_lead_to_the_one_that_stays(rufus, rufus_again):
    make.FormerSlugFactory(entry=None, person=rufus_again, slug="fire-fly")

    unite(rufus, rufus_again)

    assert sorted(rufus.former_slugs.values_list("slug", flat=True)) == ["fire-fly", "firefly"]


@pytest.mark.sql
def test_history_says_why_and_can_still_be_read(gazette, freedonia, rufus, rufus_again):
    talks = make.reported("round", "talks", gazette)
    row = delegate(gazette, talks, freedonia, rufus_again)
    pk = rufus_again.pk

    unite(rufus, rufus_again)

    why = "“firefly” merged into “rufus-firefly”: they are one"
    assert rufus.history.first().history_change_reason == why
    assert [(one.history_type, one.history_change_reason) for one in models.Person.history.filter(id=pk)] == [
        ("-", why),
        ("+", None),
    ]
    assert [(one.person, one.history_change_reason) for one in row.history.all()] == [(rufus, why), (rufus, None)]


# Renaming


@pytest.mark.sql
def test_all_that_names_a_renamed_entry_names_it_by_its_new_slug(gazette):
    talks = make.reported("round", "old", gazette)
    swap = make.reported("swap", "swap", gazette, agreed_at="old")
    swap.chosen = {"agreed_at": "old"}
    swap.save()

    rename(talks, "new", "a typing error")

    swap = models.Swap.objects.get()
    assert (swap.agreed_at, swap.chosen) == (talks, {"agreed_at": "new"})
    assert swap.citations.get(field="agreed_at").value == "new"
    assert list(talks.former_slugs.values_list("slug", flat=True)) == ["old"]
    assert talks.history.first().history_change_reason == "“old” is “new” now: a typing error"


def test_a_slug_that_only_contains_the_renamed_one_stays(gazette, freedonia):
    make.PartyFactory(slug="new-freedonia")
    event = make.reported("event", "event", gazette, parties="new-freedonia, freedonia")

    rename(freedonia, "old-freedonia", "there are two")

    assert event.citations.get(field="parties").value == "new-freedonia, old-freedonia"


@pytest.mark.sql
def test_a_row_renamed_back_has_its_slug_and_leaves_the_other(rufus):
    rename(rufus, "rufus", "shorter")
    rename(rufus, "rufus-firefly", "longer again")

    assert (rufus.slug, list(rufus.former_slugs.values_list("slug", flat=True))) == ("rufus-firefly", ["rufus"])


def test_of_two_articles_of_one_day_the_renamed_ones_new_slug_says_which_is_first():
    for slug, city in (("a-gazette", "Freedonia City"), ("b-gazette", "Sylvania City")):
        make.reported("round", "talks", make.ArticleFactory(slug=slug), city=city)

    rename(models.Article.objects.get(slug="a-gazette"), "c-gazette", "wrong page")

    assert models.Round.objects.get().city == "Sylvania City"


def test_a_rename_makes_what_is_kept_for_pages_anew(rufus):
    before = models.Revision.current()

    rename(rufus, "rufus", "shorter")

    assert models.Revision.current() != before
