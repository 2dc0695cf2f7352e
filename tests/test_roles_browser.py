"""In a browser: an author writes and previews, an editor publishes, and then everybody reads it."""

import pytest

from talks.models import Round
from tests.factories import ArticleFactory, reported
from tests.staff import in_role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/rounds/glee-2031-05-02/"


@pytest.fixture
def enter(open_page):
    """Opens the admin for a new user of a role."""

    def enter_as(role):
        user = in_role(role)
        page = open_page("/admin/login/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill("opera")
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/")
        return page

    return enter_as


def answers(page, address):
    """The status and the heading, without the name of the talks, that an address gives here; the browser stays."""
    answer = page.request.get(address)
    return answer.status, answer.text().partition("<h1>")[2].partition("</h1>")[0].rpartition("</span>")[2].strip()


def test_an_author_previews_a_draft_and_an_editor_publishes_it(enter, open_page):
    ArticleFactory(slug="gazette", title="Glee in Freedonia")
    author = enter("Author")
    author.goto("/admin/talks/round/add/")
    author.get_by_label("Slug:").first.fill("glee-2031-05-02")
    author.get_by_label("Title:").fill("Talks of glee")
    author.locator("#id_start").fill("2031-05-02")
    author.locator("#citations-group .select2-selection").first.click()
    choice = author.get_by_role("option", name="Glee in Freedonia")
    choice.wait_for()  # the list empties its field when it opens, and what is typed until then is lost
    author.locator(".select2-container--open .select2-search__field").press_sequentially("Glee")
    choice.click()
    assert author.locator("[name=publication]").count() == 0

    author.get_by_role("button", name="Save and continue editing").first.click()
    author.wait_for_url("**/change/")
    author.get_by_role("link", name="Preview").click()
    author.wait_for_url(f"**{ADDRESS}?preview=1")

    assert author.get_by_role("note").inner_text() == "Draft: only editors see this Edit it"
    assert author.get_by_role("heading", level=1).inner_text().splitlines()[-1] == "Talks of glee"
    assert answers(open_page("/"), ADDRESS + "?preview=1") == (404, "There is nothing at this address")

    author.goto("/admin/talks/round/")
    choices = author.locator("select[name=action] option").evaluate_all("all => all.map(one => one.value)")
    assert choices == ["", "delete_selected"]

    editor = enter("Editor")
    editor.goto(f"/admin/talks/round/{Round.objects.get().pk}/change/")
    editor.get_by_label("Publication:").select_option("published")
    editor.get_by_role("button", name="Save", exact=True).first.click()
    editor.wait_for_url("**/admin/talks/round/")

    assert answers(open_page("/"), ADDRESS) == (200, "Talks of glee")
    author.goto(f"/admin/talks/round/{Round.objects.get().pk}/change/")
    assert author.get_by_role("button", name="Save").count() == 0
    assert author.get_by_role("link", name="View on site").count() == 1


def test_a_draft_is_published_and_withdrawn_from_the_list_without_javascript(open_page):
    reported("round", "glee-2031-05-02", title="Talks of glee", published=False)
    user = in_role("Editor")
    page = open_page("/admin/login/?next=/admin/talks/round/", java_script_enabled=False)
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("opera")
    page.get_by_role("button", name="Log in").click()

    told = []
    for action in ("Publish", "Withdraw"):
        page.locator("input[name=_selected_action]").check()
        page.locator("select[name=action]").select_option(label=action)
        page.locator("button[name=index]").click()
        if action == "Withdraw":
            page.locator("[name=reason]").fill("It was another film.")
            page.locator(".submit-row input[type=submit]").click()
        told.append((page.locator(".messagelist li").inner_text(), answers(page, ADDRESS)))

    assert told == [
        ("1 entry is published.", (200, "Talks of glee")),
        ("1 entry is withdrawn.", (410, "This entry was withdrawn")),
    ]
