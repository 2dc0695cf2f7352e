"""What the paragraphs of an article seem to name: people, parties, dates, counts, issues and entries. Pure functions.

Rules and a vocabulary only (`talks.suggest.vocabulary`). Nothing here is certain and nothing is saved: an editor takes
a suggestion into a form, or leaves it."""

import datetime
import unicodedata
from collections.abc import Iterable

from talks.suggest.counts import counts_in
from talks.suggest.days import dates_in, last_year
from talks.suggest.entries import entries_about
from talks.suggest.issues import issues_in
from talks.suggest.names import Known, names_in
from talks.suggest.text import Suggestion


def suggest(
    paragraphs: Iterable[tuple[int, str]], known: Known, published: datetime.date
) -> dict[int, list[Suggestion]]:
    """{number: [Suggestion, …]} for [(number, text), …]; each suggestion once in a paragraph, sort by sort."""
    named: set[str] = set()  # people whose name stood there in full: from then on the last name means them
    found: dict[int, list[Suggestion]] = {}
    year = None
    for number, written in paragraphs:
        text = unicodedata.normalize("NFC", written)
        names = names_in(text, known, named)
        when = dates_in(text, published, year)
        rows = [*names, *when, *counts_in(text), *issues_in(text, known.topics)]
        rows += entries_about(text, rows, known.candidates, published)
        found[number] = list(dict.fromkeys(rows))
        year = last_year(text) or year
    return found
