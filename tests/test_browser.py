"""What only a browser shows: filtering in place, the Back button, and the same without JavaScript."""

import datetime
import re

import pytest

from talks.derived.settle import settle
from tests.browser import SCRIPTS_OR_NOT, move_a_hand
from tests.factories import (
    ArticleFactory,
    IssueFactory,
    PartyFactory,
    ProcessFactory,
    ProvisionFactory,
    TransferFactory,
    many_events,
    reported,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def record_of_glee():
    freedonia = PartyFactory(slug="freedonia", name="Freedonia", short="FR")
    reported("round", "glee", start="2031-05-09", title="Round of glee", parties="freedonia")
    reported("event", "hats", start="2031-05-10", title="Hats are thrown")
    many_events(60, party=freedonia)


def titles(page):
    """The titles that a page lists, all of it read: a browser shows a page before its last lines have come."""
    page.wait_for_load_state("domcontentloaded")
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


def test_what_a_pointer_rests_on_is_asked_for_once_ahead_and_never_where_data_is_saved(open_page, record_of_glee):
    page, asked = open_page("/"), []
    page.on("request", lambda one: asked.append((one.resource_type, one.headers.get("hx-target"), one.url)))

    def rest(kind):
        page.mouse.move(9, 9)
        page.locator(f"label:has(#kind-{kind})").hover()

    for kind in ("round", "event"):
        with page.expect_response(lambda answer, kind=kind: f"kind={kind}" in answer.url):
            rest(kind)
    rest("round")  # again
    page.wait_for_timeout(300)
    page.evaluate("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    rest("swap")
    page.wait_for_timeout(300)
    page.locator("#kind-round").check()
    page.get_by_role("status").get_by_text("1 round", exact=True).wait_for(state="attached")

    ahead = [(part, re.findall(r"kind=(\w+)", url)) for sort, part, url in asked if sort == "fetch"]
    assert ahead == [("results", ["round"]), ("results", ["event"])]
    assert [re.findall(r"kind=(\w+)", url) for sort, _, url in asked if sort == "xhr"] == [["round"]]


def test_the_script_of_the_overview_comes_with_the_first_sign_of_a_hand(open_page, record_of_glee):
    page = open_page("/about/")
    asked = []
    page.on("request", lambda one: asked.append(one.url.rpartition("/")[2]))
    page.goto("/", wait_until="networkidle")
    before = list(asked)
    page.keyboard.press("Tab")
    page.locator("#band a[tabindex='0']").first.wait_for(state="attached")

    assert "site.js" in before
    assert "band.js" not in before
    assert asked[len(before) :] == ["band.js"]


def test_filtered_pages_are_turned_in_place_and_can_be_reloaded(open_page, record_of_glee):
    page = open_page("/?party=freedonia")

    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="Event 40", exact=True).wait_for()
    turned = titles(page)
    page.reload()

    assert turned == [f"Event {number}" for number in range(48, 36, -1)]
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

    page.locator("a.source").first.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    focused = panel.evaluate("(one) => one.contains(document.activeElement)")
    page.keyboard.press("Escape")
    closed = not panel.is_visible()
    back = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**#p1")

    assert (focused, closed) == (True, True)
    assert back == "source count"

    assert page.locator("section.paragraph:has(#p1)").get_by_role("link", name="Round of glee").count() == 1


def test_a_shared_address_shows_the_same_view_to_someone_else(open_page, record_of_glee):
    page = open_page("/")
    page.locator("#kind-round").check()
    page.get_by_role("status").get_by_text("1 round", exact=True).wait_for(state="attached")
    page.get_by_role("link", name="oldest first").click()
    page.wait_for_url("**order=oldest**")

    other = open_page(page.url)

    assert titles(other) == titles(page) == ["Round of glee"]
    assert other.locator(".chips").inner_text() == page.locator(".chips").inner_text()
    assert other.get_by_text("Oldest first").count() == 1


def test_an_earlier_day_is_chosen_on_any_page_and_left_again(open_page, record_of_glee):
    reported("event", "late", ArticleFactory(published=datetime.date(2031, 6, 1)), title="Told late")
    page = open_page("/events/")

    page.get_by_label("As known on").fill("2031-05-20")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("This is an earlier state: as known on 20 May 2031.").wait_for()

    assert "Told late" not in titles(page)
    rounds = page.get_by_role("navigation", name="Main").get_by_role("link", name="Rounds")
    assert rounds.get_attribute("href") == "/rounds/?as_of=2031-05-20"

    page.get_by_role("link", name="Show what is known today").click()

    assert titles(page)[0] == "Told late"
    assert "as_of" not in page.url


def test_the_day_is_kept_while_filters_change_in_place(open_page, record_of_glee):
    page = open_page("/?as_of=2031-05-20")

    page.locator("#kind-round").check()
    page.get_by_role("status").get_by_text("1 round", exact=True).wait_for(state="attached")
    page.get_by_role("button", name="Show").click()
    page.wait_for_load_state()

    assert "kind=round" in page.url
    assert "as_of=2031-05-20" in page.url


@pytest.mark.parametrize("javascript", SCRIPTS_OR_NOT)
def test_two_rounds_are_picked_from_the_timeline_and_compared(open_page, record_of_glee, javascript):
    reported("round", "hat-talks", start="2031-05-12", title="Round of hats")
    page = open_page("/?kind=round", java_script_enabled=javascript)

    page.get_by_role("link", name="Pick to compare Round of glee").click()
    tray = page.get_by_role("complementary", name="To compare")
    tray.get_by_text("pick another round to compare").wait_for()
    page.get_by_role("link", name="Pick to compare Round of hats").click()
    tray.get_by_role("button", name="Compare 2 rounds").click()
    page.wait_for_url("**/compare/rounds/**")

    assert page.locator("thead a:not(.source)").all_inner_texts() == ["Round of glee", "Round of hats"]

    tray.get_by_role("link", name="Remove Round of glee").click()
    tray.get_by_text("pick another round to compare").wait_for()

    assert tray.get_by_role("listitem").count() == 1
    assert page.locator("thead a:not(.source)").count() == 2


def test_picking_leaves_the_reader_where_they_were(open_page, record_of_glee):
    reported("proposal", "old", start="2020-01-10", title="Old plan")
    page = open_page("/?to=2020-02-01&order=oldest")
    link = page.locator("#pick-old")
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")

    link.evaluate("link => { link.focus({preventScroll: true}); link.click(); }")
    page.get_by_role("complementary", name="To compare").wait_for()

    assert before > 0
    assert page.evaluate("scrollY") == before
    assert page.evaluate("document.activeElement.id") == "pick-old"
    assert "pick=old" in page.url


def test_details_open_in_place_and_close_again_by_keyboard(open_page, record_of_glee):
    page = open_page("/?kind=round")
    opener = page.get_by_role("link", name="Details of Round of glee")

    opener.focus()
    page.keyboard.press("Enter")
    page.locator("#details-glee dl").wait_for()
    opened = opener.get_attribute("aria-expanded")
    page.keyboard.press("Enter")

    assert opened == "true"
    assert opener.get_attribute("aria-expanded") == "false"
    assert page.locator("#details-glee").inner_text() == ""
    assert page.url.endswith("/?kind=round")


def test_a_period_is_chosen_with_the_arrow_keys_and_by_dragging(open_page, record_of_glee):
    page = open_page("/?from=2020-01-01&to=2020-12-31")
    months = page.locator(".tick")

    months.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2020-02-01&to=2020-02-29**")
    chosen = page.locator(".in-words").inner_text()
    page.goto("/?from=2020-01-01&to=2020-12-31")
    move_a_hand(page)
    first, last = (months.nth(number).locator("rect").bounding_box() for number in (0, 1))
    page.mouse.move(first["x"] + 4, first["y"] + 4)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 4, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=2020-01-01&to=2020-02-29**")

    assert chosen == "29 entries, February 2020"


@pytest.fixture
def record_of_hats():
    """Three rounds and an event of one month, which all have marks."""
    for day in ("09", "12", "20"):
        reported("round", f"glee-{day}", start=f"2031-05-{day}", title=f"Round of {day}", summary=f"Sung on {day}.")
    reported("event", "hats", start="2031-05-11", title="Hats are thrown", summary="Up.")


def test_the_overview_tells_and_lights_up_what_is_pointed_at_or_focused(open_page, record_of_hats):
    page = open_page("/")
    panel, lit = page.locator("#told"), page.locator(".entry.is-told h3")
    box = page.locator("#band .marks a").first.locator("use").bounding_box()
    hint = panel.inner_text()

    page.mouse.move(box["x"] + box["width"] / 2 - 18, box["y"] + box["height"] / 2)  # beside it, in its lane
    panel.get_by_text("Sung on 09.").wait_for()
    pointed = lit.inner_text()
    page.get_by_role("heading", name="Round of 20").hover()
    from_the_list = panel.get_by_role("heading").inner_text(), page.locator("#band a.is-told").count()
    page.locator("#band .marks a").first.focus()
    page.keyboard.press("ArrowRight")
    along = panel.get_by_role("heading").inner_text()
    page.keyboard.press("ArrowDown")
    across = panel.get_by_role("heading").inner_text()
    page.keyboard.press("Escape")

    assert hint.startswith("Point at a mark")
    assert (pointed, from_the_list) == ("Round of 09", ("Round of 20", 1))
    assert (along, across) == ("Round of 12", "Hats are thrown")
    assert panel.inner_text() == hint
    assert page.locator(".is-told").count() == 0


def test_the_overview_comes_closer_and_goes_back(open_page, record_of_hats):
    page = open_page("/")
    title = page.locator("#band-title")
    lane = page.locator(".lane .marks").first.bounding_box()
    middle = lane["x"] + lane["width"] / 2, lane["y"] + 8

    def comes(words):
        title.get_by_text(words, exact=True).wait_for()
        return page.url.partition("?")[2]

    page.locator("#band-closer").click()
    by_button = comes("4 entries, 9–23 May 2031")
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - lane["width"] / 3, middle[1], steps=4)
    page.mouse.up()
    by_hand = comes("1 entry, 14–28 May 2031")
    page.go_back()
    back = comes("4 entries, 9–23 May 2031")
    kept = page.locator("#band .marks use").first.get_attribute("x")
    page.keyboard.down("Control")
    for _ in range(4):
        page.mouse.wheel(0, 100)
    page.keyboard.up("Control")
    by_wheel = comes("4 entries, May 2031")
    page.locator("#band .marks a").nth(1).focus()
    page.keyboard.press("+")
    page.wait_for_url("**from=2031-05-0*")
    page.locator("#told").get_by_text("Sung on 12.").wait_for()

    assert (by_button, by_hand, back) == (
        "from=2031-05-09&to=2031-05-23",
        "from=2031-05-14&to=2031-05-28",
        "from=2031-05-09&to=2031-05-23",
    )
    assert (kept, by_wheel) == ("3.33%", "")
    assert page.locator("#told h3").inner_text() == "Round of 12"


