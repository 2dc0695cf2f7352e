"""Whatever writes the record may be killed at any moment: afterwards it is as before or as after, and goes on.

A few times each, and a hundred times with FAULTS=100 (docs/faults.md).
"""

import os
import random
import re
import shutil
import signal
import threading
import time
from contextlib import contextmanager, suppress

import lxml.html
import pytest
import requests

from tests.article_files import Folder, account, entry, event
from tests.faults import tries
from tests.killed import OWN, PostgreSQL, SQLite, Workers, differing, held, kill_often, on_copy
from tests.serving import serving, until, workers
from tests.with_postgres import CannotStartError, Cluster

pytestmark = pytest.mark.long

TIMES = tries(few=3, full=100)
EARLIER = "0026"  # the migration of an earlier version that had a record already


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def work(request, tmp_path_factory):
    """`Workers` on one of the databases."""
    folder = tmp_path_factory.mktemp("databases")
    if request.param == "sqlite":
        with Workers(SQLite(folder)) as found:
            yield found
        return
    try:
        cluster = Cluster()
        cluster.__enter__()
    except CannotStartError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    try:
        with Workers(PostgreSQL(cluster)) as found:
            yield found
    finally:
        cluster.__exit__()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two folders of made-up articles: of a record, and of what is loaded into it."""
    first, more = Folder(tmp_path_factory.mktemp("record")), Folder(tmp_path_factory.mktemp("more"))
    sides = [{"party": side, "size": 3, "paragraphs": [1]} for side in ("freedonia", "sylvania")]
    for folder, days in ((first, range(1, 9)), (more, range(9, 21))):
        for day in days:
            date = f"2021-05-{day:02}"
            talks = entry(f"talks-{day}", start=date, venue=f"Hall {day % 3}", delegations=sides)
            old = entry("talks-1", start="2021-05-01", venue=f"Hall {day}")
            told = {"rounds": [talks] + ([old] if day > 1 else []), "accounts": [account("talks-1")]}
            folder.article(f"gazette-{day:02}", "2021-05-30", events=[event(f"event-{day}", start=date)], **told)
    return first.path, more.path


@pytest.fixture(scope="module")
def templates(work, folders, migrated):
    """Databases to begin with: empty, with a record, with an import that waits to be loaded, and one to be undone."""
    first, more = map(str, folders)
    made = work.databases
    if isinstance(made, PostgreSQL):
        made.do("CREATE DATABASE empty")
    if isinstance(made, SQLite) and migrated.exists():
        shutil.copy(migrated, made.folder / "empty")
    else:
        work.do("empty", "migrate")
    for name, template, *steps in (
        ("filled", "empty", ("load", first)),
        ("loading", "filled", ("ask_for", "load", more)),
        ("undoing", "loading", ("do_jobs",), ("ask_for", "undo")),
    ):
        made.settle(template)
        made.copy(template, name)
        for step in steps:
            work.do(name, *step)
        made.settle(name)
    return made


def whole_after_each_kill(work, template, *what):
    """Kill this work often; gives how often it was as before and as after, and whether that is told truly."""
    before, after, tried = kill_often(work, template, what, TIMES)
    assert before != after
    seen = {"before": 0, "after": 0}
    for name, was_saved, found in tried:
        as_after = found == after
        assert as_after or found == before, (differing(before, found), differing(found, after))
        assert as_after or not was_saved
        seen["after" if as_after else "before"] += 1
        yield name, as_after, after
    print(f"{type(work.databases).__name__}: {' '.join(what)}: {seen}")


def counts(state):
    return {table: len(rows) for table, rows in state.items()}


def test_a_load_that_is_killed_has_written_all_or_nothing_and_can_be_done_again(work, templates, folders):
    what = ("load", str(folders[1]))
    for number, (name, as_after, after) in enumerate(whole_after_each_kill(work, "filled", *what)):
        if number < 3 and not as_after:
            work.do(name, *what)
            work.databases.settle(name)
            assert counts(held(work.databases, name)) == counts(after)


@pytest.mark.parametrize(("template", "action"), [("loading", "load"), ("undoing", "undo")])
def test_an_import_that_is_killed_says_truly_whether_it_has_written(work, templates, template, action):
    for number, (name, as_after, _) in enumerate(whole_after_each_kill(work, template, "do_jobs")):
        if number < 20:
            asked = f"SELECT state FROM talks_job WHERE action = '{action}'"
            ((state,),) = work.databases.ask(name, asked)
            work.do(name, "do_jobs")  # the next worker, who finds what the dead one left, or does what still waits
            ((told,),) = work.databases.ask(name, asked)
            assert told == ("lost" if state == "running" and not as_after else "done")


def test_a_merge_that_is_killed_has_merged_all_or_nothing(work, templates):
    for _ in whole_after_each_kill(work, "filled", "merge", "talks-1", "talks-4"):
        pass


def test_a_migration_that_is_killed_goes_on_where_it_was(work, templates):
    made = templates
    made.copy("filled", "earlier")
    work.do("earlier", "migrate", "talks", EARLIER)
    made.settle("earlier")
    with on_copy(made, "earlier") as name:
        usual = work.do(name, "migrate")
        made.settle(name)
        after = held(made, name)
        work.do(name, "settle")  # as an upgrade does
        work.do(name, "examine")
    for number in (1, 2):  # the first of them makes tables, whose indexes and references come last
        with on_copy(made, "earlier") as name:
            work.begin(name, "migrate_to_the_note", str(number))
            assert work.ending() == ["9"]
            work.do(name, "migrate")
            made.settle(name)
            assert differing(after, held(made, name)) == {}
    reached = set()
    for _ in range(TIMES):
        with on_copy(made, "earlier") as name:
            work.kill(name, random.uniform(0, usual * 1.1), "migrate")
            ((last,),) = made.ask(name, "SELECT max(name) FROM django_migrations WHERE app = 'talks'")
            reached.add(last)
            work.do(name, "migrate")
            made.settle(name)
            assert differing(after, held(made, name)) == {}
    print(f"{type(made).__name__}: migrate, killed after {sorted(reached)}")


# An edit through a server

LOOP = (
    6  # seconds: a server one of whose processes dies sooner than that ends, as it would only start it again and again
)


class Editor:
    """Somebody who edits a round through a server."""

    def __init__(self, port, session, pk):
        self.page = f"http://127.0.0.1:{port}/admin/talks/round/{pk}/change/"
        self.own = {"headers": {"Host": "localhost"}, "timeout": 30}
        self.cookies = {"sessionid": session}

    def form(self):
        """What its form would send; None while nobody answers."""
        with suppress(requests.RequestException):
            answer = requests.get(self.page, cookies=self.cookies, **self.own)
            if answer.status_code == 200:
                form = lxml.html.fromstring(answer.text).get_element_by_id("round_form")
                found = {}
                for name, value in form.form_values():
                    found.setdefault(name, []).append(value)
                return found
        return None

    def save(self, form, title):
        """Whether it was answered with “saved”."""
        data = form | {"title": title, "reason": "A test.", "_save": "Save"}
        cookies = self.cookies | {"csrftoken": form["csrfmiddlewaretoken"][0]}
        with suppress(requests.RequestException):
            answer = requests.post(self.page, data, cookies=cookies, allow_redirects=False, **self.own)
            assert answer.status_code == 302, re.findall(r'(?s)class="error(?:note|list).*?</', answer.text)
            return True
        return False


@contextmanager
def editing(work, folder):
    """A server on a copy of the record, with its (process, editor)."""
    made = work.databases
    with on_copy(made, "filled") as name:
        work.do(name, "sign_in", str(folder / "session"))
        ((pk,),) = made.ask(name, "SELECT id FROM talks_entry WHERE slug = 'talks-1'")
        told = OWN | {"DATABASE_URL": made.address(name), "WEB_CONCURRENCY": "1"}
        with serving(folder, **told) as (server, port):
            editor = Editor(port, (folder / "session").read_text(), pk)
            assert until(editor.form)
            yield server, editor, name


def title_and_edits(made, name):
    """What the round is called, and how many edits its history knows."""
    edits = "SELECT count(DISTINCT edit) FROM talks_historicalround"
    return made.ask(name, f"SELECT title, ({edits}) FROM talks_entry WHERE slug = 'talks-1'")[0]


def test_an_edit_that_was_answered_with_saved_is_there_whenever_the_server_is_killed(work, templates, tmp_path):
    seen = {"saved": 0, "not told": 0, "not saved": 0}
    with editing(work, tmp_path) as (server, editor, name):
        begun = time.monotonic()
        assert editor.save(editor.form(), "Talks 0")
        usual = time.monotonic() - begun
        title, edits = title_and_edits(templates, name)
        for number in range(1, TIMES + 1):
            time.sleep(LOOP)
            form = until(editor.form)
            assert form["title"] == [title]
            pids = workers(server)
            killed = killed_soon(pids, random.uniform(0, usual * 1.1))
            told = editor.save(form, f"Talks {number}")
            killed.join()
            found = title_and_edits(templates, name)
            assert found in ((title, edits), (f"Talks {number}", edits + 1))
            is_new = found != (title, edits)
            assert is_new or not told
            seen["saved" if told else "not told" if is_new else "not saved"] += 1
            title, edits = found
        until(editor.form)
        work.do(name, "examine")
    print(f"{type(templates).__name__}: edit: {seen}")


def killed_soon(pids, after):
    """Kill these processes in so many seconds."""

    def kill():
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(after, kill)
    timer.start()
    return timer
