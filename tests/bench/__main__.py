"""python -m tests.bench [--only load|timeline|comparisons|admin|first-view|ready|suggestions] [--write]"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import first_view, load, ready, report, suggestions
from tests.bench.child import SQLITE, measure

WITH_POSTGRES = Path(__file__).resolve().parents[1] / "with_postgres.py"


def on_both_databases(module):
    """What a module measures on SQLite and, where it can be started, on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        results = [measure(module, database=f"{SQLITE}{folder}/bench.sqlite3")]
    results.append(measure(module, under=[sys.executable, str(WITH_POSTGRES)]))
    return [result for result in results if result]


PARTS = {
    "load": lambda: report.load_section(load.run()),
    "timeline": lambda: report.timeline_section(on_both_databases("timeline")),
    "comparisons": lambda: report.comparisons_section(on_both_databases("comparisons")),
    "admin": lambda: report.admin_section(on_both_databases("admin")),
    "first-view": lambda: report.first_view_section(first_view.run()),
    "ready": lambda: report.ready_section(ready.run()),
    "suggestions": lambda: report.suggestions_section(suggestions.run()),
}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure loading, pages and suggestions."
    )
    parser.add_argument("--only", choices=PARTS, help="Run one part.")
    parser.add_argument("--write", action="store_true", help="Put the tables into docs/benchmarks.md.")
    asked = parser.parse_args()
    sections = {}
    for part in [asked.only] if asked.only else PARTS:
        sections[part] = PARTS[part]()
        print(f"## {part.replace('-', ' ').capitalize()}\n\n{sections[part]}\n", flush=True)
    for part, section in sections.items() if asked.write else ():  # at the end: a report names uncommitted changes
        report.write(part, section)


if __name__ == "__main__":
    main()
