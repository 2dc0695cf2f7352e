"""The public site: forms for query strings, views, and how a page is rendered.

forms       what visitors may ask for
views       pages, and what is taken along from them
pages       how views answer: a page or a part of it, with what every page needs
sources     the articles that a page names
taking      what a reader can take from a page: its address for good, how it is cited, other formats
outputs     which page can be taken along in which formats: declared here once
embeds      what of a page can be shown within pages of other sites: declared here once
addresses   addresses as mail, chat and hands leave them, and the pages that were meant
asking      one page asked for in the place of another
opened      what pages of other sites may read
problems    what is wrong with a request for data, for machines and people
openapi     the description of the API
assistants  a server of the Model Context Protocol
"""
