"""Where users set up their second factor, and where an administrator takes a lost device from somebody else.

What an administrator takes is in the history of the user, and what users do with their own in the log, as they have no
page of their own to find it on.
"""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as show_device
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from talks.admin.factor import keys
from talks.admin.factor.asked import is_lacking_one, must_have_one
from talks.admin.factor.forms import KEY_NOT_IT, NOT_IT, AppForm, KeyForm, NameForm
from talks.editing import devices

log = logging.getLogger(__name__)


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """The pages of the user's own second factor, open to those who must set one up first."""

    def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        return path(f"second-factor/{route}", site.admin_view(_unless_off(view)), name=name)

    return [
        page("", overview, "second-factor"),
        page("app/", add_app, "second-factor-app"),
        page("key/", add_key, "second-factor-key"),
        page("codes/", new_codes, "second-factor-codes"),
        page("<slug:sort>/<int:pk>/", edit, "second-factor-edit"),
    ]


def _unless_off(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @sensitive_post_parameters()
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.SECOND_FACTOR == "off":
            raise Http404(gettext("No second factor is used on this site."))
        return view(request, *args, **kwargs)

    answer.needs_no_factor = True
    return answer


def overview(request: HttpRequest) -> HttpResponse:
    """What is set up, and what can be."""
    left = devices.recovery_codes_left(request.user)
    context = {
        "devices": devices.devices_of(request.user),
        "left": left,
        "few": left <= devices.FEW,
        "can_have_keys": keys.can_have_keys(request),
        "lacking": is_lacking_one(request.user),
    }
    return _page(request, "overview", gettext("Second factor"), context)


def add_app(request: HttpRequest) -> HttpResponse:
    """Shows the secret of a new app, until a code proves that an app has it."""
    waiting = TOTPDevice.objects.filter(user=request.user, confirmed=False)
    device = waiting.first() or TOTPDevice.objects.create(user=request.user, confirmed=False)
    form = AppForm(request.POST or None, initial={"name": gettext("Authenticator app")})
    if form.is_valid():
        if device.verify_token("".join(form.cleaned_data["code"].split())):
            device.name, device.confirmed = form.cleaned_data["name"], True
            device.save()
            return _added(request, device)
        form.add_error("code", NOT_IT)
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"form": form, "secret": spaced, "drawing": _drawing(device.config_url), "address": device.config_url}
    return _page(request, "app", gettext("Add an authenticator app"), context)


def add_key(request: HttpRequest) -> HttpResponse:
    """Asks the browser for a new key; its script sends what it answers."""
    if not keys.can_have_keys(request):
        raise Http404(gettext("Security keys need an address by name, with TLS."))
    form = KeyForm(request.POST or None, initial={"name": gettext("Security key")})
    if form.is_valid():
        key = keys.new_key(request, form.cleaned_data["answer"], form.cleaned_data["name"])
        if key:
            return _added(request, key)
        form.add_error(None, KEY_NOT_IT)
    context = {"form": form, "asked": keys.ask_for_new_key(request)}
    return _page(request, "key", gettext("Add a security key"), context)


def _added(request: HttpRequest, device: Device) -> HttpResponse:
    """After a device was added: to the overview; after the first one to recovery codes, which are shown this once."""
    log.warning("second factor added: user %a, %a", request.user.get_username(), device.name)
    if request.user.is_verified():
        messages.success(request, gettext("“%(name)s” was added.") % {"name": device.name})
        return redirect("admin:second-factor")
    request.session.cycle_key()
    show_device(request, device)
    request.user.has_device = True
    return _show_codes(request, device)


def new_codes(request: HttpRequest) -> HttpResponse:
    """Makes recovery codes in place of those that are left."""
    if not devices.has_device(request.user):
        return redirect("admin:second-factor")
    if request.method == "POST":
        return _show_codes(request)
    context = {"left": devices.recovery_codes_left(request.user)}
    return _page(request, "new_codes", gettext("New recovery codes"), context)


def _show_codes(request: HttpRequest, added: Device | None = None) -> HttpResponse:
    context = {"codes": devices.new_recovery_codes(request.user), "added": added}
    return _page(request, "codes", gettext("Recovery codes"), context)


def edit(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """Another name for a device, or away with it."""
    if sort not in devices.SORTS:
        raise Http404
    device = get_object_or_404(devices.SORTS[sort], pk=pk, user=request.user, confirmed=True)
    is_needed = must_have_one(request.user) and len(devices.devices_of(request.user)) == 1
    if "remove" in request.POST:
        if is_needed:
            raise PermissionDenied
        return _removed(request, device)
    form = NameForm(request.POST or None, initial={"name": device.name})
    if form.is_valid():
        device.name = form.cleaned_data["name"]
        device.save(update_fields=["name"])
        return redirect("admin:second-factor")
    return _page(request, "edit", device.name, {"form": form, "is_needed": is_needed})


def _removed(request: HttpRequest, device: Device) -> HttpResponse:
    """After a user's own device is gone, the session goes on with another one, if there is one."""
    log.warning("second factor removed: user %a, %a", request.user.get_username(), device.name)
    devices.remove(device)
    left = devices.devices_of(request.user)
    if left:
        show_device(request, left[0][1])
    else:
        request.session.cycle_key()
        request.session.pop(DEVICE_ID_SESSION_KEY, None)
    messages.success(request, gettext("“%(name)s” was removed.") % {"name": device.name})
    return redirect("admin:second-factor")


def of_user(request: HttpRequest, user: User) -> HttpResponse:
    """For an administrator: the devices of a user who lost one. Sessions that were opened with it end."""
    rows = devices.devices_of(user)
    for sort, device in rows:
        if request.POST.get("remove") == f"{sort}-{device.pk}":
            message = [{"deleted": {"name": gettext_noop("second factor"), "object": device.name}}]
            admin.site.get_model_admin(User).log_change(request, user, message)
            devices.remove(device)
            messages.success(request, gettext("“%(name)s” was removed.") % {"name": device.name})
            return redirect("admin:auth_user_second_factor", user.pk)
    context = {"devices": rows, "original": user, "opts": User._meta, "left": devices.recovery_codes_left(user)}
    return _page(request, "of_user", gettext("Second factor"), context)


def _drawing(address: str) -> SafeString:
    """The address as a QR code, dark on light on every screen, without style."""
    import segno  # noqa: PLC0415 – most processes never draw one

    return mark_safe(segno.make(address, error="m").svg_inline(omitsize=True, border=4, light="#fff"))  # noqa: S308


def _page(request: HttpRequest, name: str, title: str, context: dict[str, object]) -> HttpResponse:
    lacking = is_lacking_one(request.user)  # other pages are shut, so none is offered
    shared = admin.site.each_context(request) | ({"is_nav_sidebar_enabled": False} if lacking else {})
    return TemplateResponse(request, f"admin/factor/{name}.html", shared | {"title": title} | context)
