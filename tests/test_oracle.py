"""What the site says is what the files say: it is compared with a reading of these that shares no line with it."""

import json
import re

import pytest
from django.conf import settings

from tests.article_files import REFERENCE, Folder, account, entry, event
from tests.conftest import loaded
from tests.oracle import Oracle
from tests.oracle_counts import count, largest

ALONE = ["kind", "title", "first_reported", "last_reported", "sources", "differs"]
TIED = ["parties", "people", "issues"]


def get(client, address, day, **asked):
    response = client.get(address, asked | ({"as_of": day} if day else {}))
    assert response.status_code == 200
    return response.getvalue().decode()


def plain(value):
    """A value of JSON as the oracle has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return value["slug"]
    return "" if value is None else " ".join(str(value).split())


def cited(report):
    return report["article"], list(map(str, report["paragraphs"]))


def said(reports):
    return [(one["article"], plain(one["value"])) for one in reports]


def of_site(told):
    """What the site tells of an entry, in the shape of `of_files`."""
    return {
        **{name: told[name] for name in ALONE},
        **{name: {one["slug"] for one in told[name]} for name in TIED},
        "start": (told["dates"]["start"], told["dates"]["precision"]),
        "mentions": [(*cited(one), plain(one["value"])) for one in told["mentions"]],
        "facts": {
            fact["field"]: (
                plain(fact["value"]),
                fact["differs"],
                [(*cited(one), plain(one["value"]), one["agrees"]) for one in fact["reports"]],
            )
            for fact in told["facts"]
        },
        "rows": {
            (row["sort"], *map(plain, row["about"].values())): (
                {fact["field"]: (fact["differs"], said(fact["reports"])) for fact in row["facts"]},
                list(map(cited, row["reports"])),
            )
            for row in told["rows"]
        },
    }


def of_files(known):
    return {
        **{name: getattr(known, name) for name in ALONE + TIED},
        "start": (known.start, known.precision),
        "mentions": known.mentions,
        "facts": {field: known.fact(field) for field in known.facts},
        "rows": {(sort, *about): told for sort in known.rows for about, told in known.merged(sort).items()},
    }


def totals(client, day):
    """What `Oracle.totals` gives, as the ledger tells it."""
    return {
        (one["from_party"]["slug"], one["to_party"]["slug"], one["kind"]): (
            count(str(one["low"]))[0] if one["low"] else 0,
            largest(count(str(one["high"]))) if one["high"] else 0,
            *(one[name] for name in ("exchanges", "unnumbered", "beside", "announced")),
        )
        for one in json.loads(get(client, "/swaps.json", day))["totals"]
    }


def choices(client, day):
    """What `Oracle.choices` gives, as the filters of the timeline tell it."""
    page = get(client, "/", day)
    boxes = re.findall(r'name="(\w+)" value="([\w-]+)"[^>]*>(?:(?!</label>).)*class="count">([\d,]+)<', page, re.S)
    lists = re.findall(r'<select id="(\w+)"(.*?)</select>', page, re.S)
    options = [(name, *one) for name, html in lists for one in re.findall(r'value="([\w-]+)".*?\(([\d,]+)\)<', html)]
    found = {name: {} for name in ("kind", "party", "issue", "process", "sources")}
    for name, value, many in [*boxes, *options]:
        if name in found and many != "0":
            found[name][value] = int(many.replace(",", ""))
    return found


def seats(client, day):
    """What `Oracle.seats` gives, as the page of people tells it."""
    return {
        (person["slug"], seat["round"]["slug"], seat["party"]["slug"]): (seat["head"], seat["expected"])
        for person in json.loads(get(client, "/people.json", day))["people"]
        for seat in person["seats"]
    }


def agree(client, folder, many):
    """Assert that the site says on so many days, and today, what the files say."""
    oracle = Oracle(folder)
    with loaded(folder):
        for day in oracle.days(many):
            known = oracle.known(day)
            told = {one["slug"]: one for one in json.loads(get(client, "/timeline.json", day))["entries"]}
            assert told.keys() == known.keys(), day
            for slug, one in known.items():
                assert of_site(told[slug]) == of_files(one), (day, slug)
            assert totals(client, day) == oracle.totals(day), day
            assert choices(client, day) == oracle.choices(day), day
            assert seats(client, day) == oracle.seats(day), day


def transfer(number=None, day=None, *, back=False, kind="prisoners-of-war", **days):
    ways = dict(zip(("from", "to"), ("sylvania", "freedonia") if back else ("freedonia", "sylvania"), strict=True))
    told = {"date": day, "count": number}
    return {**ways, "kind": kind, "paragraphs": [2], **days, **{name: one for name, one in told.items() if one}}


def delegation(party, *members, **fields):
    people = [{"person": person, "paragraphs": [3]} | told for person, told in members]
    return {"party": party, "paragraphs": [2], "members": people} | fields


def provision(key, issue, text):
    return {"key": key, "issue": issue, "text": text, "paragraphs": [4]}


@pytest.fixture
def made_up(tmp_path):
    """A folder in which articles agree, differ, copy and complete each other in the ways that there are rules for."""
    folder = Folder(tmp_path)
    copied = {"url": "https://wire.example/talks"}
    firefly, trentino = "rufus-firefly", "ambassador-trentino"
    others = [{"slug": slug, "name": slug.title(), "party": "sylvania"} for slug in ("baravelli", "pinky")]
    folder.reference("people", [*REFERENCE["people"], *others])
    folder.article(
        "announced",
        "2021-05-01",
        rounds=[
            entry("talks", start="2021-05", city="Ruritz", status="scheduled", number=1, parties=["freedonia"])
            | {
                "delegations": [
                    delegation("sylvania", (trentino, {}), ("pinky", {"head": True}), expected=True, note="Expected.")
                ]
            }
        ],
        swaps=[entry("hats", status="agreed", transfers=[transfer(30), transfer("about 40", back=True)])],
        events=[event("undated"), event("secret", draft=True, start="2021-04-30")],
        proposals=[
            entry("plan", parties=["freedonia"], form="plan", status="draft")
            | {"provisions": [provision("ceasefire", "borders", "Hold fire."), provision("line", "borders", "A line.")]}
        ],
    )
    folder.article(
        "held",
        "2021-05-03",
        article=copied,
        rounds=[
            entry("talks", start="2021-05-02", end="2021-05-03", city="RURÍTZ", status="held", outcome="They met.")
            | {"paragraphs_of": {"city": [7]}, "note": "Rain.", "process": "marx-talks", "country": "CH"}
            | {
                "delegations": [
                    delegation("freedonia", (firefly, {"head": True, "title": "President"}), size="at least 10"),
                    delegation("sylvania", (trentino, {"head": True}), size=9),
                ]
            }
        ],
        accounts=[account("talks", speaker=firefly, issue="borders"), account("undated")],
    )
    folder.article(
        "republished",
        "2021-05-03",
        article=copied | {"publisher": "wire"},
        rounds=[
            entry("talks", start="2021-05-03", status="postponed", outcome="They parted.", country="AT", number=1)
            | {
                "delegations": [
                    delegation("freedonia", (firefly, {"head": False}), ("chicolini", {}), size=14),
                    delegation("sylvania", ("baravelli", {"head": True}), size="10 to 12", role="mediator"),
                ]
            }
        ],
        events=[event("undated", start="2021-04"), event("later", start="2021-04-29", parties=["ruritania"])],
        proposals=[
            entry("plan", parties=["sylvania", "freedonia"], status="submitted", coverage="whole", issues=["prisoners"])
            | {"provisions": [provision("ceasefire", "borders", "No shots.")], "presented_at": "talks"}
        ],
    )
    folder.article(
        "handed-over",
        "2021-05-08",
        article={"agency": "wire"},
        swaps=[
            entry("hats", status="under-way", start="2021-05-06", mediators=["ruritania"], agreed_at="talks")
            | {
                "transfers": [
                    transfer(20, "2021-05-06"),
                    transfer(38, "2021-05-08"),
                    transfer("200 to 250", "2021-05-06", back=True),
                    transfer(None, "2021-05-07", back=True),
                    transfer(12, "2021-05-06", kind="civilians"),
                ]
            },
            entry("remains", status="completed")
            | {"transfers": [transfer(6, "2021-04", kind="remains"), transfer(5, "2021-05-01", kind="remains")]},
        ],
    )
    folder.article(
        "added-up",
        "2021-05-09",
        swaps=[
            entry("hats", status="completed", mediators=["ruritania", "freedonia"], end="2021-05-08")
            | {
                "transfers": [
                    transfer(60, start="2021-05-06", end="2021-05-08"),
                    transfer("more than 210", "2021-05-06", back=True),
                    transfer(7, "2021-05"),
                ]
            },
            entry("remains", status="completed", start="2021-05")
            | {"transfers": [transfer(4, "2021-05", kind="remains"), transfer(3, kind="remains")]},
            entry("ships", status="completed", start="2021-05-09")
            | {"transfers": [transfer(84, "2021-05-09"), transfer(21, "2021-05-08", kind="together")]},
        ],
        events=[event("later", start="2021-04-28", issues=["borders"], time="14:30")],
    )
    folder.article(
        "apart",
        "2021-05-10",
        swaps=[
            entry("ships", status="completed", parties=["freedonia", "sylvania"])
            | {
                "transfers": [
                    transfer(33, "2021-05-09"),
                    transfer(51, "2021-05-09", kind="civilians"),
                    transfer(15, "2021-05-08"),
                    transfer(5, "2021-05-08", kind="civilians"),
                ]
            },
            entry("coats", status="proposed", transfers=[transfer(900)]),
        ],
        proposals=[
            entry("answer", parties=["sylvania"], answers="plan", supersedes="plan", form="roadmap", date="2021")
        ],
        accounts=[account("hats", party="sylvania", speaker=trentino)],
    )
    return folder.path


@pytest.mark.sql
@pytest.mark.django_db
def test_the_site_says_of_a_made_up_record_on_each_day_what_its_files_say(client, made_up):
    agree(client, made_up, 9)


@pytest.mark.long
@pytest.mark.django_db
def test_the_site_says_of_the_record_on_each_day_what_its_files_say(client):
    agree(client, settings.BASE_DIR / "fixtures", 20)
