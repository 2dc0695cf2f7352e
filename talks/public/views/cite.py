"""How a page is cited, as files for reference managers: what stands under “Cite” on it."""

from django.http import Http404, HttpResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext

from talks.data.formats import citation
from talks.public.asking import asking, inside
from talks.public.opened import opened
from talks.public.outputs import citation_of
from talks.public.pages import asked_again, reads
from talks.public.problems import problem, wrong


def citing(page, view, ending):
    """The view that gives the citation of the page which `view` shows, as its template words the title."""

    @opened
    @reads(view.form)
    def file(request, form, **kwargs):
        if form.errors:
            return wrong(form)
        slug = {name: value for name, value in kwargs.items() if name == "slug"}
        address = reverse(page, kwargs=slug)
        try:
            response = view(asking(request, address), **kwargs)
        except Http404 as error:
            return problem(404, str(error))
        if "Location" in response:
            response["Location"] = _file_of(response["Location"], page, ending)
            return response
        if response.status_code == 410:
            return asked_again(problem(410, gettext("This entry was withdrawn.")))
        return _answer(response.citation, ending, f"{slug.get('slug', page)}.{ending}")

    return file


def _file_of(address, page, ending):
    """The address of the file from that of a page with another slug."""
    path, _, query = address.partition("?")
    moved = reverse(citation_of(page, ending), args=[resolve(inside(path)).kwargs["slug"]])
    return f"{moved}?{query}" if query else moved


def _answer(cited, ending, name):
    chosen = citation.FORMATS[ending]
    response = HttpResponse(chosen.written(cited), content_type=chosen.type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Link"] = f'<{cited.address}>; rel="alternate"; type="text/html"'
    response["X-Robots-Tag"] = "noindex"
    return response
