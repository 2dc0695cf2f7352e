"""Documents as bytes, piece by piece, so that none has to fit into memory.

as_json   one object: what the document is, and its items, one on a line
as_csv    a table that spreadsheets open
as_timelinejs  slides for TimelineJS 3
oembed    what other sites are told of an address, to show it within their pages
"""
