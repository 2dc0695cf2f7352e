"""Loads article files: reads and checks all of them first, compares them with the record, and writes what differs.

What the record holds of an article is compared with what its file said when it was last loaded (`Article.filed`) and
with what it says now; see `talks.files.compare`.
"""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.utils.translation import override

from talks.files import checks, former, reader, remnant, rows, translations
from talks.files.apply import apply
from talks.files.compare import ArticleClaim, Changes, Claim, Rules, Unwanted, compare, compare_removals
from talks.files.folded import Folded, fold
from talks.files.held import Held, Keys, held_by
from talks.files.history import LOADED
from talks.files.outcome import Outcome, Progress, untold
from talks.files.reader import BadFilesError, Document, Problem
from talks.files.rows import Identity, Row, Values
from talks.files.schema import ArticlePart
from talks.files.translations import FiledTranslations, compare_translations
from talks.models import Article, Finding, Issue, Location, Party, Person, Process, Publisher, Revision
from talks.models.writing import writing

T = TypeVar("T")
MANY = 1000  # files; of more, what was read is held folded, which costs a third of a millisecond for each
PATIENCE = 600  # seconds that a load waits for others who write; it has nobody who looks at a page
REFERENCE_FILES = {
    "processes": Process,
    "parties": Party,
    "people": Person,
    "places": Location,
    "issues": Issue,
    "publishers": Publisher,
    "findings": Finding,
}
Tell = Callable[[str, int, int], None]  # what is done (“files read”), how many, of how many


class FiledArticle(NamedTuple):
    """An article's file, read and checked: what it says of the article, the rows that it reports, and what it names."""

    document: Document
    article: ArticlePart
    rows: Sequence[Row]
    names: Collection[checks.Name]


class FiledWord(NamedTuple):
    """An item of a reference file, read and checked: a row of vocabulary."""

    document: Document
    item: int  # counted from 0
    model: Any
    part: Any


class Files(NamedTuple):
    """All files of a load; articles in order of publication, then by slug."""

    articles: list[FiledArticle]
    references: list[FiledWord]
    revision: str  # of the record by which they were checked
    warnings: Sequence[Problem] = ()  # what is improbable, and may be right
    emptied: Sequence[tuple[Any, PurePath]] = ()  # vocabulary whose reference file holds none, with the file
    translated: Sequence[FiledTranslations] = ()


class Prepared(NamedTuple):
    """What must change so that the record says what some files say, worked out without holding the record."""

    files: Files
    changes: Changes
    keys: Keys


class DisturbedError(Exception):
    """Somebody else wrote the record between reading and writing; nothing is written."""


@contextmanager
def cycles_uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage in cycles: a load makes none worth it, and looking takes a third of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def all_or_nothing(dry_run: bool) -> Iterator[None]:
    """A turn at writing for what is written together; with `dry_run` nothing is written in the end."""
    with writing(PATIENCE), transaction.atomic():
        yield
        if dry_run:
            transaction.set_rollback(True)


@cycles_uncollected()
def load(
    paths: Iterable[Path | str], *, overwrite: bool = False, dry_run: bool = False, tell: Tell | None = None
) -> Outcome:
    """Load the files at `paths` and give back the `Outcome`. Raises `BadFilesError`, and then nothing is written.

    `overwrite`: take the files' word where an editor changed something. `dry_run`: write nothing in the end.
    """
    sources = find_files(paths)
    reading, comparing, writing_them = (
        partial(tell, what) if tell else untold for what in ("files read", "files compared", "entries written")
    )
    return undisturbed(
        lambda: write(prepare(read_files(sources, reading), overwrite, comparing), dry_run, writing_them)
    )


def undisturbed(work: Callable[[], T]) -> T:
    """What `work` gives, which reads and compares while others may write, and only then takes its turn.

    If somebody wrote in between (`DisturbedError`), it is done once more, while nobody else can.
    """
    try:
        return work()
    except DisturbedError:
        with writing(PATIENCE):
            return work()


def prepare(files: Files, overwrite: bool = False, progress: Progress = untold) -> Prepared:
    """What must change so that the record says what these files say."""
    held = held_by([filed.article.slug for filed in files.articles])
    return Prepared(files, compare_files(files, held, overwrite, progress), held.keys)


