"""Loads article files: reads and checks all of them first, then has them written, all or nothing."""

import gc
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from talks.files import checks, former, reader, rows
from talks.files.writer import Writer
from talks.models import Issue, Party, Person, Process, Publisher
from talks.models.history import one_edit

REFERENCE_FILES = {
    "processes": Process,
    "parties": Party,
    "people": Person,
    "issues": Issue,
    "publishers": Publisher,
}


class BadFilesError(Exception):
    """Files that cannot be loaded; `problems` says all that is wrong with them."""

    def __init__(self, problems):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@contextmanager
def cycles_uncollected():
    """Keep Python from looking for garbage in cycles: a load makes none worth it, and looking takes a third of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cycles_uncollected()
def load(paths, *, overwrite=False, dry_run=False, progress=lambda done, total: None):
    """Load the files at `paths` and give back the `Outcome`. Raises `BadFilesError`, and then nothing is written.

    `overwrite`: take the files' word where an editor changed something. `dry_run`: write nothing in the end.
    """
    return carry_out(Writer(overwrite, progress), *read_files(find_files(paths)), dry_run=dry_run)


@one_edit()
def carry_out(writer, *what, dry_run):
    """Let a writer write `what`, all or nothing, and give back its `Outcome`. Raises `BadFilesError`."""
    with transaction.atomic():
        problems = writer.write(*what)
        if problems:
            raise BadFilesError(problems)
        if dry_run:
            transaction.set_rollback(True)
    return writer.outcome


def find_files(paths):
    """The YAML files at `paths`, which may be files or folders, as sources. Raises `BadFilesError` where none is."""
    found, problems = [], []
    for path in map(Path, paths):
        if not path.exists():
            problems.append(reader.Problem(path, 0, "", "there is no such file or folder; check the path"))
            continue
        inside = sorted(p for p in path.rglob("*") if p.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
        if not inside:
            problems.append(reader.Problem(path, 0, "", "this folder holds no article file (*.yaml); check the path"))
        found += inside
    if problems:
        raise BadFilesError(problems)
    return [reader.Source(path) for path in dict.fromkeys(found)]


def read_files(sources):
    """(articles, references) of these files, checked, as `talks.files.checks` describes them. Raises `BadFilesError`.

    Articles are in order of publication, then by slug.
    """
    articles, references, problems = [], [], []
    now = former.present_slugs()
    for source in sources:
        try:
            document = source.read()
        except reader.UnreadableError as error:
            problems.append(error.problem)
            continue
        if source.is_reference:
            problems += _read_reference(document, references, now)
        else:
            file, reported, wrong = former.article_file(document, now)
            problems += wrong
            if file:
                articles.append((document, file, reported))
    if problems:
        # A file that cannot be read defines nothing; what others say of its contents would look wrong, but is not.
        problems += checks.problems_within(articles)
    else:
        problems = checks.problems(articles, references)
    if problems:
        raise BadFilesError(problems)
    articles.sort(key=lambda article: (article[1].article.published, article[1].article.slug))
    return articles, references


def _read_reference(document, references, now):
    """Add the vocabulary of a reference file to `references`; gives the problems in it."""
    model = REFERENCE_FILES.get(document.path.stem)
    if not model:
        known = ", ".join(f"{name}.yaml" for name in REFERENCE_FILES)
        return [document.problem((), f"there is no such reference file; the folder “reference” may hold {known}")]
    if not isinstance(document.value, list):
        return [document.problem((), "this must be a list; start each item with “- slug: …”")]
    problems = []
    for index in range(len(document.value)):
        part, wrong = former.validated(rows.VOCABULARY[model][0], document, now, (index,))
        problems += wrong
        if part:
            references.append((document, index, model, part))
    return problems
