"""What a load changed: two looks at all that it may change, before and after it, and their difference.

That difference is kept with an import, as plain JSON values, so that it can be undone (`talks.files.undo`).
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from talks.derived.reports import batches
from talks.files import rows
from talks.files.held import named_rows
from talks.files.loader import Files
from talks.files.translations import held_translations, said_by
from talks.models import KINDS, Article, Entry, FormerSlug, TranslationFile
from talks.models.translated import other_languages

Look = dict[str, dict[str, Any]]
# Columns of an entry that do not follow from anything if no article reports it.
ASIDE = {
    *("id", "entry_ptr", "slug", "kind", "publication", "chosen", "notable", "created", "updated"),
    *("rank", "introduced_by", "first_reported", "last_reported"),
}


def reach(files: Files) -> tuple[set[str], set[Any], set[str]]:
    """(slugs of articles, models of vocabulary, slugs of entries) that a load of these files may change."""
    slugs = {filed.article.slug for filed in files.articles}
    entries = {row.entry for filed in files.articles for row in filed.rows}
    for held in rows.from_database(Article.objects.filter(slug__in=slugs).values_list("pk", flat=True)).values():
        entries |= {key[0] for _, key in held}
    return slugs, {model for _, _, model, _ in files.references} | {model for model, _ in files.emptied}, entries


def look(articles: Collection[str], vocabulary: Iterable[Any], entries: Iterable[str]) -> Look:
    """What the record holds of all in `reach`, as plain JSON values."""
    return {
        "articles": dict(_articles(articles)),
        "vocabulary": {f"{model.__name__}/{slug}": held for model in vocabulary for slug, held in _words(model)},
        "entries": dict(_entries(entries)),
        "translations": dict(_translations()),
        "said": dict(TranslationFile.objects.values_list("language", "said")),
    }


def _translations() -> Iterator[tuple[str, dict]]:
    """(language, part of its file and slug, what the record says there) of all that is translated."""
    held = held_translations()
    for language in other_languages():
        for part, rows_of_part in said_by(held, language).items():
            yield from ((f"{language}/{part}/{slug}", words) for slug, words in rows_of_part.items())


def _words(model: Any) -> Iterator[tuple[str, dict]]:
    former = _former(model, model.objects.all())
    for slug, row in named_rows(model.objects.all(), rows.VOCABULARY[model][1]):
        yield slug, {"values": row.values, "filed": row.filed, "former": former.get(slug, [])}


def _former(model: Any, found: QuerySet) -> dict[str, list[str]]:
    """{slug: its former ones} of these rows of `model`."""
    former: dict[str, list[str]] = {}
    if owner := FormerSlug.owner_of(model):
        slugs = FormerSlug.objects.filter(**{f"{owner}__in": found}).order_by("slug")
        for slug, present in slugs.values_list("slug", f"{owner}__slug"):
            former.setdefault(present, []).append(slug)
    return former


def _articles(slugs: Collection[str]) -> Iterator[tuple[str, dict]]:
    named = dict(named_rows(Article.objects.filter(slug__in=slugs), rows.ARTICLE))
    reported = rows.from_database(row.pk for row in named.values())
    for slug, row in named.items():
        own = [[model.__name__, list(key), values] for (model, key), (_, values) in reported[row.pk].items()]
        yield slug, {"values": row.values, "filed": row.filed, "rows": own}


def _entries(slugs: Iterable[str]) -> Iterator[tuple[str, dict]]:
    """(slug, what an editor decides about the entry); with its columns only if no article reports them."""
    for batch in batches(sorted(slugs)):
        found = Entry.objects.filter(slug__in=batch)
        columns = dict(_columns_of_unreported(found.filter(citations=None)))
        former = _former(Entry, found)
        decided = ("kind", "publication", "chosen", "notable")
        for slug, *values in found.values_list("slug", *decided):
            held = dict(zip(decided, values, strict=True))
            yield slug, held | {"columns": columns.get(slug), "former": former.get(slug, [])}


def _columns_of_unreported(found: QuerySet[Entry]) -> Iterator[tuple[str, dict]]:
    for kind in found.order_by().values_list("kind", flat=True).distinct():
        model = KINDS[kind]
        columns = [column for column in model._meta.concrete_fields if column.name not in ASIDE]
        names = [f"{column.name}__slug" if column.is_relation else column.name for column in columns]
        for slug, *values in model.objects.filter(pk__in=found.filter(kind=kind)).values_list("slug", *names):
            yield slug, dict(zip(names, map(rows.plain, values), strict=True))


def difference(before: Look, after: Look) -> dict[str, dict[str, list]]:
    """{part: {name: [before, after]}} of what differs between two looks; None where it was not there.

    Of an article's rows only those that differ are in it, as [model, key, before, after]. An entry that no article
    reported before is in it in any case, because nothing else tells afterwards that it was there.
    """
    changed = {part: _changed(before[part], after[part]) for part in before}
    for slug, held in before["entries"].items():
        if held["columns"]:
            changed["entries"][slug] = [held, after["entries"].get(slug)]
    for pair in changed["articles"].values():
        held = [{(model, tuple(key)): values for model, key, values in one.pop("rows")} if one else {} for one in pair]
        pair.append([[model, list(key), *both] for (model, key), both in _changed(*held).items()])
    return changed


def _changed(before: dict, after: dict) -> dict[Any, list]:
    names = dict.fromkeys([*before, *after])
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}
