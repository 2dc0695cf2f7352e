"""The whole record at one moment, as files that stay: what is public, each fact with its source, and nothing else.

tables      the tables, their columns and keys, from what the models declare
rows        what stands in them, a few entries at a time
package     the files that describe them: for programs, and in words
metadata    what Datasette is told of the database
making      all of it in one ZIP: as CSV, as JSON Lines and as SQLite
difference  what was added, changed and removed between two snapshots
shelf       the snapshots that there are
"""