def write(prepared: Prepared, dry_run: bool = False, progress: Progress = untold) -> Outcome:
    """Write what was prepared. Raises `DisturbedError` if the record is not as it was then.

    The articles' files are forgotten before: the changes hold all that is written, and a large load needs the room.
    """
    files = prepared.files
    with all_or_nothing(dry_run):
        if Revision.current() != files.revision:
            raise DisturbedError
        told = former.told(_documents(files))
        files.articles.clear()
        outcome = apply(prepared.changes, prepared.keys, LOADED, progress)
    outcome.former = told
    outcome.warnings = [str(warning) for warning in files.warnings]
    return outcome


def _documents(files: Files) -> list[Document]:
    return [one.document for group in (files.articles, files.references, files.translated) for one in group]


# What files want


def compare_files(files: Files, held: Held, overwrite: bool, progress: Progress = untold) -> Changes:
    """What must change so that the record says what the files say."""
    rules = Rules(overwrite)
    order = sorted(rows.VOCABULARY, key=lambda model: model is Person)  # people name parties, so they follow
    words = sorted(files.references, key=lambda word: order.index(word.model))
    words = [word for word in words if not checks.by_former_slug(word.document, word.item, word.part)]
    vocabulary = [_claim_of_word(word, held) for word in words]
    changes = compare(vocabulary, _claims_of_articles(files.articles, held, progress), held, rules)
    compare_removals(_missing_words(files, held), held, rules, changes)
    if files.translated:
        _compare_translated(files.translated, held, rules, changes)
    changes.files, changes.overrule = len(files.articles), overwrite
    changes.articles = [filed.article.slug for filed in files.articles]
    changes.filed = {name: fold(said) for name, said in _said(vocabulary, files) if said != _filed_before(*name, held)}
    return changes


def _said(vocabulary: list[Claim], files: Files) -> Iterator[tuple[tuple[Any, str], Any]]:
    """((model, slug), what its file says), to be remembered for the next load."""
    yield from (((claim.model, claim.slug), claim.wanted) for claim in vocabulary)
    yield from (((Article, one.article.slug), _filed(one)) for one in files.articles)


def _compare_translated(files: Sequence[FiledTranslations], held: Held, rules: Rules, changes: Changes) -> None:
    words, last = translations.held_translations(), translations.said_last(former.present_slugs())
    for file in files:
        said = last.get(file.language, {})
        reason = f"{translations.FOLDER}/{file.document.path.name}"
        compare_translations(file.language, said, file.said, words, held.keys, rules, changes, reason)
        if file.said != said:
            changes.said[file.language] = file.said


def _claim_of_word(word: FiledWord, held: Held) -> Claim:
    row = held.named[word.model].get(word.part.slug)
    wanted = rows.vocabulary_values(word.model, word.part)
    filed = rows.completed(word.model, row.filed) if row and row.filed is not None else None
    return Claim(word.model, word.part.slug, filed, wanted, word.document.path.name)


def _claims_of_articles(articles: list[FiledArticle], held: Held, progress: Progress) -> Iterator[ArticleClaim]:
    for done, (document, article, reported, _) in enumerate(articles, start=1):
        slug = article.slug
        filed = _filed_before(Article, slug, held) or {"article": None, "rows": []}
        before = filed["article"] and rows.completed(Article, filed["article"])
        itself = Claim(Article, slug, before, rows.article_values(article), document.path.name)
        last: dict[Identity, Values] = {
            (rows.MODELS[model], rows.completed_key(rows.MODELS[model], key)): rows.completed(
                rows.MODELS[model], values
            )
            for model, key, values in filed["rows"]
        }
        wanted = {(row.model, row.key): row for row in reported}
        yield ArticleClaim(slug, document, LOADED.of(slug), last, wanted, itself)
        progress(done, len(articles))


