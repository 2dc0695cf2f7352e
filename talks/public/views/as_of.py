"""The choice of a day: what was known on the eve of each round, and on any other day."""

import datetime
from itertools import groupby

from django.urls import resolve

from talks import queries
from talks.models import KINDS, Entry
from talks.models.rules import today
from talks.public.forms.base import AsOfForm
from talks.public.pages import reads, render_page


@reads(AsOfForm)
def as_of(request, form):
    """The days to see a page as of, `?page=` being its address: the eve of each round, newest first, and any day.

    Of the page of an entry, those from the day of its first report.
    """
    first = _first_report(form.path)
    context = {
        "path": form.path,
        "kept": form.kept,
        "first": first,
        "years": [(year, list(found)) for year, found in groupby(eves(form, first), key=lambda eve: eve[0].year)],
    }
    response = render_page(request, "as_of/choices.html", form, context)
    response["X-Robots-Tag"] = "noindex"
    return response


def eves_asked(form):
    """[(day, round)] of the eves on which the page that the form asks for can be seen, newest first."""
    return eves(form, _first_report(form.path))


def eves(form, first):
    """The same, from the day `first` on, if there is one."""
    rounds = [one for one in queries.all_rounds(form.seen) if one.precision == Entry.Precision.DAY]
    days = [(one.start - datetime.timedelta(days=1), one) for one in rounds]
    return [(day, one) for day, one in days if (first or day) <= day < today()]


def _first_report(path):
    """The day of the first report of the entry whose page this is; None of any other page."""
    match = resolve(path)
    return queries.first_report_of(match.kwargs["slug"]) if match.url_name in KINDS else None
