"""What became of a row: its history in words, restoring a state, and the guard against overwriting an edit unseen.

pages       the history of an entry with all that is reported about it, and a page to restore an earlier state
in_words    what each edit did to each row, column by column
guard       the second of two editors on one page is told what the first did
merge       three states of one page brought together: as opened, as sent, and as it stands by now
submission  what a browser sent of a page
"""
