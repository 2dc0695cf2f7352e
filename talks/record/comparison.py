"""What comparisons compute: which rows differ, which texts are the same, how one departs from another word by word.

Pure functions on what `talks.record.facts` and `talks.record.merged` give; nothing here asks the database or judges.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

from talks.models import Party, Proposal, Sourced
from talks.record.facts import KnownEntry, folded
from talks.record.merged import MergedDelegation, MergedProvision

ALIKE = 0.5  # of 1: texts that share less than this are two demands, not two versions of one


# Rows of rounds


@dataclass(frozen=True)
class Row:
    """One row of a comparison: what it is about, and a cell for each column, None where no article says anything.

    `sort` names the sort of cells, for the page: lead, facts, led, swaps, proposals, transfers, provisions, accounts,
    delegations, interval or positions. `sayings`: what each cell says, to be compared.
    """

    sort: str
    about: Any
    cells: list
    sayings: list

    @property
    def same(self) -> bool:
        """True if all cells say the same."""
        return all(one == other for one, other in pairwise(self.sayings))

    @property
    def told(self) -> bool:
        """True if an article says something for any column."""
        return any(cell is not None for cell in self.cells)


def in_pages(rows: Iterable[Any], size: Callable[[Any], int], room: int) -> list[list[Any]]:
    """Rows in pages, as many in each as fit in `room` by their sizes; at least one."""
    pages: list[list[Any]] = []
    used = 0
    for one in rows:
        used += size(one)
        if not pages or used > room:
            pages.append([])
            used = size(one)
        pages[-1].append(one)
    return pages


def row(sort: str, about: object, cells: list, said: Callable[[Any], object]) -> Row:
    """A `Row` whose cells are the same if `said(cell)` is the same for all."""
    return Row(sort, about, cells, [None if cell is None else said(cell) for cell in cells])


@dataclass(frozen=True)
class Contrast:
    """The rows of a comparison: which differ, which articles fill for some of the columns only, which are the same."""

    differ: list[Row]
    partly: list[Row]
    same: list[Row]


def contrast(rows: Iterable[Row]) -> Contrast:
    """The `Contrast` of rows, without those of which no article says anything."""
    told = [row for row in rows if row.told]
    return Contrast(
        differ=[row for row in told if not row.same and None not in row.sayings],
        partly=[row for row in told if not row.same and None in row.sayings],
        same=[row for row in told if row.same],
    )


@dataclass(frozen=True)
class Turn:
    """What a cell held on an earlier day, and what it holds now; None where no article said anything.

    `brought`: of the reports that changed what it says the first by each article, in order; empty if nothing changed.
    """

    then: Any
    now: Any
    changed: bool
    brought: list[Sourced]

    @property
    def begins(self) -> bool:
        """True if it said nothing on the earlier day, so that all it holds now is new."""
        return self.then is None or (isinstance(self.then, Cell) and not self.then.points)


Reported = Callable[[Row, Any], Iterable[Sourced]]  # the reported rows that a cell of a row holds


def spread(row: Row, places: Iterable[int | None]) -> Row:
    """A row with its cells in other columns: the place of each among those that it has, None where it has none."""
    places = list(places)
    cells, sayings = ([None if at is None else part[at] for at in places] for part in (row.cells, row.sayings))
    return Row(row.sort, row.about, cells, sayings)


def then_and_now(then: Sequence[Row], now: Sequence[Row], day: date, reported: Reported) -> list[Row]:
    """The rows of one comparison as it was known on `day` and is now, each cell a `Turn`; with the same columns."""
    before = {(row.sort, row.about): row for row in then}
    turned = []
    for row in now:
        empty = Row(row.sort, row.about, [None] * len(row.cells), [None] * len(row.cells))
        old = before.get((row.sort, row.about), empty)
        cells = []
        for was, said, cell, says in zip(old.cells, old.sayings, row.cells, row.sayings, strict=True):
            changed = said != says
            cells.append(Turn(was, cell, changed, brought(reported(row, cell), day) if changed and cell else []))
        turned.append(Row(row.sort, row.about, cells, [turn.changed for turn in cells]))
    return turned


def brought(rows: Iterable[Sourced], day: date) -> list[Sourced]:
    """Of these rows the first by each article that was published after `day`, in order of report."""
    later = sorted((row for row in rows if row.published > day), key=lambda row: (row.published, row.article.slug))
    return list({row.article: row for row in reversed(later)}.values())[::-1]


def said_of_fact(fact: Any) -> list[str]:
    """What a shown fact (`talks.words.facts.ShownFact`) says, without who says it."""
    if fact.disputed:
        return [folded(version.words) for version in fact.versions]
    return sorted(folded(str(name)) for version in fact.versions for name in version.links or [version.words])


def said_of_delegation(delegation: MergedDelegation) -> tuple:
    """What is reported of a delegation: roles, sizes, heads and people."""
    return (
        [reading.value for reading in delegation.roles],
        [reading.value for reading in delegation.sizes],
        {member.person for member in delegation.heads},
        {member.person for member in delegation.members},
        delegation.expected,
    )


# Cells of proposals


@dataclass(frozen=True)
class Piece:
    """Words that both texts have (change ""), that only this one has ("added") or only the baseline ("removed")."""

    text: str
    change: str


def differences(baseline: str, text: str) -> list[Piece]:
    """[Piece] that tell how `text` departs from `baseline`, word by word."""
    old, new = baseline.split(), text.split()
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, [folded(word) for word in old], [folded(word) for word in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(" ".join(new[c:d]), ""))
            continue
        pieces += [Piece(" ".join(old[a:b]), "removed")] if a < b else []
        pieces += [Piece(" ".join(new[c:d]), "added")] if c < d else []
    return pieces


def both_sides(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """([Piece] of a text, [Piece] of what took its place): words that only one has are "removed" or "added".

    Unlike `differences`, spelling counts, as it may be what was corrected. Texts that share little differ as a whole.
    """
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [Piece(before, "removed")], [Piece(after, "added")]
    sides: tuple[list[Piece], list[Piece]] = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        for pieces, words, change in ((sides[0], old[a:b], "removed"), (sides[1], new[c:d], "added")):
            if words:
                pieces.append(Piece(" ".join(words), "" if tag == "equal" else change))
    return sides


@dataclass
class Point:
    """One demand or offer in a cell. At most one of these holds.

    `same_as`: the column (number) before this one that has it in the same words. `pieces`: how its first text departs
    from the like demand of the baseline; empty if the baseline has none, or in the baseline itself.
    """

    provision: MergedProvision
    same_as: int | None = None
    pieces: list[Piece] = field(default_factory=list)
    also_in: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.provision.texts[0].value


@dataclass(frozen=True)
class Cell:
    """What one proposal says on one issue; without `points`, `gap` says why nothing stands there.

    `same_as`: the column before this one whose whole cell is in the same words.
    """

    points: list[Point]
    gap: str
    same_as: int | None

    @property
    def wordings(self) -> list[list[str]]:
        """What each demand is said to be, in the words of each article, folded."""
        return [[folded(text.value) for text in point.provision.texts] for point in self.points]


OTHER_ROWS = "other-rows"
GAPS: dict[str, str] = {  # the three kinds of gap, by how much of a proposal's text was read
    Proposal.Coverage.WHOLE: "not-addressed",
    Proposal.Coverage.NOT_PUBLIC: "not-public",
    Proposal.Coverage.PART: "nobody-says",
    OTHER_ROWS: OTHER_ROWS,  # and a fourth, within an issue: what the proposal says of it stands in other rows
}


def coverage(known: KnownEntry) -> str:
    """How much of a proposal's text was read, as last reported."""
    return known.facts["coverage"].value if "coverage" in known.facts else Proposal.Coverage.PART


