"""What visitors may ask for: every query string goes through one of the forms in `pages`."""
