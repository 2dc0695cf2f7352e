"""How gunicorn serves the site when it is started in this folder; what its command line says counts more.

A proxy that reads requests whole before it passes them on (nginx does by itself) must stand in front, or a few visitors
who send a byte now and then hold all threads.
"""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

wsgi_app = "talks.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # as many as there are cores: pages are work for the processor
threads = 4
keepalive = 75  # seconds; as long as nginx keeps its own end
timeout = 60  # seconds without a sign of life of a worker's main loop, which goes on while its threads work
graceful_timeout = 60  # for what a restart finds under way
control_socket_disable = True  # a file in the home of whoever starts it, for what nothing here uses


def on_starting(server):
    """Say in a sentence which setting is wrong, instead of in a traceback of each worker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talks.settings")
    try:
        _ = settings.DEBUG
    except ImproperlyConfigured as error:
        sys.exit(str(error))
