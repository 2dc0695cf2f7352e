"""Who sat at which round, under which titles, and who came anew: delegate rows put together by person and round.

Like `talks.record.merged`, pure functions on rows in order of report; relations that are read here must be loaded.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from talks.models import Delegate, Party, Person
from talks.models.translated import in_alphabet
from talks.record.facts import KnownEntry
from talks.record.merged import MergedDelegate, MergedDelegation, place_of, rival_heads
from talks.record.readings import Reading, grouped, readings
from talks.record.titles import title_key

ROUNDS = 12  # columns of one grid: as many as can be read across; a link leads to those before
PARTY, FIRST, MOST, NAME = SORTS = ("party", "first", "rounds", "name")


@dataclass(frozen=True)
class Seat(MergedDelegate):
    """A person at one round, as all articles together report it: one cell of the grid."""

    @property
    def parties(self) -> list[Party]:
        """The parties in whose delegations articles name the person; more than one where they differ."""
        return list(dict.fromkeys(row.delegation.party for row in self.rows))

    @property
    def others(self) -> list[Party]:
        """Those of these parties that are not the person's own."""
        return [party for party in self.parties if party.pk != self.person.party_id]


def seats(rows: Iterable[Delegate], of_heads: Iterable[Delegate] | None = None) -> dict[tuple[int, int], Seat]:
    """{(person pk, round pk): Seat} of delegate rows; each row is in exactly one.

    `of_heads`: all rows of the people whom articles name as heads at these rounds, where `rows` has not all of them.
    """
    rows = list(rows)
    rivals = rival_heads(rows if of_heads is None else of_heads)
    cells = grouped(rows, lambda row: (row.person_id, row.delegation.round_id))
    return {key: Seat(of_one[0].person, of_one, _rivals(of_one, rivals)) for key, of_one in cells.items()}


def _rivals(rows: Iterable[Delegate], rivals: Mapping[tuple[int, ...], list[Delegate]]) -> list[Delegate]:
    return [rival for place in dict.fromkeys(map(place_of, rows)) for rival in rivals.get(place, ())]


@dataclass(frozen=True)
class Turnover:
    """A party's people at a round against those at the round before: who is `new`, `returning`, or `unnamed` now.

    `back`: {pk of a person who was not at the round before: the latest earlier round at which an article saw them}.
    `gap`: the delegation, of the two, whose names do not reach its size, so that no change can be told; all else is
    empty then.
    """

    new: list[MergedDelegate] = field(default_factory=list)
    back: dict[int, KnownEntry] = field(default_factory=dict)
    returning: list[MergedDelegate] = field(default_factory=list)
    unnamed: list[MergedDelegate] = field(default_factory=list)
    gap: MergedDelegation | None = None


def turnover(
    now: MergedDelegation | None, before: MergedDelegation | None, earlier: Mapping[int, KnownEntry] | None = None
) -> Turnover | None:
    """The `Turnover` of one party, or None unless articles name people of both delegations.

    `earlier`: {pk of a person: the latest round before this one at which an article saw them}.
    """
    if not (now and before and now.members and before.members):
        return None
    if gap := next((one for one in (now, before) if not one.is_named), None):
        return Turnover(gap=gap)
    people, earlier_people = ({member.person for member in delegation.members} for delegation in (now, before))
    others = [member for member in now.members if member.person not in earlier_people]
    back = {member.person.pk: earlier[member.person.pk] for member in others if earlier and member.person.pk in earlier}
    return Turnover(
        new=[member for member in others if member.person.pk not in back],
        back=back,
        returning=[member for member in now.members if member.person in earlier_people],
        unnamed=[member for member in before.members if member.person not in people],
    )


@dataclass(frozen=True)
class Presence:
    """At how many rounds a person was, and on which day at the first; announcements count for neither."""

    rounds: int = 0
    first: datetime.date | None = None


def presences(named: Iterable[tuple[int, int, bool]], stands: dict[int, datetime.date]) -> dict[int, Presence]:
    """{person pk: Presence} from (person pk, round pk, only expected) and {round pk: its day}.

    Rounds that are not in `stands` are left out, and so are people who are named at no other.
    """
    rounds_of: dict[int, set[int]] = {}
    for person, round_, expected in named:
        if round_ in stands:
            rounds_of.setdefault(person, set()).update(() if expected else (round_,))
    return {
        person: Presence(len(rounds), min((stands[one] for one in rounds), default=None))
        for person, rounds in rounds_of.items()
    }


