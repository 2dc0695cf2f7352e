"""The API: what the pages tell, as JSON, by the same forms and queries; read-only, and open to pages of other sites.

`RESOURCES` says what there is. Addresses, the description (`talks.public.openapi`) and its page follow from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from talks import queries, words
from talks.data import figures, listed, narrowed, shapes, told
from talks.data.formats import as_json
from talks.data.told import Teller
from talks.models import KINDS, Article, Entry, Issue, Party, Person, Publication, Revision, Seen
from talks.public import openapi
from talks.public.forms.api import (
    ArticlesQuery,
    ChangesQuery,
    DifferencesQuery,
    EntriesQuery,
    OneQuery,
    PartQuery,
    PeopleQuery,
    PositionsQuery,
    ProposalsQuery,
    RoundsQuery,
    TimelineQuery,
    TotalsQuery,
)
from talks.public.forms.base import PublicForm
from talks.public.opened import opened
from talks.public.pages import moved_for_good, reads, render_page
from talks.public.problems import problem, wrong_or_absent
from talks.public.views.asked import findings_asked, handovers_asked, positions_asked, proposals_asked, rounds_asked
from talks.public.views.data import origin_of


@dataclass(frozen=True)
class Part:
    """Items of a list, `total` in all; `after`: behind which to go on, None behind the last."""

    items: list
    total: int
    after: str | None = None


@dataclass(frozen=True)
class Resource:
    """Something that can be asked for: at `path`, by the parameters of `form`.

    `gives(form, origin)`: a `Part` of the items, each of a `shape`. Of what is one row of a `model`, called `kind`, it
    is asked with the slug and gives the item itself, or None if there is none.
    """

    path: str
    form: type
    shape: type
    summary: Any
    gives: Callable[..., Any]
    model: type | None = None
    kind: str = ""

    @property
    def name(self) -> str:
        """Of its address."""
        return "api-" + self.path.replace("/<slug:slug>", "-one").replace("/", "-")

    @property
    def is_one(self) -> bool:
        return self.model is not None


# Entries


def _part(form, entries, origin, narrow=None):
    """A part of these entries, behind the place at which the last one ended."""
    newest, after = getattr(form, "newest_first", True), form.after
    total = entries.count()
    if after:
        entries = entries.ahead_of(after) if newest else entries.beyond(after)
    rows = list((entries.newest_first() if newest else entries.in_order())[: form.most + 1])
    shown, more = rows[: form.most], rows[form.most :]
    items = list(told.entries(form.seen, shown, origin))
    last = shown[-1] if more else None
    return Part(list(map(narrow, items)) if narrow else items, total, last and f"{last.stands}.{last.ranks}.{last.pk}")


def _entries(form, origin):
    return _part(form, queries.timeline(form.seen, **form.filters), origin)


def _of_kind(kind):
    return lambda form, origin: _part(form, queries.timeline(form.seen, kind=[kind]), origin)


def _entry(model):
    def gives(form, origin, slug):
        known = queries.know_one(form.seen, model, slug)
        return told.tell(form.seen, [known], origin)[0] if known else None

    return gives


def _differences(form, origin):
    return _part(form, queries.disputed_by(form.seen, **form.filters), origin, narrowed.where_sources_differ)


def _changes(form, origin):
    """Each change by itself, newest first; behind one that was named in the same way."""
    findings = findings_asked(form)
    rows = queries.changes(form.seen, **form.filters, findings=findings)
    total = rows.count()
    if form.after:
        prefix, _, pk = form.after.rpartition("-")
        last = rows.filter(pk=pk).first() if prefix == "change" and pk.isdecimal() else None
        if last is None:
            raise Http404(form.fields["after"].error_messages["invalid"])
        rows = rows.filter(Q(made__lt=last.made) | Q(made=last.made, pk__lt=last.pk))
    rows = list(rows[: form.most + 1])
    items = list(listed.changes(form.seen, rows[: form.most], findings, origin))
    return Part(items, total, items[-1].id if rows[form.most :] else None)


def _findings(form, origin):
    found = queries.all_findings(form.seen)
    shown, total, after = _behind(form, found, lambda one: f"finding-{one.finding.pk}")
    teller = Teller(form.seen, origin)
    return Part([teller.finding(one) for one in shown], total, after)


# Comparisons and totals


def _whole(items):
    return Part(items, len(items))


def _rounds(form, origin):
    return _whole(told.tell(form.seen, rounds_asked(form), origin))


def _proposals(form, origin):
    return _whole(told.tell(form.seen, proposals_asked(form), origin))


def _positions(form, origin):
    standing, pairs = positions_asked(form, form.seen)
    shown, total, after = _behind(form, pairs, lambda pair: f"{pair[0].slug}.{pair[1].slug}")
    return Part(list(listed.positions(form.seen, standing, shown, origin)), total, after)


def _totals(form, origin):
    return _whole(figures.totals(form.seen, handovers_asked(form), origin))


# Who, about what, by whom


def _behind(form, rows, key=lambda row: row.slug):
    """(rows behind the one that the form names, all their number, the key of the last if there are more)."""
    keys = [key(row) for row in rows]
    if form.after and form.after not in keys:
        raise Http404(form.fields["after"].error_messages["invalid"])
    start = keys.index(form.after) + 1 if form.after else 0
    end = start + form.most
    return rows[start:end], len(rows), keys[end - 1] if end < len(keys) else None


def _people(form, origin):
    rows = queries.people_with_counts(form.seen)
    if party := form.chosen_row("party"):
        rows = rows.filter(party=party)
    shown, total, after = _behind(form, list(rows))
    return Part(list(listed.people(form.seen, shown, origin=origin)), total, after)


def _parties(form, origin):
    shown, total, after = _behind(form, list(queries.parties_with_counts(form.seen)))
    return Part(list(listed.parties(form.seen, shown, origin)), total, after)


def _issues(form, origin):
    shown, total, after = _behind(form, list(queries.issues_with_counts(form.seen)))
    return Part(list(listed.issues(form.seen, shown, origin)), total, after)


def _articles(form, origin):
    """By day and slug, newest first."""
    kept = queries.kept(Revision.current(), queries.source_balance, seen=form.seen)
    rows = queries.articles_from(queries.articles(form.seen), kept.elsewhere, **form.filters)
    total = rows.count()
    if form.after:
        day = Article.objects.visible(form.seen).filter(slug=form.after).values_list("published", flat=True).first()
        if day is None:
            raise Http404(form.fields["after"].error_messages["invalid"])
        rows = rows.filter(Q(published__lt=day) | Q(published=day, slug__gt=form.after))
    rows = list(rows[: form.most + 1])
    shown, more = rows[: form.most], rows[form.most :]
    return Part(list(listed.articles(form.seen, shown, origin)), total, shown[-1].slug if more else None)


def _person(form, origin, slug):
    rows = queries.counted_people(form.seen).filter(pk__in=Person.objects.visible(form.seen), slug=slug)
    return next(listed.people(form.seen, rows, origin=origin), None)


def _party(form, origin, slug):
    return next(listed.parties(form.seen, queries.parties_with_counts(form.seen).filter(slug=slug), origin), None)


def _issue(form, origin, slug):
    return next(listed.issues(form.seen, queries.issues_with_counts(form.seen).filter(slug=slug), origin), None)


def _article(form, origin, slug):
    """An article, and what it is cited for."""
    row = Article.objects.visible(form.seen).with_publishers().defer("text", "filed").filter(slug=slug).first()
    if row is None:
        return None
    known = [one for one, _ in queries.reports_in(form.seen, row)]
    row.entry_count = len(known)
    entries = narrowed.each(told.tell(form.seen, known, origin, with_earlier=True), narrowed.by_article, slug)
    return listed.Cited(listed.article(Teller(form.seen, origin), row), tuple(entries))


def _kinds():
    for kind, model in KINDS.items():
        path = f"{model.SECTION}/<slug:slug>"
        yield Resource(model.SECTION, EntriesQuery, shapes.Entry, model.WORDS.all, _of_kind(kind))
        yield Resource(path, OneQuery, shapes.Entry, kind.label, _entry(model), model=model, kind=kind.value)


RESOURCES = [
    Resource(
        "entries", TimelineQuery, shapes.Entry, _("Entries of all kinds, by the filters of the timeline"), _entries
    ),
    Resource(
        "entries/<slug:slug>",
        OneQuery,
        shapes.Entry,
        _("An entry of any kind"),
        _entry(Entry),
        model=Entry,
        kind="entry",
    ),
    *_kinds(),
    Resource("people", PeopleQuery, listed.Person, _("People, and where they sat"), _people),
    Resource("people/<slug:slug>", OneQuery, listed.Person, _("A person"), _person, model=Person, kind="person"),
    Resource("parties", PartQuery, listed.Party, _("Parties"), _parties),
    Resource("parties/<slug:slug>", OneQuery, listed.Party, _("A party"), _party, model=Party, kind="party"),
    Resource("issues", PartQuery, listed.Issue, _("Issues"), _issues),
    Resource("issues/<slug:slug>", OneQuery, listed.Issue, _("An issue"), _issue, model=Issue, kind="issue"),
    Resource("articles", ArticlesQuery, listed.Source, _("Articles"), _articles),
    Resource(
        "articles/<slug:slug>",
        OneQuery,
        listed.Cited,
        _("An article, and what it reports"),
        _article,
        model=Article,
        kind="article",
    ),
    Resource("differences", DifferencesQuery, shapes.Entry, _("Where sources differ"), _differences),
    Resource("changes", ChangesQuery, listed.Change, _("Changes and corrections"), _changes),
    Resource("findings", PartQuery, shapes.Finding, _("What the editors found, and from which articles"), _findings),
    Resource("comparisons/rounds", RoundsQuery, shapes.Entry, _("Rounds side by side"), _rounds),
    Resource("comparisons/proposals", ProposalsQuery, shapes.Entry, _("Proposals side by side"), _proposals),
    Resource(
        "comparisons/positions",
        PositionsQuery,
        listed.Position,
        _("Each party’s latest position on each issue"),
        _positions,
    ),
    Resource("totals", TotalsQuery, figures.Total, _("How many were handed over"), _totals),
]


def _view(resource):
    """The view that answers with what a resource gives."""

    @opened
    @reads(resource.form)
    def view(request, form, **kwargs):
        if form.errors:
            return wrong_or_absent(form)
        try:
            given = resource.gives(form, origin_of(request), **kwargs)
        except Http404 as error:
            return problem(404, str(error))
        if given is None:
            return _not_there(request, resource, **kwargs)
        told_of = {"language": get_language(), "as_of": form.day}
        if resource.is_one:
            return _answer({**told_of, "item": given})
        following = given.after and _next(request, form, given.after)
        response = _answer({**told_of, "total": given.total, "next": following, "items": given.items})
        if following:
            response["Link"] = f'<{following}>; rel="next"'
        return response

    return view


def _answer(told_of):
    response = HttpResponse(as_json.dumped(told_of) + "\n", content_type=as_json.TYPE)
    response["X-Robots-Tag"] = "noindex"
    return response


def _next(request, form, after):
    """The address of the items that follow."""
    asked = [(name, value) for name in form.fields for value in form.data.getlist(name) if value and name != "after"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*asked, ('after', after)])}")


def _not_there(request, resource, slug):
    """A redirect if the slug has changed; 410 of an entry that was withdrawn; else 404."""
    rows = resource.model.objects.visible(Seen.now())
    if moved := moved_for_good(request, resource.name, rows, slug):
        return moved
    if issubclass(resource.model, Entry):
        named = Q(slug=slug) | Q(former_slugs__slug=slug)
        if resource.model.objects.filter(named, publication=Publication.WITHDRAWN).exists():
            return problem(410, gettext("This entry was withdrawn."))
    return problem(404, words.missing(resource.kind, slug))


VIEWS = [(resource, _view(resource)) for resource in RESOURCES]


@opened
def nothing(request):
    """Any other address below that of the API."""
    return problem(404, gettext("There is nothing at this address of the API; its page tells what there is."))


@opened
@reads(OneQuery)
def description(request, form):
    """What there is, as OpenAPI describes it."""
    return _answer(_described(request))


def _described(request):
    return openapi.description(RESOURCES, request.build_absolute_uri(reverse("api")), _examples())


def _examples():
    """{name of a resource: the slug of something that there is}, so that whoever tries it out finds something."""
    slugs = {
        one.name: one.model.objects.visible(Seen.now()).order_by("slug").values_list("slug", flat=True).first()
        for one in RESOURCES
        if one.is_one
    }
    return {name: slug for name, slug in slugs.items() if slug}


@reads(PublicForm)
def documentation(request, form):
    """The same for people, from our own server and without a script."""
    described = _described(request)
    return render_page(request, "data/api.html", form, {"described": described, "rows": openapi.rows(described)})
