"""The records that several parts measure on: fixtures/, and made-up ones of so many entries. A run makes each once."""

import atexit
import json
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.bench.child import SQLITE, measure

REAL = "fixtures"


@cache
def folder():
    """A folder of this run, removed at its end."""
    made = tempfile.mkdtemp(prefix="talks-bench-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


@cache
def record(name):
    """The address of the database with this record: `REAL`, or a number of entries. Nobody may write to it."""
    database = f"{SQLITE}{folder()}/{name}.sqlite3"
    if measure("records", name, database=database) is None:
        raise RuntimeError(f"The record could not be made: {name}")
    return database


def make_here(name):
    """Put the record into the database of the environment, which must be empty."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import fill

    call_command("migrate", verbosity=0)
    if name == REAL:
        call_command("load_articles", stdout=sys.stderr)
    else:
        fill.add_vocabulary()
        fill.grow(int(name))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {}


if __name__ == "__main__":
    print(json.dumps(make_here(sys.argv[1])))