def ordered(people: Iterable[Person], presence_of: dict[int, Presence], sort: str = PARTY) -> list[Person]:
    """These people as `sort` wants them; those who are equal in that by party, and of one party by number of rounds.

    `presence_of`: what `presences` gives; empty where rounds do not count.
    """

    def by_party(person: Person) -> tuple:
        party, rounds = person.party, presence_of[person.pk].rounds if presence_of else 0
        return (party is None, *(in_alphabet(party) if party else ()), -rounds, *in_alphabet(person))

    def by_first(person: Person) -> tuple:
        first = presence_of[person.pk].first
        return first is None, first or datetime.date.max, by_party(person)

    def by_rounds(person: Person) -> tuple:
        return -presence_of[person.pk].rounds, by_party(person)

    return sorted(people, key={PARTY: by_party, FIRST: by_first, MOST: by_rounds, NAME: in_alphabet}[sort])


@dataclass(frozen=True)
class Window:
    """So many of the rounds as one grid shows, in order; windows are counted from the latest rounds back, from 1."""

    rounds: list
    number: int
    all: int  # rounds in all windows
    size: int = ROUNDS

    @property
    def last(self) -> int:
        """The number of the window with the earliest rounds."""
        return max(1, -(-self.all // self.size))

    @property
    def later(self) -> int | None:
        return self.number - 1 or None

    @property
    def earlier(self) -> int | None:
        return self.number + 1 if self.number < self.last else None

    @property
    def start(self) -> int:
        """The place of its first round among all, from 1."""
        return max(0, self.all - self.number * self.size) + 1

    @property
    def end(self) -> int:
        return self.all - (self.number - 1) * self.size


def window(rounds: Sequence, number: int = 1, size: int = ROUNDS) -> Window | None:
    """The `Window` with this number of rounds in order, or None if there is no such window."""
    end = len(rounds) - (number - 1) * size
    if number > 1 and end <= 0:
        return None
    return Window(list(rounds[max(0, end - size) : max(0, end)]), number, len(rounds), size)


@dataclass(frozen=True)
class Row:
    """A person's line of the grid: a `Seat` or None for each of its rounds."""

    person: Person
    presence: Presence
    cells: list[Seat | None]


def grid(
    people: Iterable[Person],
    presence_of: dict[int, Presence],
    rounds: Collection[int],
    rows: Iterable[Delegate],
    of_heads: Iterable[Delegate] | None = None,
) -> list[Row]:
    """[Row] of these people at these rounds (pks); rows as for `seats`."""
    cells = seats(rows, of_heads)
    return [Row(person, presence_of[person.pk], [cells.get((person.pk, pk)) for pk in rounds]) for person in people]


@dataclass(frozen=True)
class Tenure:
    """The titles that articles give a person at one round, or at several on end that give the same.

    Several titles are those on which the articles of a round differ; they stand side by side.
    """

    titles: list[Reading]
    rounds: list[KnownEntry]

    @property
    def first(self) -> KnownEntry:
        return self.rounds[0]

    @property
    def last(self) -> KnownEntry | None:
        """The last of its rounds; None if it has only one."""
        return self.rounds[-1] if len(self.rounds) > 1 else None


def tenures(appearances: Iterable[tuple[KnownEntry, Seat]]) -> list[Tenure]:
    """[Tenure] of (KnownEntry, Seat) pairs that stand by the dates of the rounds; those without a title say nothing."""
    stretches: list[tuple[set[str], list[tuple[KnownEntry, Seat]]]] = []
    for known, seat in appearances:
        if not seat.titles:
            continue
        titles = {title_key(title.value) for title in seat.titles}
        if stretches and stretches[-1][0] == titles:
            stretches[-1][1].append((known, seat))
        else:
            stretches.append((titles, [(known, seat)]))
    return [
        Tenure(
            readings([row for _, seat in pairs for row in seat.rows], "title", title_key), [known for known, _ in pairs]
        )
        for _, pairs in stretches
    ]


def parties_of(people: Iterable[Person]) -> list[Party]:
    """The parties of these people in their order."""
    parties: set[Party] = {person.party for person in people if person.party}
    return sorted(parties, key=in_alphabet)
