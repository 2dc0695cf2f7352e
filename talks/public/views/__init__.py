"""Pages. Each view reads the request through a form, asks talks.queries, and renders a template.

timeline     the timeline at /
entries      lists and pages of rounds, swaps, proposals and events
swaps        the swap ledger
compare      rounds, proposals and positions side by side
search       entries, people and articles that hold the words asked for
about        what this site is
reference    people, parties, issues and articles
data         pages as data, and what data there is
api          the same for programs, part by part
site         pages for what went wrong
"""
