"""The second step of the login. Its failures count with those of passwords, for the account and for the address."""

from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import admin, messages
from django.contrib.auth import user_login_failed
from django.contrib.auth.models import User
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from django_otp import login as show_device
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice

from talks.admin.factor.forms import KEY_NOT_IT, NOT_IT, CodeForm
from talks.admin.factor.keys import ask_for_key, key_of_answer
from talks.admin.factor.known import PASSWORD_GIVEN
from talks.editing.devices import FEW, device_of_code, recovery_codes_left


@method_decorator([sensitive_post_parameters(), csrf_protect, never_cache], name="dispatch")
class SecondStep(RedirectURLMixin, FormView):
    """Asks `user`, who has given the password, for a code or a key; then goes on to `next`."""

    template_name = "admin/second_step.html"
    form_class = CodeForm
    next_page = "admin:index"
    user: User = None

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "again" in request.POST:
            request.session.flush()
            return redirect(f"{reverse('admin:login')}?{urlencode({'next': self.get_success_url()})}")
        if not AxesProxyHandler.is_allowed(request, self.credentials()):
            request.axes_locked_out = True  # which its middleware answers
            self.tell_of_failure()
            return redirect("admin:login")
        if answer := request.POST.get("answer"):
            return self.answered(self.get_form(), key_of_answer(request, self.user, answer), KEY_NOT_IT)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        return self.answered(form, device_of_code(self.user, form.cleaned_data["code"]), NOT_IT)

    def answered(self, form: CodeForm, device: Device | None, wrong: str) -> HttpResponse:
        if device is None:
            self.tell_of_failure()
            form.errors.clear()
            form.add_error(None, wrong)
            return self.form_invalid(form)
        log_in(self.request, self.user, device)
        return redirect(self.get_success_url())

    def credentials(self) -> dict[str, object]:
        """Whom a failure is counted for."""
        return {"username": self.user.get_username(), "second": True}

    def tell_of_failure(self) -> None:
        user_login_failed.send(sender=__name__, credentials=self.credentials(), request=self.request)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs) | admin.site.each_context(self.request)
        return context | {
            "title": gettext("Second step of the login"),
            "asked": ask_for_key(self.request, self.user),
            "next": self.get_success_url(),
        }


def log_in(request: HttpRequest, user: User, device: Device) -> None:
    """From here on the session is the user's; it has another key, and forms have other tokens."""
    request.session.cycle_key()
    rotate_token(request)
    request.session.pop(PASSWORD_GIVEN, None)
    request.user = user
    show_device(request, device)
    if isinstance(device, StaticDevice):
        tell_of_codes_left(request, user)


def tell_of_codes_left(request: HttpRequest, user: User) -> None:
    """Who used a recovery code is told how many are left, and where to make new ones when they are few."""
    left = recovery_codes_left(user)
    words = ngettext("You have %(left)s recovery code left.", "You have %(left)s recovery codes left.", left) % {
        "left": left
    }
    if left > FEW:
        messages.info(request, words)
        return
    link = format_html('<a href="{}">{}</a>', reverse("admin:second-factor"), gettext("Make new ones"))
    messages.warning(request, format_html("{} {}", words, link))
