"""Article files: from YAML to the database and back.

reader    YAML to plain values, with the line of each
schema    what a file may hold; the JSON Schema for editors comes from it
rows      one article's reports as flat rows: from a file, from the database, and back to a file
former    files that use a former slug, read as if they used the present one
checks    what only all files together can tell: unknown names, duplicates, one slug for two kinds
loader    compares rows and writes the difference, all or nothing
undo      what a load changed, and writing that back
uploads   files and zips as they are sent, within limits
exporter  writes the files back
"""
