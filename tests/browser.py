"""A Chromium that asks this machine and nobody else: for the browser tests and for the benchmarks."""

import os
import shutil
from contextlib import contextmanager

import pytest

# Without a window to draw, Debian's headless one takes a third less of the machine.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
# Without scripts a browser sends what Django's test client sends, which most tests use: it is tried in the long run.
SCRIPTS_OR_NOT = [pytest.param(True, id="scripts"), pytest.param(False, id="no scripts", marks=pytest.mark.long)]
MISSING = "There is no Chromium here: apt-get install chromium-headless-shell"
ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",  # a request to anywhere else fails at once
]


@contextmanager
def running_chromium():
    """A started Chromium, closed afterwards."""
    from playwright.sync_api import sync_playwright  # only here, so that the other tests run without it

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop; our own queries are not in it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=ARGUMENTS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE") if before is None else None


def move_a_hand(page):
    """Move the pointer, with whose first sign the script of the overview comes, and wait until it is there."""
    if page.locator("#band .lane a").count():
        page.mouse.move(9, 9, steps=3)
        page.locator("#band a[tabindex='0']").first.wait_for(state="attached")
