"""Loading article files: in which order, what a second load changes, what is kept of editors' work, all or nothing."""

import contextlib
import datetime
import os
import sqlite3
import subprocess
import sys
from importlib import import_module

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks import models
from talks.derived.settle import settle
from talks.files.exporter import article_contents
from talks.files.held import held_by
from talks.files.loader import BadFilesError, compare_files, find_files, read_files
from talks.models.standing import FOREVER
from tests import factories
from tests.article_files import REFERENCE, account, entry, event, history_count, snapshot

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def undone():
    """Whatever is written to the database inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def delegation(party, *members, **fields):
    return {"party": party, "paragraphs": [2], "members": list(members)} | fields


def member(person, **fields):
    return {"person": person, "paragraphs": [3]} | fields


def transfer(**fields):
    return {"from": "freedonia", "to": "sylvania", "kind": "remains", "date": "2021-05-08", "paragraphs": [4]} | fields


def provision(key, **fields):
    return {"key": key, "issue": "borders", "text": f"Demand {key}.", "paragraphs": [5]} | fields


def write_overlapping(folder):
    """Five files that report the same entries differently, each of which can be loaded without the others."""
    return [
        folder.article(
            "gazette-a",
            "2021-05-03",
            rounds=[
                entry("a-round", summary="From A.", start="2021", status="scheduled", city="Freedonia City", number=1)
            ],
            accounts=[account("a-round", speaker="rufus-firefly")],
        ),
        folder.article(
            "gazette-b",
            "2021-05-04",
            article={"agency": "wire"},
            rounds=[
                entry(
                    "a-round",
                    title="Title from B",
                    start="2021-05-02",
                    status="held",
                    city="Sylvania City",
                    paragraphs_of={"city": [7]},
                    delegations=[
                        delegation("freedonia", member("rufus-firefly", head=True, title="Leader"), size=3),
                        delegation("ruritania", expected=True),
                    ],
                )
            ],
            swaps=[entry("a-swap", agreed_at="a-round", status="agreed", mediators=["ruritania"])],
        ),
        folder.article(
            "gazette-c",
            "2021-05-04",
            rounds=[
                entry("a-round", start="2021-05", status="postponed", delegations=[delegation("ruritania", size=2)])
            ],
            proposals=[
                entry("a-plan", parties=["freedonia"], form="plan", provisions=[provision("one"), provision("two")]),
                entry("an-older-plan", date="2021-04"),
            ],
        ),
        folder.article(
            "gazette-d",
            "2021-05-09",
            rounds=[entry("a-round")],
            swaps=[entry("a-swap", status="completed", transfers=[transfer(count=10), transfer(kind="children")])],
            proposals=[
                entry("a-plan", parties=["sylvania"], supersedes="an-older-plan", presented_at="a-round"),
                entry("an-older-plan"),
            ],
            events=[event("an-event", parties=["sylvania"], issues=["borders", "prisoners"])],
        ),
        folder.article(
            "gazette-e",
            "2021-05-01",
            events=[event("an-event", start="2021-05-01", end="2021-05-03")],
            swaps=[entry("a-swap", transfers=[transfer(count=12, date="2021-04-30")], summary="From E.")],
        ),
    ]


# Order


@pytest.mark.sql
def test_files_are_loaded_in_order_of_publication_whatever_their_names(folder):
    folder.article("gazette-a", "2021-05-09", events=[event("x", title="Later", summary="Later.")])
    folder.article("gazette-b", "2021-05-03", events=[event("x", title="Earlier")])
    folder.article("gazette-c", "2021-05-09", events=[event("x", title="Last")])

    outcome = folder.load()

    found = models.Event.objects.get()
    assert [line.split()[-1] for line in outcome.changes if line.startswith("created article")] == [
        "gazette-b",
        "gazette-a",
        "gazette-c",
    ]
    assert (found.title, found.summary, found.introduced_by.slug) == ("Earlier", "Later.", "gazette-b")
    assert (found.first_reported, found.last_reported) == (datetime.date(2021, 5, 3), datetime.date(2021, 5, 9))


def test_all_files_at_once_say_what_each_of_them_says(folder):
    write_overlapping(folder)

    folder.load()

    a_round, a_swap, a_plan = (
        models.Round.objects.get(),
        models.Swap.objects.get(),
        models.Proposal.objects.get(slug="a-plan"),
    )
    assert (a_round.title, a_round.summary, a_round.city, a_round.number) == (
        "Title of a-round",
        "From A.",
        "Freedonia City",
        1,
    )
    assert (a_round.start, a_round.precision, a_round.status) == (datetime.date(2021, 5, 2), "day", "postponed")
    assert (a_swap.agreed_at, a_swap.status, a_swap.summary) == (a_round, "completed", "From E.")
    assert (a_plan.supersedes.slug, a_plan.presented_at, a_plan.form) == ("an-older-plan", a_round, "plan")


@pytest.mark.long
@given(data=st.data())
@hypothesis_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_files_loaded_one_by_one_in_any_order_give_what_all_at_once_give(folder, data):
    files = write_overlapping(folder)
    with undone():
        folder.load()
        expected = snapshot()

    with undone():
        folder.load(folder.path / "reference")
        for path in data.draw(st.permutations(files)):
            folder.load(path)
        found = snapshot()

    assert found == expected


# A second load, and changed files


@pytest.mark.sql
def test_a_second_load_changes_no_row_and_adds_no_history(folder):
    write_overlapping(folder)
    folder.load()
    before, history = snapshot(), history_count()

    outcome = folder.load()

    assert (outcome.changes, outcome.kept, outcome.discrepancies, outcome.files) == ([], [], [], 5)
    assert snapshot() == before
    assert history_count() == history


@pytest.mark.sql
def test_a_changed_file_updates_only_its_own_rows(folder):
    folder.article("gazette-a", events=[event("x", start="2021-05-01"), event("y")])
    folder.article("gazette-b", "2021-05-11", events=[event("x", start="2021-05-01", note="From B.")])
    folder.load()

    folder.article("gazette-a", events=[event("x", start="2021-05-02", paragraphs_of={"start": [9]}), event("y")])
    outcome = folder.load()

    assert outcome.changes == ["updated citation x/start (gazette-a)"]
    assert models.Event.objects.get(slug="x").start == datetime.date(2021, 5, 2)
    citations = models.Citation.objects.filter(field="start").order_by("article__slug")
    assert [(c.value, c.paragraphs, c.history.count()) for c in citations] == [
        ("2021-05-02", "9", 2),
        ("2021-05-01", "1", 1),
    ]


def test_a_row_that_vanished_from_its_file_goes_and_the_same_row_of_another_article_stays(folder):
    both = {"city": "Freedonia City", "delegations": [delegation("freedonia", member("chicolini"))]}
    folder.article("gazette-a", rounds=[entry("x", **both)])
    folder.article("gazette-b", rounds=[entry("x", **both)])
    folder.load()

    folder.article("gazette-a", rounds=[entry("x")])
    outcome = folder.load()

    assert sorted(outcome.changes) == [
        "removed citation x/city (gazette-a)",
        "removed delegate x/freedonia/chicolini (gazette-a)",
        "removed delegation x/freedonia (gazette-a)",
    ]
    assert [row.article.slug for row in models.Delegation.objects.all()] == ["gazette-b"]
    assert [row.article.slug for row in models.Delegate.objects.all()] == ["gazette-b"]
    assert [row.article.slug for row in models.Citation.objects.filter(field="city")] == ["gazette-b"]
    assert models.Round.objects.get().city == "Freedonia City"


def test_an_entry_that_nothing_reports_any_more_goes_with_its_ties(folder):
    folder.article("gazette-a", events=[event("x", parties=["freedonia"]), event("y")])
    folder.load()

    folder.article("gazette-a", events=[event("y")])
    outcome = folder.load()

    assert outcome.changes[-1] == "removed event x"
    assert [found.slug for found in models.Entry.objects.all()] == ["y"]
    assert (models.EntryParty.objects.count(), models.Placement.objects.count()) == (0, 1)
    assert (
        models.Event.history.filter(slug="x", history_type="-").get().history_change_reason
        == "no article file reports it any more"
    )


@pytest.mark.sql
def test_entries_that_name_each_other_go_together(folder):
    gone = {
        "rounds": [entry("a-round")],
        "swaps": [entry("a-swap", agreed_at="a-round")],
        "proposals": [entry("new", supersedes="old", presented_at="a-round"), entry("old")],
    }
    folder.article("gazette-a", events=[event("x")], **gone)
    folder.load()

    folder.article("gazette-a", events=[event("x")])
    folder.load()

    assert [found.slug for found in models.Entry.objects.all()] == ["x"]


@pytest.mark.sql
@pytest.mark.parametrize(
    "needs",
    [{"accounts": [account("a-round")]}, {"swaps": [entry("a-swap", agreed_at="a-round")]}],
    ids=["account", "swap"],
)
def test_an_entry_that_another_article_still_needs_becomes_a_draft(folder, needs):
    folder.article("gazette-a", rounds=[entry("a-round")])
    folder.article("gazette-b", **needs)
    folder.load()

    folder.article("gazette-a")
    outcome = folder.load()

    found = models.Round.objects.get()
    assert (found.publication, found.first_reported, found.placements.count()) == ("draft", None, 0)
    assert outcome.kept == ["round a-round: no file reports it any more, so it is a draft now"]


def test_another_day_of_publication_moves_what_was_known_when(folder):
    folder.article("gazette-a", "2021-05-09", events=[event("x")])
    folder.load()

    folder.article("gazette-a", "2021-05-03", events=[event("x")])
    folder.load()

    found, day = models.Event.objects.get(), datetime.date(2021, 5, 3)
    assert (found.first_reported, found.last_reported, found.start) == (day, day, day)
    assert [placement.since for placement in found.placements.all()] == [day]


@pytest.mark.sql
def test_a_delegation_changes_its_head(folder):
    def write(*members):
        folder.article("gazette-a", rounds=[entry("x", delegations=[delegation("freedonia", *members)])])

    def heads():
        return list(models.Delegate.objects.order_by("person__slug").values_list("person__slug", "head"))

    write(member("chicolini"), member("rufus-firefly", head=True))
    folder.load()
    write(member("chicolini", head=True), member("rufus-firefly"))
    folder.load()
    swapped = heads()
    write(member("ambassador-trentino", head=True), member("rufus-firefly"))
    folder.load()

    assert swapped == [("chicolini", True), ("rufus-firefly", None)]
    assert heads() == [("ambassador-trentino", True), ("rufus-firefly", None)]


def test_a_single_file_is_loaded_into_a_database_that_knows_the_rest(folder):
    folder.article("gazette-a", rounds=[entry("a-round")])
    folder.load()
    path = folder.article("gazette-b", "2021-05-11", swaps=[entry("a-swap", agreed_at="a-round")])

    outcome = folder.load(path)

    assert outcome.files == 1
    assert outcome.changes == [
        "created article gazette-b",
        "created citation a-swap (gazette-b)",
        "created citation a-swap/agreed_at (gazette-b)",
        "created swap a-swap",
    ]


# Discrepancies


def test_where_articles_differ_both_stand_and_the_discrepancy_is_told_once(folder):
    folder.article("gazette-a", "2021-05-03", rounds=[entry("x", city="Freedonia City")])
    folder.load()
    folder.article("gazette-b", "2021-05-04", rounds=[entry("x", city="Sylvania City")])

    outcomes = [folder.load(), folder.load()]

    assert [outcome.discrepancies for outcome in outcomes] == [
        ["x: city is “Freedonia City” (gazette-a) or “Sylvania City” (gazette-b)"],
        [],
    ]
    assert sorted(models.Citation.objects.filter(field="city").values_list("value", flat=True)) == [
        "Freedonia City",
        "Sylvania City",
    ]
    assert models.Round.objects.get().city == "Freedonia City"


def test_a_discrepancy_that_was_there_is_not_told_as_new_when_its_entry_changes(folder):
    folder.article("gazette-a", "2021-05-03", rounds=[entry("x", city="Freedonia City")])
    folder.article("gazette-b", "2021-05-04", rounds=[entry("x", city="Sylvania City")])
    folder.load()
    folder.article("gazette-b", "2021-05-04", rounds=[entry("x", city="Sylvania City", number=2)])

    further = folder.load()
    folder.article("a-gazette", "2021-05-01", rounds=[entry("x", city="Sylvania City")])
    same = folder.load()  # of an article that stands first

    assert (further.changes, further.discrepancies) == (["created citation x/number (gazette-b)"], [])
    folder.article("gazette-c", "2021-05-05", rounds=[entry("x", city="Osterlich")])
    third = folder.load()
    folder.article("gazette-c", "2021-05-05", rounds=[entry("x")])
    without = folder.load()

    assert ("created citation x/city (a-gazette)" in same.changes, same.discrepancies) == (True, [])
    assert third.discrepancies == [
        "x: city is “Sylvania City” (a-gazette) or “Freedonia City” (gazette-a) or “Osterlich” (gazette-c)"
    ]
    assert ("removed citation x/city (gazette-c)" in without.changes, without.discrepancies) == (True, [])


def test_numbers_and_heads_that_differ_are_discrepancies(folder):
    for slug, head, number in (("gazette-a", True, 10), ("gazette-b", False, 12)):
        folder.article(
            slug,
            rounds=[entry("x", delegations=[delegation("freedonia", member("chicolini", head=head), size=number)])],
            swaps=[entry("y", transfers=[transfer(count=number), transfer(kind="children")])],
        )

    outcome = folder.load()

    assert outcome.discrepancies == [
        "x: Chicolini is “head” (gazette-a) or “not the head” (gazette-b)",
        "x: size of Freedonia is “10” (gazette-a) or “12” (gazette-b)",
        "y: Remains to Sylvania on 2021-05-08: “10” (gazette-a) or “12” (gazette-b)",
    ]


# Editors' work


@pytest.fixture
def loaded(folder):
    """A folder with one file, loaded: a round with a delegation, its head, and a swap with a transfer."""
    write_one(folder)
    folder.load()
    return folder


def write_one(folder, *, city="Freedonia City", count=10, paragraphs=(4,), **fields):
    folder.article(
        "gazette-a",
        rounds=[
            entry("x", city=city, delegations=[delegation("freedonia", member("rufus-firefly", head=True))], **fields)
        ],
        swaps=[entry("y", transfers=[transfer(count=count, paragraphs=list(paragraphs))])],
    )


def edit(model, **values):
    """Change the one row of a model as an editor does."""
    row = model.objects.get()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


@pytest.mark.sql
def test_what_an_editor_changed_is_kept_and_said_until_overwritten(loaded):
    edit(models.Transfer, count=11)

    kept = loaded.load()
    count = models.Transfer.objects.get().count
    overwritten = loaded.load(overwrite=True)

    name = "transfer y/2021-05-08/freedonia/sylvania/remains (gazette-a)"
    assert (kept.changes, kept.kept) == ([], [f"{name}: count is “11” by an editor, “10” in the file"])
    assert (overwritten.changes, overwritten.kept) == ([f"updated {name}"], [])
    assert (count.plain, models.Transfer.objects.get().count.plain) == (11, 10)


def test_what_an_editor_changed_is_kept_when_the_file_changes_too(loaded):
    edit(models.Transfer, count=11)
    write_one(loaded, count=12, paragraphs=[6])

    outcome = loaded.load()

    found = models.Transfer.objects.get()
    name = "transfer y/2021-05-08/freedonia/sylvania/remains (gazette-a)"
    assert (found.count.plain, found.paragraphs) == (11, "6")
    assert (outcome.changes, outcome.kept) == (
        [f"updated {name}"],
        [f"{name}: count is “11” by an editor, “12” in the file"],
    )
    assert loaded.load().kept == outcome.kept


def test_a_row_that_an_editor_changed_stays_when_the_file_drops_it(loaded):
    edit(models.Transfer, count=11)
    loaded.article("gazette-a", rounds=[entry("x")], swaps=[entry("y")])

    outcome = loaded.load()

    assert models.Transfer.objects.get().count.plain == 11
    name = "transfer y/2021-05-08/freedonia/sylvania/remains (gazette-a)"
    assert outcome.kept == [f"{name}: an editor had a hand in it; the file no longer has it"]


def test_a_row_that_an_editor_removed_does_not_come_back_until_overwritten(loaded):
    models.Transfer.objects.get().delete()

    kept = loaded.load()
    count = models.Transfer.objects.count()
    loaded.load(overwrite=True)

    assert kept.kept == ["transfer y/2021-05-08/freedonia/sylvania/remains (gazette-a): an editor removed it"]
    assert (count, models.Transfer.objects.count()) == (0, 1)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_row_that_an_editor_added_stays(loaded, overwrite):
    added = factories.TransferFactory(swap=models.Swap.objects.get(), article=models.Article.objects.get())

    outcome = loaded.load(overwrite=overwrite)

    assert (outcome.changes, models.Transfer.objects.filter(pk=added.pk).count()) == ([], 1)


def test_a_value_that_an_editor_chose_stays_and_is_said_until_overwritten(folder):
    folder.article("gazette-a", "2021-05-03", rounds=[entry("x", city="Freedonia City")])
    folder.article("gazette-b", "2021-05-04", rounds=[entry("x", city="Sylvania City")])
    folder.load()
    edit(models.Round, chosen={"city": "Sylvania City"})
    settle({models.Round.objects.get().pk: "an editor"})

    kept = folder.load()
    city = models.Round.objects.get().city
    overwritten = folder.load(overwrite=True)

    assert (kept.changes, kept.kept) == ([], ["round x: an editor chose “Sylvania City” for city"])
    assert overwritten.changes == ["updated round x: the choices of editors are dropped"]
    assert (city, models.Round.objects.get().city) == ("Sylvania City", "Freedonia City")


def test_a_draft_stays_a_draft(loaded):
    edit(models.Round, publication="draft")
    write_one(loaded, city="Sylvania City")

    loaded.load()

    found = models.Round.objects.get()
    assert (found.publication, found.city) == ("draft", "Sylvania City")


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_was_withdrawn_is_not_published_by_its_file(loaded, overwrite):
    edit(models.Round, publication="withdrawn")
    write_one(loaded, city="Sylvania City")

    loaded.load(overwrite=overwrite)

    found = models.Round.objects.get()
    assert (found.publication, found.city) == ("withdrawn", "Sylvania City")


def test_what_was_withdrawn_stays_when_no_file_reports_it_any_more(folder):
    folder.article("gazette-a", rounds=[entry("a-round")])
    folder.load()
    edit(models.Round, publication="withdrawn")

    folder.article("gazette-a")
    unreported = folder.load()
    found = models.Round.objects.get()
    folder.article("gazette-a", rounds=[entry("a-round")])
    folder.load()

    assert (found.publication, found.first_reported) == ("withdrawn", None)
    assert "removed round a-round" not in unreported.changes
    assert models.Round.objects.get().publication == "withdrawn"


def test_what_an_editor_changed_of_an_article_or_a_party_is_kept(loaded):
    edit(models.Article, title="Mended title")
    party = models.Party.objects.get(slug="sylvania")
    party.name = "Kingdom of Sylvania"
    party.save()

    outcome = loaded.load()

    assert outcome.kept == [
        "party sylvania: name is “Kingdom of Sylvania” by an editor, “Sylvania” in the file",
        "article gazette-a: title is “Mended title” by an editor, “Title of gazette-a” in the file",
    ]
    assert models.Article.objects.get().title == "Mended title"


def test_a_head_beside_one_that_an_editor_named_is_a_problem_and_nothing_is_written(loaded):
    edit(models.Delegate, head=None)
    factories.DelegateFactory(
        delegation=models.Delegation.objects.get(), person=models.Person.objects.get(slug="chicolini"), head=True
    )
    members = [member("rufus-firefly"), member("ambassador-trentino", head=True)]
    loaded.article("gazette-a", rounds=[entry("x", city="Elsewhere", delegations=[delegation("freedonia", *members)])])

    problems = loaded.problems()

    assert [problem.partition(": ")[2] for problem in problems] == [
        "rounds[x].delegations[freedonia].members[ambassador-trentino].head: “chicolini” is head by an editor's hand; "
        "a delegation has one head, mend it here or there"
    ]
    assert models.Round.objects.get().city == "Freedonia City"


def test_a_new_member_of_a_delegation_that_an_editor_removed_is_left_out_and_said(loaded):
    models.Delegation.objects.get().delete()
    members = [member("rufus-firefly", head=True), member("chicolini")]
    loaded.article(
        "gazette-a", rounds=[entry("x", city="Freedonia City", delegations=[delegation("freedonia", *members)])]
    )

    outcome = loaded.load()

    assert models.Delegate.objects.count() == 0
    assert "delegate x/freedonia/chicolini (gazette-a): an editor removed it" in outcome.kept


def test_a_delegation_stays_with_the_member_that_an_editor_changed(loaded):
    edit(models.Delegate, title="President")
    loaded.article("gazette-a", rounds=[entry("x")], swaps=[entry("y")])

    outcome = loaded.load()

    assert models.Delegate.objects.get().title == "President"
    assert outcome.kept == [
        "delegation x/freedonia (gazette-a): an editor had a hand in it; the file no longer has it",
        "delegate x/freedonia/rufus-firefly (gazette-a): an editor had a hand in it; the file no longer has it",
    ]


def test_an_entry_that_an_editor_removed_stays_away_and_what_is_new_about_it_too(loaded):
    models.Round.objects.get().delete()
    write_one(loaded, venue="Palace")
    loaded.article("gazette-b", accounts=[account("x")])

    outcome = loaded.load()

    assert models.Round.objects.count() == 0
    assert [line for line in outcome.kept if "venue" in line or "account" in line] == [
        "citation x/venue (gazette-a): an editor removed x",
        "account x/freedonia (gazette-b): an editor removed x",
    ]


def test_an_entry_that_an_editor_removed_comes_back_when_another_article_reports_it(loaded):
    models.Round.objects.get().delete()
    loaded.article("gazette-b", rounds=[entry("x", city="Sylvania City")])

    loaded.load()

    assert models.Round.objects.get().city == "Sylvania City"


# Vocabulary


def without(name, slug):
    return [item for item in REFERENCE[name] if item["slug"] != slug]


def test_a_word_that_is_gone_from_its_file_but_in_use_is_a_problem(loaded):
    loaded.reference("people", without("people", "rufus-firefly"))

    assert loaded.problems() == [
        "reference/people.yaml:1: person rufus-firefly is gone from this file, but “Rufus Firefly” still uses it; "
        "put it back, or remove its uses first"
    ]


def test_a_party_that_only_a_fact_of_an_entry_names_is_in_use_by_that_entry(loaded):
    path = loaded.article("gazette-b", swaps=[entry("a-swap", mediators=["ruritania"])])
    loaded.load()
    path.unlink()
    loaded.reference("parties", without("parties", "ruritania"))

    assert loaded.problems() == [
        "reference/parties.yaml:1: party ruritania is gone from this file, but “Title of a-swap” still uses it; "
        "put it back, or remove its uses first"
    ]


@pytest.mark.sql
def test_a_word_goes_together_with_its_last_use(loaded):
    loaded.reference("people", without("people", "rufus-firefly"))
    loaded.reference("parties", without("parties", "freedonia"))
    loaded.article("gazette-a", rounds=[entry("x")])

    outcome = loaded.load()

    assert outcome.changes[-2:] == ["removed person rufus-firefly", "removed party freedonia"]
    assert sorted(models.Party.objects.values_list("slug", flat=True)) == ["ruritania", "sylvania"]


def test_a_word_that_an_editor_added_stays(loaded):
    factories.PartyFactory(slug="zubrowka")

    assert loaded.load().changes == []
    assert models.Party.objects.filter(slug="zubrowka").count() == 1


def test_a_changed_word_is_updated(loaded):
    loaded.reference("issues", [{**item, "group": "Peace"} for item in REFERENCE["issues"]])

    assert loaded.load().changes == ["updated issue borders", "updated issue prisoners"]
    assert set(models.Issue.objects.values_list("group", flat=True)) == {"Peace"}


# Dry run, history, and all or nothing


def test_a_dry_run_tells_what_would_change_and_writes_nothing(loaded):
    edit(models.Transfer, count=11)
    before, history = snapshot(), history_count()
    write_one(loaded, city="Sylvania City")
    loaded.article("gazette-b", rounds=[entry("x", city="Freedonia City")], events=[event("z")])

    outcome = loaded.load(dry_run=True)

    assert outcome.changes == [
        "updated citation x/city (gazette-a)",
        "created article gazette-b",
        "created citation x (gazette-b)",
        "created citation x/city (gazette-b)",
        "created citation z (gazette-b)",
        "created citation z/event_kind (gazette-b)",
        "created event z",
    ]
    assert outcome.discrepancies == ["x: city is “Sylvania City” (gazette-a) or “Freedonia City” (gazette-b)"]
    assert len(outcome.kept) == 1
    assert (snapshot(), history_count()) == (before, history)


@pytest.mark.sql
def test_what_would_change_is_known_before_anything_is_written(loaded, django_assert_num_queries):
    write_one(loaded, city="Sylvania City")
    files = read_files(find_files([loaded.path]))
    held = held_by(["gazette-a"])

    with django_assert_num_queries(0):
        changes = compare_files(files, held, overwrite=False)

    assert [change.name for change in changes.rows] == ["citation x/city (gazette-a)"]
    assert loaded.load().changes == ["updated citation x/city (gazette-a)"]


@pytest.mark.sql
def test_history_gives_the_file_as_the_reason(loaded):
    write_one(loaded, city="Sylvania City")
    loaded.load()
    loaded.article("gazette-a", rounds=[entry("x")])
    loaded.load()

    records = models.Citation.history.filter(field="city").order_by("history_id")
    assert [(record.history_type, record.history_change_reason) for record in records] == [
        ("+", "gazette-a.yaml"),
        ("~", "gazette-a.yaml"),
        ("-", "gazette-a.yaml"),
    ]
    reasons = {
        record.history_change_reason
        for model in (models.Round, models.Delegation, models.Delegate, models.Article)
        for record in model.history.all()
    }
    assert reasons == {"gazette-a.yaml"}
    assert {record.history_change_reason for record in models.Party.history.all()} == {"parties.yaml"}


def test_paths_that_lead_nowhere_are_told_together(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/notes.txt").write_text("x")

    with pytest.raises(BadFilesError) as caught:
        folder.load(tmp_path / "missing", tmp_path / "empty", tmp_path / "reference")

    assert [str(problem).replace(str(tmp_path), "") for problem in caught.value.problems] == [
        "/empty:0: this folder holds no article file (*.yaml); check the path",
        "/missing:0: there is no such file or folder; check the path",
    ]


PREPARED = """
import sys
import django
django.setup()
from django.core.management import call_command
from talks.files import loader
call_command("migrate", verbosity=0)
loader.load(sys.argv[1:])
"""
KILLED = """
import sys, time
import django
django.setup()
from django.db import connection
from talks.files import loader, reported
def wait(*arguments, **options):
    print("written", flush=True)
    time.sleep(600)
