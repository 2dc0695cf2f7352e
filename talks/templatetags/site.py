"""What the site is called, who makes it, and where errors are reported."""

import json
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from talks.templatetags.languages import translated_address
from talks.words import site

register = template.Library()

IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

register.simple_tag(site.name, name="site_name")
register.simple_tag(site.talks, name="site_talks")
register.simple_tag(site.description, name="site_description")


@register.simple_tag
def site_maker():
    """Who makes the site; empty if the settings do not say."""
    return settings.SITE_MAKER


@register.simple_tag
def site_contact():
    """A mail address or an address of the web; empty if the settings give none."""
    return settings.SITE_CONTACT


@register.simple_block_tag
def one_line(content):
    """What a block says, in one line: `{% one_line as title %}…{% endone_line %}` keeps it for other places."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 – as the block escaped it


@register.simple_tag(takes_context=True)
def cited(context):
    """How this page is cited: a `talks.data.formats.citation.Citation`."""
    return context["taking"].cited(context.get("cited_as") or context["page_title"])


@register.filter
def json_ld(thing):
    """A thing as JSON that can stand in a script element, which a policy against scripts lets be: it is only data."""
    return mark_safe(json.dumps(thing, ensure_ascii=False, separators=(",", ":")).translate(IN_SCRIPT))  # noqa: S308


@register.simple_tag
def of_talks():
    """The start of a heading, which says of which talks it is."""
    return format_html('<span class="of-talks">{}<span class="unseen">:</span></span> ', site.talks())


@register.simple_tag(takes_context=True)
def report_address(context):
    """Where an error on this page is reported, with the page's address filled in; empty where no contact is set."""
    contact, request = settings.SITE_CONTACT, context["request"]
    here = translated_address(request, get_language(), without=["pick", "preview"])
    page = request.build_absolute_uri(here)
    if not contact.startswith("https://"):
        subject = gettext("An error in: %(name)s") % {"name": site.name()}
        return contact and f"mailto:{contact}?{urlencode({'subject': subject, 'body': page}, quote_via=quote)}"
    parts = urlsplit(contact)
    query = "&".join(part for part in (parts.query, urlencode({"page": page})) if part)
    return urlunsplit(parts._replace(query=query))
