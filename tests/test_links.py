"""Checks of links: asked politely, of public addresses alone, and honest about what could not be told."""

import http.server
import re
import socket
import threading
from contextlib import contextmanager, suppress

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from talks.editing import links
from talks.editing.links import LinkChecker, NoConnectionError, Result, check_all, in_turns, is_public, user_agent
from talks.management.commands import check_links
from talks.models import LinkCheck
from tests.factories import ArticleFactory, LinkCheckFactory, PublisherFactory

AGENT = user_agent("https://talks.example/")


class Site(http.server.BaseHTTPRequestHandler):
    """Answers with the status that the address names: /404, /get-only/200, /to/…; keeps what it was asked."""

    robots, asked, agents, failures = "", [], set(), 0

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.asked.append(f"{self.command} {self.path}")
        self.agents.add(self.headers["User-Agent"])
        name, _, rest = self.path.strip("/").partition("/")
        if name == "robots.txt":
            self.reply(200 if self.robots else 404, self.robots)
        elif name == "get-only":
            self.reply(405 if self.command == "HEAD" else int(rest))
        elif name == "to":
            self.reply(302, location=f"/{rest}")
        elif name == "away":
            self.reply(302, location="file:///etc/hostname")
        elif name == "once":
            type(self).failures += 1
            self.reply(503 if self.failures <= 2 else 200)
        elif name == "silent":
            self.close_connection = True
        else:
            self.reply(int(name))

    def reply(self, status, text="", location=""):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(text.encode())

    def log_message(self, *args):
        """Nothing: the test's output is not its log."""


@contextmanager
def serving(robots=""):
    kind = type("OneSite", (Site,), {"robots": robots, "asked": [], "agents": set(), "failures": 0})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        kind.address = f"http://127.0.0.1:{server.server_port}"
        yield kind
        server.shutdown()
        thread.join()


@pytest.fixture
def site():
    with serving() as kind:
        yield kind


@pytest.fixture
def checker():
    return LinkChecker(AGENT, pause=0, timeout=5, private=True)


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
    ],
)
def test_what_comes_of_an_address(site, checker, path, expected):
    assert outcome(checker, site, path) == expected


