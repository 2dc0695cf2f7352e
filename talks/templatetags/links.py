"""Links that keep what the reader has chosen: the day whose knowledge is shown, the tray, what is asked of the page."""

import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from talks.models import Kind
from talks.models.addresses import address
from talks.templatetags.languages import named
from talks.templatetags.parts import anew
from talks.words.time import MOMENT

register = template.Library()

# Puts an entry into the compare tray, or takes it out. Search engines need not follow.
PICK = """<a class="pick" id="pick-{0}" href="{1}" rel="nofollow"
        hx-get="{1}" hx-target="body" hx-swap="innerHTML show:none" hx-push-url="true"
        >{2}</a>"""
PICK_OUT = '{}<span class="unseen">,\n          {}</span> ×'
PICK_IN = '{}<span class="unseen"> {}</span>'
NAV_LINK = '<li><a href="{}"{}>{}</a></li>'
HERE = SafeString(' aria-current="page"')


@register.simple_tag(takes_context=True)
def href(context, target, *args, **query):
    """The address of an object, or of a named page, that keeps the day whose knowledge is shown and the tray."""
    page = address(target, *args) if isinstance(target, str) else target.get_absolute_url()
    form = context.get("form")
    pairs = [*query.items(), *(form.carried if form else ())]
    return f"{page}{'&' if '?' in page else '?'}{urlencode(pairs, doseq=True)}" if pairs else page


@register.simple_tag(takes_context=True)
def nav_link(context, name, label):
    """An item of the navigation: a link to a named page, marked on that page itself."""
    match = context["request"].resolver_match
    here = HERE if match and match.url_name == name else ""
    return format_html(NAV_LINK, href(context, name), here, label)


@register.simple_tag(takes_context=True)
def compare_href(context, target, name, *chosen):
    """The address of a comparison of these entries; lists among them are opened."""
    entries = [one for group in chosen for one in (group if isinstance(group, list) else [group])]
    return href(context, target, **{name: [one.entry.slug for one in entries]})


def linked(context, rows):
    """The names of rows of the record, each a link where the row has a page."""
    return format_html_join(", ", "{}", ((_linked(context, row),) for row in rows))


def _linked(context, row):
    name = named(row)
    return format_html('<a href="{}">{}</a>', href(context, row), name) if hasattr(row, "get_absolute_url") else name


@register.simple_tag(takes_context=True)
def carried(context):
    """Hidden fields that let a form keep the day whose knowledge is shown, and the tray."""
    pairs = context["form"].carried if context.get("form") else ()
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def pick_href(context, *, put="", take=""):
    """The address of this page with one entry (slug) more in the tray, or one less."""
    query = context["request"].GET.copy()
    picked = [slug for slug in query.getlist("pick") if slug not in (put, take)]
    query.setlist("pick", [*picked, put] if put else picked)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def pick(context, known):
    """The link that puts a round or a proposal into the compare tray, or takes it out; nothing for other entries."""
    if known.entry.kind not in (Kind.ROUND, Kind.PROPOSAL):
        return ""
    return anew(context, _pick, known.entry.pk, known.entry.slug, str(known), named(known))


def _pick(context, pk, slug, title, shown):
    if any(one.entry.pk == pk for group in context["tray"] for one in group.entries):
        out = gettext("remove %(title)s") % {"title": title}
        return format_html(
            PICK, slug, pick_href(context, take=slug), format_html(PICK_OUT, gettext("Picked to compare"), out)
        )
    told = format_html(PICK_IN, gettext("Pick to compare"), shown)
    return format_html(PICK, slug, pick_href(context, put=slug), told)


@register.simple_tag(takes_context=True)
def period_href(context, span=None):
    """The timeline's address with the period of a span of the overview in place of the one chosen; without if None."""
    return anew(context, _period_href, span)


def _period_href(context, span):
    query = context["request"].GET.copy()
    for name in ("from", "to", "at", "after", "before"):
        query.pop(name, None)
    if span:
        query["from"], query["to"] = span.start.isoformat(), span.end.isoformat()
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)
    return f"{address('timeline')}?{query.urlencode()}" if query else address("timeline")


@register.simple_tag(takes_context=True)
def tables_href(context, kind, direction):
    """The address of the tables behind the running total of one kind and direction, with all else that is asked."""
    return anew(context, _tables_href, kind, direction)


def _tables_href(context, kind, direction):
    query = context["request"].GET.copy()
    for name in ("page", "after", "before", "at"):
        query.pop(name, None)
    query["show"], query["kind"], query["direction"] = "numbers", kind, direction
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def choose_day_href(context):
    """The address at which to choose the day as of which to see this page."""
    query = context["request"].GET.copy()
    query.pop("as_of", None)
    here = context["request"].path
    page = f"{here}?{query.urlencode()}" if query else here
    picked = [("pick", slug) for slug in query.getlist("pick")]
    return f"{address('as-of')}?{urlencode([('page', page), *picked])}"


@register.filter
def urlencoded(pairs):
    """[(name, value)] as a query string."""
    return urlencode(pairs)


@register.filter
def as_moment(time):
    """A time as addresses have it: see `talks.public.forms.fields.MomentField`."""
    return time.astimezone(datetime.UTC).strftime(MOMENT)
