"""Who asks, as far as that is counted: by their network address."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings

Environ = Mapping[str, Any]


def address_of(environ: Environ) -> str | None:
    """The address that a visitor is counted under, or None: of IPv6, where one has many, its network."""
    given = environ.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # the last is the proxy's word, the others a visitor may have written
        given = environ.get("HTTP_X_FORWARDED_FOR", given).rpartition(",")[2].strip()
    try:
        address = ip_address(given)
    except ValueError:
        return None
    return str(ip_network((address, 64), strict=False).network_address if address.version == 6 else address)
