"""Walking the site as a reader could, for tests about all of it."""

import re
from html import unescape

LINK = re.compile(r'href="([^"]+)"')
FILTERED = re.compile(r"/(\?|(people|articles|swaps|changes)/\?(?!as_of=[\d-]+$))")


def links(response, address):
    """The addresses in English that a page links to, without fragments, and without those that fill the tray."""
    found = (unescape(link).partition("#")[0] for link in LINK.findall(response.content.decode()))
    here = address.partition("?")[0]
    full = (here + link if link.startswith("?") else link for link in found)
    return [link for link in full if re.match(r"/(?!static/|uk/)", link) and "pick=" not in link]


def walk(client, start="/"):
    """{address: response} of all pages that links lead to, from `start` on.

    Filtered pages of the timeline, of people, articles and changes are visited, but not what they link to: each leads
    to a dozen further filters.
    """
    pages, waiting = {}, [start]
    while waiting:
        address = waiting.pop()
        if address not in pages:
            pages[address] = client.get(address)
            if address == start or not FILTERED.match(address):
                waiting += links(pages[address], address)
    return pages
