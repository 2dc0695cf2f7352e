"""What is wrong with a request for data, as a machine reads it and as people do (RFC 9457, problem+json)."""

from http import HTTPStatus

from django.http import HttpResponse

from talks.data.formats.as_json import dumped
from talks.public.forms.fields import ABSENT, TOO_MUCH

TYPE = "application/problem+json"
STATUSES = {TOO_MUCH: 403, ABSENT: 404}  # {code of a complaint about what is well written: status}


def problem(status, detail, **more):
    """An answer that says what is wrong: the same sentence as on a page."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return HttpResponse(dumped(told) + "\n", content_type=TYPE, status=status)


def wrong(form):
    """400 for parameters that make no sense, with a sentence for each."""
    return _refused(400, form)


def wrong_or_absent(form):
    """The same; but 404 if all are well written, and only name what is not here, and 403 if one of them is too much."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return _refused(min(STATUSES.get(code, 400) for code in codes), form)


def _refused(status, form):
    errors = [{"parameter": name, "detail": told} for name, every in form.errors.items() for told in every]
    return problem(status, " ".join(form.complaints), errors=errors)
