"""Kinds of entries, and how many there are of a thing."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import cast

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from talks.models import KINDS, Kind, KindWords
from talks.models.counts import Count
from talks.words.language import count_in_words, noun_number, number

# Of other things than entries of a kind, whose words are declared in `talks.models.kinds`.
COUNTED = {
    "entries": ngettext_lazy("%(count)s entry", "%(count)s entries", "total"),
    "people": ngettext_lazy("%(count)s person", "%(count)s people", "total"),
    "bodies": ngettext_lazy("%(count)s body", "%(count)s bodies", "total"),
    "articles": ngettext_lazy("%(count)s article", "%(count)s articles", "total"),
    "sources": ngettext_lazy("%(count)s independent source", "%(count)s independent sources", "total"),
    "facts": ngettext_lazy("%(count)s fact", "%(count)s facts", "total"),
    "points": ngettext_lazy("%(count)s point", "%(count)s points", "total"),
    "issues": ngettext_lazy("%(count)s issue", "%(count)s issues", "total"),
}
MISSING = {
    "entry": _("There is no entry “%(slug)s” here."),
    "round or proposal": _("There is no round or proposal “%(slug)s” here."),
    "party": _("There is no party “%(slug)s” here."),
    "issue": _("There is no issue “%(slug)s” here."),
    "process": _("There is no series “%(slug)s” here."),
    "person": _("There is no person “%(slug)s” here."),
    "article": _("There is no article “%(slug)s” here."),
    "publisher": _("There is no publisher “%(slug)s” here."),
}


def _words_of(kind: str) -> KindWords:
    """What is declared of a kind; `talks.checks` refuses one without."""
    return cast("KindWords", KINDS[kind].WORDS)


def kind_label(kind: str) -> str:
    """“Round” for "round"."""
    return str(Kind(kind).label)


def kinds_label(kind: str) -> str:
    """“Rounds” for "round"."""
    return str(_words_of(kind).all)


def this(kind: str) -> str:
    """“This round” for "round"."""
    return str(_words_of(kind).this)


def counted(kind: str, total: int | Count) -> str:
    """So many entries of a kind, or other things: “1 round”, “1,000 rounds”, “at least 2 people”."""
    words = _words_of(kind).counted if kind in KINDS else COUNTED[kind]
    if isinstance(total, Count):
        return words % {"total": noun_number(total), "count": count_in_words(total)}
    return words % {"total": total, "count": number(total)}


def missing(noun: str, slug: str) -> str:
    """That there is nothing of this name, in a sentence."""
    words = _words_of(noun).missing if noun in KINDS else MISSING[noun]
    return words % {"slug": slug}


def near(slug: str, known: Iterable[str], most: int = 5) -> list[str]:
    """Those of the known slugs that may be meant: begun with it or made of its words and more; else mistyped as it."""
    known, parts = list(known), set(slug.split("-"))
    longer = [one for one in known if len(slug) > 3 and (one.startswith(slug) or parts <= set(one.split("-")))]
    return longer[:most] or get_close_matches(slug, known, n=most, cutoff=0.75) or _with_words_near(parts, known)[:most]


def _with_words_near(parts: Iterable[str], known: list[str]) -> list[str]:
    """The slugs that have a word near to each of these: volodymyr-zelenskyy for zelensky."""
    return [one for one in known if all(get_close_matches(part, one.split("-"), cutoff=0.85) for part in parts)]


def did_you_mean(slug: str, known: Iterable[str]) -> str:
    """“Did you mean ‘freedonia’?” if a known slug is near, else an empty text."""
    slugs = near(slug, known, most=1)
    return gettext("Did you mean “%(slug)s”?") % {"slug": slugs[0]} if slugs else ""
