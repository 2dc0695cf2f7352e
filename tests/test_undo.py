"""Undoing a load: the record is again as it was, except for what somebody changed since."""

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks import models
from talks.derived.settle import settle
from talks.files.difference import difference, look, reach
from talks.files.loader import BadFilesError, find_files, prepare, read_files, write
from talks.files.undo import take_back
from tests import factories
from tests.article_files import REFERENCE, Folder, account, entry, event, snapshot

pytestmark = pytest.mark.django_db


def import_files(*paths, overwrite=False):
    """Load these files as an import does; what an undo needs to know, as the database would keep it."""
    files = read_files(find_files(paths))
    reached = reach(files)
    before = look(*reached)
    write(prepare(files, overwrite))
    return json.loads(json.dumps(difference(before, look(*reached))))


def round_of(slug="a-round", **fields):
    return entry(slug, **fields)


def delegation(party, *members, **fields):
    return {"party": party, "paragraphs": [2], "members": list(members)} | fields


def member(person, **fields):
    return {"person": person, "paragraphs": [3]} | fields


# Any import

SOMETIMES = st.booleans()
DAYS = st.sampled_from(["2021-05-02", "2021-05", "2021"])


@st.composite
def sections(draw):
    """What one article reports, any of these."""
    found = {}
    if draw(SOMETIMES):
        members = [
            member(name, head=draw(st.sampled_from([None, False])), title=draw(st.sampled_from(["Leader", "Minister"])))
            for name in draw(st.sets(st.sampled_from(["rufus-firefly", "ambassador-trentino"])))
        ]
        members = [{name: value for name, value in one.items() if value is not None} for one in members]
        if members and draw(SOMETIMES):
            members[0]["head"] = True
        found["rounds"] = [
            round_of(
                start=draw(DAYS),
                city=draw(st.sampled_from(["Freedonia City", "Sylvania City"])),
                delegations=[delegation("freedonia", *members, size=draw(st.integers(2, 3)))]
                if draw(SOMETIMES)
                else [],
            )
        ]
        if draw(SOMETIMES):
            found["swaps"] = [entry("a-swap", agreed_at="a-round", mediators=["ruritania"])]
    if draw(SOMETIMES):
        found["proposals"] = [
            entry(
                "a-plan",
                parties=["sylvania"],
                provisions=[
                    {"key": key, "issue": "borders", "text": f"{key} {draw(st.integers(1, 2))}", "paragraphs": [5]}
                    for key in draw(st.sets(st.sampled_from(["one", "two"])))
                ],
            )
        ]
    if draw(SOMETIMES):
        found["events"] = [event(slug, start=draw(DAYS)) for slug in draw(st.sets(st.sampled_from("xyz"), min_size=1))]
        if draw(SOMETIMES):
            found["accounts"] = [account(found["events"][0]["slug"], text=draw(st.sampled_from(["Told.", "Said."])))]
    return found


ARTICLES = st.dictionaries(
    st.sampled_from(["gazette-a", "gazette-b", "gazette-c"]),
    st.tuples(st.sampled_from(["2021-05-03", "2021-05-09"]), sections()),
    min_size=1,
)
EDITS = st.lists(
    st.sampled_from(["choose", "withdraw", "draft", "recite", "uncite", "rename", "own", "own-draft", "mend-article"]),
    unique=True,
)


def write_articles(folder, articles):
    return [folder.article(slug, published, **reported) for slug, (published, reported) in sorted(articles.items())]


