"""How many were handed over, worked out from nothing but the rows of one exchange by the rules of docs/domain.md.

A part of `tests.oracle`. A count is (least, most, by how many it may be off); a transfer is told by its days, direction
and kind (`about`).
"""

import math
import re
from collections import defaultdict
from itertools import combinations, product
from operator import itemgetter

PLANNED = {"proposed", "agreed"}
PEOPLE = {"prisoners-of-war", "civilians", "children"}
TOGETHER, IN_TOGETHER = "together", ("prisoners-of-war", "civilians")
UNLIMITED = math.inf


class HandedOver:
    """What articles report of the transfers of one exchange: rows as `tests.oracle.Entry` has them."""

    def __init__(self, rows):
        self.rows = rows

    def counts(self, about):
        """The different counts of one transfer, without numbers that take in people of other kinds."""
        return {number for _, number in self._counted(about)} - self.wholes(about)

    def _counted(self, about):
        rows = (row for row in self.rows if row["about"] == about and "count" in row["facts"])
        return [(row["article"], count(row["facts"]["count"])) for row in rows]

    def _beside(self, about):
        """Other transfers of the same days and direction."""
        if not about[0]:
            return set()
        return {row["about"] for row in self.rows if row["about"][:4] == about[:4]} - {about}

    def wholes(self, about):
        """The numbers that are the sum of another article's number and of other kinds: “84, of them 51 civilians”."""
        told, found = self._counted(about), set()
        others = [self._counted(other) for other in self._beside(about) if {other[4], about[4]} <= PEOPLE]
        for number in sorted({number for _, number in told}, key=itemgetter(0)):
            own = {article for article, one in told if one == number}
            apart = [{None, *map(itemgetter(1), rows)} for rows in others if not own & {article for article, _ in rows}]
            for less in {one for _, one in told if not agree(one, number)} - found:
                sums = (add([less, *filter(None, parts)]) for parts in product(*apart) if any(parts))
                found |= {number} if number in sums else set()
        return found

    def _parts(self, about):
        """Of people of two kinds counted as one: the counts of each, where other reports give both."""
        parts = [(*about[:4], kind) for kind in IN_TOGETHER]
        return parts if about[4] == TOGETHER and about[0] and all(map(self.counts, parts)) else []

    def differ(self, about):
        """True if counts of a transfer cannot all be true, or not together with those of its parts."""
        counts, parts = self.counts(about), self._parts(about)
        sums = [add([figures(self.counts(part))[end] for part in parts]) for end in (0, 1)] if parts else []
        pairs = [*combinations(counts, 2), *product(counts, sums)]
        return any(not agree(*pair) for pair in pairs)

    def tallies(self, status):
        """{(from, to, kind): [low, high, counted, without a number, beside, announced]}; `status`: all in force."""
        ways = defaultdict(list)
        for about in dict.fromkeys(row["about"] for row in self.rows):
            ways[about[2:]].append(about)
        if status and status <= PLANNED:
            return {way: [0, 0, 0, 0, 0, len(transfers)] for way, transfers in ways.items()}
        return {way: self._tally(transfers) for way, transfers in ways.items()}

    def _tally(self, transfers):
        transfers = [about for about in transfers if not self._parts(about)]
        exact = [about for about in transfers if len(about[0]) == 10]
        dated = [about for about in exact if self.counts(about)]
        stages = {one: total for total in dated for one in exact if one != total and total[0] <= one[0] <= total[1]}
        low = high = counted = bare = beside = 0
        for about in sorted((one for one in transfers if one not in stages), key=lambda one: -len(one[0])):
            if about not in exact and self._may_be_one_of(about, [one for one in dated if one[0].startswith(about[0])]):
                beside += 1
            elif self.counts(about):
                least, most = self._readings(about, [one for one in stages if stages[one] == about])
                low, high, counted = low + least, high + most, counted + 1
                dated += [about] if about[0] else []
            else:
                bare += 1
        return [low, high, counted, bare, beside, 0]

    def _readings(self, about, stages):
        """The lower and the higher number of a transfer: its own, or of a total of several days that of its stages."""
        readings = [figures(self.counts(about))]
        numbered = [figures(self.counts(one)) for one in stages if self.counts(one)]
        sums = [add([pair[end] for pair in numbered]) for end in (0, 1)] if numbered else []
        reached = {about[0], about[1]} <= {one[0] for one in stages} and len(numbered) == len(stages)
        if sums and (reached or sums[1][0] > largest(readings[0][1])):
            readings.append(sums if reached else [sums[1], sums[1]])
        return min(low[0] for low, _ in readings), max(largest(high) for _, high in readings)

    def _may_be_one_of(self, about, dated):
        """True if other articles date what may be this transfer, and none tells it from those that have a day."""
        own = {row["article"] for row in self.rows if row["about"] == about}
        return bool(dated) and not own & {row["article"] for row in self.rows if row["about"] in dated}


def count(text):
    """A count as files hold it."""
    numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", text)]
    first, last = numbers[0], numbers[-1]
    if text.startswith("about"):
        return first, first, math.ceil(first / 10)
    above = {"at least": (first, UNLIMITED), "more than": (first + 1, UNLIMITED)}
    bounds = above | {"up to": (0, first), "fewer than": (0, first - 1)}
    return (*next((told for words, told in bounds.items() if text.startswith(words)), (first, last)), 0)


def agree(one, other):
    """True if a number exists that both counts allow."""
    return one[0] - one[2] <= other[1] + other[2] and other[0] - other[2] <= one[1] + one[2]


def figures(counts):
    """(lower, higher) count of one thing: what all say together if all can be true, else smallest and largest."""
    counts = list(counts)
    if all(agree(*pair) for pair in combinations(counts, 2)):
        firm = [number for number in counts if not number[2]] or counts
        slack = min(slack for *_, slack in firm)
        together = max(low for low, *_ in firm), min(high for _, high, _ in firm), slack
        return together, together
    within = [(one, other) for one in counts for other in counts if one[0] <= other[0] and other[1] <= one[1]]
    exact = [one for one in counts if all(one == other for wider, other in within if wider == one)]
    return min(exact), max(exact, key=itemgetter(1))


def largest(number):
    return number[0] if number[1] == UNLIMITED else number[1]


def add(counts):
    return tuple(map(sum, zip(*counts, strict=True)))
