"""The footnotes of what is reported, which lead to the list of articles; what their panel shows stands there.

One note is one link, whatever number of articles it names: pages have hundreds of them, and each is a stop for Tab.
"""

import re
from functools import lru_cache

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from talks import words
from talks.models.sources import numbers_in
from talks.record import merged
from talks.record.copies import copies
from talks.templatetags.languages import told
from talks.templatetags.links import href
from talks.templatetags.parts import anew

register = template.Library()

# What stands before it, kind, id, number of the first source, what is read out, paragraphs by source for the panel
# (site.js), what is shown.
NOTE = '{}<a class="source{}"{} href="#source-{}" aria-label="{}" data-at="{}">{}</a>'
NAMED = '<a class="named source{}" href="{}" aria-label="{}">{}</a>'
WAY_BACK = '<a class="back" href="#n{}" aria-label="{}">↑{}</a>'
# An article in the list: its number, who says what where, its page here, what of it is cited, and the ways back.
LISTED = '<li id="source-{}">\n  {}\n  <a href="{}{}">{}</a>\n  {}\n</li>\n'
ABOUT = '{}{}, {}: <cite lang="{}">{}</cite>{}{}. {}{}'
MARK = '<strong class="later-mark">{}.</strong> '
ELSEWHERE = '<a href="{}" rel="external noopener">{}</a> '
AT_DOTS = re.compile(r"(?<=\w\w)(?=\.\w\w)")  # where a name like an address may break
UNBROKEN = SafeString("\N{WORD JOINER}")  # so that no line starts with a note
RUNS = 3  # of numbers that a note shows, and names that it says; the panel has all


@register.simple_tag(takes_context=True)
def sources(context, rows):
    """The note of reported rows: the numbers of their articles, which lead to the list. Retracted ones stand apart."""
    reports = _reports(rows)
    return anew(context, _notes, reports) if reports else ""


def _notes(context, reports):
    listed = context["sources"]
    cited = _cited(listed, reports)
    if listed.by_name:
        return _names(context, cited)
    retracted = [one for one in cited if one[0].retracted]
    if not retracted:
        return _note(listed, cited)
    standing = [one for one in cited if not one[0].retracted]
    notes = _joined(_note(listed, group) for group in (standing, *([one] for one in retracted)) if group)
    return notes if standing else _with_mark(notes, len(retracted))


@register.simple_tag(takes_context=True)
def source_count(context, known):
    """How many independent sources report an entry, or the name of the only one; it leads to their articles."""
    reports = _reports(_one_report_of_each(known))
    if not reports:
        return ""
    names = tuple([str(of_one[0].source) for of_one in copies(known.articles)])
    if (number := len(names)) > 1:
        shown = ngettext("%(count)s source", "%(count)s sources", number) % {"count": words.number(number)}
    else:
        publishers = {article.publisher for article, _ in reports}
        shown = str(publishers.pop() if len(publishers) == 1 else reports[0][0].source)
    return anew(context, _counted, reports, shown, names)


def _one_report_of_each(known):
    """The mentions of an entry; of an article that an editor cites for a fact alone, that row: it is counted, too."""
    mentioning = {row.article_id for row in known.mentions}
    return [row for row in known.citations if not row.field or row.article_id not in mentioning]


def _counted(context, reports, shown, names):
    listed = context["sources"]
    cited = _cited(listed, reports)
    note = _note(listed, cited, shown, names=names if len(names) > 1 else ())
    return _with_mark(note, len(cited)) if _all_retracted(cited) else note


@register.simple_tag(takes_context=True)
def seat_sources(context, seat):
    """A note of each article on a person at a round, which tells what that says: head or not, and the title.

    So has each that names somebody else as head, where another names this person.
    """
    listed = context["sources"]
    reports = [*seat.rows, *seat.rivals]
    rows = merged.grouped(reports, lambda row: row.article_id)
    cited = _cited(listed, _reports(reports))
    return _joined(_note(listed, [one], said=_said(rows[one[0].article.pk], seat.person)) for one in cited)