@contextmanager
def sending(*pieces, pause=0):
    """The address of a server that answers with these bytes, the last of them for as long as anyone reads."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve():
            while not ended.is_set():
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(65536)
                    for piece in pieces:
                        connection.sendall(piece)
                    while not ended.wait(pause):
                        connection.sendall(pieces[-1])

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/talks"
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [OK, b"X-Name: words\r\n"],
        [b"HTTP/1.1 100 Continue\r\n\r\n"],
        [OK + b"Content-Length: 900\r\n\r\n", b"U"],
    ],
    ids=["head", "continue", "robots.txt"],
)
def test_a_server_that_draws_its_answer_out_is_left_at_the_deadline(pieces):
    with sending(*pieces, pause=0.05) as address:
        result = LinkChecker(AGENT, pause=0, timeout=5, deadline=0.3, private=True).ask(address)
        robots = LinkChecker(AGENT, pause=0, timeout=5, deadline=0.3, private=True).robots_of(address)

    told = "no whole answer within 0.3 seconds"
    if b"Content-Length" in pieces[0]:
        assert result.outcome == "alive"  # its head is whole
    else:
        assert (result.outcome, result.problem) == ("dead", told)
    assert robots.can_fetch("peace-talks-timeline", address)


@pytest.mark.parametrize("length", ["1000000000000000", "1" + "0" * 30])
def test_the_body_of_a_redirect_is_not_read(checker, site, length):
    head = f"HTTP/1.1 302 Found\r\nLocation: {site.address}/404\r\nContent-Length: {length}\r\n\r\n".encode()
    with sending(head, b"words " * 10, pause=0.05) as address:
        assert checker.answer(address, "GET").status == 404


def test_a_pause_of_any_length_that_robots_txt_asks_for_is_no_crash(monkeypatch):
    monkeypatch.setattr(links, "LONGEST_PAUSE", 0)
    with serving(f"User-agent: *\nCrawl-delay: {'9' * 400}\n") as site:
        assert outcome(LinkChecker(AGENT, pause=0, timeout=5, private=True), site, "/200") == ("alive", 200)


def test_a_problem_is_noted_without_what_no_database_takes(checker):
    with sending(b"HTTP/1.1 403 For\0bidden\r\n\r\n", b" ", pause=0.05) as address:
        assert checker.answer(address, "HEAD").problem == "Forbidden"


def test_addresses_in_other_scripts_are_sent_as_the_web_has_them():
    assert links.in_ascii("https://пример.example/мир?так=1#и") == (
        "https://xn--e1afmkfd.example/%D0%BC%D0%B8%D1%80?%D1%82%D0%B0%D0%BA=1#%D0%B8"
    )


def test_the_head_of_a_page_is_enough_where_it_is_there(site, checker):
    outcome(checker, site, "/200")

    assert site.asked == ["GET /robots.txt", "HEAD /200"]


def test_a_page_is_asked_for_before_it_is_called_gone(site, checker):
    outcome(checker, site, "/404")

    assert site.asked == ["GET /robots.txt", "HEAD /404", "GET /404"]


def test_who_asks_too_often_does_not_ask_again(site, checker):
    outcome(checker, site, "/429")

    assert site.asked == ["GET /robots.txt", "HEAD /429"]


def test_a_redirect_is_followed_with_the_same_question(site, checker):
    outcome(checker, site, "/to/200")

    assert site.asked == ["GET /robots.txt", "HEAD /to/200", "HEAD /200"]


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
    checker = LinkChecker(AGENT, pause=2, private=True)

    checker.check(f"{site.address}/200")
    now[0] += 1.5
    checker.check(f"{site.address}/200")

    assert waits == [2.0, 0.5]


def test_a_longer_pause_is_kept_where_robots_txt_asks_for_it(monkeypatch):
    waits = []
    monkeypatch.setattr(links.time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(links.time, "sleep", waits.append)
    with serving("User-agent: *\nCrawl-delay: 7\n") as site:
        LinkChecker(AGENT, pause=2, private=True).check(f"{site.address}/200")

    assert waits == [7.0]


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://gazette.example/", "gazette.example/talks", "http:///x"]
)
def test_only_addresses_of_the_web_are_asked_for(checker, url):
    assert checker.check(url) == Result(
        "unclear", problem="no address of the web: it must begin with http:// or https://"
    )


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
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def test_this_machine_is_never_asked(site):
    found = LinkChecker(AGENT, pause=0).check(f"{site.address}/200")

    assert found == Result("unclear", problem="127.0.0.1 is no public address")
    assert site.asked == []


def test_a_name_that_leads_to_a_private_address_among_others_is_refused(monkeypatch):
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(links.socket, "getaddrinfo", lambda *args, **options: addresses)
    monkeypatch.setattr(links.socket, "create_connection", lambda *args: pytest.fail("it was asked"))

    found = LinkChecker(AGENT, pause=0).check("http://gazette.example/talks")

    assert found == Result("unclear", problem="gazette.example is no public address")


def test_a_redirect_to_this_machine_is_refused(monkeypatch):
    """The first host counts as public here, as if the network had said so; what it leads to does not."""
    with serving() as site, serving() as inner:
        port = int(site.address.rpartition(":")[2])
        site.do_HEAD = lambda self: self.reply(302, location=f"{inner.address}/200")
        site.do_GET = lambda self: self.reply(302, location=f"{inner.address}/200")
        real = links.public_connection

        def connect(address, *args):
            return socket.create_connection(address, *args) if address[1] == port else real(address, *args)

        monkeypatch.setattr(links, "public_connection", connect)
        found = LinkChecker(AGENT, pause=0).check(f"{site.address}/200")

    assert (found.outcome, found.problem, inner.asked) == ("unclear", "127.0.0.1 is no public address", [])


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A name that gives another address when it is asked again leads nowhere else."""
    asked = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr(links.socket, "getaddrinfo", lambda *args, **options: found)

    def create_connection(address, *args):
        asked.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(links.socket, "create_connection", create_connection)
    result = LinkChecker(AGENT, pause=0).check("http://gazette.example/talks")

    assert set(asked) == {("93.184.216.34", 80)}
    assert (result.outcome, result.problem) == ("dead", "refused")


# Many links


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_links_in_turns_are_all_there_and_no_host_waits_while_another_could_be_asked(hosts):
    found = list(enumerate(hosts))

    ordered = in_turns(found, lambda link: link[1])

    turns = [[host for _, host in ordered[:place]].count(host) for place, (_, host) in enumerate(ordered)]
    assert sorted(ordered) == found
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
        list(check_all(urls, Offline(AGENT)))
    with pytest.raises(NoConnectionError):
        list(check_all(urls[:1], Offline(AGENT)))


def test_with_a_connection_a_host_that_is_gone_makes_its_links_dead():
    checker = Offline(AGENT)
    checker.known = ("gazette-1.example",)

    found = dict(check_all([f"https://gazette-{n}.example/" for n in range(5)], checker))

    assert [result.outcome for result in found.values()] == ["dead", "alive", "dead", "dead", "dead"]


@pytest.mark.parametrize("known", [["gazette-9.example"], ["nowhere.example", "gazette-9.example"]])
def test_hosts_that_are_gone_are_told_from_a_missing_connection_by_a_host_that_answered(known):
    checker = Offline(AGENT)
    checker.known = ("gazette-9.example",)
    urls = [f"https://gazette-{n}.example/" for n in range(4)]

    assert [result.outcome for _, result in check_all(urls, checker, known)] == ["dead"] * 4
    assert [result.outcome for _, result in check_all(urls[:1], checker, known)] == ["dead"]
    with pytest.raises(NoConnectionError):
        list(check_all(urls, checker, ["nowhere.example"]))


def test_hosts_that_are_gone_do_not_keep_others_from_being_asked():
    checker = Offline(AGENT)
    checker.known = ("gazette-4.example",)

    found = dict(check_all([f"https://gazette-{n}.example/" for n in range(5)], checker))

    assert [result.outcome for result in found.values()] == ["dead"] * 4 + ["alive"]


