"""What pages of other sites may read: the API, without anything that tells who asks."""

from functools import wraps

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

ALLOWED = "GET, HEAD, OPTIONS"
TOLD = "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
LASTING = 24 * 3600  # seconds for which a browser need not ask again whether it may


def opened(view):
    """For a view that only reads: browsers give its answers to pages of any site, without cookies."""

    @csrf_exempt  # nothing is done here, so that what is not allowed is told as such
    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ALLOWED})
            response["Access-Control-Allow-Methods"] = ALLOWED
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = LASTING
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = TOLD
        return response

    return answer
