"""What a fact and a kind of entry declare about themselves. All that handles facts and kinds goes by these.

A reported row declares the like on its model; see `talks.models.sources.Sourced`. `talks.checks` says what a
declaration lacks.
"""

import enum
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

Words = str | Promise  # words of a page, translated when they are shown


class Rule(enum.Enum):
    """How the accepted value of a fact follows from its reports (domain.md, “accepted value”)."""

    FIRST = "the first report; other values stand beside it"
    LATEST = "the latest report: it changes with time, so an earlier value is no discrepancy"
    DATE = "the first report, made exact by later ones that agree with it"
    UNION = "all that any report names: a report that names fewer does not contradict"


class Say(enum.Enum):
    """What the text of a value means, where the column does not tell: `talks.words.facts` puts it into words."""

    DATE = "a date, of which the month or the day may be unknown"
    COUNTRY = "the code of a country"
    MINUTES = "a number of minutes"
    PLACE = "the name of a place"


@dataclass(frozen=True)
class Fact:
    """Something that articles can report about entries of a kind. It has the name of its column, which holds the
    accepted value; a list has no column, but ties.

    rule           how the accepted value follows from the reports
    label          what readers see it called
    say            what its text means, where the column does not tell
    lists          for a fact that names several rows by their slugs: the model of these
    brief          its place, from 1, among the few facts beside the title on lists; 0: it does not stand there
    own_words      its text is prose or a name, so search looks through it
    prose          its text is in own words: two of them are two renderings of one thing, which stand side by side and
                   contradict nothing
    beside         in the admin it stands on one line with the fact before it
    admin_label    what editors see it called, in small letters; by default the name of its column
    help_text      of a list, for editors; other facts have that of their column
    """

    rule: Rule
    label: Words
    say: Say | None = None
    lists: type[Model] | None = None
    brief: int = 0
    own_words: bool = False
    prose: bool = False
    beside: bool = False
    admin_label: Words = ""
    help_text: Words = ""


@dataclass(frozen=True)
class KindWords:
    """What the entries of a kind are called; for a single one there is the label of its `Kind`.

    this      the one that a page is about: “This round”
    all       “Rounds”
    counted   an `ngettext_lazy` of `total` that shows %(count)s: “2 rounds”
    missing   that there is none with the slug %(slug)s, in a sentence
    """

    this: Words
    all: Words
    counted: Any
    missing: Words
