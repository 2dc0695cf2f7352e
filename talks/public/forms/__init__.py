"""What visitors may ask for: every query string goes through one of these forms.

pages       of pages
compare     of comparisons
api         of the API: the same, without what only a page has
assistants  of assistants: the same, a few items at a time
base        what the forms of all public pages share: the day, the tray, paging, the filters of entries
fields      their fields: days, words, choices, rows by slug, places in a list
"""
