"""Reads that pages share, named for what they give. Each loads what its callers touch, in a fixed number of queries.

The first argument of each, a `Seen`, says what may be shown: the record as known on a day, or all that is known now,
and for those who edit one entry before the public sees it. Nothing here ever gives another draft, or anything that was
reported later; but `waiting` does, which pages of the admin ask.

known        entries with their reports; what is kept for each state of the record
reports      what articles report about entries, put together
matching     what is looked for in words, and which texts hold it
search       what answers it in entries, people and articles, best first
days         a day that is looked for, and where it leads
timeline     filters, pages and counts
overview     where the entries of a period stand: by month, those with marks, those with names
rounds       the rounds of a series
surroundings  what stands near an entry, by date and in its series
vocabulary   parties, issues, people and sources
positions    what parties say, issue by issue
swaps        all swaps, with what was handed over
attendance   who was named at which round
balance      articles and facts by source, country and language
changes      what changed on the record, and when
differences  where sources differ
findings     what editors conclude about a page
pages        all pages of rows, for crawlers
parts        what is the same on many pages, kept while the record stands as it is
waiting      what waits for an editor: the only one that gives drafts, for the admin alone
"""

from talks.queries.attendance import (
    attendance,
    count_of_people_at_rounds,
    count_of_people_elsewhere,
    grid_of,
    people_elsewhere,
    processes_of_rounds,
    seats_of,
    seen_before,
)
from talks.queries.balance import articles_from, counted_under, coverage, source_balance
from talks.queries.changes import changed, changes, corrections_of, latest_changes, moments, shown_changes
from talks.queries.differences import differences, differences_of_each, disputed, disputed_by, parties_of, publishers_of
from talks.queries.findings import all_findings, findings_on, findings_told, pages_with_findings
from talks.queries.known import (
    MANY,
    Choice,
    first_report_of,
    kept,
    know,
    know_briefly,
    know_by_pk,
    know_for_lists,
    know_headings,
    know_one,
    know_to_choose,
    known_briefly,
    known_in_full,
    names_in,
    names_reported,
    rows_named,
    rows_of,
    tied_by,
)
from talks.queries.overview import extent, matching_of, overview
from talks.queries.pages import last_change_in, pages_of
from talks.queries.positions import entries_on, marks_on, positions_of, standing, track
from talks.queries.reports import (
    LINEAGE,
    accounts_of,
    delegations_of,
    followed_by,
    later_reports,
    lineage,
    named_by,
    provisions_of,
    rows_of_sort,
    told_of,
    transfers_of,
)
from talks.queries.rounds import all_rounds, places_in_series, previous_rounds, rounds_of
from talks.queries.surroundings import surroundings
from talks.queries.swaps import days_reported, handovers, named_rounds, with_sources, years_of_swaps
from talks.queries.timeline import cards_of, facets, page_of, timeline, total
from talks.queries.vocabulary import (
    accounts_by,
    appearances_of,
    articles,
    counted_people,
    issues_with_counts,
    last_published,
    parties_with_counts,
    people_with_counts,
    reports_in,
)

__all__ = [
    "LINEAGE",
    "MANY",
    "Choice",
    "accounts_by",
    "accounts_of",
    "all_findings",
    "all_rounds",
    "appearances_of",
    "articles",
    "articles_from",
    "attendance",
    "cards_of",
    "changed",
    "changes",
    "corrections_of",
    "count_of_people_at_rounds",
    "count_of_people_elsewhere",
    "counted_people",
    "counted_under",
    "coverage",
    "days_reported",
    "delegations_of",
    "differences",
    "differences_of_each",
    "disputed",
    "disputed_by",
    "entries_on",
    "extent",
    "facets",
    "findings_on",
    "findings_told",
    "first_report_of",
    "followed_by",
    "grid_of",
    "handovers",
    "issues_with_counts",
    "kept",
    "know",
    "know_briefly",
    "know_by_pk",
    "know_for_lists",
    "know_headings",
    "know_one",
    "know_to_choose",
    "known_briefly",
    "known_in_full",
    "last_change_in",
    "last_published",
    "later_reports",
    "latest_changes",
    "lineage",
    "marks_on",
    "matching_of",
    "moments",
    "named_by",
    "named_rounds",
    "names_in",
    "names_reported",
    "overview",
    "page_of",
    "pages_of",
    "pages_with_findings",
    "parties_of",
    "parties_with_counts",
    "people_elsewhere",
    "people_with_counts",
    "places_in_series",
    "positions_of",
    "previous_rounds",
    "processes_of_rounds",
    "provisions_of",
    "publishers_of",
    "reports_in",
    "rounds_of",
    "rows_named",
    "rows_of",
    "rows_of_sort",
    "seats_of",
    "seen_before",
    "shown_changes",
    "source_balance",
    "standing",
    "surroundings",
    "tied_by",
    "timeline",
    "told_of",
    "total",
    "track",
    "transfers_of",
    "with_sources",
    "years_of_swaps",
]
