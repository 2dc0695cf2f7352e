"""What repeats on pages. Parts that stand there dozens of times are made here and not by templates, which take longer.

sources    the footnotes of what is reported, and the list of articles that they lead to
facts      what is told of an entry, with its sources
swaps      what articles say of a transfer, in one line
papers     what proposals say on issues, and since when
compared   cells of comparisons
band       the marks of the overview
choices    what there is to choose from
parts      parts of pages that are kept
links      links that keep what the reader has chosen
kinds      signs and words of the kinds of entries
words      facts in words, by the names of `talks.words`
languages  the languages of a page, and words of the record on a page in another one
rows       what the record computes of rows that a template has at hand
site       what the site is called, who makes it, and where errors are reported
sent       what was sent with a form, to be sent again
lists      the lists of the admin
"""
