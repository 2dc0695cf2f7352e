"""The site of the admin. It stands outside `talks.admin`, whose pages register themselves here as they are imported."""

from django.contrib.admin import AdminSite

from talks.models.history import one_edit


class DeskSite(AdminSite):
    """Django's admin, with what waits for an editor on its first page."""

    def admin_view(self, view, cacheable=False):
        """Whatever one request writes is one edit in the history."""
        return super().admin_view(one_edit()(view), cacheable)

    def index(self, request, extra_context=None):
        from talks.admin.dashboard import blocks  # noqa: PLC0415 -- only now: it registers itself

        return super().index(request, {"waiting": blocks(self, request)} | (extra_context or {}))
