"""History edit by edit: what was changed together, what each edit changed, and what stood after it."""

import datetime
import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from simple_history.models import HistoricalChanges

from talks import models
from talks.admin.history.in_words import blocks
from talks.derived.settle import settle
from talks.editing import restore as restoring
from talks.editing import versions
from talks.editing.merging import merge, plan
from talks.editing.renaming import rename
from talks.models.history import Record, one_edit
from tests import factories as make
from tests.admin_pages import filled_in, saved, url
from tests.article_files import Folder
from tests.article_files import entry as in_file

pytestmark = pytest.mark.django_db

RECORDS = [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]
migration = import_module("talks.migrations.0007_edits")
NOON = datetime.datetime(2021, 5, 20, 12, tzinfo=datetime.UTC)


@pytest.fixture
def anna(db):
    return User.objects.create_user("anna")


@pytest.fixture
def entry(gazette):
    """A round whose history begins before noon."""
    entry = make.reported("round", "talks-2031", gazette, city="Capital")
    for model in (models.Round, models.Citation):
        model.history.update(history_date=NOON - datetime.timedelta(days=1))
    return entry


def changed(row, seconds, user=None, reason=None, **values):
    """Save a row with new values so many seconds after noon."""
    for name, value in values.items():
        setattr(row, name, value)
    row._history_user, row._change_reason = user, reason
    row._history_date = NOON + datetime.timedelta(seconds=seconds)
    row.save()


def city(entry):
    return entry.citations.get(field="city")


def edits(entry):
    return versions.edits_of(versions.records_of(type(entry), entry.pk))


def told(entry):
    """[(user, reason, [line, …])] of the edits after the first, which made the entry."""
    return [
        (block.edit.user and block.edit.user.username, block.edit.reason, [line.heading for line in block.lines])
        for block in blocks(type(entry), edits(entry))[1:]
    ]


def test_what_is_written_at_once_is_one_edit_however_long_it_takes(entry, anna):
    with one_edit():
        changed(city(entry), 0, anna, "A slip.", value="Spa")
        with one_edit():
            changed(entry, 90, anna, "A slip.", city="Spa")

    assert told(entry) == [("anna", "A slip.", ["Changed: Round", "Changed: Citation: gazette, City"])]


def test_two_edits_are_two_though_one_user_made_them_at_one_moment_for_one_reason(entry, anna):
    for row, column in [(city(entry), "value"), (entry, "city")]:
        with one_edit():
            changed(row, 0, anna, "A slip.", **{column: "Spa"})

    assert [lines for *_, lines in told(entry)] == [["Changed: Round"], ["Changed: Citation: gazette, City"]]


def test_what_is_saved_outside_of_an_edit_is_one_of_its_own(entry, anna):
    changed(city(entry), 0, anna, "A slip.", value="Spa")
    changed(entry, 0.5, anna, "A slip.", city="Spa")

    assert [lines for *_, lines in told(entry)] == [["Changed: Citation: gazette, City"], ["Changed: Round"]]


def test_what_is_written_at_once_for_two_reasons_is_told_as_two_edits(entry, anna):
    with one_edit():
        changed(city(entry), 0, anna, "A slip.", value="Spa")
        changed(entry, 1, anna, "Another slip.", city="Spa")

    assert told(entry) == [
        ("anna", "A slip.", ["Changed: Citation: gazette, City"]),
        ("anna", "Another slip.", ["Changed: Round"]),
    ]


def test_what_was_saved_while_a_clock_was_behind_is_the_later_all_the_same(entry, anna):
    year = datetime.timedelta(days=400).total_seconds()
    row = city(entry)
    changed(row, 0, anna, "A slip.", value="Spa")
    changed(row, -year, anna, "Another slip.", value="Port")
    changed(entry, 1, anna, "A venue.", venue="Opera")

    assert [reason for _, reason, _ in told(entry)] == ["A slip.", "Another slip.", "A venue."]
    state = versions.state_after(edits(entry), edits(entry)[-1].key)
    assert state[models.Citation, row.pk].value == "Port"


