"""What all tests share: a small record, which stays as it is while fixtures/ grows, and a browser.

Tests that need Chromium are marked `browser`; they are skipped with a reason where there is none, except in CI, where
it must be there.
"""

import datetime
import gc
import os
from contextlib import contextmanager
from itertools import groupby

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections, transaction
from django.template import Template
from django.test.signals import template_rendered
from django.test.testcases import LiveServerThread
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from talks.files.loader import load
from talks.queries.parts import STORE
from tests.article_files import Folder
from tests.browser import CHROMIUM, MISSING, move_a_hand, running_chromium
from tests.database import SQLite, database, one_process_at_a_time, renewed_after_commits
from tests.factories import ArticleFactory, PartyFactory, PublisherFactory

hypothesis_settings.register_profile("tests", deadline=None)  # a busy machine is no failure
hypothesis_settings.load_profile("tests")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """In place of pytest-django's fixture, which would migrate in each process."""
    folder = request.config.cache.mkdir("database")
    of_tests = database(folder)
    with django_db_blocker.unblock(), one_process_at_a_time(folder):
        of_tests.migrate()
        of_tests.renew()
    with renewed_after_commits(of_tests):
        yield
    with django_db_blocker.unblock():
        of_tests.drop()


@pytest.fixture(scope="session")
def migrated(request, django_db_setup):
    """The file of a SQLite database as migrations leave it, to be copied; it may not be there, on PostgreSQL."""
    return SQLite(request.config.cache.mkdir("database")).file


@pytest.fixture(scope="session", autouse=True)
def _only_pages_are_noted(django_test_environment):
    """Django notes each template that a page includes, with a copy of the context: a third of the time of a page.

    Tests look at the context of the page itself (`response.context`), so only that is noted.
    """

    def render(template, context):
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """pytest-django's, made when the database is in memory: only then do its threads share the tests' connection."""
    return live_server


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Each test starts with an empty cache, as a rolled-back record has the numbers of another one; and in English."""
    cache.clear()
    translation.deactivate()


@pytest.fixture
def kept(settings):
    """The parts of pages that this process keeps, and it does."""
    settings.READY_PAGES = True
    STORE.clear()
    yield STORE
    STORE.clear()


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """Rows that a fixture of the module makes after asking for this are made once, and rolled back after the module.

    Only for tests that use the database, so that what each changes is rolled back after it; the fixture gives no rows,
    as a test may change them in memory. Tests of the module that ask for no such rows come first, and do not see them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """Such rows go before a test that asks for none: a process can take it from another one, after those that do."""
    if "once" in item.fixturenames and nextitem is not None and "once" not in nextitem.fixturenames:
        item._fixtureinfo.name2fixturedefs["once"][-1].finish(item._request)


@contextmanager
def loaded(folder):
    """The record of a folder is in the database, until it is rolled back."""
    with transaction.atomic():
        load([folder])
        # PostgreSQL plans badly for tables that it has not counted, and counts none within a transaction by itself.
        connection.cursor().execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _loaded(once):
    with loaded(settings.FIXTURES):
        yield


@pytest.fixture
def record(_loaded, db):
    """The record of tests/record/, loaded once for the module; what a test changes is rolled back after it."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What is here now stays until the end: let Python not look again and again for what of it might be thrown away."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items):
    of_modules = [list(of_module) for _, of_module in groupby(items, lambda item: item.path)]
    items[:] = [item for of_one in of_modules for item in sorted(of_one, key=lambda item: "once" in item.fixturenames)]
    if not CHROMIUM and not os.environ.get("CI"):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def chromium():
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def reading_server(_loaded):
    """The address of a server on the small record, for tests that only read.

    It shares the connection of the tests, and so the transaction that holds the record: nothing is loaded anew or
    emptied for each of them, as it would be with `live_server`, which is for tests that write.
    """
    shared = connections["default"]
    thread = LiveServerThread("localhost", StaticFilesHandler, connections_override={"default": shared})
    thread.daemon = True
    shared.inc_thread_sharing()
    thread.start()
    thread.is_ready.wait()
    yield f"http://{thread.host}:{thread.port}"
    thread.terminate()  # the connection stays shared: threads of the server close theirs a moment later


@pytest.fixture
def connection_stays():
    """As with the test client: a request that ends would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def open_page(chromium, live_server):
    """Opens an address of the site; afterwards, nothing may have gone wrong in the browser's console."""
    contexts, complaints = [], []

    def open_it(address, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        if options.get("java_script_enabled", True):
            move_a_hand(page)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def folder(tmp_path):
    """A place for article files, with the words that they may use."""
    return Folder(tmp_path)


@pytest.fixture
def gazette():
    return ArticleFactory(
        slug="gazette", publisher=PublisherFactory(slug="gazette"), published=datetime.date(2031, 5, 10)
    )


@pytest.fixture
def herald():
    return ArticleFactory(
        slug="herald", publisher=PublisherFactory(slug="herald"), published=datetime.date(2031, 5, 20)
    )


@pytest.fixture
def freedonia():
    return PartyFactory(slug="freedonia", name="Freedonia", short="FR", order=1)


@pytest.fixture
def sylvania():
    return PartyFactory(slug="sylvania", name="Sylvania", short="SY", order=2)


@pytest.fixture(autouse=True, scope="session")
def in_2031():
    """The articles of most tests are of 2031, so it is the end of that year to the rule that none is of the future."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("talks.models.rules.today", lambda: datetime.date(2031, 12, 31))
        yield
