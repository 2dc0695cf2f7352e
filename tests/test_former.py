"""Files that use former slugs: they are loaded as if they used the present ones."""

import io

import pytest
from django.conf import settings
from django.core.management import call_command

from talks import models
from talks.editing.merging import merge, plan
from talks.editing.renaming import rename
from talks.files.exporter import export
from talks.files.loader import load
from tests.article_files import REFERENCE, account, entry, event, snapshot

pytestmark = pytest.mark.django_db


def unite(model, old, keep, **stays):
    found = plan(model.objects.get(slug=keep), model.objects.get(slug=old))
    assert found.refusals == []
    merge(found, stays, "they are one")


def again(folder):
    """What a load of the same files reports; nothing may have changed."""
    before = snapshot()
    outcome = folder.load()
    assert snapshot() == before
    return outcome.changes, outcome.kept, outcome.former


def delegation(party, *members, **fields):
    return {"party": party, "paragraphs": [2], "members": list(members)} | fields


def member(person, **fields):
    return {"person": person, "paragraphs": [3]} | fields


def transfer(**fields):
    return {"from": "freedonia", "to": "sylvania", "kind": "remains", "date": "2021-05-08", "paragraphs": [4]} | fields


def test_a_file_that_says_the_former_slug_of_an_entry_means_that_entry(folder):
    folder.article(
        "gazette-one",
        rounds=[entry("old", city="Freedonia City", parties=["freedonia"], delegations=[delegation("freedonia")])],
        swaps=[entry("swap", agreed_at="old")],
        proposals=[entry("paper", presented_at="old")],
        accounts=[account("old")],
    )
    folder.load()
    rename(models.Round.objects.get(slug="old"), "new", "wrong city")

    assert again(folder) == (
        [],
        [],
        [
            "entry “old” is “new” now; write that in gazette-one.yaml:8, gazette-one.yaml:25, gazette-one.yaml:31 "
            "and 1 more place"
        ],
    )


def test_a_file_that_says_the_former_slug_of_a_party_means_that_party(folder):
    folder.article(
        "gazette-one",
        rounds=[entry("round", parties=["freedonia", "sylvania"], delegations=[delegation("freedonia")])],
        swaps=[entry("swap", mediators=["freedonia"], transfers=[transfer()])],
        accounts=[account("swap")],
    )
    folder.load()
    rename(models.Party.objects.get(slug="freedonia"), "new-freedonia", "a new name")

    changes, kept, former = again(folder)
    assert (changes, kept) == ([], [])
    assert former == [
        "party “freedonia” is “new-freedonia” now; write that in gazette-one.yaml:13, gazette-one.yaml:16, "
        "gazette-one.yaml:26 and 4 more places"
    ]


def test_a_file_whose_article_was_renamed_is_that_articles(folder):
    folder.article("gazette-one", events=[event("x")])
    folder.load()
    rename(models.Article.objects.get(), "gazette-two", "wrong day")

    changes, kept, former = again(folder)
    assert (changes, kept) == ([], [])
    assert former == ["article “gazette-one” is “gazette-two” now; write that in gazette-one.yaml:2"]


def test_a_file_under_the_former_and_one_under_the_present_slug_are_one_too_many(folder):
    folder.article("gazette-one", events=[event("x")])
    folder.load()
    rename(models.Article.objects.get(), "gazette-two", "wrong day")
    folder.article("gazette-two", events=[event("x")])

    assert folder.problems() == [
        "articles/gazette-two.yaml:2: article.slug: “gazette-two” is in "
        f"{folder.path}/articles/gazette-one.yaml already; keep one file an article".replace(f"{folder.path}/", "")
    ]


def test_an_item_under_a_former_slug_says_nothing_of_its_row(folder):
    folder.article("gazette-one", events=[event("x", issues=["borders"])])
    folder.load()
    rename(models.Issue.objects.get(slug="borders"), "frontiers", "its usual name")
    folder.reference("issues", [REFERENCE["issues"][0] | {"title": "Other"}, REFERENCE["issues"][1]])

    outcome = folder.load()

    assert (outcome.changes, outcome.kept) == ([], [])
    assert models.Issue.objects.get(slug="frontiers").title == "Borders"


def test_an_item_of_a_merged_row_may_stand_beside_the_one_that_stays(folder):
    folder.article(
        "gazette-one", rounds=[entry("round", delegations=[delegation("freedonia", member("rufus-firefly"))])]
    )
    folder.load()
    unite(models.Person, "chicolini", "rufus-firefly")
    unite(models.Party, "ruritania", "sylvania")

    changes, kept, former = again(folder)
    assert changes == []
    assert kept == [
        "party sylvania: aliases is “['Ruritania']” by an editor, “[]” in the file",
        "person rufus-firefly: aliases is “['R. T. Firefly', 'Chicolini']” by an editor, “['R. T. Firefly']” in the "
        "file",
    ]
    assert former == [
        "party “ruritania” is “sylvania” now; write that in parties.yaml:11",
        "person “chicolini” is “rufus-firefly” now; write that in people.yaml:9",
    ]


