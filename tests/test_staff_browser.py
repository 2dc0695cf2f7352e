"""In a browser: what all staff pages share. Nothing lies on a title or is wider than the window, all have names."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories as make
from tests.staff import in_role
from tests.test_accessibility import NARROW, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "preload": False,
}  # it would load style sheets inline
LONG = "Talks about who is to sit where, at which table, and when, with all that was said of it by everybody"

WIDER = """() => ["html", ".main", ".content"].some(name => {
    const box = document.querySelector(name);
    return box && box.scrollWidth > box.clientWidth + 1;
})"""
COVERED = """() => [...document.querySelectorAll("#content > h1, #content > h2")].some(title =>
    [...document.querySelectorAll(".object-tools a")].some(tool => {
        const [one, other] = [title.getBoundingClientRect(), tool.getBoundingClientRect()];
        return other.top < one.bottom && one.top < other.bottom;
    }))"""
CUT_ON_PAPER = (
    """() => [...document.querySelectorAll(".results, .main")].some(box => box.scrollWidth > box.clientWidth + 1)"""
)


@pytest.fixture
def paths():
    """A page of each sort."""
    article = make.ArticleFactory(text="Firefly came.\n\nHe left.", title=LONG)
    talks = make.reported("round", "the-talks", article, title=LONG, start="2031-05-02", city="Glockenberg")
    make.DelegateFactory(delegation=make.DelegationFactory(round=talks, article=article))
    make.AccountFactory(entry=talks, article=article)
    desk, people = f"talks/article/{article.pk}/desk/", "talks/person/"
    rows = ["talks/round/", f"talks/round/{talks.pk}/change/", f"talks/round/{talks.pk}/history/"]
    return [
        "",
        "first-day/",
        *rows,
        "talks/article/add/",
        desk,
        f"{desk}delegate/?paragraphs=1",
        people,
        "talks/import/add/",
    ]


def test_staff_pages_fit_the_window_and_paper_and_can_be_used_by_keyboard_and_ear(open_page, paths):
    user = in_role("Editor")
    page = open_page("/admin/login/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("opera")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    start, faults = page.url, []
    assert page.get_by_role("link", name="Українська").get_attribute("href") == "/uk/admin/"

    for path in paths:
        page.goto(start + path)
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            faults += [
                (path, width, name) for name, test in (("wide", WIDER), ("covered", COVERED)) if page.evaluate(test)
            ]
        faults += [
            (path, rule["id"], rule["nodes"][0]["html"][:160])
            for rule in Axe().run(page, options=RULES).response["violations"]
        ]
        page.set_viewport_size({"width": 700, "height": 900})
        page.emulate_media(media="print")
        faults += [(path, "cut on paper")] if page.evaluate(CUT_ON_PAPER) else []
        page.emulate_media(media="screen")
    page.goto(f"{start}talks/article/add/")

    assert faults == []
    assert page.evaluate("document.activeElement.id") == "id_slug"
