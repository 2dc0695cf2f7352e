"""What a filter chooses."""

from django.utils.translation import gettext, ngettext

from talks.models import Kind
from talks.words.kinds import counted, kind_label, kinds_label
from talks.words.language import all_of, any_of, number
from talks.words.swaps import status_label, transfer_kind
from talks.words.time import months


def choice(one):
    """One choice of a filter in words: “Rounds”, “Ukraine”."""
    return kinds_label(one) if isinstance(one, str) else str(one)


def filter_in_words(total, *, kind, party, issue, process, person, q="", since=None, until=None):
    """What a filter of the timeline chooses, in words: “14 rounds with Ukraine and Russia, May to July 2025”."""
    told = _entries(total, kind)
    if involved := [*party, *person]:
        told = gettext("%(told)s with %(names)s") % {"told": told, "names": all_of(involved)}
    if issue:
        told = gettext("%(told)s on %(issues)s") % {"told": told, "issues": all_of(one.title.lower() for one in issue)}
    if process:
        told = gettext("%(told)s of %(series)s") % {"told": told, "series": any_of(process)}
    if q:
        told = gettext("%(told)s that mention “%(words)s”") % {"told": told, "words": q}
    if since or until:
        told = gettext("%(told)s, %(period)s") % {"told": told, "period": months(since, until)}
    return told


def _entries(total, kinds):
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


def swaps_in_words(total, *, status, direction, kind):
    """What a filter of the ledger chooses: “12 swaps, completed or agreed; remains; Freedonia → Sylvania”."""
    told = counted(Kind.SWAP, total)
    told = f"{told}, {any_of(status_label(one).lower() for one in status)}" if status else told
    clauses = [any_of(transfer_kind(one).lower() for one in kind)] if kind else []
    clauses += [any_of(f"{giver} → {receiver}" for giver, receiver in direction)] if direction else []
    return "; ".join([told, *clauses])
