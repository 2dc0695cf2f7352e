"""What a page is to people who enlarge it, read it by ear or by keyboard, print it, or turn its direction around.

One page of every type, and variants of it, of the small record: each is opened once for all checks, in one tab on a
server that all of them share.
"""

import re
from base64 import b64encode
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from talks.derived.changes import noting
from talks.derived.settle import settle
from talks.models import KINDS, Entry
from tests.browser import move_a_hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = {
    "timeline": "/",
    "about": "/about/",
    "timeline, filtered": "/?kind=round&party=ukraine",
    "timeline, as of a day": "/?as_of=2022-03-05",
    "timeline, complaints": "/?from=x&kind=nope&q=memorandum",
    "rounds": "/rounds/",
    "swaps": "/swaps/",
    "swaps, filtered": "/swaps/?kind=remains&direction=russia-to-ukraine",
    "swaps, tables": "/swaps/?show=numbers",
    "swaps, agreed": "/swaps/?show=agreed",
    "swaps, complaints": "/swaps/?kind=hats&direction=up&status=done",
    "proposals": "/proposals/",
    "events": "/events/",
    "people": "/people/",
    "people, sorted and filtered": "/people/?sort=rounds&party=ukraine&process=istanbul-2025&as_of=2025-07-01",
    "people, elsewhere": "/people/?who=others",
    "people, complaints": "/people/?sort=height",
    "parties": "/parties/",
    "issues": "/issues/",
    "articles": "/articles/",
    "articles, filtered": "/articles/?publisher=tass&language=en",
    "all sources": "/articles/?publishers=all",
    "coverage": "/coverage/",
    "articles, entries of one country": "/articles/?only=RU",
    "articles, complaints": "/articles/?language=xx",
    "round": "/rounds/istanbul-2025-06-02/",
    "round, disputed": "/rounds/istanbul-2022-03-29/",
    "swap": "/swaps/swap-2026-02-05/",
    "swap, counts differ": "/swaps/six-thousand-bodies-2025-06/",
    "proposal": "/proposals/ukraine-roadmap-2025-06/",
    "event": "/events/three-day-ceasefire-announced-2026-05-08/",
    "person": "/people/alexander-fomin/",
    "party": "/parties/ukraine/",
    "issue": "/issues/ceasefire/",
    "article": "/articles/interfax-2022-03-29-medinsky-constructive/",
    "compare rounds, empty": "/compare/rounds/",
    "compare rounds": "/compare/rounds/?r=istanbul-2025-05-16&r=istanbul-2025-06-02",
    "compare rounds of a series, differences": "/compare/rounds/?process=istanbul-2025&only=differences",
    "search, empty": "/search/",
    "search": "/search/?q=Zelensky",
    "issue, one party": "/issues/ceasefire/?party=russia",
    "tray": "/?pick=istanbul-2025-05-16&pick=istanbul-2025-06-02&pick=ukraine-roadmap-2025-06",
    "overview of a period": "/?from=2025-05-01&to=2025-06-30&scale=period",
    "timeline in Ukrainian": "/uk/?as_of=2025-06-03",
    "compare proposals, three": "/compare/proposals/?p=us-28-point-plan-2025-11&p=us-ukraine-19-point-draft-2025-11"
    "&p=russia-memorandum-2025-06&baseline=russia-memorandum-2025-06",
    "compare proposals, two of three": "/compare/proposals/?p=us-28-point-plan-2025-11"
    "&p=us-ukraine-19-point-draft-2025-11&p=russia-memorandum-2025-06"
    "&pair=us-28-point-plan-2025-11&pair=russia-memorandum-2025-06",
    "compare proposals, empty": "/compare/proposals/",
    "compare proposals": "/compare/proposals/?p=ukraine-roadmap-2025-06&p=russia-memorandum-2025-06",
    "compare positions, empty": "/compare/positions/?as_of=2020-01-01",
    "compare positions": "/compare/positions/",
    "differences": "/differences/",
    "changes": "/changes/",
    "changes, corrections": "/changes/?only=corrections",
    "changes, of an entry as of a day": "/changes/?entry=istanbul-2025-06-02&as_of=2025-07-01",
    "changes, complaints": "/changes/?only=errors&kind=hat",
    "not here": "/rounds/no-such-round/",
    "not yet known": "/rounds/istanbul-2025-06-02/?as_of=2022-03-01",
    "admin login": "/admin/login/",
}
STATUS = {
    "timeline, complaints": 400,
    "swaps, complaints": 400,
    "people, complaints": 400,
    "articles, complaints": 400,
    "changes, complaints": 400,
    "not here": 404,
    "not yet known": 404,
}
OURS = [
    name for name in PAGES if name != "admin login"
]  # Django made that one: it must be accessible, not to our taste
VARIANTS = [name for name in PAGES if "," in name]  # of pages that stand here in their usual form, too
WIDE, NARROW = 1280, 360


