"""Whether the addresses of articles still lead somewhere, asked politely: by name, seldom, one request after the other.

An article could name any address, so what is not public is never asked: each connection goes to an address that was
looked at first, those of redirects too.
"""

import http.client
import ipaddress
import signal
import socket
import ssl
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib import request
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.utils.encoding import iri_to_uri

from talks.models.editing import LinkCheck

NAME = "peace-talks-timeline"
PAUSE, LONGEST_PAUSE, TIMEOUT, DEADLINE = 2, 60, 15, 60  # seconds; a deadline is for one request as a whole
ROBOTS_LENGTH = 500_000
FEW_HOSTS = 3  # if none of so many can be found, it may be for want of a connection
MOST_TRIED = 20  # hosts of which one must be found then
GONE = {404, 410}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
DETOURS = [
    ipaddress.ip_network(one) for one in ("64:ff9b:1::/48", "2002::/16", "fec0::/10", "::/96")
]  # to IPv4, or local
FAILURES = (OSError, http.client.HTTPException, ValueError, ArithmeticError, MemoryError)  # of what a server may send
Outcome = LinkCheck.Outcome


class RefusedError(OSError):
    """An address that is never asked for."""


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
    def may_pass(self):
        """True if it is worth asking a second time."""
        return self.outcome == Outcome.DEAD and self.status not in GONE


def user_agent(site=""):
    """How the client names itself; `site`: the address of this site, if it is known."""
    return f"{NAME} (checks links{f'; {site}' if site else ''})"


