"""What this site is called and what it holds: the settings, in the language of the page."""

from django.conf import settings
from django.utils.translation import gettext


def name() -> str:
    """What the site is called: “Opera talks: the record”."""
    return gettext(settings.SITE_NAME)


def talks() -> str:
    """What the talks are called, which is what stands before a colon in the name of the site: “Opera talks”."""
    return name().partition(":")[0].strip()


def description() -> str:
    """What the site holds, in a line."""
    return gettext(settings.SITE_DESCRIPTION)
