"""British: 2 June 2025. Typed days are ISO: what 02/06/2025 means depends on who reads it."""

from django.conf.locale.en_GB.formats import *  # noqa: F403 -- all of its formats, by their names

DATE_INPUT_FORMATS = ["%Y-%m-%d"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
