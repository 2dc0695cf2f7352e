"""Whether the addresses of articles still lead somewhere, asked politely: by name, seldom, one request after the other.

An article could name any address, so what is not public is never asked: each connection goes to an address that was
looked at first, those of redirects too.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from urllib import request
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from talks.models.editing import LinkCheck

NAME = "peace-talks-timeline"
PAUSE, LONGEST_PAUSE, TIMEOUT = 2, 60, 15  # seconds
ROBOTS_LENGTH = 500_000
FEW_HOSTS = 3  # if none of so many can be found, it is for want of a connection
GONE = {404, 410}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
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
    return ip.is_global and not ip.is_multicast


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

    def __init__(self, agent, pause=PAUSE, timeout=TIMEOUT, private=False):
        self.agent, self.pause, self.timeout = agent, pause, timeout
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
        delay = min(float(robots.crawl_delay(NAME) or 0), LONGEST_PAUSE)
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
        except (OSError, http.client.HTTPException, ValueError) as error:
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
            return Result(Outcome.DEAD if dead else Outcome.UNCLEAR, error.code, str(error.reason)[:300])
        except (OSError, http.client.HTTPException, ValueError) as error:
            return self.failed(error)

    def open(self, url, method, delay=0):
        """The answer, after the pause that its host is owed."""
        host = urlsplit(url).hostname
        wait = self.asked.get(host, float("-inf")) + max(self.pause, delay) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        try:
            asked = request.Request(  # noqa: S310 -- `opener` knows no other schemes
                url, method=method, headers={"User-Agent": self.agent, "Accept": "*/*"}
            )
            answer = self.opener.open(asked, timeout=self.timeout)
            if answer is None:
                raise RefusedError(f"{url} leads away from the web")
            return answer
        finally:
            self.asked[host] = time.monotonic()

    @staticmethod
    def failed(error):
        """The `Result` where there was no answer."""
        reason = getattr(error, "reason", error)
        reason = reason if isinstance(reason, Exception) else error
        problem = (str(reason) or type(reason).__name__)[:300]
        if isinstance(reason, socket.gaierror):
            return Result(Outcome.DEAD, problem="its host cannot be found", unfound=True)
        if isinstance(reason, (RefusedError, ssl.SSLError, UnicodeError)):
            return Result(Outcome.UNCLEAR, problem=problem)
        return Result(Outcome.DEAD, problem=problem)


def in_turns(links, host_of):
    """These links so that one host's do not follow each other where that can be: nobody waits for a pause in vain."""
    seen, places = Counter(), []
    for link in links:
        host = host_of(link)
        places.append((seen[host], link))
        seen[host] += 1
    return [link for _, link in sorted(places, key=lambda place: place[0])]


def check_all(urls, checker):
    """Yields (url, `Result`) of these addresses, in an order of its own.

    Raises `NoConnectionError`, before it gives anything, if none of the first hosts can be found.
    """
    waiting, hosts = [], set()
    for url in in_turns(urls, lambda url: urlsplit(url).netloc):
        result = checker.check(url)
        if result.unfound and waiting is not None:
            waiting.append((url, result))
            hosts.add(urlsplit(url).netloc)
            if len(hosts) == FEW_HOSTS:
                raise NoConnectionError
            continue
        yield from waiting or ()
        waiting = None
        yield url, result
    if waiting:
        raise NoConnectionError
