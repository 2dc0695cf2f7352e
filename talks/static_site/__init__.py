"""The public side as files, for a host that runs no program: `manage.py write_site`.

addresses   all that is asked for, in every language
asking      what the site answers to it, by its own views and middleware
rewriting   pages as files: whatever only a server can answer leads to one, or is left out
folder      files in their place, all of them or none; what has not changed stays as it is
hosting     what the host is told: types, headers, redirects
writing     all of this, one after the other
"""
