"""A module for each format.

Documents as bytes, piece by piece, so that none has to fit into memory:

as_json         one object: what the document is, and its items, one on a line
as_csv          a table that spreadsheets open
as_xlsx         a workbook of tables laid out for people, and their sources
as_zip          all of it: the data as CSV and JSON, its sources, what it is for programs and in plain words
as_timelinejs   slides for TimelineJS 3

What others follow, cite and show; each is given what it says, and knows nothing of requests:

atom            feeds
calendar        rounds as iCalendar
citation        how to cite a page
linked          JSON-LD, in the terms of schema.org
oembed          what other sites are told of an address, to show it within their pages
"""
