"""Who the user of a request is: nobody, as long as the second factor has not been shown in this session."""

import time
from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user, user_logged_in
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY

from talks.admin.factor.asked import is_asked_for_one
from talks.editing.devices import with_devices

PASSWORD_GIVEN = "password_given"  # noqa: S105 -- the name of what a session keeps: the second of the password
MINUTES = 10  # from the password to the second factor


class DeviceBackend(ModelBackend):
    """Django's, whose users know without a further query whether they have set up a second factor."""

    def get_user(self, user_id: int) -> User | None:
        user = with_devices(User._default_manager).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class SecondFactorMiddleware:
    """After django-otp's: makes the user of the request one who has shown the second factor, if there is one.

    So nothing else has to ask: pages, previews, forms that are sent again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(known_user, request, request.user))
        return self.get_response(request)


def known_user(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    """The user of the session, or nobody. A session ends with the device that it was opened with."""
    shown = DEVICE_ID_SESSION_KEY in request.session  # asked first: django-otp forgets a device that is gone
    if not user.is_authenticated or user.is_verified():
        return user
    if shown:
        request.session.flush()
        return AnonymousUser()
    return AnonymousUser() if is_asked_for_one(user) else user


@receiver(user_logged_in)
def note_password(sender: type[User], request: HttpRequest, user: User, **kwargs: object) -> None:
    request.session[PASSWORD_GIVEN] = int(time.time())


def waiting_user(request: HttpRequest) -> User | None:
    """Who gave the password of this session a few minutes ago, and still has to show the second factor."""
    given = request.session.get(PASSWORD_GIVEN)
    if request.user.is_authenticated or not given or time.time() - given > MINUTES * 60:
        return None
    user = get_user(request)
    return user if user.is_authenticated and is_asked_for_one(user) else None
