"""A timeline that was kept elsewhere as article files: one for each source address, its rows as entries, all drafts.

Nothing is made up. A row without the address of its source is refused; when an article was published and in which
language stays open where the table does not say it, so that the schema asks for it. Rows of one slug, or else of one
title and date, are reports of one entry; it is an event where no row says of which kind it is.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext, override

from talks.files.exporter import HEADER, dump
from talks.files.schema import FACTS_OF, PARTS, partial_date
from talks.files.tables import NEEDED, Row, UnreadableTableError, rows_of
from talks.models import KINDS, Article, Entry, Kind, Publisher
from talks.models.rules import web_address
from talks.models.vocabulary import SLUG_LENGTH
from talks.record import typed
from talks.record.facts import folded

ENDINGS = (".csv", ".xlsx", ".json")
MOST_TOLD = 50  # mistakes
TITLE = 200  # letters of an entry's
WORDS = 60  # letters of a title in a slug


def is_table(name: str) -> bool:
    """True of a file that is no article file, but can be made into some."""
    return name.lower().endswith(ENDINGS)


def texts_of_table(name: str, content: bytes) -> dict[str, str]:
    """{name: text} of the article files that a table makes. Raises `ValidationError` with all that is wrong in it."""
    try:
        rows = rows_of(name, content)
    except UnreadableTableError as error:
        raise ValidationError(gettext("“%(name)s”: %(told)s.") % {"name": name, "told": error}) from error
    table = _Table(name, rows)
    for row in rows:
        table.add(row)
    if table.problems:
        raise ValidationError(table.problems[:MOST_TOLD])
    return {f"{file['article']['slug']}.yaml": _written(file) for file in table.files.values()}


def _written(file: dict[str, Any]) -> str:
    return HEADER.format(schema="../article.schema.json") + dump(file)


class _Table:
    """The files of a table, {source address: what its file holds}, and what is wrong with its rows."""

    def __init__(self, name: str, rows: list[Row]) -> None:
        self.name = name
        found = Article.objects.filter(url__in={row.cells.get("source") for row in rows} - {None})
        self._there = dict(found.values_list("url", "slug"))
        self._publishers: dict[str, str] = {}  # by host
        self.files: dict[str, dict[str, Any]] = {}
        self.problems: list[str] = []
        self._entries: dict[tuple[str, str], str] = {}  # (folded title, date): slug
        self._kinds: dict[str, str] = {}  # by slug

    def add(self, row: Row) -> None:
        """Take a row into the file of its source, or note what is wrong with it."""
        before = len(self.problems)
        # What is known by its slug may be without a date, if no article gives one.
        optional = ("text", "date") if "slug" in row.cells else ("text",)
        for column in NEEDED:
            if column not in row.cells and column not in optional:
                self._wrong(row, column, _lacking()[column])
        date, end = self._date(row, "date"), self._date(row, "end")
        published, retracted = self._date(row, "published"), self._date(row, "retracted")
        kind, address = self._kind(row), self._address(row)
        title = row.cells.get("title", "")
        if len(title) > TITLE:
            self._wrong(row, "title", gettext("it is longer than %(most)s letters") % {"most": TITLE})
        if len(self.problems) > before or not address:
            return
        slug = self._slug(row, title, date)
        is_new = slug not in self._kinds
        if self._kinds.setdefault(slug, kind) != kind:
            self._wrong(row, "kind", gettext("a row above says that the same entry is of another kind"))
        model = KINDS[kind]
        called = {column: name for name, column in FACTS_OF[PARTS[model]].items()}
        entry: dict[str, Any] = {
            "slug": slug,
            "title": title,
            "draft": True,
            called["start"]: date,
            called["end"]: None if end == date else end,
            "summary" if is_new else "note": row.cells.get("text"),
            "paragraphs": [],
        }
        file = self.files.get(address) or self._file(row, address, published or date)
        for name, day in (("published", published), ("retracted", retracted)):
            if day and file["article"].setdefault(name, day) != day:
                self._wrong(row, name, gettext("a row above gives the same source another day"))
        if slug in [one["slug"] for kind in KINDS.values() for one in file.get(kind.SECTION, ())]:
            self._wrong(row, "title", gettext("a row above has the same title, date and source; keep one of them"))
            return
        entries = file.setdefault(model.SECTION, [])
        entries.append({name: value for name, value in entry.items() if value not in (None, "")})
        self.files[address] = file

    def _wrong(self, row: Row, column: str, told: str) -> None:
        sentence = gettext("“%(name)s”, row %(row)s, column “%(column)s”: %(told)s.")
        values = {"name": self.name, "row": row.number, "column": column, "told": told.rstrip(".")}
        self.problems.append(sentence % values)

    def _checked(self, row: Row, column: str, rule: Callable[[str], Any]) -> Any:
        """What a rule makes of a cell; None, with its sentence noted, where it does not hold."""
        try:
            return rule(row.cells[column])
        except ValidationError as error:
            self._wrong(row, column, error.messages[0])
        except ValueError as error:
            self._wrong(row, column, str(error))
        return None

    def _date(self, row: Row, column: str) -> str | None:
        """A date in any form that can be read in one way only, as everywhere here."""
        if column not in row.cells:
            return None
        return self._checked(row, column, lambda text: partial_date(typed.partial_date(text)))

    def _address(self, row: Row) -> str | None:
        """The one address of its source."""
        text = row.cells.get("source", "")
        if not text:
            return None
        if len(text.split()) > 1:
            told = gettext(
                "here are several addresses; give the one that reports it in a column “source”, a row for each"
            )
            self._wrong(row, "source", told)
            return None
        self._checked(row, "source", web_address)
        if there := self._there.get(text):
            told = gettext("this is the article “%(slug)s” of the record already; add what it reports at its desk")
            self._wrong(row, "source", told % {"slug": there})
        return text

    def _kind(self, row: Row) -> str:
        """Of which kind the entry is, by any word for it that readers see."""
        said = row.cells.get("kind", Kind.EVENT)
        if kind := _kinds_by_word().get(folded(said)):
            return kind
        kinds = ", ".join(str(Kind(one).label) for one in KINDS)
        told = gettext("“%(said)s” is no kind of entry; write one of these, or leave it empty for an event: %(kinds)s")
        self._wrong(row, "kind", told % {"said": said, "kinds": kinds})
        return Kind.EVENT

    def _slug(self, row: Row, title: str, date: str | None) -> str:
        """The slug of its entry, as the row gives it, or one made of title and date, which is the same in all rows."""
        if slug := row.cells.get("slug"):
            if Entry.objects.filter(slug=slug).exists():
                told = gettext("the entry “%(slug)s” is in the record already; add the source at its desk")
                self._wrong(row, "slug", told % {"slug": slug})
            return slug
        key = folded(title), date or ""
        if key not in self._entries:
            base = f"{slugify(key[0])[:WORDS].strip('-') or 'event'}-{key[1]}"
            if folded(Entry.objects.filter(slug=base).values_list("title", flat=True).first() or "") == key[0]:
                told = gettext("the entry “%(slug)s” of the record has this title and date; add the source at its desk")
                self._wrong(row, "title", told % {"slug": base})
            self._entries[key] = _free(base, self._entries.values(), Entry)
        return self._entries[key]

    def _file(self, row: Row, address: str, date: str | None) -> dict[str, Any]:
        title = row.cells.get("title", "")
        publisher = row.cells.get("publisher") or self._publisher_of(address)
        slug = slug_of_article(publisher, date, title)
        article = {
            "slug": _free(slug, [file["article"]["slug"] for file in self.files.values()], Article),
            "publisher": slugify(publisher),
            "title": row.cells.get("source title") or f"[{title}]",
            "url": address,
            "language": row.cells.get("language"),
        }
        return {"article": {name: value for name, value in article.items() if value}}

    def _publisher_of(self, address: str) -> str:
        host = host_of(address)
        if host not in self._publishers:
            self._publishers[host] = publisher_of(address)
        return self._publishers[host]


@cache
def _kinds_by_word() -> dict[str, str]:
    """{folded word: kind} of all words for kinds, in each language: “round”, “rounds”, “раунд”."""
    words: dict[str, str] = {}
    for language, _ in settings.LANGUAGES:
        with override(language):
            for kind, model in KINDS.items():
                called = (kind, model.SECTION, Kind(kind).label, model.WORDS.all if model.WORDS else "")
                words |= {folded(str(word)): kind for word in called}
    return words


def publisher_of(address: str) -> str:
    """The slug of the publisher whose articles have the host of this address, or one made of the host."""
    host = host_of(address)
    at = rf"^https?://(www\.)?{re.escape(host)}(:|/|$)"
    known = Publisher.objects.filter(articles__url__iregex=at).values_list("slug", flat=True).distinct()[:2]
    return known[0] if len(known) == 1 else slugify(host.replace(".", "-"))


def host_of(address: str) -> str:
    """The host of an address, without “www.”."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def slug_of_article(publisher: str, day: str | None, title: str) -> str:
    """Publisher, date, a few words, those of them that are known, with room for a number behind."""
    pieces = (slugify(publisher), day, slugify(folded(title))[:WORDS].strip("-") or "article")
    return "-".join(piece for piece in pieces if piece)[: SLUG_LENGTH - 5].strip("-")


def _lacking() -> dict[str, str]:
    return {
        "date": gettext("there is none; write 2025-06-02, or 2025-06 or 2025 where the rest is not known"),
        "title": gettext("there is none; say in a line what happened"),
        "source": gettext(
            "there is none; give the address of the article that reports it, since nothing stands here alone"
        ),
    }


def _free(slug: str, taken: Any, model: Any) -> str:
    """This slug, with a number behind it if another row has it."""
    return next(one for one in _numbered(slug) if one not in taken and not model.objects.filter(slug=one).exists())


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1
