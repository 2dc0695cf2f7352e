"""The public site: forms for query strings, views, and how a page is rendered."""
