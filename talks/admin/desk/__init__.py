"""The desk of an article: its paragraphs, what is cited from each, and forms to add more.

pages            the pages
paragraphs       the text paragraph by paragraph, what is cited from each, and what each seems to name
forms            the forms by what they add
entry_form       the one that begins a new entry
report_forms     those of one report about an entry: a citation, an account, a delegate, a transfer, a provision
paragraph_forms  what all of them share: they are about some paragraphs
fields           their fields
suggesting       reports that authors suggest for published entries, kept until an editor decides
"""
