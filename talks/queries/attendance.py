"""Who was named in delegations, and who was not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from talks.models import Citation, Delegate, EntryPerson, Party, Person, Process, Round, Seen
from talks.queries.known import KnownByPk, know, know_briefly, known_briefly, reporting, tied_by
from talks.queries.reports import rows_of_heads
from talks.queries.vocabulary import counted_people, people_with_counts
from talks.record.attendance import (
    PARTY,
    Presence,
    Row,
    Seat,
    Window,
    grid,
    ordered,
    parties_of,
    presences,
    seats,
    window,
)
from talks.record.facts import KnownEntry


class Sitting(NamedTuple):
    """That articles name a person (pk) in a party's delegation (pk) at a round (pk), or only expect them there."""

    person: int
    round: int
    party: int
    expected: bool


@dataclass(frozen=True)
class Attendance:
    """The people named at rounds, in order, and the rounds (`KnownEntry`) of one window of the grid.

    `everyone`: the number of people named at any round, whatever is chosen. `nameless`: that of the rounds at which no
    article names anyone. `parties`: those of the people who can be chosen from.
    """

    people: list[Person]
    presences: dict[int, Presence]
    window: Window
    everyone: int
    nameless: int
    parties: list


def attendance(
    seen: Seen, process: Process | None = None, party: Party | None = None, sort: str = PARTY, number: int = 1
) -> Attendance | None:
    """The `Attendance` at the rounds of a process or at all, of a party's people or of all; None without such a window.

    A party's people are its own, and those whom an article names in its delegation.
    """
    rounds = Round.objects.visible(seen).in_order()
    if process:
        rounds = rounds.filter(pk__in=reporting(seen, "process", [process.slug]))
    rounds = {one.pk: one for one in rounds}
    named = list(_named(seen))
    held = {sitting.round for sitting in named}
    stands = {pk: one.stands for pk, one in rounds.items()}
    sat = {(sitting.person, sitting.round, sitting.expected) for sitting in named}
    presence_of = presences(sat, stands)
    people = list(counted_people(seen).filter(pk__in=presence_of))
    parties = parties_of(people)
    if party:
        sat_for = {sitting.person for sitting in named if sitting.party == party.pk}
        people = [one for one in people if one.party_id == party.pk or one.pk in sat_for]
        chosen = {one.pk for one in people}
        held = {sitting.round for sitting in named if sitting.person in chosen}
    shown = window([one for pk, one in rounds.items() if pk in held], number)
    if shown is None:
        return None
    shown = Window(know_briefly(seen, shown.rounds, "city"), shown.number, shown.all)
    nameless = len(rounds.keys() - {sitting.round for sitting in named})
    everyone = len({sitting.person for sitting in named})
    return Attendance(ordered(people, presence_of, sort), presence_of, shown, everyone, nameless, parties)


def _named(seen: Seen) -> Iterator[Sitting]:
    """A `Sitting` for each party that a person is said to have sat for at a round."""
    rows = Delegate.objects.visible(seen).order_by()
    rows = rows.values_list("person", "delegation__round", "delegation__party", "delegation__expected").distinct()
    delegations: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    for person, round_, party, expected in rows:
        delegations.setdefault((person, round_), []).append((party, expected))
    for (person, round_), reports in delegations.items():
        only_expected = all(expected for _, expected in reports)
        yield from (Sitting(person, round_, party, only_expected) for party, _ in reports)


def seen_before(
    seen: Seen,
    rounds: Iterable[KnownEntry],
    others: Iterable[KnownEntry] = (),
    know_them: KnownByPk = known_briefly,
) -> dict[int, dict[int, KnownEntry]]:
    """{round pk: {person pk: the latest round before it at which an article saw them}} of people at these rounds.

    `others`: entries that are known anyway.
    """
    stands = {one.entry.pk: one.start for one in rounds}
    every = Delegate.objects.visible(seen).order_by()
    people = every.filter(delegation__round__in=stands).values("person")
    # The day is asked of each row: with a join of these rows and the rounds, SQLite would start from all rounds.
    day = Round.objects.visible(seen).filter(pk=OuterRef("delegation__round")).values("stands")[:1]
    sat = every.filter(person__in=people, delegation__expected=False).annotate(day=Subquery(day))
    in_order = sorted(row for row in sat.values_list("day", "delegation__round", "person").distinct() if row[0])
    latest = {pk: {who: at for day, at, who in in_order if day < start} for pk, start in stands.items()}
    known = {one.entry.pk: one for one in others}
    if missing := {at for found in latest.values() for at in found.values()} - known.keys():
        known |= know_them(seen, missing)
    return {pk: {who: known[at] for who, at in found.items()} for pk, found in latest.items()}


def grid_of(seen: Seen, people: list[Person], attended: Attendance) -> list[Row]:
    """[Row] of these people at the rounds of the window, with all reports of each cell."""
    pks = [known.entry.pk for known in attended.window.rounds]
    rows = Delegate.objects.filter(person__in=people, delegation__round__in=pks).visible(seen).to_show()
    rows = rows.select_related("person", "delegation__party").in_order_of_report()
    return grid(people, attended.presences, pks, rows, rows_of_heads(seen, rows))


def seats_of(
    seen: Seen, people: Iterable[Person], process: Process | None = None
) -> dict[int, list[tuple[KnownEntry, Seat]]]:
    """{person pk: [(round, the person's `Seat` there)] by date} of these people, at all rounds or a process's."""
    rows = Delegate.objects.filter(person__in=list(people)).visible(seen).to_show()
    if process:
        rows = rows.filter(delegation__round__in=reporting(seen, "process", [process.slug]))
    rows = rows.select_related("person", "delegation__party").in_order_of_report()
    held = seats(rows, rows_of_heads(seen, rows))
    rounds = know(seen, Round.objects.visible(seen).filter(pk__in={pk for _, pk in held}).in_order())
    by_person: dict[int, list[tuple[KnownEntry, Seat]]] = {}
    place = {known.entry.pk: number for number, known in enumerate(rounds)}
    for (person, pk), seat in sorted(held.items(), key=lambda item: place[item[0][1]]):
        by_person.setdefault(person, []).append((rounds[place[pk]], seat))
    return by_person


def people_elsewhere(seen: Seen) -> QuerySet[Person]:
    """People whom no article names in a delegation, with `entry_count`, as `people_with_counts` gives them."""
    named = Delegate.objects.visible(seen).filter(person=OuterRef("pk"))
    return people_with_counts(seen).filter(~Exists(named))


def count_of_people_at_rounds(seen: Seen) -> int:
    """How many people articles name in delegations."""
    return Delegate.objects.visible(seen).order_by().values("person").distinct().count()


def count_of_people_elsewhere(seen: Seen) -> int:
    """How many people appear, but in no delegation."""
    named = Delegate.objects.visible(seen).filter(person=OuterRef("person"))
    ties = tied_by(seen, EntryPerson.objects.filter(entry__publication="published"))
    return ties.filter(~Exists(named)).values("person").distinct().count()


def processes_of_rounds(seen: Seen) -> QuerySet[Process]:
    """The processes to which an article assigns a round."""
    of_rounds = Citation.objects.visible(seen).filter(field="process", entry__kind=Round.KIND)
    return Process.objects.filter(slug__in=of_rounds.values("value"))
