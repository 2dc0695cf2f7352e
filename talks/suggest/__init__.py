"""What paragraphs of an article seem to name. Rules and a vocabulary; nothing is certain, and nothing is saved.

paragraphs  all that the paragraphs of an article seem to name, of these sorts
names       people and parties
days        days in prose
counts      numbers of people and remains in prose
issues      issues
entries     which entries a text seems to be about
text        words of a text, and what it is compared with
vocabulary  words by which an article names what has no name of its own in the record
"""
