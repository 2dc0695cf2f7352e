"""What is declared of facts, kinds, reported rows and roles; and what `manage.py check` says of what is lacking."""

import datetime
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Model, UniqueConstraint

from talks import checks
from talks.admin.history.in_words import told_apart
from talks.files import rows, schema
from talks.models import (
    KINDS,
    REPORTS,
    Account,
    Citation,
    Delegate,
    Delegation,
    Event,
    Issue,
    Party,
    Person,
    Proposal,
    Provision,
    Round,
    Swap,
    Transfer,
    roles,
)
from talks.record.merged import any_differ
from talks.words.facts import fact_label, fact_labels, value_in_words
from tests import factories as make

VENUE = Round.FACTS["venue"]


def complaints(check, **options):
    """[(number, sentence)] of what a check says."""
    return [(message.id, str(message.msg)) for message in check(**options)]


def test_nothing_is_lacking():
    assert [complaints(check) for check in (checks.check_facts, checks.check_kinds, checks.check_rows)] == [[], [], []]


# Facts


@pytest.mark.parametrize(
    ("name", "fact", "number", "sentence"),
    [
        ("venue", replace(VENUE, label=""), 10, "has no label; say in FACTS what readers see it called"),
        ("number_of_people_there", Round.FACTS["parties"], 11, "has too long a name; citations have 20 letters for it"),
        ("kind", VENUE, 12, "is not in RoundPart, so no file can report it; add it in talks/files/schema/articles.py"),
        ("venue", replace(VENUE, say="aloud"), 13, "is said as aloud, for which talks.words.facts.SAID has no words"),
        (
            "parties",
            replace(Round.FACTS["parties"], lists=Round),
            14,
            "lists rows of Round, to which nothing ties entries (talks.derived.reports.TIES)",
        ),
        (
            "parties",
            replace(Round.FACTS["parties"], admin_label=""),
            15,
            "is a list and has no column to take its name in the admin from; give it an admin_label",
        ),
    ],
)
def test_a_fact_that_lacks_something_is_told_with_what_to_do(monkeypatch, name, fact, number, sentence):
    monkeypatch.setitem(Round.FACTS, name, fact)

    assert (f"talks.E0{number}", f"the fact “{name}” of rounds {sentence}") in complaints(checks.check_facts)


def test_two_facts_of_one_name_must_name_the_same_sort_of_rows(monkeypatch):
    monkeypatch.setitem(Swap.FACTS, "parties", replace(Swap.FACTS["parties"], lists=Issue))

    assert ("talks.E016", "the fact “parties” names rows of different sorts; give it two names") in complaints(
        checks.check_facts
    )


def test_two_kinds_may_call_one_column_by_two_names(monkeypatch):
    monkeypatch.setitem(Swap.FACTS, "status", replace(Swap.FACTS["status"], label="How far it came"))

    assert [fact_label(kind, "status") for kind in ("round", "swap")] == ["Status", "How far it came"]
    assert fact_labels()["status"] == "Status / How far it came"


def test_values_are_said_as_their_fact_says():
    talks, swap = Round(kind="round"), Swap(kind="swap")

    assert [value_in_words(talks, *said) for said in SAID] == list(SAID.values())
    assert value_in_words(swap, "mediators", "freedonia, sylvania") == "freedonia, sylvania"


SAID = {
    ("start", "2031-05"): "May 2031",
    ("country", "TR"): "Türkiye",
    ("duration_minutes", "65"): "1 h 5 min",
    ("status", "held"): "Held",
    ("number", "2"): "2",
    ("city", "Freedonia City"): "Freedonia City",
    ("process", "opera-talks"): "opera-talks",
}


def test_what_facts_name_follows_from_their_column_or_list():
    named = {model: {name for name in model.FACTS if model.named_by(name)} for model in KINDS.values()}

    assert named == {
        Round: {"after", "process", "parties", "issues"},
        Swap: {"after", "process", "agreed_at", "mediators", "parties", "issues"},
        Proposal: {"after", "process", "presented_at", "supersedes", "answers", "parties", "issues"},
        Event: {"after", "process", "parties", "issues"},
    }
    assert (Swap.named_by("agreed_at"), Swap.named_by("mediators"), Round.named_by("city")) == (Round, Party, None)


