"""What went wrong with a command, in a sentence, where it is no fault of the code."""

import errno

from django.core.exceptions import ImproperlyConfigured

from talks.outage import Outage, outage_of


def failure(error):
    """A sentence for who runs the command; None for an error whose traceback is needed to mend the code."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        reason = "The disk is full" if error.errno == errno.ENOSPC else error.strerror
        return f"{reason}: {error.filename}" if error.filename else reason
    if outage := outage_of(error):
        detail = " ".join(str(error).split())
        return f"{outage.value} ({detail})" if outage in (Outage.AWAY, Outage.OUTDATED) else f"{outage.value}; {detail}"
    return None
