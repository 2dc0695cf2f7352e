"""What tests of comparisons share."""

from talks.derived.settle import settle
from tests.factories import ProvisionFactory, reported


def rows_of(response, sort):
    """{what a row is about: its cells} of one sort of rows, also of those that are the same in all columns."""
    rows = [*response.context["rows"], *response.context["alike"]]
    return {str(row.about): row.cells for row in rows if row.sort == sort}


def proposal(slug, article, issue, *texts, **facts):
    """A reported proposal with these demands on one issue."""
    made = reported("proposal", slug, article, **facts)
    for text in texts:
        ProvisionFactory(proposal=made, article=article, issue=issue, text=text)
    settle({made.pk: ""})
    return made