def test_the_few_facts_on_lists_stand_in_the_order_that_is_declared():
    assert {kind.value: model.brief_facts() for kind, model in KINDS.items()} == {
        "round": ["city", "status"],
        "swap": ["status"],
        "proposal": ["form", "status"],
        "event": ["event_kind"],
    }


# Kinds


@pytest.mark.parametrize(
    ("columns", "number", "sentence"),
    [
        ({"SECTION": "wars"}, 20, "has no place in article files; add its part, a list of them called as its SECTION, "
                                  "and both to PARTS"),
        ({"SECTION": "swaps"}, 21, "needs a SECTION of its own: the address of its list"),
        ({"WORDS": None}, 22, "has no WORDS: what one, all and so many of them are called"),
        ({"WORDS": replace(Round.WORDS, missing="There is none.")}, 23, "has WORDS that do not show their %(count)s or "
                                                                       "%(slug)s"),
    ],
)  # fmt: skip
def test_a_kind_that_lacks_something_is_told_with_what_to_do(monkeypatch, columns, number, sentence):
    for name, value in columns.items():
        monkeypatch.setattr(Round, name, value)

    assert (f"talks.E0{number}", f"the kind “round” {sentence}") in complaints(checks.check_kinds)


@pytest.mark.parametrize("history", [None, SimpleNamespace(model=Model)])
def test_a_kind_without_a_history_by_edits_is_told(monkeypatch, history):
    monkeypatch.setattr(Event, "history", history)

    assert complaints(checks.check_kinds) == [
        (
            "talks.E025",
            "the kind “event” keeps no history by edits; write `history = HistoricalRecords(bases=[Record])`",
        )
    ]


def test_a_kind_whose_rows_no_template_shows_is_told(monkeypatch):
    monkeypatch.setattr(checks, "_has_template", lambda name: name != "entry/swap.html")

    assert complaints(checks.check_kinds) == [
        ("talks.E024", "the kind “swap” has transfers, but no template entry/swap.html that shows them")
    ]


def test_a_kind_without_a_part_in_files_is_told(monkeypatch):
    monkeypatch.delitem(schema.PARTS, Event)

    assert [number for number, _ in complaints(checks.check_kinds)] == ["talks.E020"]


@pytest.mark.django_db
def test_a_kind_without_a_template_of_its_own_has_a_page(client, gazette):
    make.reported("event", "duel", gazette, title="A duel", event_kind="meeting")

    page = client.get("/events/duel/")

    assert page.templates[0].name == "entry/entry.html"
    assert ": A duel</h1>" in re.sub(r"<(/?)span[^>]*>", "", page.content.decode())


# Reported rows


def test_keys_and_values_of_rows_in_files_follow_from_their_models():
    assert {
        Citation: ("entry__slug", "field"),
        Delegation: ("round__slug", "party__slug"),
        Delegate: ("delegation__round__slug", "delegation__party__slug", "person__slug"),
        Transfer: ("swap__slug", "date", "until", "from_party__slug", "to_party__slug", "kind"),
        Provision: ("proposal__slug", "key"),
        Account: ("entry__slug", "party__slug", "speaker__slug", "issue__slug"),
    } == rows.KEYS
    assert {
        Citation: ("value", "title", "summary", "note", "right_because", "paragraphs"),
        Delegation: ("role", "size", "expected", "note", "right_because", "paragraphs"),
        Delegate: ("title", "head", "order", "right_because", "paragraphs"),
        Transfer: ("count", "right_because", "paragraphs"),
        Provision: ("issue__slug", "point", "number", "text", "order", "paragraphs"),
        Account: ("text", "paragraphs"),
    } == rows.VALUES


def test_history_tells_rows_apart_by_all_that_keeps_them_apart():
    assert {model: told_apart(model) for model in REPORTS} == {
        Citation: ("article", "field"),
        Delegation: ("article", "party"),
        Delegate: ("delegation", "person"),
        Transfer: ("article", "date", "until", "from_party", "to_party", "kind"),
        Provision: ("article", "key"),
        Account: ("article", "party", "speaker", "issue"),
    }


