"""Undoing a load: the record is again as it was, except for what somebody changed since."""

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from talks import models
from talks.files import undo
from talks.files.loader import BadFilesError, carry_out, find_files, read_files
from talks.files.writer import Writer
from talks.settle import settle
from tests import factories
from tests.article_files import REFERENCE, Folder, account, entry, event, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def import_files(*paths, overwrite=False):
    """Load these files as an import does; what an undo needs to know, as the database would keep it."""
    what = read_files(find_files(paths))
    reach = undo.reach(*what)
    before = undo.look(*reach)
    carry_out(Writer(overwrite, lambda done, total: None), *what, dry_run=False)
    return json.loads(json.dumps(undo.difference(before, undo.look(*reach))))


def take_back(change):
    return carry_out(undo.Undo(change), dry_run=False)


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


def write(folder, articles):
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


@given(first=ARTICLES, second=ARTICLES, edits=EDITS, overwrite=SOMETIMES, people=SOMETIMES)
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_an_import_and_its_undo_the_record_is_as_before(
    tmp_path_factory, first, second, edits, overwrite, people
):
    folder, other = Folder(tmp_path_factory.mktemp("first")), Folder(tmp_path_factory.mktemp("second"))
    with transaction.atomic():
        write(folder, first)
        folder.load()
        for how in edits:
            edit(how)
        before = snapshot()
        paths = write(other, second)
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
