"""How many, as articles report it: “1,000”, “at least 1,000”, “about 250”, “200 to 250”."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

TOLERANCE = 10  # per cent by which the number behind an “about” may be off; docs/decisions.md says why
GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<between>[,. \u00a0\u2009\u202f’'])[0-9]{3})(?:(?P=between)[0-9]{3})*")
QUOTES = "“”„\"«»'‘’ \u00a0"

# What is said before or after a number, in all languages of the site, in small letters.
ABOUT = "about|around|approximately|roughly|some|circa|ca\\.?|c\\.|~|≈|близько|приблизно|орієнтовно|десь"
BOUNDS = {
    "at least": "at least|no fewer than|no less than|not less than|>=|≥|щонайменше|не менше ніж|не менше|принаймні",
    "more than": "more than|over|>|понад|більше ніж|більш ніж|більше",
    "up to": "up to|at most|no more than|not more than|<=|≤|до|щонайбільше|не більше ніж|не більше",
    "fewer than": "fewer than|less than|under|<|менше ніж|менш ніж|менше",
}
BEHIND = {"at least": r"\+|or more|або більше|чи більше|і більше", "up to": "or fewer|or less|або менше|чи менше"}
SAID_BEFORE = {word: re.compile(rf"(?:{words})(?![^\W\d_])\s*(.+)") for word, words in BOUNDS.items()}
SAID_BEHIND = {word: re.compile(rf"(.+?)\s*(?:{words})") for word, words in BEHIND.items()}
SAID_ABOUT = re.compile(rf"(?:{ABOUT})(?![^\W\d_])\s*(.+)")
RANGES = (
    re.compile(r"(?:between|між)\s+(.+?)\s+(?:and|і|й|та)\s+(.+)"),
    re.compile(r"(?:from\s+|від\s+)?(.+?)\s+(?:to|до)\s+(.+)"),
    re.compile(r"(.+?)\s*[-–—]\s*(.+)"),
)


def whole_number(text: str) -> int | None:
    """The number that was typed, its thousands grouped or not: “1,000”, “1 000”, “1.000” and “1000” are a thousand."""
    plain = text.strip(QUOTES)
    if GROUPED.fullmatch(plain) or re.fullmatch("[0-9]{1,18}", plain):
        return int("".join(re.findall("[0-9]+", plain)))
    return None


@dataclass(frozen=True)
class Count:
    """From `low` to `high` of something, both included; `high` None: the report sets no upper bound.

    `slack`: by how many its numbers may be off, if they are approximate. `beyond`: its only bound is told by the
    number beside it, “more than 1,000” for a `low` of 1,001. So it can be said again as an article says it.
    """

    low: int
    high: int | None
    slack: int = 0
    beyond: bool = False

    @classmethod
    def exactly(cls, number: int) -> "Count":
        return cls(number, number)

    @classmethod
    def of(cls, plain: "int | str | Count") -> "Count":
        """From what files and changes hold: a whole number, or what was typed."""
        if isinstance(plain, Count):
            return plain
        return cls.exactly(plain) if isinstance(plain, int) else read_count(plain)

    def approximately(self) -> "Count":
        """The same, said with an “about”."""
        return replace(self, slack=math.ceil((self.low or self.named) * TOLERANCE / 100))

    @property
    def plain(self) -> int | str:
        """As files and changes hold it: a number that is said without reserve as such, else in English words."""
        return self.low if self.low == self.high and not self.slack else str(self)

    @property
    def order(self) -> tuple[float, ...]:
        """By which counts stand in order: from the smallest."""
        return self.low, self.most, self.slack, self.beyond

    @property
    def least(self) -> int:
        """The least number with which it can be true."""
        return max(self.low - self.slack, 0)

    @property
    def most(self) -> float:
        """The largest number with which it can be true; infinite without an upper bound."""
        if self.high is None:
            return math.inf
        return self.high + self.slack

    @property
    def largest(self) -> int:
        """The largest number in it."""
        return self.low if self.high is None else self.high

    @property
    def named(self) -> int:
        """The number that stands in its words, of a range the last; for words that go by a number."""
        if self.high is None:
            return self.low - self.beyond
        return self.high + self.beyond

    def __add__(self, other: "Count") -> "Count":
        """Both together. What has no upper bound gives none to the sum."""
        if NONE in (self, other):
            return other if self == NONE else self
        low = self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        # Without an upper bound, “fewer than” has no say in how the lower one is told.
        bounds = [one.beyond for one in (self, other) if high is not None or one.high is None]
        one_sided = high is None or not low
        return Count(low, high, self.slack + other.slack, one_sided and bounds.count(True) == 1)

    def agrees(self, other: "Count") -> bool:
        """True if both can be true of the same people: there is a number that both allow."""
        return self.least <= other.most and other.least <= self.most

    def within(self, other: "Count") -> bool:
        """True if it says as much as the other, or more: each number that it allows the other allows, too."""
        return other.least <= self.least and self.most <= other.most

    def reaching(self, higher: "Count") -> "Count":
        """From this to the upper bound of a higher reading of the same; this one if they are one."""
        return self if self == higher else replace(self, high=higher.high, beyond=False)

    def in_words(self, words: Mapping[str, str], number: Callable[[int], str]) -> str:
        """What it says, by patterns of `words` ("at least", "about", "to" …); `number(value)` gives a number."""
        if self.high is None:
            bound, told = "more than" if self.beyond else "at least", number(self.named)
        elif self.low == 0 and self.high:
            bound, told = "fewer than" if self.beyond else "up to", number(self.named)
        elif self.low < self.high:
            bound, told = "", words["to"] % {"low": number(self.low), "high": number(self.high)}
        else:
            bound, told = "", number(self.low)
        told = words["about"] % {"count": told} if self.slack else told
        return words[bound] % {"count": told} if bound else told

    def as_json(self) -> dict[str, int | bool]:
        """As the column holds it."""
        flags = {name: True for name, holds in (("about", self.slack), ("beyond", self.beyond)) if holds}
        return {"low": self.low} | ({} if self.high is None else {"high": self.high}) | flags

    def __str__(self) -> str:
        """As files hold it, in English: “at least 1,000”."""
        return self.in_words(ENGLISH, "{:,}".format)


NONE = Count(0, 0)  # what a sum starts with
UNKNOWN = Count(0, None)
ENGLISH = {
    **{bound: f"{bound} %(count)s" for bound in BOUNDS},
    "about": "about %(count)s",
    "to": "%(low)s to %(high)s",
}


def narrowed(counts: Sequence[Count]) -> Count:
    """What counts (at least one) say together that can all be true: the most exact of them, or what they leave open.

    “At least 1,000” and “up to 1,200” leave 1,000 to 1,200. The bounds of an “about” are no report, so none is taken.
    """
    firm = [count for count in counts if not count.slack]
    if firm:
        low = max(count.low for count in firm)
        high = min((count.high for count in firm if count.high is not None), default=None)
        left = next((count for count in firm if (count.low, count.high) == (low, high)), Count(low, high))
        counts = [left, *(count for count in counts if count.slack)]
    return min(counts, key=lambda count: count.most - count.least)


def read_count(text: str) -> Count:
    """The `Count` that was typed, in any language of the site: “at least 1,000”, “1,000+”, “близько 250”, “200–250”.

    Raises `ValidationError` that names the forms that there are.
    """
    count = _read(" ".join(text.strip(QUOTES).casefold().split()))
    if count is None:
        told = gettext(
            "“%(text)s” is no count that can be read in one way; write 1000, at least 1000, more than 1000, up to 300, "
            "about 250, or 200 to 250."
        )
        raise ValidationError(told % {"text": text})
    return count


def _read(text: str) -> Count | None:
    for bound, pattern in (*SAID_BEFORE.items(), *SAID_BEHIND.items()):
        if match := pattern.fullmatch(text):
            text_of_number, about = _without_about(match[1])
            if count := _bounded(bound, text_of_number):
                return count.approximately() if about else count
    text, about = _without_about(text)
    count = _without_bound(text)
    return count.approximately() if count and about else count


def _without_about(text: str) -> tuple[str, bool]:
    """The text behind an “about”, and whether there is one."""
    match = SAID_ABOUT.fullmatch(text)
    return (match[1], True) if match else (text, False)


def _bounded(bound: str, text: str) -> Count | None:
    """A number with a bound on one side; None if the text is no number from 1 on that can have it."""
    number = whole_number(text)
    if not number or (bound == "fewer than" and number == 1):
        return None
    if bound == "at least":
        return Count(number, None)
    if bound == "more than":
        return Count(number + 1, None, beyond=True)
    return Count(0, number) if bound == "up to" else Count(0, number - 1, beyond=True)


def _without_bound(text: str) -> Count | None:
    """A number from 1 on, or a range that runs upwards."""
    if number := whole_number(text):
        return Count.exactly(number)
    for pattern in RANGES:
        if match := pattern.fullmatch(text):
            low, high = whole_number(match[1]), whole_number(match[2])
            return Count(low, high) if low is not None and high is not None and low < high else None
    return None
