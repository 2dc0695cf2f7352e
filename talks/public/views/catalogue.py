"""What can be taken along, in words, each with an address to copy."""

from django.conf import settings
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from talks.data import found
from talks.data.formats import citation
from talks.public.forms.base import PublicForm
from talks.public.outputs import citation_of, examples
from talks.public.pages import reads, render_page
from talks.public.views import snapshots


@reads(PublicForm)
def catalogue(request, form):
    """The page about data."""
    build = request.build_absolute_uri
    frame = f"{reverse('embed-timeline')}?kind=round"
    oembed = f"{reverse('oembed')}?{urlencode({'url': build(frame)})}"
    cited = [f"{reverse(citation_of('timeline', ending))}?kind=round" for ending in citation.FORMATS]
    feeds = [reverse("timeline-feed"), reverse("swaps-feed"), f"{reverse('changes-feed')}?only=corrections"]
    context = {
        "formats": examples(request),
        "most": found.MOST,
        "example": _shown(request, [f"{reverse('api')}entries?kind=round&limit=5"])[0],
        "frames": _shown(request, [frame, oembed]),
        "followed": _shown(request, [*feeds, reverse("rounds-calendar")]),
        "cited": _shown(request, cited),
        "limit": settings.DATA_LIMIT,
        "snapshots": snapshots.newest(),
        "assistants": request.build_absolute_uri(reverse("mcp")),
    }
    response = render_page(request, "data/data.html", form, context)
    patch_cache_control(response, private=True, no_cache=True)  # a new snapshot leaves the record as it is
    return response


def _shown(request, paths):
    return [{"path": path, "address": request.build_absolute_uri(path)} for path in paths]
