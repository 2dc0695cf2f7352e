"""Pages that are made once for each state of the record, and given as ready bytes before Django is asked.

asked      what a visitor asks for, in the one form that pages are kept under
page       a page as it was made: its headers, and its bytes as browsers take them
flow       an answer that is too large to be kept
source     which database answers readers: the replica while it does, else the primary
state      which state the record is in, asked for each time
store      the pages of this process, and those that all processes share
shared     what the processes of one machine, or of several, share; one at a time makes a page
gate       the WSGI application in front of Django's
ids        the id of each request, in its answer and in the log
visitor    who asks, by network address
limit      how often one visitor may ask for data, and search
room       threads that stay free for readers while others send something slowly
"""
