"""Pages as tests compare them."""

import re
from html import unescape

NOTE = re.compile(r'\u2060?<a class="source.*?</a>')


def folded(html):
    """HTML with single spaces, and none beside tags: how a template is broken into lines does not matter."""
    return re.sub(r" ?(<[^>]*>) ?", r"\1", re.sub(r"[ \n]+", " ", html))


def text(response):
    """The page as text with single spaces, and none around tags, so that layout does not matter."""
    return folded(response.content.decode())


def hidden_fields(answer):
    """{name: value} of what the page would send again."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode())
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}
