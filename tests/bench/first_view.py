"""What a first visitor of a page gets: how much, how soon, and whether it jumps; how long a step of the filters takes;
and what Lighthouse says of it.

Over granian, as in production but without TLS, in a Chromium that has cached nothing. The server has answered the page
once before. The real record is fixtures/, the others are made up.
"""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.records import REAL, record
from tests.bench.serving import ROOT, serving
from tests.browser import ARGUMENTS, CHROMIUM, MISSING, running_chromium

SIZES = FEW, SOME, MANY = 100, 10_000, 100_000
LOADS, WIDTHS = 5, (1280, 768, 360)
LIGHTHOUSE = "lighthouse@12.8.2"
LIGHTHOUSE_FOLDER = ROOT / "build/lighthouse"
CATEGORIES = "performance", "accessibility", "best-practices", "seo"
PAINT = "largest-contentful-paint"
# {page: (record, address)}
PAGES = {
    "the timeline": (REAL, "/"),
    "a round": (REAL, "/rounds/istanbul-2025-06-02/"),
    "a comparison": (REAL, "/compare/proposals/?p=ukraine-roadmap-2025-06&p=russia-memorandum-2025-06"),
    **{f"the timeline, {size:,} entries": (size, "/") for size in SIZES},
}
# {step: what is clicked on the timeline}
STEPS = {
    "a kind": "#filters input[name=kind]",
    "the next page": ".pager a[rel=next]",
    "a year of the overview": "#band a.tick",
    "oldest first": ".found a[hx-get*='order=oldest']",
}


def run():
    """What was measured, as a dict; what cannot be measured here has a sentence in its place."""
    if not CHROMIUM:
        return {"missing": MISSING}
    with ExitStack() as stack:
        sites = {name: stack.enter_context(_site(name)) for name in (REAL, *SIZES)}
        with running_chromium() as browser:
            for site in sites.values():
                look(browser, site)  # so that the server has answered the page once
            result = {
                "weights": {name: weigh(look(browser, site)["transfers"]) for name, site in sites.items()},
                "paints": {width: paint(browser, sites, width) for width in WIDTHS},
                "steps": {name: take_steps(browser, sites[name]) for name in (REAL, MANY)},
            }
        return result | {"lighthouse": lighthouse(sites)}


@contextmanager
def _site(name):
    """The address of a server with this record."""
    with serving(record(name)) as (_, port):
        yield f"http://localhost:{port}"


OBSERVE = """
  window.seen = { paint: 0, shift: 0, task: 0 };
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("largest-contentful-paint", (entry) => { seen.paint = entry.startTime; });
  observe("layout-shift", (entry) => { seen.shift += entry.value; });
  observe("longtask", (entry) => { seen.task = Math.max(seen.task, entry.duration); });
"""
# From the click to the first frame with what it asked for.
TAKE = """
  async (selector) => {
    const there = new Promise((done) => document.addEventListener("htmx:afterSwap", done, { once: true }));
    seen.task = 0;
    const begun = performance.now();
    document.querySelector(selector).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    await there;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const ms = performance.now() - begun;
    await new Promise((done) => setTimeout(done, 200)); // for what the step leaves to be done
    return { ms, task: seen.task };
  }
"""


