"""Pages of the site that something can be said of, each named by its address, which is written in one way alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext, override

from talks.models.kinds import KINDS, Proposal, Round
from talks.models.rules import brief
from talks.models.vocabulary import Issue, Party, Process

# The pages, by the names of their addresses: of one row each, and of all, or of rows that parameters name.
OF_A_ROW: dict[str, type[models.Model]] = {**KINDS, "party": Party, "issue": Issue}
OF_ROWS: dict[str, dict[str, type[models.Model]]] = {
    "timeline": {},
    "swaps": {},
    "compare-rounds": {"r": Round, "process": Process},
    "compare-proposals": {"p": Proposal},
    "compare-positions": {},
}
# What says how a page is shown, and not what it is about.
ASIDE = {
    *("as_of", "then", "pick", "preview", "order", "at", "after", "before"),
    *("page", "rounds", "pair", "baseline", "only"),
}


@dataclass(frozen=True)
class Page:
    """A page that something can be said of: the name of its address, and the rows that the address names.

    `slug`: of the row that the page is of, or an empty text; `chosen`: (parameter, slug) of the others, in order.
    """

    name: str
    slug: str = ""
    chosen: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, name: str, slug: str, asked: Iterable[tuple[str, str]]) -> Self | None:
        """The page of an address with these parameters, [(name, value)]; None for what is no such page, or part of one.

        A list with a filter is only a part.
        """
        if name not in OF_A_ROW and name not in OF_ROWS:
            return None
        known = OF_ROWS.get(name, {})
        said = {(param, value) for param, value in asked if value and param not in ASIDE}
        is_whole = all(param in known for param, _ in said) and bool(said) == bool(known)
        return cls(name, slug, tuple(sorted(said))) if is_whole else None

    @classmethod
    def read(cls, address: str) -> Self:
        """The page at an address, in whatever language and state it was copied. Raises `ValidationError`."""
        told = gettext(
            "“%(address)s” is no page that a finding can be about; copy the address of the timeline, of an entry, an "
            "issue, a party, the exchanges or a comparison, without a filter."
        )
        wrong = ValidationError(told % {"address": brief(address)})
        try:
            parts = urlsplit(address.strip())
            with override(settings.LANGUAGE_CODE):
                match = resolve(_without_language(parts.path))
        except (ValueError, Resolver404):
            raise wrong from None
        page = cls.of(match.url_name or "", match.kwargs.get("slug", ""), parse_qsl(parts.query))
        if page is None:
            raise wrong
        return page

    def get_absolute_url(self) -> str:
        """Its address in the language that is spoken, with nothing that says how it is shown."""
        path = reverse(self.name, args=[self.slug] if self.slug else [])
        return f"{path}?{urlencode(self.chosen)}" if self.chosen else path

    @property
    def address(self) -> str:
        """Its address in the first language."""
        with override(settings.LANGUAGE_CODE):
            return self.get_absolute_url()

    @property
    def named(self) -> Iterator[tuple[type[models.Model], str]]:
        """(model, slug) of the rows that it is about."""
        if self.slug:
            yield OF_A_ROW[self.name], self.slug
        for param, slug in self.chosen:
            yield OF_ROWS[self.name][param], slug

    def renamed(self, now: Mapping[type[models.Model], Mapping[str, str]]) -> Self:
        """The same page with the slugs `now`: {model: {slug before: slug now}}."""
        own = {model: now.get(model, {}) for model, _ in self.named}
        slug = own[OF_A_ROW[self.name]].get(self.slug, self.slug) if self.slug else ""
        chosen = {(param, own[OF_ROWS[self.name][param]].get(one, one)) for param, one in self.chosen}
        return replace(self, slug=slug, chosen=tuple(sorted(chosen)))


def _without_language(path: str) -> str:
    """The path of a page in the first language."""
    for code, _ in settings.LANGUAGES:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            return path.removeprefix(f"/{code}") or "/"
    return path


def page_address(text: str) -> str:
    """The address of a page as it is kept. Raises `ValidationError` where it is no page that can be meant."""
    return Page.read(text).address
