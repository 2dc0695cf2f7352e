"""The desk of an article: its paragraphs, what is cited from each, and forms to add more."""
