"""Gives a row another slug; the one before goes on leading to it."""

from typing import Any

from talks.derived.settle import settle
from talks.editing.slugs import leave_behind, rewrite
from talks.models import REPORTS, Article, FormerSlug, Revision, sort_of
from talks.models.history import delete, save
from talks.models.writing import writing


@writing()
def rename(row: Any, slug: str, reason: str) -> None:
    """Give a row another slug. One that it once had is no former slug any more."""
    before, why = row.slug, f"“{row.slug}” is “{slug}” now: {reason}"
    for former in FormerSlug.objects.of(type(row)).filter(slug=slug):
        delete(former, why)
    row.slug = slug
    save(row, why)
    touched = rewrite({sort_of(type(row)): {before: slug}}, why)
    if isinstance(row, Article):  # of reports of one day, slugs of articles say which comes first
        for model in REPORTS:
            touched |= set(model.objects.filter(article=row).values_list(model.ENTRY, flat=True))
    settle(dict.fromkeys(touched, why))
    leave_behind(before, row, why)
    Revision.advance()
