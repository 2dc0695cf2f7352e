"""What machines look for: robots.txt, the site map, icons.

Every page without a question has its place in the site map, in each language. Whatever is asked of a page (filters,
searches, earlier days, comparisons) is endless, so robots.txt keeps crawlers out of all that.
"""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.translation import override

from talks import queries
from talks.models import KINDS, Seen
from talks.public.pages import reads
from talks.queries.pages import SECTIONS, SORTS

LANGUAGES = [code for code, _ in settings.LANGUAGES]
ROWS = 1000  # of one part of the site map, each in every language
PAGES = ["timeline", "about", "coverage", "changes", "differences", "compare-positions", *SORTS]
PAGES += [model.SECTION for model in KINDS.values()]
# They ask for a page because somebody has shared its address, whatever it asks, and show its card.
PREVIEWS = [
    "Twitterbot",
    "facebookexternalhit",
    "LinkedInBot",
    "Slackbot-LinkExpanding",
    "TelegramBot",
    "WhatsApp",
    "Discordbot",
]
NO_PAGES = ("admin:index", "search", "as-of")


class Plain(forms.Form):
    """Nothing is asked."""


class PartForm(forms.Form):
    """Which part of a list: `p`, as Django's site maps number them."""

    p = forms.CharField(required=False)


@reads(Plain)
def robots(request, form):
    """Where crawlers may go."""
    closed = [f"Disallow: {address}" for address in _in_all_languages(NO_PAGES)]
    lines = [
        "User-agent: *",
        *closed,
        f"Disallow: {get_script_prefix()}*?",
        f"Allow: {get_script_prefix()}sitemap-",  # whose parts are asked for with a number
        "",
        *(f"User-agent: {name}" for name in PREVIEWS),
        *closed,
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemaps'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _in_all_languages(names):
    for code in LANGUAGES:
        with override(code):
            yield from map(reverse, names)


class Pages(Sitemap):
    """The pages that are of no row."""

    i18n = alternates = x_default = True

    def items(self):
        return PAGES

    def location(self, item):
        return reverse(item)


class Rows(Sitemap):
    """The pages of one section, each of one row."""

    i18n = alternates = x_default = True
    limit = ROWS * len(LANGUAGES)

    def __init__(self, section):
        self.section = section

    @property
    def paginator(self):
        return Paginator(InLanguages(queries.pages_of(Seen.now(), self.section)), self.limit)

    def lastmod(self, item):
        return getattr(item, "changed", None)

    def get_latest_lastmod(self):
        return queries.last_change_in(Seen.now(), self.section)


class InLanguages:
    """(row, language) of rows in every language; the database is asked for no more of them than a part has."""

    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return self.rows.count() * len(LANGUAGES)

    def __getitem__(self, part):
        first, last = part.start // len(LANGUAGES), -(-part.stop // len(LANGUAGES))
        return [(row, code) for row in self.rows[first:last] for code in LANGUAGES]


# Made anew for each request, since Django notes on them what it found.
SITEMAPS = {"pages": Pages, **{section: partial(Rows, section) for section in (*SECTIONS, *SORTS)}}


@reads(Plain)
def sitemap_index(request, form):
    return views.index(request, SITEMAPS, sitemap_url_name="sitemap").render()


@reads(PartForm)
def sitemap(request, form, section):
    return views.sitemap(request, SITEMAPS, section).render()


def icon(request, name):
    """To an icon that browsers look for at the root of a site, where no page tells them of another."""
    return redirect(static(f"talks/{name}"))
