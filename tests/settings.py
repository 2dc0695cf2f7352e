"""The settings of the tests: those of development, with pages as in production and passwords hashed quickly."""

import os

os.environ.setdefault("DEBUG", "1")  # so that no secret is needed

from talks.settings import *  # noqa: F403 -- the environment must be set first; settings are meant to be taken over

DEBUG = False
STATIC_ROOT = BASE_DIR / "static"  # noqa: F405 -- nothing is collected for tests, but WhiteNoise wants a folder
WHITENOISE_AUTOREFRESH = True  # or each client would look through all static files first
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FIXTURES = BASE_DIR / "tests/record"  # noqa: F405 -- a part of the record that stays as it is; see its README
