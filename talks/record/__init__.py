"""What follows from reports, as pure rules on rows that are loaded: nothing in here asks the database."""
