"""The database or the cache is frozen or away, a disk full, a clock wrong, a file not to be written.

Readers get what is ready or a plain page that says when to come back, nobody waits for long, and all goes on without a
restart. docs/faults.md tells what was tried.
"""

import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import lxml.html
import pytest
import requests

from tests.article_files import Folder
from tests.killed import OWN
from tests.real_parts import redis
from tests.serving import serving, until, workers
from tests.test_real_parts import SIGNED_IN, manage, needs
from tests.with_postgres import Cluster

pytestmark = pytest.mark.long

KEPT, ROUND = "/rounds/opera/", {"slug": "opera", "title": "At the opera", "start": "2021-05-02", "paragraphs": [1]}
ADMIN = "/admin/talks/publisher/1/change/"
BUTTONS = ("_save", "_addanother", "_continue")


@contextmanager
def frozen(pid):
    """A process and its children stand still."""
    pids = [pid, *(int(path.name) for path in Path("/proc").glob("[0-9]*") if parent(path) == pid)]
    for one in pids:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in pids:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGCONT)


def parent(path):
    with suppress(OSError):
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])


class Site:
    """A server, as readers and an editor use it."""

    def __init__(self, port, session):
        self.base, self.own = f"http://127.0.0.1:{port}", {"headers": {"Host": "localhost"}, "allow_redirects": False}
        self.cookies = {"sessionid": session}

    def get(self, path, within=60, **options):
        """(status, answer, seconds) of a page."""
        begun = time.monotonic()
        answer = requests.get(self.base + path, timeout=within, **self.own, **options)
        return answer.status_code, answer, time.monotonic() - begun

    def is_up(self):
        with suppress(requests.RequestException):
            return self.get("/about/")[0] == 200

    def form(self):
        form = lxml.html.fromstring(self.get(ADMIN, cookies=self.cookies)[1].text).get_element_by_id("publisher_form")
        return {name: value or "" for name, value in form.fields.items() if name not in BUTTONS}

    def save(self, name, form=None):
        """The answer to a new name of the publisher: 302 if that is saved."""
        data = (form or self.form()) | {"name": name, "reason": "A test.", "_save": "Save"}
        cookies = self.cookies | {"csrftoken": data["csrfmiddlewaretoken"]}
        return requests.post(self.base + ADMIN, data, cookies=cookies, timeout=60, **self.own)

    def seen(self):
        """What readers see of it."""
        return re.search(r"The Gazette( \d+)?", self.get(KEPT)[1].text)[0]


def is_plain(answer):
    """It says in a sentence that the site is not to be had now, and when to come back."""
    return (answer.status_code, int(answer.headers["Retry-After"]) > 0, "our fault" in answer.text) == (
        503,
        True,
        False,
    )


@pytest.fixture(scope="module")
def record(tmp_path_factory, migrated):
    """A SQLite database with a small record."""
    home = tmp_path_factory.mktemp("record")
    if migrated.exists():
        shutil.copy(migrated, home / "db")
    manage(f"sqlite:///{home}/db", "migrate", "-v0")
    folder = Folder(home)
    folder.article("gazette-a", rounds=[ROUND])
    manage(f"sqlite:///{home}/db", "load_articles", str(folder.path))
    with closing(sqlite3.connect(home / "db")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file
    return home


@contextmanager
def on(address, folder, record, start=(), asked="", **more):
    """A `Site` on a copy of the record; `asked`: where the site finds it, if not by the address itself."""
    if address.startswith("sqlite"):
        shutil.copy(record / "db", address.removeprefix("sqlite:///"))
    else:
        manage(address, "migrate", "-v0")
        manage(address, "load_articles", str(record))
    session = manage(address, "shell", "-v0", "-c", SIGNED_IN).strip()
    own = OWN | {"WEB_CONCURRENCY": "1", "DATABASE_URL": asked or address} | more
    with serving(folder, start, **own) as (server, port):
        site = Site(port, session)
        site.server = server
        assert until(site.is_up)
        yield site


@needs()
def test_while_postgresql_is_frozen_what_is_ready_is_given_and_nobody_waits_for_long(tmp_path, record):
    cluster = Cluster()
    with cluster as address, on(address, tmp_path, record, PATIENCE="5") as site:
        assert (site.save("The Gazette 1").status_code, site.seen()) == (302, "The Gazette 1")
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        form = site.form()

        with frozen(postmaster):
            first = site.get(KEPT)
            later = [site.get(path) for path in (KEPT, KEPT, "/coverage/", "/people/", KEPT, "/healthz")]
            begun = time.monotonic()
            refused = site.save("The Gazette 2", form)
            assert time.monotonic() - begun < 10

        assert (first[0], first[2] < 15) == (200, True)
        assert [status for status, *_ in later] == [200, 200, 503, 503, 200, 503]
        assert max(seconds for *_, seconds in later) < 10
        assert is_plain(later[2][1])
        assert is_plain(refused)
        assert 'name="name" value="The Gazette 2"' in refused.text  # kept, to be sent again
        assert until(lambda: site.get("/coverage/")[0] == 200)
        assert site.seen() == "The Gazette 1"
        assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")


@needs("redis-server")
def test_while_redis_is_frozen_pages_are_made_without_it(tmp_path, record):
    with (
        redis(tmp_path) as (cache, process),
        on(f"sqlite:///{tmp_path}/db", tmp_path, record, CACHE_URL=cache) as site,
    ):
        assert site.seen() == "The Gazette"
        form = site.form()
        with frozen(process.pid):
            asked = [site.get(path) for path in (KEPT, "/coverage/", "/people/", KEPT)]
            assert (site.save("The Gazette 1", form).status_code, site.seen()) == (302, "The Gazette 1")

        assert [status for status, *_ in asked] == [200] * 4
        assert max(seconds for *_, seconds in asked) < 20
        assert site.seen() == "The Gazette 1"


# Disks


@contextmanager
def full(server):
    """No file of the server grows any more."""
    pids = [server.pid, *workers(server)]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_while_nothing_can_be_written_readers_read_and_an_editor_is_told(tmp_path, record):
    with on(f"sqlite:///{tmp_path}/db", tmp_path, record) as site:
        assert (site.save("The Gazette 1").status_code, site.seen()) == (302, "The Gazette 1")
        form = site.form()
        with full(site.server):
            refused = site.save("The Gazette 2", form)
            asked = [site.get(path)[0] for path in (KEPT, "/coverage/", "/people/", "/search/?q=opera")]

        assert is_plain(refused)
        assert 'name="name" value="The Gazette 2"' in refused.text  # kept, to be sent again
        assert asked == [200] * 4
        assert site.seen() == "The Gazette 1"
        assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")


@contextmanager
def filled(disk):
    """Nothing more fits on the disk."""
    filling = disk / "filling"
    with suppress(OSError), filling.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    try:
        yield
    finally:
        filling.unlink()


@pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="only root can mount a small disk")
def test_on_a_full_disk_an_editor_is_told_so(tmp_path, record):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk; the test above has a limit of files in its place")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], check=True)
    try:
        with on(f"sqlite:///{disk}/db", tmp_path, record, TMPDIR=str(disk)) as site:
            form = site.form()
            with filled(disk):
                refused = [site.save(f"The Gazette {number}", form) for number in range(2)][-1]
                asked = [site.get(path)[0] for path in (KEPT, "/coverage/", "/people/")]

            assert is_plain(refused)
            assert "The server has run out of space" in refused.text
            assert asked == [200] * 3
            assert site.seen() == "The Gazette"
            assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


