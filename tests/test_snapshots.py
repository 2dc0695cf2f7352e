"""The whole record as files: what is in a snapshot, what is not, what changed since, and where readers find it."""

import asyncio
import csv
import datetime
import io
import json
import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import frictionless
import pytest
from datasette.app import Datasette
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.data.snapshots import difference, making, package, shelf
from talks.data.snapshots.making import make
from talks.data.snapshots.rows import lines
from talks.data.snapshots.tables import tables
from talks.derived.settle import settle
from talks.models import KINDS, Citation, Entry, Revision
from tests.factories import (
    AccountFactory,
    ArticleFactory,
    ChangeFactory,
    DelegateFactory,
    DelegationFactory,
    FindingFactory,
    LocationFactory,
    PartyFactory,
    PersonFactory,
    ProvisionFactory,
    TransferFactory,
    many_events,
    reported,
)

pytestmark = pytest.mark.django_db
SITE = "https://talks.example"
NOON = datetime.datetime(2021, 6, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def shelved(tmp_path, monkeypatch):
    """Where the snapshots are."""
    monkeypatch.setattr(settings, "SNAPSHOTS", tmp_path / "snapshots")
    return tmp_path / "snapshots"


@pytest.fixture
def glee(gazette, herald):
    """A round on whose city two articles differ."""
    reported("round", "glee", gazette, city="Glee", start="2031-05-09")
    return reported("round", "glee", herald, city="Sorrow")


def made(shelved, hours=0, since=None):
    snapshot, was_made = make(shelved, SITE, NOON + datetime.timedelta(hours=hours), since)
    assert was_made
    return snapshot


def files_of(snapshot):
    """{name: bytes} of all that a snapshot holds, its ZIP opened."""
    beside = {path.name: path.read_bytes() for path in snapshot.folder.iterdir()}
    with ZipFile(io.BytesIO(beside[shelf.RECORD])) as archive:
        return beside | {name: archive.read(name) for name in archive.namelist()}


def as_csv(files, table):
    return list(csv.DictReader(io.StringIO(files[f"csv/{table}.csv"].decode(), newline="")))


def as_jsonl(files, table):
    return [json.loads(line) for line in files[f"jsonl/{table}.jsonl"].splitlines()]


def database(files, tmp_path):
    path = tmp_path / "record.sqlite3"
    path.write_bytes(files[package.DATABASE])
    return closing(sqlite3.connect(path))


def all_sorts(gazette, herald):
    """An entry of each kind, with reported rows of each sort."""
    party, other = PartyFactory(slug="freedonia", name="Freedonia"), PartyFactory(slug="sylvania", name="Sylvania")
    person = PersonFactory(slug="firefly", party=party)
    meeting = reported("round", "glee", gazette, city="Glee", start="2031-05-09")
    swap = reported("swap", "swap", gazette, agreed_at="glee", mediators="freedonia, sylvania")
    paper, event = reported("proposal", "paper", gazette), reported("event", "event", gazette, after="glee")
    delegation = DelegationFactory(round=meeting, article=gazette, party=party, size="at least 3")
    DelegateFactory(delegation=delegation, person=person, title="Minister", head=True)
    same = {"swap": swap, "from_party": party, "to_party": other, "date": "2031-05"}
    TransferFactory(article=gazette, count="about 250", **same)
    TransferFactory(article=herald, count=10, **same)
    TransferFactory(article=herald, count=None, kind="remains", **same)
    ProvisionFactory(proposal=paper, article=gazette)
    AccountFactory(entry=event, article=gazette, party=party, speaker=person)
    settle({one.pk: "" for one in (meeting, swap, paper, event)})
    ChangeFactory(entry=meeting, sort="corrected", note="It was not there.")
    FindingFactory(page="/rounds/glee/", sources=[gazette.slug, herald.slug])


# What is in it


def test_it_is_a_data_package_that_frictionless_finds_valid(shelved, tmp_path, gazette, herald):
    all_sorts(gazette, herald)
    with ZipFile(made(shelved).folder / shelf.RECORD) as archive:
        archive.extractall(tmp_path / "opened")

    report = frictionless.validate(str(tmp_path / "opened/datapackage.json"))

    assert (report.valid, report.flatten(["title", "message"])) == (True, [])
    assert [task.name for task in report.tasks] == list(tables())


def test_datasette_opens_its_folder_and_shows_tables_rows_labels_and_counts(shelved, tmp_path, gazette, herald):
    """By the one command of its README: `datasette .`."""
    all_sorts(gazette, herald)
    with ZipFile(made(shelved).folder / shelf.RECORD) as archive:
        archive.extractall(tmp_path / "opened")
    meeting, swap = (Entry.objects.get(slug=slug) for slug in ("glee", "swap"))
    glee, exchange = f"round-{meeting.pk}", f"swap-{swap.pk}"
    opened = Datasette(config_dir=tmp_path / "opened")

    def asked(path):
        answer = asyncio.run(opened.client.get(path))
        assert answer.status_code == 200, path
        return answer

    (row,) = asked(f"/record/entries/{exchange}.json?_shape=objects").json()["rows"]
    (listed,) = asked(f"/record/entries.json?_shape=objects&_labels=on&id={exchange}").json()["rows"]
    transfers = asked("/record/transfers.json?_shape=objects&_labels=on&_sort=article&kind=prisoners-of-war").json()
    naming = asked(f"/record/entries/{glee}.json?_extras=foreign_key_tables").json()["foreign_key_tables"]
    page = asked(f"/record/entries?id={exchange}").text

    assert [one["name"] for one in asked("/record.json").json()["tables"]] == sorted(tables())
    assert row["agreed_at"] == glee
    assert listed["agreed_at"] == {"value": glee, "label": meeting.title}
    assert f'<a href="/record/entries/{glee}">' in page
    assert {one["other_column"]: one["count"] for one in naming if one["other_table"] == "entries"} == {
        **dict.fromkeys(("answers", "supersedes", "presented_at"), 0),
        **dict.fromkeys(("agreed_at", "after"), 1),
    }
    assert [(one["from_party"]["label"], one["count"]) for one in transfers["rows"]] == [
        ("Freedonia", "about 250"),
        ("Freedonia", "10"),
    ]
    counted = asked("/record/transfers.json").json()["facet_results"]["kind"]["results"]
    assert {one["value"]: one["count"] for one in counted} == {"prisoners-of-war": 2, "remains": 1}
    assert all(told in page for told in ("What stands on the timeline", "MIT License", SITE, "Its name in addresses."))


@pytest.mark.long
def test_the_small_record_is_a_valid_package_whose_keys_hold(shelved, tmp_path, record):
    FindingFactory()

    snapshot = made(shelved)
    with ZipFile(snapshot.folder / shelf.RECORD) as archive:
        archive.extractall(tmp_path / "opened")

    report = frictionless.validate(str(tmp_path / "opened/datapackage.json"))

    assert report.flatten(["title", "message"]) == []
    assert min(snapshot.about["rows"].values()) > 0
    with database(files_of(snapshot), tmp_path) as opened:
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []


def test_its_database_has_keys_that_hold_and_an_index_for_each(shelved, tmp_path, gazette, herald):
    all_sorts(gazette, herald)

    with database(files_of(made(shelved)), tmp_path) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in tables().values():
            keys = {(row[3], row[2], row[4]) for row in opened.execute(f"PRAGMA foreign_key_list({table.name})")}
            assert keys == {(column.name, *column.refers) for column in table.references}
            indexes = [row[1] for row in opened.execute(f"PRAGMA index_list({table.name})")]
            first = {opened.execute(f'PRAGMA index_info("{name}")').fetchone()[2] for name in indexes}
            assert {column.name for column in table.references} <= first
        opened.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            opened.execute("INSERT INTO entry_people (entry, person) VALUES ('round-0', 'nobody')")


def test_csv_json_lines_and_sqlite_hold_the_same_rows(shelved, tmp_path, gazette, herald):
    all_sorts(gazette, herald)
    files = files_of(made(shelved))

    with database(files, tmp_path) as opened:
        for name, table in tables().items():
            held = as_jsonl(files, name)
            assert [tuple(row.values()) for row in held] == opened.execute(f"SELECT * FROM {name}").fetchall()
            said = {None: "", True: "yes", False: "no"}
            assert as_csv(files, name) == [
                {
                    column: said[value] if value is None or isinstance(value, bool) else str(value)
                    for column, value in row.items()
                }
                for row in held
            ]
            assert json.loads(files["snapshot.json"])["rows"][name] == len(held)
            assert all(list(row) == table.names for row in held)


def test_facts_have_a_row_for_each_source_and_entries_the_accepted_value(shelved, glee):
    files = files_of(made(shelved))

    (entry,) = as_csv(files, "entries")
    facts = [one for one in as_csv(files, "facts") if one["field"] == "city"]

    assert (entry["id"], entry["city"], entry["start"], entry["differs"]) == (
        f"round-{glee.pk}",
        "Glee",
        "2031-05-09",
        "yes",
    )
    assert entry["address"] == "https://talks.example/rounds/glee/"
    assert [(one["entry"], one["article"], one["value"], one["reported"], one["agrees"]) for one in facts] == [
        (entry["id"], "gazette", "Glee", "Glee", "yes"),
        (entry["id"], "herald", "Glee", "Sorrow", "no"),
    ]
    assert facts[1]["address"] == "https://talks.example/articles/herald/#p1"


def test_each_number_stands_as_its_article_says_it(shelved, gazette, herald):
    all_sorts(gazette, herald)
    files = files_of(made(shelved))

    columns = ("article", "date", "kind", "count", "count_low", "count_high", "differs")
    found = sorted(tuple(one[name] for name in columns) for one in as_csv(files, "transfers"))
    (delegation,), (delegate,) = as_csv(files, "delegations"), as_csv(files, "delegates")

    assert found == [
        ("gazette", "2031-05", "prisoners-of-war", "about 250", "250", "250", "yes"),
        ("herald", "2031-05", "prisoners-of-war", "10", "10", "10", "yes"),
        ("herald", "2031-05", "remains", "", "", "", "no"),
    ]
    assert (delegation["size"], delegation["size_low"], delegation["size_high"]) == ("at least 3", "3", "")
    assert (delegate["delegation"], delegate["person"], delegate["head"]) == (delegation["id"], "firefly", "yes")


def test_what_editors_found_is_a_table_with_the_articles_that_it_rests_on(shelved, glee, gazette, herald):
    FindingFactory(page="/compare/rounds/?r=glee&r=glee-2", sources=["gazette"])  # of which one is not there
    FindingFactory(text="A draft.", sources=["gazette"], publication="draft")
    FindingFactory(page="/rounds/glee/", text="They met twice.", sources=["herald", "gazette"], day="2031-05-12")

    files = files_of(made(shelved))

    ((finding, key),) = ((one, one["id"]) for one in as_csv(files, "findings"))
    about = {"page": "/rounds/glee/", "address": f"{SITE}/rounds/glee/", "text": "They met twice.", "day": "2031-05-12"}
    assert finding == {"id": key, **about}
    assert as_csv(files, "finding_sources") == [
        {"finding": key, "article": "herald"},
        {"finding": key, "article": "gazette"},
    ]


def test_of_a_finding_that_is_withdrawn_only_that_it_is_gone_is_told(shelved, glee, gazette):
    finding = FindingFactory(page="/rounds/glee/", text="They met twice.", sources=["gazette"])
    made(shelved)
    finding.publication = "withdrawn"
    finding.save()

    files = files_of(made(shelved, hours=1))

    gone = {"table": "findings", "change": "removed", "key": {"id": f"finding-{finding.pk}"}, "now": {}}
    assert json.loads(files["difference.json"])["rows"] == [gone]


def test_every_fact_that_is_declared_has_its_column_and_its_place_in_the_dictionary():
    columns = tables()["entries"].names
    told = package.dictionary()

    for model in KINDS.values():
        for name, fact in model.FACTS.items():
            assert name in columns or f"entry_{name}" in tables()
            assert f"| {name} | {fact.label} | {fact.rule.value}" in told
    assert all(f"\n## {name}\n" in told for name in tables())
    assert all(column.told for table in tables().values() for column in table.columns)


def test_the_dictionary_of_the_documentation_is_the_present_one():
    """Else write it anew: manage.py snapshot --dictionary > docs/dictionary.md"""
    assert Path("docs/dictionary.md").read_text() == package.dictionary()


def test_no_cell_of_a_table_is_a_formula_and_json_lines_have_it_as_it_is(shelved, gazette):
    reported("round", "glee", gazette, venue='=HYPERLINK("x")')

    files = files_of(made(shelved))

    assert as_csv(files, "entries")[0]["venue"] == '\'=HYPERLINK("x")'
    assert as_jsonl(files, "entries")[0]["venue"] == '=HYPERLINK("x")'


def test_vocabulary_is_in_it_only_where_something_public_names_it(shelved, gazette):
    for slug in ("freedonia", "sylvania"):
        PartyFactory(slug=slug, name=slug.title(), released=False)
    LocationFactory(slug="glee", name="Glee", translations={"uk": {"name": "Радість"}}, aliases=["Joy", "Mirth"])
    LocationFactory(slug="sorrow", name="Sorrow")
    reported("round", "public", gazette, city="Glee", parties="freedonia")
    reported("round", "draft", gazette, city="Sorrow", parties="sylvania", published=False)

    files = files_of(made(shelved))

    assert [one["slug"] for one in as_csv(files, "parties")] == ["freedonia"]
    assert as_csv(files, "places") == [{"slug": "glee", "name": "Glee", "name_uk": "Радість", "aliases": "Joy; Mirth"}]


@pytest.mark.sql
@pytest.mark.parametrize("count", [3, 30])
def test_entries_are_read_in_a_fixed_number_of_queries(gazette, count):
    many_events(count, article=gazette)

    with CaptureQueriesContext(connection) as asked:
        found = [row for table, row in lines(SITE) if table == "entries"]

    assert (len(found), len(asked)) == (count, 24)


# How it is made


def test_the_same_record_gives_the_same_bytes(tmp_path, gazette, herald):
    all_sorts(gazette, herald)

    one, other = made(tmp_path / "one"), made(tmp_path / "other", hours=30)

    assert one.name == f"2021-06-01-120000-{other.state}"
    assert other.day == datetime.date(2021, 6, 2)
    assert one.about["files"] == other.about["files"]
    assert one.sha256 == sha256((one.folder / shelf.RECORD).read_bytes()).hexdigest()
    with ZipFile(one.folder / shelf.RECORD) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_readers_see_no_difference_in_makes_no_snapshot(shelved, glee, capsys):
    call_command("snapshot")
    (first,) = shelf.every(shelved)
    reported("event", "draft", published=False)

    call_command("snapshot")

    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{first.folder}: ")
    assert told[1:] == [f"{first.name} is of the same state of the record; nothing was made."]
    assert shelf.every(shelved) == [first]


def test_a_record_that_is_as_it_once_was_is_the_latest_all_the_same(shelved, glee):
    first = made(shelved)
    Citation.objects.filter(field="city").update(paragraphs="7")
    made(shelved, hours=1)
    Citation.objects.filter(field="city").update(paragraphs="1")

    third = made(shelved, hours=2)

    assert (third.state, third.sha256) == (first.state, first.sha256)
    assert shelf.latest(shelved) == third


def test_a_snapshot_is_there_whole_or_not_at_all(shelved, glee, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "pack", fail)

    with pytest.raises(OSError, match="No space"):
        make(shelved, SITE, NOON)

    assert list(shelved.iterdir()) == []


def test_none_is_made_before_one_that_is_there_so_that_the_latest_is_the_last(shelved, glee):
    """As by a clock that was ahead, or is behind."""
    folder = made(shelved).folder
    late = folder.rename(folder.with_name(folder.name.replace("2021", "3021")))

    with pytest.raises(CommandError, match=f"^{late.name} is dated later than now"):
        call_command("snapshot", "--no-color")
    assert [path.name for path in shelved.iterdir()] == [late.name]


def test_what_one_account_makes_another_can_read(shelved, glee):
    before = os.umask(0o077)
    try:
        folder = made(shelved).folder
    finally:
        os.umask(before)

    assert oct(folder.stat().st_mode)[-3:] == "755"
    assert {oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {"644"}


def test_a_record_that_changes_while_it_is_read_is_read_anew(shelved, glee, monkeypatch):
    read = making.lines
    tries = []

    def changing(origin):
        tries.append(origin)
        if len(tries) == 1:
            Entry.objects.update(title="Mirth")
            Revision.advance()
        yield from read(origin)

    monkeypatch.setattr(making, "lines", changing)

    made(shelved)

    assert len(tries) == 2


def test_a_record_that_never_stands_still_is_told(shelved, glee, monkeypatch):
    monkeypatch.setattr(making, "lines", lambda origin: Revision.advance() or ())

    with pytest.raises(CommandError, match="The record changed while it was read, again and again; try again later"):
        call_command("snapshot")

    assert shelf.every(shelved) == []


# What changed


def test_the_difference_tells_what_was_added_changed_and_removed(shelved, glee, gazette, herald):
    first = made(shelved)
    assert first.about["difference"] is None
    event = reported("event", "event", gazette)
    Citation.objects.filter(entry=glee, field="city", article=herald).update(value="Glee", paragraphs="2")
    Citation.objects.filter(entry=glee, field="start").delete()
    settle({glee.pk: ""})

    second = made(shelved, hours=1)

    told = json.loads((second.folder / shelf.DIFFERENCE).read_bytes())
    rows = [(one["table"], one["change"], one["key"], one["now"]) for one in told["rows"]]
    its, fact = f"round-{glee.pk}", "facts"
    assert (told["since"], told["to"]) == (first.name, second.name)
    assert ("entries", "added", {"id": f"event-{event.pk}"}, {}) in rows
    assert [row for row in rows if row[0] == fact] == [
        (fact, "changed", {"entry": its, "field": "city", "article": "gazette"}, {"differs": False}),
        (
            fact,
            "changed",
            {"entry": its, "field": "city", "article": "herald"},
            {
                "differs": False,
                "paragraphs": "2",
                "reported": "Glee",
                "reported_words": "Glee",
                "agrees": True,
                "address": f"{SITE}/articles/herald/#p2",
            },
        ),
        (fact, "removed", {"entry": its, "field": "start", "article": "gazette"}, {}),
    ]
    assert second.about["difference"]["tables"][fact] == {"changed": 2, "removed": 1}
    cells = list(csv.reader(io.StringIO((second.folder / shelf.CHANGED_CELLS).read_text("utf-8-sig"), newline="")))
    assert cells[0] == difference.COLUMNS
    assert [fact, "changed", f"{its} / city / gazette", "differs", "no"] in cells
    assert [fact, "removed", f"{its} / start / gazette", "", ""] in cells


def test_of_what_is_withdrawn_later_only_that_it_is_gone_is_told(shelved, glee, gazette):
    article = ArticleFactory(slug="zxqv-article", title="zxqv")
    event = reported("event", "zxqv", article, title="zxqv", parties="freedonia")
    ChangeFactory(entry=event, sort="added")
    reported("event", "later", gazette, start="2031-05-09", after="zxqv")
    made(shelved)
    Entry.objects.filter(pk=event.pk).update(publication="withdrawn")
    ChangeFactory(entry=event, sort="withdrawn")

    second = made(shelved, hours=1)

    rows = json.loads((second.folder / shelf.DIFFERENCE).read_bytes())["rows"]
    its = f"event-{event.pk}"
    assert [one for one in rows if its in one["key"].values()] == [
        {"table": "entries", "change": "removed", "key": {"id": its}, "now": {}}
    ]
    beside = {name: text for name, text in files_of(second).items() if name != shelf.DIFFERENCE}
    assert [name for name, text in beside.items() if b"zxqv" in text and name != shelf.CHANGED_CELLS] == []
    assert [one for one in rows if "zxqv" in json.dumps(one)] == [
        {"table": "articles", "change": "removed", "key": {"slug": "zxqv-article"}, "now": {}}
    ]


def test_the_command_says_in_words_what_changed_since_any_snapshot(shelved, glee, gazette, capsys, monkeypatch):
    monkeypatch.setattr("talks.management.commands.snapshot.site_address", lambda: f"{SITE}/")
    first = made(shelved)
    reported("event", "one", gazette)
    second = made(shelved, hours=1)
    reported("event", "two", gazette)

    call_command("snapshot", str(shelved), since=first.name)
    call_command("snapshot", str(shelved), since=second.name)
    with pytest.raises(CommandError, match=f"There is no snapshot “x” in {shelved}; there are: "):
        call_command("snapshot", str(shelved), since="x")

    told = capsys.readouterr().out.splitlines()
    assert told[1] == f"Since {first.name}: entries: 2 added; mentions: 2 added."
    assert told[3] == f"Since {second.name}: entries: 1 added; mentions: 1 added."


def test_a_column_that_is_new_is_no_change_of_what_was_there(shelved, glee, monkeypatch):
    first = made(shelved)
    with making.unpacked(first) as path:
        with closing(sqlite3.connect(path)) as opened:
            opened.execute("ALTER TABLE entries DROP COLUMN lead")
            opened.execute("DROP TABLE mentions")
        with making.unpacked(first) as present:
            counts = difference.counted(difference.between(path, present))

    assert difference.in_words(counts) == "mentions: 2 added"
    assert difference.in_words({}) == "nothing"


# Where readers find it


def test_the_page_says_that_there_is_none_and_how_to_make_one(client):
    page = client.get("/data/").content.decode()

    assert "There is no snapshot yet." in page
    assert "manage.py snapshot" in page
    assert [client.get(f"/data/latest.{ending}").status_code for ending in ("zip", "json")] == [404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_lists_snapshots_without_asking_the_record_for_them(client, shelved, gazette, count):
    for number in range(count):
        reported("event", f"event-{number}", gazette)
        made(shelved, hours=number)
    newest = shelf.latest(shelved)

    with CaptureQueriesContext(connection) as asked:
        response = client.get("/data/")

    page = response.content.decode()
    assert (page.count("record.zip"), len(asked)) == (count, 0)
    assert newest.sha256 in page
    assert newest.state in page
    assert ("2 added, 0 changed, 0 removed" in page) == (count > 1)
    assert "private" in response["Cache-Control"]  # a page that is kept would not tell of the next one


def test_the_latest_is_at_an_address_that_stays(client, shelved, gazette, glee):
    made(shelved)
    reported("event", "event", gazette)
    newest = made(shelved, hours=1)

    to, about = client.get("/data/latest.zip"), client.get("/data/latest.json")

    told = json.loads(about.content)
    assert (to.status_code, to["Location"]) == (302, f"/data/{newest.name}/record.zip")
    assert (to["Cache-Control"], about["Cache-Control"]) == ("no-cache", "no-cache")
    assert (told["name"], told["sha256"], told["bytes"]) == (newest.name, newest.sha256, newest.size)
    assert told["address"] == f"http://testserver/data/{newest.name}/record.zip"
    assert about["Access-Control-Allow-Origin"] == "*"


def test_a_file_is_sent_as_it_is_with_its_digest(client, shelved, glee):
    newest = made(shelved)
    address = f"/data/{newest.name}/record.zip"

    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    again = client.get(address, headers={"If-None-Match": response["ETag"]})

    whole = b"".join(response.streaming_content)
    assert sha256(whole).hexdigest() == newest.sha256
    assert response["Content-Length"] == str(len(whole))
    assert response["Content-Disposition"] == f'attachment; filename="{newest.name}.zip"'
    assert (response["ETag"], response["Content-Type"]) == (f'"{newest.sha256}"', "application/zip")
    assert (again.status_code, again.content) == (304, b"")


def test_nothing_but_files_of_snapshots_is_sent(client, shelved, tmp_path, glee):
    newest = made(shelved)
    (newest.folder / "secret.txt").write_text("zxqv")
    (newest.folder / shelf.DIFFERENCE).symlink_to(newest.folder / "secret.txt")
    other = shelved / newest.name.replace("-12", "-13")
    other.symlink_to(newest.folder)
    (shelved / ".making-x").mkdir()
    half = shelved / newest.name.replace("-12", "-14")
    half.mkdir()
    (half / shelf.ABOUT).write_text("{}")
    (shelved / "secret.txt").write_text("zxqv")
    asked = [
        f"{newest.name}/secret.txt",
        f"{newest.name}/difference.json",
        f"{newest.name}/difference.csv",
        f"{other.name}/record.zip",
        f"{half.name}/snapshot.json",
        f"{newest.name}/../secret.txt",
        f"{newest.name}/%2e%2e/secret.txt",
        f"{newest.name}%2f..%2fsecret.txt",
        ".making-x/record.zip",
        "../snapshots/secret.txt",
        f"{newest.name.upper()}/record.zip",
    ]

    assert [client.get(f"/data/{path}").status_code for path in asked] == [404] * len(asked)
    assert client.post(f"/data/{newest.name}/record.zip").status_code == 405
    assert shelf.every(shelved) == [newest]
