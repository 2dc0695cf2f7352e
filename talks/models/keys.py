"""What tells that two articles are one: their address and their words, without what differs between copies."""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

TRACKING = re.compile(r"utm_.*|fbclid|gclid|dclid|yclid|msclkid|igshid|mc_[ce]id", re.IGNORECASE)
LEAST_WORDS = 30  # of a text that can tell an article; shorter ones are alike by chance


def address_key(address: str) -> str:
    """An address without scheme, www, tracking, slash at the end and fragment, but for the post of a live page."""
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.")
    asked = [(name, value) for name, value in parse_qsl(parts.query, True) if not TRACKING.fullmatch(name)]
    query = f"?{urlencode(asked)}" if asked else ""
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("live") else ""
    return f"{host}{parts.path.rstrip('/')}{query}{fragment}"


def text_key(text: str) -> str:
    """A digest of the words of a text, whatever its case, punctuation and paragraphs; empty for a short text."""
    words = re.findall(r"\w+", text.casefold())
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if len(words) >= LEAST_WORDS else ""