def is_public(address):
    """True if an IP address (text) is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and (ip.ipv4_mapped or ip in NAT64):
        ip = ip.ipv4_mapped or ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in DETOURS)


def in_ascii(url):
    """An address as it is sent: its host in Punycode, the rest percent-encoded."""
    parts = urlsplit(url)
    return iri_to_uri(parts._replace(netloc=parts.netloc.encode("idna").decode()).geturl())


@contextmanager
def at_most(seconds):
    """Raises `TimeoutError` in what takes longer, however a server draws it out. For the main thread."""

    def end(*_):
        raise TimeoutError(f"no whole answer within {seconds} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def public_connection(address, timeout, source_address=None):
    """As `socket.create_connection`, but raises `RefusedError` if any address of the host is not public."""
    found = {info[4][0] for info in socket.getaddrinfo(*address, type=socket.SOCK_STREAM)}
    if not all(map(is_public, found)):
        raise RefusedError(f"{address[0]} is no public address")
    error = None
    for one in sorted(found, key=lambda ip: ":" in ip):  # IPv4 first: not every machine has the other
        try:
            return socket.create_connection((one, address[1]), timeout, source_address)
        except OSError as failed:
            error = error or failed
    raise error


def handler(base, connection, connect):
    """A handler of urllib whose connections are made by `connect`."""

    def connected(*args, **options):
        made = connection(*args, **options)
        made._create_connection = connect
        return made

    def open_it(self, asked):
        return self.do_open(connected, asked)

    return type(base.__name__, (base,), {"http_open": open_it, "https_open": open_it})()


class Redirects(request.HTTPRedirectHandler):
    def http_error_302(self, asked, answer, *args):
        answer.read = lambda *size: b""  # urllib would read the whole of it, however long it is
        return super().http_error_302(asked, answer, *args)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(self, asked, *args):
        new = super().redirect_request(asked, *args)
        if new is not None:
            new.method = asked.get_method()  # urllib would go on with GET
        return new


def opener(connect):
    """An opener for http and https alone: no files, no FTP, no proxy, which would look names up by itself."""
    made = request.OpenerDirector()
    for one in (
        handler(request.HTTPHandler, http.client.HTTPConnection, connect),
        handler(request.HTTPSHandler, http.client.HTTPSConnection, connect),
        Redirects(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
    ):
        made.add_handler(one)
    return made


class LinkChecker:
    """Asks for addresses. `pause`: seconds between two requests of one host; `private`: any address, for tests."""

    def __init__(self, agent, pause=PAUSE, timeout=TIMEOUT, deadline=DEADLINE, private=False):
        self.agent, self.pause, self.timeout, self.deadline = agent, pause, timeout, deadline
        self.opener = opener(socket.create_connection if private else public_connection)
        self.asked = {}  # host → when it was last asked
        self.robots = {}  # scheme and host → what its robots.txt says, or the `Result` that stands for all its links
        self.unfound = {}  # host → the `Result` for all its links

    def check(self, url):
        """The `Result` for this address."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return Result(Outcome.UNCLEAR, problem="no address of the web: it must begin with http:// or https://")
        if parts.netloc in self.unfound:
            return self.unfound[parts.netloc]
        robots = self.robots_of(f"{parts.scheme}://{parts.netloc}")
        if isinstance(robots, Result):
            return robots
        if not robots.can_fetch(NAME, url):
            return Result(Outcome.UNCLEAR, problem="its robots.txt asks to leave this page alone")
        delay = min(robots.crawl_delay(NAME) or 0, LONGEST_PAUSE)
        result = self.ask(url, delay)
        return self.ask(url, delay) if result.may_pass else result

    def robots_of(self, site):
        """What a site's robots.txt says; a `Result` where it cannot be read."""
        if site not in self.robots:
            self.robots[site] = self._read_robots(site)
        return self.robots[site]

    def _read_robots(self, site):
        parser, address = RobotFileParser(), f"{site}/robots.txt"
        try:
            with self.open(address, "GET") as answer:
                parser.parse(answer.read(ROBOTS_LENGTH).decode("utf-8", "replace").splitlines())
        except HTTPError as error:
            error.close()
            if error.code >= 500:
                return Result(Outcome.UNCLEAR, problem="its robots.txt cannot be read, which may forbid to ask")
            parser.parse([])  # none: all may be asked
        except FAILURES as error:
            failed = self.failed(error)
            if failed.unfound:
                self.unfound[urlsplit(site).netloc] = failed
            if failed.outcome != Outcome.DEAD or failed.unfound:
                return failed
            parser.parse([])
        return parser

    def ask(self, url, delay=0):
        """Ask for the head of a page; where that is no success, for the page, as servers differ in what they answer."""
        result = self.answer(url, "HEAD", delay)
        if result.outcome == Outcome.ALIVE or result.status in (None, 429):
            return result
        return self.answer(url, "GET", delay)

    def answer(self, url, method, delay=0):
        try:
            with self.open(url, method, delay) as answer:
                return Result(Outcome.ALIVE, answer.status)
        except HTTPError as error:
            error.close()
            dead = error.code in GONE or error.code >= 500
            return Result(Outcome.DEAD if dead else Outcome.UNCLEAR, error.code, in_short(error.reason))
        except FAILURES as error:
            return self.failed(error)

    def finds(self, host):
        """True if a host has an address; it is not asked for anything."""
        try:
            return bool(socket.getaddrinfo(host, None))
        except (OSError, UnicodeError):
            return False

    @contextmanager
    def open(self, url, method, delay=0):
        """The answer, after the pause that its host is owed; it must be read before the deadline."""
        host = urlsplit(url).hostname
        wait = self.asked.get(host, float("-inf")) + max(self.pause, delay) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        try:
            asked = request.Request(  # noqa: S310 -- `opener` knows no other schemes
                in_ascii(url), method=method, headers={"User-Agent": self.agent, "Accept": "*/*"}
            )
            with at_most(self.deadline):
                answer = self.opener.open(asked, timeout=self.timeout)
                if answer is None:
                    raise RefusedError(f"{url} leads away from the web")
                with closing(answer):
                    yield answer
        finally:
            self.asked[host] = time.monotonic()

    @staticmethod
    def failed(error):
        """The `Result` where there was no answer."""
        reason = getattr(error, "reason", error)
        reason = reason if isinstance(reason, Exception) else error
        problem = in_short(reason) or type(reason).__name__
        if isinstance(reason, socket.gaierror):
            return Result(Outcome.DEAD, problem="its host cannot be found", unfound=True)
        if isinstance(reason, (RefusedError, ssl.SSLError, UnicodeError)):
            return Result(Outcome.UNCLEAR, problem=problem)
        return Result(Outcome.DEAD, problem=problem)


def in_short(text):
    """As much of a server's text as is noted; no database takes the character 0."""
    return str(text).replace("\0", "")[:300]


def in_turns(links, host_of):
    """These links so that one host's do not follow each other where that can be: nobody waits for a pause in vain."""
    seen, places = Counter(), []
    for link in links:
        host = host_of(link)
        places.append((seen[host], link))
        seen[host] += 1
    return [link for _, link in sorted(places, key=lambda place: place[0])]


def check_all(urls, checker, known=()):
    """Yields (url, `Result`) of these addresses, in an order of its own.

    Raises `NoConnectionError`, before it gives anything, if none of the first hosts can be found, nor any other of
    these addresses, nor a host that is `known` to have answered.
    """
    ordered = in_turns(urls, lambda url: urlsplit(url).netloc)
    others = dict.fromkeys([*known, *(urlsplit(url).hostname for url in ordered)])
    waiting, connected = [], False
    for url in ordered:
        result = checker.check(url)
        waiting.append((url, result))
        if result.unfound and not connected:
            unfound = {urlsplit(one).hostname for one, _ in waiting}
            if len(unfound) < FEW_HOSTS and url != ordered[-1]:
                continue
            if not any(checker.finds(host) for host in [host for host in others if host not in unfound][:MOST_TRIED]):
                raise NoConnectionError
        connected = True
        yield from waiting
        waiting.clear()
