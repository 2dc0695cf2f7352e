"""What is to be done with the citations of an entry: worked out on copies first, and then written."""

from copy import copy

from talks.derived.reports import Reports
from talks.models import Article, Citation
from talks.models.history import delete, save


class Plan:
    """Citations of an entry to add, change and delete.

    `reports` is what will be reported of the entry once this is carried out; the rows that the plan began with stay as
    they are.
    """

    def __init__(self, entry_pk: int, reports: Reports):
        self.entry_pk = entry_pk
        self.reports = Reports({model: list(rows) for model, rows in reports.rows.items()})
        self.saved: list[Citation] = []
        self.deleted: list[Citation] = []

    def add(self, article: Article, paragraphs: str, **columns: str) -> Citation:
        citation = Citation(entry_id=self.entry_pk, article=article, paragraphs=paragraphs, **columns)
        self.saved.append(citation)
        self.reports.add(citation)
        return citation

    def change(self, citation: Citation, **columns: str) -> Citation:
        """The citation as it will be; one that this plan adds is changed itself."""
        changed = citation if citation.pk is None else copy(citation)
        for name, value in columns.items():
            setattr(changed, name, value)
        if changed is not citation:
            self._take_out(citation)
            self.saved.append(changed)
            self.reports.add(changed)
        return changed

    def delete(self, citation: Citation) -> None:
        self._take_out(citation)
        self.deleted.append(citation)

    def _take_out(self, citation: Citation) -> None:
        citations = self.reports.rows["Citation"]
        citations[:] = [row for row in citations if row is not citation]


def carry_out(plan: Plan, reason: str) -> None:
    """Write what a plan says; `reason` is for the history of each row."""
    for citation in plan.deleted:
        delete(citation, reason)
    for citation in plan.saved:
        save(citation, reason)
