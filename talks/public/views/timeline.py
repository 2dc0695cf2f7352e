"""The timeline."""

from django.conf import settings
from django.utils.translation import gettext

from talks import queries, words
from talks.data.formats import linked
from talks.drawings.overview import draw
from talks.models import Entry, Issue, Kind, Party, Person, Process
from talks.models.standing import BORNE_OUT
from talks.models.translated import alphabetically
from talks.public.forms.pages import TimelineForm
from talks.public.pages import push_address, reads, render_page
from talks.queries.days import days_asked
from talks.words import site

TOLD = "told-all"  # the element that asks for what the panel of the overview tells
PEOPLE = 40  # to choose from, and those who have as many entries as the last of them


@reads(TimelineForm)
def timeline(request, form):
    """All entries by date: the overview, the filters with their counts, and a page of what they choose.

    The overview asks for what its panel tells of the marks that it draws, once a reader turns to it.
    """
    revision = form.revision
    drawn = queries.kept(revision, queries.overview, seen=form.seen, **form.period)
    if request.htmx.target == TOLD:
        marked = Entry.objects.visible(form.seen).filter(pk__in=drawn.pks).in_order()
        context = {"cards": form.cards(form.seen, marked)}
    else:
        context = listed(form, revision) | {"band": band(form, drawn, revision)}
        context |= {"state": revision, "cited_as": f"{gettext('Timeline')}: {context['in_words']}"}
        if not form.address():
            context["linked"] = the_record(request, form, revision)
    parts = {"results": "timeline/timeline.html#results", "told": "timeline/_told.html"}
    response = render_page(request, "timeline/timeline.html", form, context, parts=parts)
    if request.htmx and request.htmx.target != TOLD:
        push_address(request, response, form)
    return response


def the_record(request, form, revision):
    """What the record is, in the terms of schema.org."""
    extent = queries.kept(revision, queries.extent, seen=form.seen)
    return linked.dataset(
        name=site.name(),
        told=site.description(),
        address=request.build_absolute_uri(request.path),
        maker=settings.SITE_MAKER,
        languages=[settings.LANGUAGE_CODE],
        period="/".join(day.isoformat() for day in extent or ()),
        version=revision,
    )


def listed(form, revision):
    """The filters, and a page of what they choose."""
    entries = queries.timeline(form.seen, **form.filters)
    total = queries.kept(revision, queries.total, seen=form.seen, **form.filters)
    return {
        "page": queries.page_of(form.seen, entries, **form.paging, cards=form.cards),
        "total": total,
        "in_words": form.in_words(total),
        "days": days_asked(form.seen, form.filters["words"].text),
        "choices": choices(form, queries.kept(revision, queries.facets, seen=form.seen, **form.filters)),
    }


def band(form, drawn, revision):
    """The overview of the chosen period, and what of it passes the other filters."""
    extent = queries.kept(revision, queries.extent, seen=form.seen)
    matching = form.filtered and queries.kept(
        revision, queries.matching_of, seen=form.seen, marked=drawn.pks, **form.filters
    )
    return draw(drawn, extent, **form.period, matching=matching or None, names=words.mark_names)


def choices(form, counts):
    """{filter: [(row or kind, number of entries, chosen)]}, without rows that lead to nothing.

    Of people, those with the most entries, and who is chosen: all others have a link to their entries where they stand.
    """
    rows = {
        "kind": list(Kind),
        "party": alphabetically(Party.objects.all()),
        "process": Process.objects.all(),
        "issue": alphabetically(Issue.objects.all()),
        "person": alphabetically(Person.objects.only("slug", "name", "translations")),
        "sources": list(BORNE_OUT),
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
