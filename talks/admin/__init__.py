"""The admin: where editors add to the record and decide what the sources leave open.

lists        lists and autocompletes that cost the same in a record of any size, with their filters
finding      what an editor's search finds, drafts too
page         what the parts of one page for editing know of each other
private      what is used of Django that Django does not promise
lacking      sentences of Django's that its catalogues lack
base         what every page shares: forms and lists without a query per row, history, deletion told in numbers
values       facts as text: what an entry's columns say, and what a citation may report
translating  the fields of names and texts in other languages
corrections  what readers are told of an edit
forms        the forms of entries and of what articles report about them, with the rules that bind them together
asking       forms that ask whether a row is another one, and why the improbable is right
renaming     the page on which a row gets another address
merging      the pages on which two rows that are one are merged
roles        what is whose: what authors may edit
publishing   publishing, taking back and withdrawing, and what is missing for it
formsets     the reported rows on one page, with the rules that bind them together
inlines      reported rows on the page of what they report about
amendments   what authors suggest for published entries, and what editors make of it
entries      rounds, swaps, proposals, events
reports      delegations, and pages that show the other reported rows with their history
sources      publishers and articles
texts        what became of the reports of an article whose text was changed
conclusions  findings: what editors conclude about a page
vocabulary   processes, parties, people, issues
exports      articles as files
failures     which failures of logins count
login        what is counted, logged and answered where a login fails
factor/      the second step of the login, and how it is set up
users        users and groups: nobody gives more than they have
dashboard    the first page: what waits
imports/     article files: uploaded, checked, mended, loaded, undone
desk/        an article paragraph by paragraph, and forms that add to the record from it
history/     the history of a row, restoring a state, the guard against overwriting an edit unseen
"""

from django.contrib import admin
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from talks.admin import amendments, conclusions, entries, imports, login, reports, sources, users, vocabulary
from talks.words.site import name

__all__ = ["amendments", "conclusions", "entries", "imports", "login", "reports", "sources", "users", "vocabulary"]

admin.site.site_header = admin.site.site_title = format_lazy("{} · {}", lazy(name, str)(), _("editing"))
admin.site.index_title = _("The record")
