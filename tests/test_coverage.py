"""From how many articles and sources the record draws, month by month and kind by kind."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ArticleFactory, PublisherFactory, many_events, reported

pytestmark = pytest.mark.django_db


def rows(response):
    """{month: [its cells]} of the tables, in their order."""
    html = response.content.decode()
    found = re.findall(r'<th scope="row" role="rowheader">([^<]*)</th>(.*?)</tr>', html, re.DOTALL)
    return {month.strip(): re.findall(r"<td[^>]*>\s*(.*?)\s*</td>", cells) for month, cells in found}


@pytest.mark.sql
def test_articles_and_independent_sources_are_counted_by_month_and_kind(client):
    wire, gazette, herald = (PublisherFactory(slug=slug) for slug in ("wire", "gazette", "herald"))
    copies = [
        ArticleFactory(publisher=paper, agency=wire, published=datetime.date(2031, 5, day))
        for day, paper in ((2, gazette), (3, herald))
    ]
    own = ArticleFactory(publisher=gazette, published=datetime.date(2031, 5, 31))
    later = ArticleFactory(publisher=gazette, published=datetime.date(2031, 8, 1))
    for article in copies:
        reported("round", "glee", article)
    reported("swap", "hats", own)
    reported("round", "glee", own)
    reported("event", "premiere", later)
    reported("swap", "secret", later, published=False)

    today, then = client.get("/coverage/"), client.get("/coverage/?as_of=2031-05-30")

    assert rows(today) == {
        "August 2031": ["1 / 1", "", "", "", "1 / 1"],
        "July 2031": ["no article"],
        "June 2031": ["no article"],
        "May 2031": ["3 / 2", "3 / 2", "1 / 1", "", ""],
    }
    assert "2 months without an article" in today.content.decode()
    assert rows(then) == {"May 2031": ["2 / 1", "2 / 1", "", "", ""]}
    assert 'href="/coverage/?as_of=2031-05-30"' in client.get("/articles/?as_of=2031-05-30").content.decode()


def test_a_record_without_articles_says_so(client):
    assert "No article had been published." in client.get("/coverage/").content.decode()
    assert "No article had been published by 2 May 2031." in client.get("/coverage/?as_of=2031-05-02").content.decode()


@pytest.mark.parametrize("count", [3, 60])
def test_coverage_is_counted_once_for_each_state_of_the_record(client, count):
    many_events(count, article=ArticleFactory())
    queries = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get("/coverage/")
        queries.append(len(captured))

    assert queries == [4, 1]
