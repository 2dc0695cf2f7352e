"""One request of the web: of public addresses alone, of the host that was meant, and never without an end."""

import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from talks.editing import web
from talks.editing.web import Answer, Client, RefusedError, is_public
from tests.web_servers import CERTIFICATE, Network, sending, serving

PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.1"


@pytest.fixture
def site():
    with serving() as kind:
        yield kind


@pytest.fixture
def client():
    return Client("Tests", timeout=5, private=True)


@pytest.fixture
def network(monkeypatch):
    """Makes the names of a dictionary lead to lists of IP addresses; gives the `Network`."""

    def of(names):
        made = Network(names)
        monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
        return made

    return of


@pytest.fixture
def connected(monkeypatch):
    """The IP addresses and ports to which a connection is tried; each is refused."""
    tried = []

    def connect(self, address):
        tried.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


# Where a request ends


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/200", Answer(200, "OK")),
        ("/404", Answer(404, "Not Found")),
        ("/to/200", Answer(200, "OK")),
        ("/to/to/to/404", Answer(404, "Not Found")),
        ("/302", Answer(302, "Found")),
    ],
)
def test_redirects_are_followed_to_what_the_last_server_says(site, client, path, answer):
    assert client.ask(f"{site.address}{path}", "HEAD") == answer


def test_a_redirect_is_followed_with_the_same_question(site, client):
    client.ask(f"{site.address}/to/200", "HEAD")

    assert site.asked == ["HEAD /to/200", "HEAD /200"]


def test_a_redirect_is_followed_ten_times(site, client):
    inside, beyond = (client.ask(f"{site.address}{'/to' * number}/200", "HEAD") for number in (10, 11))

    assert (inside.status, beyond.status, beyond.reason) == (200, 302, "leads on more than 10 times")


def test_a_redirect_away_from_the_web_is_not_followed(site, client):
    answer = client.ask(f"{site.address}/away", "HEAD")

    assert (answer.status, answer.reason) == (302, "leads away from the web, to file:///etc/hostname")


def test_where_a_redirect_leads_may_be_in_other_scripts_and_said_twice(client, site, network):
    network({"xn--e1afmkfd.example": [["127.0.0.1"]]})
    location = f"Location: http://пример.example:{site.port}/404/мир?так=1 2\r\n"
    with sending(f"HTTP/1.1 302 Found\r\n{location * 2}\r\n".encode(), b" ", pause=0.02) as address:
        client.ask(address, "HEAD")

    assert site.asked == ["HEAD /404/%D0%BC%D0%B8%D1%80?%D1%82%D0%B0%D0%BA=1%202"]


def test_addresses_in_other_scripts_are_sent_as_the_web_has_them():
    assert web.in_ascii("https://пример.example/мир?так=1#и") == (
        "https://xn--e1afmkfd.example/%D0%BC%D0%B8%D1%80?%D1%82%D0%B0%D0%BA=1#%D0%B8"
    )


def test_as_much_of_a_page_is_read_as_was_asked_for(client):
    with serving("User-agent: *") as site:
        assert client.ask(f"{site.address}/robots.txt", "GET", length=10).body == b"User-agent"
        assert client.ask(f"{site.address}/robots.txt", "GET", length=999).body == b"User-agent: *"
        assert client.ask(f"{site.address}/404", "GET", length=999).body == b""


def test_a_page_that_breaks_off_is_kept_as_far_as_it_came(client):
    with sending(OK + b"Content-Length: 900\r\nConnection: close\r\n\r\nUser-agent: *", ending=True) as address:
        assert client.ask(address, "GET", length=999).body == b"User-agent: *"


@pytest.mark.parametrize("length", ["1000000000000000", "1" + "0" * 30])
def test_the_body_of_a_redirect_is_not_read(client, site, length):
    head = f"HTTP/1.1 302 Found\r\nLocation: {site.address}/404\r\nContent-Length: {length}\r\n\r\n".encode()
    with sending(head, b"words " * 10, pause=0.05) as address:
        assert client.ask(address, "GET", length=999).status == 404


OK = b"HTTP/1.1 200 OK\r\n"
DRAWN_OUT = {
    "head": [OK, b"X-Name: words\r\n"],
    "continue": [b"HTTP/1.1 100 Continue\r\n\r\n"],
    "page": [OK + b"Content-Length: 900\r\n\r\n", b"U"],
    "part of a page": [OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nU\r\n"],
}


@pytest.mark.parametrize("pieces", DRAWN_OUT.values(), ids=DRAWN_OUT)
def test_a_server_that_draws_its_answer_out_is_left_at_the_deadline(pieces):
    client = Client("Tests", timeout=5, deadline=0.1, private=True)

    with (
        sending(*pieces, pause=0.02) as address,
        pytest.raises(TimeoutError, match=r"no whole answer within 0\.1 seconds$"),
    ):
        client.ask(address, "GET", length=999)


@pytest.mark.parametrize(("path", "tls"), [("/endless", True), ("/round", False)])
def test_the_deadline_is_for_tls_and_for_all_redirects_together(path, tls, trusted):
    client = Client("Tests", timeout=5, deadline=0.2, private=True)
    trusted("gazette.example")

    with serving(tls=tls) as site:
        address = site.address.replace("127.0.0.1", "gazette.example")
        with pytest.raises(TimeoutError, match=r"no whole answer within 0\.2 seconds$"):
            client.ask(f"{address}{path}", "HEAD")


def test_the_deadline_is_for_the_start_of_tls_too():
    client, start = Client("Tests", timeout=5, deadline=0.1, private=True), time.monotonic()

    with sending(b"", pause=0.02) as address, pytest.raises(TimeoutError, match=r"within 0\.1 seconds$"):
        client.ask(address.replace("http:", "https:"), "HEAD")

    assert time.monotonic() - start < client.timeout


def test_a_connection_that_is_made_after_the_deadline_is_not_used():
    with socket.socket() as late, pytest.raises(TimeoutError):
        web.Deadline(0).watch(late)


def test_a_page_whose_head_is_whole_is_there_however_long_the_rest_takes(client):
    with sending(*DRAWN_OUT["page"], pause=0.02) as address:
        assert client.ask(address, "HEAD").status == 200


def test_a_request_may_be_made_in_any_thread_and_leaves_no_timer_behind(site, client):
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.ask, f"{site.address}/to/200", "HEAD").result()

    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(1)
    assert answer.status == 200
    assert not any(timer.is_alive() for timer in timers)


