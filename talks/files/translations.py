"""Files of translations, one for each language: what they say, and what of the record that changes.

As with articles, what such a file said at the last load is kept (`TranslationFile`), so that what an editor wrote since
stays. Translations of rows that are new are written with these.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from talks.derived.reports import batches
from talks.files import mistakes, schema
from talks.files.compare import Change, Changes, Rules, kept, ruling
from talks.files.held import Keys
from talks.files.reader import Document, Problem
from talks.models import KINDS, Entry, TranslationFile, sort_of
from talks.models.history import history_of
from talks.models.translated import Translations, other_languages, with_words

Said = dict[str, dict[str, dict[str, str]]]  # what a file says: {part: {slug: {column: text}}}
Held = dict[Any, dict[str, Translations]]  # what the record holds: {model: {slug: translations}}
FOLDER = "translations"


class FiledTranslations(NamedTuple):
    """A file of translations, read and checked."""

    document: Document
    language: str
    said: Said


# What files say


def translations_file(document: Document, now: Mapping[Any, Mapping[str, str]]) -> tuple[Any, list[Problem]]:
    """(the `FiledTranslations` of a document, []), or (None, problems). `now`: {model: {former slug: present slug}}."""
    language = document.path.stem
    if language not in other_languages():
        known = ", ".join(f"{code}.yaml" for code in other_languages())
        hold = f"may hold {known}" if known else "may hold nothing, as the site has one language (LANGUAGES)"
        return None, [document.problem((), f"the site has no such language; the folder “{FOLDER}” {hold}")]
    file, wrong = mistakes.validated(schema.TranslationsFile, document)
    if wrong:
        return None, wrong
    said = {part: words for part, words in file.model_dump(exclude_none=True).items() if words}
    for part, words in said.items():
        model = schema.TRANSLATED[part]
        for slug, present in now.get(model, {}).items():
            if slug in words:
                words.setdefault(present, words.pop(slug))
                document.former.append((model, slug, present, document.problem((part, slug), "").line))
    return FiledTranslations(document, language, said), []


def of_present_slugs(said: Said, now: Mapping[Any, Mapping[str, str]]) -> Said:
    """What a file said at the last load, with the slugs that rows have by now."""
    return {
        part: {now.get(schema.TRANSLATED[part], {}).get(slug, slug): text for slug, text in words.items()}
        for part, words in said.items()
    }


def said_last(now: Mapping[Any, Mapping[str, str]]) -> dict[str, Said]:
    """{language: what its file said at the last load}, with the slugs that rows have by now."""
    held = TranslationFile.objects.values_list("language", "said")
    return {language: of_present_slugs(said, now) for language, said in held}


# What the record holds


def held_translations() -> Held:
    """The translations of all rows that can have some."""
    return {
        model: dict(model._default_manager.order_by("slug").values_list("slug", "translations"))
        for model in schema.TRANSLATED.values()
    }


def said_by(held: Held, language: str) -> Said:
    """What the record holds in a language, as its file says it."""
    said = {
        part: {slug: words[language] for slug, words in held[model].items() if language in words}
        for part, model in schema.TRANSLATED.items()
    }
    return {part: words for part, words in said.items() if words}


def content(held: Held, language: str) -> dict[str, dict[str, Any]]:
    """What the file of a language holds, as plain values; a name that stands alone is given as a text."""
    return {
        part: {slug: _brief(schema.TRANSLATED[part], words) for slug, words in rows.items()}
        for part, rows in said_by(held, language).items()
    }


def _brief(model: Any, words: dict[str, str]) -> str | dict[str, str]:
    first = model.TRANSLATED[0]
    return words[first] if list(words) == [first] else {name: words[name] for name in model.TRANSLATED if name in words}


# What must change


def compare_translations(
    language: str, last: Said, wanted: Said, held: Held, keys: Keys, rules: Rules, changes: Changes, reason: str
) -> None:
    """Add what must change so that the record says what is `wanted` in a language; `last` was wanted the last time."""
    for part, model in schema.TRANSLATED.items():
        before, after = last.get(part, {}), wanted.get(part, {})
        for slug in dict.fromkeys([*after, *before]):
            row = held[model].get(slug)
            if row is None:  # it is new, or gone
                changes.translations[model, slug][language] = after.get(slug, {})
                continue
            columns = dict.fromkeys([*after.get(slug, {}), *before.get(slug, {})])
            sides = (before.get(slug, {}), after.get(slug, {}), row.get(language, {}))
            was, will, is_now = ({column: words.get(column, "") for column in columns} for words in sides)
            ruled = ruling(was, will, is_now, rules.overwrite)
            change = Change("update", _model_of(model, slug, keys), (slug,), ruled.values, is_now, reason=reason)
            if why := kept(ruled, will, is_now, rules.words):
                changes.kept.append(f"{change.name} in {language}: {why}")
            if ruled.values:
                changes.translations[model, slug][language] = ruled.values
                changes.translated.append((change, language))


def _model_of(model: Any, slug: str, keys: Keys) -> Any:
    """The model of a row; of an entry that of its kind."""
    return next(kind for kind in KINDS.values() if slug in keys.pks[kind]) if model is Entry else model


# Writing


def translations_of_new(changes: Changes, model: Any, slug: str) -> Translations:
    """The translations of a row that is new."""
    translations: Translations = {}
    for language, words in changes.translations.get((sort_of(model), slug), {}).items():
        translations = with_words(translations, language, words)
    return translations


def write_translations(changes: Changes) -> dict[Any, dict[int, str]]:
    """Write the translations of rows that were there before, each with its history; {model: {pk: reason}} of them."""
    reasons: dict[Any, dict[str, str]] = defaultdict(dict)
    for change, _ in changes.translated:
        reasons[change.model][change.key[0]] = change.reason
    written: dict[Any, dict[int, str]] = defaultdict(dict)
    for model, of_model in reasons.items():
        for some in batches(sorted(of_model)):
            rows = list(model.objects.filter(slug__in=some).order_by("pk"))
            for row in rows:
                for language, words in changes.translations[sort_of(model), row.slug].items():
                    row.translations = with_words(row.translations, language, words)
                written[sort_of(model)][row.pk] = of_model[row.slug]
            _save(model, rows, of_model)
    return written


def _save(model: Any, rows: list[Any], reasons: Mapping[str, str]) -> None:
    sort = sort_of(model)
    sort._default_manager.bulk_update(
        [sort(pk=row.pk, translations=row.translations) for row in rows], ["translations"]
    )
    for reason in dict.fromkeys(reasons.values()):
        changed = [row for row in rows if reasons[row.slug] == reason]
        history_of(model).bulk_history_create(changed, update=True, default_change_reason=reason)


def remember(said: Mapping[str, Said]) -> None:
    """Keep what files say, for the next load to compare with."""
    for language, words in said.items():
        TranslationFile.objects.update_or_create(language=language, defaults={"said": words})


def problems(files: Iterable[FiledTranslations], known: Any) -> Iterator[Problem]:
    """Rows that files translate and that are not there, and languages that two files give."""
    first: dict[str, Document] = {}
    for file in files:
        other = first.setdefault(file.language, file.document)
        if other is not file.document:
            told = f"“{file.language}” is in {other.path} already; keep one file a language"
            yield file.document.problem((), told)
        for part, words in file.said.items():
            for slug in words:
                yield from known.unknown(file.document, (part, slug), schema.TRANSLATED[part], slug)