def test_people_of_one_file_that_are_one_now_are_one_delegate(folder):
    members = [member("rufus-firefly"), member("chicolini", paragraphs=[5]), member("ambassador-trentino")]
    folder.article("gazette-one", rounds=[entry("round", delegations=[delegation("freedonia", *members)])])
    folder.load()
    unite(models.Person, "chicolini", "rufus-firefly")

    changes, kept, _ = again(folder)

    assert changes == [line for line in kept if not line.startswith("person rufus-firefly: aliases is")] == []
    assert list(models.Delegate.objects.values_list("person__slug", "paragraphs", "order")) == [
        ("rufus-firefly", "3, 5", 0),
        ("ambassador-trentino", "3", 1),
    ]


def test_of_two_reports_that_differ_the_editors_choice_is_kept(folder):
    members = [member("rufus-firefly", title="President"), member("chicolini", title="Minister")]
    folder.article("gazette-one", rounds=[entry("round", delegations=[delegation("freedonia", *members)])])
    folder.load()
    found = plan(models.Person.objects.get(slug="rufus-firefly"), models.Person.objects.get(slug="chicolini"))
    (pair,) = found.undecided
    merge(found, {pair.name: models.Delegate.objects.get(title="Minister").pk}, "they are one")

    changes, kept, _ = again(folder)

    assert changes == []
    assert [line for line in kept if line.startswith("delegate")] == [
        "delegate round/freedonia/rufus-firefly (gazette-one): title is “Minister” by an editor, “President” in the "
        "file"
    ]


def test_a_row_that_stands_twice_in_a_file_under_one_former_slug_is_still_told(folder):
    folder.article("gazette-one", events=[event("old")])
    folder.load()
    rename(models.Event.objects.get(), "new", "shorter")
    folder.article("gazette-one", events=[event("old"), event("old")])

    assert folder.problems() == [
        "articles/gazette-one.yaml:13: events[old]: the same stands in line 8 already; keep one of them"
    ]


def test_parties_of_one_list_that_are_one_now_are_named_once(folder):
    folder.article("gazette-one", events=[event("x", parties=["freedonia", "ruritania", "sylvania"])])
    folder.load()
    unite(models.Party, "ruritania", "sylvania")

    changes, kept = again(folder)[:2]
    assert (changes, kept) == ([], ["party sylvania: aliases is “['Ruritania']” by an editor, “[]” in the file"])
    assert models.Citation.objects.get(field="parties").value == "freedonia, sylvania"


def test_a_file_that_would_hand_over_from_a_party_to_itself_is_told(folder):
    folder.article("gazette-one", swaps=[entry("swap")])
    folder.load()
    unite(models.Party, "ruritania", "sylvania")
    folder.article("gazette-one", swaps=[entry("swap", transfers=[transfer(**{"from": "ruritania"})])])

    assert folder.problems() == [
        "articles/gazette-one.yaml:13: swaps[swap].transfers[1]: it goes from “sylvania” to “sylvania”; name the other "
        "party in one of them"
    ]


def test_a_former_slug_of_an_entry_of_another_kind_is_told(folder):
    folder.article("gazette-one", events=[event("old")])
    folder.load()
    rename(models.Event.objects.get(), "new", "shorter")
    folder.article("gazette-two", swaps=[entry("old")], proposals=[entry("paper", presented_at="old")])

    assert [problem.partition(": ")[2] for problem in folder.problems()] == [
        "swaps[old].slug: “new” is of the kind event elsewhere; a slug belongs to one kind",
        "proposals[paper].presented_at: “new” is of the kind event, a round is needed here",
    ]


def test_a_new_report_under_a_former_slug_goes_to_the_present_row(folder):
    folder.article("gazette-one", events=[event("old")])
    folder.load()
    rename(models.Event.objects.get(), "new", "shorter")
    folder.article("gazette-two", events=[event("old", parties=["freedonia"])])

    folder.load()

    assert [(one.slug, one.citations.count()) for one in models.Event.objects.all()] == [("new", 5)]


def test_the_command_names_each_former_slug_once(folder):
    folder.article("gazette-one", events=[event("old")], accounts=[account("old")])
    folder.load()
    rename(models.Event.objects.get(), "new", "shorter")
    told = io.StringIO()

    call_command("load_articles", folder.path, stdout=told)

    assert told.getvalue().splitlines() == [
        "  entry “old” is “new” now; write that in gazette-one.yaml:8, gazette-one.yaml:14",
        "1 article file: nothing changed.",
    ]


def test_the_real_record_loads_as_before_after_merging_and_renaming(record, tmp_path):
    people = list(models.Person.objects.order_by("slug").filter(delegates__isnull=False).distinct()[:2])
    found = plan(*people)
    merge(found, {pair.name: min(pair.rows) for pair in found.undecided}, "a test")
    rename(models.Round.objects.order_by("slug").first(), "a-round-with-another-slug", "a test")
    rename(models.Party.objects.get(slug="ukraine"), "a-party-with-another-slug", "a test")
    before = snapshot()

    outcome = load([settings.FIXTURES])

    assert outcome.changes == []
    assert snapshot() == before
    assert [line.partition(" is ")[0].partition(" ")[0] for line in outcome.former] == ["party", "person", "entry"]
    before_export = snapshot("filed")
    export(tmp_path)
    exported = load([tmp_path])
    assert (exported.changes, exported.kept, exported.former) == ([], [], [])
    assert snapshot("filed") == before_export
