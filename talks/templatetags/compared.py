"""Cells of comparisons: a page has dozens of them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_noop, pgettext

from talks import words
from talks.templatetags.facts import account, fact, new_mark, provision
from talks.templatetags.kinds import kind_sign
from talks.templatetags.languages import chip, chipped, english, in_pieces, joined, named, signed, with_title
from talks.templatetags.links import href
from talks.templatetags.sources import rows_of, source_count, sources
from talks.templatetags.swaps import transfer_line

register = template.Library()

META = '<span class="meta">{}</span>'
LINES = '<ul class="lines">{}</ul>'
LINK = '<a href="{}">{}</a>'
EARLIER = '{}<a href="{}">{}</a> <span class="meta">{}</span>{}'
LED = "<p>{} {}</p>\n"
LEAD = "<p>{} {}{}</p>\n"
LABEL = '<i class="told-before">{}</i>'
LINE = '<li><time datetime="{}">{}</time>\n{} <a href="{}">{}</a>\n<span class="meta">{}</span></li>\n'
SAID = "<li>{}{}</li>\n"
DELEGATION = (
    '<p>{}{}{}</p>{}\n<a class="meta" href="{}#delegations" hx-get="{}" hx-target="#{}" hx-swap="innerHTML" '
    'aria-expanded="false" aria-controls="{}" aria-label="{}: {}, {}">{}</a>\n<div class="details" id="{}"></div>'
)
NOBODY_SAYS = gettext_noop("not reported")
NONE_HERE = gettext_noop("none reported here")
UNTOLD = {
    "interval": gettext_noop("no earlier round of its series here"),
    "swaps": NONE_HERE,
    "proposals": NONE_HERE,
    "accounts": gettext_noop("nothing reported here"),
}
GAP = '<span class="gap">{}{}</span>'
GAPS = {
    "not-addressed": ("∅", gettext_noop("not in this text")),
    "not-public": ("–", gettext_noop("text not public")),
    "other-rows": ("", gettext_noop("what it says on this issue is in other rows")),
}
SIGN = '<span aria-hidden="true">{}</span> '
SAME = '<p class="meta">{}\n{}</p>'
DEMANDS = "<ul>{}</ul>"
ALIKE = "{}{}\n" + META
IN_PIECES = "<p>{}{}</p>\n{}"
ALSO = '{}\n<p class="meta">{} {}</p>'


# Rounds


@register.simple_tag(takes_context=True)
def row_cell(context, row, cell, known):
    """One cell of a row of a comparison of rounds, by its sort; `known`: the round of its column."""
    if not cell:
        return format_html(META, gettext(UNTOLD.get(row.sort, NOBODY_SAYS)))
    return CELLS[row.sort](context, cell, known)


def _interval(context, cell, known):
    apart = words.interval(cell, known)
    since = format_html("<strong>{}</strong> ", apart) if apart else ""
    return format_html(
        EARLIER, since, href(context, cell), named(cell), words.stands(cell), sources(context, cell.mentions[:1])
    )


def _led(context, cell, known):
    return joined(format_html(LED, chip(one.party), _heads(context, one)) for one in cell)


def _heads(context, delegation):
    shown = (
        (href(context, one.person), named(one.person), sources(context, one.leading), *_of_head(delegation, one))
        for one in delegation.heads
    )
    return format_html_join(", ", LINK + "{}{}{}", shown)


def _of_head(delegation, member):
    """What follows on the name of a head, as on the round's page: that it was only expected, that sources differ."""
    expected = pgettext("a delegate", "expected") if delegation.expected or member.expected else ""
    differs = gettext("sources differ") if member.differs else ""
    return [format_html(" " + META, words) if words else "" for words in (expected, differs)]


def _leads(context, cell, known):
    return joined(
        format_html(
            LEAD,
            format_html(LABEL, lead.label) if lead.label else "",
            signed(lead.text),
            sources(context, lead.rows),
        )
        for lead in cell
    )


