"""The login: whose failures count together, what is logged of them, and what is answered after too many.

django-axes counts them in the database, by account and by address, and refuses before any password is hashed.
"""

import logging
import math

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max
from django.dispatch import receiver
from django.shortcuts import render
from django.utils import timezone

from talks.ready import visitor

log = logging.getLogger(__name__)


def address_of(request):
    """The address that a visitor's failures are counted under, or None."""
    return visitor.address_of(request.META)


@receiver(user_login_failed)
def log_failure(sender, credentials, request=None, **kwargs):
    """One line, with the name as it was typed, in which nothing can begin another line."""
    refused = "refused" if getattr(request, "axes_locked_out", False) else "failed"
    address = address_of(request) if request else None
    step = "second step of login" if "second" in credentials else "login"
    log.warning("%s %s: user %a from %s", step, refused, credentials.get("username"), address)


def refused(request, response, credentials):
    """What is answered after too many failures: 429, with the time from which the next try is heard."""
    failures = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    latest = max(filter(None, (rows.aggregate(last=Max("attempt_time"))["last"] for rows in failures)))
    until = latest + settings.AXES_COOLOFF_TIME
    answer = render(request, "admin/login_refused.html", {"until": until}, status=429)
    answer["Retry-After"] = max(1, math.ceil((until - timezone.now()).total_seconds()))
    answer["Cache-Control"] = "private, no-store"
    return answer
