"""Numbers of people and remains in prose."""

import re

from talks.derived.stems import stem, stems_of, words_in
from talks.models.counts import Count
from talks.suggest import vocabulary
from talks.suggest.days import DATE
from talks.suggest.text import Suggestion, stand_together, words_of

BETWEEN = 4  # words at most between a number and what it counts
NOT_BETWEEN = set(vocabulary.NOT_BETWEEN.split())
EXCHANGE = {stem(word) for word in vocabulary.EXCHANGE.split()}
ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
NUMBER_WORDS = {name: number for number, name in enumerate(ONES.split(), start=1)}
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS |= {name: number for number, name in zip(range(20, 100, 10), TENS.split(), strict=True)}
POWERS = {"dozen": 12, "hundred": 100, "thousand": 1000}
_ONE = "|".join(sorted([*NUMBER_WORDS, *POWERS], key=len, reverse=True))
NUMBER = re.compile(
    rf"""(?<![\w$€£#.])(?:
    (?P<digits>\d{{1,3}}(?:[,\u00a0\u202f\ ]\d{{3}})+(?!\d)|\d+)(?![\d%]|[.,]\d|\s?(?:percent|per\s+cent))
    | (?P<words>(?:a\s+(?=hundred|thousand|dozen)|(?:{_ONE})\b)(?:(?:hundred|thousand|dozen)\b)?
        (?:(?:[\s-]+|(?<=hundred)\s+and\s+|(?<=thousand)\s+and\s+)(?:{_ONE})\b)*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
UNITS = {
    tuple(words_in(unit)): (kind, weak)
    for weak, units in ((False, vocabulary.UNITS), (True, vocabulary.WEAK_UNITS))
    for kind, names in units.items()
    for unit in names
}
# What bounds the number behind it. Not “over”: most are handed over.
BOUND = re.compile(
    r"\b(?:at least|no fewer than|no more than|more than|fewer than|less than|up to|about|around|some)\s+$",
    re.IGNORECASE,
)
OF_REMAINS = re.compile(r"\b(?:bodies|body|remains)\s+of\s+(?:[a-z]+\s+){0,3}$", re.IGNORECASE)


def counts_in(text: str) -> list[Suggestion]:
    """How many people or remains of a kind a text tells of."""
    exchange = not EXCHANGE.isdisjoint(stems_of(text))
    taken = [match.span() for match in DATE.finditer(text)]
    counts = []
    for match in NUMBER.finditer(text):
        count = _value_of(match)
        if not count or any(start <= match.start() < end for start, end in taken):
            continue
        if exchange and OF_REMAINS.search(text[: match.start()]):
            kind, end = "remains", match.end()
        else:
            kind, weak, end = _counted(text, match.end())
            if not kind or (weak and not exchange):
                continue
        bound = BOUND.search(text[: match.start()])
        told = Count.of(f"{bound[0]} {count}" if bound else count)
        counts.append(Suggestion("count", f"{told.plain} {kind}", text[(bound or match).start() : end]))
    return list(dict.fromkeys(counts))


def _value_of(match: re.Match[str]) -> int | None:
    """The number that a match of `NUMBER` says, or None if its words make none."""
    if match["digits"]:
        return int(re.sub(r"\D", "", match["digits"]))
    total, current, last = 0, 0, ""
    for word in re.findall(r"[a-z]+", match["words"].lower()):
        if word in POWERS:
            current = (current or 1) * POWERS[word]
            if word == "thousand":
                total, current = total + current, 0
        elif word in NUMBER_WORDS:
            value = NUMBER_WORDS[word]
            if last in NUMBER_WORDS and not (NUMBER_WORDS[last] >= 20 and value < 10):
                return None
            current += value
        last = word
    return total + current


def _counted(text: str, start: int) -> tuple[str, bool, int]:
    """(kind of transfer, whether only an exchange makes it one, end) of what stands after a number; ("", …) if none.

    Up to BETWEEN words may stand between: “12 badly wounded Freedonian prisoners of war”.
    """
    words = words_of(text[start : start + 200])
    at = 0
    for place, word in enumerate(words[: BETWEEN + 1]):
        if re.search(r"[.,;:!?()“”\"–—\n]", text[start + at : start + word.start]):
            break
        for size in (3, 2, 1):
            some = words[place : place + size]
            unit = UNITS.get(tuple(one.folded for one in some))
            end = start + some[-1].end
            if unit and stand_together(text[start:], some) and not text.startswith(("'s", "’s"), end):
                return *unit, end
        if word.folded in NOT_BETWEEN or word.folded in NUMBER_WORDS or word.text[0].isdigit():
            break
        at = word.end
    return "", False, start
