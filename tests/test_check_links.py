"""The command that checks links: whom it asks, what it notes and what it tells."""

import re
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from talks.editing.links import LinkChecker, Result
from talks.management.commands import check_links
from talks.models import LinkCheck
from tests.factories import ArticleFactory, LinkCheckFactory, PublisherFactory
from tests.web_servers import serving


@pytest.fixture
def site():
    with serving() as kind:
        yield kind


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs check_links; gives its exit status, and what it printed to stdout and stderr."""

    def check(*arguments, checker=LinkChecker):
        monkeypatch.setattr(check_links, "LinkChecker", lambda client: checker(replace(client, private=True), pause=0))
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


class Offline(LinkChecker):
    """Finds no host."""

    def finds(self, host):
        return False

    def check(self, url):
        return Result("dead", problem="its host cannot be found", unfound=True)


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
