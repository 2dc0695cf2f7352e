"""How long `load_articles` takes, and how much memory, for the real files and for more and more made-up ones.

Each load has a fresh database file and a process of its own. The seconds are those of the management command alone,
without the start of Python and the migrations.
"""

import io
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.child import SQLITE, measure
from tests.bench.generate import generate

SIZES = 1_000, 10_000
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def run():
    """The loads, as a list of dicts in the order of the report."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        results += _first_and_second("fixtures/", FIXTURES, Path(folder, "fixtures.sqlite3"))
        for size in SIZES:
            files = Path(folder, str(size))
            generate(files, size)
            loads = _first_and_second(f"{size:,} generated", files, Path(folder, f"{size}.sqlite3"), size == SIZES[-1])
            results += loads
    return results


def _first_and_second(name, files, database, again=True):
    """The first load of these files into a new database, and `again` the second, which changes nothing."""
    loads = [f"{name}, first load"] + ([f"{name}, second load, nothing changed"] if again else [])
    return [{"name": load, **measure("load", files, database=f"{SQLITE}{database}")} for load in loads]


def load(files):
    """Load these files into the database of the environment; what it took."""
    import django

    django.setup()
    from django.core.management import call_command

    from talks.models import Article, Entry

    call_command("migrate", verbosity=0)
    told = io.StringIO()
    started, busy = time.perf_counter(), time.process_time()
    call_command("load_articles", files, stdout=told)
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - busy,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "articles": Article.objects.count(),
        "entries": Entry.objects.count(),
        "unchanged": "nothing changed" in told.getvalue(),
    }


if __name__ == "__main__":
    print(json.dumps(load(sys.argv[1])))