def spread(page, x, y, by):
    """Two fingers on a screen, each of which goes so far; one is lifted first, and the other moves on a little."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"id": number, "x": place, "y": y} for number, place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0, x - 20))
    touch("touchStart", (0, x - 20), (1, x + 20))
    for far in (20 + by // 2, 20 + by):
        touch("touchMove", (0, x - far), (1, x + far))
    touch("touchEnd", (1, x + 20 + by))
    touch("touchMove", (0, x - 28 - by))
    touch("touchEnd")


def test_two_fingers_spread_the_overview_a_first_tap_tells_and_a_second_opens(open_page, record_of_hats):
    page = open_page("/", viewport={"width": 360, "height": 800}, has_touch=True)
    lanes = page.locator("#band .lanes")
    lanes.scroll_into_view_if_needed()
    around = lanes.bounding_box()
    spread(page, around["x"] + around["width"] / 2, around["y"] + around["height"] / 2, by=16)
    page.wait_for_url("**from=2031-05-*")
    first, last = (datetime.date.fromisoformat(day) for day in re.findall(r"=([\d-]+)", page.url))
    page.go_back()
    page.locator("#band-title").get_by_text("4 entries, May 2031", exact=True).wait_for()
    mark = page.locator("#band .marks a").first
    mark.scroll_into_view_if_needed()
    box = mark.locator("use").bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.touchscreen.tap(*place)
    page.locator("#told").get_by_text("Sung on 09.").wait_for()
    after_one = page.url
    page.touchscreen.tap(*place)
    page.wait_for_url("**/rounds/glee-09/")

    assert 14 < (last - first).days < 19  # of 31, 1.8 times as near
    assert after_one.endswith("/")


def test_on_a_narrow_screen_filters_are_folded_and_stay_as_they_were_left(open_page, record_of_glee):
    page = open_page("/", viewport={"width": 360, "height": 740})
    choice = page.locator("#kind-round")

    assert not choice.is_visible()

    page.locator(".side summary").first.click()
    choice.check()
    page.get_by_role("status").get_by_text("1 round", exact=True).wait_for(state="attached")

    assert choice.is_visible()
    assert titles(page) == ["Round of glee"]
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_narrow_screen_no_number_and_no_name_of_a_table_is_out_of_sight(open_page):
    gazette = ArticleFactory(title="They exchanged their hats and sang all the way home to Freedonia", language="fr")
    parties = [PartyFactory(name=name) for name in ("Freedonia and its islands", "Sylvania")]
    way = dict(zip(("from_party", "to_party"), parties, strict=True))
    TransferFactory(swap=reported("swap", "hats", gazette), article=gazette, date="2031-05-12", count=84, **way)

    def in_sight(address, *words):
        table = open_page(address, viewport={"width": 360, "height": 740}).get_by_role("table").last
        boxes = [table.get_by_text(word).first.bounding_box() for word in words]
        return [box["x"] + box["width"] <= 360 for box in boxes]

    assert in_sight("/swaps/hats/", "84", "Sylvania") == [True, True]
    assert in_sight("/swaps/?show=numbers", "84") == [True]
    assert in_sight("/articles/", gazette.title, "French") == [True, True]


def test_a_tap_or_the_pointer_shows_what_a_note_cites_and_leads_there(open_page, record_of_glee):
    gazette = ArticleFactory(title="They sang", language="fr", url="https://gazette.example/sang")
    reported("round", "glee", gazette).citations.filter(article=gazette).update(paragraphs="2, 3, 4, 6")
    page = open_page("/?kind=round", viewport={"width": 360, "height": 740}, has_touch=True)
    panel = page.locator(".panel-of-note")

    page.get_by_role("link", name="2 sources").tap()
    shown = panel.inner_text()
    page.get_by_role("heading", level=1).tap()
    closed = not panel.is_visible()
    page.get_by_role("link", name="2 sources").hover()
    panel.get_by_role("link", name="In the record, paragraph 1").click()
    page.wait_for_url("**/articles/**#p1")

    assert "They sang (in French)" in shown
    assert shown.endswith("Original In the record, paragraphs 2–4 and 6")
    assert "↑" not in shown
    assert closed


def test_words_are_searched_for_from_any_page(open_page, record_of_glee):
    page = open_page("/people/")

    page.get_by_role("searchbox").fill("glee")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=glee")

    assert page.locator("h3 mark").all_inner_texts() == ["glee"]


@pytest.mark.parametrize("javascript", SCRIPTS_OR_NOT)
def test_the_whole_way_from_the_timeline_to_the_paragraph(open_page, record_of_glee, javascript):
    page = open_page("/", java_script_enabled=javascript)

    page.get_by_role("link", name="Round of glee", exact=True).click()
    page.locator("dd").filter(has_text="9 May 2031").get_by_role("link").first.click()
    page.locator(".panel-of-note, li:target").get_by_role("link", name="In the record").click()
    page.wait_for_url("**/articles/**")

    assert page.locator(":target").inner_text() in ("1", "1,")


@pytest.fixture
def two_plans():
    hats = IssueFactory(slug="hats", title="Hats")
    article = ArticleFactory()
    for slug, day, text in (
        ("plan", "2031-05-01", "All hats are returned by noon."),
        ("answer", "2031-05-02", "All hats are returned by night."),
    ):
        plan = reported("proposal", slug, article, start=day, title=f"The {slug}")
        ProvisionFactory(proposal=plan, article=article, issue=hats, text=text)
        settle({plan.pk: "test"})


@pytest.mark.parametrize("javascript", SCRIPTS_OR_NOT)
def test_proposals_are_chosen_set_against_another_baseline_and_shared(open_page, two_plans, javascript):
    page = open_page("/compare/proposals/", java_script_enabled=javascript)

    page.get_by_label("The plan").check()
    page.get_by_label("The answer").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.wait_for_url("**p=plan**")
    against_the_plan = page.locator("td ins").all_text_contents()
    page.get_by_role("radio", name="The answer").check()
    page.get_by_role("button", name="Show").last.click()
    page.wait_for_url("**baseline=answer**")
    other = open_page(page.url)

    assert against_the_plan == ["[added] night."]
    assert (
        other.locator("td ins").all_text_contents() == page.locator("td ins").all_text_contents() == ["[added] noon."]
    )


def test_only_differences_hides_rows_by_keyboard_and_shows_them_again(open_page, record_of_glee):
    reported("round", "hat-talks", start="2031-05-12", title="Round of hats")
    page = open_page("/compare/rounds/?r=glee&r=hat-talks")
    rows = page.locator("tbody tr")
    all_rows = rows.count()

    page.get_by_role("link", name="Only differences").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**only=differences**")
    fewer = rows.count()
    page.get_by_role("link", name="Show all rows").click()
    page.wait_for_url(lambda url: "only" not in url)

    assert fewer < all_rows
    assert rows.count() == all_rows


HIDDEN_BENEATH_THE_HEAD = """() => {
  const focused = document.activeElement, table = document.querySelector(".compare, .grid");
  if (focused === document.body || !table.tBodies[0].contains(focused)) return "";
  const at = focused.getBoundingClientRect();
  const heads = [...table.tHead.querySelectorAll("th, td")].map((one) => one.getBoundingClientRect());
  const bottom = Math.max(...heads.map((one) => one.bottom));
  const first = focused.closest("tr").cells[0], side = first.getBoundingClientRect();
  const beneath = at.top < bottom - 1 && at.bottom > Math.min(...heads.map((one) => one.top)) + 1;
  const beside = !first.contains(focused) && side.width < table.clientWidth / 2 && at.left < side.right - 1;
  return beneath || beside ? `${focused.textContent.trim()} at ${at.left}, ${at.top}` : "";
}"""


@pytest.mark.parametrize(
    ("width", "rounds", "javascript"),
    [
        (360, 3, True),
        (800, 9, True),
        pytest.param(1280, 3, True, marks=pytest.mark.long),
        pytest.param(1280, 3, False, marks=pytest.mark.long),
    ],
)
def test_what_has_focus_is_never_beneath_the_heads_of_a_comparison(open_page, width, rounds, javascript):
    """The page alone scrolls down; a table that is wider than the window scrolls sideways and says so."""
    ProcessFactory(slug="opera-talks")
    gazette = ArticleFactory()
    for number in range(rounds):
        long = " ".join(f"Outcome {number}." for _ in range(100))
        reported(
            "round", f"round-{number}", gazette, start=f"2031-05-0{number + 1}", process="opera-talks", outcome=long
        )
        reported("proposal", f"plan-{number}", gazette, presented_at=f"round-{number}", title="A plan " * 30)
        reported("swap", f"swap-{number}", gazette, agreed_at=f"round-{number}")
    page = open_page(
        "/compare/rounds/?process=opera-talks", viewport={"width": width, "height": 500}, java_script_enabled=javascript
    )

    hidden = []
    for key in ["Tab"] * 50 + ["Shift+Tab"] * 25:
        page.keyboard.press(key)
        page.wait_for_timeout(20)
        hidden.append(page.evaluate(HIDDEN_BENEATH_THE_HEAD))

    page.evaluate("scrollTo(0, document.querySelector('.compare').getBoundingClientRect().top + scrollY + 300)")
    page.wait_for_timeout(50)
    top = page.evaluate("document.querySelector('thead th:not(.off)').getBoundingClientRect().top")

    assert set(hidden) == {""}
    assert abs(top) <= 1
    assert page.locator(".wider").is_visible() is (rounds == 9)

    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1017, "height": 700})  # what A4 on its side leaves between its margins
    beyond = "() => [...document.querySelectorAll('th, td')].filter((one) => one.getBoundingClientRect().right > 1018)"
    assert page.evaluate(f"({beyond})().length") == 0
    assert page.locator("thead th").count() == min(rounds, 6)
    assert "printed 20" in page.locator("tfoot").inner_text()
