"""What is taken along: the record in the formats of others, by the same queries as the pages.

formats      a module for each format
"""