connection.cursor().execute("PRAGMA cache_size=2")  # so that pages are written to disk before the commit
reported.settle = wait  # what comes after all rows are created
loader.load(sys.argv[1:])
"""


def manage(database, *arguments):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "talks.settings",
        "DEBUG": "1",
    }
    return subprocess.Popen(
        [sys.executable, *arguments], env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    )


def dump(database):
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


@pytest.mark.long
def test_a_load_that_is_killed_half_way_leaves_the_database_as_it_was(folder, tmp_path):
    database = tmp_path / "db.sqlite3"
    folder.article("gazette-a", events=[event("x")])
    with manage(database, "-c", PREPARED, str(folder.path)) as prepared:
        pass
    before = dump(database)
    folder.article("gazette-a", events=[event("x", parties=["freedonia"])])
    folder.article("gazette-b", events=[event(f"event-{number}", note="n" * 500) for number in range(200)])

    with manage(database, "-c", KILLED, str(folder.path)) as killed:
        written = killed.stdout.readline()
        killed.kill()
    after = dump(database)
    with manage(database, "manage.py", "load_articles", str(folder.path)) as process:
        told, _ = process.communicate()

    assert (prepared.returncode, written, after) == (0, "written\n", before)
    assert (process.returncode, told) == (
        0,
        "2 article files: 602 created, 0 updated, 0 removed, 0 kept as editors left them, 0 new discrepancies.\n",
    )


@pytest.mark.sql
def test_a_database_from_before_parties_had_other_names_takes_those_of_the_files(loaded):
    for party in models.Party.objects.all():
        del party.filed["aliases"]
        party.save()
    import_module("talks.migrations.0013_other_names").say_that_files_had_none(apps, None)
    parties = [party | {"aliases": ["Fredonia"]} for party in REFERENCE["parties"]]
    loaded.reference("parties", parties)

    outcome = loaded.load()

    assert outcome.kept == []
    assert [party.aliases for party in models.Party.objects.all()] == [["Fredonia"]] * len(parties)


# In batches


def written_by(folder, size, monkeypatch):
    """The database after a load of which so many entries are held at a time, and how many rows its history has."""
    monkeypatch.setattr("talks.derived.reports.BATCH", size)
    with undone():
        outcome = folder.load()
        entries = dict(models.Proposal.objects.values_list("slug", "presented_at__slug"))
        order = list(models.Entry.objects.order_by("pk").values_list("slug", "after__slug", "rank"))
        held = snapshot("id", "created", "updated", "made"), history_count(), order
        return *held, entries, sorted(outcome.discrepancies)


def test_a_load_writes_the_same_in_batches_as_at_once(folder, monkeypatch):
    meeting = {"start": datetime.date(2021, 5, 2), "status": "held"}
    size = [{"party": "sylvania", "size": number, "paragraphs": [1]} for number in (4, 9)]
    folder.article(
        "gazette-a",
        rounds=[entry("meeting", **meeting, delegations=size[:1])],
        proposals=[entry("paper", presented_at="later"), entry("old", presented_at="meeting")],
    )
    folder.article("gazette-b", rounds=[entry("meeting", **meeting, delegations=size[1:]), entry("later")])

    one_by_one = written_by(folder, 1, monkeypatch)

    assert one_by_one == written_by(folder, 1000, monkeypatch)
    assert one_by_one[3:] == (
        {"paper": "later", "old": "meeting"},
        ["meeting: size of Sylvania is “4” (gazette-a) or “9” (gazette-b)"],
    )


def test_what_follows_an_entry_of_a_later_batch_stands_after_it(folder, monkeypatch):
    day = {"start": datetime.date(2021, 5, 2)}
    told = [event("third", **day, after="second"), event("second", **day, after="first")]
    folder.article("gazette-a", events=told)
    folder.article("gazette-b", published="2021-05-11", events=[event("first", **day, time="10:00")])

    one_by_one = written_by(folder, 1, monkeypatch)
    at_once = written_by(folder, 1000, monkeypatch)
    folder.load()

    assert one_by_one == at_once
    assert list(models.Entry.objects.order_by("rank").values_list("slug", "after__slug")) == [
        ("first", None),
        ("second", "first"),
        ("third", "second"),
    ]
    placed = models.Placement.objects.filter(until=FOREVER).order_by("rank").values_list("entry__slug", flat=True)
    assert list(placed) == ["first", "second", "third"]
    assert list(models.Event.history.filter(slug="third").values_list("after__slug", flat=True)) == ["second"]
    assert not models.Change.objects.exclude(sort="added")


@pytest.mark.sql
def test_an_article_lists_what_it_reports_in_the_order_of_its_file_whatever_the_batches(folder, monkeypatch):
    """Entries are written where those that they name are there, and with the first article that reports them."""
    day = {"start": datetime.date(2021, 5, 2)}
    delegations = [
        {"party": "sylvania", "role": "party", "size": 4, "paragraphs": [1]},
        delegation("freedonia", member("rufus-firefly"), role="party"),
    ]
    folder.article(
        "gazette-a",
        rounds=[entry("old-round", **day)],
        proposals=[entry("paper", presented_at="new-round", supersedes="other-paper"), entry("other-paper")],
    )
    folder.article(
        "gazette-b",
        published="2021-05-11",
        rounds=[entry("new-round", **day, after="old-round", delegations=delegations), entry("old-round", **day)],
        proposals=[entry("last-paper", presented_at="old-round"), entry("paper")],
        events=[event("echo", **day, after="new-round"), event("first-word", **day)],
        accounts=[account("last-paper"), account("old-round"), account("new-round", party="sylvania")],
    )
    exported = {}
    for size in (1, 2, 1000):
        monkeypatch.setattr("talks.derived.reports.BATCH", size)
        with undone():
            folder.load()
            exported[size] = dict(article_contents(models.Article.objects.all()))

    assert exported[1] == exported[2] == exported[1000]
    for slug, content in exported[1].items():
        told = yaml.safe_load((folder.path / f"articles/{slug}.yaml").read_text())
        for section in told.keys() - {"article"}:
            assert content[section] == told[section]


def test_new_articles_have_a_history_that_names_their_files(folder):
    folder.article("gazette-a", events=[event("x")])

    folder.load()

    record = models.Article.history.get()
    assert (record.history_type, record.history_change_reason) == ("+", "gazette-a.yaml")
    assert record.slug == models.Article.objects.get().slug == "gazette-a"