def _said(rows, person):
    """What rows of one article say of a person at a round: as text, and with what is of the record marked as such."""
    said = [list(filter(None, _parts(row, person))) for row in rows]
    shown = [format_html_join(", ", "{}", ((told(part),) for part in parts)) for parts in said]
    return "; ".join(", ".join(parts) for parts in said), format_html_join("; ", "{}", ((one,) for one in shown))


def _parts(row, person):
    if row.person_id != person.pk:
        return [gettext("led by %(title)s") % {"title": row.person}]
    return [words.seat_row(row), words.OfRecord(row.title)]


def _joined(notes):
    return SafeString("".join(notes))


def _reports(rows):
    """[(article, the paragraphs that its rows cite)] of the articles of these rows: the same on each page."""
    by_article = merged.grouped(rows, lambda row: row.article_id)
    return [(of_one[0].article, _paragraphs(of_one)) for of_one in by_article.values()]


def _cited(listed, reports):
    """[(`Source`, the paragraphs that are cited)] of these reports on a page, by number."""
    cited = [(listed.source(article), paragraphs) for article, paragraphs in reports]
    for source, paragraphs in cited:
        source.paragraphs.update(paragraphs)
    return sorted(cited, key=lambda one: one[0].number)


def _paragraphs(rows):
    return _numbers(tuple([row.paragraphs for row in rows]))


@lru_cache(maxsize=4096)
def _numbers(paragraphs):
    """The numbers of paragraphs as several rows hold them."""
    return tuple(sorted({number for held in paragraphs for number in numbers_in(held)}))


def _note(listed, cited, shown=None, said=None, names=()):
    """The note of [(source, paragraphs)]: `shown`, or their numbers; with what the only article `said`.

    `names`: of sources that are read out in place of those of publishers.
    """
    numbers = tuple([source.number for source, _ in cited])
    note = listed.noted([source for source, _ in cited])
    text = f"[{_brief(numbers)}]" if shown is None else _breakable(shown)
    if said:
        text = format_html("{}<span hidden>{}</span>", text, said[1])
    kind = (" count" if shown else "") + (" retracted" if _all_retracted(cited) else "")
    anchor = f' id="n{note}"' if note else ""
    who = names or _who(cited)
    label, at = _in_words(who, numbers, tuple([paragraphs for _, paragraphs in cited]), shown)
    label += f": {escape(said[0])}" if said else ""
    # All else is made of numbers and of words of the program, or escaped by what makes it.
    return SafeString(NOTE.format("" if shown else UNBROKEN, kind, anchor, numbers[0], label, at, text))


def _breakable(name):
    """A name that breaks at its dots where it must, and not within a word."""
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in AT_DOTS.split(name)))


@lru_cache(maxsize=4096)
def _brief(numbers):
    """“1–7”, “2, 5”, “1, 4, 9, …”."""
    runs = words.runs(numbers)
    return ", ".join(runs if len(runs) <= RUNS else [*runs[:RUNS], "…"])


@words.kept_by_language
def _in_words(who, numbers, paragraphs, shown):
    """(what is read out, the paragraphs by source as in “2 1–3 and 7|5 2”) of a note, both escaped.

    `who`: the only source and what became of it, or the names of many.
    """
    runs = [words.all_of(words.runs(of_one)) for of_one in paragraphs]
    at = "|".join([f"{number} {told}" for number, told in zip(numbers, runs, strict=True)])
    if len(numbers) > 1:
        label = _of_many(who, numbers, shown)
    else:
        said, retracted = who
        label = _of_one(_told(said, retracted, paragraphs[0]), numbers[0], shown)
    return escape(label), escape(at)


def _who(cited):
    """Plain values that tell sources: (publisher and day, that it was retracted) of one, or publishers of many."""
    if len(cited) > 1:
        return tuple(dict.fromkeys([source.publisher for source, _ in cited]))
    source = cited[0][0]
    return source.said, source.retracted


