"""The site of the admin. It stands outside `talks.admin`, whose pages register themselves here as they are imported."""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite, site
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage import default_storage
from django.db import DatabaseError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure

from talks.models.history import one_edit
from talks.models.writing import has_clashed, writing
from talks.outage import Outage, outage_of

BUSY = (
    _("Not saved yet: somebody else is writing just now"),
    _(
        "A load of many files, or another editor, holds the record. What you sent is kept on this page; send it "
        "again in a moment."
    ),
)
LOGGED_OUT = (
    _("Not saved yet: you are no longer logged in"),
    _("What you sent is kept on this page. Log in, come back to this page, and send it again."),
)
STALE = (
    _("Not saved yet: please send it once more"),
    _("You have logged in since this form was opened. What you sent is kept on this page."),
)
TRIES = 3  # at what clashed with another; who waited for a turn has waited long enough


class DeskSite(AdminSite):
    """Django's admin, with what waits for an editor on its first page."""

    def admin_view(self, view, cacheable=False):
        """Whatever one request writes is one edit in the history, made while nobody else writes.

        What somebody sends whose session ran out is kept, too.
        """
        guarded = super().admin_view(self.in_turn(view), cacheable)

        @wraps(guarded)
        def answer(request, *args, **kwargs):
            request.needs_no_factor = getattr(view, "needs_no_factor", False)
            if request.method == "POST" and (request.user.is_anonymous or self.is_shut(request)):
                return self.send_again(request, LOGGED_OUT, 403, login=reverse("admin:login"))
            return guarded(request, *args, **kwargs)

        return answer

    def each_context(self, request):
        return super().each_context(request) | {"second_factor": settings.SECOND_FACTOR != "off"}

    def has_permission(self, request):
        """Nor may those do anything but set up a second factor who must have one and have none."""
        return super().has_permission(request) and not self.is_shut(request)

    def is_shut(self, request):
        from talks.admin.factor.asked import is_lacking_one  # noqa: PLC0415 -- as below

        return not getattr(request, "needs_no_factor", False) and is_lacking_one(request.user)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """In two steps for those who have set up a second factor, each on this page."""
        from talks.admin.factor.asked import is_asked_for_one  # noqa: PLC0415 -- as below
        from talks.admin.factor.known import waiting_user  # noqa: PLC0415
        from talks.admin.factor.step import SecondStep  # noqa: PLC0415

        if "password" not in request.POST and (user := waiting_user(request)):
            return SecondStep.as_view(user=user)(request)
        if request.method == "GET" and request.user.is_staff and self.is_shut(request):
            return redirect("admin:second-factor")
        answer = super().login(request, extra_context)
        if request.method == "POST" and answer.status_code == 302 and is_asked_for_one(request.user):
            answer["Location"] = f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: answer.url})}"
        return answer

    def logout(self, request, extra_context=None):
        """Django's, open to all who have logged in."""
        return super().logout(request, extra_context)

    logout.needs_no_factor = True

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
                except DatabaseError as error:
                    if outage_of(error) is not Outage.BUSY:
                        raise
                    as_it_came(request, sent)
                    if not has_clashed(error):
                        break
            answer = self.send_again(request, BUSY, 503)
            answer.headers["Retry-After"] = "10"
            return answer

        return answer

    def send_again(self, request, why, status, **context):
        """A page that holds what was sent, to be sent again; `why`: its title and words."""
        title, words = why
        context |= {"title": title, "words": words, "files": bool(request.FILES)}
        context["is_nav_sidebar_enabled"] = False
        return TemplateResponse(
            request, "admin/send_again.html", {**self.each_context(request), **context}, status=status
        )

    def get_urls(self):
        from talks.admin.factor import pages  # noqa: PLC0415 -- as below

        first_day = path("first-day/", self.admin_view(self.first_day), name="first-day")
        return [first_day, *pages.urls(self), *super().get_urls()]

    def first_day(self, request):
        """What a new editor needs to know before the first article."""
        from talks.admin.users import ROLES_IN_WORDS  # noqa: PLC0415 -- as below

        context = {"title": gettext("Your first day"), "roles": ROLES_IN_WORDS.values()}
        return TemplateResponse(request, "admin/first_day.html", self.each_context(request) | context)

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


def refused(request, reason=""):
    """What was sent with a form from before the login is kept; what comes from another site is refused."""
    from talks.admin.factor.known import waiting_user  # noqa: PLC0415 -- as above

    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if own and request.path.startswith(reverse("admin:index")):
        if request.user.is_staff:
            return site.send_again(request, STALE, 403).render()
        if waiting_user(request):
            return site.send_again(request, LOGGED_OUT, 403, login=reverse("admin:login")).render()
    return csrf_failure(request, reason)
