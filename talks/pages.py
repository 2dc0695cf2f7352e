"""How views answer: a page or a part of it, with what every page needs."""

from django.http import Http404
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from talks.templatetags.talks import Sources


class NotYetKnown(Http404):
    """The page is about an entry that was not reported yet on the as-of day; `first_reported` says when it was."""

    def __init__(self, day, first_reported):
        self.day, self.first_reported = day, first_reported
        super().__init__(f"not reported by {day}")


def render_page(request, template, form, context, *, parts=None):
    """Render `template` for a request that `form` has read, or only a part of it where htmx asks for that part.

    `parts`: {first word of the element's id: template of the part}. The Back button gets the whole page: htmx asks for
    one that it has forgotten like for any other part.
    """
    htmx = request.htmx
    part = (parts or {}).get((htmx.target or "").partition("-")[0])
    swap = bool(part) and not htmx.history_restore_request
    context = {"form": form, "day": form.day, "sources": Sources(), "swap": swap, **context}
    response = render(request, part if swap else template, context, status=form.status)
    if parts:
        patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    return response


def push_address(request, response, form):
    """Have htmx show the address of what it swapped in, without empty parameters."""
    address = form.address()
    response["HX-Push-Url"] = f"{request.path}?{address}" if address else request.path
