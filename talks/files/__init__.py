"""Article files: from YAML to the database and back.

reader         YAML to plain values, with the line of each
folded         what is held of many files, kept small while nobody reads it
advice         what to type in place of what YAML cannot read
schema         what a file may hold; the JSON Schema for editors comes from it
mistakes       what is wrong in one file, in sentences that say what would be right
rows           one article's reports as flat rows: from a file, from the database, and back to a file
translations   files of translations: what they say, what of the record that changes, and the record as such files
former         files that use a former slug, read as if they used the present one
checks         what only all files together can tell: unknown names, duplicates, one slug for two kinds
remnant        what a file says beside its mistakes, so that these hide no others
grouping       mistakes that are alike, put together
duplicates     what of a load looks like something that is there already
doubts         what is improbable in what articles report, in files and in forms alike
loader         a load: reads files, compares them with the record and applies the changes, all or nothing
undo           takes a load back: the same comparison the other way round
uploads        files and zips as they are sent, within limits
tables         rows of a spreadsheet or of TimelineJS
moved          these as article files, one for each source, all drafts
skeleton       the beginning of an article file, to be filled in
exporter       writes the files back
recheck        what of the record would not come back from its export

A load, and its undo, is held → compare → apply:

held           what the record holds of what the files are about
compare        what must change, row by row, and what is kept of editors' work; without the database
apply          writes the changes, in the order that they need; of these
reported       rows that articles report, and the entries that come and go with them
created        those of them that are new, in bulk
decisions      what editors had decided about entries, brought back by an undo
history        the reasons that the history gives
outcome        what was done, in sentences
discrepancies  what articles report differently, in sentences
difference     what a load changed, as an import keeps it
"""
