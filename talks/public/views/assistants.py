"""What assistants ask, and where they read how."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from talks.public.assistants import MOST
from talks.public.forms.base import PublicForm
from talks.public.pages import reads
from talks.public.problems import problem

NAMED = (
    "about",
    "data",
    "api",
    "api-description",
    "mcp",
    "timeline",
    "issues",
    "parties",
    "people",
    "differences",
    "swaps",
)


@csrf_exempt  # it only reads, and asks for no cookie
@require_POST  # there is no stream of the server’s own, and no session to end
def mcp(request):
    """The Model Context Protocol over HTTP."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
        return problem(413, gettext("Ask in at most %(most)s bytes.") % {"most": MOST})
    from talks.public.assistants.server import respond  # noqa: PLC0415 – half a second and much memory, for few

    response = respond(request)
    response["Cache-Control"] = "no-store"
    return response


@reads(PublicForm)
def llms(request, form):
    """How assistants ask this site, where they look for it (llmstxt.org); in English, as their protocol is."""
    addresses = {name.replace("-", "_"): request.build_absolute_uri(reverse(name)) for name in NAMED}
    told = render_to_string("data/llms.txt", {"limit": settings.DATA_LIMIT, **addresses})
    return HttpResponse(told, content_type="text/plain; charset=utf-8")
