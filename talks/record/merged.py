"""Rows of several articles that say the same, put together: shown once, with all their sources, and where they differ.

Like `talks.record.facts`, pure functions on rows in order of report; relations that are read here must be loaded.
"""

import datetime
from dataclasses import dataclass
from itertools import groupby

from talks.models import Issue, Party, Person, Sourced
from talks.record.facts import folded


@dataclass(frozen=True)
class Reading:
    """One value of a column, and the rows (each of an article) that give it."""

    value: object
    rows: list[Sourced]


def readings(rows, column):
    """The different values that `rows` give for `column`, in order of report; rows that give none are left out."""
    found = {}
    for row in rows:
        value = getattr(row, column)
        if value not in (None, ""):
            found.setdefault(folded(value) if isinstance(value, str) else value, []).append(row)
    return [Reading(getattr(group[0], column), group) for group in found.values()]


def grouped(rows, key):
    """{key: rows} in order of first report."""
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


@dataclass(frozen=True)
class MergedDelegate:
    """A person in a delegation, as all articles together report it."""

    person: Person
    rows: list

    @property
    def titles(self):
        return readings(self.rows, "title")

    @property
    def head(self):
        """True if any article says that this person led the delegation."""
        return any(row.head for row in self.rows)

    @property
    def head_readings(self):
        """What articles say of being head, one reading for yes and one for no; silence is neither."""
        return readings(self.rows, "head")


@dataclass(frozen=True)
class MergedDelegation:
    """A party's delegation at a round, as all articles together report it."""

    party: Party
    rows: list
    members: list[MergedDelegate]

    @property
    def roles(self):
        return readings(self.rows, "role")

    @property
    def sizes(self):
        return readings(self.rows, "size")

    @property
    def expected(self):
        """True if articles only announced it, and none saw it there."""
        return all(row.expected for row in self.rows)

    @property
    def notes(self):
        return readings(self.rows, "note")

    @property
    def heads(self):
        return [member for member in self.members if member.head]


def delegations(rows, delegates):
    """`MergedDelegation`s of one round: those seen there before those expected, then in the order of parties."""
    members = grouped(delegates, lambda row: row.delegation.party_id)
    merged = [
        MergedDelegation(
            group[0].party,
            group,
            [
                MergedDelegate(people[0].person, people)
                for people in grouped(members.get(party, ()), lambda row: row.person_id).values()
            ],
        )
        for party, group in grouped(rows, lambda row: row.party_id).items()
    ]
    for delegation in merged:
        delegation.members.sort(key=lambda member: not member.head)  # heads first; the rest as reported
    return sorted(merged, key=lambda d: (d.expected, d.party.order, d.party.name))


@dataclass(frozen=True)
class Turnover:
    """A party's people at a round against those at the round before: who is `new`, `returning`, or `unnamed` now.

    Unnamed means no more than that no article lists the person at this round.
    """

    new: list[MergedDelegate]
    returning: list[MergedDelegate]
    unnamed: list[MergedDelegate]


def turnover(now, before):
    """The `Turnover` of one party, or None unless articles name people of both delegations."""
    if not (now and before and now.members and before.members):
        return None
    people, earlier = ({member.person for member in delegation.members} for delegation in (now, before))
    return Turnover(
        new=[member for member in now.members if member.person not in earlier],
        returning=[member for member in now.members if member.person in earlier],
        unnamed=[member for member in before.members if member.person not in people],
    )


@dataclass(frozen=True)
class MergedTransfer:
    """One transfer, as all articles together report it. `counts` is empty if no article gives a number."""

    date: datetime.date | None
    until: datetime.date | None
    from_party: Party
    to_party: Party
    kind: str
    rows: list

    @property
    def kind_display(self):
        return self.rows[0].get_kind_display()

    @property
    def counts(self):
        return readings(self.rows, "count")


TRANSFER_KEY = ("date", "until", "from_party", "to_party", "kind")


def transfers(rows):
    """`MergedTransfer`s by date, those without a date last, then in the order of parties and kinds."""
    merged = [
        MergedTransfer(*key, group)
        for key, group in grouped(rows, lambda row: tuple(getattr(row, name) for name in TRANSFER_KEY)).items()
    ]
    return sorted(
        merged, key=lambda t: (t.date is None, str(t.date), str(t.until), t.to_party.order, t.to_party.name, t.kind)
    )


def by_direction(merged):
    """[(receiving party, its transfers)] of a swap of one day, or [] if it has several days or none is given.

    Of several days the numbers are not put together here: an article may report only some of the days.
    """
    if len({transfer.date for transfer in merged}) != 1 or any(transfer.until for transfer in merged):
        return []
    return list(grouped(merged, lambda transfer: transfer.to_party).items())


@dataclass(frozen=True)
class MergedProvision:
    """One demand or offer, in the words of each article that reports it."""

    key: str
    issue: Issue
    rows: list

    @property
    def texts(self):
        return readings(self.rows, "text")

    @property
    def numbers(self):
        return readings(self.rows, "number")


def provisions(rows):
    """`MergedProvision`s of one proposal: by issue, then by the order in which articles list them."""
    merged = [MergedProvision(key, group[0].issue, group) for key, group in grouped(rows, lambda row: row.key).items()]
    return sorted(merged, key=lambda p: (p.issue.order, p.issue.title, p.rows[0].number or 0, p.rows[0].order, p.key))


def by_issue(merged):
    """[(issue, its provisions)] of merged provisions, in the order of issues."""
    return [(issue, list(group)) for issue, group in groupby(merged, key=lambda provision: provision.issue)]


def by_party(accounts):
    """[(party, its accounts in order of report)], parties in their order."""
    groups = grouped(accounts, lambda row: row.party)
    return sorted(groups.items(), key=lambda item: (item[0].order, item[0].name))
