"""What paragraphs of an article seem to name. Rules and a vocabulary; nothing is certain, and nothing is saved."""
