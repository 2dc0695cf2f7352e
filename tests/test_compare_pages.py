"""What the pages of comparisons share: what can be chosen, and which columns a narrow window shows."""

import re

import pytest

from tests.factories import ProcessFactory, reported

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("/compare/rounds/?r=first", "r: Only 1 is chosen; choose at least 2."),
        ("/compare/rounds/?r=first&r=first", "r: “first” is chosen twice; once is enough."),
        ("/compare/rounds/?r=first&r=frist", "r: There is no round “frist” here. Did you mean “first”?"),
        ("/compare/rounds/?r=first&r=draft", "r: There is no round “draft” here."),
        ("/compare/proposals/?p=first&p=x", "p: There is no proposal “first” here."),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why_and_keeps_what_was_valid(client, gazette, address, complaint):
    reported("round", "first", gazette)
    reported("round", "draft", gazette, published=False)

    response = client.get(address)

    assert response.status_code == 400
    assert complaint in response.context["form"].complaints
    assert [one.entry.slug for one in response.context["columns"]] == (["first"] if "r=first" in address else [])


def test_a_narrow_window_shows_the_first_two_columns_or_those_that_the_reader_chose(client, gazette):
    for number in (1, 2, 3):
        reported("round", f"round-{number}", gazette, start=f"2031-05-0{number}")
    three = "/compare/rounds/?r=round-1&r=round-2&r=round-3"

    chosen = client.get(f"{three}&pair=round-3&pair=round-1&as_of=2031-05-20")
    html = chosen.content.decode()

    assert client.get(three).context["pair"] == [0, 1]
    assert chosen.context["pair"] == [0, 2]
    assert re.findall(r'<option value="([^"]*)" selected', html[html.index("pair-of") :]) == ["round-1", "round-3"]
    for kept in ("as_of", "r"):
        assert f'<input type="hidden" name="{kept}"' in html[html.index("pair-of") : html.index("<select")]
    refused = client.get("/compare/rounds/?r=round-1&r=round-2&pair=round-3&pair=round-1")
    assert (refused.status_code, refused.context["pair"]) == (400, [0, 1])
    assert refused.context["form"].complaints == ["pair: Choose two of the columns that are compared."]
    assert client.get(f"{three}&pair=round-1").status_code == 400


def test_series_and_the_most_reported_are_offered_and_every_choice_stands_under_its_year(client, gazette, herald):
    ProcessFactory(slug="opera-talks", title="Opera talks")
    for slug, day in (("old", "2030-05-01"), ("new", "2031-05-01"), ("newest", "2031-05-02")):
        reported("proposal", slug, gazette, start=day, process="opera-talks")
    reported("proposal", "lonely", gazette, start="2031-05-03")
    reported("proposal", "lonely", herald)

    response = client.get("/compare/proposals/")
    offered = [
        (one.series and one.series.slug, [known.entry.slug for known in one.entries])
        for one in response.context["often"]
    ]
    html = response.content.decode()

    assert offered == [
        ("opera-talks", ["newest", "new", "old"]),
        (None, ["lonely", "newest", "new"]),
    ]
    assert re.findall(r'of-year">(\d+)<|name="p" value="([^"]+)"', html) == [
        ("2031", ""),
        ("", "lonely"),
        ("", "newest"),
        ("", "new"),
        ("2030", ""),
        ("", "old"),
    ]
    assert client.get("/proposals/").content.decode().count('class="pick"') == 4
    assert client.get("/search/?q=lonely").content.decode().count('class="pick"') == 1
