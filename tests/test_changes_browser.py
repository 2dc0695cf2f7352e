"""A correction, from the form of an editor to the pages that readers see."""

import pytest

from tests.factories import reported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "We had taken the venue of another round."
VERSIONS = ["The old [removed] palace", "The old [added] theatre"]


def versions(page):
    """The texts before and after on a page with one changed line, with what a screen reader is told of the words."""
    return [" ".join(version.inner_text().split()) for version in page.locator(".changed .version").all()]


def test_a_correction_made_in_the_admin_is_public_with_both_versions_and_its_note(open_page, admin_user):
    reported("round", "talks", title="Talks of hats", start="2031-05-02", venue="The old palace")
    page = open_page("/changes/")
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # pages of the admin name no icon
    page.goto("/admin/login/?next=/admin/talks/round/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("link", name="Talks of hats").click()
    page.locator("#id_venue").fill("The old theatre")
    page.get_by_role("textbox", name="Why:").fill("For the desk alone.")
    page.get_by_label("This is a correction").check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("A correction tells readers what was wrong; write the public note.").wait_for()

    assert page.locator("#id_venue").input_value() == "The old theatre"

    page.get_by_label("Public note").fill(NOTE)
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("was changed successfully").wait_for()
    page.goto("/rounds/talks/")

    corrections = page.get_by_role("region", name="Corrections")
    assert NOTE in corrections.inner_text()
    assert versions(page) == VERSIONS

    page.get_by_role("link", name="Changes to this entry").click()
    page.get_by_role("link", name="Changes and corrections").first.click()
    page.wait_for_load_state("domcontentloaded")  # what is counted below waits for nothing

    assert page.get_by_role("heading", name="Corrected: Talks of hats").count() == 1
    assert page.get_by_text(NOTE).count() == 1
    assert versions(page) == VERSIONS
    assert page.get_by_text("For the desk alone.").count() == 0
