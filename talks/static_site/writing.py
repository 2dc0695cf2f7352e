"""The public side as files: all addresses are asked for, at one moment, and what is answered is put into a folder."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from talks.static_site import addresses
from talks.static_site.asking import Answer, Visitor, at_one_moment, without_lines_of_requests
from talks.static_site.folder import CURRENT, Counted, Making, filling
from talks.static_site.hosting import GONE, Host
from talks.static_site.rewriting import TEXTS, Rewriter

SITE, NGINX = "site", "nginx.conf"
LEFT_OUT = (400, 404)  # what has nothing to show, as a frame of a comparison of nothing
STYLE = re.compile(r"""url\(["']?(?!data:)([^"')]+)""")  # of a file that a style sheet asks for
PACKED = (*TEXTS, "text/css", "text/javascript", "application/javascript", "image/svg")


class AnswerError(Exception):
    """The site answered with an error, so that there would be a page missing."""


@dataclass
class Written:
    counted: Counted
    moved: int
    gone: int


def write_site(
    place: Path, origin: str, live: str, *, packed: bool, now: datetime, tell: Callable[[int, int], None]
) -> Written:
    """Write all into `place`/current: the files into site/, beside them what nginx is told. Raises `AnswerError`.

    `origin`: how readers call it; `live`: the site that answers what files cannot, or "". `tell` is told how many
    addresses of how many are done.
    """
    with without_lines_of_requests(), at_one_moment(), filling(place, f"{now:%Y-%m-%d-%H%M%S.%f}", packed) as making:
        writer = _Writer(making, Visitor(origin, live), Host(live, reverse("timeline")), origin, live)
        for done, of_all in writer.write():
            tell(done, of_all)
        root = str((place / CURRENT / SITE).absolute())
        writer.tell_host(root, packed)
    return Written(making.counted, len(writer.host.moved), len(writer.host.gone))


class _Writer:
    def __init__(self, making: Making, visitor: Visitor, host: Host, origin: str, live: str) -> None:
        self.making, self.visitor, self.host = making, visitor, host
        self.asked = list(dict.fromkeys(addresses.addresses()))
        self.rewriter = Rewriter(origin, live, set(self.asked), settings.STATIC_URL)
        self.static: dict[str, None] = {}

    def write(self) -> Iterator[tuple[int, int]]:
        """How many addresses of how many are done, after each."""
        for done, address in enumerate(self.asked, 1):
            self._write(self.visitor.ask(address))
            yield done, len(self.asked)
        for address in addresses.nowhere():
            answer = self.visitor.ask(address)
            if answer.status != 404:
                raise AnswerError(f"{address} is answered with {answer.status}.")
            self._put(answer, name_of(address.removesuffix(addresses.NOWHERE)).replace("index.html", "404.html"))
        self._write_static()

    def _write(self, answer: Answer) -> None:
        if answer.status == 200:
            self._put(answer, name_of(answer.address))
        elif answer.status in (301, 302):
            self.host.moved[answer.address] = answer.status, answer.headers["Location"]
            self._note_static(answer.headers["Location"])
        elif answer.status == 410:
            name = f"{GONE}{name_of(answer.address)}"
            self.host.gone[answer.address] = name
            self._put(answer, name)
        elif answer.status not in LEFT_OUT:
            raise AnswerError(f"{answer.address} is answered with {answer.status}.")

    def _put(self, answer: Answer, name: str) -> None:
        body = self.rewriter.rewritten(answer.address, answer.type, answer.body)
        if answer.status == 200:
            self.host.note(answer, name)
        if answer.type.startswith("text/html"):
            self._note_static(body.decode())
        if answer.address == reverse("sitemaps"):
            body = re.sub(rb"(sitemap-\w+)\.xml\?p=(\d+)", rb"\1.\2.xml", body)
        self.making.put(f"{SITE}/{name}", body, answer.type.startswith(PACKED))

    def _note_static(self, text: str) -> None:
        found = re.findall(re.escape(settings.STATIC_URL) + r"""[^"'\s<>()?#&]+""", text)
        self.static |= dict.fromkeys(found)

    def _write_static(self) -> None:
        """What pages ask for, and what its style sheets do."""
        waiting = list(self.static)
        while waiting:
            answer = self.visitor.ask(waiting.pop())
            if answer.status != 200:
                raise AnswerError(
                    f"{answer.address} is answered with {answer.status}; collectstatic makes what it lacks."
                )
            self._put(answer, name_of(answer.address))
            if answer.type.startswith("text/css"):
                found = dict.fromkeys(urljoin(answer.address, one) for one in STYLE.findall(answer.body.decode()))
                waiting += found.keys() - self.static.keys()
                self.static |= found

    def tell_host(self, root: str, packed: bool) -> None:
        served = addresses.only_served()
        told = self.host.nginx(root, packed, served, addresses.parameters())
        self.making.put(NGINX, told.encode())
        self.making.put(f"{SITE}/_headers", self.host.headers_file([*self.asked, settings.STATIC_URL]).encode())
        self.making.put(f"{SITE}/_redirects", self.host.redirects_file(served).encode())


def name_of(address: str) -> str:
    """The file of an address: of a page “rounds/x/index.html”, of a part of a site map “sitemap-rounds.2.xml”."""
    path, _, part = address.removeprefix("/").partition("?p=")
    if part:
        path = path.replace(".", f".{part}.")
    return f"{path}index.html" if not path or path.endswith("/") else path
