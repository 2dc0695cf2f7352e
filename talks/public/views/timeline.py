"""The timeline."""

from talks import queries, words
from talks.drawings.overview import draw
from talks.models import Issue, Kind, Party, Person, Process, Revision
from talks.public.forms.pages import TimelineForm
from talks.public.pages import push_address, reads, render_page
from talks.queries.days import days_asked

PEOPLE = 40  # to choose from, and those who have as many entries as the last of them


@reads(TimelineForm)
def timeline(request, form):
    """All entries by date: the overview, the filters with their counts, and a page of what they choose."""
    entries = queries.timeline(form.seen, **form.filters)
    revision = Revision.current()
    total = queries.kept(revision, queries.total, seen=form.seen, **form.filters)
    context = {
        "page": queries.page_of(form.seen, entries, **form.paging),
        "total": total,
        "in_words": form.in_words(total),
        "days": days_asked(form.seen, form.filters["words"].text),
        "band": overview(form, revision),
        "choices": choices(form, queries.kept(revision, queries.facets, seen=form.seen, **form.filters)),
    }
    response = render_page(
        request, "timeline/timeline.html", form, context, parts={"results": "timeline/timeline.html#results"}
    )
    if request.htmx:
        push_address(request, response, form)
    return response


def overview(form, revision):
    """The band: all entries with the chosen period marked, or just that period, drawn larger."""
    period = form.period
    whole = queries.kept(revision, queries.overview, seen=form.seen)
    zoomed = queries.kept(revision, queries.overview, seen=form.seen, **period) if form.zoomed else None
    return draw(whole, **period, zoomed=zoomed, name=words.mark_name)


def choices(form, counts):
    """{filter: [(row or kind, number of entries, chosen)]}, without rows that lead to nothing.

    Of people, those with the most entries, and who is chosen: all others have a link to their entries where they stand.
    """
    rows = {
        "kind": list(Kind),
        "party": Party.objects.all(),
        "process": Process.objects.all(),
        "issue": Issue.objects.all(),
        "person": Person.objects.only("slug", "name"),
    }
    chosen, listed = form.chosen, {}
    for name, choosable in rows.items():
        counted = [(one, getattr(one, "slug", one)) for one in choosable]
        counted = [(one, counts[name].get(slug, 0), slug in chosen[name]) for one, slug in counted]
        listed[name] = [choice for choice in counted if choice[1] or choice[2] or name == "kind"]
    most = sorted((number for _, number, _ in listed["person"]), reverse=True)
    least = most[PEOPLE - 1] if len(most) > PEOPLE else 0
    listed["person"] = [choice for choice in listed["person"] if choice[1] >= least or choice[2]]
    return listed