def test_what_was_saved_while_a_clock_was_ahead_is_the_earlier_all_the_same(entry, anna):
    year = datetime.timedelta(days=400).total_seconds()
    row = city(entry)
    changed(row, year, anna, "A slip.", value="Spa")
    changed(row, 0, anna, "Another slip.", value="Port")

    assert [reason for _, reason, _ in told(entry)] == ["A slip.", "Another slip."]
    state = versions.state_after(edits(entry), edits(entry)[-1].key)
    assert state[models.Citation, row.pk].value == "Port"


def test_an_edit_that_fails_leaves_nothing_open(entry, anna):
    with pytest.raises(ZeroDivisionError), one_edit():
        changed(city(entry), 0, anna, "A slip.", value=1 / 0)
    changed(city(entry), 0, anna, "A slip.", value="Spa")
    changed(entry, 1, anna, "A slip.", city="Spa")

    assert len(told(entry)) == 2


# What is one edit


def written_by(do, *args):
    """[ids of edits] that stand in the records that `do` writes; it must write several."""
    before = [(model, set(model.objects.values_list("history_id", flat=True))) for model in RECORDS]
    do(*args)
    records = [record for model, known in before for record in model.objects.exclude(history_id__in=known)]
    assert len(records) > 1
    return list({record.edit for record in records})


def save_in_admin(client, entry, place):
    page = url(models.Round, "change", entry.pk)
    saved(client.post(page, filled_in(client, entry) | {"city": place, "venue": "Opera", "reason": "A slip."}))


def test_each_request_in_the_admin_is_one_edit(admin_client, entry):
    ids = [written_by(save_in_admin, admin_client, entry, place) for place in ("Spa", "Port")]

    assert [len(of_request) for of_request in ids] == [1, 1]
    assert ids[0] != ids[1]
    assert [reason for _, reason, _ in told(entry)] == ["A slip.", "A slip."]


def test_deleting_in_the_admin_is_one_edit(admin_client, entry):
    ids = written_by(admin_client.post, url(models.Round, "delete", entry.pk), {"post": "yes"})

    assert len(ids) == 1
    assert not models.Round.objects.exists()


def test_a_merge_is_one_edit(entry, herald):
    other = make.reported("round", "other-2031", herald, city="Port")

    assert len(written_by(merge, plan(entry, other), {}, "They are one.")) == 1


def test_a_new_slug_is_one_edit(freedonia, gazette):
    entry = make.reported("round", "talks-2032", gazette, parties="freedonia")

    assert len(written_by(rename, freedonia, "freedonia-republic", "Renamed.")) == 1
    assert [reason for _, reason, _ in told(entry)] == ["“freedonia” is “freedonia-republic” now: Renamed."]


def test_a_restored_state_is_one_edit(entry):
    key = edits(entry)[0].key
    with one_edit():
        changed(city(entry), 0, None, "Wrong.", value="Spa")
        settle({entry.pk: "Wrong."})
    state = versions.state_after(edits(entry), key)

    assert len(written_by(restoring.restore, restoring.plan(models.Round.objects.get(), state), "Restored.")) == 1


def test_a_load_is_written_at_once_and_told_file_by_file(db, tmp_path):
    folder = Folder(tmp_path)
    for slug, place in (("a", "Spa"), ("b", "Port")):
        folder.article(slug, rounds=[in_file("talks-2021", start="2021-05-01", city=place)])

    assert len(written_by(folder.load)) == 1
    assert [edit.reason for edit in edits(models.Round.objects.get())] == ["a.yaml", "b.yaml"]

    folder.article("b", rounds=[in_file("talks-2021", start="2021-05-01", city="Harbour")])
    folder.load()

    assert [edit.reason for edit in edits(models.Round.objects.get())] == ["a.yaml", "b.yaml", "b.yaml"]


# Records of before edits had ids


def write_ids():
    """Give all records their ids as the migration does."""
    for model in RECORDS:
        model.objects.update(edit=uuid.UUID(int=0))
    migration.write_ids(apps, SimpleNamespace(connection=connection))
    assert not any(model.objects.filter(edit=uuid.UUID(int=0)).exists() for model in RECORDS)


