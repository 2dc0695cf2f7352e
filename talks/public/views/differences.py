"""Where sources differ: every discrepancy of the record, its versions side by side."""

from django.utils.translation import gettext

from talks import queries
from talks.models import Kind
from talks.models.translated import alphabetically
from talks.public.forms.pages import DifferencesForm
from talks.public.pages import numbered_page, reads, render_page

ROWS = 25


@reads(DifferencesForm)
def differences(request, form):
    """The entries on which articles differ, newest first, each with what is told in which ways."""
    asked = form.filters
    disputed = queries.disputed(form.seen)
    page = numbered_page(
        queries.disputed_by(form.seen, **asked),
        form.cleaned_data.get("page") or 1,
        ROWS,
        gettext("This list has no such page."),
    )
    context = {
        "page": page,
        "disputed": queries.differences(form.seen, page),
        "kinds": list(Kind),
        "parties": alphabetically(queries.parties_of(form.seen, disputed)),
        "publishers": alphabetically(queries.publishers_of(form.seen, disputed)),
        "party": asked["party"],
        "publisher": asked["publisher"],
    }
    return render_page(request, "differences/list.html", form, context)
