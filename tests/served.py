"""The settings of a server that a test starts: those of production, without the static files being collected."""

from talks.settings import *  # noqa: F403 -- settings are meant to be taken over

# The file of its record is a copy of that of the tests, where passwords are hashed quickly.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