@pytest.mark.parametrize(
    ("seconds", "user", "reason", "number"),
    [(1.5, True, "A slip.", 1), (3, True, "A slip.", 2), (1, False, "A slip.", 2), (1, True, "Another slip.", 2)],
)
def test_of_before_an_edit_is_what_one_user_changed_within_two_seconds_for_one_reason(
    entry, anna, seconds, user, reason, number
):
    changed(city(entry), 0, anna, "A slip.", value="Spa")
    changed(entry, seconds, anna if user else None, reason, city="Spa")
    keys = [edit.key for edit in edits(entry)]

    write_ids()

    assert len(told(entry)) == number
    assert keys[-1] == edits(entry)[-1].key  # its address leads to it still


def test_of_before_a_row_that_another_edit_changed_in_between_is_told_in_order(entry, anna):
    row = city(entry)
    changed(row, 0, anna, "Mine.", value="Spa")
    changed(row, 0.5, None, "Other.", value="Port")
    changed(row, 1, anna, "Mine.", value="Spa")

    write_ids()

    assert [reason for _, reason, _ in told(entry)] == ["Mine.", "Other.", "Mine."]


def test_of_before_what_a_deletion_took_along_belongs_to_it(entry, gazette, freedonia):
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    make.DelegateFactory(delegation=delegation)
    make.FormerSlugFactory(slug="once-2031", entry=entry)
    make.FormerSlugFactory(slug="once-freedonia", entry=None, party=freedonia)
    for model in (models.Delegation, models.Delegate, models.FormerSlug):
        model.history.update(history_date=NOON - datetime.timedelta(days=1))
    delegation._change_reason = "They were not there."
    delegation.delete()

    write_ids()

    assert [(reason, len(lines)) for _, reason, lines in told(entry)] == [("They were not there.", 2)]


def test_every_model_with_a_history_notes_edits_in_it():
    assert len(RECORDS) >= 17
    assert [model for model in RECORDS if not issubclass(model, Record)] == []


def test_what_a_deletion_takes_along_belongs_to_it(entry, anna, gazette, freedonia):
    with one_edit():
        delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
        make.DelegateFactory(delegation=delegation, person=make.PersonFactory(name="Rufus Firefly"))
    for model in (models.Delegation, models.Delegate):
        model.history.update(history_date=NOON - datetime.timedelta(days=1))
    with one_edit():
        delegation._change_reason = "They were not there."
        delegation.delete()

    assert told(entry)[1:] == [
        (
            None,
            "They were not there.",
            ["Removed: Delegate: Freedonia, Rufus Firefly", "Removed: Delegation: gazette, Freedonia"],
        )
    ]


def test_a_row_that_another_edit_changed_in_between_is_told_in_order(entry, anna):
    row = city(entry)
    with one_edit():
        changed(row, 0, anna, "Mine.", value="Spa")
        changed(row, 0.5, None, "Other.", value="Port")
        changed(row, 1, anna, "Mine.", value="Spa")

    assert [(reason, lines) for _, reason, lines in told(entry)] == [
        (reason, ["Changed: Citation: gazette, City"]) for reason in ("Mine.", "Other.", "Mine.")
    ]


def test_a_change_is_told_column_by_column_with_names(entry, anna, freedonia, sylvania, gazette, herald):
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia, size=3)
    models.Delegation.history.update(history_date=NOON - datetime.timedelta(days=1))
    changed(delegation, 0, anna, "A slip.", party=sylvania, article=herald, size=None, role="host", expected=True)

    line = blocks(models.Round, edits(entry))[-1].lines[0]

    assert line.said == [
        ("Article", "gazette", "herald"),
        ("Party", "Freedonia", "Sylvania"),
        ("Role", "Party to the talks", "Host"),
        ("Size", "3", "nothing"),
        ("Expected", "no", "yes"),
    ]
    assert list(line.texts)[:1] == ["Article: gazette → herald"]


def test_two_totals_that_begin_on_one_day_have_two_names(gazette, freedonia, sylvania):
    swap = make.reported("swap", "swap-2031", gazette)
    way = {"swap": swap, "article": gazette, "from_party": freedonia, "to_party": sylvania, "kind": "remains"}
    for last in (6, 8):
        make.TransferFactory(**way, date=datetime.date(2031, 5, 2), until=datetime.date(2031, 5, last), count=last)

    lines = [line for block in blocks(models.Swap, edits(swap)) for line in block.lines]

    assert [line.heading for line in lines if "Transfer" in line.heading] == [
        f"Added: Transfer: gazette, 2031-05-02, 2031-05-0{last}, Freedonia, Sylvania, Remains" for last in (6, 8)
    ]


