"""Whether the addresses of articles still lead somewhere, asked politely: by name, seldom, one after the other."""

import re
import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.core.exceptions import ValidationError
from django.utils.translation import override

from talks.editing.web import FAILURES, Answer, Client, RefusedError, ip_addresses, is_web
from talks.models.editing import LinkCheck
from talks.models.rules import web_address

NAME = "peace-talks-timeline"
PAUSE, LONGEST_PAUSE = 2, 60  # seconds between two requests of one host
ROBOTS_LENGTH = 500_000
FEW_HOSTS = 3  # if none of so many can be found, it may be for want of a connection
MOST_TRIED = 20  # hosts of which one must be found then
GONE = {404, 410}
Outcome = LinkCheck.Outcome


class NoConnectionError(Exception):
    """No host can be found, so nothing can be said of any link."""


@dataclass(frozen=True)
class Result:
    """What came of asking. `status`: HTTP's, None without an answer; `unfound`: not even the host could be found."""

    outcome: str
    status: int | None = None
    problem: str = ""
    unfound: bool = False

    @property
    def may_pass(self) -> bool:
        """True if it is worth asking a second time."""
        return self.outcome == Outcome.DEAD and self.status not in GONE


def user_agent(site: str = "") -> str:
    """How the client names itself; `site`: the address of this site, if it is known."""
    return f"{NAME} (checks links{f'; {site}' if site else ''})"


class LinkChecker:
    """Asks for addresses by a client. `pause`: seconds between two requests of one host."""

    def __init__(self, client: Client, pause: float = PAUSE) -> None:
        self.client, self.pause = client, pause
        self.last_asked: dict[str | None, float] = {}  # host → when
        self.robots: dict[str, RobotFileParser | Result] = {}  # scheme and host → as of `robots_of`
        self.unfound: dict[str, Result] = {}  # host → the `Result` for all its links

    def check(self, url: str) -> Result:
        """The `Result` for this address."""
        if crooked := crookedness(url):
            return Result(Outcome.UNCLEAR, problem=crooked)
        parts = urlsplit(url)
        if parts.netloc in self.unfound:
            return self.unfound[parts.netloc]
        robots = self.robots_of(f"{parts.scheme}://{parts.netloc}")
        if isinstance(robots, Result):
            return robots
        if not robots.can_fetch(NAME, url):
            return Result(Outcome.UNCLEAR, problem="its robots.txt asks to leave this page alone")
        delay = min(int(robots.crawl_delay(NAME) or 0), LONGEST_PAUSE)
        result = self.ask(url, delay)
        return self.ask(url, delay) if result.may_pass else result

    def robots_of(self, site: str) -> RobotFileParser | Result:
        """What a site's robots.txt says; where it cannot be read, the `Result` for all links of the site."""
        if site not in self.robots:
            self.robots[site] = self._read_robots(site)
        return self.robots[site]

    def _read_robots(self, site: str) -> RobotFileParser | Result:
        parser = RobotFileParser()
        try:
            answer = self.open(f"{site}/robots.txt", "GET", length=ROBOTS_LENGTH)
            if answer.status >= 500:
                return Result(Outcome.UNCLEAR, problem="its robots.txt cannot be read, which may forbid to ask")
            parser.parse(answer.body.decode("utf-8", "replace").splitlines())  # without a file, all may be asked
        except FAILURES as error:
            failure = result_of(error)
            if failure.unfound:
                self.unfound[urlsplit(site).netloc] = failure
            if failure.outcome != Outcome.DEAD or failure.unfound:
                return failure
            parser.parse([])
        return parser

    def ask(self, url: str, delay: float = 0) -> Result:
        """Ask for the head of a page; where that is no success, for the page, as servers differ in what they answer."""
        result = self.answer(url, "HEAD", delay)
        if result.outcome == Outcome.ALIVE or result.status in (None, 429):
            return result
        return self.answer(url, "GET", delay)

    def answer(self, url: str, method: str, delay: float = 0) -> Result:
        """The `Result` of one request."""
        try:
            answer = self.open(url, method, delay)
        except FAILURES as error:
            return result_of(error)
        if answer.success and is_front_page(answer.address) and not is_front_page(url):
            return Result(Outcome.UNCLEAR, answer.status, "leads to the front page of its site")
        if answer.success:
            return Result(Outcome.ALIVE, answer.status)
        dead = answer.status in GONE or answer.status >= 500
        return Result(Outcome.DEAD if dead else Outcome.UNCLEAR, answer.status, in_short(answer.reason))

    def finds(self, host: str) -> bool:
        """True if a host has an address; it is not asked for anything."""
        try:
            return bool(ip_addresses(host))
        except (OSError, UnicodeError):
            return False

    def open(self, url: str, method: str, delay: float = 0, length: int = 0) -> Answer:
        """As `Client.ask`, after the pause that the host is owed."""
        host = urlsplit(url).hostname
        wait = self.last_asked.get(host, float("-inf")) + max(self.pause, delay) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        try:
            return self.client.ask(url, method, length)
        finally:
            self.last_asked[host] = time.monotonic()


