"""JSON-LD in the terms of schema.org: what an entry is, where its page stands, and what the record is.

Of what sources differ on, all versions are given. Nothing is a ClaimReview: nobody here reviewed a claim.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from talks.models import Article, Kind, Party, Round
from talks.record.facts import KnownEntry
from talks.words import statuses
from talks.words.places import place_name

CONTEXT = "https://schema.org"
LICENCE = "https://opensource.org/license/mit"
SOURCES = 5  # that an entry names: those of what it leads with
STATUSES = {
    Round.RoundStatus.SCHEDULED: "EventScheduled",
    Round.RoundStatus.HELD: "EventScheduled",  # it took place as scheduled
    Round.RoundStatus.POSTPONED: "EventPostponed",
    Round.RoundStatus.CANCELLED: "EventCancelled",
}
PARTIES = {Party.PartyKind.STATE: "Country", Party.PartyKind.ORGANISATION: "Organization"}

Thing = dict[str, Any]


def entry(
    known: KnownEntry,
    *,
    address: str,
    told: str,
    sources: Sequence[Article],
    crumbs: Iterable[tuple[str, str]],
) -> Thing:
    """An entry and where its page stands. `told`: what it leads with; `crumbs`: (name, full address) of pages above."""
    thing = _work(known) if known.entry.kind == Kind.PROPOSAL else _event(known)
    thing |= {
        "@id": address,
        "url": address,
        "name": str(known),
        "description": told,
        "subjectOf": [_article(one) for one in sources[:SOURCES]],
    }
    places = [*crumbs, (str(known), address)]
    trail = [
        {"@type": "ListItem", "position": place, "name": name, "item": where}
        for place, (name, where) in enumerate(places, start=1)
    ]
    graph = [{name: value for name, value in thing.items() if value}]
    return {"@context": CONTEXT, "@graph": [*graph, {"@type": "BreadcrumbList", "itemListElement": trail}]}


def dataset(
    *,
    name: str,
    told: str,
    address: str,
    maker: str,
    languages: list[str],
    period: str,
    version: int,
    files: Iterable[tuple[str, str]],
) -> Thing:
    """The record as a whole. `period`: the days of its first and its last entry, as ISO text.

    `files`: (media type, full address) of what it can be had as.
    """
    thing = {
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": name,
        "description": told,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": languages,
        "temporalCoverage": period,
        "version": str(version),
        "creator": {"@type": "Organization", "name": maker} if maker else None,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": where} for kind, where in files
        ],
    }
    return {"@context": CONTEXT} | {name: value for name, value in thing.items() if value}


def _event(known: KnownEntry) -> Thing:
    reported = _values(known, "status") if known.entry.kind == Kind.ROUND else []
    status = STATUSES.get(Round.RoundStatus(reported[0])) if len(reported) == 1 else None
    return {
        "@type": "Event",
        "startDate": _one_or_all(_values(known, "start")),
        "endDate": _one_or_all(_values(known, "end")),
        "eventStatus": status and f"{CONTEXT}/{status}",
        "location": _one_or_all([_place(known, city) for city in _values(known, "city")]),
        "about": [_party(one) for one in known.parties],
    }


def _work(known: KnownEntry) -> Thing:
    return {
        "@type": "CreativeWork",
        "author": [_party(one) for one in known.parties],
        "creativeWorkStatus": _one_or_all([words for words, *_ in statuses(known)]),
    }


def _place(known: KnownEntry, city: str) -> Thing:
    countries = _values(known, "country")
    address = {"@type": "PostalAddress", "addressLocality": str(place_name(city))}
    if len(countries) == 1 and len(_values(known, "city")) == 1:
        address["addressCountry"] = countries[0]
    return {"@type": "Place", "name": str(place_name(city)), "address": address}


def _party(party: Party) -> Thing:
    return {"@type": PARTIES[Party.PartyKind(party.kind)], "name": str(party)}


def _article(article: Article) -> Thing:
    thing = {
        "@type": "NewsArticle",
        "headline": article.title,
        "url": article.url,
        "datePublished": article.published.isoformat(),
        "inLanguage": article.language,
        "publisher": {"@type": "Organization", "name": str(article.publisher)},
    }
    return {name: value for name, value in thing.items() if value}


def _values(known: KnownEntry, fact: str) -> list[str]:
    """The values of a fact that stand on the page: all where sources differ."""
    return [version.value for version in known.facts[fact].shown] if fact in known.facts else []


def _one_or_all(values: list) -> Any:
    return values[0] if len(values) == 1 else values
