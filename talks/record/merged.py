"""Rows of several articles that say the same, put together: shown once, with all their sources, and where they differ.

Like `talks.record.facts`, pure functions on rows in order of report; relations that are read here must be loaded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, permutations, product

from talks.models import Account, Delegate, Delegation, Issue, Party, Person, Provision, Sourced, Transfer
from talks.models.counts import NONE, UNKNOWN, Count
from talks.record.readings import Reading, agree, differ, figures, grouped, readings
from talks.record.titles import title_key

PARTS_OF_TOGETHER = (Transfer.TransferKind.PRISONERS_OF_WAR, Transfer.TransferKind.CIVILIANS)
# Kinds that one number may take in: one paper's “84” may be another's 33 and 51 of two kinds.
PEOPLE = (*PARTS_OF_TOGETHER, Transfer.TransferKind.CHILDREN)


def any_differ(rows: Iterable[Sourced]) -> bool:
    """True if rows about one entry, of any sorts, differ on one of the things that they report."""
    rows = list(rows)
    handed_over = transfers(row for row in rows if isinstance(row, Transfer))
    others = grouped((row for row in rows if not isinstance(row, Transfer)), lambda row: (type(row), row.about))
    heads = rival_heads(row for row in rows if isinstance(row, Delegate))
    return any(map(differ, others.values())) or any(transfer.differs for transfer in handed_over) or bool(heads)


class Merged:
    """Rows of several articles that report the same thing."""

    rows: list

    @property
    def differs(self) -> bool:
        """True if the articles contradict each other in a number of it."""
        return differ(self.rows)


@dataclass(frozen=True)
class MergedRows(Merged):
    """Reports of a sort of which a page makes nothing more."""

    rows: list


def rival_heads(rows: Iterable[Delegate]) -> dict[tuple[int, ...], list[Delegate]]:
    """{(round, party and person, by their pks): the rows that say that somebody else led that delegation}.

    `rows`: all of the people whom an article names as head of it. An article names one head at most, so two of a
    delegation are told by different articles. Who was only expected is no rival of who was seen there.
    """
    rivals: dict[tuple[int, ...], list[Delegate]] = {}
    for of_one in grouped(rows, lambda row: (row.delegation.round_id, row.delegation.party_id)).values():
        people = grouped(of_one, lambda row: row.person_id).values()
        heads = [reports for reports in people if leading(reports)]
        for one, other in permutations(heads, 2):
            if only_announced(one) == only_announced(other):
                rivals.setdefault(place_of(one[0]), []).extend(leading(other))
    return rivals


def leading(reports: Iterable[Delegate]) -> list[Delegate]:
    """Those of the reports of a delegate that say who led: an article that only names the person is no source of it."""
    return [row for row in reports if row.head]


def only_announced(reports: Iterable[Delegate]) -> bool:
    """True if no report of a delegate says that they came."""
    return all(row.delegation.expected for row in reports)


def place_of(row: Delegate) -> tuple[int, ...]:
    """The round, the party and the person of a row, by their pks."""
    return row.delegation.round_id, *row.about


@dataclass(frozen=True)
class MergedDelegate(Merged):
    """A person in a delegation, as all articles together report it.

    `rivals`: of somebody whom articles name as head, the rows by which others name somebody else, see `rival_heads`.
    """

    person: Person
    rows: list
    rivals: list[Delegate] = field(default_factory=list)

    @property
    def contradicted(self) -> bool:
        """True if articles say of this person both that they led and that they did not."""
        return differ(self.rows)

    @property
    def differs(self) -> bool:
        """True if articles contradict each other in whether this person led."""
        return bool(self.rivals) or self.contradicted

    @cached_property
    def titles(self) -> list[Reading]:
        """The titles that say different things; what differs in spelling or order only is one."""
        return readings(self.rows, "title", title_key)

    @property
    def expected(self) -> bool:
        """True if articles only announced this person."""
        return only_announced(self.rows)

    @cached_property
    def head(self) -> bool:
        """True if any article says that this person led the delegation."""
        return bool(self.leading)

    @property
    def leading(self) -> list[Delegate]:
        """The rows that say so."""
        return leading(self.rows)

    @cached_property
    def head_readings(self) -> list[Reading]:
        """What articles say of being head, one reading for yes and one for no; silence is neither."""
        return readings(self.rows, "head")


@dataclass(frozen=True)
class MergedDelegation(Merged):
    """A party's delegation at a round, as all articles together report it."""

    party: Party
    rows: list
    members: list[MergedDelegate]

    @cached_property
    def roles(self) -> list[Reading]:
        return readings(self.rows, "role")

    @cached_property
    def sizes(self) -> list[Reading]:
        return readings(self.rows, "size")

    @property
    def expected(self) -> bool:
        """True if articles only announced it, and none saw it there."""
        return all(row.expected for row in self.rows)

    @cached_property
    def notes(self) -> list[Reading]:
        return readings(self.rows, "note")

    @property
    def is_named(self) -> bool:
        """True if the people whom articles name there, and do not merely expect, are as many as it can have had."""
        seen = sum(not member.expected for member in self.members)
        return bool(self.sizes) and all(reading.value.most <= seen for reading in self.sizes)

    @cached_property
    def heads(self) -> list[MergedDelegate]:
        """The people of whom any article says that they led; several where articles name different ones."""
        return [member for member in self.members if member.head]

    @property
    def rival_heads(self) -> list[MergedDelegate]:
        """Those of them with whom other articles do not agree that they led, but name somebody else."""
        return [member for member in self.heads if member.rivals]


