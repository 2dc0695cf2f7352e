"""The entry point for the production server, which `manage.py serve` starts."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talks.settings")
django = get_wsgi_application()

from django.conf import settings  # noqa: E402 – they are there by now
from django.db import connections  # noqa: E402

from talks.ready.gate import gate  # noqa: E402 – it needs the models
from talks.ready.ids import Identified  # noqa: E402
from talks.ready.limit import OF_SEARCHES, Limit  # noqa: E402
from talks.ready.room import Room  # noqa: E402

if settings.METRICS_TOKEN:
    from talks.operations.figures import count_page
else:
    from talks.ready.gate import uncounted as count_page

# PostgreSQL ends what a page has waited for so long, and the reader is told to come back; commands have no limit.
# PgBouncer takes no such options; docs/deploy/pgbouncer.ini says it there.
for database in connections.settings.values():
    if database["ENGINE"].endswith("postgresql"):
        from talks import waiting  # which brings the driver along

        if not settings.PGBOUNCER:
            database["OPTIONS"].setdefault("options", f"-c statement_timeout={waiting.LIMIT}s")

searched = Limit(Room(gate(django, count_page)), settings.SEARCH_LIMIT, of=OF_SEARCHES)
application = Identified(Limit(searched, settings.DATA_LIMIT))

gc.collect()
gc.freeze()  # what is loaded by now stays, and need not be searched for what can be freed