def edit(how):
    """Let an editor do something to the record."""
    first = models.Entry.objects.order_by("slug").first()
    citation = models.Citation.objects.exclude(field="").order_by("entry__slug", "field", "article__slug").first()
    match how:
        case "choose" if first:
            models.Entry.objects.filter(pk=first.pk).update(chosen={"title": "Chosen", "start": "2021-05-01"})
        case "withdraw" | "draft" if first:
            state = {"withdraw": "withdrawn", "draft": "draft"}[how]
            models.Entry.objects.filter(pk=first.pk).update(publication=state)
        case "recite" if citation and citation.field == "city":
            citation.value = "Ruritania City"
            citation.save()
        case "uncite" if citation:
            citation.delete()
        case "rename":
            models.Person.objects.filter(slug="chicolini").update(name="Chico")
        case "own":
            article = factories.ArticleFactory(slug="gazette-a", publisher=models.Publisher.objects.get(slug="gazette"))
            event = models.Event.objects.filter(slug="x").first() or factories.EventFactory(slug="x")
            models.Citation.objects.get_or_create(entry=event, article=article, field="", defaults={"title": "Own"})
        case "own-draft":
            if not models.Entry.objects.filter(slug="z").exists():
                factories.EventFactory(slug="z", title="Filled in by hand", start="2021-05-04", event_kind="call")
        case "mend-article":
            models.Article.objects.filter(slug="gazette-b").update(title="Mended")
    settle(dict.fromkeys(models.Entry.objects.values_list("pk", flat=True), "an edit"))


@pytest.mark.long
@given(first=ARTICLES, second=ARTICLES, edits=EDITS, overwrite=SOMETIMES, people=SOMETIMES)
@hypothesis_settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_an_import_and_its_undo_the_record_is_as_before(
    tmp_path_factory, first, second, edits, overwrite, people
):
    folder, other = Folder(tmp_path_factory.mktemp("first")), Folder(tmp_path_factory.mktemp("second"))
    with transaction.atomic():
        write_articles(folder, first)
        folder.load()
        for how in edits:
            edit(how)
        before = snapshot()
        paths = write_articles(other, second)
        if people:  # without one, with a new one, and with a changed one
            rufus, *_ = REFERENCE["people"]
            paths.append(
                other.reference(
                    "people",
                    [rufus | {"name": "R. Firefly"}, REFERENCE["people"][1], {"slug": "pinky", "name": "Pinky"}],
                )
            )
        try:
            change = import_files(*paths, overwrite=overwrite)
        except BadFilesError:  # such as a second head beside an editor's
            change = None
        if change is not None:
            take_back(change)
        after = snapshot()
        transaction.set_rollback(True)

    assert after == before


# What the property meets rarely


def load_then_import(folder, *changes):
    """Load the folder; then write and import what `changes` do to it. What the undo needs, and the record before."""
    folder.load()
    before = snapshot()
    return import_files(*(change() for change in changes)), before


@pytest.mark.sql
def test_a_draft_that_was_filled_in_by_hand_is_again_as_it_was(folder):
    folder.load()
    event_by_hand = factories.EventFactory(slug="x", title="By hand", start="2021-05-04", event_kind="call")
    settle({event_by_hand.pk: "made"})
    change, before = load_then_import(
        folder, lambda: folder.article("gazette-a", events=[event("x", title="Filed", start="2021-05-09")])
    )
    assert models.Event.objects.get().title == "Filed"

    take_back(change)

    assert snapshot() == before


def test_a_draft_that_was_only_described_stays(folder):
    folder.load()
    settle({factories.EventFactory(slug="x").pk: "made"})
    change, before = load_then_import(folder, lambda: folder.article("gazette-a", accounts=[account("x")]))

    take_back(change)

    assert snapshot() == before


@pytest.mark.sql
def test_an_entry_that_the_import_removed_comes_back_with_its_former_slugs_and_as_public_as_it_was(folder):
    folder.article("gazette-a", events=[event("x"), event("y", draft=True)], accounts=[account("x")])
    folder.load()
    models.FormerSlug.objects.create(slug="once-x", entry=models.Entry.objects.get(slug="x"))
    models.Entry.objects.filter(slug="x").update(notable=True)
    change, before = load_then_import(folder, lambda: folder.article("gazette-a"))
    assert models.Entry.objects.count() == 0

    outcome = take_back(change)

    assert snapshot() == before
    assert [line for line in outcome.changes if " event " in line] == ["created event x", "created event y"]
    assert dict(models.Entry.objects.values_list("slug", "notable")) == {"x": True, "y": False}


