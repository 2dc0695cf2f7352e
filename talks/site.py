"""The site of the admin. It stands outside `talks.admin`, whose pages register themselves here as they are imported."""

from django.contrib.admin import AdminSite
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext

from talks.models.history import one_edit


class DeskSite(AdminSite):
    """Django's admin, with what waits for an editor on its first page."""

    def admin_view(self, view, cacheable=False):
        """Whatever one request writes is one edit in the history."""
        return super().admin_view(one_edit()(view), cacheable)

    def get_urls(self):
        return [path("first-day/", self.admin_view(self.first_day), name="first-day"), *super().get_urls()]

    def first_day(self, request):
        """What a new editor needs to know before the first article."""
        from talks.admin.users import ROLES_IN_WORDS  # noqa: PLC0415 -- as below

        context = {"title": gettext("Your first day"), "roles": ROLES_IN_WORDS.items()}
        return TemplateResponse(request, "admin/first_day.html", self.each_context(request) | context)

    def index(self, request, extra_context=None):
        from talks.admin.dashboard import blocks  # noqa: PLC0415 -- only now: it registers itself

        return super().index(request, {"waiting": blocks(self, request)} | (extra_context or {}))
