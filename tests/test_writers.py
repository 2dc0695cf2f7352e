"""Editors, loads and imports that write at the same time leave what the same leaves one after the other."""

import datetime
import random
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from itertools import combinations_with_replacement, permutations
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from talks import models
from talks.derived.settle import settle
from talks.editing import imports
from talks.editing.merging import merge, plan
from talks.editing.renaming import rename
from talks.files.loader import prepare, read_files, undisturbed, write
from talks.files.reader import Source
from talks.models.writing import PATIENCE, writing
from talks.outage import Outage, outage_of
from tests import factories as make
from tests.admin_pages import filled_in, saved, url
from tests.database import IN_MEMORY, connect_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]

INTERLEAVINGS = 96  # four times as many as there are orders


@pytest.fixture(autouse=True)
def many_connections(transactional_db, tmp_path):
    """A database that threads write at once; the tests' SQLite, in memory, has no locks that one could wait for."""
    if connection.vendor != "sqlite":
        yield
        return
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as kept:
        with closing(sqlite3.connect(file)) as copy:
            kept.backup(copy)
        connection.settings_dict["NAME"] = str(file)
        connection.close()  # now, as Django closes no connection to what is in memory
        yield
        connect_to(IN_MEMORY)
        connection.ensure_connection()


def at_once(*works, jitter=None):
    """Run these in threads that start together; the errors that they ended with."""
    barrier, errors = threading.Barrier(len(works)), []

    def run(work, seed):
        try:
            barrier.wait(timeout=30)
            with slowed(random.Random(seed)):
                work()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test tells it
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work, f"{jitter}-{number}")) for number, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


@contextmanager
def slowed(chance):
    """Every now and then let another writer go first."""

    def hesitate(execute, sql, params, many, context):
        if chance.random() < 0.1:
            time.sleep(chance.random() / 200)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hesitate):
        yield


class World:
    """A round that is reported, and all that an editor, a load and an import need to change it; `name` is its own."""

    def __init__(self, name):
        self.name = name
        self.sides = [make.PartyFactory(slug=slug) for slug in ("freedonia", "sylvania")]
        make.PublisherFactory(slug="gazette")
        self.articles = [
            make.ArticleFactory(slug=f"{name}-{day}", published=datetime.date(2021, 5, day), text="One.\n\nTwo.")
            for day in range(3, 8)
        ]
        self.round = make.reported("round", f"{name}-talks", self.articles[2], start="2021-05-02", city="Glockenberg")
        self.twin = make.reported("round", f"{name}-twin", self.articles[3], start="2021-05-02")
        self.user, _ = User.objects.get_or_create(username="editor", is_staff=True, is_superuser=True)

    def client(self):
        client = Client()
        client.force_login(self.user)
        return client

    # Doors

    def desk(self, article=0, **values):
        values = values or {"field": "city", "value": "Strelsau"}
        self._send("citation", self.articles[article], **values)

    def account(self):
        self._send("account", self.articles[1], party=self.sides[0].pk, text="We were heard.")

    def delegate(self):
        person = make.PersonFactory(slug=f"{self.name}-firefly", party=self.sides[0])
        self._send("delegate", self.articles[4], party=self.sides[0].pk, person=person.pk)

    def _send(self, sort, article, **values):
        address = reverse("admin:talks_article_desk_add", args=[article.pk, sort])
        answer = self.client().post(address, {"entry": self.round.pk, "paragraphs": "1", **values})
        assert answer.status_code == 302, answer.context["form"].errors

    def page(self):
        """The round's own page; who is told that others changed it looks and sends again."""
        client, address = self.client(), url(models.Round, "change", self.round.pk)
        for _attempt in range(5):
            answer = client.post(address, filled_in(client, self.round) | {"title": "Talks at the opera"})
            if answer.status_code == 302:
                return
        assert saved(answer)

    def load(self):
        undisturbed(lambda: write(prepare(read_files([self._file("loaded", 1)]))))

    def imported(self):
        """An import; who is told that it would make another difference by now looks and loads again."""
        source = self._file("imported", 28)
        held = models.Import(user=self.user, files={source.path.name: source.text})
        for _attempt in range(5):
            imports.check(held)
            assert "problems" not in held.summary, held.summary
            held.save()
            try:
                imports.load(held, imports.mark(held.summary), self.user)
            except imports.OtherDifferenceError:
                continue
            return
        raise AssertionError("the record changed again and again")

    def undone(self):
        held = models.Import.objects.get(user=self.user, state=models.Import.State.DONE)
        for _attempt in range(5):
            try:
                imports.take_back(held, imports.mark(imports.what_undoing_does(held)))
            except imports.OtherDifferenceError:
                continue
            return

    def _file(self, word, day):
        slug = f"{self.name}-{word}"
        text = (
            f"article: {{slug: {slug}, publisher: gazette, title: A {word} one, published: 2021-04-{day:02},"
            " language: en}\n"
            f"rounds:\n- {{slug: {self.name}-talks, title: Talks that were {word}, start: 2021-05-02,"
            f" venue: Hall {word}, paragraphs: [1]}}\n"
        )
        return Source(Path(f"{slug}.yaml"), text)

    def merge(self):
        with writing():
            merge(
                plan(models.Round.objects.get(pk=self.round.pk), models.Round.objects.get(pk=self.twin.pk)), {}, "one"
            )

    def rename(self):
        with writing():
            rename(models.Round.objects.get(pk=self.round.pk), f"{self.name}-renamed", "a better name")

    def publish(self):
        address = url(models.Round, "changelist")
        self.client().post(address, {"action": "take_back", "_selected_action": [self.round.pk]})

    # What is left

    def wrong(self):
        """What is computed anew of each entry differs from what stands."""
        pks = models.Entry.objects.filter(slug__startswith=f"{self.name}-").values_list("pk", flat=True)
        return [one.slug for one in settle(dict.fromkeys(pks, "test"))]

    def left(self):
        """All reports of the round and what follows from them, without its name."""
        talks = models.Round.objects.get(pk=self.round.pk)
        columns = ("slug", "title", "city", "venue", "start", "first_reported", "last_reported", "publication")
        evidence = talks.evidence
        citations = talks.citations.values_list("article__slug", "field", "value", "title", "paragraphs")
        rows = [
            *(str(getattr(talks, name)) for name in columns),
            str((evidence.articles, evidence.one_source, evidence.disputed)),
            *(str(row) for row in talks.party_ties.values_list("party__slug", "since")),
            *(str(row) for row in citations),
            *(str(row) for row in talks.accounts.values_list("article__slug", "party__slug", "text", "paragraphs")),
        ]
        return sorted(row.replace(f"{self.name}-", "") for row in rows)


