"""Keys by which users show at the login that it is they, besides the apps and recovery codes that django-otp keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, TimestampMixin


class SecurityKey(TimestampMixin, Device):
    """A security key or passkey of a user.

    `credential` is what its signatures are checked with: its number and its public key, as `fido2` writes them, in
    base64. The secret half never leaves the key.
    """

    credential = models.TextField()

    class Meta(Device.Meta):
        verbose_name = _("security key")
        verbose_name_plural = _("security keys")
