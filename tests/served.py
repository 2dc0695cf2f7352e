"""The settings of a server that a test starts: those of production, without the static files being collected."""

from talks.settings import *  # noqa: F403 -- settings are meant to be taken over

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
