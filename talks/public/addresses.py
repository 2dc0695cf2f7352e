"""Addresses as mail, chat and hands leave them, and the pages that were meant."""

import re

from django.http import Http404
from django.shortcuts import redirect
from django.urls import get_script_prefix, is_valid_path, resolve, reverse

from talks import queries
from talks.models import KINDS, Issue, Party
from talks.public.forms.base import PublicForm
from talks.ready.asked import LONGEST
from talks.words.kinds import near

MOST = 2000  # slugs that are looked through for near ones
ROWS = {
    "person": queries.people_with_counts,
    "party": Party.objects.visible,
    "issue": Issue.objects.visible,
    "article": queries.articles,
}


def mended(path):
    """The address of a page that this path is but for marks around it, capitals and the like; else None.

    Mail and chat take what follows a link for a part of it, break it, and replace its hyphens by dashes.
    """
    text = re.sub(r"&\w*;?.*", "", path.lower())  # what was HTML: “&gt;”
    text = re.sub(r"[‐‑‒–—−]", "-", text)
    text = re.sub(r"[\s\u00ad\u200b-\u200d\u2060\ufeff<>]", "", text)
    text = re.sub(r"[^a-z0-9]+$", "", re.sub(r"/+", "/", text)) + "/"
    page = is_valid_path(text) if text != path else None
    return text if page and "admin" not in page.namespaces else None


def page_meant(request):
    """A redirect to the page that a mangled address means, not kept by browsers; None if that cannot be told."""
    path = mended(request.path_info) if request.method in ("GET", "HEAD") else None
    query = request.META["QUERY_STRING"]
    if path is None or len(query) > LONGEST:
        return None
    return redirect(get_script_prefix().rstrip("/") + path + (f"?{query}" if query else ""))


def pages_near(request):
    """[(slug, address)] of the pages of the same sort whose slugs are near to that of this request."""
    try:
        match = resolve(request.path_info)
    except Http404:
        return []
    slug, form = match.kwargs.get("slug"), PublicForm(request.GET)
    if slug is None or match.namespaces or match.url_name not in ROWS | KINDS:
        return []
    rows = (
        KINDS[match.url_name].objects.visible(form.seen) if match.url_name in KINDS else ROWS[match.url_name](form.seen)
    )
    known = rows.order_by("-pk").values_list("slug", flat=True)[:MOST]
    query = f"?as_of={form.day}" if form.day else ""
    return [(one, reverse(match.url_name, args=[one]) + query) for one in near(slug, known)]
