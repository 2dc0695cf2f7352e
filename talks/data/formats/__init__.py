"""The formats. Each is given what it says, and knows nothing of requests.

atom         feeds
calendar     rounds as iCalendar
citation     how to cite a page
linked       JSON-LD, in the terms of schema.org
"""
