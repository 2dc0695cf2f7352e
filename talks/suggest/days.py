"""Days in prose."""

import datetime
import re
from itertools import zip_longest

from talks.record import dates
from talks.suggest.text import MONTHS, Suggestion

WITHOUT_YEAR = datetime.timedelta(days=60)  # how far from its article a day is that needs no year
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


def dates_in(text: str, published: datetime.date, year: int | None = None) -> list[Suggestion]:
    """The days, and months with their year, that a text names, in its order.

    `year`: the last that the article wrote before. “Today” and the like count from `published`, but not in what
    somebody said, who may have said it on another day.
    """
    found, matches = [], list(DATE.finditer(text))
    for match, after in zip_longest(matches, matches[1:]):
        shared = _year_of(after) if after and TILL.fullmatch(text, match.end(), after.start()) else None
        before = last_year(text[: match.start()]) or year
        dates_here = _dates_of(match, published, shared, before)
        found += [(match.start(), date, match[0]) for date in dates_here]
    quoted = [match.span() for match in QUOTED.finditer(text)]
    for match in RELATIVE_DAY.finditer(text):
        if not any(start <= match.start() < end for start, end in quoted):
            day = published + datetime.timedelta(days=RELATIVE[match[0].lower()])
            found.append((match.start(), day.isoformat(), match[0]))
    return list(dict.fromkeys(Suggestion("date", date, said) for _, date, said in sorted(found)))


def _year_of(match: re.Match[str]) -> str | None:
    return match["y"] or match["y2"] or match["y3"]


def last_year(text: str) -> int | None:
    """The last year that stands in a text, with a date or alone, or None."""
    years = ANY_YEAR.findall(text)
    return int(years[-1]) if years else None


def _dates_of(
    match: re.Match[str], published: datetime.date, shared: str | None = None, before: int | None = None
) -> list[str]:
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


def _likely_year(day: str, published: datetime.date, before: int | None) -> int:
    """The year of a day such as "06-02": the nearest if near, or else the year written before, or else the last."""
    texts = [f"{year}-{day}" for year in range(published.year - 1, published.year + 2)]
    days = [dates.parse(text)[0] for text in texts if _in_calendar(text)]
    near = [one for one in days if abs(one - published) <= WITHOUT_YEAR]
    past = [one for one in days if one <= published]
    return near[0].year if near else before or (past[-1].year if past else published.year)


def _in_calendar(text: str) -> bool:
    try:
        return bool(dates.parse(text))
    except ValueError:
        return False
