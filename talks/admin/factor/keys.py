"""Security keys and passkeys: what the browser is asked, and whether its answer is right (WebAuthn, by fido2).

What is asked is kept in the session, and each answer counts once. fido2 is imported where it is used: it brings all of
cryptography, which most processes never need.
"""

import json
import struct
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils import timezone

from talks.models import SecurityKey

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData, UserVerificationRequirement

ASKED = "security_key_asked"  # in the session
# What fido2 raises for an answer that is wrong, or no answer at all.
WRONG = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, struct.error)


def can_have_keys(request: HttpRequest) -> bool:
    """Whether browsers know keys at this address: by TLS or on this machine, and under a name."""
    host = _host(request)
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def ask_for_new_key(request: HttpRequest) -> str:
    """What the browser is asked, to make a key of the user: options as JSON."""
    from fido2.webauthn import PublicKeyCredentialUserEntity  # noqa: PLC0415

    user = request.user
    entity = PublicKeyCredentialUserEntity(
        id=str(user.pk).encode(), name=user.get_username(), display_name=user.get_full_name() or user.get_username()
    )
    options, asked = _server(request).register_begin(entity, _credentials(user), user_verification=_touch())
    request.session[ASKED] = asked
    return _json(options)


def new_key(request: HttpRequest, answer: str, name: str) -> SecurityKey | None:
    """The user's new key that this answer of the browser makes, saved; None if it is wrong."""
    from fido2.utils import websafe_encode  # noqa: PLC0415

    try:
        made = _server(request).register_complete(request.session[ASKED], json.loads(answer))
    except WRONG:
        return None
    del request.session[ASKED]
    credential = websafe_encode(made.credential_data)
    return SecurityKey.objects.create(user=request.user, name=name, credential=credential)


def ask_for_key(request: HttpRequest, user: AbstractBaseUser) -> str:
    """What the browser is asked, to sign with one of the user's keys: options as JSON; "" if there is none."""
    if not (credentials := _credentials(user)) or not can_have_keys(request):
        return ""
    options, asked = _server(request).authenticate_begin(credentials, user_verification=_touch())
    request.session[ASKED] = asked
    return _json(options)


def key_of_answer(request: HttpRequest, user: AbstractBaseUser, answer: str) -> SecurityKey | None:
    """The user's key that signed what was asked; None if none did."""
    from fido2.utils import websafe_encode  # noqa: PLC0415

    asked = request.session.pop(ASKED, None)
    keys = {key.credential: key for key in SecurityKey.objects.filter(user=user, confirmed=True)}
    try:
        used = _server(request).authenticate_complete(asked, _credentials(user), json.loads(answer))
    except WRONG:
        return None
    key = keys[websafe_encode(used)]
    key.last_used_at = timezone.now()
    key.save(update_fields=["last_used_at"])
    return key


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _touch() -> "UserVerificationRequirement":
    """The password came first, so a touch is enough, and no PIN is asked for."""
    from fido2.webauthn import UserVerificationRequirement  # noqa: PLC0415

    return UserVerificationRequirement.DISCOURAGED


def _server(request: HttpRequest) -> "Fido2Server":
    """Keys belong to the name by which the site is asked, which ALLOWED_HOSTS lets through."""
    from fido2.server import Fido2Server  # noqa: PLC0415
    from fido2.webauthn import PublicKeyCredentialRpEntity  # noqa: PLC0415

    return Fido2Server(PublicKeyCredentialRpEntity(id=_host(request), name=settings.OTP_TOTP_ISSUER))


def _credentials(user: AbstractBaseUser) -> "list[AttestedCredentialData]":
    from fido2.utils import websafe_decode  # noqa: PLC0415
    from fido2.webauthn import AttestedCredentialData  # noqa: PLC0415

    keys = SecurityKey.objects.filter(user=user, confirmed=True).order_by("pk")
    return [AttestedCredentialData(websafe_decode(key.credential)) for key in keys]


def _json(options: Any) -> str:
    return json.dumps(dict(options)["publicKey"])