def test_editors_choices_are_told_one_by_one(entry, anna):
    changed(entry, 0, anna, "Decided.", chosen={"city": "Spa", "status": "held"})

    assert blocks(models.Round, edits(entry))[-1].lines[0].said == [
        ("City, as editors decided", "nothing", "Spa"),
        ("Round status, as editors decided", "nothing", "held"),
    ]


def test_what_was_deleted_since_is_still_called_by_its_name(entry, anna, gazette, freedonia):
    person = make.PersonFactory(name="Rufus Firefly")
    account = make.AccountFactory(entry=entry, article=gazette, party=freedonia, speaker=person)
    models.Account.history.update(history_date=NOON)
    account.delete()
    person.delete()

    added, removed = (lines for *_, lines in told(entry))

    assert added == ["Added: Account: gazette, Freedonia, Rufus Firefly"]
    assert removed == ["Removed: Account: gazette, Freedonia, Rufus Firefly"]


def test_a_save_that_changes_nothing_is_not_told(entry, anna):
    changed(entry, 0, anna, "A look.")

    assert told(entry) == []


def test_the_state_after_an_edit_has_the_rows_that_stood_then(entry, anna, gazette):
    changed(city(entry), 0, anna, "One.", value="Spa")
    later = make.CitationFactory(entry=entry, article=gazette, field="venue", value="Opera")
    city(entry).delete()
    before, one, *_ = edits(entry)

    then = {
        record.field: record.value
        for (model, _), record in versions.state_after(edits(entry), one.key).items()
        if model is models.Citation
    }

    assert before.key != one.key
    assert then == {"": "", "city": "Spa"}
    assert (models.Citation, later.pk) not in versions.state_after(edits(entry), one.key)
    assert versions.state_after(edits(entry), "citation-0") is None


def test_a_row_whose_history_begins_late_was_there_before(entry, anna):
    models.Citation.history.filter(history_type="+").delete()
    row = city(entry)
    changed(row, 0, anna, "One.", value="Spa")
    first = edits(entry)[0]

    state = versions.state_after(edits(entry), first.key)

    assert state[models.Citation, row.pk].value == "Spa"


def test_the_mark_is_another_one_after_any_change(entry, gazette, freedonia):
    marks = [versions.mark_of(models.Round, entry.pk)]
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    marks.append(versions.mark_of(models.Round, entry.pk))
    delegate = make.DelegateFactory(delegation=delegation)
    marks.append(versions.mark_of(models.Round, entry.pk))
    delegate.delete()
    marks.append(versions.mark_of(models.Round, entry.pk))
    models.FormerSlug.objects.create(slug="once-2031", entry=entry)
    marks.append(versions.mark_of(models.Round, entry.pk))

    assert len(set(marks)) == len(marks)


def test_the_mark_stays_as_it_is_while_other_entries_change(entry, gazette):
    mark = versions.mark_of(models.Round, entry.pk)
    make.reported("round", "other-2031", gazette, city="Spa")
    settle({entry.pk: "again"})

    assert versions.mark_of(models.Round, entry.pk) == mark


def test_a_mark_gives_back_the_state_that_it_marked(entry, anna):
    mark = versions.mark_of(models.Round, entry.pk)
    row = city(entry)
    changed(row, 0, anna, "One.", value="Spa")
    records = versions.records_of(models.Round, entry.pk)
    latest = versions.cut(models.Round, mark)

    assert versions.state_at(records, latest)[models.Citation, row.pk].value == "Capital"
    assert [edit.reason for edit in versions.told_since(versions.edits_of(records), latest)] == ["One."]


@pytest.mark.parametrize("text", ["", "1", "1-2-3-4-5-6-7-8", "1-2-x-4-5-6", "1-2-²-4-5-6"])
def test_a_text_that_is_no_mark_is_known_as_such(text):
    assert versions.cut(models.Round, text) is None
