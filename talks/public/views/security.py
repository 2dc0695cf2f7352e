"""For those who look for holes, and for browsers that were kept from something."""

import datetime
import json
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from talks.models.rules import today
from talks.ready.limit import counted

logger = logging.getLogger(__name__)
VALID = datetime.timedelta(days=180)  # RFC 9116 asks for less than a year
LONGEST = 8 * 1024  # bytes of a report
A_MINUTE = 20  # reports of all visitors that are logged


@require_safe
def security_txt(request):
    """Whom to tell of a hole, as RFC 9116 has it; 404 if the site names nobody."""
    contact = settings.SITE_CONTACT
    if not contact:
        raise Http404("This site names no contact.")
    lines = [
        f"Contact: {contact if contact.startswith('https://') else f'mailto:{contact}'}",
        f"Expires: {today() + VALID}T00:00:00Z",
        f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
@never_cache
def csp_report(request):
    """Log in a line what the content security policy kept a browser from; the first few of each minute."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST:
        return HttpResponse(status=413)
    try:
        said = json.loads(request.body)["csp-report"]
        told = [str(said.get(name, ""))[:200] for name in ("effective-directive", "blocked-uri", "document-uri")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse("a report of the content security policy is wanted", status=400, content_type="text/plain")
    if counted(cache, "csp-reports", 60) <= A_MINUTE:
        logger.warning("The content security policy kept a browser from %s", " ".join(map(_line, told)))
    return HttpResponse(status=204)


def _line(text):
    """What fits into a line of the log, without what a visitor searched for."""
    told = text.partition("?")[0].partition("#")[0]
    return told if told.isprintable() else ascii(told)
