"""The settings of production, with the address of the bare view."""

from talks.settings import *  # noqa: F403 -- these are meant to be taken over

ROOT_URLCONF = "tests.bench.urls"
