"""What every request goes through besides Django's own."""

import time
from functools import cache

from django.db import DatabaseError, InterfaceError, OperationalError, connections, router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.dispatch import receiver
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django_structlog import signals
from django_structlog.middlewares import RequestMiddleware

from talks.models import Revision
from talks.outage import RETRY, SILENT, Outage, outage_of
from talks.words.places import ask_once

# What no page here uses, so that nothing that ever got into one could.
UNUSED = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
        *("magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
    )
)


class HeadersMiddleware(SecurityMiddleware):
    """The headers of Django's SecurityMiddleware and two more, also on what comes before that or is refused by it."""

    def process_request(self, request):
        return None

    def process_response(self, request, response):
        response.headers.setdefault("Permissions-Policy", UNUSED)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return super().process_response(request, response)


class HealthMiddleware:
    """Answers /healthz: 200 while pages can be read, else 503 with the reason.

    It comes first: what asks is a machine inside, by an address instead of a name of the site, and without TLS.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info != "/healthz":
            return self.get_response(request)
        outage = Outage.AWAY if is_silent(request) else current_outage()
        response = HttpResponse(
            outage.value if outage else "ok", content_type="text/plain", status=503 if outage else 200
        )
        if outage:
            response["Retry-After"] = RETRY[outage]
        add_never_cache_headers(response)
        return response


def current_outage():
    """What is the matter with the database, so that pages would fail; None if nothing is."""
    try:
        Revision.current()  # which most pages ask for
        applied = MigrationRecorder(connections[router.db_for_read(Revision)]).applied_migrations()
    except (DatabaseError, InterfaceError) as error:
        return outage_of(error) or Outage.AWAY
    return None if migrations() <= set(applied) else Outage.OUTDATED


@cache
def migrations():
    """{(app, name)} of the migrations that this version needs."""
    return set(MigrationLoader(None).graph.nodes)


class LogMiddleware(RequestMiddleware):
    """A line in the log for each request that Django answers: what of the site was asked for, and not by whom."""

    def prepare(self, request):
        request.begun = time.perf_counter()

    @staticmethod
    def format_request(request):
        """Without its query, and without the secret of an address that was sent by mail."""
        match = request.resolver_match
        secret = match.kwargs.get("token") if match else None
        return f"{request.method} {request.path.replace(secret, '…') if secret else request.path}"


@receiver(signals.bind_extra_request_finished_metadata)
def log_time(request, log_kwargs, **kwargs):
    log_kwargs["ms"] = round((time.perf_counter() - request.begun) * 1000)


@receiver(signals.bind_extra_request_failed_metadata)
def log_outage(exception, log_kwargs, **kwargs):
    """With the status that `server_error` answers with."""
    if outage_of(exception):
        log_kwargs["code"] = 503


class QueryMiddleware:
    """Mends an address whose “&” came out of HTML as “&amp;”: all parameters but the first would count for nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META["QUERY_STRING"]
        if request.method in ("GET", "HEAD") and "&amp;" in query:
            return redirect(f"{request.path}?{query.replace('&amp;', '&')}")
        return self.get_response(request)


class SilenceMiddleware:
    """Says at once that the database is away where that is known, instead of waiting for it once more.

    Who waits holds a thread, in which others could be given pages that are ready. A form that was sent is refused only
    behind Django's protection against forged ones (`process_view`): the page that says so gives back what was in it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in ("GET", "HEAD"):
            self.refuse_if_silent(request)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method not in ("GET", "HEAD"):
            self.refuse_if_silent(request)

    def refuse_if_silent(self, request):
        if is_silent(request):
            raise OperationalError("the database says nothing")


def is_silent(request):
    """Whether the database says nothing that would answer; `talks.ready.gate` finds out, where it stands in front."""
    return SILENT in request.META and request.META[SILENT]()


class LanguageMiddleware(LocaleMiddleware):
    """The language of a page is in its address alone.

    As the address of every page here decides (`i18n_patterns` without a prefix for English), Django asks neither the
    browser nor a cookie. It still tells caches that a page without a prefix varies with the browser's language; it
    does not.
    """

    def process_request(self, request):
        super().process_request(request)
        ask_once(True)

    def process_response(self, request, response):
        ask_once(False)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
