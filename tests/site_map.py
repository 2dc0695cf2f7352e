"""Walking the site as a reader could, for tests about all of it."""

import re
from collections import Counter
from hashlib import sha1
from html import unescape
from math import inf

from django.urls import Resolver404, resolve

LINK = re.compile(r'href="([^"]+)"')
FILTERED = re.compile(r"/(\?|(people|articles|swaps|changes)/\?(?!as_of=[\d-]+$))")


def links(response, address):
    """The addresses in English of the pages that a page links to, without fragments, those that fill the tray, and the
    choice of a day, which every page has for itself; nor its other formats, which are no pages.
    """
    found = (unescape(link).partition("#")[0] for link in LINK.findall(response.content.decode()))
    here = address.partition("?")[0]
    full = (here + link if link.startswith("?") else link for link in found)
    pages = (link for link in full if not re.search(r"\.\w+(\?|$)", link))
    return [
        link for link in pages if re.match(r"/(?!static/|uk/|as-of/|embed/|oembed|api/.)", link) and "pick=" not in link
    ]


def sort(address):
    """What addresses of one sort share: (name of the page, names of what is asked)."""
    path, _, query = address.partition("?")
    try:
        name = resolve(path).url_name
    except Resolver404:
        name = None
    return name, *sorted({part.partition("=")[0] for part in query.split("&") if part})


def visits(client, start="/", *, day=None, most=inf, filtered=inf):
    """(address, response) of the pages that links lead to, from `start` on, each once and always in the same order.

    Filtered pages of the timeline, of people, articles and changes are visited, but not what they link to: each leads
    to a dozen further filters. With a `day`, only links to what was known on it are followed. Of each sort of address
    at most `most` are visited, or `filtered` if it asks for more than a day; a hash says which, so that they are not
    just the first ones of the lists.
    """
    seen, visited, waiting = {start}, Counter(), [start]
    while waiting:
        further = set()
        for address in waiting:
            kind = sort(address)
            visited[kind] += 1
            if visited[kind] > (filtered if set(kind[1:]) - {"as_of"} else most):
                continue
            response = client.get(address)
            yield address, response
            if address == start or not FILTERED.match(address):
                further |= set(links(response, address)) - seen
        waiting = sorted(
            (link for link in further if day is None or f"as_of={day}" in link),
            key=lambda link: sha1(link.encode(), usedforsecurity=False).digest(),
        )
        seen |= further


def walk(client, start="/"):
    """{address: response} of all `visits`."""
    return dict(visits(client, start))