def correct_a_spelling():
    """So that a page has a correction."""
    entry = Entry.objects.get(slug="istanbul-2025-06-02")
    with noting([entry.pk], note="The name of the venue is spelled as in Turkish.", correction=True):
        entry.citations.filter(field="venue").update(value="Çırağan Palace")
        settle({entry.pk: "test"})


@pytest.fixture(scope="module")
def corrected(_loaded, django_db_blocker):
    with django_db_blocker.unblock():
        correct_a_spelling()


@pytest.fixture(scope="module")
def tab(chromium, reading_server, corrected):
    """One tab for all pages; tests change its size and media, and put them back."""
    context = chromium.new_context(base_url=reading_server)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(tab):
    """Opens a page of PAGES by its name: in a wide window, in light colours, and as if nothing else was asked for."""

    def visit_it(name):
        tab.set_viewport_size(size(WIDE))
        tab.emulate_media(media="null", color_scheme="light", reduced_motion="null", forced_colors="null")
        response = tab.goto(PAGES[name])
        assert (name, response.status) == (name, STATUS.get(name, 200))
        return tab

    return visit_it


def size(width):
    return {"width": width, "height": 900}


# Each page, opened once


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in VARIANTS else name for name in PAGES]
)
def test_a_page_serves_everybody(visit, name):
    page = visit(name)

    lines = [*violations(page)]
    page.set_viewport_size(size(WIDE))
    if name in OURS:
        lines += [*faults(*outline(page)), *moving(page), *printed(page)]
    lines += [*overflowing(page, 320), *overflowing_in_large_text(page)]

    assert lines == [], "\n".join(lines)


