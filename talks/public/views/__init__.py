"""Pages. Each view reads the request through a form, asks talks.queries, and renders a template.

timeline     the timeline at /
entries      lists and pages of rounds, swaps, proposals and events
swaps        the swap ledger
compare      rounds, proposals and positions side by side
search       entries, people and articles that hold the words asked for
about        what this site is
as_of        the choice of a day
then         what was known on an earlier day beside what is known now
differences  where sources differ
changes      what changed on the record
reference    people, parties, issues and articles
data         pages as data
catalogue    what data there is, in words
snapshots    the snapshots of the whole record
api          the same for programs, part by part
follow       feeds, and a calendar of rounds
cite         how a page is cited, as files
embed        pages within pages of other sites
assistants   what assistants ask
share        the pictures of shared pages
crawlers     robots.txt, the site map, icons
site         pages for what went wrong
security     for those who look for holes, and for browsers that were kept from something
asked        what forms ask for, for the data of pages, the API and assistants alike
"""
