"""The page that says what can be taken along: each of its examples is requested."""

import datetime
import re
from html import unescape

import pytest

from talks.data.snapshots.making import make
from tests.factories import ArticleFactory, reported

pytestmark = pytest.mark.django_db
EXAMPLE = re.compile(r'<a href="([^"]*)"[^>]*><code[^>]*>([^<]*)</code></a>')
LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)[^"]*"')
TYPES = {  # by what stands behind the last slash, without its query
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "atom": "application/atom+xml",
    "ics": "text/calendar",
    "bib": "application/x-bibtex",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
    "": "text/html",
    "oembed": "application/json",
    "entries": "application/json",
}


@pytest.mark.parametrize("language", ["", "/uk"])
def test_each_example_on_the_page_about_data_is_there_and_is_what_its_ending_says(
    client, gazette, tmp_path, settings, language
):
    settings.SNAPSHOTS = tmp_path
    reported("round", "glee", gazette, start="2031-05-02", parties="freedonia")
    make(tmp_path, "https://talks.example", datetime.datetime(2021, 6, 1, tzinfo=datetime.UTC))
    reported("event", "joy", ArticleFactory(slug="herald"))
    make(tmp_path, "https://talks.example", datetime.datetime(2021, 6, 2, tzinfo=datetime.UTC))
    page = client.get(f"{language}/data/").content.decode()
    main = page.partition("<main")[2].partition('id="taking"')[0]

    examples = {unescape(path): unescape(told) for path, told in EXAMPLE.findall(main)}
    answers = {one: client.get(one, follow=True) for one in {*examples, *map(unescape, LINK.findall(main))}}
    for answer in answers.values():
        answer.close()  # of files

    assert {one: answer.status_code for one, answer in answers.items() if answer.status_code != 200} == {}
    in_full = {path: told for path, told in examples.items() if told.startswith("http")}
    assert in_full == {path: f"http://testserver{path}" for path in in_full}
    assert set(map(_ending, in_full)) == set(TYPES)
    for path in in_full:
        assert answers[path]["Content-Type"].startswith(TYPES[_ending(path)]), path


def _ending(path):
    name = path.partition("?")[0].rpartition("/")[2]
    stem, dot, ending = name.partition(".")
    return ending.removeprefix("timelinejs.") if dot else stem
