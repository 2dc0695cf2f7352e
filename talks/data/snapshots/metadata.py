"""What Datasette is told of the database of a snapshot, as `metadata.json` beside it: `datasette .` finds both."""

from typing import Any

from django.utils.translation import override

from talks.data.snapshots.tables import Table, tables
from talks.models.translated import RECORD_LANGUAGE
from talks.words import site

NEWEST_FIRST = {"entries": "start", "articles": "published", "changes": "made"}  # others by their key


def metadata(database: str, origin: str) -> dict[str, Any]:
    """Title, licence and source; of each table what it and its columns are, and what it can be counted by."""
    with override(RECORD_LANGUAGE):
        title, description = str(site.name()), str(site.description())
    return {
        "title": title,
        "description": description,
        "license": "MIT License",
        "license_url": "https://opensource.org/license/mit",
        **({"source": title, "source_url": origin} if origin else {}),
        "databases": {database: {"tables": {name: _table(table) for name, table in tables().items()}}},
    }


def _table(table: Table) -> dict[str, Any]:
    facets = [column.name for column in table.columns if column.choices][:1]
    newest = NEWEST_FIRST.get(table.name)
    return {
        "description": table.told,
        "columns": {column.name: column.told for column in table.columns},
        **({"facets": facets} if facets else {}),
        **({"sort_desc": newest} if newest else {}),
    }
