"""What stands on lists beside entries, as plain values: parties, issues, people and where they sat, articles, changes,
positions.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from talks import queries, words
from talks.data.shapes import Entry, Name, Report
from talks.data.told import Teller, in_chunks, start_of
from talks.models import Article, Process, Seen
from talks.record.track import Paper
from talks.words.changes import ShownChange


@dataclass(frozen=True)
class Party:
    """`entries`: how many entries it is involved in."""

    slug: str
    name: str
    kind: str
    country: str
    address: str
    entries: int


@dataclass(frozen=True)
class Issue:
    """`entries`: how many entries are about it."""

    slug: str
    name: str
    group: str
    address: str
    entries: int


@dataclass(frozen=True)
class Seat:
    """That articles name a person in a party's delegation at a round.

    `head`: whether the person led it; None where no article says, or where they differ (`differs`). `expected`: only
    announced. `words`: as pages say it.
    """

    round: Name
    date: str
    party: Name
    head: bool | None
    expected: bool
    differs: bool
    titles: tuple[str, ...]
    words: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Person:
    """`rounds`: at how many rounds articles saw the person, announcements left out; `entries`: of all kinds."""

    slug: str
    name: str
    party: Name | None
    address: str
    rounds: int
    entries: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Source:
    """An article. `entries`: how many entries it reports. Nothing of its text."""

    slug: str
    title: str
    publisher: Name
    agency: Name | None
    byline: str
    published: date
    language: str
    summary: str
    retracted: date | None
    updated: date | None
    notice: str
    address: str
    original: str
    archived: str
    entries: int


@dataclass(frozen=True)
class Cited:
    """An article, and the entries that it reports, with what it alone says of them."""

    article: Source
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Turn:
    """What a change changed: texts before and after, "" for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What changed on the record, and when it was made, in UTC. `entry` is None if that is withdrawn.

    `kind` is “finding” of what editors concluded; `finding` is their text, "" if that is withdrawn. `address`: of the
    page that it is about, "" if that is withdrawn.
    """

    id: str
    made: datetime
    sort: str
    words: str
    kind: str
    entry: Name | None
    finding: str
    address: str
    note: str
    lines: tuple[Turn, ...]


@dataclass(frozen=True)
class Demand:
    """What a proposal says of an issue. `point`: what of the issue it is about, where an editor says so."""

    key: str
    text: str
    point: str
    change: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Position:
    """A party's latest stated position on an issue, as known on a day or now: what its latest proposal says of it."""

    issue: Name
    party: Name
    proposal: Name
    as_of: date | None
    date: str
    demands: tuple[Demand, ...]


def parties(seen: Seen, rows: Iterable[Any], origin: str = "") -> Iterator[Party]:
    """Of `queries.parties_with_counts`."""
    teller = Teller(seen, origin)
    return in_chunks(rows, lambda chunk: [_party(teller, row) for row in chunk])


def _party(teller: Teller, row: Any) -> Party:
    return Party(row.slug, str(row), row.kind, row.country, teller.name(row).address, row.entry_count)


def issues(seen: Seen, rows: Iterable[Any], origin: str = "") -> Iterator[Issue]:
    """Of `queries.issues_with_counts`."""
    teller = Teller(seen, origin)
    return in_chunks(rows, lambda chunk: [_issue(teller, row) for row in chunk])


def _issue(teller: Teller, row: Any) -> Issue:
    return Issue(row.slug, str(row), row.in_words("group"), teller.name(row).address, row.entry_count)


def people(seen: Seen, rows: Iterable[Any], process: Process | None = None, origin: str = "") -> Iterator[Person]:
    """Of `queries.counted_people`, each at all rounds, or at those of a process."""
    teller = Teller(seen, origin)

    def told(chunk: list[Any]) -> list[Person]:
        seats = queries.seats_of(seen, chunk, process)
        return [_person(teller, row, seats.get(row.pk, [])) for row in chunk]

    return in_chunks(rows, told)


