"""A full disk of PostgreSQL, and file systems that can only be read, or not even that.

docs/faults.md tells what was tried.
"""

import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.serving import until, workers
from tests.test_faults import AS_ANYBODY, KEPT, filled, is_plain, on
from tests.test_faults import record as record  # noqa: PLC0414 – a fixture
from tests.test_real_parts import manage, needs
from tests.with_postgres import Cluster

pytestmark = [pytest.mark.long, pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a file system")]
PAGES = ("/coverage/", "/people/", "/articles/")  # which nobody has asked for


@contextmanager
def small_disk(megabytes):
    """The folder of a file system of its own, in which every account may write."""
    disk = Path(tempfile.mkdtemp(prefix="talks-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs", disk], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
        disk.rmdir()


class OnDisks(Cluster):
    """A PostgreSQL whose data and whose log of what it writes are on two disks; saved is what is in the log."""

    def __init__(self, data, log):
        super().__init__(data, synchronous_commit="on", min_wal_size="32MB", max_wal_size="32MB")
        self.log = log

    def make(self):
        super().make("--waldir", str(self.log / "wal"))


def save_until_refused(site):
    """(the last name that was saved, the refusal)."""
    form = site.form()
    for number in range(100, 300):
        answer = site.save(f"The Gazette {number}", form)
        if answer.status_code != 302:
            return f"The Gazette {number - 1}", answer
        form = site.form()
    raise AssertionError("nothing was refused")


@needs()
def test_while_the_disk_of_postgresql_is_full_readers_read_and_an_editor_is_told(tmp_path, record):
    with (
        small_disk(160) as data,
        small_disk(160) as log,
        OnDisks(data, log) as address,
        on(address, tmp_path, record) as site,
    ):
        assert (site.save("The Gazette 100").status_code, site.seen()) == (302, "The Gazette 100")
        with filled(data):
            last, refused = save_until_refused(site)
            asked = [site.get(path)[0] for path in (KEPT, *PAGES, "/search/?q=opera", "/healthz")]
            assert site.seen() == last

        assert is_plain(refused)
        assert "The server has run out of space" in refused.text
        assert 'name="name" value="The Gazette' in refused.text  # kept, to be sent again
        assert asked == [200] * 6
        assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")


@needs()
def test_a_postgresql_that_dies_of_a_full_disk_has_lost_nothing_when_it_is_started_again(tmp_path, record):
    """It stops if it cannot write its log, and does not start again before there is room."""
    with small_disk(160) as data, small_disk(80) as log:
        cluster = OnDisks(data, log)
        with cluster as address, on(address, tmp_path, record) as site:
            assert (site.save("The Gazette 1").status_code, site.seen()) == (302, "The Gazette 1")
            form = site.form()
            with filled(log):
                with suppress(psycopg.Error), psycopg.connect(address, autocommit=True) as connection:
                    for number in range(20):
                        connection.execute(f"CREATE TABLE filling_{number} (number integer)")
                        connection.execute("SELECT pg_switch_wal()")
                assert until(lambda: not (cluster.data / "postmaster.pid").exists())
                asked = [site.get(path) for path in (KEPT, *PAGES, "/healthz")]
                refused = site.save("The Gazette 2", form)

            assert [status for status, *_ in asked] == [200, 503, 503, 503, 503]
            assert max(seconds for *_, seconds in asked) < 10
            assert is_plain(refused)
            assert 'name="name" value="The Gazette 2"' in refused.text
            cluster.start()
            assert until(lambda: site.get("/coverage/")[0] == 200)
            assert site.seen() == "The Gazette 1"
            assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")


READ_ONLY = ("unshare", "--mount", "sh", "-c", 'mount -o remount,bind,ro / && exec "$@"', "sh")


@needs()
def test_where_no_file_can_be_written_the_site_starts_and_does_all_that_needs_none(tmp_path, record):
    """Its record is in PostgreSQL, on another machine."""
    snapshots = tmp_path / "snapshots"
    with (
        Cluster() as address,
        on(address, tmp_path, record, (*READ_ONLY, *AS_ANYBODY), SNAPSHOTS=str(snapshots)) as site,
    ):
        pages = (KEPT, *PAGES, "/static/talks/site.css")
        manage(address, "snapshot", SNAPSHOTS=str(snapshots))
        asked = [site.get(path)[0] for path in (*pages, "/data/", "/data/latest.json")]
        assert (site.save("The Gazette 1").status_code, site.seen()) == (302, "The Gazette 1")
        for pid in workers(site.server):
            os.kill(pid, signal.SIGKILL)
        assert until(site.is_up)
        assert (site.save("The Gazette 2").status_code, site.seen()) == (302, "The Gazette 2")

        snapshots.chmod(0)  # as of another account, which keeps them to itself
        hidden = [site.get(path)[0] for path in ("/data/", "/data/latest.json")]

        assert asked == [200] * 7
        assert hidden == [200, 404]
