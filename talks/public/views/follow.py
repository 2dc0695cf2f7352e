"""Following the record: feeds of any filter of the timeline, of exchanges and of changes; a calendar of rounds."""

import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext

from talks import queries, words
from talks.data.formats import atom, calendar
from talks.models import Entry, Kind, Publication, Round
from talks.models.rules import today
from talks.public.forms.base import PublicForm
from talks.public.forms.pages import ChangesForm, FollowForm, LedgerForm
from talks.public.opened import opened
from talks.public.pages import reads
from talks.public.views.asked import handovers_asked
from talks.public.views.changes import chosen
from talks.public.views.entries import elsewhere
from talks.words import site

ITEMS = 50  # of one page of a feed
ROUNDS = 1000  # of a calendar, the latest


# Feeds


@opened
@reads(FollowForm)
def timeline_feed(request, form):
    """The entries that a filter of the timeline chooses, by when the record last changed on them, newest first.

    And every entry that was withdrawn, of the kinds asked for: whether the filter had chosen it is not told.
    """
    entries = queries.timeline(form.seen, **form.filters)
    return _entries_feed(request, form, entries, form.lists["kind"], gettext("Timeline"), "timeline")


@opened
@reads(LedgerForm)
def swaps_feed(request, form):
    """The same of the exchanges that pass the filters of the ledger, in whatever way its page shows them."""
    passed = [one.entry.pk for one in handovers_asked(form)]
    entries = queries.timeline(form.seen, kind=[Kind.SWAP]).filter(pk__in=passed)
    return _entries_feed(request, form, entries, [Kind.SWAP], str(words.kinds_label(Kind.SWAP)), "swaps")


def _entries_feed(request, form, entries, kinds, title, page):
    """The feed of these entries and of what was withdrawn of these kinds; `page`: on which readers see the same."""
    rows, more = _page(queries.latest_changes(form.seen, entries, kinds), form.cleaned_data.get("page") or 1)
    public = [row.entry_id for row in rows if row.entry.publication == Publication.PUBLISHED]
    cards = queries.cards_of(form.seen, Entry.objects.visible(form.seen).filter(pk__in=public)) if public else []
    cards = {card.known.entry.pk: card for card in cards}
    items = [_entry_item(request, form, row, cards.get(row.entry_id)) for row in rows]
    titled = ", ".join([title, *(str(label) for label, _ in form.chips)])
    return _answer(request, form, items, title=titled, page=page, more=more)


@opened
@reads(ChangesForm)
def changes_feed(request, form):
    """What the page of changes lists: of all entries or one, corrections alone or all."""
    if "entry" in form.errors:
        gone = Entry.objects.filter(slug=form.data["entry"], publication=Publication.WITHDRAWN).first()
        if gone:
            return elsewhere(form.seen, request, gone.kind, gone.slug)
    found, folded, findings = chosen(form)
    rows, more = _page(found, form.cleaned_data.get("page") or 1)
    items = [_change_item(request, form, one) for one in queries.shown_changes(form.seen, rows, folded, findings)]
    title = gettext("Corrections") if form.only_corrections else gettext("Changes and corrections")
    if form.of_entry:
        known = queries.know(form.seen, [form.of_entry])[0]
        title = gettext("Changes to “%(title)s”") % {"title": known}
    return _answer(request, form, items, title=title, page="changes", more=more)


def _page(rows, number):
    """(the rows of a numbered page of a feed, whether there are more); 404 for a page that there is not."""
    shown = list(rows[(number - 1) * ITEMS : number * ITEMS + 1])
    if number > 1 and not shown:
        raise Http404(gettext("This list has no such page."))
    return shown[:ITEMS], len(shown) > ITEMS


def _entry_item(request, form, change, card):
    """An entry in a feed; of one that was withdrawn, only that."""
    identity = atom.tag(request.get_host(), change.entry, change.entry.created)
    if card is None:
        kind = str(words.kind_label(change.entry.kind))
        title = f"{change.get_sort_display()}: {kind.lower()}"
        return atom.Item(identity, title, _full(request, form, "changes"), change.made, change.note, categories=(kind,))
    known = card.known
    leads = words.leads(known, card.transfers)
    context = {"form": form, "known": known, "leads": leads, "origin": _origin(request), "sources": _articles(leads)}
    return atom.Item(
        identity,
        str(known),
        _origin(request) + _of_day(form, known.get_absolute_url()),
        change.made,
        words.description(known, card.transfers),
        render_to_string("feeds/entry.html", context),
        (str(words.kind_label(known.entry.kind)), *map(str, known.parties)),
    )


def _change_item(request, form, shown):
    """A change in a feed: what it said before and after, if what changed may be shown."""
    change = shown.change
    kind = str(words.kind_label(change.entry.kind)) if change.entry else gettext("a finding of the editors")
    about = str(shown.known) if shown.known else kind.lower()
    row = shown.page or shown.known
    if shown.moment:
        about, row, kind = words.counted("entries", shown.moment.count), None, ""
    address = _origin(request) + _of_day(form, row.get_absolute_url()) if row else _full(request, form, "changes")
    return atom.Item(
        atom.tag(request.get_host(), change, change.made),
        f"{shown.sort}: {about}",
        address,
        change.made,
        change.note,
        render_to_string("feeds/change.html", {"shown": shown}),
        tuple(filter(None, (shown.sort, kind))),
    )


