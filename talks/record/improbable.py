"""What one article hardly says of an entry: told once, and right if somebody says why.

Files and the pages of the admin ask by these (`talks.files.doubts`). Each gives one sentence, or "" where all is well.
"""

import datetime

from django.utils.translation import gettext

from talks.models import Entry, Round
from talks.record import dates

AHEAD = datetime.timedelta(days=183)  # of its article, an entry that is announced
BEHIND = datetime.timedelta(days=3 * 365)  # its article, an entry that it looks back on
LASTING: dict[type[Entry], datetime.timedelta] = {Round: datetime.timedelta(days=30)}
LONG = datetime.timedelta(days=183)  # for an entry of any other kind
TIMES = 10  # as many as any other article reports


def start(start: str | None, end: str | None, published: datetime.date) -> str:
    """On the first day of an entry, which may end later (ISO texts), by an article of the day `published`."""
    if not start:
        return ""
    first = dates.parse(start)[0]
    if first - published > AHEAD:
        told = gettext("it begins %(start)s, long after its article of %(published)s; look at the year")
    elif published - dates.last_of(end or start) > BEHIND:
        told = gettext("it began %(start)s, years before its article of %(published)s; look at the year")
    else:
        return ""
    return told % {"start": start, "published": published}


def end(model: type[Entry], start: str | None, end: str | None, published: datetime.date) -> str:
    """On the last day of an entry with this first day (ISO texts), or without one, with the day of its article."""
    first = dates.parse(start)[0] if start else published
    lasting = dates.parse(end)[0] - first if end else datetime.timedelta()
    if lasting <= LASTING.get(model, LONG):
        return ""
    told = gettext("it ends on %(end)s, %(days)s days after %(first)s; look at both days")
    return told % {"end": end, "days": lasting.days, "first": first}


def number(count: int | None, others: int | None) -> str:
    """On a number of people, of whom other articles report at most so many in the like."""
    if not count or not others or count < TIMES * others:
        return ""
    told = gettext("%(count)s is ten times as many as any other article reports, %(others)s; look at the zeros")
    return told % {"count": f"{count:,}", "others": f"{others:,}"}


def person(person: str, own: str | None, party: str, elsewhere: str | None) -> str:
    """On a person of the party `own` in the delegation of a `party` of a round, and perhaps in another's (slugs)."""
    names = {"person": person, "own": own, "party": party, "elsewhere": elsewhere}
    if elsewhere:
        told = gettext(
            "“%(person)s” stands in the delegations of “%(party)s” and “%(elsewhere)s” at this round; check which is "
            "meant"
        )
    elif own not in (None, party):
        told = gettext(
            "“%(person)s” is of “%(own)s”, but stands in the delegation of “%(party)s”; check whether that is meant"
        )
    else:
        return ""
    return told % names
