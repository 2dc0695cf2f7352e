"""Geometry of what pages draw; nothing in here asks the database.

overview  the overview band: where the entries of a period stand in time
totals    running totals of what was handed over
track     who moved when on an issue
card      the picture that stands for a page where its address is shared; its `fonts` are beside it
"""
