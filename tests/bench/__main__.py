"""python -m tests.bench [--only PART] [--write] [--check]; the parts are those of `PARTS`."""

import argparse
import sys
import time
from pathlib import Path

from tests.bench import cpu, first_view, goals, load, ready, report, suggestions
from tests.bench.child import SQLITE, measure
from tests.bench.records import folder

WITH_POSTGRES = Path(__file__).resolve().parents[1] / "with_postgres.py"


def on_sqlite(module):
    """What a module measures on SQLite, in a list of one."""
    return [measure(module, database=f"{SQLITE}{folder()}/{module}.sqlite3")]


def on_both_databases(module):
    """What it measures on SQLite and, where that can be started, on PostgreSQL."""
    results = [*on_sqlite(module), measure(module, under=[sys.executable, str(WITH_POSTGRES)])]
    return [result for result in results if result]


# {part: (what measures it, what reports it)}
PARTS = {
    "ready": (ready.run, report.ready_section),
    "cpu": (cpu.run, report.cpu_section),
    "timeline": (lambda: on_both_databases("timeline"), report.timeline_section),
    "comparisons": (lambda: on_both_databases("comparisons"), report.comparisons_section),
    "admin": (lambda: on_sqlite("admin"), report.admin_section),
    "load": (load.run, report.load_section),
    "first-view": (first_view.run, report.first_view_section),
    "restore": (lambda: on_both_databases("restore"), report.restore_section),
    "suggestions": (suggestions.run, report.suggestions_section),
}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure what the site is to reach, and say what it does."
    )
    parser.add_argument("--only", choices=PARTS, help="Run one part.")
    parser.add_argument("--write", action="store_true", help="Put the tables into docs/benchmarks.md.")
    parser.add_argument("--check", action="store_true", help="Fail if a page costs more than its ceiling (part cpu).")
    asked = parser.parse_args()
    started, results, sections = time.monotonic(), {}, {}
    for part in [asked.only] if asked.only else PARTS:
        run, section = PARTS[part]
        results[part] = run()
        sections[part] = section(results[part])
        print(f"## {part.replace('-', ' ').capitalize()}\n\n{sections[part]}\n", flush=True)
        print(f"… {part} is done after {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if lines := goals.told(results):
        told = report.goals_section(lines, goals.summary(lines), goals.HTML)
        print(f"## Goals\n\n{told}")
        sections |= {} if asked.only else {"goals": told}
    for part, section in sections.items() if asked.write else ():  # at the end: a report names uncommitted changes
        report.write(part, section)
    dear = cpu.over_their_ceiling(results["cpu"]) if asked.check and "cpu" in results else []
    sys.exit("\n".join(dear) or None)


if __name__ == "__main__":
    main()
