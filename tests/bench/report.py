"""Turns what was measured into Markdown, for the terminal and for docs/benchmarks.md. Every number comes from a run."""

import datetime
import os
import platform
import re
import sqlite3
import subprocess
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/benchmarks.md"


def machine():
    """When and where, in one line."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc").exists() else None
    parts = (
        datetime.datetime.now(datetime.UTC).date().isoformat(),
        f"{os.cpu_count()} cores" + (f" ({model[1]})" if model else ""),
        f"load {os.getloadavg()[0]:.1f} at the end",
        f"Python {platform.python_version()}",
        f"Django {django.__version__}",
        f"SQLite {sqlite3.sqlite_version}",
    )
    return f"Measured {', '.join(parts)}; {revision()}."


def revision():
    """What was measured: the commit, and whether files differed from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty= with changes not committed"],
        cwd=DOCUMENT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"commit {described.stdout.strip()}" if described.returncode == 0 else "commit not known"


def table(head, lines):
    """A Markdown table whose columns stand straight in a terminal too; the first column is text."""
    rows = [[str(cell) for cell in line] for line in (head, *lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])])
    return "\n".join(
        f"| {' | '.join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])} |"
        for row in rows
    )


def goals_section(lines, summary, *after):
    """The table of goals."""
    return "\n".join([machine(), "", table(("goal", "to reach", "measured", ""), lines), "", summary, *after])


def load_section(results):
    """The report on loading."""
    base = next(r for r in results if "generated" in r["name"])
    head = ("load", "articles", "entries", "seconds", "of CPU", "CPU s per 1,000 articles", "ratio", "peak MB")
    lines = [
        (
            r["name"],
            f"{r['articles']:,}",
            f"{r['entries']:,}",
            f"{r['seconds']:.1f}",
            f"{r['cpu']:.1f}",
            f"{per_thousand(r):.1f}",
            f"{per_thousand(r) / per_thousand(base):.2f}",
            f"{r['megabytes']:.0f}",
        )
        for r in results
    ]
    return "\n".join([machine(), "", table(head, lines)])


def per_thousand(result):
    return result["cpu"] / result["articles"] * 1000


def verdict(met):
    return "met" if met else "missed"


def cpu_section(result):
    """The report on pages that are not kept: what each costs in bare views, and how large it is."""
    lines = [
        (
            name,
            f"{page['ms']:.1f}",
            f"{page['ratio']:.0f}",
            page["ceiling"],
            f"{page['anew']:.0f}",
            page["queries"],
            f"{page['bytes'] / 1000:.0f}",
            f"{page['elements']:,}",
        )
        for name, page in result["pages"].items()
    ]
    head = ("page", "ms of CPU", "bare views", "ceiling of CI", "nothing kept", "queries", "KB", "elements")
    bare = f"A bare view took {result['before']:.0f} µs of CPU before all this and {result['after']:.0f} µs after it."
    return "\n".join([machine(), "", bare, "", table(head, lines)])


def restore_section(results):
    """The report on backups and the way back."""
    head = ("database", "articles", "rows", "MB of the file", "s to back up and read back", "s to restore")
    lines = [
        (
            result["database"],
            f"{result['articles']:,}",
            f"{result['rows']:,}",
            f"{result['megabytes']:.1f}",
            f"{result['back_up']:.1f}",
            f"{result['restore']:.1f}",
        )
        for result in results
    ]
    return "\n".join([machine(), "", table(head, lines)])


def timeline_section(results):
    """The report on the timeline, one table for each database."""
    parts = [machine()]
    for result in results:
        parts += ["", f"### {result['database']}", "", timeline_table(result)]
    return "\n".join(parts)


def unit_of(result):
    """SQLite works in our process, PostgreSQL in its own: there only the clock tells."""
    return "cpu" if result["database"].startswith("SQLite") else "clock"


def timeline_table(result):
    unit = unit_of(result)
    sizes = [size["size"] for size in result["sizes"]]
    head = [f"page, ms of {'CPU' if unit == 'cpu' else 'the clock'} at", *(f"{size:,}" for size in sizes), "bare views"]
    head += [*(f"{size:,} to {sizes[0]:,}" for size in sizes[1:]), "queries"]
    return table(head, [_page_line(name, result, unit) for name in result["sizes"][0]["pages"]])


def _page_line(name, result, unit):
    pages = [size["pages"][name] for size in result["sizes"]]
    bare = result["sizes"][-1]["pages"]["a bare view"][unit]
    times = [page[unit] for page in pages]
    queries = sorted({page["queries"] for page in pages})
    ratios = ["" if page["entries"] != pages[0]["entries"] else f"{page[unit] / times[0]:.2f}" for page in pages[1:]]
    return [name, *(f"{t:.2f}" for t in times), f"{times[-1] / bare:.0f}", *ratios, "–".join(map(str, queries))]