def cells(columns: Sequence[Sequence[MergedProvision]], coverages: Sequence[str], base: int = 0) -> list[Cell]:
    """The `Cell`s of one issue, from each column's provisions on it; `base` is the number of the baseline's column."""
    texts = [[folded(one.texts[0].value) for one in provisions] for provisions in columns]
    made = []
    for number, provisions in enumerate(columns):
        points = []
        for provision, text in zip(provisions, texts[number], strict=True):
            earlier = next((other for other in range(number) if text in texts[other]), None)
            later = [other for other in range(number + 1, len(columns)) if text in texts[other]]
            pieces = [] if number == base or earlier is not None else _departure(provision, columns[base])
            points.append(Point(provision, earlier, pieces, later if earlier is None else []))
        twin = next(
            (other for other in range(number) if texts[number] and set(texts[other]) == set(texts[number])), None
        )
        made.append(Cell(points, "" if points else GAPS[coverages[number]], twin))
    return made


def by_point(
    columns: Sequence[Sequence[MergedProvision]], coverages: Sequence[str], base: int = 0
) -> list[tuple[str, list[Cell]]]:
    """[(point, its `Cell`s)] of one issue: the points that an editor told to be the same, then under "" all others.

    Points stand in the order in which the columns name them. Arguments as of `cells`.
    """
    points = dict.fromkeys(one.point for column in columns for one in column if one.point)
    in_rows = [OTHER_ROWS if column else coverage for column, coverage in zip(columns, coverages, strict=True)]
    rows = []
    for point in [*points, ""]:
        on_it = [[one for one in column if one.point == point] for column in columns]
        if any(on_it):
            rows.append((point, cells(on_it, in_rows if points else coverages, base)))
    return rows


