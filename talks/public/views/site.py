"""Health, and pages for what went wrong."""

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from talks.public.pages import NotYetKnown


@never_cache
@require_safe
def healthz(request):
    """200 when the database answers; an error otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def page_not_found(request, exception):
    """404 with a way on: to today, if the as-of day is before the first report; else to the timeline and the lists."""
    not_yet = exception if isinstance(exception, NotYetKnown) else None
    # Only what a view of ours said is shown: the resolver's own exception lists all addresses.
    said = str(exception) if exception.args and isinstance(exception.args[0], str) and not not_yet else ""
    return render(request, "404.html", {"not_yet": not_yet, "said": said}, status=404)


def bad_request(request, exception):
    return render(request, "400.html", status=400)
