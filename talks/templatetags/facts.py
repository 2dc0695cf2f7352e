"""What is told of an entry, with its sources: parts that its page and comparisons show dozens of times."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, npgettext, pgettext

from talks import words
from talks.record.readings import grouped
from talks.templatetags.kinds import kind_sign
from talks.templatetags.languages import english, named, told, with_title
from talks.templatetags.links import href
from talks.templatetags.links import linked as names_linked
from talks.templatetags.rows import new_since
from talks.templatetags.sources import sources

register = template.Library()

DIFFER = '<div class="differ">\n<p>{}</p>\n{}</div>'
VERSIONS = "<dl>\n{}</dl>"
VERSION = "<div><dt>\n{}\n</dt>\n<dd>{}</dd></div>\n"
CITED = '<li>{}\n<span class="place">{}</span></li>\n'
NUMBER = " <span{}>{}{}</span>"
ANCHOR = ' id="p{}"'
NEAR = '<li><time datetime="{}">{}</time>\n{} <span><a href="{}">{}</a>{}{}</span></li>\n'
META = ' <span class="meta">{}</span>'
NAMED = '<a class="speaker" href="{}">{}</a>'
SAID = "{}, {}:\n{}"
ISSUE = ' <a class="meta" href="{}">{}</a>'
MEMBER = '<li><span class="name"><a href="{}">{}</a>{}</span>{}{}{}{}</li>\n'
HEAD = "{}, <strong>{}</strong>{}"
CAME = ' <span class="came">{}</span>'
BACK = ' <span class="came">{} <a href="{}">{}</a></span>'
TITLE = ' <span class="meta title">{}{}</span>'
READINGS = ' <span class="differ-inline">{} {}</span>'
NEW = ' <strong class="meta">{}</strong>'


# Facts


@register.simple_tag(takes_context=True)
def fact(context, fact):
    """A fact; told in several ways side by side, each version headed by who says so; else each name with its own."""
    if fact.disputed or fact.retold:
        return format_html(DIFFER, _in_ways(fact), versions(context, fact.versions))
    return format_html_join(", ", "{}{}", (_value(context, version) for version in fact.versions))


def _in_ways(fact):
    if fact.disputed:
        return gettext("Sources differ:")
    return gettext("Told in two ways:") if len(fact.versions) == 2 else gettext("Told in several ways:")


@register.simple_tag(takes_context=True)
def versions(context, found):
    """What articles tell differently, side by side, each version headed by who says so."""
    shown = ((_publishers(version), format_html("{}{}", *_value(context, version))) for version in found)
    return format_html(VERSIONS, format_html_join("", VERSION, shown))


def _publishers(version):
    return ", ".join(str(citation.article.publisher) for citation in version.citations)


def _value(context, version):
    """(words, or links to what it names; its sources)."""
    said = names_linked(context, version.links) if version.links else told(version.words)
    return said, sources(context, version.citations)


# What an article is cited for


@register.simple_tag
def cited_lines(lines):
    """What an article is cited for about one entry, each thing once with its paragraphs: [(words, paragraphs)].

    Paragraphs are [(number, True if links to it lead here)].
    """
    shown = ((told(said) if said else gettext("Reported"), _place(paragraphs)) for said, paragraphs in lines)
    return format_html_join("", CITED, shown)


def _place(paragraphs):
    if not paragraphs:
        return gettext("paragraph not recorded")
    word, last = npgettext("before the numbers", "paragraph", "paragraphs", len(paragraphs)), len(paragraphs)
    numbers = (
        (format_html(ANCHOR, number) if leads_here else "", number, "" if place == last else ",")
        for place, (number, leads_here) in enumerate(paragraphs, start=1)
    )
    return format_html("{}{}", word, format_html_join("", NUMBER, numbers))


# The days around an entry


@register.simple_tag(takes_context=True)
def near(context, known):
    """An entry that stands near another one, in a line."""
    expected = format_html(META, pgettext("a round", "expected")) if known.expected else ""
    return format_html(
        NEAR,
        known.start.isoformat(),
        words.stands_short(known),
        kind_sign(known.entry.kind, coming=known.expected),
        href(context, known),
        named(known),
        sources(context, known.mentions[:1]),
        expected,
    )


# What was said


@register.simple_tag(takes_context=True)
def account(context, account):
    """Who said something, when that was reported, and what it was."""
    if account.speaker:
        who = format_html(NAMED, href(context, account.speaker), named(account.speaker))
    else:
        who = format_html("<strong>{}</strong>", named(account.party))
    return format_html(SAID, who, words.reported_on(account), said_of(context, account))


@register.simple_tag(takes_context=True)
def said_of(context, account):
    """What somebody said, its source, and the issue that it is about."""
    issue = ""
    if account.issue:
        issue = format_html(ISSUE, href(context, account.issue), with_title(gettext("on: %(title)s"), account.issue))
    return format_html("{}{}{}", english(account.text), sources(context, [account]), issue)


# Delegations


@register.simple_tag(takes_context=True)
def delegate(context, member, delegation, turnover=None):
    """A person in a delegation, against those at the round before; each title with its sources."""
    person = member.person
    only_expected = member.expected and not delegation.expected  # of one that is expected as a whole, it stands above
    titles = ((english(title.value), sources(context, title.rows)) for title in member.titles)
    return format_html(
        MEMBER,
        href(context, person),
        named(person),
        named_as_head(context, member),
        format_html(META, pgettext("a delegate", "expected")) if only_expected else "",
        _came(context, member, turnover),
        head_or_not(context, member),
        format_html_join("", TITLE, titles),
    )


def _came(context, member, turnover):
    if not turnover:
        return ""
    if member in turnover.new:
        return format_html(CAME, gettext("+ new"))
    if back := turnover.back.get(member.person.pk):
        return format_html(BACK, pgettext("a person at a round", "back"), href(context, back), words.stands(back))
    return format_html(CAME, gettext("= returning")) if member in turnover.returning else ""


@register.simple_tag(takes_context=True)
def named_as_head(context, member):
    """Who names a person in a delegation; as its head, where articles do and none contradicts, with those that do."""
    if not member.head or member.differs:
        return sources(context, member.rows)
    # One note for both, where all that name the person say it.
    named_by = sources(context, member.rows) if len(member.leading) < len(member.rows) else ""
    return format_html(HEAD, named_by, gettext("head of delegation"), sources(context, member.leading))


@register.simple_tag(takes_context=True)
def head_or_not(context, member):
    """Where articles differ on whether a person led the delegation: what they say, each with its sources; else nothing.

    Where others name somebody else as head, whom.
    """
    if not member.differs:
        return ""
    told = {True: gettext("head of delegation"), False: gettext("an ordinary member")}
    shown = [(told[reading.value], sources(context, reading.rows)) for reading in member.head_readings]
    for rows in grouped(member.rivals, lambda row: row.person_id).values():
        somebody = with_title(gettext("led by %(title)s"), rows[0].person)
        shown.append((somebody, sources(context, rows)))
    return format_html(READINGS, gettext("Sources differ:"), format_html_join(", ", "{}{}", shown))


# Proposals


@register.simple_tag(takes_context=True)
def provision(context, provision):
    """One demand or offer, in the words of each article that reports it: one wording below the other."""
    numbers = format_html_join("", META, ((words.point_number(number.value),) for number in provision.numbers))
    first, *others = [_wording(context, text) for text in provision.texts]
    return format_html("{} {}{}", numbers, first, format_html_join("\n", "<p>{}</p>", ((one,) for one in others)))


def _wording(context, text):
    return format_html("{}{}{}", english(text.value), sources(context, text.rows), new_mark(context, text.rows))


def new_mark(context, rows):
    """What marks that all these reports came after the day that a page sets beside now; nothing if they did not."""
    then = context.get("then")
    is_new = then and not context.get("all_new") and new_since(rows, then)
    return format_html(NEW, pgettext("reported since", "new")) if is_new else ""
