"""British: 2 June 2025; 02/06/2025 is read as June, too."""

from django.conf.locale.en_GB.formats import *  # noqa: F403 -- all of its formats, by their names
