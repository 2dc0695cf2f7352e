"""What changed on the record: corrections are public."""

from itertools import groupby

from django.utils.translation import gettext

from talks import queries
from talks.models import Kind
from talks.public.forms.pages import ChangesForm
from talks.public.pages import numbered_page, reads, render_page
from talks.public.views.asked import findings_asked

ROWS = 50


@reads(ChangesForm)
def changes(request, form):
    """Changes newest first, by day; many entries that were added at one moment are one line.

    Without a filter what changed in findings of the editors stands among them.
    """
    rows, folded, findings = chosen(form)
    number = form.cleaned_data.get("page") or 1
    page = numbered_page(rows, number, ROWS, gettext("This list has no such page."))
    shown = queries.shown_changes(form.seen, page, folded, findings)
    context = {
        "page": page,
        "days": [(day, list(group)) for day, group in groupby(shown, key=lambda one: one.change.made.date())],
        "kinds": list(Kind),
        "entry": queries.know(form.seen, [form.of_entry])[0] if form.of_entry else None,
        "about": [form.of_entry.pk] if form.of_entry else None,
    }
    return render_page(request, "changes/list.html", form, context)


def chosen(form):
    """(the changes that the form asks for, the moments of which one stands for all, the findings that are told)."""
    asked, folded = form.filters, {}
    if form.folds:
        folded = queries.kept(form.revision, queries.moments, seen=form.seen, kind=asked["kind"])
    findings = findings_asked(form)
    return queries.changes(form.seen, **asked, folded=folded, findings=findings), folded, findings