def _delegation(context, cell, known):
    """In short: how many, and who is named. What articles say of each is fetched when it is unfolded."""
    size = sources(context, rows_of(cell.sizes))
    names = format_html_join(", ", "{}", ((named(one.person),) for one in cell.members))
    people = format_html(": {}{}", names, sources(context, rows_of(cell.members))) if cell.members else ""
    only = gettext("Announced or expected; no article here says that they came.")
    expected = format_html('<p class="meta">{}</p>', only) if cell.expected else ""
    page, place = href(context, known), f"sat-{known.entry.slug}-{cell.party.slug}"
    more = gettext("Titles, and who is new")
    told = words.named_of_all(cell)
    return format_html(
        DELEGATION, told, size, people, expected, page, page, place, place, more, cell.party, known, more, place
    )


def _lines(context, cell, known):
    return format_html(LINES, joined(_line(context, one) for one in cell))


def _line(context, known):
    return format_html(
        LINE,
        known.start.isoformat(),
        words.stands(known),
        kind_sign(known.entry.kind),
        href(context, known),
        named(known),
        source_count(context, known),
    )


def _accounts(context, cell, known):
    shown = ((account(context, one), new_mark(context, [one])) for one in cell)
    return format_html('<ul class="accounts">{}</ul>', format_html_join("", SAID, shown))


CELLS = {
    "interval": _interval,
    "facts": lambda context, cell, known: fact(context, cell),
    "led": _led,
    "lead": _leads,
    "delegations": _delegation,
    "transfers": lambda context, cell, known: format_html(LINES, transfer_line(context, cell)),
    "provisions": lambda context, cell, known: provision(context, cell),
    "proposals": _lines,
    "accounts": _accounts,
}

NAMES = {
    "lead": gettext_noop("In short"),
    "transfers": gettext_noop("Transfer"),
    "interval": gettext_noop("Since the round before"),
    "led": gettext_noop("Led by"),
    "proposals": gettext_noop("Proposals presented"),
    "swaps": gettext_noop("Exchanges agreed, and what became of them"),
}


@register.simple_tag
def row_name(row):
    """What a row of a comparison of rounds is about."""
    match row.sort:
        case "provisions":
            return named(row.about[0])
        case "facts":
            return row.about
        case "delegations":
            return format_html("{} {}", gettext("Delegation:"), chipped(row.about))
        case "accounts":
            return format_html(gettext("What %(party)s said").replace("%(party)s", "{}"), chipped(row.about))
    return gettext(NAMES[row.sort])


# Proposals


@register.simple_tag(takes_context=True)
def demands(context, cell):
    """What one proposal says on one issue: its demands, each set against the baseline's; or why nothing stands here."""
    if cell.gap:
        sign, told = GAPS.get(cell.gap, ("?", NOBODY_SAYS))
        return format_html(GAP, format_html(SIGN, sign) if sign else "", gettext(told))
    if cell.same_as is not None:
        same = with_title(gettext("The same words as in “%(title)s”."), context["columns"][cell.same_as])
        return format_html(SAME, same, joined(sources(context, one.provision.rows) for one in cell.points))
    return format_html(
        DEMANDS, format_html_join("\n", "<li>{}</li>", ((_demand(context, one),) for one in cell.points))
    )


def _demand(context, point):
    """One demand, beside the same one, or one much like it, in the text it is set against."""
    columns = context["columns"]
    if point.same_as is not None:
        same = with_title(gettext("the same words as in “%(title)s”"), columns[point.same_as])
        return format_html(ALIKE, english(point.text), sources(context, point.provision.rows), same)
    if point.pieces:
        first, *others = point.provision.texts
        notes = sources(context, first.rows)
        rest = ((english(text.value), sources(context, text.rows)) for text in others)
        return format_html(IN_PIECES, in_pieces(point.pieces), notes, format_html_join("", "<p>{}{}</p>", rest))
    said = provision(context, point.provision)
    if not point.also_in:
        return said
    others = format_html_join(", ", "{}", ((named(columns[column]),) for column in point.also_in))
    return format_html(ALSO, said, gettext("also in:"), others)
