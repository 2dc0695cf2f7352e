"""Whose articles the record stands on: counts by source, country, ownership and language, and who alone reports what.

Pure functions on rows that the database has grouped already. A source is the agency whose report an article
republishes, else its publisher (`Article.source`), so copies of one wire are counted under one name. Counts only:
nothing here says how far a source is to be trusted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Counts = Iterable[tuple[int, str, int]]  # (source pk, language, number)

UNKNOWN = "unknown"  # stands for a country in addresses, where none is recorded
OWNERSHIPS = ("state", "official", "public", "private", "")  # columns in this order; the last: not recorded


@dataclass(frozen=True)
class Source:
    """A publisher that counts as a source."""

    slug: str
    name: str
    country: str
    ownership: str


@dataclass
class Share:
    """How many articles and facts (reported rows) stand under one heading. `owned`: {ownership: articles}."""

    key: str
    name: str = ""
    articles: int = 0
    facts: int = 0
    owned: dict = field(default_factory=lambda: dict.fromkeys(OWNERSHIPS, 0))

    @property
    def ownerships(self) -> list[int]:
        return [self.owned[one] for one in OWNERSHIPS]


@dataclass(frozen=True)
class Balance:
    """`sources` by number of articles, `countries` in the order of parties, then by code, unknown last; `languages`."""

    articles: int
    facts: int
    sources: list[Share]
    countries: list[Share]
    languages: list[Share]


def balance(sources: dict[int, Source], articles: Counts, facts: Counts, countries: Sequence[str] = ()) -> Balance:
    """The `Balance` of counts by (source pk, language).

    `sources`: {pk: Source}; `articles` and `facts`: [(source pk, language, number)], each pair any number of times;
    `countries`: codes that come first, in this order.
    """
    by_source: dict[str, Share] = {}
    by_country: dict[str, Share] = {}
    by_language: dict[str, Share] = {}
    for name, counts in (("articles", articles), ("facts", facts)):
        for pk, language, number in counts:
            source = sources[pk]
            shares = (
                by_source.setdefault(source.slug, Share(source.slug, source.name)),
                by_country.setdefault(source.country, Share(source.country or UNKNOWN)),
                by_language.setdefault(language, Share(language)),
            )
            for share in shares:
                setattr(share, name, getattr(share, name) + number)
                if name == "articles":
                    share.owned[source.ownership] += number
    first = {code: place for place, code in enumerate(countries)}
    return Balance(
        articles=sum(share.articles for share in by_language.values()),
        facts=sum(share.facts for share in by_language.values()),
        sources=sorted(by_source.values(), key=lambda one: (-one.articles, one.name, one.key)),
        countries=sorted(
            by_country.values(), key=lambda one: (one.key == UNKNOWN, first.get(one.key, len(first)), one.key)
        ),
        languages=sorted(by_language.values(), key=lambda one: (-one.articles, one.key)),
    )


@dataclass(frozen=True)
class Alone:
    """Entries (pks, as they were ordered) that one article, one source, or the sources of one country report alone."""

    article: list[int]
    source: list[int]
    countries: dict[str, list[int]]


def alone(entries: Iterable[int], spans: Iterable[tuple], countries: Sequence[str] = ()) -> Alone:
    """The `Alone` among `entries` (pks in order), from the spans of what reports them.

    `spans`: [(entry pk, least and greatest article pk, source pk, and country of the source)], any number for each.
    One value is all there is where the least is the greatest. An entry counts for a country only if every source of it
    has that country on record.
    """
    reach: dict[int, tuple[set, set, set]] = defaultdict(lambda: (set(), set(), set()))
    for pk, *ends in spans:
        for found, pair in zip(reach[pk], (ends[0:2], ends[2:4], ends[4:6]), strict=True):
            found.update(pair)
    article: list[int] = []
    source: list[int] = []
    by_country: dict[str, list[int]] = {}
    for pk in entries:
        if pk not in reach:
            continue
        of_articles, of_sources, of_countries = reach[pk]
        if len(of_articles) == 1:
            article.append(pk)
        if len(of_sources) == 1:
            source.append(pk)
        if len(of_countries) == 1 and "" not in of_countries:
            (country,) = of_countries
            by_country.setdefault(country, []).append(pk)
    first = {code: place for place, code in enumerate(countries)}
    ranked = sorted(by_country, key=lambda code: (first.get(code, len(first)), code))
    return Alone(article, source, {code: by_country[code] for code in ranked})
