"""Embeds in a page of another origin, as a reader's browser shows them."""

from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


class Elsewhere(BaseHTTPRequestHandler):
    """A site that has one page, with what it is told in it."""

    def __init__(self, page, *args):
        self.page = page
        super().__init__(*args)

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def elsewhere():
    """Serves a page from another origin, and gives its address."""
    servers = []

    def serve(page):
        server = HTTPServer(("localhost", 0), partial(Elsewhere, page))
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://localhost:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.usefixtures("record")
def test_a_page_of_another_origin_shows_embeds_and_no_page_of_the_site(chromium, reading_server, elsewhere):
    paths = {"list": "/embed/?kind=round", "overview": "/embed/overview/", "refused": "/rounds/istanbul-2025-06-02/"}
    frames = (f'<iframe name="{name}" src="{reading_server}{path}"></iframe>' for name, path in paths.items())
    address = elsewhere(f"<!doctype html><title>Elsewhere</title>{''.join(frames)}")
    context = chromium.new_context()
    page = context.new_page()

    with page.expect_console_message(lambda message: "frame-ancestors" in message.text) as refusal:
        page.goto(address)

    assert f"{reading_server}/" in refusal.value.text
    shown, drawn = (page.frame_locator(f"[name={name}]") for name in ("list", "overview"))
    expect(shown.get_by_role("heading", level=1)).to_contain_text("rounds")
    expect(drawn.get_by_role("heading", level=1)).to_contain_text("Timeline")
    expect(page.frame_locator("[name=refused]").locator("main")).to_have_count(0)

    # A note stays within the frame; what leads to the site opens beside it.
    shown.locator("a.source").first.click()
    expect(shown.locator(":target")).to_have_attribute("id", "source-1")
    for link, path in (
        (shown.get_by_role("link", name="Open on the site"), "/?kind=round"),
        (drawn.locator("svg a.tick").last, "/?from="),
    ):
        with context.expect_page() as opened:
            link.click()
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(f"{reading_server}{path}")
    assert page.url == address
    context.close()
