from django.apps import AppConfig
from django.contrib.admin import apps
from django.utils.translation import gettext_lazy as _


class TalksConfig(AppConfig):
    name = "talks"
    verbose_name = _("Talks")


class DeskConfig(apps.AdminConfig):
    """Django's admin, with a first page of our own."""

    default = False
    default_site = "talks.site.DeskSite"