def comparisons_section(results):
    """The report on comparisons, one table for each database."""
    parts = [machine()]
    for result in results:
        unit, bare = unit_of(result), result["pages"].pop("a bare view")
        head = ("page", f"ms of {'CPU' if unit == 'cpu' else 'the clock'}", "bare views", "queries", "KB")
        lines = [
            (
                name,
                f"{page[unit]:.0f}",
                f"{page[unit] / bare[unit]:.0f}",
                page["queries"],
                f"{page['bytes'] / 1000:.0f}",
            )
            for name, page in result["pages"].items()
        ]
        few = all(page["queries"] < 10 for page in result["pages"].values())
        parts += [
            "",
            f"### {result['database']}",
            "",
            table(head, lines),
            "",
            f"- Fewer than ten queries: {verdict(few)}.",
        ]
    return "\n".join(parts)


MOST_MILLISECONDS = 250


def admin_section(results):
    """The report on the pages of the admin, one table for each database."""
    parts = [machine()]
    for result in results:
        parts += ["", f"### {result['database']}", "", admin_table(result), "", *admin_targets(result)]
    return "\n".join(parts)


def admin_table(result):
    unit = unit_of(result)
    few, many = result["sizes"]
    head = [f"page, ms of {'CPU' if unit == 'cpu' else 'the clock'} at", f"{few['size']:,}", f"{many['size']:,}"]
    lines = [
        (name, f"{page[unit]:.1f}", f"{other[unit]:.1f}", f"{other[unit] / page[unit]:.2f}", _queries(page, other))
        for (name, page), other in zip(few["pages"].items(), many["pages"].values(), strict=True)
    ]
    return table((*head, f"{many['size']:,} to {few['size']:,}", "queries"), lines)


def _queries(*pages):
    return "–".join(map(str, sorted({page["queries"] for page in pages})))


def _in_brackets(names):
    return f" ({', '.join(names)})" if names else ""


def admin_targets(result):
    """Whether each page asks as often at every size, and whether none keeps an editor waiting."""
    few, many = (size["pages"] for size in result["sizes"])
    more = [name for name in few if few[name]["queries"] != many[name]["queries"]]
    yield f"- As many queries at both sizes: {verdict(not more)}{_in_brackets(more)}."
    slowest, page = max(many.items(), key=lambda item: item[1][unit_of(result)])
    met = page[unit_of(result)] <= MOST_MILLISECONDS
    told = f"{slowest}, {page[unit_of(result)]:.0f} ms"
    yield f"- No page takes longer than {MOST_MILLISECONDS} ms: {verdict(met)} ({told})."


def first_view_section(result):
    """The report on the first view: its weight, when it is painted, whether it jumps, steps, Lighthouse and peers."""
    if "missing" in result:
        return f"{machine()}\n\nNothing was measured. {result['missing']}"
    parts = {
        "Weight": [weight_table(result["weights"])],
        "Paint": [paint_table(result["paints"])],
        "Steps": [steps_table(result["steps"])],
        "Lighthouse": lighthouse_report(result["lighthouse"]),
        "Peers": [peers_table(result)],
    }
    return "\n".join([machine(), *(line for name, lines in parts.items() for line in ("", f"### {name}", "", *lines))])


# What others took on a machine like this in November 2026: KB of the first view, and seconds to the largest paint on a
# telephone. With 10,000 entries neither could be used after 100 seconds.
PEERS = {"TimelineJS 3": (118, "2.9"), "vis-timeline": (174, "2.3")}
NEVER = "never"
AT = 100, 10_000


def peers_table(result):
    """The first view beside what others take."""
    paints = {} if isinstance(result["lighthouse"], str) else result["lighthouse"]
    pages = [f"the timeline, {size:,} entries" for size in AT]
    own = [f"{paints[page]['paint'] / 1000:.1f}" if page in paints else "–" for page in pages]
    heaviest = max(weight["bytes"] for weight in result["weights"].values()) / 1000
    lines = [("this site", f"{heaviest:.0f}", *own)]
    lines += [(name, weight, paint, NEVER) for name, (weight, paint) in PEERS.items()]
    return table(("", "KB", *(f"s to the largest paint at {size:,}" for size in AT)), lines)


def steps_table(steps):
    head = ("record", "step", "ms, page not kept yet", "ms, page kept", "longest task over 50 ms")
    lines = [
        (record_name(record), name, f"{step['first']:.0f}", f"{step['ms']:.0f}", f"{step['task'] or 'none'}")
        for record, taken in steps.items()
        for name, step in taken.items()
    ]
    return table(head, lines)