DOORS = ["desk", "account", "delegate", "page", "load", "imported", "undone", "merge", "rename", "publish"]


def doors_of(world, one, other):
    """Two doors as they are used; a second import or load would be of the same file."""
    if "undone" in (one, other):
        world.imported()
    return [getattr(world, door) for door in (one, other)]


PAIRS = [(one, other) for one, other in combinations_with_replacement(DOORS, 2)]
REPEATED = {"account", "merge", "rename", "undone", "delegate"}  # done twice, they are refused the second time
PAIRS = [(one, other) for one, other in PAIRS if one != other or one not in REPEATED]


@pytest.mark.long
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_follows_from_two_that_write_at_once_is_right(one, other):
    world = World("pair")

    errors = at_once(*doors_of(world, one, other), jitter=1)

    assert (errors, world.wrong()) == ([], [])


def test_two_editors_who_cite_at_once_are_both_counted():
    world = World("two")
    settle({world.round.pk: "test"})

    errors = at_once(lambda: world.desk(0), lambda: world.desk(1), jitter=1)

    world.round.refresh_from_db()
    assert (errors, world.wrong()) == ([], [])
    assert (world.round.first_reported, world.round.evidence.articles) == (datetime.date(2021, 5, 3), 3)


@contextmanager
def somebody_writing(patience=PATIENCE):
    """Another thread has its turn; gives a list of the errors by which that ends."""
    begun, enough, errors = threading.Event(), threading.Event(), []

    def write_for_long():
        try:
            with writing(patience):
                make.IssueFactory(slug="of-another")
                begun.set()
                enough.wait(timeout=30)
        except DatabaseError as error:
            errors.append(error)
        connection.close()

    thread = threading.Thread(target=write_for_long)
    thread.start()
    begun.wait(timeout=30)
    try:
        yield errors
    finally:
        enough.set()
        thread.join(timeout=30)


def test_who_waits_too_long_for_a_turn_is_told_that_others_write():
    with somebody_writing(), pytest.raises(OperationalError) as told, writing(patience=1):
        raise AssertionError("two had their turn at once")

    assert outage_of(told.value) is Outage.BUSY
    with writing():
        assert models.Issue.objects.get().slug == "of-another"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a turn on SQLite ends with the process that has it")
def test_who_goes_silent_in_its_turn_loses_it(monkeypatch):
    monkeypatch.setattr("talks.models.writing.SILENCE", 1)

    with somebody_writing(patience=1) as errors, writing():
        models.Issue.objects.get_or_create(slug="of-one-who-waited")

    assert [outage_of(error) for error in errors] == [Outage.BUSY]
    assert [issue.slug for issue in models.Issue.objects.all()] == ["of-one-who-waited"]


def four(world):
    """Two editors, a load and an import."""
    return [world.desk, world.account, world.load, world.imported]


def in_some_order(number):
    """What some interleaving of the four leaves, and what went wrong."""
    world = World(f"w{number}")
    errors = at_once(*four(world), jitter=number)
    return world.left(), errors, world.wrong()


def one_after_the_other(order):
    """What the four leave in this order."""
    world = World("serial-" + "".join(map(str, order)))
    for number in order:
        four(world)[number]()
    return world.left(), [], world.wrong()


@pytest.mark.long
@pytest.mark.parametrize("half", [0, 1])
def test_any_interleaving_of_two_editors_a_load_and_an_import_leaves_what_one_after_the_other_leaves(half):
    # In which order they come shows: an article that is cited at the desk is given the title that the entry has then.
    serial = [one_after_the_other(order) for order in permutations(range(4))]

    assert all(len(left) > 20 and wrong == [] for left, _, wrong in serial)
    assert [number for number in range(half, INTERLEAVINGS, 2) if in_some_order(number) not in serial] == []