def look(browser, site, width=WIDTHS[0]):
    """One cold load of the timeline: {transfers: [(type, bytes over the network)], paint: ms, shift}."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    network, types, transfers = context.new_cdp_session(page), {}, []
    network.on("Network.responseReceived", lambda told: types.update({told["requestId"]: told["type"]}))
    network.on(
        "Network.loadingFinished",
        lambda told: transfers.append((types[told["requestId"]], told["encodedDataLength"])),
    )
    network.send("Network.enable")
    page.add_init_script(OBSERVE)
    page.goto(f"{site}/", wait_until="networkidle")  # which is half a second after the last request
    seen = page.evaluate("seen")
    context.close()
    return {"transfers": transfers, **seen}


def take_steps(browser, site):
    """{step: {first: ms where the server must make the page, ms: where it is kept (the median), task: ms of the longest
    task over 50 ms, or 0}}."""
    told = {}
    for name, selector in STEPS.items():
        taken = [step for _ in range(LOADS + 1) if (step := take_step(browser, site, selector))]
        if taken:
            first, *kept = (step["ms"] for step in taken)
            told[name] = {
                "first": first,
                "ms": statistics.median(kept),
                "task": statistics.median(step["task"] for step in taken),
            }
    return told


def take_step(browser, site, selector):
    """{ms, task} of one step from the timeline, or None where the page has no such step."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    page = context.new_page()
    page.add_init_script(OBSERVE)
    page.goto(f"{site}/", wait_until="networkidle")
    page.mouse.move(9, 9, steps=3)  # with which the overview's script comes
    page.wait_for_timeout(500)
    taken = page.evaluate(TAKE, selector) if page.locator(selector).count() else None
    context.close()
    return taken


def weigh(transfers):
    """{requests, bytes in all, bytes of each type}."""
    by_type = Counter()
    for kind, length in transfers:
        by_type[kind] += length
    return {"requests": len(transfers), "bytes": by_type.total(), "by type": dict(by_type)}


def paint(browser, sites, width):
    """{size: {paint: median in ms, shift: largest}} of several cold loads, the sizes by turns."""
    loads = {size: [] for size in (FEW, MANY)}
    for _ in range(LOADS):
        for size, seen in loads.items():
            seen.append(look(browser, sites[size], width))
    return {
        size: {"paint": statistics.median(one["paint"] for one in seen), "shift": max(one["shift"] for one in seen)}
        for size, seen in loads.items()
    }


def lighthouse(sites):
    """{page: {scores, paint in ms, audits}}, or a sentence where Lighthouse cannot run."""
    program = LIGHTHOUSE_FOLDER / "node_modules/.bin/lighthouse"
    if not shutil.which("npm"):
        return "Lighthouse did not run: npm is not on this machine."
    if not program.exists():
        install = ["npm", "install", "--silent", "--no-save", "--prefix", LIGHTHOUSE_FOLDER, LIGHTHOUSE]
        LIGHTHOUSE_FOLDER.mkdir(parents=True, exist_ok=True)
        if subprocess.run(install, check=False).returncode:
            return f"Lighthouse did not run: npm could not install {LIGHTHOUSE}."
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "audit.json")
        return {name: audit(program, f"{sites[of]}{address}", output) for name, (of, address) in PAGES.items()}


def audit(program, address, output):
    """{paint: ms, scores: {category: 0 to 100}, audits: {category: [ids below 1]}} of one page, as on a telephone."""
    flags = " ".join(re.sub("=(.*)", r'="\1"', flag) for flag in (*ARGUMENTS, "--headless=new", "--no-sandbox"))
    print(f"… lighthouse {address}", file=sys.stderr, flush=True)
    command = [program, address, "--quiet", "--output=json", f"--output-path={output}", f"--chrome-flags={flags}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    environment = os.environ | {"CHROME_PATH": CHROMIUM}
    with subprocess.Popen(command, env=environment, start_new_session=True) as started:
        try:
            started.wait(timeout=180)
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGTERM)  # with the browser that it started
    if started.returncode:
        raise RuntimeError(f"Lighthouse failed on {address}: status {started.returncode}")
    told = json.loads(output.read_text(encoding="utf-8"))
    below = {name for name, one in told["audits"].items() if one["score"] is not None and one["score"] < 1}
    categories = told["categories"]
    return {
        "paint": told["audits"][PAINT]["numericValue"],
        "scores": {name: round(categories[name]["score"] * 100) for name in CATEGORIES},
        "audits": {
            name: [ref["id"] for ref in categories[name]["auditRefs"] if ref["id"] in below] for name in CATEGORIES
        },
    }
