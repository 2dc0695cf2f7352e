"""People at rounds: how they sat there, and in which order they stand."""

from django.utils.translation import gettext, pgettext, pgettext_lazy

from talks.models import Delegate
from talks.record import attendance
from talks.record.attendance import Seat

SORTINGS = {
    attendance.PARTY: pgettext_lazy("people are sorted by", "party"),
    attendance.FIRST: pgettext_lazy("people are sorted by", "first round"),
    attendance.MOST: pgettext_lazy("people are sorted by", "number of rounds"),
    attendance.NAME: pgettext_lazy("people are sorted by", "name"),
}


def sorting(sort: str) -> str:
    """An order of people in words."""
    return str(SORTINGS[sort])


def seat(seat: Seat) -> str:
    """How a person sat at a round, in a word or two: “head”, “member”."""
    if seat.expected:
        return gettext("expected as head, not seen") if seat.head else gettext("expected, not seen")
    if seat.differs:
        return gettext("head or member, sources differ")
    return pgettext("of a delegation", "head") if seat.head else pgettext("of a delegation", "member")


def seat_mark(seat: Seat) -> str:
    """Which mark stands for it: head, member, differs, expected."""
    if seat.expected:
        return "expected"
    if seat.differs:
        return "differs"
    return "head" if seat.head else "member"


def seat_row(row: Delegate) -> str:
    """What one article says of a person at a round, beside the title: “head of delegation”."""
    heads = {True: gettext("head of delegation"), False: gettext("a plain member"), None: ""}
    own = row.delegation.party_id == row.person.party_id
    of_party = "" if own else gettext("in the delegation of %(party)s") % {"party": row.delegation.party}
    expected = pgettext("a delegate", "expected") if row.delegation.expected else ""
    return ", ".join(
        filter(None, [expected, heads[row.head], of_party, "" if row.title else gettext("no title given")])
    )