@pytest.mark.parametrize(
    ("columns", "number", "sentence"),
    [
        ({"VALUES": ("right_because",)}, 30, "count is in neither KEY nor VALUES, so files and exports would lose it"),
        ({"COMPARED": ("weight",)}, 31, "weight is compared, but is none of VALUES"),
        ({"KEY": ("date", "kind")}, 32, "no constraint keeps an article from reporting two with one KEY"),
    ],
)
def test_a_row_that_lacks_something_is_told(monkeypatch, columns, number, sentence):
    for name, value in columns.items():
        monkeypatch.setattr(Transfer, name, value)

    assert (f"talks.E0{number}", f"transfers: {sentence}") in complaints(checks.check_rows)


def test_a_row_that_nothing_writes_to_files_is_told(monkeypatch):
    monkeypatch.setattr(rows, "WRITTEN", rows.WRITTEN - {Account})

    assert complaints(checks.check_rows) == [
        ("talks.E033", "accounts: nothing writes them to files; see talks.files.rows")
    ]


def test_the_first_unique_constraint_of_a_row_is_about_its_key():
    """The admin shows its sentence where two rows of an article are one."""
    for model in REPORTS:
        first = next(one for one in model._meta.constraints if isinstance(one, UniqueConstraint))
        assert "once" in first.name


FREEDONIA, SYLVANIA = Party(pk=1), Party(pk=2)
MAY = datetime.date(2031, 5, 5)


def transfer(**columns):
    return Transfer(**{"date": MAY, "from_party": FREEDONIA, "to_party": SYLVANIA, "kind": "remains", **columns})


def delegate(party, head):
    return Delegate(delegation=Delegation(party=party), person=Person(pk=1), head=head)


@pytest.mark.parametrize(
    ("reported", "differ"),
    [
        ([transfer(count=10), transfer(count=12)], True),
        ([transfer(count=10), transfer(count=None)], False),
        ([transfer(count=10), transfer(count=10)], False),
        ([transfer(count=10), transfer(count=12, until=datetime.date(2031, 5, 6))], False),
        ([Delegation(party=FREEDONIA, size=6), Delegation(party=FREEDONIA, size=7)], True),
        ([Delegation(party=FREEDONIA, size=6), Delegation(party=SYLVANIA, size=7)], False),
        (
            [
                Delegate(delegation=Delegation(party=FREEDONIA), person=Person(pk=1), head=head)
                for head in (True, False)
            ],
            True,
        ),
        (
            [
                Delegate(delegation=Delegation(party=party), person=Person(pk=1), head=party is FREEDONIA)
                for party in (FREEDONIA, SYLVANIA)
            ],
            False,
        ),
        (
            [
                Delegate(delegation=Delegation(party=FREEDONIA), person=Person(pk=pk), head=head)
                for pk, head in ((1, True), (2, None))
            ],
            False,
        ),
        ([Provision(key="hats", number=1), Provision(key="hats", number=2)], False),
    ],
)
def test_articles_differ_if_they_give_two_numbers_for_one_thing(reported, differ):
    assert any_differ(reported) is differ


# Roles


@pytest.mark.django_db
def test_what_a_role_lacks_is_told():
    Group.objects.get(name="Author").permissions.remove(Permission.objects.get(codename="add_event"))

    assert complaints(checks.check_roles, databases=["default"]) == [("talks.W040", "the role Author lacks add_event")]
    assert complaints(checks.check_roles, databases=None) == []


def migrated():
    roles.give_new_permissions(sender=apps.get_app_config("talks"), using="default")


@pytest.mark.django_db
def test_a_new_model_is_given_to_the_roles_after_its_migration():
    Permission.objects.filter(codename__endswith="_event").delete()

    migrated()

    assert {
        group.name: set(group.permissions.filter(codename__endswith="_event").values_list("codename", flat=True))
        for group in Group.objects.all()
    } == {role: {"add_event", "change_event", "delete_event", "view_event"} for role in roles.ROLES}


@pytest.mark.django_db
def test_what_was_taken_from_a_role_stays_taken_at_the_next_migration():
    Group.objects.get(name="Author").permissions.remove(Permission.objects.get(codename="add_event"))

    migrated()

    assert list(roles.lacking()) == [("Author", "add_event")]
