"""Writes changes into the database, all in one place: the only door to what writes in this folder.

The order matters: vocabulary and articles come first, because reports name them; what nothing uses any more goes last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import override

from talks.derived.changes import finding_states, note_additions, note_changes, note_findings, states_of
from talks.derived.reports import batches
from talks.derived.rewording import reword, word_the_new
from talks.derived.settle import settle
from talks.files.compare import Change, Changes, Removal
from talks.files.decisions import give_former_slugs, make_anew, put_back
from talks.files.duplicates import alike
from talks.files.folded import unfold
from talks.files.held import Keys
from talks.files.history import Reasons, save_columns, set_columns
from talks.files.outcome import Outcome, Progress, untold
from talks.files.reader import BadFilesError, Problem
from talks.files.reported import chosen_by_editors, write_reported
from talks.files.translations import remember, translations_of_new, write_translations
from talks.models import Article, Entry, Revision, Translated
from talks.models.history import delete, history_of
from talks.models.standing import Tie

BATCH = 200  # articles


@override("en")  # as all that is told of a load, in whatever language an editor loads
def apply(changes: Changes, keys: Keys, reasons: Reasons, progress: Progress = untold) -> Outcome:
    """Write the changes, within a transaction that the caller opened, and tell what was done.

    `progress` is told how many of the entries with new reports are written.

    Raises `BadFilesError` if they cannot be made; the caller must roll back then.
    """
    if changes.problems:
        raise BadFilesError(changes.problems)
    outcome = Outcome.of(changes)
    before, findings = states_of(_entries_to_change(changes, keys)), finding_states()
    _write_named(changes, keys)
    translated = write_translations(changes)
    make_anew(changes, keys, reasons.general, outcome)
    new = write_reported(changes, keys, reasons, outcome, progress)
    settle(translated.pop(Entry, {}), keys.find, keys.names)
    note_changes(before)
    note_additions(new)
    problems = put_back(changes, keys, reasons.general, outcome)
    for removal in changes.removals:
        problems += _remove(removal, outcome)
    if problems:
        raise BadFilesError(problems)
    note_findings(findings)
    _remember(changes)
    reword(_updated(changes, translated), reasons.general, keys.find, keys.names)
    word_the_new(reasons.general, keys.find, keys.names)
    outcome.alike = list(alike(changes, keys, [entry.pk for entry in new]))
    if outcome.counts or changes.filed or changes.said:
        Revision.advance()
    return outcome


def _entries_to_change(changes: Changes, keys: Keys) -> set[int]:
    """The entries (pks) that are there and that readers may see change."""
    pks = set(keys.find(Entry, changes.reasons()).values())
    if changes.overrule:
        pks.update(chosen_by_editors(changes, keys).values_list("pk", flat=True))
    return pks


def _write_named(changes: Changes, keys: Keys) -> None:
    """Create and update vocabulary and articles: one by one, because people name parties, but new articles in bulk."""
    new_articles = []
    for change in changes.named:
        (slug,) = change.key
        if change.action == "create" and change.model is Article:
            new_articles.append(change)
            continue
        row = _new_row(change, changes) if change.action == "create" else change.model.objects.get(pk=change.pk)
        save_columns(row, keys.columns(change.model, change.values), change.reason)
        keys.pks[change.model][slug] = row.pk
        give_former_slugs(row, change.former)
    for some in batches(new_articles):
        _create_articles(some, changes, keys)


def _new_row(change: Change, changes: Changes) -> Any:
    """An unsaved row of vocabulary, or an article, that has a slug alone, its translations and what its file says."""
    (slug,) = change.key
    filed = changes.filed.get((change.model, slug))
    row = change.model(slug=slug, filed=filed and unfold(filed))
    if isinstance(row, Translated):
        row.translations = translations_of_new(changes, change.model, slug)
    return row


def _create_articles(new: list[Change], changes: Changes, keys: Keys) -> None:
    """Insert new articles with what is said of each, and note it in the history.

    What their files say is written with them, and then forgotten: it is as large as all that is still to be written.
    """
    articles: Any = []
    for change in new:
        article = _new_row(change, changes)
        set_columns(article, keys.columns(Article, change.values), change.reason)
        article.fill_keys()
        articles.append(article)
    Article.objects.bulk_create(articles, batch_size=BATCH)
    history_of(Article).bulk_history_create(articles, batch_size=BATCH)
    for article, change in zip(articles, new, strict=True):
        changes.filed.pop((Article, article.slug), None)
        keys.pks[Article][article.slug] = article.pk
        give_former_slugs(article, change.former)


def _remove(removal: Removal, outcome: Outcome) -> list[Problem]:
    """Remove vocabulary or an article. If something uses it, that is a problem of its file; without one it is kept."""
    change, problems = removal.change, []
    row = change.model.objects.get(pk=change.pk)
    try:
        delete(row, change.reason)
    except ProtectedError as error:
        if removal.file:
            user = min(error.protected_objects, key=lambda user: (isinstance(user, Tie), str(user)))
            message = (
                f"{change.name} is gone from this file, but “{user}” still uses it; put it back, or remove its uses "
                "first"
            )
            problems.append(Problem(removal.file, 1, "", message))
        else:
            outcome.kept.append(f"{change.name}: something uses it by now")
    else:
        outcome.note(change)
    return problems


def _remember(changes: Changes) -> None:
    """Keep what files say, for the next load to compare with; new rows have it already. This is no change of a row."""
    new = {(change.model, *change.key) for change in changes.named if change.action == "create"}
    for (model, slug), filed in changes.filed.items():
        if (model, slug) not in new:
            model.objects.filter(slug=slug).update(filed=unfold(filed))
    remember(changes.said)


def _updated(changes: Changes, translated: Mapping[Any, Iterable[int]]) -> dict[type, set[int]]:
    """{model: pks} of the vocabulary and the articles that are updated, of which search must hear."""
    pks: dict[type, set[int]] = defaultdict(set, {model: set(rows) for model, rows in translated.items()})
    for change in changes.named:
        if change.action == "update" and change.pk:
            pks[change.model].add(change.pk)
    return pks
