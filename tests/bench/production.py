"""The settings of production, with the address of the bare view, and without a line in the log for each answer.

A bare view would cost more by them than a page that is given before Django, which has none.
"""

import sys

from talks.settings import *  # noqa: F403 -- these are meant to be taken over

# What structlog takes along if it is there. Only tests need it (tests/requirements.txt), so no server has it.
sys.modules |= dict.fromkeys(["greenlet", "pygments", "rich"])
ROOT_URLCONF = "tests.bench.urls"
LOGGING["loggers"]["django_structlog"] = {"level": "WARNING"}  # noqa: F405 -- of the settings
