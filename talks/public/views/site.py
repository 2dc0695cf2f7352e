"""Pages for what went wrong."""

import sys

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from talks.logs import request_id
from talks.outage import RETRY, outage_of
from talks.public.addresses import page_meant, pages_near
from talks.public.pages import NotYetKnown, asked_again


def page_not_found(request, exception):
    """To the page meant, if mail or chat mangled its address; else 404 with a way on.

    That leads to today, if the as-of day is before the first report; else to pages near by, the timeline and the lists.
    """
    if meant := page_meant(request):
        return meant
    not_yet = exception if isinstance(exception, NotYetKnown) else None
    # Only what a view of ours said is shown: the resolver's own exception lists all addresses.
    said = str(exception) if exception.args and isinstance(exception.args[0], str) and not not_yet else ""
    context = {"not_yet": not_yet, "said": said, "near": [] if not_yet else pages_near(request)}
    return asked_again(render(request, "404.html", context, status=404))


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def server_error(request):
    """503 while the database is away, busy or full, 500 for any other error; neither page asks the database.

    Django calls this while it handles the error, wherever that came from: a view, a template, the session.
    """
    outage = outage_of(sys.exception())
    if outage is None:
        return render(request, "500.html", {"request_id": request_id.get()}, status=500)
    context = {"outage": outage.name, "seconds": RETRY[outage], "can_be_sent_again": can_be_sent_again(request)}
    context["request_id"] = request_id.get()
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = RETRY[outage]
    add_never_cache_headers(response)
    return response


def can_be_sent_again(request):
    """Whether what was sent may stand on the page, with a button: it came from a page of this site, and is no login."""
    from_here = getattr(request, "csrf_processing_done", False)  # that check has let it pass
    return request.method == "POST" and from_here and not any("password" in name for name in request.POST)
