"""How often one visitor may search."""

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory
from django.utils import translation

from talks.ready.limit import OF_SEARCHES, Limit

WORDS = "/search/?q=duck+soup"


@pytest.fixture
def limited(monkeypatch):
    """Ask an application that two searches a minute reach: `limited(address)` gives (status, headers, text)."""
    monkeypatch.setattr("talks.ready.limit.time.time", lambda: 1_000_000_000 // 60 * 60 + 20)
    cache = LocMemCache("searches", {})
    cache.clear()

    def application(environ, start_response):
        start_response("200 OK", [])
        return [b"reached"]

    limit = Limit(application, 2, cache, OF_SEARCHES)

    def ask(address, visitor="192.0.2.1", **headers):
        told = []
        environ = RequestFactory().get(address, REMOTE_ADDR=visitor, headers=headers).environ
        answer = b"".join(limit(environ, lambda status, headers, *_: told.extend([status, dict(headers)])))
        return *told, answer.decode()

    return ask


def test_who_searches_too_often_is_told_so_on_a_page_and_when_to_go_on(limited):
    first, _, third = (limited(address) for address in (WORDS, "/?q=hats&kind=round", WORDS))

    assert (first[0], first[1]["RateLimit-Limit"], first[1]["RateLimit-Remaining"]) == ("200 OK", "2", "1")
    status, headers, page = third
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == ("429 Too Many Requests", "40", "no-store")
    assert (headers["RateLimit-Remaining"], headers["RateLimit-Reset"]) == ("0", "40")
    assert "More than 2 searches came from your address within a minute" in page
    assert "Please try again in 40 seconds." in page
    assert f'href="{WORDS}"' in page
    assert limited(WORDS, visitor="192.0.2.2")[0] == "200 OK"


def test_the_page_is_in_the_language_of_its_address(limited):
    page = [limited(f"/uk{WORDS}") for _ in range(3)][-1][2]

    assert '<html lang="uk">' in page
    assert "Спробуйте ще раз за 40 секунд" in page
    assert 'href="/uk/data/"' in page
    assert translation.get_language() == "en"


def test_a_part_that_is_refused_opens_as_a_page(limited):
    answers = [limited("/?q=hats", **{"HX-Request": "true", "HX-Target": "results"}) for _ in range(3)]

    assert ["HX-Redirect" in headers for _, headers, _ in answers] == [False, False, True]
    assert answers[-1][1]["HX-Redirect"] == "/?q=hats"


def test_an_address_that_begins_like_another_site_leads_to_none(limited):
    headers, page = [limited("/%2Fduck.example/?q=soup", **{"HX-Request": "true"}) for _ in range(3)][-1][1:]

    assert headers["HX-Redirect"] == "/duck.example/?q=soup"
    assert "//duck.example" not in page


def test_pages_without_words_and_data_count_as_no_search(limited):
    addresses = ["/", "/search/", "/search/?q=", "/rounds/?page=2", "/timeline.csv?q=hats", "/api/entries?q=hats"]

    answers = [limited(address) for address in addresses * 3]

    assert {status for status, *_ in answers} == {"200 OK"}
    assert not any("RateLimit-Limit" in headers for _, headers, _ in answers)


def test_behind_a_proxy_visitors_are_told_apart_by_what_it_says(limited, settings):
    settings.BEHIND_PROXY = True
    forwarded = ["203.0.113.7, 198.51.100.1"] * 3 + ["203.0.113.7, 198.51.100.2"]

    statuses = [limited(WORDS, **{"X-Forwarded-For": one})[0][:3] for one in forwarded]

    assert statuses == ["200", "200", "429", "200"]
