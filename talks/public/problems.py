"""What is wrong with a request for data, as a machine reads it and as people do (RFC 9457, problem+json)."""

from http import HTTPStatus

from django.http import HttpResponse

from talks.data.formats.as_json import dumped

TYPE = "application/problem+json"


def problem(status, detail, **more):
    """An answer that says what is wrong: the same sentence as on a page."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return HttpResponse(dumped(told) + "\n", content_type=TYPE, status=status)


def wrong(form):
    """400 for parameters that make no sense, with a sentence for each."""
    errors = [{"parameter": name, "detail": told} for name, every in form.errors.items() for told in every]
    return problem(400, " ".join(form.complaints), errors=errors)
