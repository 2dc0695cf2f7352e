"""One request of the public web: nothing else is ever asked, and no server can draw its answer out.

An article could name any address. So each name is looked up once, all its addresses must be public, and the connection
goes to one of these, after a redirect too. No proxy is used: it would look names up by itself.
"""

import http.client
import ipaddress
import socket
import string
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.utils.encoding import iri_to_uri
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import Url, parse_url

TIMEOUT, DEADLINE = 15, 60  # seconds: for a connection and each piece of an answer; for a request as a whole
REDIRECTS, MOST_REDIRECTS = {301, 302, 303, 307, 308}, 10
NAT64 = ipaddress.ip_network("64:ff9b::/96")
DETOURS = [  # to IPv4, or local
    ipaddress.ip_network(block) for block in ("64:ff9b:1::/48", "2002::/16", "192.88.99.0/24", "fec0::/10", "::/96")
]
FAILURES = (OSError, http.client.HTTPException, HTTPError, ValueError)  # what a request may raise


class RefusedError(OSError):
    """An address that is never asked."""


@dataclass(frozen=True)
class Answer:
    """What a server says. `reason`: the status in words; `location`: where it leads on to; `body`: its beginning.

    `address`: what was asked for at last.
    """

    status: int
    reason: str = ""
    location: str = ""
    body: bytes = b""
    address: str = field(default="", compare=False)

    @property
    def success(self) -> bool:
        return 200 <= self.status < 300


def is_web(url: str) -> bool:
    """True if an address has a host that is asked by http or https."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_public(address: str) -> bool:
    """True if an IP address is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and (ip.ipv4_mapped or ip in NAT64):
        ip = ip.ipv4_mapped or ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and not any(ip in block for block in DETOURS)


def ip_addresses(host: str) -> list[str]:
    """The IP addresses of a host, IPv4 first: not every machine has the other. Raises `socket.gaierror` without any."""
    addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return sorted(addresses, key=lambda address: (":" in address, address))


def in_ascii(url: str) -> str:
    """An address as it is sent: its host in Punycode, the rest percent-encoded."""
    parts = urlsplit(url)
    return iri_to_uri(parts._replace(netloc=unquote(parts.netloc).encode("idna").decode()).geturl())


def connection_to(ip: str, host: str, address: Url, timeout: float) -> HTTPConnection:
    """A connection to this IP address, not made yet; with TLS, the certificate must be that of the host."""
    if address.scheme == "https":
        return HTTPSConnection(ip, address.port, timeout=timeout, server_hostname=host)
    return HTTPConnection(ip, address.port, timeout=timeout)


class Deadline:
    """The end of a request, however a server draws it out: then its connection is shut, and `TimeoutError` raised.

    A timeout of the socket alone begins anew with each byte.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds
        self.socket: socket.socket | None = None
        self.timer = threading.Timer(seconds, self.shut)
        self.timer.daemon = True

    def __enter__(self) -> Self:
        self.timer.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.timer.cancel()
        if error is None or isinstance(error, FAILURES):
            self.seconds_left()  # what is shut looks like a failure, or like the end of a page

    def seconds_left(self) -> float:
        """The seconds that are left; raises `TimeoutError` if there are none."""
        seconds = self.end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(f"no whole answer within {self.seconds} seconds") from None
        return seconds

    def watch(self, connected: socket.socket) -> None:
        """Take this as what is to be shut; it may be late already."""
        self.socket = connected
        self.seconds_left()

    def shut(self) -> None:
        if self.socket:
            with suppress(OSError):  # closed by now
                self.socket.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Client:
    """Asks under the name `agent`. `timeout`, `deadline`: in seconds; `private`: asks any address, for tests."""

    agent: str
    timeout: float = TIMEOUT
    deadline: float = DEADLINE
    private: bool = False

    def ask(self, url: str, method: str, length: int = 0) -> Answer:
        """What the last server says to which this address leads, with at most `length` bytes of a page that is there.

        Raises one of `FAILURES` without an answer.
        """
        with Deadline(self.deadline) as deadline:
            for _ in range(1 + MOST_REDIRECTS):
                answer = self.ask_once(url, method, length, deadline)
                if not answer.location:
                    return replace(answer, address=url)
                url = urljoin(url, answer.location)
                if not is_web(url):
                    return replace(answer, reason=f"leads away from the web, to {url}")
            return replace(answer, reason=f"leads on more than {MOST_REDIRECTS} times")

    def ask_once(self, url: str, method: str, length: int, deadline: Deadline) -> Answer:
        address = parse_url(in_ascii(url))
        headers = {"Host": address.netloc or "", "User-Agent": self.agent, "Accept": "*/*", "Connection": "close"}
        connection = self.connect(address, deadline)
        try:
            deadline.watch(connection.sock)
            connection.request(
                method, address.request_uri, headers=headers, preload_content=False, enforce_content_length=False
            )
            with connection.getresponse() as response:
                answer = Answer(response.status, response.reason or "")
                if answer.status in REDIRECTS:  # its page is not read: it may be of any length
                    location = next(iter(response.headers.getlist("Location")), "")
                    return replace(answer, location=quote(location, safe=string.punctuation, encoding="latin-1"))
                return replace(answer, body=response.read(length) if length and answer.success else b"")
        finally:
            connection.close()

    def connect(self, address: Url, deadline: Deadline) -> HTTPConnection:
        """A connection to the first IP address that takes one, of a host whose addresses are all public."""
        host = (address.host or "").strip("[]")
        addresses = ip_addresses(host)
        if not (self.private or all(map(is_public, addresses))):
            raise RefusedError(f"{host} is no public address")
        failures = []
        for ip in addresses:
            connection = connection_to(ip, host, address, min(self.timeout, deadline.seconds_left()))
            try:
                connection.connect()
                return connection
            except (NewConnectionError, ConnectTimeoutError) as error:
                failures.append(error)
        raise failures[0]
