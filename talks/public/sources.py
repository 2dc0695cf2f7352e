"""The articles that a page names."""


class Sources:
    """The articles that a page has named so far, numbered in the order in which the reader meets them.

    `by_name`: the notes give the publisher's name and no number, for a part of a page that has numbers of its own.
    """

    def __init__(self):
        self.rows = {}
        self.by_name = False

    def number(self, row):
        """The number of the row's article on this page."""
        self.rows.setdefault(row.article, []).append(row)
        return list(self.rows).index(row.article) + 1

    @property
    def listed(self):
        """[(article, paragraphs in words)] in order of number."""
        return [(article, self._paragraphs(rows)) for article, rows in self.rows.items()]

    @staticmethod
    def _paragraphs(rows):
        numbers = sorted({number for row in rows for number in row.paragraph_numbers})
        return ", ".join(map(str, numbers))
