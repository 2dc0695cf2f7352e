"""The site of the admin. It stands outside `talks.admin`, whose pages register themselves here as they are imported."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.messages.storage import default_storage
from django.db import OperationalError
from django.template.response import TemplateResponse

from talks.models.history import one_edit
from talks.models.writing import has_clashed, is_busy, writing

TRIES = 3  # at what clashed with another; who waited for a turn has waited long enough


class DeskSite(AdminSite):
    """Django's admin, with what waits for an editor on its first page."""

    def admin_view(self, view, cacheable=False):
        """Whatever one request writes is one edit in the history, made while nobody else writes."""
        return super().admin_view(self.in_turn(view), cacheable)

    def in_turn(self, view):
        """`view`, which reads what it saves as the last editor left it; if the database is too busy, nothing is lost.

        One that `reads_first`, and for long, takes its turn itself when it writes.
        """
        turn = one_edit if getattr(view, "reads_first", False) else writing

        @wraps(view)
        def answer(request, *args, **kwargs):
            if request.method != "POST":
                return view(request, *args, **kwargs)
            sent = request.POST
            for _try in range(TRIES):
                try:
                    with turn():
                        return view(request, *args, **kwargs)
                except OperationalError as error:
                    if not is_busy(error):
                        raise
                    as_it_came(request, sent)
                    if not has_clashed(error):
                        break
            return self.busy(request)

        return answer

    def busy(self, request):
        """What was sent, to be sent again."""
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        kept = [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"]
        context = {**self.each_context(request), "kept": kept, "files": bool(request.FILES)}
        answer = TemplateResponse(request, "admin/busy.html", context, status=503)
        answer.headers["Retry-After"] = "10"
        return answer

    def index(self, request, extra_context=None):
        from talks.admin.dashboard import blocks  # noqa: PLC0415 -- only now: it registers itself

        return super().index(request, {"waiting": blocks(self, request)} | (extra_context or {}))


def as_it_came(request, sent):
    """Take back what a view that came to nothing left on its request."""
    request.POST = sent
    vars(request).pop("edited_page", None)
    request._messages = default_storage(request)
    for name in request.FILES:
        for file in request.FILES.getlist(name):
            file.seek(0)
