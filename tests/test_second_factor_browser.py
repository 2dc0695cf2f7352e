"""A security key in a browser: added, and shown at the login."""

import pytest
from django.test import Client

from talks.models import SecurityKey
from tests.staff import in_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def plug_in_key(page):
    """A key in the browser that is touched at once, and what it has to be unplugged with."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    added = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"automaticPresenceSimulation": True, "isUserVerified": False}},
    )
    return lambda: devtools.send("WebAuthn.removeVirtualAuthenticator", added)


def log_in(page):
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("otis")
    page.get_by_label("Password").fill("opera")
    page.get_by_role("button", name="Log in").click()


def test_a_security_key_is_added_and_opens_the_login_once_it_is_touched(open_page):
    otis = in_role("Editor", "otis")
    page = open_page("/admin/login/")
    unplug = plug_in_key(page)

    log_in(page)
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("link", name="I have kept them").wait_for()
    assert page.get_by_role("listitem").filter(has=page.locator("code")).count() == 10
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Log out").click()

    log_in(page)
    assert page.get_by_text("The key did not answer").is_hidden()
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_role("heading", name="The record").wait_for()
    key = SecurityKey.objects.get(user=otis)
    assert (key.name, key.last_used_at is None) == ("Blue key", False)

    page.get_by_role("button", name="Log out").click()
    log_in(page)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Use a security key").click()
    page.get_by_role("heading", name="The record").wait_for()
    page.get_by_role("button", name="Log out").click()
    unplug()

    # What was sent once opens nothing to whoever knows the password, and without the key nothing is sent.
    thief = Client(SERVER_NAME="localhost")
    thief.post("/admin/login/", {"username": "otis", "password": "opera"})
    thief.get("/admin/login/")
    answer = thief.post("/admin/login/", {"answer": sent.value.post_data_json["answer"]})
    assert answer.status_code == 200
    plug_in_key(page)
    log_in(page)
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_text("The key did not answer. Try again, or use a code.").wait_for()
