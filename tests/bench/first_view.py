"""What a first visitor of a page gets: how much, how soon, and whether it jumps; and what Lighthouse says of it.

Over granian, as in production but without TLS, in a Chromium that has cached nothing. The server has answered the page
once before. The real record is fixtures/, the others are made up.
"""

import json
import os
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.child import SQLITE, measure
from tests.browser import ARGUMENTS, CHROMIUM, MISSING, running_chromium
from tests.with_postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
REAL, FEW, MANY = "fixtures", 100, 10_000
LOADS, WIDTHS = 5, (1280, 768, 360)
LIGHTHOUSE = "lighthouse@12.8.2"
LIGHTHOUSE_FOLDER = ROOT / "build/lighthouse"
CATEGORIES = "performance", "accessibility", "best-practices", "seo"
PAGES = {
    "the timeline": "/",
    "a round": "/rounds/istanbul-2025-06-02/",
    "a comparison": "/compare/proposals/?p=ukraine-roadmap-2025-06&p=russia-memorandum-2025-06",
}


def run():
    """What was measured, as a dict; what cannot be measured here has a sentence in its place."""
    if not CHROMIUM:
        return {"missing": MISSING}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sites = {record: stack.enter_context(serving(record, folder)) for record in (REAL, FEW, MANY)}
        with running_chromium() as browser:
            for site in sites.values():
                look(browser, site)  # so that the server has answered the page once
            result = {
                "weights": {record: weigh(look(browser, sites[record])["transfers"]) for record in (REAL, MANY)},
                "paints": {width: paint(browser, sites, width) for width in WIDTHS},
            }
        return result | {"lighthouse": lighthouse(sites[REAL], folder)}


@contextmanager
def serving(record, folder):
    """The address of a production server with this record, stopped afterwards."""
    database = f"{SQLITE}{folder}/{record}.sqlite3"
    measure("first_view", record, database=database)
    address = f"http://localhost:{(port := free_port())}"
    own = {"DEBUG": "0", "HTTPS": "0", "ALLOWED_HOSTS": "localhost", "SECRET_KEY": secrets.token_urlsafe(60)}
    environment = os.environ | own | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "talks.settings"}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    serve = [sys.executable, "manage.py", "serve", f"localhost:{port}"]
    with subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"{address}/healthz")
            yield address
        finally:
            server.terminate()


def wait_for(address, seconds=30):
    for _ in range(seconds * 10):
        try:
            return urlopen(address).close()
        except URLError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")


OBSERVE = """
  window.seen = { paint: 0, shift: 0 };
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("largest-contentful-paint", (entry) => { seen.paint = entry.startTime; });
  observe("layout-shift", (entry) => { seen.shift += entry.value; });
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


def lighthouse(site, folder):
    """{page: {scores, audits}}, or a sentence where Lighthouse cannot run."""
    program = LIGHTHOUSE_FOLDER / "node_modules/.bin/lighthouse"
    if not shutil.which("npm"):
        return "Lighthouse did not run: npm is not on this machine."
    if not program.exists():
        install = ["npm", "install", "--silent", "--no-save", "--prefix", LIGHTHOUSE_FOLDER, LIGHTHOUSE]
        LIGHTHOUSE_FOLDER.mkdir(parents=True, exist_ok=True)
        if subprocess.run(install, check=False).returncode:
            return f"Lighthouse did not run: npm could not install {LIGHTHOUSE}."
    return {name: audit(program, f"{site}{address}", Path(folder, "audit.json")) for name, address in PAGES.items()}


def audit(program, address, output):
    """{scores: {category: 0 to 100}, audits: {category: [ids below 1]}} of one page, as on a telephone."""
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
        "scores": {name: round(categories[name]["score"] * 100) for name in CATEGORIES},
        "audits": {
            name: [ref["id"] for ref in categories[name]["auditRefs"] if ref["id"] in below] for name in CATEGORIES
        },
    }


def fill_here(record):
    """Put the record into the database of the environment, which must be empty."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench import fill

    call_command("migrate", verbosity=0)
    if record == REAL:
        call_command("load_articles", stdout=sys.stderr)
    else:
        fill.add_vocabulary()
        fill.grow(int(record))
    return {}


if __name__ == "__main__":
    print(json.dumps(fill_here(sys.argv[1])))
