"""Entries as TimelineJS 3 of Knight Lab reads them: a slide for each, so many of them as one can look through.

Texts are HTML there, so whatever the record says is escaped; all but the links is text.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from talks import words
from talks.data.documents import Document
from talks.data.formats.as_json import dumped
from talks.data.shapes import Entry, Report
from talks.record.merged import grouped
from talks.words import site

TYPE = "application/json"
MOST = 100  # slides of one document, beside the first one and that which leads on
NAMED = 3  # articles in one place; the page of the entry has all
REST = "the-rest"  # the slide that leads on, by a name that no entry has


def pieces(document: Document) -> Iterator[bytes]:
    """The document in one piece. Of `document.more`: `told`, what was asked for in words; `rest`, what is left out."""
    entries = list(document.items)
    rest = document.more["rest"]
    events = [_slide(one) for one in entries]
    if rest:
        events.append(_last(entries[-1], rest))
    # TimelineJS skips what it does not know, such as “next” and “row”.
    told = {"scale": "human", "title": _first(document), "events": events, "next": rest["data"] if rest else None}
    yield f"{dumped(told)}\n".encode()


def _first(document: Document) -> dict[str, Any]:
    """What stands before all: what is shown, as known on which day, and the way to its page."""
    told = str(document.more["told"])
    if document.as_of:
        known = gettext("as known on %(day)s") % {"day": words.day(document.as_of)}
        told = f"{told}, {known}"
    link = _link(document.address, gettext("The same on the site, with all sources"))
    return _texts("the-timeline", site.name(), [format_html("{}", told), link])


def _last(entry: Entry, rest: dict[str, Any]) -> dict[str, Any]:
    """What stands in the place of those that are left out."""
    headline = gettext("Earlier entries") if rest["earlier"] else gettext("Later entries")
    text = gettext("These are %(count)s entries at most at a time.") % {"count": words.number(MOST)}
    link = _link(rest["address"], gettext("Go on with the others, on the site"))
    paragraphs = [format_html("{}", text), link]
    return {"start_date": _date(entry.dates.start), **_texts(REST, headline, paragraphs), "row": {}}


def _slide(entry: Entry) -> dict[str, Any]:
    """An entry: when it was, as exactly as is known, what the lists say of it, and who reports that."""
    dates: dict[str, Any] = {"start_date": _date(entry.dates.start), "display_date": entry.dates.words}
    if entry.dates.end:
        dates["end_date"] = _date(entry.dates.end)
    kind = words.kinds_label(entry.kind)
    return {**dates, "group": kind, **_texts(entry.slug, entry.title, _paragraphs(entry)), "row": _row(entry)}


def _row(entry: Entry) -> dict[str, Any]:
    """The entry by one article, as a row that an import takes (`talks.files.tables`): nothing that it does not report.

    It is one that gives the date which is accepted, if any does, and that the lead rests on, if it gives that, too.
    """
    start, end, lead = entry.fact("start"), entry.fact("end"), entry.lead
    leading = [one.article for one in lead.reports] if lead else []
    dated = [one for one in start.reports if one.value == start.value] if start else []
    report = min(dated or entry.mentions, key=lambda one: one.article not in leading, default=None)
    if report is None:
        return {}
    ends = [one.value for one in end.reports if one.article == report.article] if end else []
    row = {
        "slug": entry.slug,
        "kind": entry.kind,
        "title": entry.title,
        "date": report.value if dated else None,
        "end": next(iter(ends), None),
        "text": lead.text if lead and report.article in leading else None,
        "source": report.original,
        "source title": report.title,
        "publisher": report.publisher_slug,
        "published": report.published.isoformat(),
        "language": report.language,
        "retracted": report.retracted.isoformat() if report.retracted else None,
    }
    return {name: value for name, value in row.items() if value}


def _paragraphs(entry: Entry) -> Iterator[SafeString]:
    yield format_html_join(" · ", "{}", ((one,) for one in [entry.kind_label, *_status(entry)]))
    for lead in entry.leads[:1]:
        yield format_html("{} ({})", lead, _sources(entry, lead.reports))
    if not entry.leads:
        yield _sources(entry, entry.mentions)
    if differing := list(dict.fromkeys(one.label for _, one in entry.all_facts if one.differs)):
        told = gettext("Sources differ on: %(labels)s.") % {"labels": words.all_of(differing)}
        yield format_html("{}", told)
    number = words.counted("sources", entry.sources)
    yield _link(entry.address, gettext("All that is reported on it, by %(sources)s") % {"sources": number})


def _status(entry: Entry) -> Iterator[SafeString]:
    """Whether it was held, is agreed, …, by whom; in each way that is told, if sources differ."""
    status = entry.status
    if status is None:
        return
    told = grouped(status.reports, lambda one: one.words if status.differs else status.words)
    for said, reports in told.items():
        yield format_html("{} ({})", said, _sources(entry, reports))


def _sources(entry: Entry, reports: Sequence[Report]) -> SafeString:
    """The first articles, each with its day, as links to what is cited there, and the way to the others."""
    links = [_source(one) for one in reports[:NAMED]]
    if (further := len(reports) - NAMED) > 0:
        told = ngettext("%(count)s more", "%(count)s more", further) % {"count": words.number(further)}
        links.append(_link(entry.address, told))
    return format_html_join("; ", "{}", ((one,) for one in links))


def _source(report: Report) -> SafeString:
    said = f"{report.publisher}, {words.day(report.published)}"
    link = format_html('<a href="{}">{}</a>', report.address, said)
    if not report.retracted:
        return link
    told = gettext("retracted by its publisher on %(day)s") % {"day": words.day(report.retracted)}
    return format_html("{}, {}", link, told)


def _link(address: str, said: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, said)


def _date(text: str) -> dict[str, int]:
    """A partial date: what of it is not known is not there."""
    return dict(zip(("year", "month", "day"), map(int, text.split("-")), strict=False))


def _texts(name: str, headline: str, paragraphs: Iterable[SafeString]) -> dict[str, Any]:
    text = format_html_join("", "<p>{}</p>", ((one,) for one in paragraphs))
    return {"unique_id": name, "text": {"headline": format_html("{}", headline), "text": text}}
