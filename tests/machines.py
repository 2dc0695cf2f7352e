"""Machines that serve the site with PostgreSQL, a standby and Redis, as their readers and an editor use them."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager, suppress

import lxml.html
import psycopg
import requests
from django.conf import settings

from tests.article_files import Folder
from tests.serving import serving, until
from tests.with_postgres import Cluster

OWN = {
    "SECRET_KEY": "abcdefghij" * 6,
    "HTTPS": "0",
    "ALLOWED_HOSTS": "localhost",
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "tests.served",
    "WEB_CONCURRENCY": "1",
    "SECOND_FACTOR": "off",
}
SIGNED_IN = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("groucho"), "talks.admin.factor.known.DeviceBackend")
print(client.cookies["sessionid"].value)
"""
PUBLISHER = "/admin/talks/publisher/1/change/"
AWAY = "talks; hit; detail=database-away"
BUTTONS = ("_save", "_addanother", "_continue")
ROUND = {"slug": "opera", "title": "At the opera", "start": "2021-05-02", "paragraphs": [1], "venue": "The opera"}


def manage(address, *arguments, **more):
    """What a command printed."""
    environment = os.environ | OWN | {"DATABASE_URL": address} | more
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Machines:
    """PostgreSQL with a standby and a small record, an editor's session, and machines that serve it."""

    def __init__(self, folder, primary, standby, session):
        self.folder, self.primary, self.standby, self.session = folder, primary, standby, session

    @contextmanager
    def serving(self, name, **more):
        """A `Machine` that shares with others what `more` says, and nothing else."""
        (self.folder / name).mkdir()
        own = OWN | {"DATABASE_URL": self.primary.address} | more
        with serving(self.folder / name, **own) as (process, port):
            machine = Machine(port, self.session, own.get("host", "127.0.0.1"), process)
            assert until(machine.is_up)
            yield machine

    def say(self, statement, cluster=None):
        """What PostgreSQL answers to a statement, told past the site."""
        with psycopg.connect((cluster or self.primary).address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None

    def wait_for_standby(self, wait):
        """Let the primary call nothing saved before readers of the standby see it; or not."""
        self.say(f"ALTER SYSTEM SET synchronous_standby_names = '{'*' if wait else ''}'")
        self.say("SELECT pg_reload_conf()")
        wanted = "sync" if wait else "async"
        assert until(lambda: self.say("SELECT min(sync_state) FROM pg_stat_replication") == wanted)

    @contextmanager
    def without_standby(self):
        """The standby died, and comes back afterwards."""
        self.standby.die()
        try:
            yield
        finally:
            self.standby.start()

    @contextmanager
    def lagging(self):
        """The standby stays in the state that it is in."""
        self.say("SELECT pg_wal_replay_pause()", self.standby)
        try:
            yield
        finally:
            self.say("SELECT pg_wal_replay_resume()", self.standby)


class Machine:
    """A server, as its readers and an editor use it."""

    def __init__(self, port, session, host="127.0.0.1", process=None):
        self.base, self.cookies, self.process = f"http://{host}:{port}", {"sessionid": session}, process
        self.port = port

    def get(self, path, **options):
        return requests.get(self.base + path, headers={"Host": "localhost"}, timeout=30, **options)

    def is_up(self):
        with suppress(requests.ConnectionError):
            return self.get("/about/").status_code == 200

    def seen(self):
        """What the publisher is called on the page of a round, as a reader sees it now."""
        answer = self.get("/rounds/opera/")
        assert answer.status_code == 200, answer.text
        return re.search(r"The Gazette( \d+)?", answer.text)[0]

    def form(self):
        """The status of the publisher's page, and what its form would send."""
        answer = self.get(PUBLISHER, cookies=self.cookies)
        if answer.status_code != 200:
            return answer.status_code, {}
        form = lxml.html.fromstring(answer.text).get_element_by_id("publisher_form")
        return 200, {name: value or "" for name, value in form.fields.items() if name not in BUTTONS}

    def save(self, name, sent=None):
        """Rename the publisher; the status, 302 if that is saved."""
        data = (sent or self.form()[1]) | {"name": name, "reason": "A test.", "_save": "Save"}
        own = {"cookies": self.cookies | {"csrftoken": data["csrfmiddlewaretoken"]}, "timeout": 30}
        where, headers = self.base + PUBLISHER, {"Host": "localhost"}
        return requests.post(where, data, headers=headers, allow_redirects=False, **own).status_code


class OnWire(Cluster):
    """A PostgreSQL that the machines at the other end of a wire may use, too."""

    def __init__(self, wire, **options):
        super().__init__(listen_addresses=f"127.0.0.1,{wire}", **options)
        self.wire = wire

    def make(self):
        super().make()
        with (self.data / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {self.wire}/30 trust\n")


def load_record(address, path):
    """A round and its publisher into a database that is migrated."""
    folder = Folder(path)
    folder.article("gazette-a", rounds=[ROUND])
    manage(address, "load_articles", str(folder.path))


def save_on(machine, saved):
    """Save under one number after the other until that fails; `saved` gets those that were answered with “saved”."""
    for number in range(11, 1000):
        with suppress(requests.RequestException, KeyError):
            if machine.save(f"The Gazette {number}") == 302:
                saved.append(number)
                continue
        return
