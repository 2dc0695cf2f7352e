"""What is left out of the log."""

from django.core.exceptions import DisallowedHost

from talks.outage import Outage, outage_of


class WithoutTracebacks:
    """A filter for what is no fault of the code: a line that says why is enough, however often it happens.

    A table or column that is missing may be a fault of the code, so its traceback stays.
    """

    def filter(self, record):
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, DisallowedHost):
            record.exc_info = None  # the line is the error's own
        elif outage_of(error) not in (None, Outage.OUTDATED):
            record.msg, record.args = "%s (%s)", (record.getMessage(), " ".join(str(error).split()))
            record.exc_info = None
        return True
