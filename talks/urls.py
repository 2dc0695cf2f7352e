"""Addresses. They are for ever: a page that moves leaves a redirect. Those in another language start with its code."""

from itertools import product

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import path, re_path

from talks.data.formats import citation
from talks.data.snapshots.shelf import NAME
from talks.models import KINDS, Kind, Round, Swap
from talks.public.embeds import EMBEDS
from talks.public.outputs import CITED, citation_of
from talks.public.views import (
    about,
    api,
    as_of,
    assistants,
    catalogue,
    changes,
    cite,
    compare,
    crawlers,
    data,
    differences,
    embed,
    entries,
    follow,
    reference,
    search,
    security,
    share,
    snapshots,
    swaps,
    timeline,
)

handler400 = "talks.public.views.site.bad_request"
handler404 = "talks.public.views.site.page_not_found"
handler500 = "talks.public.views.site.server_error"

NAMES = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}  # as on all pages of the admin
# As Django's admin names and links them; its pages need not be told of them.
password_reset = [
    path(f"admin/{address}/", view.as_view(extra_context=NAMES), name=name)
    for address, view, name in (
        ("password_reset", auth.PasswordResetView, "admin_password_reset"),
        ("password_reset/done", auth.PasswordResetDoneView, "password_reset_done"),
        ("reset/<uidb64>/<token>", auth.PasswordResetConfirmView, "password_reset_confirm"),
        ("reset/done", auth.PasswordResetCompleteView, "password_reset_complete"),
    )
]
pages = [
    *(password_reset if settings.MAIL else ()),
    path("", timeline.timeline, name="timeline"),
    path("about/", about.about, name="about"),
    path("as-of/", as_of.as_of, name="as-of"),
    path("search/", search.search, name="search"),
    path("compare/rounds/", compare.compare_rounds, name="compare-rounds"),
    path("compare/proposals/", compare.compare_proposals, name="compare-proposals"),
    path("compare/positions/", compare.compare_positions, name="compare-positions"),
    path("people/", reference.people, name="people"),
    path("people/<slug:slug>/", reference.person, name="person"),
    path("parties/", reference.parties, name="parties"),
    path("parties/<slug:slug>/", reference.party, name="party"),
    path("issues/", reference.issues, name="issues"),
    path("issues/<slug:slug>/", reference.issue, name="issue"),
    path("articles/", reference.articles, name="articles"),
    path("articles/<slug:slug>/", reference.article, name="article"),
    path("coverage/", reference.coverage, name="coverage"),
    path("changes/", changes.changes, name="changes"),
    path("differences/", differences.differences, name="differences"),
    path("data/", catalogue.catalogue, name="data"),
    path("data/latest.zip", snapshots.latest_zip, name="snapshot.zip"),
    path("data/latest.json", snapshots.latest_json, name="snapshot.json"),
    re_path(rf"^data/(?P<name>{NAME})/(?P<file>[a-z]+\.[a-z]+)$", snapshots.snapshot, name="snapshot.file"),
    path("api/", api.documentation, name="api"),
    path("api/openapi.json", api.description, name="api-description"),
    *(path(f"api/{resource.path}", view, name=resource.name) for resource, view in api.VIEWS),
    re_path(r"^api/[\s\S]+$", api.nothing),
    path("admin/", admin.site.urls),
]
# What is no page, but taken along from one; each in the language of its page.
taken_along = [
    path("timeline.atom", follow.timeline_feed, name="timeline-feed"),
    path(f"{Swap.SECTION}.atom", follow.swaps_feed, name="swaps-feed"),
    path("changes.atom", follow.changes_feed, name="changes-feed"),
    path(f"{Round.SECTION}.ics", follow.rounds, name="rounds-calendar"),
    path(f"{Round.SECTION}/<slug:slug>.ics", follow.one_round, name="round-calendar"),
    path("card.png", share.site_card, name="site-card"),
    path("mcp", assistants.mcp, name="mcp"),
]
LISTS = {Kind.SWAP: path("swaps/", swaps.swaps, name="swaps")}  # all other kinds have plain lists
for kind, model in KINDS.items():
    section = model.SECTION
    pages += [
        LISTS.get(kind) or path(f"{section}/", entries.entries, {"kind": kind.value}, name=section),
        path(f"{section}/<slug:slug>/", entries.entry, {"kind": kind.value}, name=kind.value),
    ]
    taken_along += [
        path(f"{section}/<slug:slug>/card.png", share.card, {"kind": kind.value}, name=f"{kind.value}-card"),
    ]
# “rounds/<slug>/” is “rounds/<slug>.json” as data, the first page “timeline.json”.
by_name = {page.name: page for page in pages if hasattr(page, "name")}
stems = {name: str(page.pattern).rstrip("/") or name for name, page in by_name.items()}
for (name, form), view in data.VIEWS.items():
    pages.append(path(f"{stems[name]}.{form.ending}", view, by_name[name].default_args, name=form.of(name)))
# How it is cited: “rounds/<slug>.bib”.
for name, ending in product(CITED, citation.FORMATS):
    view = cite.citing(name, by_name[name].callback, ending)
    pages.append(path(f"{stems[name]}.{ending}", view, by_name[name].default_args, name=citation_of(name, ending)))
# What is shown within other pages: “embed/rounds/<slug>/”.
of_embeds = [(one, by_name[one.page]) for one in EMBEDS]
frames = [
    path(one.route(str(page.pattern)), embed.framed(one, page.callback), page.default_args, name=one.name)
    for one, page in of_embeds
]
# What machines look for at these addresses alone, whatever the language.
for_machines = [
    path("llms.txt", assistants.llms, name="llms"),
    path("oembed", embed.about, name="oembed"),
    path(".well-known/security.txt", security.security_txt, name="security-txt"),
    path("csp-report", security.csp_report, name="csp-report"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemaps"),
    path("sitemap-<str:section>.xml", crawlers.sitemap, name="sitemap"),
    path("favicon.ico", crawlers.icon, {"name": "icon.ico"}),
    path("apple-touch-icon.png", crawlers.icon, {"name": "touch-icon.png"}),
]
urlpatterns = for_machines + i18n_patterns(*pages, *frames, *taken_along, prefix_default_language=False)
