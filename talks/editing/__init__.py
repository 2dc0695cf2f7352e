"""What editors do to the record beyond a form: merge, rename, restore, import, publish; and what they check first.

merging     makes two rows one
renaming    gives a row another slug; the one before goes on leading to it
slugs       the same in its own row and in whatever names it as text
restore     brings an entry and its reported rows back to what they were after an earlier edit
versions    what was edited together, what each edit changed, and what a row said after it
readiness   what an entry lacks to be published, in sentences that say what to do
citing      which facts an edit wants reported, and what its citations lack to report them
plan        what is to be done with the citations of an entry, worked out on copies first
upkeep      what follows from an edit of an entry: citations, mentions, choices, columns
paragraphs  reports stay with the words they cite when an article's text changes
imports     what becomes of an import: it is checked, loaded and, if it was a mistake, undone
jobs        what is done with imports: small ones at once, others by a worker
worker      the process that does what waits (`manage.py do_jobs`)
links       whether the addresses of articles still lead somewhere
web         one request of the public web, within limits
devices     what users show at the second step of the login
"""
