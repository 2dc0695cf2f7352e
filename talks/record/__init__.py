"""What follows from reports, as pure rules on rows that are loaded: nothing in here asks the database.

Of one entry, one fact, one reported row:

facts       accepted values, versions that differ, and what was known on a day (`KnownEntry`)
merged      rows of several articles that say the same, put together; whether they contradict each other
readings    the values that reports of one thing give, and whether they can all be true
leads       what an entry leads with
copies      which articles are no independent sources of each other
possible    what one article cannot say of an entry
improbable  what one hardly says: told once, and right if somebody says why
ordering    the order of entries within a day
dates       dates of which only the year or the month may be known
typed       what people type, read as they mean it: days, numbers, counts, paragraphs
paragraphs  where the paragraphs of a text stand in another version of it

Of many:

totals      how many were handed over: nobody is counted twice, and no side is picked
ledger      swaps with what they handed over: filters, sums, running totals
steps       running totals as lines of tables
overview    what the overview of a period draws
attendance  who sat at which round, under which titles, and who came anew
track       what parties proposed and said on an issue, day by day
comparison  which rows of a comparison differ; one text against another, then against now
reported    which reported rows a cell of a comparison holds
coverage    from how many articles and sources the record draws, by month and kind
balance     whose articles the record stands on, and who alone reports what

Of names:

names       names that may be one
sounds      how a name sounds in any alphabet, and in which cases it is written
titles      when two titles of people say the same
"""
