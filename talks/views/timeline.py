"""The timeline."""

from django.views.decorators.http import require_safe

from talks import queries
from talks.forms import TimelineForm
from talks.models import Issue, Kind, Party, Person, Process
from talks.pages import render_page


@require_safe
def timeline(request):
    """All entries by date, filtered and paged by what the query string says."""
    form = TimelineForm(request.GET)
    found = queries.timeline(**form.filters)
    context = {
        "page": queries.page_of(found, **form.paging),
        "total": found.count(),
        "kinds": Kind.choices,
        "parties": Party.objects.all(),
        "issues": Issue.objects.all(),
        "processes": Process.objects.all(),
        "people": Person.objects.only("slug", "name"),
    }
    return render_page(request, "timeline.html", form, context, part="results")
