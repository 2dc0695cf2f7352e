"""What the paragraphs of an article seem to name: people, parties, dates, counts, issues and entries. Pure functions.

Rules and a vocabulary only (`talks.suggest_words`). Nothing here is certain and nothing is saved: an editor takes a
suggestion into a form, or leaves it.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise, zip_longest

from talks import dates
from talks import suggest_words as vocabulary
from talks.facts import folded
from talks.stems import WORD, indexed, stem, stems_of, words_in

LONGEST_NAME = 6  # words
BETWEEN = 4  # words at most between a number and what it counts
THRESHOLD = 5  # points from which an entry is suggested
MOST_ENTRIES = 3
NEAR = datetime.timedelta(days=3)
WITHOUT_YEAR = datetime.timedelta(days=60)  # how far from its article a day is that needs no year

COMMON = set(vocabulary.COMMON.split())
BEFORE_LAST_NAMES = set(vocabulary.BEFORE_LAST_NAMES.split())
NOT_BETWEEN = set(vocabulary.NOT_BETWEEN.split())
EXCHANGE = {stem(word) for word in vocabulary.EXCHANGE.split()}
KIND_STEMS = {kind: {stem(word) for word in words.split()} for kind, words in vocabulary.KINDS.items()}


@dataclass(frozen=True)
class Name:
    """A person or a party (`sort`) with all spellings; `code` stands for a party where it is written in capitals."""

    sort: str
    slug: str
    spellings: tuple
    code: str = ""


@dataclass(frozen=True)
class Topic:
    """An issue."""

    slug: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Candidate:
    """An entry that an article may be about. `parties`: slugs."""

    slug: str
    kind: str
    title: str
    start: datetime.date | None = None
    precision: str = "day"
    end: datetime.date | None = None
    city: str = ""
    parties: frozenset = frozenset()


@dataclass(frozen=True)
class Suggestion:
    """What a paragraph seems to name, and the words that say so.

    `value`: the slug of a person, party, issue or entry; a date as ISO text; a count and the kind of a transfer, such
    as “307 prisoners-of-war”.
    """

    sort: str
    value: str
    words: str = field(compare=False)


@dataclass(frozen=True)
class Known:
    """What the record can name."""

    names: tuple = ()
    topics: tuple = ()
    candidates: tuple = ()

    @cached_property
    def spelled(self):
        """{folded words of a spelling: names}, those of parties in all their forms."""
        found = {}
        for name in self.names:
            for spelling in [*name.spellings, *(forms_of(name) if name.sort == "party" else ())]:
                if words := tuple(words_in(spelling)):
                    found.setdefault(words, {})[name.sort, name.slug] = name
        return found

    @cached_property
    def codes(self):
        return {name.code: name for name in self.names if len(name.code) > 1}

    @cached_property
    def last_names(self):
        """{last word of a person's spelling: names}."""
        found = {}
        for words, names in self.spelled.items():
            last = words[-1]
            if len(words) > 1 and len(last) > 2 and last not in COMMON and last not in MONTHS:
                for key, name in names.items():
                    if name.sort == "person":
                        found.setdefault(last, {})[key] = name
        return found


def forms_of(party):
    """What else an article says when it means a party: “Russian” for Russia."""
    yield from vocabulary.PARTIES.get(party.slug, ())
    for spelling in party.spellings:
        if spelling.endswith("a"):
            yield from (f"{spelling}n", f"{spelling}ns")


def suggest(paragraphs, known, published):
    """{number: [Suggestion, …]} for [(number, text), …]; each suggestion once in a paragraph, sort by sort."""
    named = set()  # people whose name stood there in full: from then on the last name means them
    found, year = {}, None
    for number, text in paragraphs:
        text = unicodedata.normalize("NFC", text)
        names = names_in(text, known, named)
        when = dates_in(text, published, year)
        rows = [*names, *when, *counts_in(text), *issues_in(text, known.topics)]
        rows += entries_about(text, rows, known.candidates, published)
        found[number] = list(dict.fromkeys(rows))
        year = _last_year(text) or year
    return found


# People and parties


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int

    @cached_property
    def folded(self):
        return folded(self.text)

    @property
    def capital(self):
        """True of a word in a script without capitals, too."""
        return not self.text[0].islower()


def words_of(text):
    return [Word(match[0], match.start(), match.end()) for match in WORD.finditer(text)]


def names_in(text, known, named):
    """People and parties in order of the text, the longest name first. Adds the people named in full to `named`."""
    words, found, at = words_of(text), [], 0
    before = None  # what sort of name ended just before
    while at < len(words):
        size, names = _longest(text, words, at, known.spelled)
        if names:
            named |= {name.slug for name in names if size > 1 and name.sort == "person"}
        else:
            size, names = 1, _by_code(words[at], known) or _by_last_name(text, words, at, known, named, before)
        at += size
        before = names[0].sort if names else None
        said = text[words[at - size].start : words[at - 1].end]
        found += [Suggestion(name.sort, name.slug, said) for name in names]
    return list(dict.fromkeys(found))


def _longest(text, words, at, spelled):
    """(number of words, names) of the longest name that starts at a word."""
    for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
        some = words[at : at + size]
        names = spelled.get(tuple(word.folded for word in some))
        if names and (size > 1 or words[at].capital) and _together(text, some):  # not the bird of Turkey
            return size, list(names.values())
    return 1, []


def _together(text, words):
    """True if no sentence ends and nothing is listed between these words; the full stop of an initial is none."""
    gaps = ((one, text[one.end : other.start]) for one, other in pairwise(words))
    return all(len(word.text) == 1 or not re.search(r"[.,;:!?()\n]", gap) for word, gap in gaps)


def _by_code(word, known):
    name = known.codes.get(word.text)
    return [name] if name else []


def _by_last_name(text, words, at, known, named, before):
    """The person whose last name a word is, in a list; empty if it is several people's or may be somebody else's."""
    word = words[at]
    names = known.last_names.get(word.folded, {}).values() if word.capital else ()
    if len(names) > 1:
        names = [name for name in names if name.slug in named]
    if len(names) != 1 or (at and before != "party" and _is_first_name(text, words[at - 1], word)):
        return []
    return list(names)


def _is_first_name(text, word, after):
    """True if `word` may be the first name of somebody else: “Maria” before “Firefly”, but not “President”."""
    alone = text[word.end : after.start].strip(" -") == ""
    return alone and word.capital and not word.text.isdigit() and word.folded not in BEFORE_LAST_NAMES


# Dates

MONTH_NAMES = "january february march april may june july august september october november december"
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES.split(), start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
MONTH = rf"\b(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
DAY, YEAR, TO = r"\d{1,2}(?:st|nd|rd|th)?", r"(?:19|20)\d\d(?!\d)", r"(?:\s*[-–]\s*|\s+(?:and|to|through)\s+)"
DATE = re.compile(
    rf"""(?<![\d.,-])(?:
    (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?!\d)
    | (?P<dotted>\d{{1,2}}\.\d{{1,2}}\.\d{{4}})(?!\d)
    | (?P<d>{DAY})(?:{TO}(?P<until_d>{DAY}))?\s+(?:of\s+)?(?P<m>{MONTH})(?:,?\s+(?P<y>{YEAR}))?
    | (?P<m2>{MONTH})\s+(?P<d2>{DAY})(?![\d,]\d)(?:{TO}(?P<until_d2>{DAY})(?!\d))?(?:,?\s+(?P<y2>{YEAR}))?
    | (?P<m3>{MONTH}),?\s+(?P<y3>{YEAR})
    )""",
    re.VERBOSE | re.IGNORECASE,
)
RELATIVE = {"today": 0, "yesterday": -1, "tomorrow": 1}
RELATIVE_DAY = re.compile(rf"\b({'|'.join(RELATIVE)})\b(?!['’])", re.IGNORECASE)
ANY_YEAR = re.compile(rf"(?<![\d.,-]){YEAR}")
TILL = re.compile(r"\s*(?:[-–]|to|until|and|through)\s*")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")


def dates_in(text, published, year=None):
    """The days, and months with their year, that a text names, in its order.

    `year`: the last that the article wrote before. “Today” and the like count from `published`, but not in what
    somebody said, who may have said it on another day.
    """
    found, matches = [], list(DATE.finditer(text))
    for match, after in zip_longest(matches, matches[1:]):
        shared = _year_of(after) if after and TILL.fullmatch(text, match.end(), after.start()) else None
        before = _last_year(text[: match.start()]) or year
        dates_here = _dates_of(match, published, shared, before)
        found += [(match.start(), date, match[0]) for date in dates_here]
    quoted = [match.span() for match in QUOTED.finditer(text)]
    for match in RELATIVE_DAY.finditer(text):
        if not any(start <= match.start() < end for start, end in quoted):
            day = published + datetime.timedelta(days=RELATIVE[match[0].lower()])
            found.append((match.start(), day.isoformat(), match[0]))
    return list(dict.fromkeys(Suggestion("date", date, said) for _, date, said in sorted(found)))


def _year_of(match):
    return match["y"] or match["y2"] or match["y3"]


def _last_year(text):
    """The last year that stands in a text, with a date or alone, or None."""
    years = ANY_YEAR.findall(text)
    return int(years[-1]) if years else None


def _dates_of(match, published, shared=None, before=None):
    """The dates (ISO text) that a match of `DATE` gives: two for “2–3 June”, none for a day not in the calendar.

    `shared`: the year at the end of a period that begins with this date; `before`: the last that was written.
    """
    if match["iso"]:
        texts = [match["iso"]]
    elif match["dotted"]:
        texts = ["-".join(part.zfill(2) for part in reversed(match["dotted"].split(".")))]
    else:
        month = match["m"] or match["m2"] or match["m3"]
        if not month[0].isupper():  # “they may 2 …”
            return []
        number, year = MONTHS[month.rstrip(".").lower()], _year_of(match) or shared
        days = filter(None, (match["d"] or match["d2"], match["until_d"] or match["until_d2"]))
        texts = [f"{number:02}-{int(re.sub(r'[^0-9]', '', day)):02}" for day in days]
        texts = [f"{year or _likely_year(text, published, before)}-{text}" for text in texts] or [f"{year}-{number:02}"]
    return [text for text in texts if _in_calendar(text)]


def _likely_year(day, published, before):
    """The year of a day such as "06-02": the nearest if near, or else the year written before, or else the last."""
    days = [f"{year}-{day}" for year in range(published.year - 1, published.year + 2)]
    days = [dates.parse(text)[0] for text in days if _in_calendar(text)]
    near = [one for one in days if abs(one - published) <= WITHOUT_YEAR]
    past = [one for one in days if one <= published]
    return near[0].year if near else before or (past[-1].year if past else published.year)


def _in_calendar(text):
    try:
        return bool(dates.parse(text))
    except ValueError:
        return False


# Counts

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
OF_REMAINS = re.compile(r"\b(?:bodies|body|remains)\s+of\s+(?:[a-z]+\s+){0,3}$", re.IGNORECASE)


def counts_in(text):
    """How many people or remains of a kind a text tells of."""
    exchange = not EXCHANGE.isdisjoint(stems_of(text))
    taken = [match.span() for match in DATE.finditer(text)]
    found = []
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
        found.append(Suggestion("count", f"{count} {kind}", text[match.start() : end]))
    return list(dict.fromkeys(found))


def _value_of(match):
    """The number that a match of `NUMBER` says, or None if its words make none."""
    if match["digits"]:
        return int(re.sub(r"\D", "", match["digits"]))
    total, current, last = 0, 0, None
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


def _counted(text, start):
    """(kind of transfer, whether only an exchange makes it one, end) of what stands after a number; (None, …) if none.

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
            if unit and _together(text[start:], some) and not text.startswith(("'s", "’s"), end):
                return *unit, end
        if word.folded in NOT_BETWEEN or word.folded in NUMBER_WORDS or word.text[0].isdigit():
            break
        at = word.end
    return None, False, start


# Issues


def issues_in(text, topics):
    """The issues that a text speaks of: by the keywords for their slugs, or by their own words where there are none."""
    inside, stems = indexed(text), set(stems_of(text))
    for topic in topics:
        words = vocabulary.ISSUES.get(topic.slug)
        if words is None:
            said = _own_words_in(topic, stems)
        else:
            said = next((phrase for phrase in [topic.title, *words] if indexed(phrase) in inside), "")
        if said:
            yield Suggestion("issue", topic.slug, said)


def _own_words_in(topic, stems):
    """The words of an issue that a text has, if they are all of its title, or two of title and description."""
    text = f"{topic.title} {topic.description}"
    title, told = _telling(topic.title), _telling(text) & stems
    if not (title and title <= told) and len(told) < 2:
        return ""
    return ", ".join(dict.fromkeys(word for word in words_in(text) if stem(word) in told))


def _telling(text):
    """The stems of the words that tell a text from others."""
    return {stem(word) for word in words_in(text) if word not in COMMON and not word.isdigit() and word not in MONTHS}


# Entries


def entries_about(text, found, candidates, published):
    """The entries that a text seems to be about, best first: those that share its days, city, parties and words.

    Entries of a kind compete: the first and the second talks in a city share much.
    """
    told = {sort: [row.value for row in rows] for sort, rows in groupby(sorted(found, key=_sort), key=_sort)}
    inside, stems = f" {' '.join(words_in(text))} ", set(stems_of(text))
    scored = []
    for candidate in candidates:
        days = points_for_days(candidate, told.get("date", ()), published)
        city = f" {' '.join(words_in(candidate.city))} "
        points = days + (2 if city.strip() and city in inside else 0)
        points += points_for_parties(candidate, told.get("party", ()))
        points += not KIND_STEMS[candidate.kind].isdisjoint(stems)
        own = _telling(candidate.title) - _telling(candidate.city) - _telling(" ".join(candidate.parties))
        points += min(2, len(own & stems))
        if points >= THRESHOLD:
            near = abs(candidate.start - published) if candidate.start else datetime.timedelta.max
            scored.append((-points, near, candidate))
    scored.sort(key=lambda row: (row[0], row[1], row[2].slug))
    best = {}
    for points, _, candidate in scored:
        best.setdefault(candidate.kind, points)
    rows = [candidate for points, _, candidate in scored if points == best[candidate.kind]]
    return [Suggestion("entry", candidate.slug, candidate.title) for candidate in rows[:MOST_ENTRIES]]


def points_for_parties(candidate, parties):
    """2 if all parties of the candidate are named, or two of them; 1 if one of several is."""
    named = candidate.parties.intersection(parties)
    return 2 if named and named == candidate.parties else min(2, len(named))


def _sort(suggestion):
    return suggestion.sort


def points_for_days(candidate, days, published):
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
