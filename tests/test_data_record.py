"""The small record taken along: every page in every format, the API, and what made-up requests get from it."""

import csv
import io
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from talks.models import KINDS, Article, Entry, Issue, Party, Person, Seen
from talks.public.outputs import FORMATS
from tests.serving import serving, status, until
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
        return "?q=talks" if address == "/search" else ""
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

LISTS = ["people", "parties", "issues", "articles", "comparisons/positions", "differences", "changes"]


@pytest.mark.parametrize("list_", LISTS)
def test_other_lists_are_given_part_by_part_too(client, list_):
    whole, _ = all_items(client, f"/api/{list_}?limit=100")
    one_by_one, parts = all_items(client, f"/api/{list_}?limit=3")

    assert one_by_one == whole
    assert parts == max(1, -(-len(whole) // 3))


@pytest.mark.long
def test_a_plain_run_of_schemathesis_finds_nothing(tmp_path):
    """Made-up requests that fit the description, and such that do not, are answered as it says."""
    run = partial(subprocess.run, capture_output=True, text=True, timeout=900)
    with serving(tmp_path, DATA_LIMIT="0", FIXTURES=str(settings.FIXTURES)) as (_, port):
        record = {"DATABASE_URL": f"sqlite:///{tmp_path}/db", "DJANGO_SETTINGS_MODULE": "tests.served"}
        load = [sys.executable, "manage.py", "load_articles", str(settings.FIXTURES)]
        run(load, cwd=settings.BASE_DIR, env=os.environ | {"SECRET_KEY": "abcdefghij" * 6} | record).check_returncode()
        assert until(lambda: status(port) == 200)

        program = Path(sys.executable).with_name("schemathesis")
        bounds = ["--max-examples=8", "--seed=1", "--request-timeout=30"]
        found = run([program, "run", f"http://localhost:{port}/api/openapi.json", *bounds], cwd=tmp_path)

    assert found.returncode == 0, found.stdout
    assert "No issues found" in found.stdout