def members_of(delegates: Iterable[Delegate]) -> list[MergedDelegate]:
    """`MergedDelegate`s of rows of any delegations, with all of each, in order of first report."""
    delegates = list(delegates)
    rivals = rival_heads(delegates)
    return [
        MergedDelegate(rows[0].person, rows, rivals.get(place, []))
        for place, rows in grouped(delegates, place_of).items()
    ]


def delegations(rows: Iterable[Delegation], delegates: Iterable[Delegate]) -> list[MergedDelegation]:
    """`MergedDelegation`s of one round: those seen there before those expected, then in the order of parties."""
    members = grouped(members_of(delegates), lambda member: member.rows[0].delegation.party_id)
    merged = [
        MergedDelegation(group[0].party, group, members.get(party, []))
        for party, group in grouped(rows, lambda row: row.party_id).items()
    ]
    for delegation in merged:
        # Heads first, those seen there before those only expected; the rest as reported.
        delegation.members.sort(key=lambda member: (not member.head, member.head and member.expected))
    return sorted(merged, key=lambda d: (d.expected, d.party.order, d.party.name))


@dataclass(frozen=True)
class Whole:
    """A number that articles give of a transfer, and that takes in people whom others count apart under other kinds.

    “84 in all, of them 51 civilians”: `reading` is the 84, `parts` are the kinds with their numbers.
    """

    reading: Reading
    parts: list[tuple[str, Reading]]

    @property
    def rows(self) -> list:
        """The reports that give the number, and those that give its parts."""
        return [*self.reading.rows, *(row for _, part in self.parts for row in part.rows)]


@dataclass(frozen=True)
class MergedTransfer(Merged):
    """One transfer, as all articles together report it. `counts` is empty if no article gives a number.

    Its days are partial dates, as ISO text. `parts`: the transfers of the same days and direction whose people one of
    prisoners of war and civilians together counts as one. `beside`: those of people of other kinds, whom a number of
    this one may take in.
    """

    date: str | None
    until: str | None
    from_party: Party
    to_party: Party
    kind: str
    rows: list
    parts: list["MergedTransfer"] = field(default_factory=list)
    beside: list["MergedTransfer"] = field(default_factory=list)

    @property
    def kind_display(self) -> str:
        return str(Transfer.TransferKind(self.kind).label)

    @cached_property
    def wholes(self) -> list[Whole]:
        """The numbers that are no count of this kind alone, but of it and of others, which add up to it.

        None of them stands against the count that it takes in, nor in any total of this kind.
        """
        return _wholes(readings(self.rows, "count"), self.beside) if self.beside else []

    @property
    def told(self) -> list:
        """All reports that a page may name beside it."""
        return [*self.rows, *(row for whole in self.wholes for row in whole.rows)]

    @cached_property
    def counts(self) -> list[Reading]:
        """What articles count of this kind."""
        taken = [whole.reading.value for whole in self.wholes]
        return [reading for reading in readings(self.rows, "count") if reading.value not in taken]

    @cached_property
    def contradicted(self) -> bool:
        """True if the articles give numbers of it that cannot all be true."""
        return differ([row for reading in self.counts for row in reading.rows])

    @property
    def differs(self) -> bool:
        """True if the articles contradict each other, or what they say of its parts."""
        return self.contradicted or self.differs_from_parts

    @cached_property
    def figures(self) -> tuple[Count, Count]:
        """Its counts for a lower and a higher total; unknown if no article gives a number."""
        counts = [reading.value for reading in self.counts]
        return figures(counts) if counts else (UNKNOWN, UNKNOWN)

    @property
    def sums_of_parts(self) -> tuple[Count, Count]:
        """What its parts make together, by their lower and by their higher figures; a missing part is unknown."""
        found = {part.kind: part.figures for part in self.parts}
        low, high = zip(*(found.get(kind, (UNKNOWN, UNKNOWN)) for kind in PARTS_OF_TOGETHER), strict=True)
        return sum(low, NONE), sum(high, NONE)

    @property
    def is_counted_in_parts(self) -> bool:
        """True if all its people are counted under their own kinds."""
        return len(self.parts) == len(PARTS_OF_TOGETHER) and all(part.counts for part in self.parts)

    @property
    def differs_from_parts(self) -> bool:
        """True if a count of it cannot be true together with those of its parts."""
        if not self.parts:
            return False
        return not all(agree(reading.value, whole) for reading in self.counts for whole in self.sums_of_parts)


