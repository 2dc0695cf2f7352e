"""What proposals say on issues, and since when: parts that positions and tracks show dozens of times."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext, pgettext

from talks import words
from talks.templatetags.languages import chip, english, in_pieces, joined, named, told, with_title
from talks.templatetags.links import href
from talks.templatetags.rows import covers
from talks.templatetags.sources import sources

register = template.Library()

SHORTENED, TOLD = 2, 6  # points of a paper that stand in a track: of all, and of those that are new
META = '<p class="meta">{}</p>'
LINE = '<p class="meta">{}<a href="{}">{}</a>{}</p>'
POINTS = "<ul>{}</ul>{}"
POINT = "<li>{}{}{}{}</li>\n"
NEW = '<b class="tag">{}</b> '
ASIDE = ' <span class="meta">{}</span>'
NOT_REPORTED = '<span class="gap"><span aria-hidden="true">?</span> {}</span>'
PAPER = (
    '<div class="item"{}>\n<p class="what">{}<a href="{}">{}</a>\n<span class="meta">{}{}</span></p>\n{}{}{}{}</div>\n'
)
STATEMENT = (
    '<div class="item said">\n<p class="what"><span class="meta">{}</span>\n{}<strong>{}</strong>{}</p>\n'
    '<p>{}{}\n<a class="meta" href="{}">{}</a></p></div>\n'
)
CELL = '<td role="cell"{}{}{}>{}{}</td>\n'


@register.simple_tag(takes_context=True)
def position(context, cell, elsewhere=()):
    """What a party's latest proposal says on an issue, and since when it says something else than before."""
    if cell:
        known = cell.known
        points = _points(context, known, cell.points, whole=True, most=context["most"])
        head = format_html(LINE, _chips(known.parties), href(context, known), named(known), f" {words.stands(known)}")
        return head + points + _since(context, cell, to_track=True)
    return "" if elsewhere else format_html(NOT_REPORTED, gettext("not reported"))


@register.simple_tag(takes_context=True)
def position_cell(context, cell):
    """The same of what stands under one column, or across several."""
    narrow = _class("" if covers(cell, context["pair"]) else "off")
    shown = position(context, cell.items[0] if cell.items else None, cell.elsewhere)
    return format_html(CELL, narrow, "", _span(cell), shown, _elsewhere(context, cell))


@register.simple_tag(takes_context=True)
def track_cell(context, cell, whole):
    """Proposals and statements under one column of a track, or across several. `whole`: with what did not change."""
    parties = context["parties"]
    looks = [
        "told" if cell.items or cell.elsewhere else "",
        "others" if cell.others else f"slot-{parties[cell.column].colour}",
        "" if covers(cell, context["pair"]) else "off",
    ]
    names = [f"{parties[column].short} " for column in cell.columns]
    of = "" if cell.others else format_html(' data-of="{}"', "".join(names))
    items = [
        (_statement if hasattr(item, "account") else _paper)(context, item, whole=whole, apart=cell.others)
        for item in cell.items
    ]
    classes = _class(" ".join(filter(None, looks)))
    return format_html(CELL, classes, _span(cell), of, joined(items), _elsewhere(context, cell))


def _class(names):
    return format_html(' class="{}"', names) if names else ""


def _span(cell):
    return format_html(' colspan="{}"', cell.span) if cell.span > 1 else ""


def _chips(parties):
    """The signs of those who share a proposal; none of a single one, which its column names."""
    return joined(f"{chip(party)} " for party in parties) if len(parties) > 1 else ""


def _elsewhere(context, cell):
    """Joint proposals that another column of the row tells."""
    return joined(_joint(context, paper.known) for paper in cell.elsewhere)


def _joint(context, known):
    parties = joined(f" {chip(party)}" for party in known.parties)
    return format_html(LINE, "", href(context, known), with_title(gettext("Joint proposal: %(title)s"), known), parties)


def _paper(context, paper, *, whole, apart):
    """What a proposal says, against the last of its parties. `apart`: no column is that of its parties."""
    known = paper.known
    anchor = "" if whole else format_html(' id="of-{}"', known.entry.slug)
    parties = joined(f"{chip(party)} " for party in known.parties) if apart else _chips(known.parties)
    brief = format_html_join(" · ", "{}", ((told(one),) for one in words.brief(known)))
    day = f"{words.stands(known)} · " if whole else ""
    found, most = (paper.points, SHORTENED) if whole else (paper.told, TOLD)
    points = _points(context, known, found, whole=whole, most=most)
    kept = "" if whole else _kept(context, paper)
    since = _since(context, paper) if whole or not paper.before or not paper.kept else ""
    gone = "" if whole or not paper.gone else _gone(paper)
    address = href(context, known)
    return format_html(PAPER, anchor, parties, address, named(known), day, brief, points, kept, since, gone)


def _kept(context, paper):
    if not paper.kept:
        return ""
    of_day = ngettext(
        "%(shown)s point in the same words as on %(day)s",
        "%(shown)s points in the same words as on %(day)s",
        len(paper.kept),
    )
    said = of_day % {"shown": words.count(len(paper.kept)), "day": words.stands_brief(paper.before)}
    return format_html('<p class="meta">{}{}</p>', said, sources(context, paper.kept_rows))


def _gone(paper):
    of_day = ngettext(
        "%(shown)s point of %(day)s is not reported for this one.",
        "%(shown)s points of %(day)s are not reported for this one.",
        paper.gone,
    )
    return format_html(META, of_day % {"shown": words.count(paper.gone), "day": words.stands_brief(paper.before)})


def _statement(context, item, *, whole, apart):
    """What a party said, reported at the day under which it stands. `apart`: no column is that of its party."""
    account, known = item.account, item.known
    party = format_html("{} ", chip(account.party)) if apart else ""
    day = gettext("reported %(day)s") % {"day": words.day(account.article.published)} if whole else ""
    return format_html(
        STATEMENT,
        gettext("Statement"),
        party,
        named(account.speaker or account.party),
        format_html(ASIDE, day) if day else "",
        english(account.text),
        sources(context, [account]),
        href(context, known),
        with_title(gettext("on: %(title)s"), known),
    )


def _points(context, known, found, *, whole, most=None):
    """Points, at most so many of them, each in one wording; of the `whole` without marks of what is new."""
    if not found:
        return ""
    shown = found[:most]
    rest = ""
    if len(shown) < len(found):
        numbers = {"shown": words.count(len(shown)), "all": words.count(len(found))}
        rest = format_html(LINE, "", href(context, known), gettext("%(shown)s of %(all)s points") % numbers, "")
    return format_html(POINTS, joined(_point(context, point, whole) for point in shown), rest)


def _point(context, point, whole):
    new = format_html(NEW, pgettext("a point", "new")) if point.change == "new" and not whole else ""
    said = in_pieces(point.pieces) if point.pieces and not whole else english(point.reading.value)
    others = format_html(ASIDE, words.other_wordings(point.others)) if point.others else ""
    return format_html(POINT, new, said, sources(context, point.reading.rows), others)


def _since(context, paper, *, to_track=False):
    """Since when each party of a proposal has said something else: links to its own last, or to the issue's track."""
    several = len(paper.lasts) > 1 or len(paper.known.parties) > 1
    return joined(
        format_html(
            LINE,
            format_html("{} ", chip(last.party)) if several else "",
            href(context, context["issue"], party=last.party.slug) if to_track else href(context, last.known),
            (words.changed_since if last.moved else words.unchanged_since)(last.known),
            "",
        )
        for last in paper.lasts
    )