# Rules that a machine can check

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
IN_FULL = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
ALL_BUT_COLOURS = IN_FULL | {"rules": {"color-contrast": {"enabled": False}, "target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
OF_LAYOUT = IN_FULL | {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}}
AUDIT = "([where, rules]) => axe.run(where, rules).then((found) => found.violations)"
# Of all texts that look the same, by colour, size, weight and what is behind them, one is measured, on the first page
# and in the first window that has it: to measure each takes as long as all other rules and checks together.
NEW_LOOKS = """(known) => {
  const text = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const behind = (one) => {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(one);
    const own = [backgroundColor, backgroundImage, opacity].join();
    return (own === "rgba(0, 0, 0, 0),none,1" ? "" : own) + (backgrounds.get(one.parentElement) ?? "");
  };
  const [backgrounds, looks, old] = [new Map(), new Map(), new Set(known)];
  for (const one of document.querySelectorAll("html, body, body *")) {
    backgrounds.set(one, behind(one));
    if (!([...one.childNodes].some(text) || one.matches("input, select, textarea")) || !one.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
    const look = [color, fontSize, fontWeight, textShadow, backgrounds.get(one)].join();
    if (!old.has(look) && !looks.has(look)) looks.set(look, one);
  }
  return looks;
}"""
COLOURS_OF_LOOKS = f"""async ([known, rules]) => {{
  const looks = ({NEW_LOOKS})(known);
  const include = [...looks.values()];
  return [[...looks.keys()], include.length ? await ({AUDIT})([{{ include }}, rules]) : []];
}}"""
MEASURED = set()  # looks, of all pages


def violations(page):
    """A line for each rule broken: in either scheme, which changes colours alone; on a phone, which changes layout."""
    page.evaluate(Axe().axe_script)
    for width, rules in ((WIDE, ALL_BUT_COLOURS), (NARROW, OF_LAYOUT)):
        page.set_viewport_size(size(width))
        yield from in_lines(page.evaluate(f"(rules) => ({AUDIT})([document, rules])", rules), f"{width}")
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            looks, broken = page.evaluate(COLOURS_OF_LOOKS, [[*MEASURED], COLOURS])
            MEASURED.update(looks)
            yield from in_lines(broken, f"{width}, {scheme}")


def in_lines(rules, where):
    for rule in rules:
        yield f"{where}: {rule['id']}, {len(rule['nodes'])} times, first: {rule['nodes'][0]['html'][:160]}"


def test_a_fault_of_each_audit_is_found(visit):
    page = visit("parties")
    page.evaluate("""() => {
      document.documentElement.removeAttribute("lang");
      const look = new CSSStyleSheet();
      document.adoptedStyleSheets.push(look);
      look.insertRule("@media (prefers-color-scheme: light) { h1 { color: #bbb } }");
      look.insertRule("@media (prefers-color-scheme: dark) { h1 { color: #444 } }");
      document.querySelector("main").insertAdjacentHTML("beforeend", "<a id=b href=#a>1</a><a id=a href=#b>2</a>");
      look.insertRule("#a, #b { display: block; width: 9px; height: 9px; overflow: hidden }");
    }""")

    assert [line.partition(", first")[0] for line in violations(page)] == [
        "1280: html-has-lang, 1 times",
        "1280: target-size, 2 times",
        "1280, dark: color-contrast, 1 times",
        "1280, light: color-contrast, 1 times",
        "360: target-size, 2 times",
        "360, dark: color-contrast, 1 times",
        "360, light: color-contrast, 1 times",
    ]


def test_axe_finds_nothing_in_details_opened_in_place(visit):
    page = visit("timeline, filtered")
    opener = page.locator("#results [aria-expanded=false][aria-controls]").first
    details = page.locator(f"#{opener.get_attribute('aria-controls')}")

    opener.click()
    details.locator("> *").first.wait_for()
    lines = [*violations(page)]

    assert lines == [], "\n".join(lines)


# What is read by ear

ROLE = re.compile(r"^\s*- '?([a-z]+)(?: (\"(?:[^\"\\]|\\.)*\"))?(?: \[level=(\d)\])?", re.MULTILINE)
LANDMARKS = {"banner", "main", "navigation", "search", "form", "region", "complementary", "contentinfo"}


def outline(page):
    """(levels of the headings, landmarks as “role name”), in order, as the browser tells them to a screen reader."""
    found = ROLE.findall(page.locator("body").aria_snapshot())
    levels = [int(level) for role, _, level in found if role == "heading"]
    return levels, [f"{role} {name}".strip() for role, name, _ in found if role in LANDMARKS]


def faults(levels, landmarks):
    """What is wrong with an outline: headings start with the only h1 and leave none out; one main; no name twice."""
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"headings do not start with the only h1: {levels}"
    if any(one + 1 < next_one for one, next_one in pairwise(levels)):
        yield f"headings leave a level out: {levels}"
    if landmarks.count("main") != 1:
        yield f"not one main: {landmarks}"
    yield from sorted({f"landmark twice: {one}" for one in landmarks if landmarks.count(one) > 1})


@pytest.mark.parametrize(
    ("levels", "landmarks", "expected"),
    [
        ([1, 2, 3, 2], ["banner", "main", 'region "Hats"'], []),
        ([2, 1], ["main"], ["headings do not start with the only h1: [2, 1]"]),
        ([1, 3], ["main"], ["headings leave a level out: [1, 3]"]),
        (
            [1],
            ["navigation", "navigation"],
            ["not one main: ['navigation', 'navigation']", "landmark twice: navigation"],
        ),
    ],
)
def test_faults_of_an_outline_are_found(levels, landmarks, expected):
    assert list(faults(levels, landmarks)) == expected


# Narrow windows and large text

TEXT_SIZE = "getComputedStyle(document.documentElement).fontSize"
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
SCROLLS = "const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowX);"
CUT_OFF_TABLES = f"""() => {{
  {SCROLLS}
  const inside = (one) => one && (scrolls(one) || inside(one.parentElement));
  return [...document.querySelectorAll("table")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth && !inside(one.parentElement))
    .map((one) => one.cloneNode().outerHTML);
}}"""
NAMELESS_SCROLLERS = f"""() => {{
  {SCROLLS}
  const text = (id) => document.getElementById(id)?.textContent.trim();
  const named = (one) => one.ariaLabel || text(one.getAttribute("aria-labelledby"));
  const region = (one) => one.role === "region" || one.tagName === "SECTION";
  return [...document.querySelectorAll("body :not(input, select, textarea)")]
    .filter((one) => one.scrollWidth > one.clientWidth && scrolls(one) && !one.closest("nav, fieldset"))
    .filter((one) => !region(one) || !named(one) || one.tabIndex !== 0)
    .map((one) => one.cloneNode().outerHTML);
}}"""


def overflowing(page, width):
    """Lines about a page that scrolls sideways, and about what scrolls in it without role, name or focus."""
    page.set_viewport_size(size(width))
    return _overflowing_now(page, width) and _overflowing_after(page, width)


def _overflowing_after(page, width):
    """The same when scripts have seen the new width, too."""
    page.wait_for_timeout(300)
    return _overflowing_now(page, width)


def _overflowing_now(page, width):
    sideways = page.evaluate(SIDEWAYS)
    lines = [f"{width}: {sideways} px too wide"] if sideways > 0 else []
    lines += [f"{width}: cut off: {one}" for one in page.evaluate(CUT_OFF_TABLES)]
    return lines + [f"{width}: no region with a name and focus: {one}" for one in page.evaluate(NAMELESS_SCROLLERS)]


def overflowing_in_large_text(page):
    """The same with text twice as large, as chosen in the browser's own settings."""
    reader = page.context.new_cdp_session(page)
    usual = page.evaluate(TEXT_SIZE)
    reader.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    lines = [f"text twice as large: {line}" for line in overflowing(page, 640)]
    if (usual, page.evaluate(TEXT_SIZE)) != ("16px", "32px"):
        lines.append("text is not twice as large")
    reader.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    reader.detach()
    return lines


# Media that a reader chooses

MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  const longest = Math.max(...style.transitionDuration.split(",").map(parseFloat));
  return longest > 0.01 || style.animationName !== "none" || style.scrollBehavior === "smooth";
}).map((one) => one.cloneNode().outerHTML)"""


def moving(page):
    """Lines about what still moves for a reader who wants no motion."""
    page.emulate_media(reduced_motion="reduce")
    lines = [f"moves: {one}" for one in page.evaluate(MOVING)]
    page.emulate_media(reduced_motion="null")
    return lines


NUMBER_OF_COLOURS = """async (picture) => {
  const image = Object.assign(new Image(), { src: "data:image/png;base64," + picture });
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  return new Set(new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer)).size;
}"""
LOOK = """(one) => {
  const { color, backgroundColor, borderBlockEnd, fontWeight, textDecorationLine, outline } = getComputedStyle(one);
  return [color, backgroundColor, borderBlockEnd, fontWeight, textDecorationLine, outline].join();
}"""


def colours(page, element):
    """How many colours the screen shows there: one, if the element cannot be seen."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    around = {"x": box["x"] - 1, "y": box["y"] - 1, "width": box["width"] + 2, "height": box["height"] + 2}
    return page.evaluate(NUMBER_OF_COLOURS, b64encode(page.screenshot(clip=around)).decode())