# The command


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs check_links; gives its exit status, and what it printed to stdout and stderr."""

    def check(*arguments, checker=LinkChecker):
        monkeypatch.setattr(check_links, "LinkChecker", lambda agent: checker(agent, 0, 5, private=True))
        status = 0
        try:
            call_command("check_links", *arguments)
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return status, printed.out.splitlines(), printed.err.splitlines()

    return check


def checks():
    return sorted(LinkCheck.objects.values_list("url", "outcome", "status"))


@pytest.mark.django_db
def test_the_command_notes_what_came_of_each_address(site, run):
    ArticleFactory(url=f"{site.address}/200", archived_url=f"{site.address}/404")
    ArticleFactory(url=f"{site.address}/403")
    ArticleFactory()

    assert run() == (
        0,
        [
            f"  dead: {site.address}/404 (404 Not Found)",
            f"  could not be checked: {site.address}/403 (403 Forbidden)",
            "3 addresses: 1 alive, 1 dead, 1 could not be checked.",
        ],
        [],
    )
    assert checks() == [
        (f"{site.address}/200", "alive", 200),
        (f"{site.address}/403", "unclear", 403),
        (f"{site.address}/404", "dead", 404),
    ]


@pytest.mark.django_db
def test_an_article_that_is_deleted_during_the_run_is_left_out(site, run):
    article = ArticleFactory(url=f"{site.address}/200")

    class Deleting(LinkChecker):
        def check(self, url):
            article.delete()
            return super().check(url)

    assert run(checker=Deleting)[0] == 0
    assert checks() == []


@pytest.mark.django_db
def test_what_was_asked_lately_is_not_asked_again(site, run):
    ArticleFactory(url=f"{site.address}/200")
    run()

    assert run() == (0, ["No address is due."], [])
    assert run("--older-than", "0")[1] == ["1 address: 1 alive, 0 dead, 0 could not be checked."]


@pytest.mark.django_db
def test_a_limit_takes_what_was_never_asked_first(site, run):
    old = ArticleFactory(url=f"{site.address}/200")
    LinkCheckFactory(article=old, url=old.url)
    ArticleFactory(url=f"{site.address}/404")

    run("--older-than", "0", "--limit", "1")

    assert site.asked == ["GET /robots.txt", "HEAD /404", "GET /404"]


@pytest.mark.django_db
def test_one_publisher_can_be_chosen(site, run):
    ArticleFactory(url=f"{site.address}/200", publisher=PublisherFactory(slug="gazette"))
    ArticleFactory(url=f"{site.address}/404", publisher=PublisherFactory(slug="herald"))

    run("--only", "gazette")

    assert checks() == [(f"{site.address}/200", "alive", 200)]


@pytest.mark.django_db
def test_a_publisher_that_is_not_there_is_named_with_the_next_best(run):
    PublisherFactory(slug="gazette")

    with pytest.raises(CommandError, match=re.escape("There is no publisher “gazete”. Did you mean “gazette”?")):
        run("--only", "gazete")


@pytest.mark.django_db
def test_offline_the_command_says_so_and_keeps_what_it_noted_before(run):
    article = ArticleFactory(url="https://gazette.example/talks")
    LinkCheckFactory(article=article, url=article.url, outcome="dead", status=404)

    assert run("--older-than", "0", checker=Offline) == (
        1,
        [],
        ["No connection: nothing was checked, and what was noted before is kept."],
    )
    assert checks() == [("https://gazette.example/talks", "dead", 404)]


@pytest.mark.django_db
def test_what_came_of_an_address_that_an_article_no_longer_has_is_forgotten(run):
    LinkCheckFactory(outcome="dead", status=404)

    assert run() == (0, ["No address is due."], [])
    assert checks() == []


@pytest.mark.django_db
def test_an_address_that_two_articles_share_is_asked_for_once(site, run):
    for _ in range(2):
        ArticleFactory(url=f"{site.address}/200")

    run()

    assert (site.asked, len(checks())) == (["GET /robots.txt", "HEAD /200"], 2)


@pytest.mark.parametrize("number", ["-1", "two", "²"])
def test_a_number_of_days_is_a_whole_number(number):
    with pytest.raises(CommandError, match="older-than"):
        call_command("check_links", f"--older-than={number}")


def test_the_client_names_the_site_where_the_settings_do(settings):
    settings.ALLOWED_HOSTS, settings.HTTPS = ["127.0.0.1", "localhost", "talks.example"], True
    assert check_links.site_address() == "https://talks.example/"
    settings.ALLOWED_HOSTS = ["localhost", "[::1]", "*", ".example"]
    assert check_links.site_address() == ""


@pytest.mark.django_db
def test_what_came_of_a_link_changes_no_public_page(client):
    article = ArticleFactory(url="https://gazette.example/talks")
    before = client.get(reverse("article", args=[article.slug])).content

    LinkCheckFactory(article=article, url=article.url, outcome="dead", status=404)

    assert client.get(reverse("article", args=[article.slug])).content == before
