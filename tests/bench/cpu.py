"""What a page costs that is not kept ready, in bare views: a ratio that is steady where seconds are not.

In process, through Django's test client and all of the project's middleware, on the whole record: the CPU of one
answer, the best of seven, beside a view that says “ok”, measured before and after it. The page itself is not kept, but
parts of it are, from pages before it (`talks.queries.parts`): that is what it costs while the record stays as it is.
Beside it stands what the same page costs where nothing is kept, `anew`.

`python -m tests.bench --only cpu --check` fails where a page costs more than its ceiling, which is what it was measured
at while the machine did other things, and a third; CI runs that.
"""

import gc
import json
import re
import time

from tests.bench.child import measure
from tests.bench.records import REAL, record

ROUNDS, BARE_ROUNDS = 7, 40
TRIES = 3  # for a page over its ceiling: what else the machine does makes a page dearer, never cheaper
PROPOSALS = "p=us-28-point-plan-2025-11&p=europe-24-point-plan-2025-11"

# {page: (address, its ceiling in bare views)}
PAGES = {
    "timeline": ("/", 90),
    "timeline, one kind": ("/?kind=round", 200),
    "timeline, as of a day": ("/?as_of=2025-07-01", 95),
    "timeline, in Ukrainian": ("/uk/", 90),
    "rounds": ("/rounds/", 110),
    "a round": ("/rounds/istanbul-2025-06-02/", 155),
    "a round, as of a day": ("/rounds/istanbul-2025-06-02/?as_of=2025-07-01", 175),
    "ledger": ("/swaps/", 100),
    "ledger, as of a day": ("/swaps/?as_of=2025-07-01", 110),
    "an exchange": ("/swaps/all-for-all-wounded-and-young-2025-06/", 120),
    "a proposal": ("/proposals/us-28-point-plan-2025-11/", 160),
    "an event": ("/events/buergenstock-summit-2024-06-15/", 80),
    "rounds compared": ("/compare/rounds/?r=istanbul-2025-05-16&r=istanbul-2025-06-02", 160),
    "proposals compared": (f"/compare/proposals/?{PROPOSALS}", 160),
    "positions": ("/compare/positions/", 160),
    "issues": ("/issues/", 50),
    "an issue": ("/issues/ceasefire/", 160),
    "people": ("/people/", 160),
    "a person": ("/people/rustem-umerov/", 120),
    "parties": ("/parties/", 85),
    "a party": ("/parties/european-union/", 85),
    "articles": ("/articles/", 70),
    "an article": ("/articles/reuters-2025-06-02-second-round-begins/", 125),
    "search": ("/search/?q=ceasefire", 240),
    "differences": ("/differences/", 50),
    "changes": ("/changes/", 55),
    "coverage": ("/coverage/", 80),
    "about": ("/about/", 40),
}


def run():
    """{pages: {page: {ms, ratio, anew, ceiling, queries, bytes, elements}}, before, after: µs of the bare view}."""
    return measure("cpu", database=record(REAL))


def over_their_ceiling(result):
    """A sentence for each page that costs more than it may."""
    return [
        f"{name} costs {page['ratio']:.0f} bare views; its ceiling is {page['ceiling']}."
        for name, page in result["pages"].items()
        if page["ratio"] > page["ceiling"]
    ]


def run_here():
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.READY_PAGES = True  # the client asks behind what keeps pages, so that only their parts are kept
    client = Client(SERVER_NAME="localhost")
    for _ in range(BARE_ROUNDS):
        _cpu(client, "/bare")
    before = _best(client, "/bare", BARE_ROUNDS)
    pages = {name: _measured(client, *told) for name, told in PAGES.items()}
    return {"before": before * 1e6, "after": _best(client, "/bare", BARE_ROUNDS) * 1e6, "pages": pages}


def _measured(client, address, ceiling):
    """What a page costs; one over its ceiling is measured again, and the least counts."""
    from django.test import override_settings

    from tests.bench.admin import counted

    if (status := client.get(address).status_code) != 200:  # from here on it is warm: what is counted once has been
        raise RuntimeError(f"{address}: {status}")
    tries = [_tried(client, address)]
    while tries[-1]["ratio"] > ceiling and len(tries) < TRIES:
        tries.append(_tried(client, address))
    queries, answer = counted(client, address)
    with override_settings(READY_PAGES=False):
        client.get(address)
        anew = _tried(client, address)["ratio"]
    shape = {"anew": anew, "queries": queries, "bytes": len(answer.content), "elements": _elements(answer.content)}
    return min(tries, key=lambda told: told["ratio"]) | shape | {"ceiling": ceiling}


def _tried(client, address):
    """{ms, ratio} beside the bare view of before and after."""
    before = _best(client, "/bare", BARE_ROUNDS)
    own = _best(client, address, ROUNDS)
    bare = (before + _best(client, "/bare", BARE_ROUNDS)) / 2
    return {"ms": own * 1000, "ratio": own / bare}


def _best(client, address, rounds):
    gc.collect()
    return min(_cpu(client, address) for _ in range(rounds))


def _cpu(client, address):
    """Seconds of CPU of one answer."""
    started = time.process_time()
    client.get(address)
    return time.process_time() - started


def _elements(body):
    return len(re.findall(rb"<[a-z]", body))


if __name__ == "__main__":
    print(json.dumps(run_here()))