def test_what_editors_chose_and_the_files_word_dropped_comes_back(folder):
    folder.article("gazette-a", rounds=[entry("a-round", city="Freedonia City")])
    folder.load()
    models.Entry.objects.update(chosen={"city": "Freedonia"}, publication="withdrawn")
    settle({models.Entry.objects.get().pk: "chosen"})
    before = snapshot()
    folder.article("gazette-a", rounds=[entry("a-round", city="Sylvania City")])
    change = import_files(folder.path / "articles", overwrite=True)
    assert models.Entry.objects.get().chosen == {}

    take_back(change)

    assert snapshot() == before


@pytest.mark.sql
def test_vocabulary_that_the_import_removed_changed_or_brought_is_as_before(folder):
    folder.load()
    models.FormerSlug.objects.create(slug="chico", person=models.Person.objects.get(slug="chicolini"))
    before = snapshot()
    rufus, trentino, _ = REFERENCE["people"]
    people = [rufus | {"name": "R. Firefly"}, trentino, {"slug": "pinky", "name": "Pinky"}]
    parties = [*REFERENCE["parties"], {"slug": "osterlich", "name": "Osterlich", "short": "OS", "kind": "state"}]
    change = import_files(folder.reference("people", people), folder.reference("parties", parties))
    assert sorted(models.Person.objects.values_list("slug", flat=True)) == [
        "ambassador-trentino",
        "pinky",
        "rufus-firefly",
    ]

    take_back(change)

    assert snapshot() == before


@pytest.mark.sql
def test_the_history_of_an_undo_says_so(folder):
    folder.article("gazette-a", events=[event("x")])
    folder.load()
    change = import_files(folder.article("gazette-a", events=[event("x", note="New.")]))

    take_back(change)

    reasons = (
        models.Citation.history.filter(field="").order_by("history_id").values_list("history_change_reason", flat=True)
    )
    assert list(reasons) == ["gazette-a.yaml", "gazette-a.yaml", "gazette-a.yaml: import undone"]


def test_what_an_editor_changed_since_is_kept_and_told(folder):
    folder.article("gazette-a", rounds=[entry("a-round", city="Freedonia City", venue="Hall")])
    folder.load()
    folder.article(
        "gazette-a", rounds=[entry("a-round", city="Sylvania City", venue="Inn")], events=[event("x"), event("y")]
    )
    change = import_files(folder.path / "articles")
    models.Citation.objects.filter(field="city").update(value="Ruritania City")
    models.Citation.objects.filter(entry__slug="x", field="").update(note="An editor's.")

    outcome = take_back(change)

    assert outcome.files == 1
    found = models.Round.objects.get()
    assert (found.city, found.venue) == ("Ruritania City", "Hall")
    assert list(models.Event.objects.values_list("slug", flat=True)) == ["x"]
    assert outcome.kept == [
        "citation a-round/city (gazette-a): value is “Ruritania City” since then, “Freedonia City” before the import",
        "citation x (gazette-a): it was changed since; before the import it was not there",
    ]


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (lambda: models.Article.objects.filter(slug="gazette-b").update(text="One."), "its text was added since"),
        (
            lambda: models.Article.objects.filter(slug="gazette-b").update(title="Mended"),
            "it was changed since; before the import it was not there",
        ),
    ],
)
def test_a_new_article_that_somebody_worked_on_stays(folder, since, told):
    change, _ = load_then_import(folder, lambda: folder.article("gazette-b", events=[event("x")]))
    since()

    outcome = take_back(change)

    assert outcome.kept == [f"article gazette-b: {told}"]
    assert models.Article.objects.count() == 1