# Which host is asked


@pytest.fixture
def trusted(network, monkeypatch):
    """Trusts the certificate of gazette.example; makes the given names lead to this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    return lambda *names: network({name: [["127.0.0.1"]] for name in names})


def test_a_certificate_must_be_that_of_the_name_although_an_ip_address_is_asked(client, trusted):
    trusted("gazette.example", "herald.example")

    with serving(tls=True) as site:
        answer = client.ask(f"https://gazette.example:{site.port}/200", "HEAD")
        for other in ("herald.example", "127.0.0.1"):
            with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
                client.ask(f"https://{other}:{site.port}/200", "HEAD")

    assert answer == Answer(200, "OK")
    assert (site.asked, site.tls_names) == (["HEAD /200"], ["gazette.example", "herald.example", None])


def test_a_certificate_that_nobody_trusts_is_refused(client, network):
    network({"gazette.example": [["127.0.0.1"]]})

    with serving(tls=True) as site, pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        client.ask(f"https://gazette.example:{site.port}/200", "HEAD")


def test_the_server_is_told_which_host_is_meant(site, client, network):
    network({"gazette.example": [["127.0.0.1"]]})

    client.ask(f"http://reader@Gazette.example:{site.port}/200", "HEAD")

    assert site.hosts == {f"gazette.example:{site.port}"}


# What is not public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("192.88.99.1", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def test_this_machine_is_never_asked(site):
    with pytest.raises(RefusedError, match=r"^127\.0\.0\.1 is no public address"):
        Client("Tests").ask(f"{site.address}/200", "HEAD")

    assert site.asked == []


def test_a_name_that_leads_to_a_private_address_among_others_is_refused(network, connected):
    network({"gazette.example": [[PUBLIC, PRIVATE]]})

    with pytest.raises(RefusedError, match=r"^gazette\.example is no public address"):
        Client("Tests").ask("http://gazette.example/talks", "HEAD")

    assert connected == []


def test_a_redirect_to_this_machine_is_refused(site, monkeypatch):
    """The first host counts as public here, as if the network had said so; what it leads to does not."""
    public = iter([True])
    monkeypatch.setattr(web, "is_public", lambda address: next(public, False))

    with pytest.raises(RefusedError, match=r"^127\.0\.0\.1 is no public address"):
        Client("Tests").ask(f"{site.address}/to/200", "HEAD")

    assert site.asked == ["HEAD /to/200"]


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_the_connection_goes_to_the_address_that_was_looked_at(network, connected, scheme, port):
    """A name that gives another address when it is looked up again leads nowhere else: it is looked up once."""
    names = network({"gazette.example": [[PUBLIC], [PRIVATE]]})

    with pytest.raises(web.FAILURES, match="refused"):
        Client("Tests").ask(f"{scheme}://gazette.example/talks", "HEAD")

    assert connected == [(PUBLIC, port)]
    assert names.looked_up == ["gazette.example"]


def test_a_redirect_to_the_same_name_is_looked_at_anew(site, network, monkeypatch):
    names = network({"gazette.example": [["127.0.0.1"], [PRIVATE]]})
    monkeypatch.setattr(web, "is_public", lambda address: address != PRIVATE)

    with pytest.raises(RefusedError, match=r"^gazette\.example is no public address"):
        Client("Tests").ask(f"http://gazette.example:{site.port}/to/200", "HEAD")

    assert (site.asked, names.looked_up) == (["HEAD /to/200"], ["gazette.example"] * 2)


def test_each_address_of_a_host_is_tried_until_one_takes_a_connection(site, network):
    network({"gazette.example": [["127.0.0.0", "127.0.0.1"]]})

    assert Client("Tests", timeout=5, private=True).ask(f"http://gazette.example:{site.port}/200", "HEAD").status == 200


def test_addresses_that_any_machine_can_reach_are_tried_first(network):
    network({"gazette.example": [["2606:2800:220:1::1", PUBLIC]]})

    assert web.ip_addresses("gazette.example") == [PUBLIC, "2606:2800:220:1::1"]


def test_no_proxy_is_asked(site, client, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert client.ask(f"{site.address}/200", "HEAD").status == 200
