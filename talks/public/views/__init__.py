"""Pages. Each view reads the request through a form, asks talks.queries, and renders a template.

timeline     the timeline at /
entries      lists and pages of rounds, swaps, proposals and events
swaps        the swap ledger
compare      rounds, proposals and positions side by side
then         then and now: what was known of an entry or a comparison on an earlier day, beside what is known now
as_of        the choice of a day
changes      what changed on the record
differences  where sources differ
search       entries, people and articles that hold the words asked for
about        what this site is
reference    people, parties, issues and articles
data         pages as data
catalogue    what can be taken along, in words
snapshots    the snapshots of the whole record, as files to keep
cite         how a page is cited, as files for reference managers
embed        pages within pages of other sites, and oEmbed
api          the same as data for programs, part by part
assistants   what assistants ask, and where they read how
asked        what forms ask for, for data, the API and assistants alike
follow       feeds, and a calendar of rounds
share        the pictures of shared pages
crawlers     robots.txt, the site map, icons
security     for those who look for holes, and for browsers that were kept from something
site         pages for what went wrong
"""
