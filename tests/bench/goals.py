"""What is to be reached, declared once: each goal, which part measures it, and how much of it was reached."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Results = Any  # what a part's `run` gives


@dataclass(frozen=True)
class Goal:
    """`value` takes the figure from what `part` measured; it raises LookupError where that could not be measured."""

    part: str
    what: str
    limit: float
    value: Callable[[Results], float]
    unit: str = ""
    at_least: bool = False

    def told(self, results: dict[str, Results]) -> tuple[str, str, str, str]:
        """What it is, what is to be reached, what was measured, and whether that is enough."""
        limit = f"{'≥' if self.at_least else '≤'} {_figure(self.limit, self.unit)}"
        try:
            value = self.value(results[self.part])
        except (LookupError, TypeError):
            return self.what, limit, "–", "not measured"
        return self.what, limit, _figure(value, self.unit), self.verdict(value)

    def verdict(self, value: float) -> str:
        if value >= self.limit if self.at_least else value <= self.limit:
            return "met"
        if not self.limit or not value:
            return "missed"
        times = self.limit / value if self.at_least else value / self.limit
        return f"missed by a factor of {times:.1f}" if times >= 2 else f"missed by {(times - 1) * 100:.0f} %"


def _figure(value, unit):
    digits = 0 if value >= 100 or float(value).is_integer() else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{f' {unit}' if unit else ''}"


def _kept(server, figure, names=("timeline", "round", "ledger")):
    least_or_most = max if "p99" in figure else min
    return lambda result: least_or_most(result[server]["pages"][name][figure] for name in names)


def _page(name):
    return lambda result: result["pages"][name]["ratio"]


def _largest_as_of(result):
    pages = {name: page["ratio"] for name, page in result["pages"].items()}
    return max(pages[name] / pages[name.removesuffix(AS_OF)] for name in pages if name.endswith(AS_OF))


AS_OF = ", as of a day"
NOT_MODIFIED = "timeline, not modified (304)"


def _flat(page):
    """How much more a page takes at the most entries than at the fewest, on the database where that is the most."""

    def value(results):
        return max(_grown(result, page) for result in results)

    return value


def _grown(result, page):
    few, *_, many = (size["pages"][page] for size in result["sizes"])
    unit = "cpu" if result["database"].startswith("SQLite") else "clock"
    return many[unit] / few[unit]


def _more_queries(results):
    """Pages of the timeline that ask more often of a long record than of a short one."""
    sizes = [[size["pages"] for size in result["sizes"]] for result in results]
    return sum(pages[name]["queries"] > few[name]["queries"] for few, *more in sizes for pages in more for name in few)


def _load(name, figure="cpu"):
    return lambda results: next(one for one in results if one["name"].startswith(name))[figure]


def _per_article(results, name):
    one = next(one for one in results if one["name"].startswith(name))
    return one["cpu"] / one["articles"]


def _admin(name):
    return lambda results: results[0]["sizes"][-1]["pages"][name]["cpu"]


def _edit(results):
    return _admin(EDIT)(results) - _admin(UNCHANGED)(results)


def _after_edit(results):
    return _admin(FIRST)(results) / _admin(TIMELINE)(results)


EDIT, UNCHANGED = "an edit of a round", "the form of a round sent as it was"
TIMELINE, FIRST = "timeline, of a visitor", "timeline, first after an edit"


def _heaviest(figure):
    return lambda result: max(weight[figure] for weight in result["weights"].values())


def _largest_paint(result):
    return max(page["paint"] for page in result["lighthouse"].values()) / 1000


def _lowest_score(result):
    return min(score for page in result["lighthouse"].values() for score in page["scores"].values())


def _shift(result):
    return max(size["shift"] for sizes in result["paints"].values() for size in sizes.values())


def _step(figure):
    return lambda result: max(step[figure] for steps in result["steps"].values() for step in steps.values())


BARE, KB, MS = "bare views", "KB", "ms"
GOALS = (
    Goal("ready", "a kept page, granian", 4, _kept("granian", "ratio"), BARE, at_least=True),
    Goal("ready", "a kept page, gunicorn", 1.4, _kept("gunicorn", "ratio"), BARE, at_least=True),
    Goal("ready", "304, granian", 1.5, _kept("granian", "ratio", [NOT_MODIFIED]), BARE, at_least=True),
    Goal("ready", "304, gunicorn", 1.5, _kept("gunicorn", "ratio", [NOT_MODIFIED]), BARE, at_least=True),
    Goal("ready", "p99 of a kept page to the bare view's, granian", 1, _kept("granian", "p99 ratio")),
    Goal("ready", "p99 of a kept page to the bare view's, gunicorn", 1, _kept("gunicorn", "p99 ratio")),
    Goal("ready", "memory of two processes, granian", 160, lambda result: result["granian"]["memory"], "MB"),
    *(
        Goal("cpu", f"{name}, not kept", limit, _page(name), BARE)
        for name, limit in {
            "timeline": 80,
            "a round": 100,
            "ledger": 120,
            "positions": 120,
            "people": 120,
            "proposals compared": 80,
            "articles": 60,
            "search": 80,
        }.items()
    ),
    Goal("cpu", "a page as of a day to today's", 1.2, _largest_as_of),
    Goal("timeline", "first page, 100,000 entries to 100", 1.1, _flat("first page")),
    Goal("timeline", "a page in the middle, 100,000 entries to 100", 1.1, _flat("a page in the middle")),
    Goal("timeline", "as of a day, 100,000 entries to 100", 1.1, _flat("first page as known half-way")),
    Goal("timeline", "pages with more queries at more entries", 0, _more_queries),
    Goal("admin", "an edit at 100,000 entries, besides Django's own work", 150, _edit, "ms of CPU"),
    Goal("admin", "the first page after it, to the same page uncached", 3, _after_edit),
    Goal("load", "fixtures/, first load", 4, _load("fixtures/, first", "seconds"), "s"),
    Goal("load", "fixtures/, second load", 0.7, _load("fixtures/, second", "seconds"), "s"),
    Goal("load", "10,000 articles, peak memory", 500, _load("10,000 generated, first", "megabytes"), "MB"),
    Goal("load", "10,000 articles, a third of what they took", 100, _load("10,000 generated, first"), "s of CPU"),
    Goal(
        "load",
        "an article of 10,000 to one of 1,000",
        1.1,
        lambda results: _per_article(results, "10,000 generated, first") / _per_article(results, "1,000 generated"),
    ),
    Goal("first-view", "first view, all that is sent", 45, lambda result: _heaviest("bytes")(result) / 1000, KB),
    Goal("first-view", "first view, requests", 6, _heaviest("requests")),
    Goal("first-view", "layout shift", 0, _shift),
    Goal("first-view", "Lighthouse, the lowest of all scores", 100, _lowest_score, at_least=True),
    Goal("first-view", "largest paint on a phone, at any size", 1, _largest_paint, "s"),
    Goal("first-view", "a step of the filters", 100, _step("ms"), MS),
    Goal("first-view", "the longest task of a step", 50, _step("task"), MS),
)
HTML = "The HTML of any page is at most 400 KB: a test of all pages holds that (`tests/test_any_record.py`)."


def told(results):
    """A line for each goal of the parts that were measured."""
    return [goal.told(results) for goal in GOALS if goal.part in results]


def summary(lines):
    """How many of these were met."""
    verdicts = [verdict for *_, verdict in lines]
    unknown = verdicts.count("not measured")
    return f"Met: {verdicts.count('met')} of {len(verdicts)} goals. Not measured here: {unknown}."
