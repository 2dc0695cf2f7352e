"""All addresses without a question that the site answers: pages, their formats, frames, cards, feeds, site maps.

They follow from what is declared of pages. What an address is answered with is for the site to say: with a file, a
redirect from a former slug, or that it was withdrawn.
"""

from collections.abc import Iterator

from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.utils.translation import override

from talks import queries
from talks.data.snapshots import shelf
from talks.models import KINDS, Entry, Publication, Seen
from talks.public.embeds import EMBEDS
from talks.public.forms.base import PublicForm
from talks.public.outputs import FORMATS
from talks.public.taking import FOLLOWED
from talks.public.views.crawlers import LANGUAGES, PAGES, SITEMAPS
from talks.queries.pages import SECTIONS, SORTS

LISTS = (*PAGES, "compare-rounds", "compare-proposals", "data")
MACHINES = ("robots", "sitemaps", "security-txt")
ICONS = ("favicon.ico", "apple-touch-icon.png")
# What is only there where a program answers, whatever is asked.
NEEDS_SERVER = ("search", "as-of", "api", "mcp", "oembed", "llms", "admin:index")
NOWHERE = "no-such-page/"  # below the first page


def addresses() -> Iterator[str]:
    """Each once, pages first."""
    for code in LANGUAGES:
        with override(code):
            yield from map(str, _of_language())
    yield from map(reverse, MACHINES)
    start = reverse("timeline")
    yield from (f"{start}{icon}" for icon in ICONS)
    for section in SITEMAPS:
        address = reverse("sitemap", args=[section])
        yield from (f"{address}?p={part}" if part > 1 else address for part in range(1, _parts(section) + 1))


def _of_language() -> Iterator[str]:
    for page in LISTS:
        yield from _of_page(page)
    for section in (*SECTIONS, *SORTS):
        for slug in _slugs(section):
            yield from _of_page(_page(section), slug)
    yield reverse("site-card")
    for name in ("snapshot.zip", "snapshot.json"):
        yield reverse(name)
    if latest := shelf.latest(settings.SNAPSHOTS):
        yield from (reverse("snapshot.file", args=[latest.name, file]) for file in shelf.FILES if latest.path(file))


def _of_page(page: str, *slug: str) -> Iterator[str]:
    """The page, and what is taken along from it."""
    yield reverse(page, args=slug)
    yield from (reverse(one.of(page), args=slug) for one in FORMATS.get(page, ()))
    yield from (reverse(one.name, args=slug) for one in EMBEDS if one.page == page)
    followed = (one.address(PublicForm(QueryDict()), *(slug or ("",))) for one in FOLLOWED.get(page, ()))
    yield from (address for address in followed if "?" not in address)
    if page in KINDS:
        yield reverse(f"{page}-card", args=slug)


def _page(section: str) -> str:
    """The name of the address of one row of a section."""
    return SECTIONS[section] if section in SECTIONS else SORTS[section]._meta.model_name


def _slugs(section: str) -> Iterator[str]:
    """Of the rows that have a page, the former ones of these, and of entries that were withdrawn."""
    rows = queries.pages_of(Seen.now(), section)
    yield from rows.values_list("slug", flat=True)
    model = KINDS[SECTIONS[section]] if section in SECTIONS else SORTS[section]
    yield from model.objects.filter(pk__in=rows.values("pk"), former_slugs__isnull=False).values_list(
        "former_slugs__slug", flat=True
    )
    if section in SECTIONS:
        gone = Entry.objects.filter(kind=SECTIONS[section], publication=Publication.WITHDRAWN)
        yield from gone.values_list("slug", flat=True)
        yield from gone.filter(former_slugs__isnull=False).values_list("former_slugs__slug", flat=True)


def _parts(section: str) -> int:
    found = SITEMAPS[section]()
    return Paginator(found.items(), found.limit).num_pages if section == "pages" else found.paginator.num_pages


def nowhere() -> Iterator[str]:
    """An address of nothing in each language, for the page that says so."""
    for code in LANGUAGES:
        with override(code):
            yield reverse("timeline") + NOWHERE


def only_served() -> list[str]:
    """What the addresses start with that only a program can answer."""
    found = []
    for code in LANGUAGES:
        with override(code):
            found += map(reverse, NEEDS_SERVER)
    return list(dict.fromkeys(found))


def parameters() -> list[str]:
    """The names of all that can be asked of a page behind its address."""
    return sorted({name for form in _forms(get_resolver().url_patterns) for name in form.base_fields})


def _forms(patterns) -> Iterator[type]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _forms(one.url_patterns)
        elif form := getattr(one.callback, "form", None):
            yield form
