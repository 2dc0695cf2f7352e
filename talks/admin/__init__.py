"""The admin: where editors add to the record and decide what the sources leave open.

lists        lists and autocompletes that cost the same in a record of any size, with their filters
finding      what an editor's search finds, drafts too
base         what every page shares: forms and lists without a query per row, history, deletion told in numbers
values       facts as text: what an entry's columns say, and what a citation may report
forms        the forms of entries and of what articles report about them, with the rules that bind them together
upkeep       what follows from an edit: citations for new facts, mentions, editors' choices
inlines      reported rows on the page of what they report about
entries      rounds, swaps, proposals, events
reports      delegations, and pages that show the other reported rows with their history
sources      publishers and articles
vocabulary   processes, parties, people, issues
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from talks.admin import entries, reports, sources, vocabulary

__all__ = ["entries", "reports", "sources", "vocabulary"]

admin.site.site_header = admin.site.site_title = _("Peace talks timeline: editing")
admin.site.index_title = _("The record")
