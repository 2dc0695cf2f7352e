"""What follows from the reports about an entry: accepted values, versions that differ, and what was known on a day.

Pure functions on citations in order of report; nothing here asks the database. The columns of an entry, the pages of
today and the pages as known on an earlier day all come from here, so they cannot contradict each other.
"""

import datetime
import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

from django.db.models import Model

from talks.models import KINDS, LISTS, Article, Citation, Entry, Kind, Party, Round, Rule, Seen, sort_of
from talks.models.entries import Cursor
from talks.models.rules import today
from talks.record import dates
from talks.record.copies import copies
from talks.record.leads import Lead, lead_of, summary_of


@dataclass(frozen=True)
class Version:
    """One reported value and the citations that report it."""

    value: str
    citations: list[Citation]


@dataclass(frozen=True)
class KnownFact:
    """A fact with its accepted `value` (text, as citations hold it) and all the `versions` that count today.

    `disputed`: versions stand against each other, so a page shows all of them. `retold`: so it does where they are
    renderings of one thing, which do not.
    """

    field: str
    value: str
    versions: list[Version]
    disputed: bool
    retold: bool = False

    @property
    def shown(self) -> list[Version]:
        """The versions that stand on a page: all where they stand side by side, else the accepted one."""
        return self.versions if self.disputed or self.retold else [Version(self.value, self.citations)]

    @property
    def citations(self) -> list[Citation]:
        """The citations that report the accepted value; for a union, all."""
        same = [version for version in self.versions if version.value == self.value and self.field not in LISTS]
        return [citation for version in same or self.versions for citation in version.citations]

    @property
    def values(self) -> list[str]:
        """The accepted value of a fact that names several rows, as a list of slugs."""
        return self.value.split(", ")


def named_model(entry: Entry, field: str) -> type[Model] | None:
    """What the values of a fact name by slug: Party, Issue, Process or Entry; None if they are plain text."""
    model = KINDS[entry.kind].named_by(field)
    return model and sort_of(model)


