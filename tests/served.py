"""The settings of a server that a test starts: those of production, without the static files being collected."""

import os

from talks.settings import *  # noqa: F403 -- settings are meant to be taken over

# The file of its record is a copy of that of the tests, where passwords are hashed quickly.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
if patience := os.environ.get("PATIENCE"):  # of pages with PostgreSQL, so that a test need not be as patient
    from talks import waiting

    waiting.PATIENCE = int(patience)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