def transfers(rows: Iterable[Transfer]) -> list[MergedTransfer]:
    """`MergedTransfer`s by date, those without a date last, then in the order of parties and kinds."""
    merged = [
        MergedTransfer(**{name: getattr(group[0], name) for name in Transfer.KEY}, rows=group)
        for group in grouped(rows, lambda row: row.about).values()
    ]
    for same in grouped((one for one in merged if one.date), _way).values():
        for one in same if len(same) > 1 else ():
            if one.kind == Transfer.TransferKind.TOGETHER:
                one.parts.extend(other for other in same if other.kind in PARTS_OF_TOGETHER)
            elif one.kind in PEOPLE:
                one.beside.extend(other for other in same if other.kind in PEOPLE and other is not one)
    return sorted(
        merged, key=lambda t: (t.date is None, str(t.date), str(t.until), t.to_party.order, t.to_party.name, t.kind)
    )


def _way(one: MergedTransfer) -> tuple:
    """The days and the direction of a transfer."""
    return one.date, one.until, one.from_party, one.to_party


def _wholes(counts: Iterable[Reading], beside: Sequence[MergedTransfer]) -> list[Whole]:
    """Those of the numbers of one kind that stand against a smaller one and are its sum with those of other kinds."""
    found: list[Whole] = []
    alone: list[Reading] = []
    for reading in sorted(counts, key=lambda one: one.value.order):
        whole = next(_sums(reading, alone, beside), None)
        if whole:
            found.append(whole)
        else:
            alone.append(reading)
    return found


def _sums(reading: Reading, alone: Sequence[Reading], beside: Iterable[MergedTransfer]) -> Iterator[Whole]:
    """How a number can be the sum of one that counts a kind `alone` and of numbers of other kinds.

    An article that counts a kind apart has not taken it into its number. And a part is none of a sum if all that give
    it count the first kind differently.
    """
    own = _articles(reading.rows)
    others = [one for one in beside if not own & _articles(one.rows)]
    choices = [[None, *((one.kind, part) for part in readings(one.rows, "count"))] for one in others]
    for few in (one for one in alone if not one.value.agrees(reading.value)):
        against = _articles(row for one in alone if one is not few for row in one.rows)
        for chosen in product(*choices):
            parts = [part for part in chosen if part]
            told = all(_articles(part.rows) - against for _, part in parts)
            if told and sum((part.value for _, part in parts), few.value) == reading.value:
                yield Whole(reading, parts)


def _articles(rows: Iterable[Sourced]) -> set[int]:
    return {row.article_id for row in rows}


@dataclass(frozen=True)
class MergedProvision(Merged):
    """One demand or offer, in the words of each article that reports it."""

    key: str
    issue: Issue
    rows: list

    @cached_property
    def texts(self) -> list[Reading]:
        return readings(self.rows, "text")

    @cached_property
    def numbers(self) -> list[Reading]:
        return readings(self.rows, "number")

    @property
    def point(self) -> str:
        """The point of the issue that it is about, as first told; empty where nobody told."""
        return next((row.point for row in self.rows if row.point), "")


def provisions(rows: Iterable[Provision]) -> list[MergedProvision]:
    """`MergedProvision`s of one proposal: by issue, then by the order in which articles list them."""
    groups = grouped(rows, lambda row: row.about).values()
    merged = [MergedProvision(group[0].key, group[0].issue, group) for group in groups]
    return sorted(merged, key=lambda p: (p.issue.order, p.issue.title, p.rows[0].number or 0, p.rows[0].order, p.key))


def by_issue(merged: list[MergedProvision]) -> list[tuple[Issue, list[MergedProvision]]]:
    """[(issue, its provisions)] of merged provisions, in the order of issues."""
    return [(issue, list(group)) for issue, group in groupby(merged, key=lambda provision: provision.issue)]


def by_party(accounts: Iterable[Account]) -> list[tuple[Party, list[Account]]]:
    """[(party, its accounts in order of report)], parties in their order."""
    groups = grouped(accounts, lambda row: row.party)
    return sorted(groups.items(), key=lambda item: (item[0].order, item[0].name))
