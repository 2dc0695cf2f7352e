"""People at rounds: how they sat there, and in which order they stand."""

from django.utils.translation import gettext, pgettext, pgettext_lazy

from talks.models import Delegate, Person
from talks.record import attendance
from talks.record.attendance import Seat, Turnover
from talks.record.merged import MergedDelegate, MergedDelegation
from talks.words.language import count_in_words, either, number

SORTINGS = {
    attendance.PARTY: pgettext_lazy("people are sorted by", "party"),
    attendance.FIRST: pgettext_lazy("people are sorted by", "first round"),
    attendance.MOST: pgettext_lazy("people are sorted by", "number of rounds"),
    attendance.NAME: pgettext_lazy("people are sorted by", "name"),
}


def sorting(sort: str) -> str:
    """An order of people in words."""
    return str(SORTINGS[sort])


def entries_with(person: Person) -> str:
    """What the number of somebody's entries counts, for those who do not see the table."""
    return gettext("Entries with %(name)s:") % {"name": person}


def gap(delegation: MergedDelegation, turnover: Turnover) -> str:
    """Why nobody can tell who is new in a delegation: “4 of 14 named; changes cannot be told”."""
    short = turnover.gap
    if not short:
        return ""
    told = named_of_all(short)
    if short is delegation:
        return gettext("%(told)s; changes cannot be told") % {"told": told}
    return gettext("At the round before: %(told)s; changes cannot be told") % {"told": told}


def named_of_all(delegation: MergedDelegation) -> str:
    """How many of a delegation articles name, of those it had: “4 of 14 named”, “4 named, size not reported”."""
    told = {"named": number(sum(not member.expected for member in delegation.members))}
    if not delegation.sizes:
        if not delegation.members:
            return gettext("Size and names not reported")
        return gettext("%(named)s named, size not reported") % told
    told["size"] = either(count_in_words(reading.value) for reading in delegation.sizes)
    return gettext("%(named)s of %(size)s named") % told


def seat(seat: Seat) -> str:
    """How a person sat at a round, in a word or two: “head”, “member”."""
    if seat.expected:
        head, other = gettext("expected as head, presence not confirmed"), gettext("expected, presence not confirmed")
        expected = head if seat.head else other
        return gettext("%(seat)s; sources differ") % {"seat": expected} if seat.differs else expected
    if seat.contradicted:
        return gettext("head or member, sources differ")
    if seat.rivals:
        return gettext("head or somebody else, sources differ")
    return pgettext("of a delegation", "head") if seat.head else pgettext("of a delegation", "member")


def led_by(member: MergedDelegate) -> str:
    """Who led a delegation: a name, and whether that was only expected."""
    expected = gettext("%(name)s, expected") % {"name": member.person}
    return expected if member.expected else str(member.person)


def seat_mark(seat: Seat) -> str:
    """Which mark stands for it: head, member, differs, expected."""
    if seat.expected:
        return "expected"
    if seat.differs:
        return "differs"
    return "head" if seat.head else "member"


def seat_row(row: Delegate) -> str:
    """What one article says of a person at a round, beside the title: “head of delegation”."""
    heads = {True: gettext("head of delegation"), False: gettext("an ordinary member"), None: ""}
    own = row.delegation.party_id == row.person.party_id
    of_party = "" if own else gettext("in the delegation of %(party)s") % {"party": row.delegation.party}
    expected = pgettext("a delegate", "expected") if row.delegation.expected else ""
    return ", ".join(
        filter(None, [expected, heads[row.head], of_party, "" if row.title else gettext("no title given")])
    )
