"""Two editors at two browsers on one entry, and its history, from which the first state is restored."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from talks import models
from tests import factories as make
from tests.admin_pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [(1280, True), pytest.param(360, False, marks=pytest.mark.long)]  # with JavaScript and without


@pytest.fixture
def at_a_browser(open_page, live_server):
    """Opens an address of the admin as a new superuser of this name, in a browser context of its own."""

    def open_it(name, address, **options):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        page = open_page("/", **options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(address)
        return page

    return open_it


@pytest.mark.parametrize(("width", "script"), WIDTHS)
def test_the_second_of_two_editors_is_told_and_then_saves_deliberately(at_a_browser, gazette, width, script):
    entry = make.reported("round", "talks-2031", gazette, start="2031-05-02", city="Capital")
    address = url(models.Round, "change", entry.pk)
    options = {"viewport": {"width": width, "height": 900}, "java_script_enabled": script}
    anna, ben = (at_a_browser(name, address, **options) for name in ("anna", "ben"))

    anna.get_by_label("City:").fill("Spa")
    anna.get_by_label("Why:").fill("The article was corrected.")
    anna.get_by_role("button", name="Save and continue editing").first.click()
    anna.get_by_text("was changed successfully").wait_for()

    ben.get_by_label("Summary:").fill("They talked.")
    ben.get_by_label("Why:").fill("No summary yet.")
    ben.get_by_label("Why:").press("Enter")
    told = ben.get_by_text("Since you opened this page it was changed.")
    told.wait_for()

    assert "City: Capital → Spa" in ben.locator(".errornote + .errorlist").inner_text()
    assert ben.get_by_label("Summary:").input_value() == "They talked."
    assert ben.get_by_role("textbox", name="City:").input_value() == "Spa"
    assert models.Round.objects.get().summary == ""

    ben.get_by_role("button", name="Save and continue editing").first.click()
    ben.get_by_text("was changed successfully").wait_for()
    ben.goto(url(models.Round, "history", entry.pk))

    entry.refresh_from_db()
    assert (entry.city, entry.summary) == ("Spa", "They talked.")
    assert ben.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert ben.locator(".edit-why").all_inner_texts()[:2] == ["No summary yet.", "The article was corrected."]


@pytest.mark.parametrize(("width", "script"), WIDTHS)
def test_an_earlier_state_is_restored_with_the_keyboard(at_a_browser, gazette, width, script):
    entry = make.reported("round", "talks-2031", gazette, start="2031-05-02", city="Capital")
    citation = entry.citations.get(field="city")
    citation._change_reason = "A slip."
    citation.delete()
    options = {"viewport": {"width": width, "height": 900}, "java_script_enabled": script}
    page = at_a_browser("anna", url(models.Round, "history", entry.pk), **options)

    page.get_by_role("link", name="Restore the state after this edit").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Added: Citation: gazette, City").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Why:").fill("It was right before.")
    page.get_by_label("Why:").press("Enter")
    page.wait_for_url(f"**{url(models.Round, 'history', entry.pk)}")

    entry.refresh_from_db()
    assert (entry.city, entry.citations.get(field="city").value) == ("Capital", "Capital")
    assert page.locator(".edit-why").first.inner_text() == "It was right before."
