"""What can be taken along: all that the public pages show, as plain values with their sources, in any format.

The way is: the form of a page → the same `talks.queries` as the page → `told` → a format. Whoever makes a new output
(a feed, a snapshot, a card, an answer for an assistant) asks `told` for entries and never the models for their reports:

    from talks.data import told
    told.entries(seen, query, origin)   all entries of a query, however many, as `shapes.Entry`, a few at a time
    told.tell(seen, known, origin)      the same of entries that `queries.know` gave: one page of them

`seen` is a `talks.models.Seen` (drafts, withdrawn entries and what was reported later are left out by the queries),
`origin` what addresses start with (“https://example.org”; "" gives paths). Words are in the active language. An entry
has `id` (stays when its title or slug changes), `kind`, `slug`, `title`, `address`, `dates` (partial ISO dates, their
precision, and in words), `lead` (the sentence that lists show), `parties`, `issues`, `people`, `status`, `process`,
`facts` and `rows` (delegations, delegates, transfers, demands, accounts). A fact has its accepted value, raw and in
words, `differs`, and its `reports`: article, publisher, day, paragraphs, the value that it reports, the address of the
paragraph here, and the original. `entry.reports` gives all reports of an entry.

shapes      these values, as dataclasses; `plain` makes of them what JSON holds
told        entries as told
listed      what stands on lists beside entries: parties, issues, people, articles, changes, positions
figures     what is counted: totals of what was handed over, shares of sources, how much the record draws from when
found       what leads to other pages: what a search finds, the days on which a page can be seen
narrowed    entries with only what a page tells of them: of a person, an issue, an article, or where sources differ
documents   what a page gives as data: its title, its address, its items one by one
lines       items as lines of a table: for entries, one for each fact and source
formats     a module for each format
snapshots   the whole record at one moment, as files that stay
"""
