"""Pages within pages of other sites, each by the view of the page that it is of; and oEmbed, which tells of them."""

import re
from functools import wraps
from urllib.parse import unquote, urlsplit

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override
from django.views.decorators.clickjacking import xframe_options_exempt

from talks.data.formats import oembed
from talks.drawings import card
from talks.public.asking import asking, inside
from talks.public.embeds import EMBEDS, PREFIX, WIDTH
from talks.public.forms.pages import OEmbedForm
from talks.public.opened import opened
from talks.public.pages import reads
from talks.public.problems import problem, wrong
from talks.public.views.site import page_not_found
from talks.words import site

ANYWHERE = {"frame-ancestors": ["*"], "script-src": [NONE], "connect-src": [NONE]}
LINK = re.compile(r'<a(\s(?:[^>]*?\s)?href=")(?!#)(\??)')
BY_NAME = {one.page: one for one in reversed(EMBEDS)} | {one.name: one for one in EMBEDS}
CACHED = 24 * 3600  # seconds for which others may keep what oEmbed tells; what is in the frame is never older than here


def framed(embed, view):
    """The view that shows in a frame what `view` shows as a page: the same to every visitor, who brings no cookie."""

    @csp_replace(ANYWHERE)
    @xframe_options_exempt
    @wraps(view)
    def frame(request, **kwargs):
        of_page = asking(request, reverse(embed.page, kwargs=_slug(kwargs)))
        of_page.embed = embed
        try:
            response = view(of_page, **kwargs)
        except Http404 as error:
            response = page_not_found(of_page, error)
        if "Location" in response:
            response["Location"] = _embedded(response["Location"])
        response.content = outward(response.content.decode(), of_page.path).encode()
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return frame


def _embedded(address):
    """The address of an embed from that of its page."""
    start = reverse("timeline")
    return f"{start}{PREFIX}{address.removeprefix(start)}"


def outward(html, here):
    """A page whose links open beside the page that frames it, as none of ours is shown in there; `here`: its address.

    Links to places within the page stay there.
    """
    return LINK.sub(lambda link: f'<a target="_blank"{link[1]}{here if link[2] else ""}{link[2]}', html)


# oEmbed


@opened
@reads(OEmbedForm)
def about(request, form):
    """How an address of this site is shown within other pages (oEmbed 1.0)."""
    if form.errors:
        return wrong(form)
    asked = form.cleaned_data
    chosen = oembed.FORMATS.get(asked["format"] or "json")
    if chosen is None:
        return problem(501, "Write json or xml as the format, or leave it out.")
    found = _described(request, asked["url"], asked.get("maxwidth"), asked.get("maxheight"))
    if found is None:
        return problem(404, "This is no address here of something that can be shown within other pages.")
    return HttpResponse(chosen.written(found), content_type=chosen.type)


def _described(request, address, most_width, most_height):
    """What oEmbed tells of an address; None if it is not ours, leads to nothing, or cannot be framed."""
    parts = _own(request, address)
    if parts is None:
        return None
    path = inside(unquote(parts.path))
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
        except Resolver404:
            return None
        embed = BY_NAME.get(match.url_name)
        if embed is None:
            return None
        response = _in_frame(request, embed, match.kwargs, parts.query)
        if "Location" in response:
            return _described(request, request.build_absolute_uri(response["Location"]), most_width, most_height)
        offer = next((one for one in getattr(response, "offers", ()) if one.embed is embed), None)
        return _rich(request, offer, most_width, most_height) if offer else None


def _own(request, address):
    """The parts of an address of this site; None of any other, or of what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_own = parts.scheme in ("http", "https") and parts.netloc.lower() == request.get_host().lower()
    return parts if is_own else None


def _in_frame(request, embed, named, query):
    """What the site answers where an embed of the page of a row that is `named` so is asked for with this query."""
    frame = asking(request, reverse(embed.name, kwargs=_slug(named)))
    frame.GET = QueryDict(query)
    frame.META = {**request.META, "QUERY_STRING": query}
    return frame.resolver_match.func(frame, **frame.resolver_match.kwargs)


def _slug(named):
    """What of the arguments of a view stands in the addresses of its page and its embed."""
    return {name: value for name, value in named.items() if name == "slug"}


def _rich(request, offer, most_width, most_height):
    """What oEmbed tells of an `Offer`, as large as there is room for."""
    width = min(WIDTH, most_width or WIDTH)
    height = min(offer.embed.height, most_height or offer.embed.height)
    return {
        "version": "1.0",
        "type": "rich",
        "title": offer.title,
        "provider_name": site.name(),
        "provider_url": request.build_absolute_uri(reverse("timeline")),
        "cache_age": CACHED,
        "html": offer.frame(width, height),
        "width": width,
        "height": height,
        **_picture(offer.card, most_width, most_height),
    }


def _picture(address, most_width, most_height):
    """The card at this address, in the largest size for which there is room; nothing if there is for none."""
    for width, height in map(card.size, card.WIDTHS):
        if width <= (most_width or width) and height <= (most_height or height):
            asked = "" if width == card.WIDTH else f"{'&' if '?' in address else '?'}width={width}"
            return {"thumbnail_url": address + asked, "thumbnail_width": width, "thumbnail_height": height}
    return {}
