"""One page asked for in the place of another."""

from copy import copy

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import get_script_prefix, resolve
from django_htmx.middleware import HtmxDetails


def asking(request, path):
    """The same request for the page at `path`, all of it, as a visitor asks who brings no cookie."""
    other = copy(request)
    other.path, other.path_info = path, inside(path)
    other.resolver_match = resolve(other.path_info)
    other.user, other.htmx = AnonymousUser(), HtmxDetails(HttpRequest())
    return other


def inside(path):
    """A path without that under which the site is served."""
    return f"/{path.removeprefix(get_script_prefix())}"