# Letters whose accent is a part of them, so that Unicode does not take it off.
BASE_LETTERS = str.maketrans(dict(zip("ıłøđðħŧґ", "iloddhtг", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"})


@lru_cache(maxsize=4096)  # a page compares each of its texts with several others
def folded(text: str) -> str:
    """Text for comparing reports: without case, accents and double spaces, so that spelling is no discrepancy."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().translate(BASE_LETTERS).split())


def same_value(field: str, value: str) -> Hashable:
    """A key that is equal for values of `field` that say the same; lists in any order do."""
    return tuple(sorted(value.split(", "))) if field in LISTS else folded(value)


def versions_of(field: str, citations: list[Citation]) -> list[Version]:
    """The different values that `citations` report for `field`, each with its citations, in order of report."""
    grouped: dict[Hashable, list[Citation]] = {}
    for citation in citations:
        grouped.setdefault(same_value(field, citation.value), []).append(citation)
    return [Version(group[0].value, group) for group in grouped.values()]


def resolve(
    field: str, rule: Rule, citations: list[Citation], chosen: str | None = None, *, prose: bool = False
) -> KnownFact:
    """The `KnownFact` that citations (at least one, in order of report) give for `field`.

    `chosen` is the value that an editor decided on; it counts only if a citation reports it. `prose`: its texts are
    renderings (`talks.models.declarations`).
    """
    versions = versions_of(field, citations)
    if rule is Rule.UNION:
        slugs = dict.fromkeys(slug for version in versions for slug in version.value.split(", "))
        return KnownFact(field, ", ".join(slugs), versions, disputed=False)
    if rule is Rule.LATEST:
        versions = _of_the_latest_day(field, versions, citations, chosen)
    accepted = _chosen(field, versions, chosen) or _accepted(rule, versions, citations)
    if prose:
        return KnownFact(field, accepted.value, versions, disputed=False, retold=len(versions) > 1)
    return KnownFact(field, accepted.value, versions, _is_disputed(rule, versions))


def _of_the_latest_day(
    field: str, versions: list[Version], citations: list[Citation], chosen: str | None
) -> list[Version]:
    """The versions of the latest day, and what an editor decided on, though it be older.

    Reports of one day cannot be put in order, so they stand side by side.
    """
    current = {same_value(field, c.value) for c in citations if c.published == citations[-1].published}
    if chosen:
        current.add(same_value(field, chosen))
    return [version for version in versions if same_value(field, version.value) in current]


def _chosen(field: str, versions: list[Version], chosen: str | None) -> Version | None:
    """The version that an editor decided on, if it is reported."""
    same = (v for v in versions if chosen and same_value(field, v.value) == same_value(field, chosen))
    return next(same, None)


def _accepted(rule: Rule, versions: list[Version], citations: list[Citation]) -> Version:
    """The version that counts if nobody decided otherwise."""
    if rule is Rule.LATEST:
        return next(version for version in versions if citations[-1] in version.citations)
    accepted = versions[0]
    if rule is Rule.DATE:
        for version in versions:
            if len(version.value) > len(accepted.value) and dates.agree(version.value, accepted.value):
                accepted = version
    return accepted


def _is_disputed(rule: Rule, versions: list[Version]) -> bool:
    """True if versions stand against each other; a date and a more exact one that agrees with it do not."""
    if rule is Rule.DATE:
        return any(not dates.agree(one.value, other.value) for one, other in combinations(versions, 2))
    return len(versions) > 1


class KnownEntry:
    """An entry as its citations describe it: all of them, or those known on a day.

    `citations` must be in order of report, have their articles loaded, and none may be later than the day of `seen`.
    What an editor chose counts only where no report is left out, because it was decided with all of them in view.
    `parties`: those that it involves, where a page names them.
    """

    def __init__(self, entry: Any, citations: list[Citation], seen: Seen, parties: Sequence[Party] = ()) -> None:
        self.entry = entry
        self.parties = parties
        self.citations = citations
        self.seen = seen
        self.complete = seen.day is None or entry.last_reported is None or seen.day >= entry.last_reported
        self.chosen = entry.chosen if self.complete else {}

    def __repr__(self) -> str:
        return f"<KnownEntry {self.entry.slug}>"

    def __str__(self) -> str:
        """Its title in the language of the page, as far as it is translated."""
        return self.entry.in_words("title", self.title)

    def get_absolute_url(self) -> str:
        return self.entry.get_absolute_url()

    @cached_property
    def mentions(self) -> list[Citation]:
        """Citations of the entry as such: one for each article."""
        return [citation for citation in self.citations if not citation.field]

    @cached_property
    def facts(self) -> dict[str, KnownFact]:
        """The reported facts of the entry, by field, in the order in which its kind lists them."""
        reports: dict[str, list[Citation]] = {}
        for citation in self.citations:
            reports.setdefault(citation.field, []).append(citation)
        return {
            field: resolve(field, fact.rule, reports[field], self.chosen.get(field), prose=fact.prose)
            for field, fact in KINDS[self.entry.kind].FACTS.items()
            if field in reports
        }

    @property
    def in_own_words(self) -> list[KnownFact]:
        """The reported facts that are prose or names, which search looks through."""
        declared = KINDS[self.entry.kind].FACTS
        return [fact for field, fact in self.facts.items() if declared[field].own_words]

    @property
    def notes(self) -> list[Citation]:
        """The mentions whose articles add something."""
        return [mention for mention in self.mentions if mention.note]

    @cached_property
    def summed_up(self) -> Lead | None:
        """The summary in force with its sources: an editor's, who saw all reports, else by `talks.record.leads`."""
        if written := self.chosen.get("summary"):
            return Lead(written, self.mentions)
        if reported := summary_of(self.mentions, self.start, self.last_day, self.precision):
            return reported
        return Lead(self.entry.summary, self.mentions) if self.complete and self.entry.summary else None

    @cached_property
    def lead(self) -> Lead | None:
        """What its page, its description and every list say first of it: see `talks.record.leads`."""
        return lead_of(self)

    @property
    def title(self) -> str:
        reported = (mention.title for mention in self.mentions)
        text = self.chosen.get("title") or next(filter(None, reported), "")
        return text or (self.entry.title if self.complete else "")

    @property
    def summary(self) -> str:
        return self.summed_up.text if self.summed_up else ""

    @cached_property
    def _stands(self) -> tuple[Any, str]:
        if "start" in self.facts:
            return dates.parse(self.facts["start"].value)
        return (self.citations[0].published if self.citations else self.entry.start), Entry.Precision.REPORTED

    @property
    def start(self) -> Any:
        """The day it stands at: the first day, or the day of the first report if no article gives a date."""
        return self._stands[0]

    @property
    def precision(self) -> str:
        return self._stands[1]

    @cached_property
    def ends(self) -> str | None:
        """The last day as ISO text, of which the day may be unknown, or None.

        A reported end before the accepted start belongs to another version of the dates.
        """
        if "end" not in self.facts or self.precision == Entry.Precision.REPORTED:
            return None
        accepted = self.facts["end"]
        values = [accepted.value, *(version.value for version in accepted.versions)]
        return next((value for value in values if dates.last_of(value) > self.start), None)

    @property
    def end(self) -> datetime.date | None:
        """The last day that the end can mean, or None."""
        return dates.last_of(self.ends) if self.ends else None

    @property
    def last_day(self) -> Any:
        """The last day that it can have been on."""
        if self.end or self.precision == Entry.Precision.REPORTED:
            return self.end or self.start
        return dates.last_of(dates.text(self.start, self.precision))

    @property
    def expected(self) -> bool:
        """True of a round that is still to come on the day of the page, and that no report calls off.

        What an article reports as held is held: its clock may be a day ahead.
        """
        status = self.facts["status"].value if "status" in self.facts else ""
        if self.entry.kind != Kind.ROUND or status not in ("", Round.RoundStatus.SCHEDULED):
            return False
        exact = self.precision == Entry.Precision.DAY or not status
        return (self.start if exact else self.last_day) > min(self.seen.day or today(), today())

    @property
    def place(self) -> Cursor:
        """Where it stands among others: its day, its rank in that day, and its pk. Of entries from a query alone."""
        return self.start, self.entry.ranks, self.entry.pk

    @property
    def end_precision(self) -> str:
        return dates.parse(self.ends)[1] if self.ends else Entry.EndPrecision.DAY

    @cached_property
    def articles(self) -> list[Article]:
        """The articles that report it, in order of report."""
        return list(dict.fromkeys(citation.article for citation in self.citations))

    @property
    def source_count(self) -> int:
        """How many independent sources report it: copies of one article, or of one wire, count once."""
        return len(copies(self.articles))

    @property
    def disputed(self) -> list[KnownFact]:
        """The facts about which the sources differ."""
        return [fact for fact in self.facts.values() if fact.disputed]
