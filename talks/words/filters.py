"""What a filter chooses."""

import datetime
from collections.abc import Collection, Sequence

from django.utils.translation import gettext, ngettext

from talks.models import Issue, Kind, Party, Person, Process
from talks.words.kinds import counted, kind_label, kinds_label
from talks.words.language import all_of, any_of, number
from talks.words.swaps import status_label, transfer_kind
from talks.words.time import months

QUOTES = '"“”„«»'


def choice(chosen: object) -> str:
    """One choice of a filter in words: “Rounds”, “Freedonia”."""
    return kinds_label(chosen) if isinstance(chosen, str) else str(chosen)


def borne_out(asked: str) -> str:
    """How well entries are to be borne out, as a choice (`talks.models.standing.BORNE_OUT`)."""
    return {"one": gettext("One source only"), "differ": gettext("Sources differ")}[asked]


def filter_in_words(
    total: int,
    *,
    kind: Sequence[str],
    party: Collection[Party],
    issue: Collection[Issue],
    process: Collection[Process],
    person: Collection[Person],
    q: str = "",
    sources: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> str:
    """What a filter of the timeline chooses, in words: “14 rounds with Freedonia and Sylvania, May to July 2025”."""
    sentence = _entries(total, kind)
    if involved := [*party, *person]:
        sentence = gettext("%(told)s with %(names)s") % {"told": sentence, "names": all_of(involved)}
    if issue:
        issues = all_of(str(one).lower() for one in issue)
        sentence = gettext("%(told)s on %(issues)s") % {"told": sentence, "issues": issues}
    if process:
        sentence = gettext("%(told)s of %(series)s") % {"told": sentence, "series": any_of(process)}
    if q:
        sentence = ngettext("%(told)s that mentions “%(words)s”", "%(told)s that mention “%(words)s”", total) % {
            "told": sentence,
            "words": q.strip(QUOTES),
        }
    if sources == "one":
        sentence = gettext("%(told)s by one source only") % {"told": sentence}
    if sources == "differ":
        sentence = gettext("%(told)s on which sources differ") % {"told": sentence}
    if since or until:
        sentence = gettext("%(told)s, %(period)s") % {"told": sentence, "period": months(since, until)}
    return sentence


def _entries(total: int, kinds: Sequence[str]) -> str:
    """“2 entries”, “2 rounds”, “2 rounds and swaps”."""
    if len(kinds) == 1:
        return counted(kinds[0], total)
    if not kinds:
        return counted("entries", total)
    # Translators: two kinds or more, such as “1 round or swap” and “5 rounds and swaps”.
    return ngettext("%(count)s %(kind)s", "%(count)s %(kinds)s", total) % {
        "count": number(total),
        "kind": any_of(kind_label(one).lower() for one in kinds),
        "kinds": all_of(kinds_label(one).lower() for one in kinds),
    }


def swaps_in_words(
    total: int,
    *,
    status: Collection[str],
    direction: Collection[tuple[Party, Party]],
    kind: Collection[str],
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> str:
    """What a filter of the ledger chooses: “12 exchanges, completed or agreed; remains; Freedonia → Sylvania; 2025”."""
    sentence = counted(Kind.SWAP, total)
    sentence = f"{sentence}, {any_of(status_label(one).lower() for one in status)}" if status else sentence
    clauses = [any_of(transfer_kind(one).lower() for one in kind)] if kind else []
    clauses += [any_of(f"{giver} → {receiver}" for giver, receiver in direction)] if direction else []
    clauses += [months(since, until)] if since or until else []
    return "; ".join([sentence, *clauses])
