"""What one article cannot say of an entry. What is merely improbable is told by `talks.record.improbable`.

Files, the pages of the admin and publishing check by these. Each gives one sentence, or "" where all is well.
"""

import datetime

from django.utils.translation import gettext

from talks.models import Entry, Round, Swap
from talks.models.counts import Count
from talks.record import dates

HAPPENED: dict[type[Entry], set[str]] = {
    Round: {Round.RoundStatus.HELD},
    Swap: {Swap.SwapStatus.UNDER_WAY, Swap.SwapStatus.COMPLETED},
}
A_DAY = datetime.timedelta(days=1)  # between the clocks of where it happens and where it is published


def transfer(last: str | None, published: datetime.date) -> str:
    """On a transfer, whose last day is `last` (ISO text of a partial date), by an article of the day `published`."""
    if not last or dates.parse(last)[0] <= published:
        return ""
    told = gettext(
        "the transfer of %(day)s is later than its article, which is of %(published)s; correct the day, or take it out "
        "until it has happened"
    )
    return told % {"day": last, "published": published}


def happened(model: type[Entry], status: str | None, start: str | None, published: datetime.date) -> str:
    """On the status that an article reports of an entry, together with the first day that it gives (ISO text)."""
    if not start or status not in HAPPENED.get(model, ()) or dates.parse(start)[0] <= published + A_DAY:
        return ""
    told = gettext(
        "it is “%(status)s” by an article of %(published)s, but begins later, %(start)s; correct the day or the status"
    )
    return told % {"status": status, "start": start, "published": published}


def last_day(start: str | None, end: str | None) -> str:
    """On the last day of an entry with a first day, of which perhaps only the month or year is known (ISO text)."""
    if not start or not end:
        return ""
    first, precision = dates.parse(start)
    last, end_precision = dates.last_of(end), dates.parse(end)[1]
    within = last <= dates.last_of(start) if end_precision != "day" else last < dates.last_of(start)
    if last < first:
        told = gettext("it ends on %(end)s, before it starts on %(start)s; correct one of them")
    elif precision != "day" and within:
        told = gettext(
            "it ends on %(end)s, within its start %(start)s; write the day on which it started, or leave the end out"
        )
    else:
        return ""
    return told % {"start": start, "end": end}


def delegation(size: Count | None, named: int) -> str:
    """On a delegation with so many people, of whom so many are named."""
    if not size or size.most >= named:
        return ""
    told = gettext("its size is %(size)s, but %(named)s people are named in it; correct the size or the people")
    return told % {"size": size.largest, "named": named}


def paragraphs(numbers: list[int], count: int | None) -> str:
    """On paragraphs of an article's text, which has `count`, or is not stored."""
    if not count or not numbers or max(numbers) <= count:
        return ""
    told = gettext("there is no paragraph %(number)s: the text that is stored has %(count)s; correct the number")
    return told % {"number": max(numbers), "count": count}


def finding(day: datetime.date, published: list[datetime.date]) -> str:
    """On the day of a finding whose sources were published on these days."""
    if not published or day >= max(published):
        return ""
    told = gettext("it is of %(day)s, before its latest source, which is of %(published)s; correct the day")
    return told % {"day": day, "published": max(published)}
