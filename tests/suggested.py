"""Made-up articles with what should be suggested for them, and what `talks.suggest` makes of them."""

import datetime
from pathlib import Path

import yaml

from talks.suggest.names import Known
from talks.suggest.paragraphs import suggest
from talks.suggest.text import Candidate, Name, Topic

FOLDER = Path(__file__).parent / "suggestions"
SORTS = {
    "person": "people",
    "party": "parties",
    "date": "dates",
    "count": "counts",
    "issue": "issues",
    "entry": "entries",
}


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def known():
    """What the record of the made-up articles can name."""
    held = read(FOLDER / "known.yaml")
    names = [
        Name(sort, row["slug"], tuple(row["names"]), row.get("code", ""))
        for sort in ("person", "party")
        for row in held[SORTS[sort]]
    ]
    entries = [Candidate(**row | {"parties": frozenset(row["parties"])}) for row in held["entries"]]
    return Known(tuple(names), tuple(Topic(**row) for row in held["issues"]), tuple(entries))


def articles():
    """{name: (day of publication, [(number, text)], {number: {sort: [value]}})}."""
    found = {}
    for path in sorted(FOLDER.glob("*-*.yaml")):
        article = read(path)
        numbered = list(enumerate(article["paragraphs"], start=1))
        texts = [(number, paragraph["text"]) for number, paragraph in numbered]
        found[path.stem] = article["published"], texts, {number: row["expected"] for number, row in numbered}
    return found


def compared():
    """{article: (right, missed, wrong)}, each a sorted list of (paragraph, sort, value)."""
    result = {}
    for name, (published, texts, expected) in articles().items():
        assert isinstance(published, datetime.date)
        wanted = {
            (n, sort, value) for n, sorts in expected.items() for sort, values in sorts.items() for value in values
        }
        found = {(n, row.sort, row.value) for n, rows in suggest(texts, known(), published).items() for row in rows}
        result[name] = sorted(wanted & found), sorted(wanted - found), sorted(found - wanted)
    return result
