"""In a browser, through `manage.py serve`: pages that are ready are the same to readers, and never an editor's."""

import datetime
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from tests.factories import ArticleFactory, many_events, reported
from tests.serving import serving, status, until
from tests.staff import in_role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The address of a server on a copy of what the test has written by now; SQLite alone can copy that to a file."""
    if connection.vendor != "sqlite":
        pytest.skip("a record in a file is SQLite's")
    reported("round", "talks", start="2021-05-01", title="Talks of hats")
    reported("round", "draft", start="2021-05-02", title="Not told yet", published=False)
    reported("event", "late", ArticleFactory(published=datetime.date(2021, 6, 1)), title="Told late")
    many_events(3)
    in_role("Superuser", "editor")
    with closing(sqlite3.connect(tmp_path / "db")) as copy:
        connection.connection.backup(copy)
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    with serving(tmp_path) as (_, port):
        assert until(lambda: status(port) == 200)
        yield f"http://localhost:{port}"


def test_readers_get_ready_pages_and_an_editor_their_own_until_all_see_what_was_published(chromium, site):
    reader, editor = (chromium.new_context(base_url=site).new_page() for _ in range(2))
    complaints = []
    for page in (reader, editor):
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        page.on("pageerror", lambda error: complaints.append(str(error)))

    def shown(page, address):
        return page.goto(address).headers.get("etag"), page.locator("#results h3").all_inner_texts()

    first, again = shown(reader, "/"), shown(reader, "/")
    assert first[0] is not None
    assert first == again

    reader.locator("#kind-round").check()
    reader.get_by_role("status").get_by_text("1 round", exact=True).wait_for(state="attached")
    reader.go_back()
    reader.locator(".in-words").get_by_text("5 entries", exact=True).wait_for()
    reader.get_by_role("link", name="Українська").click()
    reader.wait_for_url("**/uk/")
    reader.get_by_role("link", name="English").click()
    reader.wait_for_url(f"{site}/")
    reader.get_by_label("As known on").fill("2021-05-20")
    reader.get_by_role("button", name="Show").first.click()
    reader.get_by_text("This is an earlier state: as known on 20 May 2021.").wait_for()
    reader.wait_for_load_state()
    assert reader.get_by_role("link", name="Told late").count() == 0
    reader.get_by_role("link", name="Show what is known today").click()
    reader.get_by_role("link", name="Told late", exact=True).wait_for()

    editor.goto("/admin/login/?next=/")
    editor.get_by_label("Username").fill("editor")
    editor.get_by_label("Password").fill("opera")
    editor.get_by_role("button", name="Log in").click()
    editor.wait_for_url(f"{site}/")
    assert shown(editor, "/")[0] is None
    assert editor.goto("/rounds/draft/?preview=1").status == 200
    assert reader.goto("/rounds/draft/?preview=1").status == 404

    editor.goto("/admin/talks/round/?q=hats")
    editor.get_by_role("link", name="Talks of hats").click()
    editor.locator("#id_title").fill("Talks of gloves")
    editor.get_by_role("textbox", name="Why:").fill("A test.")
    editor.get_by_role("button", name="Save", exact=True).first.click()
    editor.get_by_text("was changed successfully").wait_for()
    told = shown(reader, "/")
    assert ("Talks of gloves" in told[1], "Talks of hats" in told[1], told[0] == first[0]) == (True, False, False)
    assert complaints == []
