"""What rows are called, and what some say, in the languages of the site beside the record's own.

A model declares in `TRANSLATED` which of its columns can be given in other languages. These stand with the row, in one
column, so that no page asks for them, and that history, merging, renaming and undoing take them along.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from talks.models.rules import fit_text

RECORD_LANGUAGE = settings.LANGUAGE_CODE  # of names, titles, summaries and whatever else the record holds

# Of languages whose letters do not stand in their order in Unicode.
ALPHABETS = {"uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"}
BEHIND = 0x110000  # more than any letter

Translations = dict[str, dict[str, str]]  # {language: {column: text}}


class OfRecord(str):
    """A text as the record holds it, in its language; all other words of a page are in that of the page."""


def other_languages() -> dict[str, str]:
    """{code: its own name} of the languages that translations can be in."""
    return {code: name for code, name in settings.LANGUAGES if code != RECORD_LANGUAGE}


def is_language_of_record() -> bool:
    """True if the page speaks the language of the record."""
    return (get_language() or RECORD_LANGUAGE) == RECORD_LANGUAGE


def alphabetically(rows: Iterable[Any]) -> Iterable[Any]:
    """Rows that the database has by `order` and name, by their names on this page."""
    return rows if is_language_of_record() else sorted(rows, key=in_alphabet)


def in_alphabet(row: Any) -> tuple[int, tuple[int, ...], str]:
    """Where a row stands among others: by its `order`, if it has one, then by name in the alphabet of the page."""
    return getattr(row, "order", 0), letters(str(row)), row.slug


def letters(text: str) -> tuple[int, ...]:
    """A key by which texts stand in the order of the alphabet of the page; its letters come behind all others."""
    return _letters(text, ALPHABETS.get(get_language() or RECORD_LANGUAGE, ""))


@lru_cache(maxsize=4096)
def _letters(text: str, alphabet: str) -> tuple[int, ...]:
    return tuple(
        BEHIND + alphabet.index(one) if one in alphabet else ord(unicodedata.normalize("NFKD", one)[0])
        for one in text.casefold()
    )


class Translated(models.Model):
    """A row that can be given in other languages. The first of its TRANSLATED columns is what it is called."""

    TRANSLATED: tuple[str, ...] = ("name",)

    translations = models.JSONField(
        _("translations"),
        default=dict,
        blank=True,
        editable=False,
        help_text="{language: {column: text}}, by the record itself, not reported; without what is not translated.",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """What it is called, in the language of the page as far as it is translated."""
        return self.in_words(self.TRANSLATED[0])

    def in_words(self, column: str, text: str | None = None) -> str:
        """What a column says, in the language of the page; an `OfRecord` where it is not translated.

        `text`: what the column said on an earlier day. A translation is of what the column says now, so it stands for
        nothing else: what was told later must not show on a page of that day.
        """
        now = getattr(self, column)
        text = now if text is None else text
        can_be = bool(self.translations) and text == now  # asked first: the language of the page takes longest to tell
        translated = self.translation(column) if can_be and not is_language_of_record() else ""
        return translated or OfRecord(text)

    def translation(self, column: str) -> str:
        """The translation of a column into the language of the page; an empty text if there is none."""
        return self.translations.get(get_language() or RECORD_LANGUAGE, {}).get(column, "")

    def translated(self, column: str, text: str | None = None) -> list[str]:
        """What a column says in all other languages; nothing for a `text` that it said on an earlier day."""
        if text not in (None, getattr(self, column)):
            return []
        return [words[column] for words in self.translations.values() if column in words]

    def other_names(self) -> list[str]:
        """What it is called in all other languages."""
        return self.translated(self.TRANSLATED[0])

    def clean(self) -> None:
        """Raises `ValidationError` for what no translation can be."""
        super().clean()
        problems = list(problems_of(type(self), self.translations))
        if problems:
            raise ValidationError(problems)


def problems_of(model: type[Translated], translations: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A sentence for each language or column that cannot be translated, and each text that the column cannot hold."""
    for language, words in translations.items():
        if language not in other_languages():
            told = gettext("“%(language)s” is no language that translations can be in; there are: %(known)s.")
            yield told % {"language": language, "known": ", ".join(other_languages())}
            continue
        for column, text in words.items():
            if column not in model.TRANSLATED:
                told = gettext("“%(column)s” is not translated here; there are: %(known)s.")
                yield told % {"column": column, "known": ", ".join(model.TRANSLATED)}
            elif not isinstance(text, str) or not text.strip():
                yield gettext("A translation cannot be empty; leave it out.")
            else:
                yield from _problems_of_text(model._meta.get_field(column), text)


def _problems_of_text(column: Any, text: str) -> Iterator[str]:
    try:
        fit_text(text)
        column.run_validators(text)
    except ValidationError as error:
        yield from error.messages


def with_words(translations: Translations, language: str, words: Mapping[str, str]) -> Translations:
    """These translations with other `words` ({column: text}) in one language; an empty text takes one out."""
    changed = {column: text for column, text in (translations.get(language, {}) | dict(words)).items() if text}
    others = {code: held for code, held in translations.items() if code != language}
    return others | ({language: changed} if changed else {})


class TranslationFile(models.Model):
    """What the file of one language said when it was last loaded, for the next load to compare with.

    `said`: {part of the file: {slug: {column: text}}}.
    """

    language = models.CharField(_("language"), max_length=10, unique=True)
    said = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("file of translations")
        verbose_name_plural = _("files of translations")

    def __str__(self) -> str:
        return self.language
