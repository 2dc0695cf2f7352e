"""What this site is, how the record is made, and how to tell its editors of a mistake."""

import datetime

from django.views.decorators.http import require_safe

from talks import queries
from talks.models import Kind
from talks.public.forms.base import PublicForm
from talks.public.pages import render_page


@require_safe
def about(request):
    form = PublicForm(request.GET)
    newest = queries.last_published(form.seen)
    context = {
        "kinds": list(Kind),
        "newest": newest,
        "eve": newest and newest - datetime.timedelta(days=1),  # the example of a page as known on an earlier day
        "today": datetime.datetime.now(datetime.UTC).date(),
    }
    return render_page(request, "about/about.html", form, context)