def test_marks_and_chips_can_be_seen_in_the_colours_of_the_reader(visit):
    page = visit("timeline")
    page.emulate_media(forced_colors="active")
    marks = [*(f".kind-{kind}" for kind in KINDS), ".chip"]

    assert [mark for mark in marks if colours(page, page.locator(f".entry {mark}").first) == 1] == []


def test_the_page_one_is_on_can_be_told_in_the_colours_of_the_reader(visit):
    page = visit("rounds")
    page.emulate_media(forced_colors="active")
    links = page.get_by_role("banner").get_by_role("navigation").get_by_role("link")
    current, *others = sorted(links.all(), key=lambda link: not link.get_attribute("aria-current"))

    assert current.get_attribute("aria-current") == "page"
    assert current.evaluate(LOOK) not in {link.evaluate(LOOK) for link in others}


# But for what is not on paper: how a page is cited and embedded.
ADDRESSES_NOT_SPELLED_OUT = """() => [
  ...document.querySelectorAll("main a[href^=http]:not(.taking a)")
].filter((one) => {
  const said = one.textContent + getComputedStyle(one, "::after").content;
  return !one.checkVisibility() || !said.includes(one.getAttribute("href"));
}).map((one) => one.outerHTML)"""


def printed(page):
    """Lines about navigation and forms that are printed, and about addresses that are not spelled out on paper."""
    page.emulate_media(media="print")
    shown = page.locator("nav, form, button, [role=search]").filter(visible=True)
    lines = [f"printed: {one.evaluate('(one) => one.cloneNode().outerHTML')}" for one in shown.all()]
    lines += [f"not spelled out: {one}" for one in page.evaluate(ADDRESSES_NOT_SPELLED_OUT)]
    page.emulate_media(media="null")
    return lines


