"""The settings of production, with the address of the bare view, and without a line in the log for each answer.

A bare view would cost more by them than a page that is given before Django, which has none.
"""

from talks.settings import *  # noqa: F403 -- these are meant to be taken over

ROOT_URLCONF = "tests.bench.urls"
LOGGING["loggers"]["django_structlog"] = {"level": "WARNING"}  # noqa: F405 -- of the settings
