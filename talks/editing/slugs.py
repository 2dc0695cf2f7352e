"""Gives a row another slug, in its own row and in whatever names it as text."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from talks.derived.reports import BATCH, batches, by_kind
from talks.files import rows
from talks.files.former import NAMED, in_columns, in_fact, in_facts, in_filed, named_by
from talks.models import KINDS, Article, Citation, Entry, Finding, FormerSlug
from talks.models.history import history_of, save

Model = type[models.Model]
Slugs = dict[Model, dict[str, str]]  # {model: {old slug: slug now}}


def note_in_history(model: Model, pks: Iterable[int], why: str) -> None:
    """Note in the history that these rows of a model were changed."""
    for some in batches(pks):
        history_of(model).bulk_history_create(
            list(model._default_manager.filter(pk__in=some).order_by("pk")), update=True, default_change_reason=why
        )


def leave_behind(slug: str, row: models.Model, why: str) -> None:
    """Let a slug that a row had lead to it."""
    save(FormerSlug(slug=slug, **{FormerSlug.owner_of(type(row)): row}), why)


def rewrite(now: Slugs, why: str) -> set[int]:
    """Put the slugs `now` into all that holds slugs as text; the pks of the entries whose reports or choices changed.

    What files said at the last load is no change of the record, so it has no history.
    """
    changed = citations_to_rewrite(now)
    for citation in changed:
        citation.value = in_fact(citation.field, citation.value, now)
    Citation.objects.bulk_update(changed, ["value"], batch_size=BATCH)
    note_in_history(Citation, [citation.pk for citation in changed], why)
    chosen = _rewrite_choices(now, why)
    _rewrite_findings(now, why)
    _rewrite_filed(now)
    return {citation.entry_id for citation in changed} | chosen


def citations_to_rewrite(now: Slugs) -> list[Citation]:
    """The citations whose facts name one of these slugs."""
    (sort, slugs), *_ = now.items()
    facts = [fact for fact, model in NAMED.items() if model is sort]
    naming = [Q(value__contains=slug) for slug in slugs]
    named = Citation.objects.filter(Q(*naming, _connector=Q.OR), field__in=facts)
    return [citation for citation in named if in_fact(citation.field, citation.value, now) != citation.value]


def _rewrite_choices(now: Slugs, why: str) -> set[int]:
    decided = dict(Entry.objects.exclude(chosen={}).values_list("pk", "chosen"))
    pks = [pk for pk, chosen in decided.items() if in_facts(chosen, now) != chosen]
    for kind, its_pks in by_kind(pks).items():
        for entry in KINDS[kind].objects.filter(pk__in=its_pks):
            entry.chosen = in_facts(entry.chosen, now)
            save(entry, why)
    return set(pks)


def _rewrite_findings(now: Slugs, why: str) -> None:
    for finding in Finding.objects.all():
        before = {"page": finding.page, "sources": finding.sources}
        after = in_columns(Finding, before, now)
        if after != before:
            finding.page, finding.sources = after["page"], after["sources"]
            save(finding, why)


def _rewrite_filed(now: Slugs) -> None:
    for article in _filed(Article, now):
        Article.objects.filter(pk=article.pk).update(filed=in_filed(article.filed, now))
    for model, (_, names) in rows.VOCABULARY.items():
        if model is Finding or any(named_by(model, name) in now for name in names):
            for row in _filed(model, now):
                model.objects.filter(pk=row.pk).update(filed=in_columns(model, row.filed, now))


def _filed(model: Any, now: Slugs) -> Iterator[Any]:
    """The rows of a model whose file names one of these slugs, or something that contains one."""
    naming = [Q(filed_text__contains=slug) for slugs in now.values() for slug in slugs]
    with_text = model.objects.exclude(filed=None).alias(filed_text=Cast("filed", models.TextField()))
    for some in batches(with_text.filter(Q(*naming, _connector=Q.OR)).values_list("pk", flat=True)):
        yield from model.objects.filter(pk__in=some).only("filed")
