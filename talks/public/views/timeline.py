"""The timeline."""

from django.conf import settings
from django.utils.translation import get_language, gettext

from talks import queries, words
from talks.data.formats import linked
from talks.drawings.overview import draw
from talks.models import Entry, Issue, Kind, Party, Person, Process
from talks.models.standing import BORNE_OUT
from talks.models.translated import alphabetically
from talks.public.forms.pages import TimelineForm
from talks.public.outputs import links
from talks.public.pages import push_address, reads, render_page
from talks.queries.days import days_asked
from talks.words import site

TOLD = "told-all"  # the element that asks for what the panel of the overview tells
BAND, CHOICES = 100_000, 300_000  # bytes that these take, roughly
PEOPLE = 40  # to choose from, and those who have as many entries as the last of them


@reads(TimelineForm)
def timeline(request, form):
    """All entries by date: the overview, the filters with their counts, and a page of what they choose.

    The overview asks for what its panel tells of the marks that it draws, once a reader turns to it.
    """
    if request.htmx.target == TOLD:
        marked = Entry.objects.visible(form.seen).filter(pk__in=overview(form).pks).in_order()
        context = {"cards": form.cards(form.seen, marked)}
    else:
        context = listed(form) | {"band": band(form)}
        context["cited_as"] = f"{gettext('Timeline')}: {context['in_words']}"
        if not form.address():
            context["linked"] = the_record(request, form)
    parts = {"results": "timeline/timeline.html#results", "told": "timeline/_told.html"}
    response = render_page(request, "timeline/timeline.html", form, context, parts=parts)
    if request.htmx and request.htmx.target != TOLD:
        push_address(request, response, form)
    return response


def the_record(request, form):
    """What the record is, in the terms of schema.org."""
    extent = queries.kept(form.revision, queries.extent, seen=form.seen)
    return linked.dataset(
        name=site.name(),
        told=site.description(),
        address=request.build_absolute_uri(request.path),
        maker=settings.SITE_MAKER,
        languages=[settings.LANGUAGE_CODE],
        period="/".join(day.isoformat() for day in extent or ()),
        version=form.revision,
        files=[(one.type, request.build_absolute_uri(one.address)) for one in links(request, form)],
    )


def listed(form):
    """The filters, and a page of what they choose."""
    entries = queries.timeline(form.seen, **form.filters)
    total = queries.kept(form.revision, queries.total, seen=form.seen, **form.filters)
    return {
        "page": queries.page_of(form.seen, entries, **form.paging, cards=form.cards),
        "total": total,
        "in_words": form.in_words(total),
        "days": days_asked(form.seen, form.filters["words"].text),
        "choices": choices(form),
    }


def overview(form):
    """The entries of the chosen period."""
    return queries.kept(form.revision, queries.overview, seen=form.seen, **form.period)


def band(form):
    """The overview of the chosen period, and what of it passes the other filters."""
    if form.filtered:
        drawn = overview(form)
        asked = {"seen": form.seen, "marked": drawn.pks, **form.filters}
        return _drawn(form, drawn, queries.kept(form.revision, queries.matching_of, **asked))
    return form.parts.once(("band", get_language(), form.unfiltered), lambda: _drawn(form, overview(form)), BAND)


def _drawn(form, drawn, matching=None):
    extent = queries.kept(form.revision, queries.extent, seen=form.seen)
    return draw(drawn, extent, **form.period, matching=matching, names=words.mark_names)


def choices(form):
    """{filter: [(row or kind, number of entries, chosen)]}, without rows that lead to nothing.

    Of people, those with the most entries, and who is chosen: all others have a link to their entries where they stand.
    """
    counts = queries.kept(form.revision, queries.facets, seen=form.seen, **form.filters)
    rows = form.parts.once(("choices", get_language()), _choosable, CHOICES)
    chosen, listed = form.chosen, {}
    for name, choosable in rows.items():
        counted = [(one, getattr(one, "slug", one)) for one in choosable]
        counted = [(one, counts[name].get(slug, 0), slug in chosen[name]) for one, slug in counted]
        listed[name] = [choice for choice in counted if choice[1] or choice[2] or name == "kind"]
    most = sorted((number for _, number, _ in listed["person"]), reverse=True)
    least = most[PEOPLE - 1] if len(most) > PEOPLE else 0
    listed["person"] = [choice for choice in listed["person"] if choice[1] >= least or choice[2]]
    return listed


def _choosable():
    """{filter: the rows or kinds that there are}."""
    return {
        "kind": list(Kind),
        "party": list(alphabetically(Party.objects.all())),
        "process": list(Process.objects.all()),
        "issue": list(alphabetically(Issue.objects.all())),
        "person": list(alphabetically(Person.objects.only("slug", "name", "translations"))),
        "sources": list(BORNE_OUT),
    }
