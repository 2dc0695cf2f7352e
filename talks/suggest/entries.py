"""Which entries a text seems to be about."""

import datetime
from collections.abc import Collection, Iterable
from itertools import groupby

from talks.derived.stems import stem, stems_of, words_in
from talks.models import KINDS
from talks.record import dates
from talks.suggest.text import Candidate, Suggestion, telling

THRESHOLD = 5  # points from which an entry is suggested
MOST_ENTRIES = 3
NEAR = datetime.timedelta(days=3)
KIND_STEMS = {kind: {stem(word) for word in model.STEMS.split()} for kind, model in KINDS.items()}


def entries_about(
    text: str, suggestions: Iterable[Suggestion], candidates: Iterable[Candidate], published: datetime.date
) -> list[Suggestion]:
    """The entries that a text seems to be about, best first: those that share its days, city, parties and words.

    Entries of a kind compete: the first and the second talks in a city share much.
    """
    values = {sort: [row.value for row in rows] for sort, rows in groupby(sorted(suggestions, key=_sort), key=_sort)}
    inside, stems = f" {' '.join(words_in(text))} ", set(stems_of(text))
    scored = []
    for candidate in candidates:
        days = points_for_days(candidate, values.get("date", ()), published)
        city = f" {' '.join(words_in(candidate.city))} "
        points = days + (2 if city.strip() and city in inside else 0)
        points += points_for_parties(candidate, values.get("party", ()))
        points += not KIND_STEMS[candidate.kind].isdisjoint(stems)
        own = telling(candidate.title) - telling(candidate.city) - telling(" ".join(candidate.parties))
        points += min(2, len(own & stems))
        if points >= THRESHOLD:
            near = abs(candidate.start - published) if candidate.start else datetime.timedelta.max
            scored.append((-points, near, candidate))
    scored.sort(key=lambda row: (row[0], row[1], row[2].slug))
    best: dict[str, int] = {}
    for points, _, candidate in scored:
        best.setdefault(candidate.kind, points)
    rows = [candidate for points, _, candidate in scored if points == best[candidate.kind]]
    return [Suggestion("entry", candidate.slug, candidate.title) for candidate in rows[:MOST_ENTRIES]]


def points_for_parties(candidate: Candidate, parties: Iterable[str]) -> int:
    """2 if all parties of the candidate are named, or two of them; 1 if one of several is."""
    named = candidate.parties.intersection(parties)
    return 2 if named and named == candidate.parties else min(2, len(named))


def _sort(suggestion: Suggestion) -> str:
    return suggestion.sort


def points_for_days(candidate: Candidate, days: Collection[str], published: datetime.date) -> int:
    """3 if one of the days (ISO text) is the candidate's, 1 if it may be, -2 if all are others.

    A text without a day, in an article that came out near the candidate's, may mean that.
    """
    if candidate.start is None or candidate.precision == "reported":
        return 0
    last = candidate.end or candidate.start
    if not days:
        return int(candidate.precision == "day" and candidate.start - NEAR <= published <= last + NEAR)
    start, end = dates.text(candidate.start, candidate.precision), last.isoformat()
    if candidate.precision == "day" and any(start <= day <= end for day in days if len(day) == len(end)):
        return 3
    if any(dates.agree(start, day) for day in days):
        return 1
    return -2
