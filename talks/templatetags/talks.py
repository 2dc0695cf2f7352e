"""What templates need beyond Django's own: links that keep the as-of day, source notes, and facts in words."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from talks import words
from talks.models import KINDS

register = template.Library()

register.filter("country", words.country)
register.filter("language", words.language)
register.filter("day", words.day)
register.filter("stands", words.stands)
register.filter("count", words.number)
register.filter("brief", words.brief)
register.filter("disputed_labels", words.disputed_labels)


@register.filter
def kind_label(kind):
    """“Round” for "round"."""
    return KINDS[kind]._meta.verbose_name.capitalize()


@register.filter
def paragraphs(row):
    """Where in its article a reported row stands, in words."""
    numbers = row.paragraph_numbers
    if not numbers:
        return "paragraph not recorded"
    return f"paragraph{'s' if len(numbers) > 1 else ''} {row.paragraphs}"


@register.filter
def marked(text, query):
    """A text with the words that were asked for in <mark>."""
    parts, rest = query.parts_of(text)
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), rest)


@register.filter
def in_list(row):
    """One row as a list, for `sources`."""
    return [row]


@register.simple_tag(takes_context=True)
def compare_href(context, target, name, *chosen):
    """The address of a comparison of these entries; lists among them are opened."""
    entries = [one for group in chosen for one in (group if isinstance(group, list) else [group])]
    return href(context, target, **{name: [one.entry.slug for one in entries]})


@register.simple_tag(takes_context=True)
def href(context, target, *args, **query):
    """The address of an object, or of a named page, that keeps the day whose knowledge is shown."""
    address = reverse(target, args=args) if isinstance(target, str) else target.get_absolute_url()
    if context.get("day"):
        query = query | {"as_of": context["day"].isoformat()}
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


# Number, what is shown, address, publisher with date and paragraph.
SOURCE_NOTE = (
    '<a class="source" href="{2}" aria-label="Source {0}: {3}">{1}<span class="tip" aria-hidden="true">{3}</span></a>'
)


class Sources:
    """The articles that a page has named so far, numbered in the order in which the reader meets them.

    `by_name`: the notes give the publisher's name and no number, for a part of a page that has numbers of its own.
    """

    def __init__(self):
        self.rows = {}
        self.by_name = False

    def number(self, row):
        """The number of the row's article on this page."""
        self.rows.setdefault(row.article, []).append(row)
        return list(self.rows).index(row.article) + 1

    @property
    def listed(self):
        """[(article, paragraphs in words)] in order of number."""
        return [(article, self._paragraphs(rows)) for article, rows in self.rows.items()]

    @staticmethod
    def _paragraphs(rows):
        numbers = sorted({number for row in rows for number in row.paragraph_numbers})
        return ", ".join(map(str, numbers))


@register.simple_tag(takes_context=True)
def name_sources(context):
    """From here on source notes give names."""
    context["sources"].by_name = True
    return ""


@register.simple_tag(takes_context=True)
def period_href(context, tick=None):
    """The timeline's address with the period of a tick of the band in place of the one chosen; without one if None."""
    query = context["request"].GET.copy()
    for name in ("from", "to", "at", "after", "before"):
        query.pop(name, None)
    if tick:
        query["from"], query["to"] = tick.start.isoformat(), tick.end.isoformat()
    return f"{reverse('timeline')}?{query.urlencode()}" if query else reverse("timeline")


@register.simple_tag(takes_context=True)
def sources(context, rows):
    """Small numbers that lead to the article and paragraph of each reported row; one for each article."""
    listed, day = context["sources"], context.get("day")
    notes = []
    for row in {row.article: row for row in reversed(list(rows))}.values():
        article = row.article
        told = f"{article.publisher.name}, {words.day(article.published)}, {paragraphs(row)}"
        query = f"?as_of={day}" if day else ""
        anchor = f"#p{row.paragraph_numbers[0]}" if row.paragraph_numbers else ""
        number = listed.number(row)
        shown = article.publisher.name if listed.by_name else number
        notes.append((number, shown, f"{article.get_absolute_url()}{query}{anchor}", told))
    notes.sort()
    links = format_html_join(" ", SOURCE_NOTE, notes)
    return format_html('<span class="sources">{}</span>', links) if notes else SafeString("")
