"""What a page of the timeline costs with few entries and with many.

In process, through the WSGI application with all its middleware, as a server calls it. Beside each page stands a view
that answers “ok” and nothing else, asked through the same handler in the same round.
"""

import datetime
import gc
import json
import time
from wsgiref.util import setup_testing_defaults

SIZES = 100, 10_000, 100_000
ROUNDS = 7  # of which the best counts
BARE = "a bare view"


def run_here():
    """Measure every page at every size in the database of the environment, which must be empty."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from talks.models import Revision
    from tests.bench import fill

    settings.READY_PAGES = True  # as in `tests.bench.cpu`: parts of pages are kept, pages are not
    call_command("migrate", verbosity=0)
    fill.add_vocabulary()
    results = []
    for size in SIZES:
        fill.grow(size)
        Revision.advance()  # as whoever writes does; else pages would show what was counted at the size before
        with connection.cursor() as cursor:  # as `load_articles` does, and as PostgreSQL does by itself in time
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        pages = {name: ("/", query) for name, query in addresses(size).items()}
        results.append({"size": size, "pages": measure_pages(pages)})
    return {"database": f"{connection.display_name} {version(connection)}", "sizes": results}


def version(connection):
    return ".".join(map(str, connection.get_database_version()))


def addresses(size):
    """{name of a page: its query string}; every page but the last shows twenty-five entries."""
    from talks.models import Entry
    from tests.bench import fill

    in_order = Entry.objects.order_by("start", "pk")
    deep, deepest = (_cursor(in_order[place]) for place in (size // 2, 25))
    half = fill.day_of(size // 2)
    return {
        "first page": "",
        "a page in the middle": f"after={deep}",
        "the last page, by its cursor": f"after={deepest}",
        "the last page, read backwards": "before=1900-01-01.0",
        "first page, oldest first": "order=oldest",
        "first page, one kind": "kind=event",
        "first page, one party": "party=party-1",
        "first page as known half-way": f"as_of={half + datetime.timedelta(days=1)}",
        "the ten oldest, by a party rarely named": f"party=party-{fill.PARTIES}",
    }


def _cursor(entry):
    return f"{entry.start}.{entry.pk}"


def measure_pages(pages):
    """{name: milliseconds of CPU and of the clock, queries, bytes} of these (path, query) and of the bare view."""
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    asked = {BARE: ("/bare", "")} | pages
    sizes = {name: _look(application, *address) for name, address in asked.items()}
    best = {name: {"cpu": float("inf"), "clock": float("inf")} for name in asked}
    for _ in range(ROUNDS):
        gc.collect()
        for name, address in asked.items():
            for unit, value in _time(application, *address).items():
                best[name][unit] = min(best[name][unit], value)
    return {name: times | sizes[name] for name, times in best.items()}


def get(application, path, query):
    """Ask as a server does, to the end of the response. Gives (status, body)."""
    environ = {"PATH_INFO": path, "QUERY_STRING": query}
    setup_testing_defaults(environ)
    answer = []
    response = application(environ, lambda status, headers: answer.append(status))
    body = b"".join(response)
    response.close()
    return answer[0], body


def _time(application, path, query):
    """Milliseconds of one request."""
    clock, cpu = time.perf_counter(), time.process_time()
    get(application, path, query)
    return {"cpu": (time.process_time() - cpu) * 1000, "clock": (time.perf_counter() - clock) * 1000}


def _look(application, path, query):
    """The number of queries and bytes of a page that is warm, as the timed ones are. Raises if it is no page."""
    get(application, path, query)
    from django.db import connection

    queries = []

    def note(execute, sql, *args):
        queries.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        status, body = get(application, path, query)
    if status != "200 OK":
        raise RuntimeError(f"{path}?{query}: {status}")
    return {"queries": len(queries), "bytes": len(body), "entries": body.count(b'<li class="entry ')}


if __name__ == "__main__":
    print(json.dumps(run_here()))
