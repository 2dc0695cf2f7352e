"""Pages as data: for each page what it holds, by the form and the queries of the page, in any of its formats."""

from django.http import Http404, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from talks import queries, words
from talks.data import shapes, told
from talks.data.documents import Document
from talks.data.formats import as_csv, as_json
from talks.models import KINDS, Entry
from talks.public.forms.base import EntriesForm, EntryForm
from talks.public.forms.pages import TimelineForm
from talks.public.outputs import CSV, JSON, Output
from talks.public.pages import moved_for_good, reads
from talks.public.problems import problem, wrong

PIECES = {JSON: as_json, CSV: as_csv}


def document(request, form, page, title, items, *, sort="entries", shape=shapes.Entry, name="", slug="", more=None):
    """The `Document` of a page, whose address is that of the page with what was asked of it."""
    path = reverse(page, args=[slug] if slug else [])
    asked = form.address(without=dict.fromkeys(LEFT_OUT))
    return Document(
        name=name or slug or page,
        title=str(title),
        address=request.build_absolute_uri(f"{path}?{asked}" if asked else path),
        language=get_language(),
        as_of=form.day,
        sort=sort,
        shape=shape,
        items=items,
        more=more or {},
    )


LEFT_OUT = ("pick", "then", "preview", "pair")  # parameters that change no data


def origin_of(request):
    """What addresses on this site start with."""
    return request.build_absolute_uri("/").rstrip("/")


def answer(document, chosen):
    """The document in a format, piece by piece, as a file to keep."""
    response = StreamingHttpResponse(PIECES[chosen].pieces(document), content_type=PIECES[chosen].TYPE)
    response["Content-Disposition"] = f'inline; filename="{document.name}.{chosen.ending}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _view(form_class, chosen, of_page):
    """The view that answers with what `of_page` gives of a page; mistakes as a problem instead of a page."""

    @reads(form_class)
    def view(request, form, **kwargs):
        if form.errors:
            return wrong(form)
        try:
            found = of_page(request, form, **kwargs)
        except Http404 as error:
            return problem(404, str(error))
        return answer(found, chosen) if isinstance(found, Document) else found

    return view


def _in_order(form, entries):
    return entries.newest_first() if form.newest_first else entries.in_order()


def _timeline(request, form):
    entries = _in_order(form, queries.timeline(form.seen, **form.filters))
    more = {"count": entries.count()}
    items = told.entries(form.seen, entries, origin_of(request))
    return document(request, form, "timeline", gettext("Timeline"), items, more=more)


def _entries(request, form, kind):
    entries = _in_order(form, queries.timeline(form.seen, kind=[kind]))
    more = {"count": entries.count()}
    items = told.entries(form.seen, entries, origin_of(request))
    return document(request, form, KINDS[kind].SECTION, words.kinds_label(kind), items, more=more)


def _entry(request, form, kind, slug):
    known = queries.know_one(form.seen, KINDS[kind], slug)
    if known is None:
        moved = moved_for_good(request, request.resolver_match.url_name, KINDS[kind].objects.published(), slug)
        return moved or _missing(form, kind, slug)
    items = told.tell(form.seen, [known], origin_of(request))
    return document(request, form, kind, known, items, slug=slug)


def _missing(form, kind, slug):
    """410 of what was withdrawn, else 404."""
    if Entry.objects.filter(slug=slug, kind=kind, publication="withdrawn").exists():
        return problem(410, gettext("This entry was withdrawn."))
    return problem(404, words.missing(kind, slug))


# {name of a page's address: (its form, what it gives)}
PAGES = {
    "timeline": (TimelineForm, _timeline),
    **{model.SECTION: (EntriesForm, _entries) for model in KINDS.values()},
    **dict.fromkeys(KINDS, (EntryForm, _entry)),
}
OUTPUTS = [
    Output(page, one, _view(form, one, of_page)) for page, (form, of_page) in PAGES.items() for one in (JSON, CSV)
]
