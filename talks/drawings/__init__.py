"""Geometry of what pages draw; nothing in here asks the database."""