def _of_many(names, numbers, shown):
    some = words.some_of(names, RUNS)
    if shown:
        return f"{shown}: {some}"
    # The numbers as they are seen: whoever speaks to a browser says what is there.
    return gettext("Sources %(numbers)s: %(names)s") % {"numbers": _brief(numbers), "names": some}


def _of_one(told, number, shown):
    return told if shown else gettext("Source %(number)s: %(source)s") % {"number": number, "source": told}


def _told(said, retracted, paragraphs):
    """What is told of a source: who, when, where, and what became of it."""
    told = f"{said}, {words.paragraphs(paragraphs)}"
    return f"{told}; {retracted}" if retracted else told


def _names(context, cited):
    """The names of the articles' publishers, each a link to the paragraph on the article's page."""
    links = []
    for source, paragraphs in cited:
        address = href(context, source.article) + (f"#p{paragraphs[0]}" if paragraphs else "")
        kind, told = " retracted" if source.retracted else "", _told(source.said, source.retracted, paragraphs)
        links.append((kind, address, told, source.publisher))
    names = format_html(' <span class="meta">({})</span>', format_html_join(", ", NAMED, links))
    return _with_mark(names, len(cited)) if _all_retracted(cited) else names


def _all_retracted(cited):
    return all(source.retracted for source, _ in cited)


def _with_mark(notes, count):
    """Notes of retracted articles alone, with a mark that says so."""
    said = ngettext("rests only on a retracted article", "rests only on retracted articles", count)
    return format_html('{} <strong class="later-mark">{}</strong>', notes, said)


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


@words.kept_by_language
def _in_record(paragraphs):
    """The words of a link to what an article is cited for on its page in the record."""
    return gettext("In the record, %(where)s") % {"where": words.paragraphs(paragraphs)}


@register.simple_tag
def panel_words():
    """The attributes by which the panel of a note says its paragraphs: # stands for their numbers."""
    of_one, of_many = words.in_paragraphs("#", many=False), words.in_paragraphs("#", many=True)
    said = {"one": of_one, "many": of_many, "none": words.paragraphs([])}
    in_words = ((name, gettext("In the record, %(where)s") % {"where": where}) for name, where in said.items())
    return format_html_join("", ' data-{}="{}"', in_words)


@register.simple_tag(takes_context=True)
def listed_sources(context):
    """The articles that the page names, each with its links back to the notes that cite it."""
    return _joined([_listed(context, source, notes) for source, notes in context["sources"].listed])


def _listed(context, source, notes):
    article, parts = source.article, context.get("parts")
    name = ("source", article.pk, get_language())
    about = parts.once(name, lambda: _about(context, article), len) if parts else _about(context, article)
    cited = _in_record(tuple(sorted(source.paragraphs)))
    page = href(context, article)
    return format_html(LISTED, source.number, about, page, source.place, cited, _ways_back(tuple(notes)))


def _about(context, article):
    """Who says what, when and in which language, what became of it, and where it can be read."""
    name, day = article.publisher, context["day"]
    agency = f" ({words.report_of(article.agency)})" if article.agency else ""
    spoken = f" ({words.in_language(article.language)})" if article.language != get_language() else ""
    owned = f", {words.ownership(name.ownership).lower()}" if name.ownership else ""
    marks = format_html_join("", MARK, ((capfirst(told(mark)),) for mark in words.later_marks(article, day)))
    places = ((article.url, gettext("Original")), (article.archived_url, gettext("Archived copy")))
    links = format_html_join("", ELSEWHERE, (one for one in places if one[0]))
    when = words.day(article.published)
    return format_html(ABOUT, name, agency, when, article.language, article.title, spoken, owned, marks, links)


@words.kept_by_language
def _ways_back(notes):
    """The links from an article in the list to these notes, which cite it."""
    label, alone = gettext("Back to note %(number)s"), len(notes) < 2
    links = ((note, label % {"number": n}, "" if alone else n) for n, note in enumerate(notes, start=1))
    return format_html_join("\n", WAY_BACK, links)


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