def _answer(request, form, items, *, title, page, more):
    """The feed of these items."""
    number = form.cleaned_data.get("page") or 1
    made = atom.feed(
        items,
        title=f"{site.name()}: {title}",
        subtitle=site.description(),
        author=settings.SITE_MAKER or site.name(),
        language=get_language(),
        page=_full(request, form, page),
        address=_numbered(request, form, number),
        previous=_numbered(request, form, number - 1) if number > 1 else None,
        following=_numbered(request, form, number + 1) if more else None,
        since=datetime.datetime.combine(form.day or today(), datetime.time(), datetime.UTC),
    )
    return HttpResponse(made, content_type=atom.MEDIA, status=form.status)


def _numbered(request, form, number):
    """The full address of a page of this feed."""
    asked = form.address(without={"page": None, "pick": None})
    query = "&".join(part for part in (asked, f"page={number}" if number > 1 else "") if part)
    return f"{_origin(request)}{request.path}?{query}" if query else f"{_origin(request)}{request.path}"


def _full(request, form, page):
    """The full address of the page on which readers see the same."""
    asked = form.address(without={"page": None, "pick": None})
    return f"{_origin(request)}{reverse(page)}?{asked}" if asked else f"{_origin(request)}{reverse(page)}"


def _of_day(form, address):
    return f"{address}{'&' if '?' in address else '?'}as_of={form.day}" if form.day else address


def _origin(request):
    return request.build_absolute_uri("/").rstrip("/")


def _articles(leads):
    """The articles that these leads rest on, each once."""
    return list(dict.fromkeys(row.article for lead in leads for row in lead.rows))


# Calendar


@opened
@reads(FollowForm)
def rounds(request, form):
    """The rounds that a filter of the timeline chooses, held and expected."""
    asked = form.filters["kind"]
    entries = queries.timeline(form.seen, **form.filters | {"kind": [Kind.ROUND]})
    known = [] if asked and Kind.ROUND not in asked else queries.know(form.seen, entries.newest_first()[:ROUNDS])
    return _calendar(request, form, known)


@opened
@reads(PublicForm)
def one_round(request, form, slug):
    """One round, to be put into a calendar."""
    known = queries.know_one(form.seen, Round, slug)
    if known is None:
        return elsewhere(form.seen, request, Kind.ROUND, slug, page="round-calendar")
    return _calendar(request, form, [known], f"{slug}.ics")


def _calendar(request, form, known, name="rounds.ics"):
    on_days = [one for one in known if one.precision == Entry.Precision.DAY]
    changed = queries.changed(form.seen, [one.entry.pk for one in on_days])
    without = len(known) - len(on_days)
    said = [site.description()]
    if without:
        said.append(
            gettext("Left out, because no article gives the day: %(rounds)s.")
            % {"rounds": words.counted(Kind.ROUND, without)}
        )
    made = calendar.calendar(
        [_meeting(request, form, one, *changed.get(one.entry.pk, (1, one.entry.created))[:2]) for one in on_days],
        name=f"{site.talks()}: {words.kinds_label(Kind.ROUND)}",
        description=" ".join(said),
        language=get_language(),
    )
    response = HttpResponse(made, content_type=calendar.MEDIA, status=form.status)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# What the status of a round is to a calendar. What was called off is not on its day, and says so in its title.
STATUSES = {
    Round.RoundStatus.SCHEDULED: "TENTATIVE",
    Round.RoundStatus.HELD: "CONFIRMED",
    Round.RoundStatus.POSTPONED: "CANCELLED",
    Round.RoundStatus.CANCELLED: "CANCELLED",
}


def _meeting(request, form, known, changes, changed):
    """A round as a calendar has it. Where sources differ on its status it has none, and its words say so."""
    reported = {version.value for version in known.facts["status"].shown} if "status" in known.facts else set()
    status = STATUSES.get(next(iter(reported)), "") if len(reported) == 1 else ""
    if known.expected and not status:
        status = "TENTATIVE" if not reported else ""
    off = status == "CANCELLED"
    exact = known.end if known.end and known.end_precision == Entry.EndPrecision.DAY else None
    address = _origin(request) + _of_day(form, known.get_absolute_url())
    return calendar.Meeting(
        uid=f"{known.entry.kind}-{known.entry.pk}-{known.entry.created:%Y%m%d}@{request.get_host().partition(':')[0]}",
        title=f"{words.statuses(known)[0][0]}: {known}" if off else str(known),
        first=known.start,
        last=exact or known.start,
        status=status,
        place=words.place(known),
        words="\n\n".join([*_lines_of(known), address]),
        address=address,
        version=changes - 1,
        changed=changed,
    )


def _lines_of(known):
    """What a calendar says of a round: when, with what result, on what sources differ, and the sources."""
    yield words.stands(known)
    if "time" in known.facts:
        times = " / ".join(version.value for version in known.facts["time"].shown)
        yield f"{words.fact_label(known.entry.kind, 'time')}: {times}"
    leads = words.leads(known)
    yield from map(str, leads)
    if known.disputed:
        yield gettext("Sources differ on: %(facts)s") % {"facts": words.disputed_labels(known)}
    articles = _articles(leads) or known.articles[:1]
    named = "\n".join(f"{one.publisher}, {words.day(one.published)}: {one.title} {one.url}".strip() for one in articles)
    yield f"{gettext('Sources')}:\n{named}"
