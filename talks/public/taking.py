"""What a reader can take from a page: its address for good, how it is cited, and itself in other formats."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from talks import words
from talks.data.formats import atom, calendar, citation
from talks.data.formats.citation import Citation, key_of
from talks.models import KINDS, Kind, Round, Swap
from talks.public import outputs
from talks.templatetags.languages import translated_address
from talks.words import site


@dataclass(frozen=True)
class Follow:
    """A format in which a page can be followed. `address`: where, given its form and what its own address names."""

    label: str
    media: str
    address: Callable


def with_filter(name, **fixed):
    """The address `name` with what is asked of the page, and with what is `fixed` on it."""

    def address(form, slug):
        asked = form.address(without={"pick": None, **dict.fromkeys(fixed)})
        return _joined(reverse(name), asked, urlencode(fixed))

    return address


def of_row(name):
    """The address `name` of the row that the page is of."""
    return lambda form, slug: _joined(reverse(name, args=[slug]), _day(form))


def of_entry(name):
    """The address `name` that asks for the entry which the page is of."""
    return lambda form, slug: _joined(reverse(name), urlencode({"entry": slug}), _day(form))


def with_row(name, parameter):
    """The address `name` that asks by this parameter for the row that the page is of, with what the page is asked."""

    def address(form, slug):
        return _joined(reverse(name), form.address(without=dict.fromkeys(form.NO_DATA)), urlencode({parameter: slug}))

    return address


def _joined(address, *parts):
    query = "&".join(filter(None, parts))
    return f"{address}?{query}" if query else address


def _day(form):
    return f"as_of={form.day}" if form.day else ""


def _feed(address):
    return Follow("Atom", atom.MEDIA.partition(";")[0], address)


def _calendar(address):
    return Follow("iCalendar", calendar.MEDIA.partition(";")[0], address)


# How a page can be followed, by the name of its address.
FOLLOWED = {
    "timeline": [_feed(with_filter("timeline-feed")), _calendar(with_filter("rounds-calendar"))],
    "changes": [_feed(with_filter("changes-feed"))],
    **{
        model.SECTION: [_feed(with_filter("timeline-feed", kind=kind.value))]
        for kind, model in KINDS.items()
        if kind != Kind.SWAP
    },
    Swap.SECTION: [_feed(with_filter("swaps-feed"))],  # whose filters are its own
    **{kind.value: [_feed(of_entry("changes-feed"))] for kind in KINDS},
    **{row: [_feed(with_row("timeline-feed", row))] for row in ("party", "issue", "person")},
}
FOLLOWED[Round.SECTION].append(_calendar(with_filter("rounds-calendar")))
FOLLOWED[Kind.ROUND.value].append(_calendar(of_row("round-calendar")))


@dataclass
class Taking:
    """What can be taken from the page that was asked for; see `talks.public.pages.render_page`.

    `citation`: how it is cited, once it is written, since only its template knows its title.
    """

    request: object
    form: object
    context: dict
    citation: Citation | None = field(default=None, init=False)

    @cached_property
    def here(self):
        """The address of this page, with the day as known on which it is, without the tray and no preview."""
        return translated_address(self.request, get_language(), without=["pick", "preview"])

    @property
    def permalink(self):
        """The same in full."""
        return self.request.build_absolute_uri(self.here)

    @property
    def entry(self):
        """The entry that the page is of, or None."""
        return self.context.get("known")

    @cached_property
    def formats(self):
        """`outputs.Link`s to the formats in which this page can be had: as data, and to be followed.

        There are none of what is not public and only editors see.
        """
        if self.context.get("edit_address"):
            return []
        match = self.request.resolver_match
        slug = match.kwargs.get("slug", "")
        followed = FOLLOWED.get(match.url_name, ())
        return outputs.links(self.request, self.form) + [
            outputs.Link(one.label, one.address(self.form, slug), one.media) for one in followed
        ]

    @property
    def card(self):
        """The full address of the picture that stands for this page where its address is shared."""
        if self.entry is None:
            return self.request.build_absolute_uri(reverse("site-card"))
        address = reverse(f"{self.entry.entry.kind}-card", args=[self.entry.entry.slug])
        return self.request.build_absolute_uri(_joined(address, _day(self.form)))

    @property
    def changed(self):
        """The day on which the entry that the page is of was last changed here, or None."""
        changes = self.context.get("version")
        return changes.last.date() if changes else None

    def cited(self, title):
        """The `Citation` of this page, which has this title (HTML); it is noted as `citation`."""
        # A file is read later than it is made (`talks.static_site`), so nobody can tell when.
        today = None if getattr(self.request, "as_files", False) else datetime.datetime.now(datetime.UTC).date()
        name = self.entry.entry.slug if self.entry else self.request.resolver_match.url_name
        self.citation = Citation(
            key_of(name, self.changed or today),
            unescape(strip_tags(title)),
            site.name(),
            settings.SITE_MAKER,
            self.permalink,
            get_language(),
            today,
            self.form.day,
            self._version,
            self.changed,
            self._files,
        )
        return self.citation

    @property
    def _files(self):
        """{ending: the path of the citation as a file}; none of what only editors see."""
        match = self.request.resolver_match
        if match.url_name not in outputs.CITED or self.form.errors or self.context.get("edit_address"):
            return {}
        query = urlsplit(self.here).query
        slugs = [match.kwargs["slug"]] if "slug" in match.kwargs else []
        paths = {one: reverse(outputs.citation_of(match.url_name, one), args=slugs) for one in citation.FORMATS}
        return {one: _joined(path, query) for one, path in paths.items()}

    @property
    def _version(self):
        if changes := self.context.get("version"):
            told = {"number": words.number(changes[0]), "day": words.day(changes[1])}
            return gettext("Version %(number)s of %(day)s") % told
        # An entry without a version was never public, and what has no data shows nothing of the record.
        if self.entry or self.request.resolver_match.url_name not in outputs.FORMATS or not self.form.revision:
            return ""
        return gettext("State %(number)s of the record") % {"number": self.form.revision[:8]}  # of its token
