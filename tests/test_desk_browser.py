"""From an article's text to a published, sourced entry, in a browser."""

import datetime

import pytest
from django.urls import reverse

from talks.models import Account, Round
from tests import factories as make
from tests.browser import SCRIPTS_OR_NOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = """Delegations of Freedonia and Sylvania met in Glockenberg on 2 May 2031.

The talks lasted 65 minutes.

“It was a fine duet,” Rufus T. Firefly said."""


@pytest.fixture
def article(freedonia, sylvania):
    make.PersonFactory(slug="firefly", name="Rufus T. Firefly", party=freedonia)
    return make.ArticleFactory(slug="gazette", title="A duet", published=datetime.date(2031, 5, 3), text=TEXT)


@pytest.fixture
def open_as_editor(open_page, admin_client):
    """Opens a page of the admin in a browser in which an editor has logged in."""
    session = {
        "name": "sessionid",
        "value": admin_client.cookies["sessionid"].value,
        "domain": "localhost",
        "path": "/",
    }
    return lambda address, **options: open_page(address, storage_state={"cookies": [session]}, **options)


def add(page, number, name):
    page.locator(f"#p{number}").get_by_role("link", name=name, exact=True).click()


def save(page):
    page.get_by_role("button", name="Save and go back to the desk").click()
    page.get_by_role("heading", name="Desk: A duet").wait_for()


def choose_speaker(page, javascript):
    if javascript:
        page.locator(".field-speaker .select2-selection").click()
        page.locator(".select2-search__field").fill("fire")
        page.get_by_role("option", name="Rufus T. Firefly").click()
    else:
        page.get_by_label("Speaker").select_option("Rufus T. Firefly")


@pytest.mark.parametrize("javascript", SCRIPTS_OR_NOT)
def test_an_article_becomes_a_published_entry_with_its_paragraphs(open_as_editor, article, javascript):
    page = open_as_editor(reverse("admin:talks_article_change", args=[article.pk]), java_script_enabled=javascript)
    page.get_by_role("link", name="Desk", exact=True).click()
    assert page.locator(".coverage").inner_text().strip() == "0 of 3 paragraphs used"

    page.locator("#p1 li", has_text="2 May 2031").get_by_role("link", name="New entry").click()
    assert page.get_by_label("First day").input_value() == "2031-05-02"
    page.get_by_label("Title").fill("Talks in Glockenberg")
    page.get_by_label("Summary").fill("The two sides met.")
    save(page)
    assert page.url.endswith("#p1")

    add(page, 2, "Citation")
    page.get_by_label("Fact").select_option("length in minutes")
    page.get_by_label("Value").fill("65")
    save(page)

    add(page, 3, "Account")
    choose_speaker(page, javascript)
    page.get_by_label("Text").fill("He praised the talks.")
    save(page)
    assert page.locator(".coverage").inner_text().strip() == "3 of 3 paragraphs used"
    assert page.locator("#p3 .cited").get_by_text("Rufus T. Firefly: He praised the talks.").count() == 1

    page.locator("#p1").get_by_role("link", name="Talks in Glockenberg").first.click()
    page.get_by_label("Publication").select_option("Published")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("was changed successfully").wait_for()

    entry = Round.objects.get()
    assert (entry.publication, Account.objects.get().paragraphs) == ("published", "3")
    page.goto(f"/rounds/{entry.slug}/")
    main = page.locator("main")
    assert main.get_by_text("1 h 5 min").count() > 0
    assert main.get_by_text("He praised the talks.").count() == 1
    assert main.locator("a.source[data-at='1 2']").count() > 0
    assert main.locator("a.source[data-at='1 3']").count() > 0
