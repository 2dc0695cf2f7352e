"""The small numbers beside what is reported, which lead to the article and the paragraph that reports it."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from talks import words
from talks.record import merged
from talks.templatetags.languages import told
from talks.templatetags.links import href

register = template.Library()

# What is shown, address, publisher with date and paragraph, the same with the number of the source.
SOURCE_NOTE = '<a class="source{4}" href="{1}" aria-label="{3}">{0}<span class="tip" aria-hidden="true">{2}</span></a>'


@register.simple_tag(takes_context=True)
def sources(context, rows):
    """Small numbers that lead to the article and paragraph of each reported row; one for each article."""
    return _notes(context, rows)


@register.simple_tag(takes_context=True)
def seat_sources(context, seat):
    """Such numbers for a person at a round, whose notes tell what each article says: head or not, and the title."""
    said = merged.grouped(seat.rows, lambda row: row.article)
    return _notes(context, seat.rows, {article: _said(rows) for article, rows in said.items()})


def _said(rows):
    """What rows of one article say of a person at a round: as text, and with what is of the record marked as such."""
    said = [[part for part in (words.seat_row(row), words.OfRecord(row.title)) if part] for row in rows]
    shown = [format_html_join(", ", "{}", ((told(part),) for part in parts)) for parts in said]
    return "; ".join(", ".join(parts) for parts in said), format_html_join("; ", "{}", ((one,) for one in shown))


def _notes(context, rows, said=None):
    """The notes of these rows; `said`: {article: what it says}, which then stands behind the source."""
    listed, day = context["sources"], context["day"]
    notes, articles = [], set()
    for row in {row.article: row for row in reversed(list(rows))}.values():
        article = row.article
        articles.add(article)
        told = f"{article.publisher}, {words.day(article.published)}, {words.paragraphs(row)}"
        tip = told
        if said:
            plain, shown = said[article]
            told, tip = f"{told}: {plain}", format_html("{}: {}", told, shown)
        is_retracted = article.is_retracted(day)
        if is_retracted:
            told, tip = (format_html("{}; {}", text, next(words.later_marks(article, day))) for text in (told, tip))
        anchor = f"#p{row.paragraph_numbers[0]}" if row.paragraph_numbers else ""
        number = listed.number(row)
        shown = article.publisher if listed.by_name else number
        label = gettext("Source %(number)s: %(source)s") % {"number": number, "source": told}
        kind = " retracted" if is_retracted else ""
        notes.append((number, (shown, f"{href(context, article)}{anchor}", tip, label, kind)))
    notes.sort()
    links = format_html_join(" ", SOURCE_NOTE, [note for _, note in notes])
    if not notes:
        return SafeString("")
    if all_retracted(articles, day):
        links = format_html('{} <strong class="later-mark">{}</strong>', links, _alone(len(notes)))
    return format_html('<span class="sources">{}</span>', links)


def _alone(count):
    return ngettext("rests only on a retracted article", "rests only on retracted articles", count)


@register.filter
def all_retracted(articles, day):
    """True if all of these articles had been retracted by this day (None: today)."""
    return all(article.is_retracted(day) for article in articles)


@register.filter
def later_marks(article, day):
    """What became of an article after it was published, as was known on this day (None: today)."""
    return list(words.later_marks(article, day))


@register.simple_tag(takes_context=True)
def name_sources(context):
    """From here on source notes give names."""
    context["sources"].by_name = True
    return ""


@register.filter
def in_list(row):
    """One row as a list, for `sources`."""
    return [row]


@register.filter
def rows_of(transfers):
    """The reported rows of merged transfers, for `sources`."""
    return [row for transfer in transfers for row in transfer.rows]


@register.simple_tag
def also_reported(known, article):
    """Who else reports an entry, in a sentence."""
    return words.also_reported(known, article)
