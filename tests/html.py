"""Pages as tests compare them."""

import re


def folded(html):
    """HTML with single spaces, and none beside tags: how a template is broken into lines does not matter."""
    return re.sub(r" ?(<[^>]*>) ?", r"\1", re.sub(r"[ \n]+", " ", html))
