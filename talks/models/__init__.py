"""What the record holds. Terms of the field are explained in docs/domain.md.

vocabulary   who and what can be named: processes, parties, people, places, issues
rules        what a value must be, whichever way it comes in
counts       how many, as articles report it
columns      columns for counts, and for dates of which the day may be unknown
addresses    addresses of pages
history      what is noted of each change of a row, and which changes are one edit
writing      how writers of the record take turns
sharing      how rows that many rows lead to are made once for each query, or for as long as they say the same
seen         which state of the record a query shows: as known on a day, with one draft that is previewed
translated   what rows are called in other languages than the record's own
keys         what tells that two articles are one: their address and their words
sources      publishers, articles, and `Sourced`, which ties every reported row to an article and its paragraphs
entries      what stands on the timeline, whatever its kind, and former slugs
kinds        the kinds of entries: rounds, swaps, proposals, events; with all that is declared of them and their facts
declarations  how facts and kinds are declared
reports      what articles report about entries: citations, delegations, transfers, provisions, accounts
standing     what is computed from the reports and kept for quick reading: who takes part, where an entry stands,
             what search finds
pages        pages of the site that something can be said of, by address
findings     sentences of the editors about a page
editing      what editing leaves behind: changes told to readers, imports and their jobs, checks of links, rows that
             only look alike, and what authors suggest
factors      security keys and passkeys of users
roles        what Author, Editor and Admin may do
"""

from talks.models.declarations import Fact, KindWords, Rule, Say
from talks.models.editing import Amendment, Change, Distinct, Import, Job, LinkCheck
from talks.models.entries import Entry, FormerSlug, Kind, Publication, sort_of
from talks.models.factors import SecurityKey
from talks.models.findings import Finding
from talks.models.kinds import KINDS, LISTS, Event, Proposal, Round, Swap
from talks.models.pages import Page
from talks.models.reports import REPORTS, Account, Citation, Delegate, Delegation, Provision, Transfer, naming
from talks.models.seen import Seen
from talks.models.sources import Article, Doubted, Publisher, Sourced
from talks.models.standing import EntryIssue, EntryParty, EntryPerson, Evidence, Placement, Revision, Wording
from talks.models.translated import OfRecord, Translated, TranslationFile
from talks.models.vocabulary import Issue, Location, Party, Person, Process

__all__ = [
    "KINDS",
    "LISTS",
    "REPORTS",
    "Account",
    "Amendment",
    "Article",
    "Change",
    "Citation",
    "Delegate",
    "Delegation",
    "Distinct",
    "Doubted",
    "Entry",
    "EntryIssue",
    "EntryParty",
    "EntryPerson",
    "Event",
    "Evidence",
    "Fact",
    "Finding",
    "FormerSlug",
    "Import",
    "Issue",
    "Job",
    "Kind",
    "KindWords",
    "LinkCheck",
    "Location",
    "OfRecord",
    "Page",
    "Party",
    "Person",
    "Placement",
    "Process",
    "Proposal",
    "Provision",
    "Publication",
    "Publisher",
    "Revision",
    "Round",
    "Rule",
    "Say",
    "SecurityKey",
    "Seen",
    "Sourced",
    "Swap",
    "Transfer",
    "Translated",
    "TranslationFile",
    "Wording",
    "naming",
    "sort_of",
]