# Root may write what is not to be written, unless this is taken from it.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


def test_while_files_can_only_be_read_readers_read_and_an_editor_is_told(tmp_path, record):
    folder, pages = tmp_path / "data", tmp_path / "pages"
    folder.mkdir()
    pages.mkdir()
    with on(f"sqlite:///{folder}/db", pages, record, start=AS_ANYBODY) as site:
        assert site.save("The Gazette 1").status_code == 302
        form = site.form()
        for path in (*folder.iterdir(), folder, *pages.rglob("*"), pages):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for pid in workers(site.server):  # new ones cannot open anything to write to it
            os.kill(pid, signal.SIGKILL)
        assert until(site.is_up)
        refused = site.save("The Gazette 2", form)
        asked = [site.get(path)[0] for path in (KEPT, "/coverage/", "/people/")]
        for path in (folder, *folder.iterdir(), pages, *pages.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

        assert is_plain(refused)
        assert asked == [200] * 3
        assert site.seen() == "The Gazette 1"
        assert until(lambda: site.save("The Gazette 3").status_code == 302)
        assert site.seen() == "The Gazette 3"


# Clocks


LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


needs_faketime = pytest.mark.skipif(
    not LIBRARY.exists() and not os.environ.get("CI"), reason="there is no libfaketime here"
)


@needs_faketime
@pytest.mark.parametrize("days", [-400, 2])
def test_a_clock_that_is_wrong_on_one_of_two_machines_loses_nothing_and_hides_nothing(tmp_path, record, days):
    database = f"sqlite:///{tmp_path}/db"
    own = OWN | {"WEB_CONCURRENCY": "1", "DATABASE_URL": database, "LD_PRELOAD": str(LIBRARY)}
    own |= {"FAKETIME": f"{days:+}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with on(database, tmp_path, record) as right, serving(tmp_path, **own) as (_, port):
        wrong = Site(port, right.cookies["sessionid"])
        assert until(wrong.is_up)
        for number, site in enumerate((right, wrong, right, wrong, wrong, right), 1):
            assert site.save(f"The Gazette {number}").status_code == 302
            assert [right.seen(), wrong.seen()] == [f"The Gazette {number}"] * 2

        form = right.form()
        assert wrong.save("The Gazette 7").status_code == 302
        told = right.save("The Gazette 8", form)
        assert (told.status_code, "The Gazette 7" in told.text) == (200, True)  # nothing is overwritten unseen
        with closing(sqlite3.connect(tmp_path / "db")) as connection:
            names = connection.execute("SELECT name FROM talks_historicalpublisher WHERE id = 1 ORDER BY history_id")
            names = [name for (name,) in names]
        assert names == ["The Gazette", *(f"The Gazette {number}" for number in range(1, 8))]


@needs_faketime
def test_a_clock_that_jumps_loses_nothing_and_shuts_nobody_out_for_good(tmp_path, record):
    clock = tmp_path / "clock"

    def jump(days):
        clock.write_text(f"{days * 24 * 3600:+}\n")

    jump(0)
    own = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    own |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DATA_LIMIT": "5"}
    pages = (KEPT, "/", "/coverage/", "/changes/", f"{KEPT}?as_of=2021-05-10", "/api/rounds", "/security.txt")
    with on(f"sqlite:///{tmp_path}/db", tmp_path, record, **own) as site:
        before = [site.get(path)[0] for path in pages]
        answers = []
        for number, days in enumerate((-400, 0, 400)):
            form = site.form()
            jump(days)
            assert [site.get(path)[0] for path in pages] == before
            answers.append(site.save(f"The Gazette {number}", form))
        assert [answer.status_code for answer in answers] == [302, 302, 403]
        assert 'name="name" value="The Gazette 2"' in answers[-1].text  # kept: the session is past its end

        jump(0)
        assert site.seen() == "The Gazette 1"
        assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")
