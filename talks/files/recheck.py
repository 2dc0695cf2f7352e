"""What of the record would not come back from its export: rows that were saved before there was a rule, or past it.

The export is made in memory and read as a load reads it, so that the rules are those of files.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, NamedTuple

from talks.derived.reports import batches
from talks.files import exporter
from talks.files.loader import REFERENCE_FILES, read_files
from talks.files.reader import BadFilesError, Problem, Source
from talks.files.schema import TRANSLATED
from talks.files.translations import FOLDER
from talks.models import Article

UNWRITABLE = "it reports a fact or a value that its entry cannot have ({error}), so it cannot be written to a file"


class Fault(NamedTuple):
    """A row that an export would lose, or a load of it refuse: its model, its slug, where in it, and a sentence."""

    model: Any
    slug: str
    field: str
    message: str


def faults() -> list[Fault]:
    """All that a load of the export would refuse."""
    sources, found = [], []
    for name, model in REFERENCE_FILES.items():
        if content := exporter.vocabulary(model):
            sources.append(Source(PurePath("reference", f"{name}.yaml"), exporter.dump(content)))
    for pks in batches(Article.objects.order_by("pk").values_list("pk", flat=True)):
        for one in _written(pks):
            if isinstance(one, Source):
                sources.append(one)
            else:
                found.append(one)
    sources += [Source(PurePath(FOLDER, name), text) for name, text in exporter.translation_files()]
    try:
        read_files(sources)
    except BadFilesError as error:
        found += map(_fault, error.problems)
    return found


def _written(pks: list[int]) -> Iterator[Source | Fault]:
    """The files of these articles (pks), with a `Fault` for each that cannot be written; halves are tried alone."""
    articles = Article.objects.filter(pk__in=pks)
    try:
        yield from [Source(PurePath(name), text) for name, text in exporter.article_files(articles)]
    except (KeyError, ValueError) as error:
        half = len(pks) // 2
        if half:
            yield from _written(pks[:half])
            yield from _written(pks[half:])
        else:
            yield Fault(Article, articles.get().slug, "", UNWRITABLE.format(error=error))


def _fault(problem: Problem) -> Fault:
    if problem.path.parent.name == FOLDER:
        part, slug, *column = problem.field.split(".")
        return Fault(TRANSLATED[part], slug, " ".join([problem.path.stem, *column]), problem.message)
    if problem.path.parent.name != "reference":
        return Fault(Article, problem.path.stem, problem.field, problem.message)
    item = re.match(r"\[([^]]*)\]\.?", problem.field)
    slug = item[1] if item else ""
    return Fault(REFERENCE_FILES[problem.path.stem], slug, problem.field[item.end() if item else 0 :], problem.message)
