"""Facts in words: dates, lengths, countries, languages, and what stands in the columns of an entry.

Values come as citations hold them (text); what is shown comes from here, so that one fact reads the same everywhere, in
the language of the page. A sentence that is put together is nested (“%(told)s with %(names)s”), so that a translation
chooses the order and the marks between its clauses, and no name has to be inflected.

site       what this site is called and what it holds
language   the locale of the page, numbers, countries, languages, lists
time       days, months, periods, lengths
kinds      kinds of entries, and how many there are of a thing
facts      facts and their versions
places     places, which facts name in plain text
entries    what stands beside the title of an entry
swaps      what was handed over, to whom, and how far it came
people     people at rounds
rows       reported rows, one line each
leads      what an entry leads with
sources    whose report an article is, and what became of it after it was published
filters    what a filter chooses
changes    what an entry said before, and what it said after
differences  what articles say differently of an entry
fields     form fields that read what people type as they mean it
"""

from talks.words.entries import (
    brief,
    brief_rows,
    changed_since,
    date_note,
    disputed_labels,
    heading,
    interval,
    mark_names,
    of_title,
    place,
    stands,
    stands_brief,
    stands_short,
    unchanged_since,
)
from talks.words.facts import fact_label, statuses
from talks.words.filters import borne_out, choice, filter_in_words, swaps_in_words
from talks.words.kinds import counted, did_you_mean, kind_label, kinds_label, missing, this
from talks.words.language import (
    OfRecord,
    all_of,
    any_of,
    count,
    count_brief,
    count_in_words,
    country,
    kept_by_language,
    language,
    number,
    ownership,
    runs,
    share,
    side,
    some_of,
)
from talks.words.leads import description, lead, leads
from talks.words.people import entries_with, gap, named_of_all, seat, seat_mark, seat_row, sorting
from talks.words.rows import in_paragraphs, other_wordings, paragraphs, point_number, reported_on
from talks.words.sources import also_reported, in_language, later_marks, report_of
from talks.words.swaps import (
    answer,
    direction,
    direction_value,
    in_all,
    states_in_words,
    status_label,
    transfer_days,
    transfer_kind,
)
from talks.words.time import (
    day,
    day_and_month,
    length,
    month,
    month_short,
    months,
    partial_date,
    period,
    since_day,
    until_day,
    year,
)

__all__ = [
    "OfRecord",
    "all_of",
    "also_reported",
    "answer",
    "any_of",
    "borne_out",
    "brief",
    "brief_rows",
    "changed_since",
    "choice",
    "count",
    "count_brief",
    "count_in_words",
    "counted",
    "country",
    "date_note",
    "day",
    "day_and_month",
    "description",
    "did_you_mean",
    "direction",
    "direction_value",
    "disputed_labels",
    "entries_with",
    "fact_label",
    "filter_in_words",
    "gap",
    "heading",
    "in_all",
    "in_language",
    "in_paragraphs",
    "interval",
    "kept_by_language",
    "kind_label",
    "kinds_label",
    "language",
    "later_marks",
    "lead",
    "leads",
    "length",
    "mark_names",
    "missing",
    "month",
    "month_short",
    "months",
    "named_of_all",
    "number",
    "of_title",
    "other_wordings",
    "ownership",
    "paragraphs",
    "partial_date",
    "period",
    "place",
    "point_number",
    "report_of",
    "reported_on",
    "runs",
    "seat",
    "seat_mark",
    "seat_row",
    "share",
    "side",
    "since_day",
    "some_of",
    "sorting",
    "stands",
    "stands_brief",
    "stands_short",
    "states_in_words",
    "status_label",
    "statuses",
    "swaps_in_words",
    "this",
    "transfer_days",
    "transfer_kind",
    "unchanged_since",
    "until_day",
    "year",
]