def _missing_words(files: Files, held: Held) -> Iterator[Unwanted]:
    """The vocabulary that vanished from its file; people first, because they name parties."""
    paths = dict(files.emptied) | {word.model: word.document.path for word in reversed(files.references)}
    there = {(word.model, word.part.slug) for word in files.references}
    for model in sorted(paths, key=lambda model: model is not Person):
        for slug, row in held.named[model].items():
            if (model, slug) not in there and row.filed is not None:
                path = paths[model]
                yield Unwanted(model, slug, rows.completed(model, row.filed), path.name, path)


def _filed(filed: FiledArticle) -> dict[str, Any]:
    """What an article's file says, to be remembered for the next load."""
    said = [[row.model.__name__, list(row.key), row.values] for row in filed.rows]
    return {"article": rows.article_values(filed.article), "rows": said}


def _filed_before(model: type, slug: str, held: Held) -> Any:
    row = held.named[model].get(slug)
    return row and row.filed


# Reading files


def find_files(paths: Iterable[Path | str]) -> list[reader.Source]:
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


@override("en")  # in which all that is told of files is written
def read_files(sources: Sequence[reader.Source], progress: Progress = untold) -> Files:
    """What these files say, checked. Raises `BadFilesError`, with all that is wrong in all of them."""
    revision = Revision.current()
    articles: list[FiledArticle] = []
    references: list[FiledWord] = []
    emptied: list[tuple[Any, PurePath]] = []
    translated: list[FiledTranslations] = []
    problems: list[Problem] = []
    # What a file with mistakes defines is not known; what others say of that would look wrong, but is not.
    unsure = {remnant.UNSURE}
    now = former.present_slugs()
    keep: Any = Folded if len(sources) > MANY else list
    for done, source in enumerate(sources, start=1):
        if wrong := _read(source, articles, references, emptied, translated, now, keep):
            problems += wrong
            unsure |= source.slugs()
        progress(done, len(sources))
    problems += checks.problems(articles, references, unsure if problems else (), translated)
    if problems:
        raise BadFilesError(problems)
    articles.sort(key=lambda filed: (filed.article.published, filed.article.slug))
    return Files(articles, references, revision, sorted(checks.warnings(articles, references)), emptied, translated)


def _read(
    source: reader.Source,
    articles: list[FiledArticle],
    references: list[FiledWord],
    emptied: list[tuple[Any, PurePath]],
    translated: list[FiledTranslations],
    now: former.Present,
    keep: Any,
) -> list[Problem]:
    """Add what a file says to the list of its sort, as far as it is right; gives the problems in it.

    `keep`: in what an article's rows and names are held, `list` or `Folded`.
    """
    try:
        document = source.read()
    except reader.UnreadableError as error:
        return [error.problem]
    if source.folder == translations.FOLDER:
        file, wrong = translations.translations_file(document, now)
        translated += [file] if file else []
        return [*document.cut, *wrong]
    if source.folder == "reference":
        return [*document.cut, *_read_reference(document, references, emptied, now)]
    file, reported, wrong = former.article_file(document, now)
    wrong = [*document.cut, *wrong]
    if wrong and (rest := remnant.remnant_of(document)):
        document = rest
        file, reported, _ = former.article_file(rest, now)
    if file:
        articles.append(FiledArticle(document, file.article, keep(reported), keep(checks.names_in(file))))
    if not wrong and keep is Folded:
        document.fold()
    return wrong


def _read_reference(
    document: Document, references: list[FiledWord], emptied: list[tuple[Any, PurePath]], now: former.Present
) -> list[Problem]:
    """Add the vocabulary of a reference file to `references`, or that it has none; gives the problems in it."""
    model = REFERENCE_FILES.get(document.path.stem)
    if not model:
        known = ", ".join(f"{name}.yaml" for name in REFERENCE_FILES)
        return [document.problem((), f"there is no such reference file; the folder “reference” may hold {known}")]
    if not isinstance(document.value, list):
        return [document.problem((), "this must be a list; start each item with “- slug: …”")]
    if not document.value:
        emptied.append((model, document.path))
    problems = []
    for index in range(len(document.value)):
        part, wrong = former.validated(rows.VOCABULARY[model][0], document, now, (index,))
        problems += wrong
        if part:
            references.append(FiledWord(document, index, model, part))
    return problems
