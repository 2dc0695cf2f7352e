"""How much of what an editor would want is suggested for the three made-up articles of tests/suggestions, by sort."""

import json

from tests.bench.child import measure


def run():
    """Counts by sort, and what was missed or wrong."""
    return measure("suggestions")


def count():
    from tests.suggested import SORTS, articles, compared

    result = compared()
    sides = {"right": 0, "missed": 1, "wrong": 2}
    counts = {
        sort: {
            side: sum(row[1] == sort for found in result.values() for row in found[at]) for side, at in sides.items()
        }
        for sort in SORTS
    }
    examples = {
        side: [(name, *row) for name, found in result.items() for row in found[at]]
        for side, at in sides.items()
        if side != "right"
    }
    return {"articles": len(result), "paragraphs": sum(len(texts) for _, texts, _ in articles().values())} | {
        "counts": counts,
        **examples,
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(count()))
