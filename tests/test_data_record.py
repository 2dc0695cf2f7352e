"""The small record taken along: every page in every format, the API, and what made-up requests get from it."""

import csv
import io

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode

from talks.models import KINDS, Article, Entry, Issue, Party, Person, Seen
from talks.public.outputs import FORMATS
from tests.test_api import all_items
from tests.test_data import as_json, body

pytestmark = pytest.mark.usefixtures("record")


@pytest.mark.sweep
def test_every_page_gives_data_that_can_be_read_back(client):
    """Of the small record, each page in each format: as JSON, and as a table of which each line has all columns."""
    for address in addresses():
        found = as_json(client, f"{address}.json{asked(address)}")
        lines = list(csv.reader(io.StringIO(body(client.get(f"{address}.csv{asked(address)}")).decode("utf-8-sig"))))
        items = found[list(found)[-1]]
        assert items, address
        assert len(lines) > 1, address
        assert {len(line) for line in lines} == {len(lines[0])}


def asked(address):
    pairs = {"/compare/rounds": ("round", "r"), "/compare/proposals": ("proposal", "p")}
    if address not in pairs:
        return ""
    kind, name = pairs[address]
    return "?" + "&".join(
        f"{name}={slug}" for slug in Entry.objects.filter(kind=kind).values_list("slug", flat=True)[:2]
    )


def addresses():
    """The pages with data, without their ending; of those with a slug, one each."""
    for page in FORMATS:
        address = first_address(page)
        yield (address.rstrip("/") or "/timeline").partition("?")[0]


def first_address(page):
    rows = {**KINDS, "person": Person, "party": Party, "issue": Issue, "article": Article}
    if page not in rows:
        return reverse(page)
    model = rows[page]
    found = model.objects.visible(Seen.now())
    if page in ("person", "issue", "party"):
        found = found.filter(entry_ties__isnull=False)
    if page == "issue":
        found = found.filter(provisions__isnull=False)
    return reverse(page, args=[found.first().slug])


# The API


@pytest.mark.parametrize("list_", ["people", "parties", "issues", "articles", "comparisons/positions", "differences"])
def test_other_lists_are_given_part_by_part_too(client, list_):
    whole, _ = all_items(client, f"/api/{list_}?limit=100")
    one_by_one, parts = all_items(client, f"/api/{list_}?limit=3")

    assert one_by_one == whole
    assert parts == max(1, -(-len(whole) // 3))


@pytest.fixture
def application():
    """The site as a server asks it, on the connection of the test."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    django = WSGIHandler()
    yield lambda environ, start: django(environ | {"HTTP_ACCEPT_ENCODING": ""}, start)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


CHECKED = hypothesis_settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.long
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_schemathesis_finds_nothing(application, mode):
    """Made-up requests that fit the description, or do not, are answered as it says.

    Of what fits, some is refused all the same: slugs of nothing, or a period that ends before it starts.
    """
    config = schemathesis.Config()
    config.projects.default.checks.positive_data_acceptance.expected_statuses = ["200", "400", "404"]
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, config=config)

    for operation in schema.get_all_operations():

        @CHECKED
        @given(case=operation.ok().as_strategy(generation_mode=mode))
        def check(case):
            case.call_and_validate()

        check()
