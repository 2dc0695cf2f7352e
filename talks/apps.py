from django.apps import AppConfig
from django.contrib.admin import apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TalksConfig(AppConfig):
    name = "talks"
    verbose_name = _("Talks")

    def ready(self) -> None:
        from talks import checks  # noqa: F401, PLC0415 -- registers them; models can be imported only now
        from talks.models.roles import give_new_permissions  # noqa: PLC0415

        post_migrate.connect(give_new_permissions, sender=self)


class DeskConfig(apps.AdminConfig):
    """Django's admin, with a first page of our own."""

    default = False
    default_site = "talks.site.DeskSite"
