"""Importing as an editor does it: with a mistake, mended in place, loaded, looked at in public, undone."""

import pytest
from django.contrib.auth.models import User

from tests.article_files import Folder, entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False])
def test_an_import_with_a_mistake_is_mended_loaded_and_undone(open_page, tmp_path, scripts):
    folder = Folder(tmp_path)
    folder.load()
    path = folder.article("gazette-a", rounds=[entry("a-round", title="Round of glee", parties=["freedonya"])])
    User.objects.create_superuser("editor", password="duck soup")
    page = open_page("/admin/login/?next=/admin/talks/import/add/", java_script_enabled=scripts)
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("duck soup")
    page.get_by_role("button", name="Log in").click()

    page.get_by_label("Files:").set_input_files(path)
    page.get_by_role("button", name="Check the files").click()

    wrong = page.get_by_role("region", name="What is wrong").inner_text()
    assert "there is no party “freedonya”. Did you mean “freedonia”?" in wrong
    text = page.get_by_label("Text of gazette-a.yaml")
    text.fill(text.input_value().replace("freedonya", "freedonia"))
    page.get_by_role("button", name="Check again").press("Enter")

    assert "round a-round" in page.locator("details", has_text="Created").inner_text()
    assert page.request.get("/rounds/a-round/").status == 404
    page.get_by_role("button", name="Load").press("Enter")

    imported = page.url
    page.goto("/rounds/a-round/")
    assert page.get_by_role("heading", level=1).inner_text().splitlines()[-1] == "Round of glee"

    page.goto(imported)
    page.get_by_role("link", name="Undo this import…").click()
    page.get_by_role("button", name="Undo").press("Enter")

    page.get_by_text("The import was undone.").wait_for()
    assert page.request.get("/rounds/a-round/").status == 404