def test_new_vocabulary_that_is_used_by_now_stays(folder):
    pinky = {"slug": "pinky", "name": "Pinky"}
    change, _ = load_then_import(folder, lambda: folder.reference("people", [*REFERENCE["people"], pinky]))
    own = factories.AccountFactory(speaker=models.Person.objects.get(slug="pinky"))
    settle({own.entry_id: "told"})

    outcome = take_back(change)

    assert outcome.kept == ["person pinky: something uses it by now"]


def test_rows_about_what_was_removed_since_are_left_out_and_told(folder):
    people = delegation("freedonia", member("rufus-firefly"), member("chicolini"))
    folder.article("gazette-a", rounds=[entry("a-round", delegations=[people])], events=[event("x"), event("y")])
    folder.article("gazette-b", events=[event("x")])
    folder.load()
    fewer = delegation("freedonia", member("rufus-firefly"))
    change = import_files(
        folder.article("gazette-a", rounds=[entry("a-round", delegations=[fewer])], events=[event("y")])
    )
    models.Delegation.objects.get().delete()
    models.Entry.objects.get(slug="x").delete()

    outcome = take_back(change)

    assert outcome.kept == [
        "citation x (gazette-a): x was removed since",
        "citation x/event_kind (gazette-a): x was removed since",
        "delegate a-round/freedonia/chicolini (gazette-a): its delegation was removed since",
    ]


def test_an_article_that_was_removed_since_is_told(folder):
    change, _ = load_then_import(folder, lambda: folder.article("gazette-a"))
    models.Article.objects.get().delete()

    assert take_back(change).kept == ["article gazette-a: it was removed since"]


def test_a_code_that_another_party_has_by_now_must_be_freed_first(folder):
    folder.load()
    change = import_files(
        folder.reference("parties", [*REFERENCE["parties"][:2], REFERENCE["parties"][2] | {"short": "X"}])
    )
    factories.PartyFactory(slug="rurales", short="RU")

    with pytest.raises(BadFilesError, match="“RU” is the code of “rurales” by now; give that another one, then undo"):
        take_back(change)


@pytest.mark.sql
def test_a_head_that_an_editor_named_since_must_be_mended_first(folder):
    head = delegation("freedonia", member("rufus-firefly", head=True), member("chicolini"))
    folder.article("gazette-a", rounds=[entry("a-round", delegations=[head])])
    folder.load()
    none = delegation("freedonia", member("rufus-firefly"), member("chicolini"))
    change = import_files(folder.article("gazette-a", rounds=[entry("a-round", delegations=[none])]))
    models.Delegate.objects.filter(person__slug="chicolini").update(head=True)

    with pytest.raises(BadFilesError, match="“chicolini” is head by an editor's hand; a delegation has one head"):
        take_back(change)


def test_what_was_published_otherwise_since_stays_so(folder):
    folder.article("gazette-a", events=[event("x")])
    folder.load()
    entry_of_editors = models.Entry.objects.get()
    models.Entry.objects.update(chosen={"title": "Chosen"})
    settle({entry_of_editors.pk: "chosen"})
    change = import_files(folder.article("gazette-a"))
    assert models.Entry.objects.get().publication == "draft"
    models.Entry.objects.update(publication="withdrawn")

    outcome = take_back(change)

    assert models.Entry.objects.get().publication == "withdrawn"
    assert outcome.kept == ["event x: publication is “withdrawn” since then, “published” before"]


def test_the_findings_of_an_import_go_with_it_and_those_it_changed_are_as_before(folder):
    folder.article("gazette-one", events=[event("speech")])
    kept = {"slug": "kept", "page": "/", "text": "They met.", "day": "2021-05-11", "sources": ["gazette-one"]}
    folder.reference("findings", [kept])
    folder.load()
    before = snapshot()
    new = kept | {"slug": "new", "page": "/events/speech/"}
    folder.reference("findings", [kept | {"text": "They met twice.", "publication": "published"}, new])
    changed = import_files(folder.path / "reference" / "findings.yaml")

    assert models.Finding.objects.count() == 2
    take_back(changed)
    assert snapshot() == before