# The other direction


def test_a_page_turned_from_right_to_left_is_mirrored_and_still_fits(visit):
    page = visit("timeline")
    page.evaluate("document.documentElement.dir = 'rtl'")
    links = page.get_by_role("banner").get_by_role("navigation").get_by_role("link")

    assert links.first.bounding_box()["x"] > links.last.bounding_box()["x"]
    assert overflowing(page, NARROW) == []


# The keyboard alone

WATCH_FOCUS = """() => {
  const look = (one) => {
    const { outlineStyle, outlineWidth, boxShadow, backgroundColor, borderBlockEnd } = getComputedStyle(one);
    return [outlineStyle !== "none" && parseFloat(outlineWidth) > 0, boxShadow, backgroundColor, borderBlockEnd].join();
  };
  const inputs = "input:not([type=radio]:not(:checked))";  // of radio buttons, Tab stops at the chosen one
  const stops = [...document.querySelectorAll(`a[href], button, ${inputs}, select, textarea, summary, [tabindex]`)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.checkVisibility());
  const before = new Map(stops.map((one) => [one, look(one)]));
  const named = new Map(stops.map((one) => [one, one.outerHTML.slice(0, 160)]));  // before the focus changes them
  window.stops = [...named.values()];
  window.reached = [];
  window.unseen = [];
  addEventListener("focusin", ({ target }) => {
    if (!named.has(target)) return;  // the panel of the overview fills while its marks are gone through
    reached.push(named.get(target));
    if (look(target) === before.get(target)) unseen.push(target.outerHTML.slice(0, 160));
  });
  return 30 + stops.length + 4 * stops.filter((one) => one.type === "date").length;  // day, month, year, calendar
}"""


def test_tab_reaches_everything_in_order_with_a_visible_focus(visit):
    for name in ("timeline", "round", "compare proposals"):
        page = visit(name)
        move_a_hand(page)
        for _ in range(page.evaluate(WATCH_FOCUS)):
            page.keyboard.press("Tab")
        stops, reached = page.evaluate("stops"), page.evaluate("reached")

        assert len(stops) > 20
        assert reached[: len(stops)] == stops
        assert page.evaluate("unseen") == []


def test_arrow_keys_reach_what_tab_passes_over_in_a_group(visit):
    page = visit("timeline")
    move_a_hand(page)
    passed_over = "[...document.querySelectorAll('a[href][tabindex=\"-1\"]')]"

    assert page.evaluate(f"{passed_over}.filter((one) => !one.closest('[role=group]')).length") == 0

    group = page.locator("[role=group]:has(a[tabindex='-1'])").first
    group.locator("a").first.focus()
    page.keyboard.press("ArrowRight")

    assert group.locator("a").nth(1).evaluate("(one) => one === document.activeElement")
