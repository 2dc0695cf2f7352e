"""The database or the cache is frozen or away, a disk full, a clock wrong, a file not to be written.

Readers get what is ready or a plain page that says when to come back, nobody waits for long, and all goes on without a
restart. docs/faults.md tells what was tried.
"""

import os
import re
import signal
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import lxml.html
import pytest
import requests

from tests.article_files import Folder
from tests.killed import OWN
from tests.serving import serving, until
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
def record(tmp_path_factory):
    folder = Folder(tmp_path_factory.mktemp("record"))
    folder.article("gazette-a", rounds=[ROUND])
    return folder.path


@contextmanager
def on(address, folder, record, **more):
    """A `Site` on a database that is made for it."""
    manage(address, "migrate", "-v0")
    manage(address, "load_articles", str(record))
    session = manage(address, "shell", "-v0", "-c", SIGNED_IN).strip()
    own = OWN | {"WEB_CONCURRENCY": "1", "DATABASE_URL": address} | more
    with serving(folder, **own) as (_, port):
        site = Site(port, session)
        assert until(site.is_up)
        yield site


@needs()
def test_while_postgresql_is_frozen_what_is_ready_is_given_and_nobody_waits_for_long(tmp_path, record):
    cluster = Cluster()
    with cluster as address, on(address, tmp_path, record) as site:
        assert (site.save("The Gazette 1").status_code, site.seen()) == (302, "The Gazette 1")
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        form = site.form()

        with frozen(postmaster):
            first = site.get(KEPT)
            later = [site.get(path) for path in (KEPT, KEPT, "/coverage/", "/people/", KEPT)]
            # All that a process has of threads, by editors whom it cannot know to be away.
            refused = site.save("The Gazette 2", form)

        print([round(seconds, 1) for *_, seconds in (first, *later)])
        assert (first[0], first[2] < 6) == (200, True)
        assert [status for status, *_ in later] == [200, 200, 503, 503, 200]
        assert max(seconds for *_, seconds in later) < 4
        assert is_plain(later[2][1])
        assert is_plain(refused)
        assert until(lambda: site.get("/coverage/")[0] == 200)
        assert site.seen() == "The Gazette 1"
        assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")
