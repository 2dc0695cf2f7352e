"""What only a browser shows: filtering in place, the Back button, and the same without JavaScript."""

import pytest

from tests.factories import PartyFactory, many_events, reported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def record_of_glee():
    freedonia = PartyFactory(slug="freedonia", name="Freedonia", short="FR")
    reported("round", "glee", start="2031-05-09", title="Round of glee", parties="freedonia")
    reported("event", "hats", start="2031-05-10", title="Hats are thrown")
    many_events(60, party=freedonia)


def titles(page):
    return page.locator("#results h3 a").all_inner_texts()


def test_a_filter_changes_the_results_in_place_and_back_returns(open_page, record_of_glee):
    page = open_page("/")
    page.evaluate("window.kept = true")  # gone if the page is loaded anew

    page.locator("#kind-round").check()
    page.get_by_role("status").get_by_text("1 round", exact=True).wait_for(state="attached")

    assert titles(page) == ["Round of glee"]
    assert page.url.endswith("/?kind=round")
    assert page.evaluate("window.kept") is True

    page.go_back()
    page.locator(".in-words").get_by_text("62 entries", exact=True).wait_for()

    assert titles(page)[:2] == ["Hats are thrown", "Round of glee"]
    assert page.url.endswith("/")
    assert page.get_by_role("heading", level=1).count() == 1


def test_filtered_pages_are_turned_in_place_and_can_be_reloaded(open_page, record_of_glee):
    page = open_page("/?party=freedonia")

    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="Event 9", exact=True).wait_for()
    turned = titles(page)
    page.reload()

    assert turned == [f"Event {number}" for number in range(10, -1, -1)]
    assert titles(page) == turned
    assert "party=freedonia" in page.url


def test_the_same_works_without_javascript(open_page, record_of_glee):
    page = open_page("/", java_script_enabled=False)

    page.locator("#kind-round").check()
    page.get_by_role("button", name="Apply").click()

    assert titles(page) == ["Round of glee"]
    assert "kind=round" in page.url

    page.go_back()

    assert titles(page)[:2] == ["Hats are thrown", "Round of glee"]


def test_the_keyboard_alone_filters_and_follows_a_source(open_page, record_of_glee):
    page = open_page("/?kind=round")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"

    page.get_by_role("link", name="Source 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**#p1")

    assert page.locator("#p1").get_by_role("link", name="Round of glee").count() == 1
