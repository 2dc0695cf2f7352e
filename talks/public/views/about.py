"""What this site is, how the record is made, and how to tell its editors of a mistake."""

import datetime

from django.urls import reverse

from talks import queries
from talks.public.forms.base import PublicForm
from talks.public.pages import reads, render_page


@reads(PublicForm)
def about(request, form):
    newest = queries.last_published(form.seen)
    eve = newest and newest - datetime.timedelta(days=1)
    context = {
        "newest": newest,
        "example": eve and request.build_absolute_uri(f"{reverse('timeline')}?as_of={eve}"),
        "address": request.build_absolute_uri(request.path),
        "today": datetime.datetime.now(datetime.UTC).date(),
    }
    return render_page(request, "about/about.html", form, context)
