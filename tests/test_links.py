"""Checks of links: asked politely, and honest about what could not be told."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.editing import links
from talks.editing.links import LinkChecker, NoConnectionError, Result, check_all, in_turns, user_agent
from talks.editing.web import Client
from tests.web_servers import Network, sending, serving

AGENT = user_agent("https://talks.example/")


def patient(pause=0, **options):
    """A checker that asks this machine, too."""
    return LinkChecker(Client(AGENT, private=True, **{"timeout": 5} | options), pause)


@pytest.fixture
def site():
    with serving() as kind:
        yield kind


@pytest.fixture
def checker():
    return patient()


def outcome(checker, site, path):
    result = checker.check(f"{site.address}{path}")
    return result.outcome, result.status


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/200", ("alive", 200)),
        ("/to/200", ("alive", 200)),
        ("/get-only/200", ("alive", 200)),
        ("/404", ("dead", 404)),
        ("/410", ("dead", 410)),
        ("/to/404", ("dead", 404)),
        ("/500", ("dead", 500)),
        ("/silent", ("dead", None)),
        ("/401", ("unclear", 401)),
        ("/403", ("unclear", 403)),
        ("/429", ("unclear", 429)),
        ("/once", ("alive", 200)),
        ("/away", ("unclear", 302)),
        ("/to/to/", ("unclear", 200)),
        ("/to/uk/?from=links", ("unclear", 200)),
        ("/", ("alive", 200)),
    ],
)
def test_what_comes_of_an_address(site, checker, path, expected):
    assert outcome(checker, site, path) == expected


def test_a_site_whose_robots_txt_fails_is_left_alone(checker):
    with serving("Out of order", robots_status=503) as site:
        result = checker.check(f"{site.address}/200")

    assert result == Result("unclear", problem="its robots.txt cannot be read, which may forbid to ask")
    assert site.asked == ["GET /robots.txt"]


def test_a_robots_txt_that_is_drawn_out_forbids_nothing():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
    with sending(head, b"User-agent: *\nDisallow: /\n", pause=0.05) as address:
        robots = patient(deadline=0.1).robots_of(address)

    assert robots.can_fetch("peace-talks-timeline", address)


def test_a_pause_of_any_length_that_robots_txt_asks_for_is_no_crash(monkeypatch):
    monkeypatch.setattr(links, "LONGEST_PAUSE", 0)
    with serving(f"User-agent: *\nCrawl-delay: {'9' * 400}\n") as site:
        assert outcome(patient(), site, "/200") == ("alive", 200)


def test_a_problem_is_noted_without_what_no_database_takes(checker):
    with sending(b"HTTP/1.1 403 For\0bidden\r\n\r\n", b" ", pause=0.05) as address:
        assert checker.answer(address, "HEAD").problem == "Forbidden"


def test_the_head_of_a_page_is_enough_where_it_is_there(site, checker):
    outcome(checker, site, "/200")

    assert site.asked == ["GET /robots.txt", "HEAD /200"]


def test_a_page_is_asked_for_before_it_is_called_gone(site, checker):
    outcome(checker, site, "/404")

    assert site.asked == ["GET /robots.txt", "HEAD /404", "GET /404"]


def test_who_asks_too_often_does_not_ask_again(site, checker):
    outcome(checker, site, "/429")

    assert site.asked == ["GET /robots.txt", "HEAD /429"]


def test_the_client_says_who_it_is(site, checker):
    outcome(checker, site, "/200")

    assert site.agents == {"peace-talks-timeline (checks links; https://talks.example/)"}
    assert user_agent() == "peace-talks-timeline (checks links)"


def test_a_page_that_robots_txt_keeps_from_us_is_not_asked_for(checker):
    with serving("User-agent: peace-talks-timeline\nDisallow: /404\n") as site:
        found = checker.check(f"{site.address}/404")
        other = outcome(checker, site, "/200")

    assert found == Result("unclear", problem="its robots.txt asks to leave this page alone")
    assert other == ("alive", 200)
    assert site.asked == ["GET /robots.txt", "HEAD /200"]


def test_between_two_requests_of_one_host_there_is_a_pause(site, monkeypatch):
    waits, now = [], [100.0]
    monkeypatch.setattr(links.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(links.time, "sleep", waits.append)
    checker = patient(pause=2)

    checker.check(f"{site.address}/200")
    now[0] += 1.5
    checker.check(f"{site.address}/200")

    assert waits == [2.0, 0.5]


def test_a_longer_pause_is_kept_where_robots_txt_asks_for_it(monkeypatch):
    waits = []
    monkeypatch.setattr(links.time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(links.time, "sleep", waits.append)
    with serving("User-agent: *\nCrawl-delay: 7\n") as site:
        patient(pause=2).check(f"{site.address}/200")

    assert waits == [7.0]


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://gazette.example/", "gazette.example/talks", "http:///x"]
)
def test_only_addresses_of_the_web_are_asked_for(checker, url):
    assert checker.check(url) == Result(
        "unclear", problem="no address of the web: it must begin with http:// or https://"
    )


def test_an_address_that_is_refused_or_not_trusted_could_not_be_checked(site):
    refused = LinkChecker(Client(AGENT), pause=0).check(f"{site.address}/200")
    with serving(tls=True) as secure:
        distrusted = patient().check(f"{secure.address}/200")

    assert refused == Result("unclear", problem="127.0.0.1 is no public address")
    assert (distrusted.outcome, "CERTIFICATE_VERIFY_FAILED" in distrusted.problem) == ("unclear", True)
    assert secure.tls_names == [None]  # asked for its robots.txt, and then left alone


def test_why_nobody_took_a_connection_is_told_in_the_words_of_the_system(checker):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert checker.check(f"http://127.0.0.1:{port}/") == Result("dead", problem="[Errno 111] Connection refused")


def test_a_host_that_this_machine_cannot_reach_is_not_called_unfound(checker, monkeypatch):
    network = Network({"gazette.example": [["2606:2800:220:1::1"]]})
    monkeypatch.setattr(socket, "getaddrinfo", network.getaddrinfo)
    monkeypatch.setattr("urllib3.util.connection.HAS_IPV6", False)

    result = checker.check("http://gazette.example/talks")

    assert (result.outcome, result.unfound) == ("dead", False)


def test_a_host_that_cannot_be_found_is_looked_up_once(checker, monkeypatch):
    looked_up = []

    def getaddrinfo(host, *args, **options):
        looked_up.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    results = [checker.check(f"{scheme}://gazette.example/") for scheme in ("http", "https")]

    assert results == [Result("dead", problem="its host cannot be found", unfound=True)] * 2
    assert looked_up == ["gazette.example"]


# Many links


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_links_in_turns_are_all_there_and_no_host_waits_while_another_could_be_asked(hosts):
    urls = [f"https://{host}.example/{page}" for page, host in enumerate(hosts)]

    ordered = in_turns(urls)

    asked = [url.split("/")[2] for url in ordered]
    turns = [asked[:place].count(host) for place, host in enumerate(asked)]
    assert sorted(ordered) == sorted(urls)
    assert turns == sorted(turns)  # all first links, then all second ones, and so on


class Offline(LinkChecker):
    """Finds no host but those in `known`."""

    known = ()

    def finds(self, host):
        return host in self.known

    def check(self, url):
        if any(host in url for host in self.known):
            return Result("alive", 200)
        return Result("dead", problem="its host cannot be found", unfound=True)


def test_without_a_connection_nothing_is_said_of_any_link():
    urls = [f"https://gazette-{n}.example/" for n in range(5)]

    with pytest.raises(NoConnectionError):
        list(check_all(urls, Offline(Client(AGENT))))
    with pytest.raises(NoConnectionError):
        list(check_all(urls[:1], Offline(Client(AGENT))))


def test_with_a_connection_a_host_that_is_gone_makes_its_links_dead():
    checker = Offline(Client(AGENT))
    checker.known = ("gazette-1.example",)

    found = dict(check_all([f"https://gazette-{n}.example/" for n in range(5)], checker))

    assert [result.outcome for result in found.values()] == ["dead", "alive", "dead", "dead", "dead"]


@pytest.mark.parametrize("known", [["gazette-9.example"], ["nowhere.example", "gazette-9.example"]])
def test_hosts_that_are_gone_are_told_from_a_missing_connection_by_a_host_that_answered(known):
    checker = Offline(Client(AGENT))
    checker.known = ("gazette-9.example",)
    urls = [f"https://gazette-{n}.example/" for n in range(4)]

    assert [result.outcome for _, result in check_all(urls, checker, known)] == ["dead"] * 4
    assert [result.outcome for _, result in check_all(urls[:1], checker, known)] == ["dead"]
    with pytest.raises(NoConnectionError):
        list(check_all(urls, checker, ["nowhere.example"]))


def test_hosts_that_are_gone_do_not_keep_others_from_being_asked():
    checker = Offline(Client(AGENT))
    checker.known = ("gazette-4.example",)

    found = dict(check_all([f"https://gazette-{n}.example/" for n in range(5)], checker))

    assert [result.outcome for result in found.values()] == ["dead"] * 4 + ["alive"]
