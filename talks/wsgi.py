"""The entry point for the production server, which `manage.py serve` starts."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talks.settings")
# PostgreSQL ends what a page has waited for so long, and the reader is told to come back; commands have no limit.
os.environ.setdefault("PGOPTIONS", "-c statement_timeout=30s")
django = get_wsgi_application()

from django.conf import settings  # noqa: E402 – it needs the models, as what follows

from talks.ready.gate import gate  # noqa: E402
from talks.ready.limit import Limit  # noqa: E402
from talks.ready.room import Room  # noqa: E402

application = Limit(Room(gate(django)), settings.DATA_LIMIT)

gc.collect()
gc.freeze()  # what is loaded by now stays, and need not be searched for what can be freed
