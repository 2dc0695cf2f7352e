"""Takes a load back: the load's comparison the other way round.

Where the record still holds what it held after the load, what it held before is wanted; where it does not, somebody
changed it since, and that is kept and told. The difference is what `talks.files.difference` gives, from before the load
to after it.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from talks.files import rows
from talks.files.apply import apply
from talks.files.compare import (
    ArticleClaim,
    Changes,
    Claim,
    Decision,
    Rules,
    Unwanted,
    Words,
    compare,
    compare_removals,
)
from talks.files.decisions import lost_names
from talks.files.folded import fold
from talks.files.held import Held, held_by
from talks.files.history import UNDONE
from talks.files.loader import all_or_nothing
from talks.files.outcome import Outcome
from talks.files.reader import BadFilesError, Document, Problem
from talks.files.rows import Identity, Values
from talks.files.schema import TRANSLATED
from talks.files.translations import Said, compare_translations, held_translations, said_last
from talks.models import Article, Entry, Party, Person

Difference = dict[str, dict[str, list]]
Known = dict[Any, set[str]]  # the slugs that can be named
SINCE = Words(
    removed="it was removed since",
    changed="it was changed since; before the import it was not there",
    differs="{column} is “{held}” since then, “{wanted}” before the import",
    no_entry="{entry} was removed since",
    no_delegation="its delegation was removed since",
)
RULES = Rules(words=SINCE)


def take_back(difference: Difference, *, dry_run: bool = False) -> Outcome:
    """Undo the load that made this difference, all or nothing. Raises `BadFilesError` where that is not possible.

    `dry_run`: write nothing in the end.
    """
    with all_or_nothing(dry_run):
        held = held_by(difference["articles"])
        return apply(compare_back(difference, held, _with_text(difference)), held.keys, UNDONE)


def _with_text(difference: Difference) -> set[str]:
    """The articles that have a text by now."""
    found = Article.objects.filter(slug__in=list(difference["articles"])).exclude(text="")
    return set(found.values_list("slug", flat=True))


def compare_back(difference: Difference, held: Held, with_text: set[str]) -> Changes:
    """What must change so that the record is as before the load. Raises `BadFilesError` if that needs what is gone."""
    known: Known = {model: set(slugs) for model, slugs in held.keys.pks.items()}
    vocabulary = _vocabulary(difference)
    claims = list(_claims_of_vocabulary(vocabulary))
    _check_vocabulary(claims, held, known)
    gone = {slug for slug, (before, after) in difference["entries"].items() if before and not after}
    articles = list(_claims_of_articles(difference, held))
    changes = compare(claims, articles, held, RULES, gone)
    changes.files = len(difference["articles"])
    removed = [slug for slug in difference["articles"] if slug not in held.named[Article]]
    changes.kept += [f"article {slug}: {SINCE.removed}" for slug in removed]
    changes.problems += _lost_names(articles, changes, gone, known)
    _add_entries(difference, held, changes)
    compare_removals(_new_articles(difference, held, with_text, changes), held, RULES, changes)
    compare_removals(_new_vocabulary(vocabulary, held), held, RULES, changes)
    changes.filed = dict(_filed(difference, vocabulary, held))
    _compare_translated_back(difference, held, changes)
    return changes


# Vocabulary


def _vocabulary(difference: Difference) -> list[tuple[Any, str, Any, Any]]:
    """(model, slug, before, after) of the vocabulary that was changed; people last, because they name parties."""
    models = {model.__name__: model for model in rows.VOCABULARY}
    named = [(name.split("/"), pair) for name, pair in difference["vocabulary"].items()]
    found = [(models[model], slug, *(_completed(models[model], row) for row in pair)) for (model, slug), pair in named]
    return sorted(found, key=lambda changed: changed[0] is Person)


def _completed(model: Any, row: Any) -> Any:
    """A row that has a slug, as a difference keeps it, with the columns that came since; None stays None."""
    return row and {**row, "values": rows.completed(model, row["values"])}


def _claims_of_vocabulary(vocabulary: list[tuple]) -> Iterator[Claim]:
    for model, slug, before, after in vocabulary:
        last = after and after["values"]
        if before and before["values"] != last:
            yield Claim(model, slug, last, before["values"], UNDONE.general, tuple(before["former"]))


def _check_vocabulary(claims: list[Claim], held: Held, known: Known) -> None:
    """Raise `BadFilesError` where a word names what is gone, or where another party has its code by now.

    Words that are made anew become `known`.
    """
    problems = []
    codes = {slug: row.values["short"] for slug, row in held.named[Party].items()}
    for claim in claims:
        name = f"{claim.model._meta.verbose_name} {claim.slug}"
        wrong = lost_names(name, claim.model, claim.wanted, known)
        if claim.model is Party and not wrong:
            wrong = _taken_code(name, claim, codes)
        problems += wrong
        if claim.last is None and not wrong:
            known[claim.model].add(claim.slug)
    if problems:
        raise BadFilesError(problems)


def _taken_code(name: str, claim: Claim, codes: dict[str, str]) -> list[Problem]:
    """A problem if another party has the code that this one had. `codes`: {slug of a party: its code}."""
    slug, code = claim.slug, claim.wanted["short"]
    holder = next((other for other, its_code in codes.items() if its_code == code and other != slug), None)
    if holder:
        message = f"“{code}” is the code of “{holder}” by now; give that another one, then undo"
        return [Problem(Path(name), 0, "", message)]
    return []


def _new_vocabulary(vocabulary: list[tuple], held: Held) -> Iterator[Unwanted]:
    """The vocabulary that the load brought in; people first."""
    for model, slug, before, after in reversed(vocabulary):
        if not before and slug in held.named[model]:
            yield Unwanted(model, slug, after["values"], UNDONE.general)


# Articles and what they report


def _claims_of_articles(difference: Difference, held: Held) -> Iterator[ArticleClaim]:
    for slug, (*pair, reported) in difference["articles"].items():
        if slug not in held.named[Article]:
            continue
        itself, reason = None, UNDONE.of(slug)
        before, after = (_completed(Article, row) for row in pair)
        if before and before["values"] != after["values"]:
            itself = Claim(Article, slug, after["values"], before["values"], reason)
        named = [_named_row(*row) for row in reported]
        last = {identity: values for identity, _, values in named if values}
        wanted = {identity: rows.Row((), identity[0], identity[1], values) for identity, values, _ in named if values}
        yield ArticleClaim(slug, Document(Path(f"{slug}.yaml"), None, {(): 0}), reason, last, wanted, itself)


def _named_row(name: str, key: list, *pair: Values | None) -> tuple[Identity, Values | None, Values | None]:
    """(identity, values before, values after) of a reported row, as a difference keeps it."""
    model = rows.MODELS[name]
    before, after = (values and rows.completed(model, values) for values in pair)
    return (model, rows.completed_key(model, key)), before, after


def _new_articles(difference: Difference, held: Held, with_text: set[str], changes: Changes) -> Iterator[Unwanted]:
    """The articles that the load brought in; those to which something was added since are kept."""
    removed = defaultdict(set)
    for change in changes.removed:
        removed[change.article].add((change.model, change.key))
    for slug, (before, after, _) in difference["articles"].items():
        if before or slug not in held.named[Article]:
            continue
        if held.reported[slug].keys() - removed[slug]:
            changes.kept.append(f"article {slug}: it still reports what was changed since")
        elif slug in with_text:
            changes.kept.append(f"article {slug}: its text was added since")
        else:
            yield Unwanted(Article, slug, rows.completed(Article, after["values"]), UNDONE.general)


def _lost_names(articles: list[ArticleClaim], changes: Changes, gone: set[str], known: Known) -> Iterator[Problem]:
    """A problem for each row that is gone and that an article, or what it reports, is to name again."""
    for article in articles:
        if article.itself:
            yield from lost_names(article.slug, Article, article.itself.wanted, known)
    for change in chain(changes.there, changes.created):
        keys = {}
        if change.action == "create":
            keys = dict(zip(rows.KEYS[change.model], change.key, strict=True))
            if change.entry in gone:
                del keys[rows.KEYS[change.model][0]]  # it is made anew
        yield from lost_names(change.article, change.model, keys | change.values, known)


# Entries, and what files said


def _add_entries(difference: Difference, held: Held, changes: Changes) -> None:
    """Add the entries to make anew, and of all that the load changed what editors had decided."""
    there = held.keys.pks[Entry]
    anew = {change.entry for change in changes.created} - there.keys()
    for slug, (before, after) in difference["entries"].items():
        if before and (slug in anew or (after and slug in there)):
            changes.decisions.append(Decision(slug, before, after or dict.fromkeys(before)))
    changes.anew = sorted((one for one in changes.decisions if one.slug in anew), key=lambda decision: decision.slug)
    changes.spared = {decision.slug for decision in changes.decisions if decision.before["columns"]}


def _compare_translated_back(difference: Difference, held: Held, changes: Changes) -> None:
    """Add what must change so that translations are as before, but for those of rows that the load brought in."""
    sides: dict[str, tuple[Said, Said]] = defaultdict(lambda: ({}, {}))
    for name, pair in difference.get("translations", {}).items():
        language, part, slug = name.split("/")
        if not _is_new(difference, TRANSLATED[part], slug):
            for side, words in zip(sides[language], pair, strict=True):
                side.setdefault(part, {})[slug] = words or {}
    words, last = held_translations(), said_last({})
    for language, (before, after) in sides.items():
        compare_translations(language, after, before, words, held.keys, RULES, changes, UNDONE.general)
    for language, (said_before, said_after) in difference.get("said", {}).items():
        if last.get(language) == said_after:
            changes.said[language] = said_before or {}


def _is_new(difference: Difference, model: Any, slug: str) -> bool:
    """True if the load brought in the row."""
    name = slug if model is Entry else f"{model.__name__}/{slug}"
    pair = difference["entries" if model is Entry else "vocabulary"].get(name)
    return pair is not None and not pair[0]


def _filed(difference: Difference, vocabulary: list[tuple], held: Held) -> Iterator[tuple[tuple[Any, str], bytes]]:
    """((model, slug), what its file said before the load, folded), where no other load followed."""
    articles = [(Article, slug, before, after) for slug, (before, after, _) in difference["articles"].items()]
    for model, slug, before, after in (*articles, *vocabulary):
        row = held.named[model].get(slug)
        followed = after and (row is None or row.filed != after["filed"])
        if before and not followed and (row is None or row.filed != before["filed"]):
            yield (model, slug), fold(before["filed"])
