"""Whom the login asks for a second factor, and who must have one, by the settings."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from talks.admin.roles import may_publish
from talks.editing.devices import has_device


def is_asked_for_one(user: AbstractBaseUser) -> bool:
    """Whether the login has a second step for this user."""
    return settings.SECOND_FACTOR != "off" and has_device(user)


def must_have_one(user: AbstractBaseUser) -> bool:
    """True for those who may publish, where the settings ask for a second factor."""
    return settings.SECOND_FACTOR == "required" and may_publish(user)


def is_lacking_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    """True if a second factor must be set up before this user may do anything else."""
    return must_have_one(user) and not has_device(user)
