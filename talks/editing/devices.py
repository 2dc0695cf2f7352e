"""What users show at the second step of the login: apps and recovery codes of django-otp, and our keys."""

import hashlib
import secrets
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from talks.models import SecurityKey

SORTS: dict[str, type[Device]] = {"app": TOTPDevice, "key": SecurityKey}  # as addresses name them
CODES = 10  # recovery codes that are made at once
FEW = 3  # left, so that new ones should be made


def with_devices(users: QuerySet[User]) -> QuerySet[User]:
    """The users, each with `has_device`: True if a second factor is set up."""
    own = [Exists(model.objects.filter(user=OuterRef("pk"), confirmed=True)) for model in SORTS.values()]
    return users.annotate(has_device=own[0] | own[1])


def has_device(user: AbstractBaseUser) -> bool:
    """Whether a second factor is set up; asked of the database, unless the user was loaded with it."""
    if not hasattr(user, "has_device"):
        return any(model.objects.filter(user=user, confirmed=True).exists() for model in SORTS.values())
    return user.has_device


def devices_of(user: AbstractBaseUser) -> list[tuple[str, Device]]:
    """(sort, device) of all that are set up, in the order in which they were."""
    rows = [
        (sort, device)
        for sort, model in SORTS.items()
        for device in model.objects.filter(user=user, confirmed=True).order_by("pk")
    ]
    return sorted(rows, key=lambda row: row[1].created_at)


def remove(device: Device) -> None:
    """Take a device away; the recovery codes go with the last one."""
    user = device.user
    device.delete()
    if not devices_of(user):
        StaticDevice.objects.filter(user=user).delete()
        TOTPDevice.objects.filter(user=user).delete()  # one that was shown and never used


# Codes


def device_of_code(user: AbstractBaseUser, code: str) -> Device | None:
    """The user's device that gave this code, which is of no use after that; None if it is of none.

    Each device is held while it is asked, so that of two who send one code at once, one is let in.
    """
    typed = "".join(code.split()).replace("-", "").lower()
    with transaction.atomic():
        for device in _confirmed(user):
            if device.verify_token(fingerprint(typed) if isinstance(device, StaticDevice) else typed):
                return device
    return None


def _confirmed(user: AbstractBaseUser) -> Iterator[Device]:
    for model in (TOTPDevice, StaticDevice):
        yield from model.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk")


def fingerprint(code: str) -> str:
    """What is kept of a recovery code: 96 bits of its hash. It has 80 random bits, so that no slow hash is needed."""
    return urlsafe_b64encode(hashlib.sha256(code.encode()).digest()[:12]).decode()


def new_recovery_codes(user: AbstractBaseUser) -> list[str]:
    """Codes to be shown this once, in place of all that the user had."""
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _code in range(CODES)]
    with transaction.atomic():
        device, _made = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(StaticToken(device=device, token=fingerprint(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def recovery_codes_left(user: AbstractBaseUser) -> int:
    """How many recovery codes the user can still use."""
    return StaticToken.objects.filter(device__user=user).count()
