"""In a browser: the first page of the admin says what waits, and an editor works it off from there."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import SCRIPTS_OR_NOT
from tests.factories import reported
from tests.staff import in_role
from tests.test_accessibility import IN_FULL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLES = ["Talks of glee", "Talks of gloom", "Talks of peace"]


@pytest.fixture(params=SCRIPTS_OR_NOT)
def index(request, open_page):
    """The first page of the admin, for an editor; with JavaScript and without."""
    for number, title in enumerate(TITLES):
        reported("round", f"round-{number}", title=title, published=False, start=f"2031-05-0{number + 1}")
    user = in_role("Editor")
    page = open_page("/admin/login/", java_script_enabled=request.param)
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("opera")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


def drafts(page):
    """What the page says of drafts: (heading, titles)."""
    block = page.locator("#waiting-drafts")
    return block.get_by_role("heading").inner_text(), block.locator("li").all_inner_texts()


def test_an_editor_publishes_what_waits_and_it_waits_no_more(index):
    assert drafts(index) == ("Drafts waiting: 3", TITLES[::-1])

    index.get_by_role("link", name="3 rounds").click()
    index.wait_for_url("**/admin/talks/round/?*")
    for title in TITLES[:2]:
        index.get_by_role("row", name=title).get_by_role("checkbox").check()
    index.locator("select[name=action]").select_option(label="Publish")
    index.locator("button[name=index]").click()
    index.locator(".messagelist li").wait_for()
    index.goto(index.url.partition("/admin/")[0] + "/admin/")

    assert drafts(index) == ("Drafts waiting: 1", TITLES[2:])


def test_what_waits_is_reached_and_opened_with_the_keyboard(index):
    link = index.get_by_role("link", name=TITLES[2])
    for _ in range(40):
        index.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    index.keyboard.press("Enter")
    index.wait_for_url("**/change/")

    assert index.locator("#id_title").input_value() == TITLES[2]


@pytest.mark.parametrize("index", [True], indirect=True)  # axe is a script
def test_axe_finds_nothing_in_what_waits(index):
    broken = []
    for scheme in ("light", "dark"):
        index.emulate_media(color_scheme=scheme)
        # Colours change little by little.
        index.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished)).then(() => true)")
        rules = Axe().run(index, context=".waiting", options=IN_FULL).response["violations"]
        broken += [(scheme, rule["id"], rule["nodes"][0]["html"][:160]) for rule in rules]

    assert broken == []