def record_name(record):
    return f"{record:,} entries" if isinstance(record, int) else f"{record}/"


def ready_section(result):
    """The report on ready pages: how many a second, in bare views measured before and after, and memory."""
    if "missing" in result:
        return f"{machine()}\n\nNothing was measured. {result['missing']}"
    parts = [machine()]
    for server, told in result.items():
        lines = [(f"bare view, {when}", f"{told['bare'][when]:,.0f}", "", "") for when in ("before", "after")]
        lines += [
            (name, f"{page['per second']:,.0f}", f"{page['ratio']:.2f}", f"{page['p99 ratio']:.2f}")
            for name, page in told["pages"].items()
        ]
        head = (server, "requests a second", "bare views", "p99 to the bare view's")
        processes = "one process" if told["processes"] == 1 else f"{told['processes']} processes"
        parts += ["", table(head, lines), "", f"- Memory of {processes}: {told['memory']:.0f} MB."]
    return "\n".join(parts)


def weight_table(weights):
    kinds = ("Document", "Stylesheet", "Script")
    head = ("record", "requests", "KB in all", *(f"KB {kind.lower()}" for kind in kinds), "KB other")
    lines = []
    for record, weight in weights.items():
        parts = [weight["by type"].get(kind, 0) for kind in kinds]
        sizes = (weight["bytes"], *parts, weight["bytes"] - sum(parts))
        lines.append((record_name(record), weight["requests"], *(f"{size / 1000:.1f}" for size in sizes)))
    return table(head, lines)


def paint_table(paints):
    few, many = next(iter(paints.values()))
    head = ("width", f"ms at {few:,}", f"ms at {many:,}", f"{many:,} to {few:,}", f"shift at {few:,}")
    lines = [
        (
            f"{width} px",
            f"{sizes[few]['paint']:.0f}",
            f"{sizes[many]['paint']:.0f}",
            f"{sizes[many]['paint'] / sizes[few]['paint']:.2f}",
            f"{sizes[few]['shift']:.3f}",
            f"{sizes[many]['shift']:.3f}",
        )
        for width, sizes in paints.items()
    ]
    return table((*head, f"shift at {many:,}"), lines)


def lighthouse_report(told):
    """A table of scores and the audits below 1; or the sentence that says why there are none."""
    if isinstance(told, str):
        return [told]
    names = list(next(iter(told.values()))["scores"])
    lines = [
        (page, *(one["scores"][name] for name in names), f"{one['paint'] / 1000:.2f}") for page, one in told.items()
    ]
    below = [
        f"- {page.capitalize()}, {name}, audits below 1: {', '.join(audits)}."
        for page, one in told.items()
        for name, audits in one["audits"].items()
        if audits
    ]
    return [table(("page", *names, "largest paint, s"), lines), "", *(below or ["- No audit is below 1."])]


def suggestions_section(result):
    """The report on suggestions: recall and precision by sort, and all that was missed or wrong."""
    counts = result["counts"]
    counts["all"] = {side: sum(count[side] for count in counts.values()) for side in ("right", "missed", "wrong")}
    head = ("sort", "expected", "suggested", "right", "missed", "wrong", "recall", "precision")
    lines = [
        (sort, c["right"] + c["missed"], c["right"] + c["wrong"], *c.values(), _share(c, "missed"), _share(c, "wrong"))
        for sort, c in counts.items()
    ]
    told = f"{result['articles']} articles with {result['paragraphs']} paragraphs."
    parts = [machine(), "", told, "", table(head, lines)]
    for side in ("missed", "wrong"):
        by_sort = {}
        for name, paragraph, sort, value in result[side]:
            by_sort.setdefault(sort, []).append(f"{value} ({name.partition('-')[0]} {paragraph})")
        parts += ["", f"{side.capitalize()}, with article and paragraph:", ""]
        parts += [f"- {sort}: {', '.join(values)}." for sort, values in by_sort.items()]
    return "\n".join(parts)


def _share(counts, other):
    """What is right as a share of it and the other side."""
    of = counts["right"] + counts[other]
    return f"{counts['right'] / of:.2f}" if of else "–"


def write(part, section):
    """Put a section between its two markers in docs/benchmarks.md."""
    start, end = f"<!-- {part}: written by make bench -->", f"<!-- {part}: end -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(start)
    after = rest.split(end)[1]
    DOCUMENT.write_text(f"{before}{start}\n{section}\n{end}{after}", encoding="utf-8")
