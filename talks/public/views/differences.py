"""Where sources differ: every discrepancy of the record, its versions side by side."""

from django.utils.translation import get_language, gettext

from talks import queries
from talks.models import Kind
from talks.models.translated import alphabetically
from talks.public.forms.pages import DifferencesForm
from talks.public.pages import numbered_page, reads, render_page

ROWS = 25
CHOICES = 100_000  # bytes that these take, roughly


@reads(DifferencesForm)
def differences(request, form):
    """The entries on which articles differ, newest first, each with what is told in which ways."""
    asked = form.filters
    page = numbered_page(
        queries.disputed_by(form.seen, **asked),
        form.cleaned_data.get("page") or 1,
        ROWS,
        gettext("This list has no such page."),
    )
    told = form.parts.of_each(queries.differences_of_each, lambda one: one.size, get_language())
    parties, publishers = form.parts.once(("in dispute", get_language()), lambda: _in_dispute(form.seen), CHOICES)
    context = {
        "page": page,
        "disputed": [one for one in told(form.seen, page) if one.differences],
        "kinds": list(Kind),
        "parties": parties,
        "publishers": publishers,
        "party": asked["party"],
        "publisher": asked["publisher"],
    }
    return render_page(request, "differences/list.html", form, context)


def _in_dispute(seen):
    """(the parties, the publishers) to choose from."""
    disputed = queries.disputed(seen)
    found = queries.parties_of(seen, disputed), queries.publishers_of(seen, disputed)
    return tuple(list(alphabetically(rows)) for rows in found)