def _person(teller: Teller, row: Any, seats: list) -> Person:
    held = [_seat(teller, known, seat) for known, seat in seats]
    return Person(
        slug=row.slug,
        name=str(row),
        party=teller.name(row.party) if row.party else None,
        address=teller.name(row).address,
        rounds=sum(not seat.expected for seat in held),
        entries=row.entry_count,
        seats=tuple(held),
    )


def _seat(teller: Teller, known: Any, seat: Any) -> Seat:
    heads = {row.head for row in seat.rows} - {None}
    return Seat(
        round=teller.name(known),
        date=start_of(known),
        party=teller.name(seat.parties[0]),
        head=None if seat.differs or not heads else heads.pop(),
        expected=seat.expected,
        differs=seat.differs,
        titles=tuple(reading.value for reading in seat.titles),
        words=words.seat(seat),
        reports=tuple(teller.report(row, row.title or None, words.seat_row(row), None) for row in seat.rows),
    )


def articles(seen: Seen, rows: Iterable[Any], origin: str = "") -> Iterator[Source]:
    """Of `queries.articles`."""
    teller = Teller(seen, origin)
    return in_chunks(rows, lambda chunk: [article(teller, row) for row in chunk])


def article(teller: Teller, row: Article) -> Source:
    """One article, with `entry_count`."""
    retracted = row.retracted if row.is_retracted(teller.seen.day) else None
    day = teller.seen.day
    updated = row.updated if row.updated and (day is None or row.updated <= day) else None
    return Source(
        slug=row.slug,
        title=row.title,
        publisher=teller.name(row.publisher),
        agency=teller.name(row.agency) if row.agency else None,
        byline=row.byline,
        published=row.published,
        language=row.language,
        summary=row.summary,
        retracted=retracted,
        updated=updated,
        notice=row.notice if retracted or updated else "",
        address=teller.name(row).address,
        original=row.url,
        archived=row.archived_url,
        entries=getattr(row, "entry_count", 0),
    )


def changes(
    seen: Seen, rows: Iterable[Any], findings: Collection[int] | None = None, origin: str = ""
) -> Iterator[Change]:
    """Of `queries.changes`; `findings` as it was told."""
    teller = Teller(seen, origin)
    return in_chunks(
        rows,
        lambda chunk: [_change(teller, one) for one in queries.shown_changes(seen, chunk, findings=findings)],
    )


def _change(teller: Teller, shown: ShownChange) -> Change:
    change, page = shown.change, shown.page or shown.known
    return Change(
        id=f"change-{change.pk}",
        made=change.made,
        sort=change.sort,
        words=shown.sort,
        kind=change.entry.kind if change.entry else "finding",
        entry=teller.name(shown.known) if shown.known else None,
        finding=shown.finding.text if shown.finding else "",
        address=teller.address(page.get_absolute_url()) if page else "",
        note=change.note,
        lines=tuple(Turn(line.label, _text(line.before), _text(line.after)) for line in shown.lines),
    )


def _text(pieces: Iterable[Any]) -> str:
    return " ".join(piece.text for piece in pieces)


def positions(seen: Seen, standing: Any, pairs: Iterable[tuple[Any, Any]], origin: str = "") -> Iterator[Position]:
    """Of `queries.standing`, those of these issues and parties, each of which must have one."""
    teller = Teller(seen, origin)

    def told(chunk: list[tuple[Any, Any]]) -> list[Position]:
        papers = queries.positions_of(seen, standing, [(issue.pk, party.pk) for issue, party in chunk])
        return [_position(teller, issue, party, papers[issue.pk, party.pk]) for issue, party in chunk]

    return in_chunks(pairs, told)


def _position(teller: Teller, issue: Any, party: Any, paper: Paper) -> Position:
    return Position(
        issue=teller.name(issue),
        party=teller.name(party),
        proposal=teller.name(paper.known),
        as_of=teller.seen.day,
        date=words.stands(paper.known),
        demands=tuple(_demand(teller, point) for point in paper.points),
    )


def _demand(teller: Teller, point: Any) -> Demand:
    provision = point.provision
    reports = tuple(teller.report(row, row.text, row.text, None) for row in provision.rows)
    return Demand(provision.key, provision.texts[0].value, provision.point, point.change, reports)
