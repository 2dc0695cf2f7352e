"""The failures of logins that count (`AXES_HANDLER` of the settings)."""

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.utils import timezone


class Failures(AxesDatabaseHandler):
    """Those in the database, but for what a clock noted that was far ahead: or it would shut an account until then."""

    def get_user_attempts(self, request, credentials=None):
        latest = timezone.now() + settings.AXES_COOLOFF_TIME
        return [rows.filter(attempt_time__lte=latest) for rows in super().get_user_attempts(request, credentials)]
