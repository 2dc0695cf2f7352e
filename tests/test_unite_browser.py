"""Merging in a browser: with the autocomplete, and with the keyboard alone where there is no JavaScript."""

import pytest
from django.conf import settings
from django.test import Client

from talks import models
from tests import factories as make
from tests.admin_pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_events(gazette, herald):
    keep = make.reported("event", "the-call", gazette, title="The call", event_kind="call", start="2031-05-02")
    return keep, make.reported("event", "a-call", herald, title="A call", event_kind="call", start="2031-05-02")


@pytest.fixture
def signed_in(open_page, live_server, admin_user):
    """Opens an address of the admin as a superuser."""
    client = Client()
    client.force_login(admin_user)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}

    def open_it(address, **options):
        page = open_page("/", **options)
        page.context.add_cookies([cookie])
        page.goto(address)
        return page

    return open_it


def test_two_events_are_merged_with_the_autocomplete(signed_in, two_events):
    keep, _old = two_events
    page = signed_in(url(models.Event, "change", keep.pk))

    page.get_by_role("link", name="Merge with another…").click()
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("a-call")
    page.get_by_role("option", name="A call").click()
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_label("Why:").fill("One call, two articles.")
    page.get_by_role("button", name="Merge the two").click()
    page.wait_for_url(f"**{url(models.Event, 'change', keep.pk)}")

    assert list(models.Event.objects.values_list("slug", flat=True)) == ["the-call"]
    page.goto("/events/a-call/")
    assert page.url.endswith("/events/the-call/")


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_two_events_are_merged_with_the_keyboard_and_without_javascript(signed_in, two_events, width):
    keep, _old = two_events
    page = signed_in(
        url(models.Event, "merge", keep.pk), java_script_enabled=False, viewport={"width": width, "height": 900}
    )

    page.get_by_label("Or its slug:").focus()
    page.keyboard.type("a-call")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge/?with=*")
    page.get_by_label("Why:").focus()
    page.keyboard.type("One call, two articles.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")

    assert list(models.Event.objects.values_list("slug", flat=True)) == ["the-call"]
