"""The beginning of an article file, to be filled in: what is known of an article from its address and its text.

The text itself is not in it but for the first words of each paragraph, as comments that say its number.
"""

import datetime

from django.utils.text import Truncator

from talks.files.exporter import HEADER, dump
from talks.files.moved import publisher_of, slug_of_article
from talks.models import Article

WORDS = 12  # of a paragraph
REPORTS = """\
# What it reports stands here by kind (rounds, swaps, proposals, events), in own words, each with its paragraphs:
# events:
#   - slug: what-happened-2025-06-02
#     title: What happened
#     draft: true
#     start: 2025-06-02
#     paragraphs: [1, 2]
"""


def skeleton(url: str, title: str, text: str, published: datetime.date | None, language: str) -> tuple[str, str]:
    """(name, text) of the file; what is not given has an empty place in it."""
    publisher = publisher_of(url)
    slug = slug_of_article(publisher, published.isoformat() if published else None, title)
    given = {"slug": slug, "publisher": publisher, "title": title, "url": url, "published": published}
    known = {name: value for name, value in (given | {"language": language}).items() if value}
    lacking = [name for name in ("title", "published", "language") if name not in known]
    lines = [HEADER.format(schema="../article.schema.json") + dump({"article": known}).rstrip()]
    lines += [f"  {name}:" for name in lacking]
    lines += [REPORTS.rstrip(), "# The paragraphs begin so:"]
    lines += [f"# {number}  {_beginning(block)}" for number, block in Article(text=text).numbered_paragraphs()]
    return f"{slug}.yaml", "\n".join(lines) + "\n"


def _beginning(block: str) -> str:
    line = "".join(letter for letter in " ".join(block.split()) if letter.isprintable())
    return Truncator(line).words(WORDS)