def _departure(provision: MergedProvision, baseline: Iterable[MergedProvision]) -> list[Piece]:
    """How a provision departs from the one of the baseline that is most like it; [] if none is like it."""
    text = provision.texts[0].value
    texts = [one.texts[0].value for one in baseline]
    nearest = max(
        texts, key=lambda other: _likeness(other, text), default=""
    )  # the first of those that are equally like
    return differences(nearest, text) if nearest and _likeness(nearest, text) >= ALIKE else []


def likest(texts: Sequence[str], others: Sequence[str]) -> tuple[int, int] | None:
    """The places of the two, one of each, that share most words; the first such. None if no two are alike."""
    return _likest(tuple(texts), tuple(others))


@lru_cache(maxsize=2048)  # papers are set against each other on many pages
def _likest(texts: tuple[str, ...], others: tuple[str, ...]) -> tuple[int, int] | None:
    words, other_words = ([folded(text).split() for text in one] for one in (texts, others))
    best, found = ALIKE, None
    matcher = SequenceMatcher(autojunk=False)
    for there, seq in enumerate(other_words):
        matcher.set_seq2(seq)
        for here, own in enumerate(words):
            matcher.set_seq1(own)
            # The cheap upper limits first: most pairs share next to nothing.
            if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
                continue
            ratio = matcher.ratio()
            if ratio > best or (found is None and ratio == best):
                best, found = ratio, (here, there)
    return found


@lru_cache(maxsize=4096)
def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, folded(one).split(), folded(other).split(), autojunk=False).ratio()


@dataclass(frozen=True)
class Summary:
    """How many issues all proposals address, and which only one of them does: [(column, number of issues)]."""

    in_all: int
    only_in: list[tuple[int, int]]
    issues: int


def summary(issues: Sequence[Sequence[Collection]]) -> Summary:
    """The `Summary` of what each column says on each issue: [[its provisions]]."""
    addressed = [[number for number, provisions in enumerate(columns) if provisions] for columns in issues]
    columns = len(issues[0]) if issues else 0
    return Summary(
        in_all=sum(len(numbers) == columns for numbers in addressed),
        only_in=[(column, sum(numbers == [column] for numbers in addressed)) for column in range(columns)],
        issues=len(issues),
    )


# Positions


def shared(
    positions: Collection[tuple[int, int]], parties: Iterable[Party]
) -> list[tuple[Party, Party, int, int, int]]:
    """[(party, other, issues that both address, that only the first does, that only the other does)] of each two.

    `positions` has a key (issue pk, party pk) for whatever a party says something on. These are counts only.
    """
    addressed = {party: {issue for issue, its_party in positions if its_party == party.pk} for party in parties}
    return [
        (one, other, len(mine & theirs), len(mine - theirs), len(theirs - mine))
        for (one, mine), (other, theirs) in combinations(addressed.items(), 2)
    ]
