"""How views answer: a page or a part of it, with what every page needs."""

from dataclasses import dataclass
from functools import partial, wraps

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from talks import queries
from talks.models import Kind, Page, Seen
from talks.models.translated import letters
from talks.public.embeds import offers
from talks.public.forms.compare import CompareProposalsForm, CompareRoundsForm
from talks.public.outputs import header
from talks.public.sources import Sources
from talks.public.taking import Taking

COMPARISONS = [
    (Kind.ROUND, "compare-rounds", "r", CompareRoundsForm.MOST),
    (Kind.PROPOSAL, "compare-proposals", "p", CompareProposalsForm.MOST),
]

STACK = 2**15  # places of eight bytes


class NotYetKnown(Http404):
    """The page is about an entry that was not reported yet on the as-of day; `first_reported` says when it was."""

    def __init__(self, day, first_reported):
        self.day, self.first_reported = day, first_reported
        super().__init__(f"not reported by {day}")


def in_one_piece(view):
    """The same view, whose calls all stand in one piece of memory.

    Python takes memory for calls 16 KB at a time, and gives it back as soon as nothing stands there. Where the calls of
    a page go to and fro over such an end, as those of templates do thousands of times, that took up to as long as the
    page itself; which page it met went by how deep the server had called by then. A call that claims `STACK` has a
    piece of twice that, and what is called from it stands in the rest.
    """

    def call(*args, **kwargs):
        return view(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=STACK)
    return wraps(view)(call)


def reads(form):
    """For a public view: give it the parameters of the request as this form reads them, beside the request.

    `form` of the view tells in turn which parameters there are, so that `talks.ready` keeps a page only once.
    """

    def decorate(view):
        @require_safe
        @in_one_piece
        @wraps(view)
        def read(request, *args, **kwargs):
            return view(request, form(request.GET), *args, **kwargs)

        read.form = form
        return read

    return decorate


def render_page(request, template, form, context, *, parts=None):
    """Render `template` for a request that `form` has read, or only a part of it where htmx asks for that part.

    `parts`: {first word of the element's id: template of the part}. The Back button gets the whole page: htmx asks for
    one that it has forgotten like for any other part. `about` in `context`: the entries (pks) that the page is about,
    for the number of later reports that an earlier state leaves out; without it, all of the record's. `preview` in
    `context`: the pk of an entry that is shown though it is not published.
    """
    htmx = request.htmx
    part = (parts or {}).get((htmx.target or "").partition("-")[0])
    swap = bool(part) and not htmx.history_restore_request
    context = {"form": form, "day": form.day, "sources": Sources(form.day), "tray": tray(form), "swap": swap, **context}
    context["findings"] = partial(findings, request, form)  # asked by the pages that show them
    # Links take the tray along, and what an editor alone sees is kept nowhere.
    own = context["tray"] or context.get("edit_address") or context.get("preview")
    context["parts"] = None if own else form.parts
    context["taking"] = Taking(request, form, context)
    context["offers"] = [] if context.get("edit_address") else offers(request, form, context)
    if embed := getattr(request, "embed", None):
        if embed.needs and not context.get(embed.needs):
            raise Http404(gettext("There is nothing here to show within another page."))
        template = embed.template or template
    if not swap:  # no part says how many
        context["later"] = later(form, form.seen.previewing(context.get("preview")), context.get("about"))
    response = render(request, part if swap else template, context, status=form.status)
    form.parts.keep()
    response.offers = context["offers"]  # for `talks.public.views.embed`
    response.citation = context["taking"].citation  # for `talks.public.views.cite`
    if not swap and (formats := context["taking"].formats):
        response["Link"] = header(formats)
    if parts:
        patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    return response


def findings(request, form):
    """What editors found about the page that was asked for, where it shows all that its address names."""
    match = request.resolver_match
    asked = [(name, value) for name in form.fields for value in form.data.getlist(name)]
    page = None if form.errors else Page.of(match.url_name, match.kwargs.get("slug", ""), asked)
    return queries.findings_on(form.seen, page) if page and form.may_have_findings(page) else []


def moved_for_good(request, page, rows, slug):
    """A redirect, in the same language and with the same query, to the one of `rows` that has had this slug; or None.

    `page` is the name of the address of such a row.
    """
    present = rows.filter(former_slugs__slug=slug).values_list("slug", flat=True).first()
    if present is None:
        return None
    address, query = reverse(page, args=[present]), request.META["QUERY_STRING"]
    return asked_again(redirect(f"{address}?{query}" if query else address, permanent=True))


def asked_again(response):
    """The same, for an address that may mean something else later: untold, browsers keep a 301 and a 410 for ever."""
    patch_cache_control(response, no_cache=True)
    return response


def follows_former_slugs(model):
    """For the view of one row of a model: where no row has the slug, redirect to the one that has had it."""

    def decorate(view):
        @wraps(view)
        def follow(request, form, slug):
            try:
                return view(request, form, slug)
            except Http404:
                moved = moved_for_good(request, view.__name__, queries.rows_of(Seen.now(), model), slug)
                if moved is None:
                    raise
                return moved

        return follow

    return decorate


@dataclass(frozen=True)
class Comparison:
    """What of the tray can be compared: entries of one kind, at most `most` of them, as parameter `name` of `page`."""

    kind: str
    page: str
    name: str
    most: int
    entries: list

    @property
    def can_start(self):
        return 2 <= len(self.entries) <= self.most


def tray(form):
    """[Comparison] of the entries that the reader picked, by kind."""
    picked = form.fields["pick"].valid
    known = in_columns(queries.know(form.seen, picked)) if picked else []
    groups = [
        Comparison(kind, page, name, most, [one for one in known if one.entry.kind == kind])
        for kind, page, name, most in COMPARISONS
    ]
    return [group for group in groups if group.entries]


def in_columns(known):
    """Entries in the fixed order of columns, which is the same whatever order they were chosen in."""
    return sorted(known, key=lambda one: (*one.place[:2], letters(str(one)), one.entry.slug))


def later(form, seen: Seen, about=None):
    """The number of reports that a page as known on an earlier day leaves out; None for a page of today."""
    if seen.is_now:
        return None
    if about is None:
        return queries.kept(form.revision, queries.later_reports, seen=seen)
    return queries.later_reports(seen, about)


def numbered_page(rows, number, size, missing, total=None):
    """The numbered page of these rows; else 404, with `missing` as the reason. `total`: how many, if that is known."""
    paginator = Paginator(rows, size)
    if total is not None:
        paginator.count = total
    try:
        return paginator.page(number)
    except EmptyPage as error:
        raise Http404(missing) from error


def push_address(request, response, form):
    """Have htmx show the address of what it swapped in, without empty parameters."""
    address = form.address()
    response["HX-Push-Url"] = f"{request.path}?{address}" if address else request.path
