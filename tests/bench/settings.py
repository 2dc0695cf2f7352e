"""The settings of the tests, with the address of the bare view."""

from tests.settings import *  # noqa: F403 -- these are meant to be taken over

ROOT_URLCONF = "tests.bench.urls"
FIXTURES = BASE_DIR / "fixtures"  # noqa: F405 -- all of the record
