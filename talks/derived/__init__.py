"""What is kept because it follows from reports: columns, ties, placements, wordings, evidence, changes for readers.

settle     writes all of it for entries whose reports changed; what changes a report calls it
reports    the reported rows of an entry, read together
ordering   what articles tell of the order of entries within a day, over the whole record
changes    what a published entry or finding says, and the notes of what changed about it
rewording  what search finds: wordings of entries, people and articles
index      the full-text index over them
stems      words as search compares them
alike      rows that look like one that is there already
"""
