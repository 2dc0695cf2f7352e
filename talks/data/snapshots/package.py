"""The files that say what a snapshot holds: `datapackage.json` for programs, a dictionary and a note in words.

They are in the language of the record, and hold no day on which they were made, so that the same record gives the same.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import override

from talks.data.snapshots.tables import Column, Table, tables
from talks.models import KINDS, LISTS
from talks.models.translated import RECORD_LANGUAGE
from talks.words import site

README, LICENCE, DICTIONARY, PACKAGE = "README.txt", "LICENCE.txt", "DICTIONARY.md", "datapackage.json"
DATABASE, METADATA = "record.sqlite3", "metadata.json"


@dataclass(frozen=True)
class Written:
    """A file of rows, as it was written."""

    rows: int
    size: int
    sha256: str


def path_of(table: Table, ending: str) -> str:
    """Where the rows of a table stand in a snapshot: “csv/entries.csv”."""
    return f"{ending}/{table.name}.{ending}"


def datapackage(origin: str, csv: Mapping[str, Written]) -> dict[str, Any]:
    """A Frictionless Data Package of the files of CSV, by table."""
    with override(RECORD_LANGUAGE):
        about = {
            "profile": "tabular-data-package",
            "name": slugify(site.talks()) or "record",
            "title": str(site.name()),
            "description": str(site.description()),
            **({"homepage": origin} if origin else {}),
            "licenses": [{"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}],
        }
    return about | {"resources": [_resource(table, csv[name]) for name, table in tables().items()]}


def _resource(table: Table, written: Written) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": path_of(table, "csv"),
        "description": table.told,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.size,
        "hash": f"sha256:{written.sha256}",
        "schema": {
            "fields": [_field(table, column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [_foreign_key(table, column) for column in table.references],
        },
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.name in table.key:
        constraints["required"] = True
    if column.unique or table.key == (column.name,):
        constraints["unique"] = True
    if column.choices:
        constraints["enum"] = [value for value, _ in column.choices]
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.told}
    if column.type == "boolean":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    return field | ({"constraints": constraints} if constraints else {})


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    assert column.refers
    resource, field = column.refers
    return {
        "fields": column.name,
        "reference": {"resource": "" if resource == table.name else resource, "fields": field},
    }


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


# In words


def dictionary() -> str:
    """What each table, column and fact is, as Markdown."""
    parts = [
        "# Data dictionary",
        "Made from what the record declares of itself. Tables and columns are the same in CSV, JSON Lines and SQLite. "
        "A column in *italics* is part of the key that tells the rows of its table apart; → names the table and the "
        "column that a value stands for. An empty cell (null) says that nothing is reported.",
    ]
    for table in tables().values():
        parts += [f"## {table.name}", table.told, "\n".join(_columns(table))]
    return "\n\n".join([*parts, "## Facts, kind by kind", *_facts()]) + "\n"


def _columns(table: Table) -> Iterator[str]:
    yield "| column | type | what it is |"
    yield "|---|---|---|"
    for column in table.columns:
        name = f"*{column.name}*" if column.name in table.key else column.name
        refers = f" → {column.refers[0]}.{column.refers[1]}" if column.refers else ""
        choices = "; ".join(f"`{value}` {label}" for value, label in column.choices)
        told = " ".join(filter(None, [column.told, f"One of: {choices}." if choices else ""]))
        yield f"| {name} | {column.type}{refers} | {told.replace('|', '/')} |"


def _facts() -> Iterator[str]:
    with override(RECORD_LANGUAGE):
        for model in KINDS.values():
            assert model.WORDS
            yield f"### {model.WORDS.all}"
            lines = ["| fact | called | accepted is |", "|---|---|---|"]
            for name, fact in model.FACTS.items():
                several = " Names several, with commas between." if name in LISTS else ""
                lines.append(f"| {name} | {fact.label} | {fact.rule.value}.{several} |")
            yield "\n".join(lines)


def readme(origin: str, rows: Mapping[str, int]) -> str:
    """What the snapshot is, in plain words."""
    with override(RECORD_LANGUAGE):
        name = str(site.name())
    counted = "\n".join(f"  {table}: {rows[table]:,}" for table in tables())
    return f"""{name}
{origin or ""}

The whole public record at one moment, each fact with the article and the paragraph that reports it.

  csv/            a table each, described by {PACKAGE} (Frictionless Data Package)
  jsonl/          the same rows as JSON Lines
  {DATABASE}  the same rows as an SQLite database
  {METADATA}   what Datasette shows beside them; to look through all of it in a browser: datasette .
  {DICTIONARY}   what each table and column is
  {LICENCE}     what you may do with it

Rows:
{counted}

Where sources differ, “differs” says so, and facts has a row for each article with what it reports. The accepted value
is the one that the page gives first. Of numbers of transfers and delegations none is accepted: each row is what one
article says. Nobody is quietly declared right, so give both values when you quote such a fact. What is in findings the
editors conclude themselves, from the articles in finding_sources.

In CSV, yes and no are written so, and a quote mark before a sign such as = or - keeps spreadsheets from computing the
cell; JSON Lines and SQLite have the text as it is, and in SQLite yes is 1 and no is 0.

Drafts, what was withdrawn, and the texts of articles are not in it. To cite it, name the site and the name of this
snapshot.
"""


def licence() -> str:
    """The licence, and what it does not cover."""
    note = (
        "The data and the words of this record are under the licence below. The articles that it names belong to their "
        "publishers; nothing of their text is part of it, and facts are told in own words. What you make of it, you "
        "may use as you like; please name the record, and where sources differ, say so."
    )
    return f"{note}\n\n{(settings.BASE_DIR / 'LICENSE').read_text(encoding='utf-8')}"