def crookedness(url: str) -> str:
    """What is wrong with an address that cannot be asked for; an empty text where nothing is."""
    try:
        if not is_web(url):
            return "no address of the web: it must begin with http:// or https://"
        web_address(url)
    except ValueError:
        return "no address: it cannot be read"
    except ValidationError as error:
        with override("en"):  # as all that is noted of links
            return str(error.messages[0])
    return ""


def is_front_page(url: str) -> bool:
    """True of an address of a whole site, or of its part in one language (/en/): what many give for what is gone."""
    return re.fullmatch(r"/?([a-z]{2}(-[a-z]{2})?/?)?", urlsplit(url).path, re.IGNORECASE) is not None


def host_of(url: str) -> str:
    """The host of an address; an empty text of a crooked one."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def result_of(error: Exception) -> Result:
    """The `Result` where there was no answer."""
    if isinstance(error, socket.gaierror):
        return Result(Outcome.DEAD, problem="its host cannot be found", unfound=True)
    reason = error.__cause__ or error  # urllib3 tells of its connection, and gives the reason as cause
    unclear = isinstance(reason, (RefusedError, ssl.SSLError, UnicodeError))
    return Result(Outcome.UNCLEAR if unclear else Outcome.DEAD, problem=in_short(reason) or type(reason).__name__)


def in_short(text: object) -> str:
    """As much of a server's text as is noted; no database takes the character 0."""
    return str(text).replace("\0", "")[:300]


def in_turns(urls: Iterable[str]) -> list[str]:
    """These addresses so that one host's follow each other as little as can be: nobody waits for a pause in vain."""
    seen: Counter[str] = Counter()
    turns = []
    for url in urls:
        host = host_of(url)
        turns.append((seen[host], url))
        seen[host] += 1
    return [url for _, url in sorted(turns, key=lambda turn: turn[0])]


def check_all(urls: Iterable[str], checker: LinkChecker, known: Iterable[str] = ()) -> Iterator[tuple[str, Result]]:
    """Yields (url, `Result`) of these addresses, in an order of its own.

    Raises `NoConnectionError`, before it gives anything, if none of the first hosts can be found, nor any other of
    these addresses, nor a host that is `known` to have answered.
    """
    ordered = in_turns(urls)
    others = dict.fromkeys([*known, *filter(None, map(host_of, ordered))])
    waiting, connected = [], False
    for url in ordered:
        result = checker.check(url)
        waiting.append((url, result))
        if result.unfound and not connected:
            unfound = {host_of(one) for one, _ in waiting}
            if len(unfound) < FEW_HOSTS and url != ordered[-1]:
                continue
            if not any(checker.finds(host) for host in [host for host in others if host not in unfound][:MOST_TRIED]):
                raise NoConnectionError
        connected = True
        yield from waiting
        waiting.clear()
