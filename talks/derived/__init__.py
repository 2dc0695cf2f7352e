"""What is kept because it follows from reports: columns, ties, placements, wordings, evidence, changes for readers."""
